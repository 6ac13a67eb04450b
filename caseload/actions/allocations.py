"""Allocations, which say who supports a person: begin, find and end them."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from peerload.core import dates
from peerload.core.formats import format_day, format_month
from peerload.notices import actions as notices
from peerload.staff.models import Member
from peerload.staff.rules import Staffed, cannot_support

from ..enums import ACTIVE_TIERS, MoveEnd, News, ReferralEnd, Tier
from ..models import Allocation, Client, Referral, TemporaryMove
from ..queries.person import allocation_on
from ..queries.teams import team_of
from ..rules import before_waiting
from ..signals import reported_months_asked
from . import tiers
from .locking import Refused, history, lock_person
from .waiting import end_waiting


class AlreadySupported(Refused):
    """The person has a worker already; hand over instead."""


class PlannedAlready(Refused):
    """An allocation is planned for a later day."""


class BeforeWaiting(Refused):
    """The service did not know of the person on that day."""

    field = "on"


class NotSupported(Refused):
    """The person has no worker that day."""


class NotAWorker(Refused):
    """Only an active member of the service can support people."""


class MonthReported(Refused):
    """A sent report names the person's worker on that day."""

    field = "on"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The terms of an allocation, each a column: its purpose, the first thing to do, the date of the next review."""

    purpose: str = ""
    first_action: str = ""
    review_on: date | None = None
    note: str = ""  # to the worker
    over_reason: str = ""  # why, though the allocation takes the worker over the limit; going over never blocks (W25)


NO_TERMS = Terms()


def unreported_from(worker_ids: Collection[int], on: date) -> date:
    """
    Return a day if no sent report of these workers covers it or a later day; else the day after the last reported
    month.
    """
    answers: Sequence[tuple[object, Any]] = reported_months_asked.send(Client, worker_ids=worker_ids, on=on)
    return max((first for __, first in answers), default=on)


@transaction.atomic
def allocate(
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
    Allocate a person who waits, or is not in touch, to a worker from a day on; the day may lie ahead.

    :raises AlreadySupported: if a worker supports the person already
    :raises PlannedAlready: if an allocation is planned for a later day
    :raises NotAWorker: if the worker is not an active member of the service
    :raises BeforeWaiting: if the person waits for a worker only from a later day on
    :raises tiers.NeedsTier: if they have no support that day and none is given
    """
    person = lock_person(client_id)
    _must_be_free(person, on, today)
    with history(by, terms.purpose or "allocated"):
        resolve_tier(person, tier, on, by=by, today=today)
        allocation = begin(person, worker, on, by=by, today=today, terms=terms)
    tiers.finish(person, today=today, workers=[worker])
    return allocation


def begin(
    person: Client,
    worker: Member,
    on: date,
    *,
    by: Member | None,
    today: date,
    terms: Terms = NO_TERMS,
    student_held: bool = False,
) -> Allocation:
    """
    Write an allocation from a day on; from its first day the person keeps the worker's team and waits no longer.

    The worker is told in their next digest, unless they did it themselves.

    :raises NotAWorker: if the worker is not an active member of the person's service who may support people, or has left by
        that day
    """
    last_day = worker.leavings.standing().values_list("last_day", flat=True).first()
    here = worker.active and worker.organisation_id == person.organisation_id
    if says := cannot_support(Staffed(worker.name, worker.role, here, last_day), on):
        raise NotAWorker(says)
    said = asdict(terms) | {"student_held": student_held, "by": by}
    allocation = Allocation.objects.create(
        organisation_id=person.organisation_id, client=person, worker=worker, starts_on=on, **said
    )
    end_waiting(person.pk, on, ReferralEnd.ALLOCATED, drop_after=today)
    resolve_team(allocation, by=by, today=today)
    return allocation


def resolve_team(allocation: Allocation, *, by: Member | None, today: date) -> None:
    """Write the worker's team on the person from the first day on, and tell a worker who has not supported them until then."""
    worker, on = allocation.worker, allocation.starts_on
    if on <= today and (team_id := team_of(worker, today)):
        Client.objects.filter(pk=allocation.client_id).exclude(team_id=team_id).update(team_id=team_id)
    until_then = Allocation.objects.filter(client=allocation.client_id, worker=worker, closed_on=None, ends_before=on)
    if by and by.pk != worker.pk and not until_then.exists():
        notices.notify(recipients=[worker], kind=News.NEWLY_WITH, subject=subject(allocation.pk), anchor_on=on)


def subject(allocation_id: int) -> str:
    """Return the key by which notices name an allocation."""
    return f"allocation:{allocation_id}"


