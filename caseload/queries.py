"""Rows shaped for a screen or a report. Every function is told the day it is asked about."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from peerload.core import dates
from peerload.core.arrays import any_of
from peerload.core.compile_once import compile_once
from peerload.core.folding import fold_code
from peerload.staff.models import Member, Organisation, Post, Team

from . import keys, rules
from .enums import ACTIVE_TIERS, ContactPreference, ContactState, MovedOn, ParkedOutcome, Tier
from .models import (
    Allocation,
    AllocationReview,
    Client,
    ClientQuerySet,
    CloseDecision,
    Contact,
    Cover,
    Family,
    Merge,
    Referral,
    TierPeriod,
    held_on,
)


def cadence(organisation: Organisation) -> rules.Cadence:
    """Return how often the service contacts people it keeps in touch with."""
    return rules.Cadence(organisation.parked_weeks, organisation.inactive_weeks)


def boundary(organisation: Organisation) -> rules.Boundary:
    """Return the service's caseload boundary of one full-time worker."""
    return rules.Boundary(
        organisation.boundary_high,
        organisation.boundary_medium,
        organisation.boundary_group,
        organisation.boundary_parked,
    )


# One person, as a row -----------------------------------------------------------------------------------------------


class Due(NamedTuple):
    """When somebody parked is contacted next: ``days`` until then, or over it."""

    on: date
    state: ContactState
    days: int


def due(six_weeks_from: date | None, on: date, every: rules.Cadence) -> Due | None:
    """Return when the next contact is due, ``None`` for somebody who is not parked."""
    if six_weeks_from is None:
        return None
    due_on = rules.due_on(six_weeks_from, every)
    state, over = rules.contact_state(due_on, on)
    return Due(due_on, state, over or (due_on - on).days)


def known_of(person) -> rules.InTouch | None:
    """Return what keeping in touch goes by, from the derived columns of a client or of a row; ``None`` if not parked."""
    if person.parked_on is None:
        return None
    return rules.InTouch(
        parked_on=person.parked_on,
        six_weeks_from=person.six_weeks_from,
        last_contact_on=person.last_contact_on,
        contacts_since_parked=person.contacts_since_parked,
        longest_gap=person.longest_gap,
        support_wanted_on=person.support_wanted_on,
    )


HELD_COLUMNS = (
    "pk",
    "uid",
    "name",
    "called",
    "name_key",
    "search_key",
    "tier",
    "contact_preference",
    "contact_how",
    "parked_on",
    "six_weeks_from",
    "last_contact_on",
    "contacts_since_parked",
    "longest_gap",
    "support_wanted_on",
    "last_reached_on",
)


class Tried(NamedTuple):
    """The last entry about somebody is an attempt: of which day, written down when, and by whom."""

    on: date
    at: datetime
    by: str

    @classmethod
    def of(cls, entry: dict | None) -> "Tried | None":
        """Return what `last_entry` found, where it is an attempt."""
        if entry is None or entry["reached"]:
            return None
        return cls(date.fromisoformat(entry["on"]), datetime.fromisoformat(entry["at"]), entry["by"] or "")


def last_entry(client: str) -> Subquery:
    """Return the last contact or attempt that counts, of the person whom a column of an outer query names."""
    entries = Contact.objects.standing().filter(client=OuterRef(client)).order_by("-on", "-recorded_at", "-pk")
    return Subquery(
        entries.values(entry=JSONObject(on="on", at="recorded_at", by="author__name", reached="reached"))[:1]
    )


