"""Records that may be of one person, as a member may see them. Every function takes the day."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from peerload.core.arrays import any_of
from peerload.core.compile_once import compile_once
from peerload.staff.models import Member, Team
from peerload.staff.queries import members_leading, members_leading_it

from ..enums import DuplicateAnswer, Likeness
from ..keys import likeness_keys
from ..models import Allocation, Client, Merge, MergeQuerySet, PossibleDuplicate, PossibleDuplicateQuerySet
from ..rules import Keys
from . import rules


class Alike(NamedTuple):
    """A record the member may see that is like the typed name or phone."""

    person: Client
    likeness: Likeness
    worker: str
    last_digits: str


def alike(member: Member, on: date, wanted: Keys, *, besides: Client | None = None) -> list[Alike]:
    """
    Return the records a member may see that are like a name and phone, the most alike first.

    Nothing depends on a record they may not see: not even how many there are.

    :param besides: the record the name and phone are for, which is left out
    """
    people = Client.objects.visible_to(member, on).not_absorbed().filter(like(wanted)).with_worker(on)
    people = people.exclude(pk=besides.pk) if besides else people
    found = [(person, rules.likeness(wanted, keys_of(person))) for person in people.select_related("team")]
    rows = [
        Alike(person, likeness, person.worker_name or "", person.phone_key[-3:])
        for person, likeness in found
        if likeness
    ]
    order = list(Likeness)
    return sorted(rows, key=lambda row: (order.index(row.likeness), row.person.name_key, row.person.pk))


def like(wanted: Keys) -> Q:
    """Return the condition that a record may be like these keys, of indexed columns alone."""
    same_words = Q(words_key=wanted.words) if wanted.words else Q(pk=None)
    return same_words | Q(phone_key=wanted.phone) & ~Q(phone_key="") if wanted.phone else same_words


def typed(name: str, phone: str) -> Keys:
    """Return the keys by which a typed name and phone are compared."""
    return likeness_keys(name, phone)


def keys_of(person: Client) -> Keys:
    return Keys(person.words_key, person.phone_key)


# Pairs --------------------------------------------------------------------------------------------------------------


class Doubt(NamedTuple):
    """
    Two records that may be of one person, for a member who leads the team of at least one.

    ``other`` is None while the member may not see the other record; then they see only its ``team``.
    """

    pair: PossibleDuplicate
    likeness: Likeness
    mine: Client
    other: Client | None
    team: Team | None
    answered: bool  # whether they have answered; the other team is asked next
    leader: Member | None = None  # who is asked for that team

    @property
    def side(self) -> str:
        """Which of the two is theirs: ``older`` or ``newer``."""
        return _("older") if self.mine.pk == self.pair.older_id else _("newer")


def who_to_ask(absorbed: Client, on: date) -> Member | None:
    """Return the manager to ask about a record that goes on in another one: who leads the team of that record."""
    merge = Merge.objects.standing().filter(absorbed=absorbed).select_related("kept__team")
    return leader_of(merge.get().kept.team, on)


def leader_of(team: Team | None, on: date) -> Member | None:
    """Return who is asked for a team: who acts, else its manager, or the deputy where there is none who works here."""
    return next(iter(members_leading_it(team, on)), None)


SHOWN = 100  # pairs on a page; later ones show once these are answered


def doubts(member: Member, on: date) -> list[Doubt]:
    """Return the pairs a manager is asked about: first those they see both records of, then those with another team."""
    led = led_teams(member, on)
    found = _with_leaders([doubt for pair in _pairs(led)[: SHOWN * 2] if (doubt := as_seen(pair, led))], on)
    return sorted(found, key=lambda doubt: (doubt.other is None, doubt.answered, doubt.mine.name_key, doubt.pair.pk))[
        :SHOWN
    ]


def doubt(member: Member, uid: UUID, on: date) -> Doubt | None:
    """Return one pair as a member sees it, ``None`` if it is not theirs to answer."""
    led = led_teams(member, on)
    pair = _pairs(led).filter(uid=uid).first()
    seen = as_seen(pair, led) if pair else None
    return _with_leaders([seen], on)[0] if seen else None


def _with_leaders(found: list[Doubt], on: date) -> list[Doubt]:
    """Return the same with who is asked for the other team, in two statements."""
    leading = members_leading({each.team.pk for each in found if each.team}, on)
    return [each._replace(leader=next(iter(leading[each.team.pk]), None)) if each.team else each for each in found]


def led_teams(member: Member, on: date) -> set[int]:
    return set(Team.objects.led_by(member, on).values_list("pk", flat=True))


def _pairs(led: Collection[int]) -> PossibleDuplicateQuerySet:
    people = Client.objects.filter(team__in=led).values("pk")
    pairs = PossibleDuplicate.objects.filter(any_of("older", people)).values("pk")
    theirs = any_of("pk", pairs.union(PossibleDuplicate.objects.filter(any_of("newer", people)).values("pk"), all=True))
    sides = ("older__team", "newer__team", "older__family")
    return PossibleDuplicate.objects.undecided().filter(theirs).select_related(*sides).order_by("pk")


def as_seen(pair: PossibleDuplicate, led: Collection[int]) -> Doubt | None:
    """
    Return a pair as the managers of these teams see it, ``None`` if it is not for them, or no longer alike.

    Across teams the side of the older record is asked first; only when it says "the same person" the newer side is
    asked, and only when both say so do they see each other's record.

    :param pair: with its records and their teams
    """
    likeness = rules.likeness(keys_of(pair.older), keys_of(pair.newer))
    leads_older, leads_newer = pair.older.team_id in led, pair.newer.team_id in led
    if likeness is None or not (leads_older or leads_newer):
        return None
    mine, other = (pair.older, pair.newer) if leads_older else (pair.newer, pair.older)
    if pair.agreed or (leads_older and leads_newer):
        return Doubt(pair, likeness, mine, other, other.team, answered=False)
    asked = leads_older or pair.older_says == DuplicateAnswer.SAME
    if likeness not in rules.ASKED_ACROSS or other.team is None or not asked:
        return None
    says = pair.older_says if leads_older else pair.newer_says
    return Doubt(pair, likeness, mine, None, other.team, answered=bool(says))


def together(one: Client, other: Client) -> bool:
    """
    Return whether one member manages or deputises for the teams of both records, and so sees both.

    Who acts for a while is left out: a pair that is found stays.
    """
    if one.team is None or other.team is None:
        return False
    if one.team_id == other.team_id:
        return True
    leaders = [{team.manager_id, team.deputy_id} - {None} for team in (one.team, other.team)]
    return bool(leaders[0] & leaders[1])


class Facts(NamedTuple):
    """What tells a record from one like it."""

    person: Client
    allocation: Allocation | None
    contacts: int
    last_contact_on: date | None


def facts(person: Client, on: date) -> Facts:
    """Return what the page shows of one of the two records."""
    held = Allocation.objects.on(on).filter(client=person, closed_on=None).select_related("worker").first()
    return Facts(person, held, person.contacts.standing().count(), person.last_reached_on)


# One person since ---------------------------------------------------------------------------------------------------


@compile_once
def merges_of(client_id: int) -> MergeQuerySet:
    """Return what has become one record with a person's, the latest first, also where that was taken back."""
    return Merge.objects.filter(kept=client_id).select_related("absorbed", "by", "undone_by").order_by("-pk")


def standing_merge(person: Client) -> Merge | None:
    """Return the last merge of a record, kept or absorbed, that has not been undone."""
    of = Q(kept=person) | Q(absorbed=person)
    return Merge.objects.standing().filter(of).select_related("kept", "absorbed").order_by("pk").last()
