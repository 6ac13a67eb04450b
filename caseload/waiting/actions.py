"""
Record that a person waits for a worker: since when, who is responsible, what has to be done and by when (W26).

Waiting ends with an allocation (`caseload.actions.allocate` and other actions that begin one) or when they move on. A
person with a worker can return to waiting, where no one has capacity for them (A04, R78).
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from peerload.core import dates
from peerload.core.formats import format_day
from peerload.notices import actions as notices
from peerload.staff.models import Member, Team

from ..actions import EditedMeanwhile, NotYet, Refused, history, lock_people, refresh_reminders
from ..actions.allocations import (
    ending_ahead,
    go_on,
    must_be_theirs,
    must_be_unplanned,
    unreported_from,
)
from ..actions.handing_over import let_go
from ..actions.reminders import subject
from ..actions.tiers import finish_all
from ..actions.waiting import KINDS, begin_waiting, end_waiting, keep_what_was_written
from ..duplicates.queries import leader_of
from ..enums import News, ReferralEnd, Tier
from ..models import Allocation, Client, Referral
from ..queries.person import allocation_on
from . import queries

FIELDS = ("referred_on", "referred_by", "owner", "action", "due_on", "contingency")


class Supported(Refused):
    """A worker supports them, so they are not waiting."""


class Arranged(Refused):
    """A worker will support them from a later day on; their waiting ends on that day."""


class WaitedThen(Refused):
    """They waited on that day before, and that wait has ended."""

    field = "referred_on"


class TooSoon(NotYet):
    """Waiting cannot begin on a later day."""

    field = "referred_on"


class NotOfTheTeam(Refused):
    """The person responsible has to lead the waiting person's team or work in it."""

    field = "owner"


class NeedsDay(Refused):
    """If no worker can take them, the next step needs a day."""

    field = "due_on"


class OfThatTeam(Refused):
    """They are in that team already."""

    field = "team"


class NobodyLeads(Refused):
    """No one leads the team, so no one would be responsible."""

    field = "team"


class WaitsForNobody(Refused):
    """They are not in touch now, and there is no referral."""


@transaction.atomic
def write_down(*, client_id: int, by: Member, today: date, version: str, fields: dict) -> Referral:
    """
    Record that a person waits, or what has changed about it; a newly responsible member is told in their next digest.

    A person not in touch who comes back waits on the same record: their tier stays until they have a worker.

    :param version: of what the form was filled from (`queries.version_of`)
    :param fields: of `FIELDS`; ``referred_on`` is needed
    :raises EditedMeanwhile: if the referral has changed since
    :raises Supported: if a worker supports them
    :raises Arranged: if a worker is to support them from a later day on
    :raises WaitedThen: if they waited on that day already, and that wait has ended
    :raises TooSoon: if the day lies ahead
    :raises NotOfTheTeam: if the member responsible neither leads their team nor works in it
    :raises NeedsDay: if a contingency is given without the day of the next step
    """
    person = lock_people([client_id])[client_id]
    referral = queries.standing(person)
    if queries.version_of(referral) != version:
        raise EditedMeanwhile(referral)
    _must_wait(person, today)
    owner_before = referral.owner_id if referral else None
    referral = referral or Referral(client=person, by=by)
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise TypeError(f"A referral has no {', '.join(sorted(unknown))}.")
    for name, value in fields.items():
        setattr(referral, name, value)
    _must_hold(referral, person, today, owner_before)
    begin_waiting(referral, by=by, on=today, today=today, owner_before=owner_before)
    refresh_reminders([person.pk], today)
    return referral


def _must_wait(person: Client, today: date) -> None:
    if held := allocation_on(person, today):
        raise Supported(
            _("%(worker)s supports %(person)s, so they are not waiting.")
            % {"worker": held.worker.name, "person": person.name}
        )
    if Referral.objects.filter(client=person, ended_on__gt=today).exists():
        planned = Allocation.objects.filter(client=person, starts_on__gt=today).select_related("worker")
        if first := planned.order_by("starts_on").first():
            raise Arranged(
                _("%(worker)s supports %(person)s from %(day)s on. Until then, what is recorded cannot be changed.")
                % {"worker": first.worker.name, "person": person.name, "day": format_day(first.starts_on)}
            )