class Held(NamedTuple):
    """Somebody a worker supports, with what a row on a screen says of them."""

    pk: int
    uid: UUID
    name: str
    called: str
    name_key: str
    search_key: str
    tier: str | None
    contact_preference: str
    contact_how: str
    parked_on: date | None
    six_weeks_from: date | None
    last_contact_on: date | None
    contacts_since_parked: int
    longest_gap: int
    support_wanted_on: date | None
    last_reached_on: date | None
    since: date  # with this worker
    student_held: bool
    closed_on: date | None
    close_decided_on: date | None
    review_on: date | None
    tried: Tried | None
    due: Due | None = None
    outcome: ParkedOutcome | None = None
    covered: bool = False  # seen to while their worker, whom ``since`` is about, is away

    @property
    def short_name(self) -> str:
        """As `Client.short_name`."""
        return self.called or self.name

    @property
    def please_dont(self) -> bool:
        return self.contact_preference == ContactPreference.PLEASE_DONT

    @property
    def quiet_since(self) -> date:
        """The last day they were reached, or since when they are with this worker."""
        return self.last_reached_on or self.since

    def quiet_first(self):
        """Order those longest without contact first, then by name."""
        return self.quiet_since, self.name_key


def held_by(worker: Member, on: date) -> list[Held]:
    """Return everybody a worker supports that day, longest without contact first, in one query."""
    every = cadence(worker.organisation)
    people = [_with_due(_as_held(row), on, every) for row in _held(worker.pk, on)]
    return sorted(people, key=Held.quiet_first)


@compile_once
def _held(worker_id: int, on: date):
    return _rows(Allocation.objects.on(on).filter(worker=worker_id))


def held_of(allocations, on: date, every: rules.Cadence) -> list[Held]:
    """Return the people of allocations as a row says it of them; nobody who is not in touch."""
    return [_with_due(_as_held(row), on, every) for row in _rows(allocations)]


def _as_held(row: tuple) -> Held:
    *columns, entry = row
    return Held(*columns, Tried.of(entry))  # type: ignore[call-arg]  # as many as `_rows` reads


def _rows(allocations):
    held = allocations.exclude(client__tier=Tier.INACTIVE).annotate(since=first_day_with())
    columns = (f"client__{column}" for column in HELD_COLUMNS)
    own = ("since", "student_held", "closed_on", "close_decided_on", "review_on")
    return held.values_list(*columns, *own, last_entry("client"))


def _with_due(person: Held, on: date, every: rules.Cadence) -> Held:
    known = known_of(person)
    if known is None or person.closed_on:
        return person  # nothing is due any more once support is closed, whatever is left of the day
    return person._replace(due=due(person.six_weeks_from, on, every), outcome=rules.outcome(known, on, every))


def new_with(worker: Member, people: Iterable[Held], on: date) -> list[Allocation]:
    """
    Return the allocations of people newly with a worker that somebody wrote here, latest first, with what goes with them.

    :param people: whom the worker supports that day; nothing is asked where nobody of them is new
    """
    new = [person.pk for person in people if rules.is_new(person.since, on)]
    if not new:
        return []
    theirs = Allocation.objects.on(on).filter(worker=worker, client__in=new).exclude(by=None)
    return list(theirs.select_related("client", "by").order_by("-starts_on", "client__name_key", "pk"))


def first_day_with() -> Subquery:
    """
    Return since when, without a day between, the person of an allocation is with its worker, as a column of a query.

    An allocation is in several parts where only the student mark changed; as `with_worker_since` says of rows read already.
    """
    same = {"client": OuterRef("client"), "worker": OuterRef("worker")}
    goes_on = Allocation.objects.filter(**same, ends_before=OuterRef("starts_on"))
    begins = Allocation.objects.filter(**same, starts_on__lte=OuterRef("starts_on")).filter(~Exists(goes_on))
    return Subquery(begins.order_by("-starts_on").values("starts_on")[:1])


def with_worker_since(allocation: Allocation, allocations: Iterable[Allocation]) -> date:
    """Return since when a person is with the worker of an allocation: a student who holds them makes nobody new."""
    whose = (allocation.client_id, allocation.worker_id)
    earlier = [(each.starts_on, each.ends_before) for each in allocations if (each.client_id, each.worker_id) == whose]
    return rules.first_day_with(allocation.starts_on, earlier)


def to_look_at(people: Iterable[Held], on: date) -> list[Held]:
    """Return those of whom it was said that it is looked at again by a day, the longest ago first (W25)."""
    asked = [person for person in people if person.review_on and person.review_on <= on and not person.closed_on]
    return sorted(asked, key=lambda person: (person.review_on, person.name_key))


