"""
Writing down that somebody waits for a worker: since when, who sees to it, what is to be done and by when (W26).

It ends by itself: with an allocation (`caseload.actions.allocate` and whatever begins one) or when they move on.
"""

from collections.abc import Collection
from datetime import date

from django.db import transaction

from peerload.notices import actions as notices
from peerload.staff.models import Member, Team

from ..actions import EditedMeanwhile, NotYet, Refused, history, lock_people, said, settle_reminders
from ..actions.allocations import must_be_unplanned
from ..actions.reminders import subject
from ..actions.waiting import KINDS, begin_waiting
from ..enums import News, Tier
from ..merging.queries import leader_of
from ..models import Allocation, Client, Referral
from . import queries

FIELDS = ("referred_on", "referred_by", "owner", "action", "due_on", "contingency")


class Supported(Refused):
    """Somebody supports them, so they wait for nobody."""


class Arranged(Refused):
    """Somebody is to support them from a later day on, and their waiting ends with that."""


class WaitedThen(Refused):
    """They waited then already, and that came to its end."""

    field = "referred_on"


class TooSoon(NotYet):
    """Nobody waits from a day ahead."""

    field = "referred_on"


class NotOfTheTeam(Refused):
    """Whoever sees to it leads their team or works in it."""

    field = "owner"


class NeedsDay(Refused):
    """Where nobody can take them, it is looked at again on a day."""

    field = "due_on"


class OfThatTeam(Refused):
    """They are of that team already."""

    field = "team"


class NobodyLeads(Refused):
    """A team that nobody leads can see to nobody."""

    field = "team"


class WaitsForNobody(Refused):
    """They are not in touch now, and nobody has written down that they wait."""


@transaction.atomic
def write_down(*, client_id: int, by: Member, today: date, version: str, fields: dict) -> Referral:
    """
    Write down that somebody waits, or what has changed of it; whoever becomes responsible is told in their next digest.

    Somebody not in touch who comes back waits on the same record: their tier stays until they have a worker.

    :param version: of what the form was filled from (`queries.version_of`)
    :param fields: of `FIELDS`; ``referred_on`` is needed
    :raises EditedMeanwhile: if something else stands now
    :raises Supported, Arranged, WaitedThen, TooSoon, NotOfTheTeam, NeedsDay: see there
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
    begin_waiting(referral, by=by, on=today, owner_before=owner_before)
    settle_reminders([person.pk])
    return referral


def _must_wait(person: Client, today: date) -> None:
    held = Allocation.objects.on(today).filter(client=person).select_related("worker").first()
    if held:
        raise Supported(f"{held.worker.name} supports {person.name}, so they wait for nobody.")
    if Referral.objects.filter(client=person, ended_on__gt=today).exists():
        planned = Allocation.objects.filter(client=person, starts_on__gt=today).select_related("worker")
        if first := planned.order_by("starts_on").first():
            raise Arranged(
                f"It is arranged that {first.worker.name} supports {person.name} from {said(first.starts_on)} on, "
                "so what is written down stays as it is until then."
            )


def _must_hold(referral: Referral, person: Client, today: date, owner_before: int | None) -> None:
    if referral.referred_on > today:
        raise TooSoon(f"{said(referral.referred_on)} has not come yet.")
    earlier = Referral.objects.filter(client=person, ended_on__isnull=False).exclude(pk=referral.pk)
    last = earlier.order_by("referred_on").last()
    if last and referral.referred_on < max(last.ended_on, last.referred_on):
        raise WaitedThen(f"{person.name} waited before, until {said(last.ended_on)}; choose that day or a later one.")
    if last and referral.referred_on == last.referred_on:
        raise WaitedThen(f"{person.name} waited on {said(last.referred_on)} already; choose a later day.")
    if referral.contingency and referral.due_on is None:
        raise NeedsDay("Say by when it is looked at again.")
    if referral.owner_id and referral.owner_id != owner_before:
        if referral.owner not in queries.may_see_to(person.team, today):
            raise NotOfTheTeam(f"{referral.owner.name} neither leads {person.name}’s team nor works in it.")


@transaction.atomic
def go_to_team(*, client_id: int, team: Team, by: Member, today: date, words: str = "") -> Client:
    """
    Let somebody who waits wait in another team; whoever leads it is told in their next digest.

    Whoever saw to it does so no more, unless they lead that team or work in it. What is to be done, by when and since when stays.

    :param words: why, for the history
    :raises OfThatTeam, NobodyLeads, WaitsForNobody, Supported, Arranged: see there
    :raises caseload.actions.PlannedAlready: if somebody is to support them from a later day on
    """
    person = lock_people([client_id])[client_id]
    referral = queries.standing(person)
    if person.team_id == team.pk:
        raise OfThatTeam(f"{person.name} is of {team.name} already.")
    _must_wait(person, today)
    must_be_unplanned(person, today)
    if person.tier == Tier.INACTIVE and referral is None:
        raise WaitsForNobody(f"{person.name} is not in touch now and waits for nobody.")
    leader = _must_be_led(team)
    with history(by, words or "waits in another team"):
        Client.objects.filter(pk=person.pk).update(team=team)
        if referral and referral.owner_id and referral.owner not in queries.may_see_to(team, today):
            referral.owner = None
            referral.save(update_fields=["owner"])
    about = subject(person.pk)
    notices.cancel(subjects=[about], kinds=KINDS)
    told = [leader] if leader.pk != by.pk else []
    notices.owe(recipients=told, kind=News.WAITS_HERE, subject=about, anchor_on=today)
    settle_reminders([person.pk])
    return person


@transaction.atomic
def give_team(*, client_ids: Collection[int], team: Team, by: Member, today: date) -> int:
    """
    Give a team to people who have neither team nor worker; return to how many. Whoever has one by now keeps it.

    Whoever leads the team is told of those who wait.

    :raises NobodyLeads: if nobody leads it
    """
    leader = _must_be_led(team)
    lock_people(client_ids)
    people = list(queries.in_no_team(team.organisation_id, today).filter(pk__in=client_ids))
    with history(by, "given a team"):
        Client.objects.filter(pk__in=[person.pk for person in people]).update(team=team)
    waits = set(Referral.objects.standing().filter(client__in=people).values_list("client", flat=True))
    for person in people:
        if person.tier != Tier.INACTIVE or person.pk in waits:
            notices.owe(recipients=[leader], kind=News.WAITS_HERE, subject=subject(person.pk), anchor_on=today)
    return len(people)


def _must_be_led(team: Team) -> Member:
    leader = leader_of(team)
    if leader is None:
        raise NobodyLeads(f"Nobody leads {team.name} now. Choose another team.")
    return leader