def _must_hold(referral: Referral, person: Client, today: date, owner_before: int | None) -> None:
    if referral.referred_on > today:
        raise TooSoon(_("%(day)s has not come yet.") % {"day": format_day(referral.referred_on)})
    earlier = Referral.objects.filter(client=person, ended_on__isnull=False).exclude(pk=referral.pk)
    last = earlier.order_by("referred_on").last()
    if last and referral.referred_on < max(last.ended_on or last.referred_on, last.referred_on):
        raise WaitedThen(
            _("%(person)s waited before, until %(day)s; choose that day or a later one.")
            % {"person": person.name, "day": format_day(last.ended_on)}
        )
    if last and referral.referred_on == last.referred_on:
        raise WaitedThen(
            _("%(person)s waited on %(day)s already; choose a later day.")
            % {"person": person.name, "day": format_day(last.referred_on)}
        )
    if referral.contingency and referral.due_on is None:
        raise NeedsDay(_("Say by when this is checked again."))
    if referral.owner_id and referral.owner_id != owner_before:
        _must_be_of_the_team(referral.owner, person, today)


def _must_be_of_the_team(owner: Member, person: Client, on: date) -> None:
    if owner not in queries.may_see_to(person.team, on):
        raise NotOfTheTeam(
            _("%(owner)s neither leads %(person)s’s team nor works in it. Choose a member who does.")
            % {"owner": owner.name, "person": person.name}
        )


@transaction.atomic
def go_to_team(*, client_id: int, team: Team, by: Member, today: date, words: str = "") -> Client:
    """
    Move a waiting person to another team; its manager is told in their next digest.

    The member responsible stays so only if they lead that team or work in it. The next step, its day and the waiting
    time stay.

    :param words: why, for the history
    :raises OfThatTeam: if they are of that team already
    :raises NobodyLeads: if no one leads the team
    :raises WaitsForNobody: if they are not in touch and there is no referral
    :raises Supported: if a worker supports them
    :raises Arranged: if a worker is to support them from a later day on
    :raises caseload.actions.PlannedAlready: if an allocation is planned for a later day
    """
    person = lock_people([client_id])[client_id]
    referral = queries.standing(person)
    if person.team_id == team.pk:
        raise OfThatTeam(_("%(person)s is in %(team)s already.") % {"person": person.name, "team": team.name})
    _must_wait(person, today)
    must_be_unplanned(person, today)
    if person.tier == Tier.INACTIVE and referral is None:
        raise WaitsForNobody(_("%(person)s is not in touch now, so they are not waiting.") % {"person": person.name})
    leader = _must_be_led(team, today)
    with history(by, words or "waits in another team"):
        Client.objects.filter(pk=person.pk).update(team=team)
        if referral and referral.owner_id and referral.owner not in queries.may_see_to(team, today):
            referral.owner = None
            keep_what_was_written(referral, by=by, on=today)
            referral.save(update_fields=["owner"])
    about = subject(person.pk)
    notices.cancel(subjects=[about], kinds=KINDS)
    told = [leader] if leader.pk != by.pk else []
    notices.notify(recipients=told, kind=News.WAITS_HERE, subject=about, anchor_on=today)
    refresh_reminders([person.pk], today)
    return person


@transaction.atomic
def give_team(*, client_ids: Collection[int], team: Team, by: Member, today: date) -> int:
    """
    Give a team to people who have neither team nor worker; return to how many. People who have one by now keep it.

    The team manager is told of those who wait.

    :raises NobodyLeads: if no one leads it
    """
    leader = _must_be_led(team, today)
    lock_people(client_ids)
    people = list(queries.in_no_team(team.organisation_id, today).filter(pk__in=client_ids))
    with history(by, "given a team"):
        Client.objects.filter(pk__in=[person.pk for person in people]).update(team=team)
    waits = set(Referral.objects.standing().filter(client__in=people).values_list("client", flat=True))
    for person in people:
        if person.tier != Tier.INACTIVE or person.pk in waits:
            notices.notify(recipients=[leader], kind=News.WAITS_HERE, subject=subject(person.pk), anchor_on=today)
    return len(people)


def _must_be_led(team: Team, on: date) -> Member:
    leader = leader_of(team, on)
    if leader is None:
        raise NobodyLeads(_("No one leads %(team)s now. Choose another team.") % {"team": team.name})
    return leader


# Back to waiting -------------------------------------------------------------------------------------------------------


class WaitTerms(NamedTuple):
    """The terms of waiting while no worker can take a person: who is responsible, the next step and its day."""

    owner: Member
    due_on: date
    contingency: str
    action: str = ""