class ToLookAt(NamedTuple):
    """Somebody of a team whose allocation is to be looked at again, and their worker."""

    uid: UUID
    name: str
    worker: str
    review_on: date


def to_look_at_in(team_ids: Collection[int], on: date) -> list[ToLookAt]:
    """Return the same of the people of teams, no matter which worker supports them."""
    asked = Allocation.objects.on(on).filter(closed_on=None, review_on__lte=on)
    asked = asked.filter(any_of("client", Client.objects.filter(team__in=team_ids).values("pk")))
    asked = asked.exclude(client__tier=Tier.INACTIVE).order_by("review_on", "client__name_key", "pk")
    return [ToLookAt(*row) for row in asked.values_list("client__uid", "client__name", "worker__name", "review_on")]


class ToContact(NamedTuple):
    """Contacts to make, in groups, the longest overdue first."""

    overdue: list[Held]
    today: list[Held]
    week: list[Held]

    def __bool__(self):
        return bool(self.overdue or self.today or self.week)


def to_contact(people: Iterable[Held]) -> ToContact:
    """Return the people to contact: overdue, today, within seven days. Nobody who asked not to be contacted (R57)."""
    found = ToContact([], [], [])
    prompted = (person for person in people if person.due and not person.please_dont)
    for person in sorted(prompted, key=lambda person: (person.due.on, person.name_key)):
        if person.due.state == ContactState.OVERDUE:
            found.overdue.append(person)
        elif person.due.state == ContactState.DUE:
            found.today.append(person)
        elif person.due.days <= rules.SOON_DAYS:
            found.week.append(person)
    return found


def named_like(people: Iterable[Held], words: str) -> list[Held]:
    """Return those the words find, by name, reference or phone (`caseload.keys`)."""
    return [person for person in people if keys.finds(person.search_key, words)]


# Lists --------------------------------------------------------------------------------------------------------------


def people_list(member: Member, on: date) -> ClientQuerySet:
    """
    Return everybody a member may see, with their worker of the day, whether the member covers, and the day a contact is due.

    A person who asked not to be contacted, or whose support is closed, has no due day here: nobody is to be prompted.
    """
    held = held_on(on)
    return (
        Client.objects.visible_to(member, on)
        .not_absorbed()
        .with_worker(on)
        .annotate(
            worker_uid=Subquery(held.values("worker__uid")[:1]),
            worker_key=Subquery(held.values("worker__name_key")[:1]),
            closed_on=Subquery(held.values("closed_on")[:1]),
            close_decided_on=Subquery(held.values("close_decided_on")[:1]),
            last_entry=last_entry("pk"),
            you_cover=Exists(Cover.objects.holding(on).filter(client=OuterRef("pk"), worker=member)),
        )
    )


def like(people: ClientQuerySet, words: str) -> ClientQuerySet:
    """Return those the words find, by name, reference or phone (`caseload.keys`)."""
    return people.filter(keys.found(words))


def is_with(member: Member, on: date):
    """Return whether somebody of an outer query is with a member that day, who supports or covers them."""
    held = held_on(on).filter(worker=member)
    return Exists(held) | Exists(Cover.objects.holding(on).filter(client=OuterRef("pk"), worker=member))


def family_codes(member: Member, on: date) -> list[str]:
    """Return the codes of the families of people a member may see: what a form offers."""
    people = Client.objects.visible_to(member, on).exclude(family=None)
    return list(people.order_by("family__code").values_list("family__code", flat=True).distinct())


def family_of_code(organisation: Organisation, code: str) -> Family | None:
    """Return the family that a code means, however it is written."""
    return Family.objects.filter(organisation=organisation, code_key=fold_code(code)).first()


PICKED = 20


