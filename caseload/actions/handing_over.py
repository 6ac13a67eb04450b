"""
Hand people over to another worker from a day on; move a planned handover forward, cancel it, or let people wait
instead.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from peerload.notices import actions as notices
from peerload.staff.models import Member

from ..models import Allocation, Client
from . import tiers
from .allocations import (
    NO_TERMS,
    Terms,
    begin,
    current,
    end_before,
    ending_ahead,
    go_on,
    must_be_theirs,
    must_be_unplanned,
    must_be_unreported,
    overtake_moves,
    resolve_team,
    resolve_tier,
    subject,
    unreported_from,
)
from .locking import Refused, about, history, lock_people, lock_person


class SameWorker(Refused):
    """The receiver is the person's worker already."""


class NeedsSomebody(Refused):
    """A person with statutory status needs a worker at any time (R79)."""


@transaction.atomic
def hand_over(
    *,
    client_id: int,
    worker: Member,
    on: date,
    by: Member,
    today: date,
    terms: Terms = NO_TERMS,
    tier: str | None = None,
) -> Allocation:
    """
    Hand a person over from a day on: the giver's points stop that day, the receiver's begin, newly allocated (B13).

    On the first day of the giver's allocation the receiver takes its place: the giver never held the person. An import
    hands over without this function and its refusals: a sheet records what happened, and a reported month stays as it
    is.

    :raises NotSupported: if they have no worker that day, or the support is closed
    :raises SameWorker: if it is the worker's already
    :raises PlannedAlready: if another allocation is planned after that day
    :raises MonthReported: if that month, or a later one, is reported for the giver or the receiver
    """
    person = lock_person(client_id)
    giver, allocation = _give(person, worker, on, by=by, today=today, terms=terms, tier=tier)
    tiers.finish(person, today=today, workers=[giver, worker])
    return allocation


class NextWorker(NamedTuple):
    """The next worker of one of several people, and the note for that worker."""

    worker: Member
    first_action: str = ""


@transaction.atomic
def hand_over_many(
    *, given: Mapping[int, NextWorker], giver: Member, on: date, by: Member, purpose: str, today: date
) -> list[Allocation]:
    """
    Hand over several people of one worker from a day on: all of them or, if one is refused, none.

    :param given: by the primary key of the person
    :raises NotSupported: if one of them is not the giver's that day
    :raises Refused: whatever `hand_over` is refused for; the sentence names the person
    """
    people = lock_people(given)
    allocations = []
    for key in sorted(given):
        person, (worker, first_action) = people[key], given[key]
        with about(key):
            must_be_theirs(person, giver, on)
            terms = Terms(purpose=purpose, first_action=first_action)
            __, allocation = _give(person, worker, on, by=by, today=today, terms=terms)
        allocations.append(allocation)
    workers = [giver, *(each.worker for each in given.values())]
    tiers.finish_all(list(given), giver.organisation_id, today=today, workers=workers)
    return allocations


def _give(
    person: Client, worker: Member, on: date, *, by: Member, today: date, terms: Terms, tier: str | None = None
) -> tuple[Member, Allocation]:
    held = current(person, on)
    if held.worker_id == worker.pk:
        raise SameWorker(
            _("%(person)s is supported by %(worker)s already.") % {"person": person.name, "worker": worker.name}
        )
    must_be_unplanned(person, on)
    giver = held.worker
    must_be_unreported(
        [giver.pk, worker.pk],
        on,
        _("The report for %(month)s is sent. %(person)s can be handed over from %(day)s on."),
        person,
    )
    with history(by, terms.purpose or "handed over"):
        if tier and tier != tiers.tier_of(person, on):
            resolve_tier(person, tier, on, by=by, today=today)
        _end(person, held, on, by=by, today=today)
        return giver, begin(person, worker, on, by=by, today=today, terms=terms)


def bring_forward(*, client_ids: Collection[int], giver: Member, on: date, by: Member, today: date) -> list[Allocation]:
    """
    Move the planned handovers of a worker's people forward to a day, and return what is planned now.

    Never before today, nor into a month that is reported. The people are locked.
    """
    sooner = []
    with history(by, "the day has moved"):
        for held, planned in _given_ahead(client_ids, giver, today):
            first = max(unreported_from([giver.pk, planned.worker_id], max(on, today)), held.starts_on)
            if first >= planned.starts_on:
                continue
            end_before(held, first)
            planned.starts_on = first
            planned.save(update_fields=["starts_on"])
            notices.cancel(subjects=[subject(planned.pk)])
            resolve_team(planned, by=by, today=today)
            sooner.append(planned)
    _resolve_given(sooner, giver, today)
    return sooner


def call_off(*, given: Collection[tuple[int, int, date]], giver: Member, by: Member, today: date) -> set[int]:
    """
    Cancel planned handovers, so that the people stay with their worker; return the people who stay. The people are locked.

    A plan that continues to a third worker, or is not this worker's, is left as it is.

    :param given: person, receiver and first day of what is called off
    """
    off = []
    with history(by, "they stay"):
        for held, planned in _given_ahead([client_id for client_id, __, __ in given], giver, today):
            if planned.ends_before or (planned.client_id, planned.worker_id, planned.starts_on) not in given:
                continue
            notices.cancel(subjects=[subject(planned.pk)])
            planned.delete()
            go_on(held)
            off.append(planned)
    _resolve_given(off, giver, today)
    return {planned.client_id for planned in off}


def _given_ahead(client_ids: Collection[int], giver: Member, today: date) -> list[tuple[Allocation, Allocation]]:
    """Return the planned handovers of these people from a worker after a day: the allocation that ends, and the next one."""
    until = ending_ahead(client_ids, giver, today)
    planned = Allocation.objects.filter(client__in=client_ids, starts_on__gt=today).select_related("worker")
    pairs = [(until.get((each.client_id, each.starts_on)), each) for each in planned.order_by("client", "starts_on")]
    return [(ending, each) for ending, each in pairs if ending]


def _resolve_given(given: Collection[Allocation], giver: Member, today: date) -> None:
    if given:
        people, workers = [each.client_id for each in given], [giver, *(each.worker for each in given)]
        tiers.finish_all(people, giver.organisation_id, today=today, workers=workers)


def _end(person: Client, held: Allocation, on: date, *, by: Member, today: date) -> None:
    overtake_moves([person.pk], today, by=by)
    end_before(held, on)


def let_go(person: Client, on: date, *, by: Member, today: date) -> Member:
    """
    End the support of people from a day on without a receiver; return their workers. They are locked, and wait from
    then on.

    :raises NotSupported, PlannedAlready, MonthReported: as `hand_over` does
    :raises NeedsSomebody: if they have statutory status
    """
    held = current(person, on)
    if person.statutory:
        raise NeedsSomebody(
            _(
                "%(person)s has statutory status: a worker must support them at all times, so they cannot "
                "wait. Hand them over."
            )
            % {"person": person.name}
        )
    must_be_unplanned(person, on)
    must_be_unreported(
        [held.worker_id], on, _("The report for %(month)s is sent. %(person)s can wait from %(day)s on."), person
    )
    _end(person, held, on, by=by, today=today)
    return held.worker