@transaction.atomic
def return_to_waiting(
    *, waits: Mapping[int, WaitTerms], on: date, by: Member, today: date, purpose: str, giver: Member | None = None
) -> list[Referral]:
    """
    Put people back to waiting from a day on: their worker's points stop that day. All of them or, if one is refused,
    none.

    It is a handover without a receiver; from the waiting list they are allocated again any day. A wait that ended on
    that day continues; a wait planned for a later day begins on this one.

    :param waits: by the primary key of the person
    :param giver: the worker they must be with on that day; any worker where left out
    :raises NotSupported: if one of them is not the giver's that day
    :raises NeedsDay: if the next step of one is due before they wait
    :raises NotOfTheTeam: if the person responsible for one neither leads their team nor works in it that day
    :raises Refused: also for the reasons of `caseload.actions.handing_over.let_go`; the sentence names the person
    """
    people, givers, referrals = lock_people(waits), {}, []
    with history(by, purpose):
        for key in sorted(waits):
            person, wanted = people[key], waits[key]
            if giver:
                must_be_theirs(person, giver, on)
            if wanted.due_on < on:
                raise NeedsDay(
                    _("%(person)s waits from %(day)s on. Choose that day or a later one to check again.")
                    % {"person": person.name, "day": format_day(on)}
                )
            _must_be_of_the_team(wanted.owner, person, max(on, today))
            given = Allocation.objects.on(on).filter(client=person, starts_on=on).exists()
            worker = let_go(person, on, by=by, today=today)
            givers[worker.pk] = worker
            referrals.append(_wait(person, wanted, on, since_before=given, by=by, today=today))
    if people:
        finish_all(list(waits), by.organisation_id, today=today, workers=list(givers.values()))
    return referrals


def wait_sooner(*, client_ids: Collection[int], giver: Member, on: date, by: Member, today: date) -> None:
    """
    Move the planned waiting of a worker's people forward to a day, so that no one is without a worker in between (A01).

    Never before today, nor in a month that is reported. The people are locked.
    """
    changed = []
    with history(by, "the day has moved"):
        for held, referral in _planned(client_ids, giver, today):
            first = max(unreported_from([giver.pk], max(on, today)), held.starts_on + dates.DAY)
            if first < referral.referred_on:
                held.ends_before = referral.referred_on = first
                held.save(update_fields=["ends_before"])
                # the member responsible is told of that day instead
                begin_waiting(referral, by=by, on=first, today=today)
                changed.append(referral.client_id)
    if changed:
        finish_all(changed, giver.organisation_id, today=today, workers=[giver])


def stay(*, client_ids: Collection[int], giver: Member, by: Member, today: date) -> set[int]:
    """Cancel planned waiting, so that the people stay with their worker; return who does. The people are locked."""
    stays = set()
    with history(by, "they stay"):
        for held, __ in _planned(client_ids, giver, today):
            go_on(held)
            end_waiting(held.client_id, today, ReferralEnd.ALLOCATED, drop_after=today)
            stays.add(held.client_id)
    if stays:
        finish_all(list(stays), giver.organisation_id, today=today, workers=[giver])
    return stays


def _planned(client_ids: Collection[int], giver: Member, today: date) -> list[tuple[Allocation, Referral]]:
    """Return the planned waits of these people of a worker: the allocation that ends, and the referral that begins."""
    until = ending_ahead(client_ids, giver, today)
    planned = Referral.objects.standing().filter(client__in=client_ids, referred_on__gt=today).order_by("client")
    pairs = [(until.get((each.client_id, each.referred_on)), each) for each in planned]
    return [(ending, each) for ending, each in pairs if ending]


def _wait(person: Client, wanted: WaitTerms, on: date, *, since_before: bool, by: Member, today: date) -> Referral:
    """
    Begin a person's waiting, or let the earlier wait continue.

    :param since_before: whether the allocation that ended an earlier wait began on this same day; that wait then
        continues
    """
    mine = Referral.objects.filter(client=person)
    mine.filter(ended_on=None, referred_on__gt=on).delete()
    goes_on = Q(ended_on=None) | Q(referred_on=on)
    if since_before:
        goes_on |= Q(ended_on=on, ended_as=ReferralEnd.ALLOCATED)
    referral = mine.filter(goes_on).order_by("-pk").first() or Referral(client=person, referred_on=on)
    for name, value in wanted._asdict().items():
        setattr(referral, name, value)
    referral.by, referral.ended_on, referral.ended_as = by, None, ""
    begin_waiting(referral, by=by, on=on, today=today)
    return referral