def pick(member: Member, on: date, words: str) -> list[Client]:
    """Return the people a contact may have been with: those named like the words, those one supports or covers first.

    Somebody who is not in touch now is found by their name: they may be on the phone.
    """
    mine = is_with(member, on)
    people = Client.objects.visible_to(member, on).not_absorbed()
    people = like(people, words) if words.strip() else people.exclude(tier=Tier.INACTIVE)
    return list(people.annotate(mine=mine).order_by("-mine", "name_key", "pk")[:PICKED])


def may_have_been(member: Member, on: date, *, besides: Client) -> ClientQuerySet:
    """Return the people a contact may have been about instead: those a member supports or covers, else those they see."""
    people = Client.objects.visible_to(member, on).not_absorbed().exclude(tier=Tier.INACTIVE).exclude(pk=besides.pk)
    mine = people.filter(is_with(member, on))
    return (mine if mine.exists() else people).order_by("name_key", "pk")


def workers_of_teams(member: Member, on: date) -> list[Member]:
    """Return those who support somebody of the teams a member leads, and those with a post there, in order of name."""
    return _workers_of_teams(member.pk, member.organisation_id, on)


@compile_once
def _workers_of_teams(member_id: int, organisation_id: int, on: date):
    return those_of_teams(Member(pk=member_id, organisation_id=organisation_id), on).named()


def those_of_teams(member: Member, on: date):
    """Return the same in no order, as part of a question."""
    teams = Team.objects.led_by(member).values("pk")
    hold = Allocation.objects.on(on).filter(client__team__in=teams).values("worker")
    theirs = hold.union(Member.objects.of_teams(teams, on).values("pk"), all=True)
    return Member.objects.filter(any_of("pk", theirs), organisation_id=member.organisation_id)


def team_of(worker: Member, on: date) -> int | None:
    """Return the team of a worker's post that day, else of their profile; a leaver's people stay in the team until they move."""
    post = Post.objects.written_for(on).filter(worker=worker).first()
    return (post.team_id if post else None) or worker.home_team_id


def allocated_lately(worker_ids: Collection[int], on: date) -> dict[int, int]:
    """Return how many people each worker was newly allocated in the 28 days up to a day, by member; none is left out."""
    begun = Allocation.objects.counted().filter(
        worker__in=worker_ids, starts_on__gt=on - rules.LATELY, starts_on__lte=on
    )
    return dict(begun.order_by().values_list("worker").annotate(Count("pk")))


def gone_over(worker: Member, on: date) -> list[Allocation]:
    """Return the standing allocations by which a worker was to hold more than the limit, with the reason, latest first."""
    held = Allocation.objects.on(on).filter(worker=worker).exclude(over_reason="")
    return list(held.select_related("by").order_by("-starts_on", "-pk"))


def supported_before(person: Client, on: date) -> dict[int, date]:
    """Return who supported a person before a day, with the last day they did, by member."""
    ended = Allocation.objects.filter(client=person, ends_before__lte=on)
    last = ended.order_by().values_list("worker").annotate(Max("ends_before"))
    return {worker: dates.last_day(ends_before) for worker, ends_before in last}


class Closing(NamedTuple):
    """A person it was decided to close who is not closed: their worker, and since when it is decided."""

    uid: UUID
    name: str
    worker: str
    close_decided_on: date


def decided_to_close(member: Member, on: date) -> list[Closing]:
    """Return the people of the teams a member leads it was decided to close, the longest ago first."""
    decided = Allocation.objects.on(on).filter(closed_on=None, close_decided_on__isnull=False)
    decided = decided.filter(client__team__in=Team.objects.led_by(member)).exclude(client__tier=Tier.INACTIVE)
    rows = decided.order_by("close_decided_on", "client__name_key", "pk")
    return [
        Closing(*row) for row in rows.values_list("client__uid", "client__name", "worker__name", "close_decided_on")
    ]


class Waiting(NamedTuple):
    """People of a team that the manager has to decide about."""

    without_worker: list[Client]
    asked_for_support: list[Client]
    to_review: list[Client]

    def __bool__(self):
        return any(self)