def overtake_moves(client_ids: Collection[int], on: date, *, by: Member | None) -> None:
    """Mark temporary moves as overtaken for people whose support by that worker ends otherwise: no return is proposed."""
    moves = TemporaryMove.objects.standing().filter(client__in=client_ids)
    moves.update(settled_on=on, settled_by=by, settled_as=MoveEnd.OVERTAKEN)


def end_before(held: Allocation, on: date) -> None:
    """End an allocation before a day; one that began on that day is deleted."""
    if held.starts_on == on:
        held.delete()
    else:
        held.ends_before = on
        held.save(update_fields=["ends_before"])


def ask_again(allocation: Allocation) -> None:
    """Reopen the temporary move that an allocation came from: it is no longer overtaken."""
    moves = TemporaryMove.objects.filter(allocation=allocation, settled_as=MoveEnd.OVERTAKEN)
    moves.update(settled_on=None, settled_by=None, settled_as="")


def current(person: Client, on: date) -> Allocation:
    """
    Return the allocation of a day that is not closed.

    :raises NotSupported: if there is none
    """
    held = Allocation.objects.on(on).filter(client=person, closed_on=None).select_related("worker").first()
    if held is None:
        raise NotSupported(
            _("No worker supports %(person)s on %(day)s.") % {"person": person.name, "day": format_day(on)}
        )
    return held


def must_be_theirs(person: Client, giver: Member, on: date) -> None:
    """
    Check that every person is the worker's on a day.

    :raises NotSupported: if a person is not the worker's on a day

    :raises NotSupported: if a person is not the worker's on a day
    """
    if (held := current(person, on)).worker_id != giver.pk:
        raise NotSupported(
            _("%(person)s is supported by %(worker)s on %(day)s, not by %(giver)s.")
            % {"person": person.name, "worker": held.worker.name, "day": format_day(on), "giver": giver.name}
        )


def ending_ahead(client_ids: Collection[int], worker: Member, today: date) -> dict[tuple[int, date | None], Allocation]:
    """Return the allocations of a worker's people that end after a day, by person and first day without."""
    held = Allocation.objects.filter(client__in=client_ids, worker=worker, closed_on=None, ends_before__gt=today)
    return {(each.client_id, each.ends_before): each for each in held}


def go_on(held: Allocation) -> None:
    """Continue an allocation that was to end ahead; the return of the temporary move it came from is asked about again."""
    held.ends_before = None
    held.save(update_fields=["ends_before"])
    ask_again(held)


def _must_be_free(person: Client, on: date, today: date) -> None:
    held = allocation_on(person, on)
    if held and held.closed_on:
        raise AlreadySupported(
            _("%(person)s's support was closed on %(day)s. Allocate from the day after.")
            % {"person": person.name, "day": format_day(held.closed_on)}
        )
    if held:
        raise AlreadySupported(
            _("%(person)s is supported by %(worker)s. Hand over instead.")
            % {"person": person.name, "worker": held.worker.name}
        )
    must_be_unplanned(person, on)
    waits = Referral.objects.filter(client=person, ended_on=None, referred_on__gt=on).order_by("referred_on").first()
    if waits and waits.referred_on <= today:
        raise BeforeWaiting(before_waiting(person.name, waits.referred_on))


def must_be_unplanned(person: Client, on: date) -> None:
    """
    Check that no allocation is planned after a day.

    :raises PlannedAlready: if an allocation is planned after a day
    """
    later = (
        Allocation.objects.filter(client=person, starts_on__gt=on)
        .select_related("worker")
        .order_by("starts_on")
        .first()
    )
    if later:
        raise PlannedAlready(
            _("%(worker)s supports %(person)s from %(day)s on. Choose that day or a later one.")
            % {"worker": later.worker.name, "person": person.name, "day": format_day(later.starts_on)}
        )


def must_be_unreported(worker_ids: Collection[int], on: date, says: str, person: Client) -> None:
    """
    Check that no sent report covers a day or a later one.

    :raises MonthReported: if a sent report covers a day or a later one; ``says`` is the sentence
    """
    first = unreported_from(worker_ids, on)
    if first != on:
        month = format_month(first - dates.DAY)
        raise MonthReported(says % {"month": month, "person": person.name, "day": format_day(first)})


def resolve_tier(person: Client, tier: str | None, on: date, *, by: Member, today: date) -> None:
    """
    Set the tier chosen from a day on; without a choice the person keeps theirs.

    :raises tiers.NeedsTier: if none is chosen and they have none
    """
    held = tiers.tier_of(person, on)
    if tier and tier not in ACTIVE_TIERS or (tier is None and held in {None, Tier.INACTIVE}):
        raise tiers.NeedsTier(_("Choose high, medium or group support for %(person)s.") % {"person": person.name})
    if tier and tier != held:
        tiers.set_tier(person, tier, on, by=by, today=today)