def waiting(member: Member, on: date) -> Waiting:
    """
    Return who waits for a worker, who asked for support while kept in touch with, and whose 24 weeks a manager decides.

    People whose worker has left, or is in no post any more, have no worker; ``worker_left`` says so.

    :param member: a manager or deputy; their teams are asked about
    """
    every = cadence(member.organisation)
    days = rules.sweep_days(on, every)
    asked = Q(tier=Tier.PARKED) & (Q(support_wanted_on__isnull=False) | Q(parked_on__lte=days.parked_by))
    people = list(
        Client.objects.filter(team__in=Team.objects.led_by(member), organisation_id=member.organisation_id)
        .with_worker(on)
        .filter(asked | ((Q(worker_id=None) | Q(worker_left=True)) & (Q(tier=None) | ~Q(tier=Tier.INACTIVE))))
        .order_by("name_key", "pk")
    )
    outcomes = {person.pk: outcome_of(person, on, every) for person in people}
    return Waiting(
        [person for person in people if person.worker_id is None or person.worker_left],
        [person for person in people if outcomes[person.pk] == ParkedOutcome.REACTIVATE],
        [person for person in people if asks_for_decision(person, outcomes[person.pk])],
    )


def outcome_of(person: Client, on: date, every: rules.Cadence) -> ParkedOutcome | None:
    """Return what keeping in touch says of a person, ``None`` if not parked."""
    known = known_of(person)
    return rules.outcome(known, on, every) if known else None


def asks_for_decision(person: Client, outcome: ParkedOutcome | None) -> bool:
    """Return whether a manager decides: too long a gap, or an automatic outcome was taken back (R52, R54)."""
    taken_back = outcome == ParkedOutcome.INACTIVATE and person.kept_in_touch_on is not None
    return outcome == ParkedOutcome.REVIEW or taken_back


# Coming back --------------------------------------------------------------------------------------------------------


def not_in_touch_spells(
    organisation: Organisation, on: date, *, team_ids: Collection[int] | None = None
) -> dict[int | None, list[tuple[date, date | None, int]]]:
    """
    Return by team of today how often somebody was not in touch any more, as `rules.came_back` takes it.

    Of all teams of the service, or of these.

    A person who died, or was entered twice, before they were back cannot come back and is left out.
    """
    theirs = TierPeriod.objects.filter(client=OuterRef("client"))
    said_already = theirs.filter(tier=Tier.INACTIVE, ends_before=OuterRef("starts_on"))
    since = theirs.filter(starts_on__gte=OuterRef("starts_on"), starts_on__lte=on)
    again = since.exclude(tier=Tier.INACTIVE).order_by("starts_on").values("starts_on")
    never = since.filter(moved_on__in=[MovedOn.DIED, MovedOn.DUPLICATE])
    spells = (
        TierPeriod.objects.filter(~Exists(said_already), organisation=organisation, tier=Tier.INACTIVE)
        .filter(starts_on__gt=on - rules.LOOKED_BACK, starts_on__lte=on)
        .annotate(back_on=Subquery(again[:1]))
        .filter(Q(back_on__isnull=False) | ~Exists(never))
    )
    if team_ids is not None:
        spells = spells.filter(any_of("client", Client.objects.filter(team__in=team_ids).values("pk")))
    found = defaultdict(list)
    for team, *spell in spells.values_list("client__team", "starts_on", "back_on").annotate(Count("pk")).order_by():
        found[team].append(tuple(spell))
    return found


# A person's page ----------------------------------------------------------------------------------------------------


def person_seen_by(member: Member, on: date, uid: UUID) -> Client | None:
    """
    Return a person a member may see that day; anybody else is nobody.

    ``goes_on_in`` is the record they go on in, by its random uid, where they were entered twice; ``worker_left`` says that
    the worker who holds them is not in post.
    """
    found = _person_seen_by(uid, member.pk, member.organisation_id, on) if member.active else []
    return found[0] if found else None


@compile_once
def _person_seen_by(uid: UUID, member_id: int, organisation_id: int, on: date):
    member = Member(pk=member_id, organisation_id=organisation_id)
    people = Client.objects.visible_to(member, on).filter(uid=uid).with_worker(on)
    goes_on_in = Merge.objects.standing().filter(absorbed=OuterRef("pk")).values("kept__uid")[:1]
    return people.annotate(goes_on_in=Subquery(goes_on_in)).select_related("family", "team", "organisation")


def allocation_on(person: Client, on: date) -> Allocation | None:
    """Return who supports a person that day."""
    return Allocation.objects.on(on).filter(client=person).select_related("worker").first()


def last_worker(person: Client, on: date) -> Allocation | None:
    """Return the allocation that the timetable ended of somebody who is not in touch because of that."""
    ended = Allocation.objects.ended_by_time(on).filter(client=person).select_related("worker")
    return ended.order_by("-starts_on").first()


def may_undo(member: Member, person: Client, on: date) -> bool:
    """Return whether a member, as the last worker or while covering for them, may undo that somebody is not in touch (R54)."""
    ended = Allocation.objects.ended_by_time(on).filter(client=person, worker=member)
    return ended.exists() or Cover.objects.of_ended_by_time(on).filter(client=person, worker=member).exists()


def arranged(person: Client, on: date) -> Allocation | None:
    """Return who is to support a person from a later day on: the next one, None where nobody is."""
    later = Allocation.objects.filter(client=person, starts_on__gt=on, closed_on=None).select_related("worker")
    return later.order_by("starts_on").first()


@compile_once
def contacts_of(client_id: int):
    """Return all contacts and attempts with a person, voided ones too, newest first; ``group_name`` of those at a group."""
    contacts = Contact.objects.filter(client=client_id).select_related("author", "voided_by")
    contacts = contacts.annotate(group_name=F("attendance__session__group__name"))
    return contacts.order_by("-on", "-recorded_at", "-pk")


@compile_once
def tiers_of(client_id: int):
    """Return the tiers of a person, newest first."""
    return TierPeriod.objects.filter(client=client_id).select_related("by").order_by("-starts_on")


@compile_once
def allocations_of(client_id: int):
    """Return the allocations of a person, newest first."""
    return Allocation.objects.filter(client=client_id).select_related("worker", "by").order_by("-starts_on")


def last_active_tier(person: Client) -> Tier | None:
    """Return the support somebody had last, before keeping in touch."""
    found = _last_active_tier(person.pk)
    return Tier(found[0]) if found else None


@compile_once
def _last_active_tier(client_id: int):
    tiers = TierPeriod.objects.filter(client=client_id, tier__in=ACTIVE_TIERS).order_by("-starts_on")
    return tiers.values_list("tier", flat=True)[:1]


@compile_once
def decisions_of(client_id: int):
    """Return every decision to close the support of a person, withdrawn ones too (R23), in the order they were made."""
    decisions = CloseDecision.objects.filter(allocation__client=client_id).select_related("by", "withdrawn_by")
    return decisions.order_by("allocation", "pk")


@compile_once
def reviews_of(client_id: int):
    """Return every time somebody looked again at an allocation of a person (W25), in order."""
    reviews = AllocationReview.objects.filter(allocation__client=client_id).select_related("by")
    return reviews.order_by("allocation", "pk")


def teams_with_somebody(team_ids: Collection[int], on: date) -> list[int]:
    """Return those of some teams that have staff on a day or people: an empty team needs nobody to lead it."""
    if not team_ids:
        return []
    posts = Post.objects.on(on).filter(worker__active=True)
    elsewhere = posts.filter(worker=OuterRef("pk")).exclude(team=None)
    at_home = Member.objects.active().filter(~Exists(elsewhere), home_team=OuterRef("pk"))
    people = Client.objects.filter(Q(tier=None) | ~Q(tier=Tier.INACTIVE), team=OuterRef("pk"))
    back = Referral.objects.standing().filter(client__team=OuterRef("pk"))
    staffed = Exists(posts.filter(team=OuterRef("pk"))) | Exists(at_home)
    found = Team.objects.filter(staffed | Exists(people) | Exists(back), pk__in=team_ids)
    return list(found.order_by("pk").values_list("pk", flat=True))
