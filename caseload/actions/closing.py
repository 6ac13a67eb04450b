"""Closing: decided, withdrawn, carried out, taken back."""

from datetime import date

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from peerload.core import dates
from peerload.core.formats import format_day
from peerload.notices import actions as notices
from peerload.staff.models import Member

from ..enums import ReferralEnd, Tier
from ..models import Allocation, Client, CloseDecision
from . import tiers
from .allocations import ask_again, current, overtake_moves, subject
from .locking import Refused, history, lock_person
from .reminders import cancel_reminders
from .waiting import end_waiting


class AlreadyDecided(Refused):
    """It was decided to close already."""


class NothingDecided(Refused):
    """There is no decision to withdraw."""


@transaction.atomic
def decide_to_close(*, client_id: int, on: date, by: Member, today: date, reason: str = "") -> Allocation:
    """
    Decide to close: the points count for 28 days more, and the case is closed within them (W05).

    :raises tiers.NotYet: if the day lies ahead
    :raises NotSupported: if they have no worker that day
    :raises AlreadyDecided: if it was decided already
    """
    person = lock_person(client_id)
    if on > today:
        raise tiers.NotYet(_("%(day)s has not come yet. Save the decision on its day.") % {"day": format_day(on)})
    held = current(person, on)
    if held.close_decided_on:
        raise AlreadyDecided(
            _("The decision to close was made on %(day)s already.") % {"day": format_day(held.close_decided_on)}
        )
    with history(by, reason or "decided to close"):
        held.close_decided_on = on
        held.save(update_fields=["close_decided_on"])
        CloseDecision.objects.create(allocation=held, decided_on=on, by=by, reason=reason)
    tiers.finish(person, today=today)
    return held


@transaction.atomic
def withdraw_decision(*, client_id: int, by: Member, today: date, reason: str = "") -> Allocation:
    """
    Withdraw the decision to close: points go on as if it had not been made (B09). The history keeps it.

    :raises NothingDecided: if there is none, or the support is closed
    """
    person = lock_person(client_id)
    held = Allocation.objects.on(today).filter(client=person, closed_on=None).first()
    if held is None or held.close_decided_on is None:
        raise NothingDecided(_("There is no decision to close %(person)s's support.") % {"person": person.name})
    with history(by, reason or "decision to close withdrawn"):
        decision = held.decisions.standing().first()
        decision = decision or CloseDecision(allocation=held, decided_on=held.close_decided_on)  # from a sheet
        decision.withdrawn_on, decision.withdrawn_by, decision.withdrawn_reason = today, by, reason
        decision.save()
        held.close_decided_on = None
        held.save(update_fields=["close_decided_on"])
    tiers.finish(person, today=today)
    return held


def withdraw_decisions_without_a_day(organisation_id: int, *, by: Member | None, today: date) -> None:
    """Withdraw decisions whose day sheets removed from the allocation or changed."""
    other_day = Q(allocation__closed_on=None) & ~Q(allocation__close_decided_on=F("decided_on"))
    standing = CloseDecision.objects.standing().filter(allocation__organisation=organisation_id)
    standing.filter(Q(allocation__close_decided_on=None) | other_day).update(
        withdrawn_on=Greatest(F("decided_on"), Value(today)), withdrawn_by=by
    )


@transaction.atomic
def close(*, client_id: int, on: date, today: date, by: Member, moved_on: str, reason: str = "") -> Allocation:
    """
    Close a person's support: the worker holds it through that day; from the day after the person is not in touch.

    Closing without an earlier decision is decision and closing in one. What was planned after that day falls away.

    :raises tiers.NotYet: if the day lies ahead
    :raises NotSupported: if they have no worker that day, or it is closed
    :raises tiers.BeforeWhatStands: if the decision, or a change of support, is later than that day
    """
    person = lock_person(client_id)
    if on > today:
        raise tiers.NotYet(_("%(day)s has not come yet. Close on the day itself.") % {"day": format_day(on)})
    held = current(person, on)
    if held.close_decided_on and held.close_decided_on > on:
        raise tiers.BeforeWhatStands(
            _("The decision to close was made on %(day)s. Choose that day or a later one.")
            % {"day": format_day(held.close_decided_on)}
        )
    must_be_last(person, on, today)
    after = on + dates.DAY
    with history(by, reason or "closed"):
        tiers.drop_plans(person, max(after, today))
        if tiers.tier_of(person, after) != Tier.INACTIVE:
            tiers.set_tier(person, Tier.INACTIVE, after, by=by, reason=reason, moved_on=moved_on, today=today)
        workers = close_current(person, on, by=by, today=today)
    tiers.finish(person, today=today, workers=workers)
    held.refresh_from_db()
    return held


def close_current(
    person: Client, on: date, *, today: date, by: Member | None = None, automatic: bool = False
) -> list[Member]:
    """
    Decide and close the allocation of a day on it, delete those planned after; return their workers.

    Reminders about the person and these allocations are cancelled, waiting ends, and no return is proposed.
    """
    planned = Allocation.objects.filter(client=person, starts_on__gt=on).select_related("worker")
    workers = [allocation.worker for allocation in planned]
    untrue = [subject(allocation.pk) for allocation in planned]
    planned.delete()
    held = Allocation.objects.on(on).filter(client=person, closed_on=None).select_related("worker").first()
    if held:
        held.close_decided_on = dates.earliest(held.close_decided_on, on)
        held.closed_on, held.ends_before, held.ended_by_sweep = on, on + dates.DAY, automatic
        held.save(update_fields=["close_decided_on", "closed_on", "ends_before", "ended_by_sweep"])
        workers.append(held.worker)
        untrue.append(subject(held.pk))
    notices.cancel(subjects=untrue)
    cancel_reminders([person.pk])
    end_waiting(person.pk, on, ReferralEnd.MOVED_ON, drop_after=today)
    overtake_moves([person.pk], on, by=by)
    return workers


def reopen(allocation: Allocation) -> None:
    """Undo a closing: the earlier decision, if any, is in force again; the allocation ends where another worker's begins."""
    allocation.close_decided_on = _decided_before_closing(allocation)
    allocation.closed_on, allocation.ended_by_sweep = None, False
    allocation.ends_before = _next_begins(allocation)
    allocation.save(update_fields=["close_decided_on", "closed_on", "ends_before", "ended_by_sweep"])
    end_waiting(allocation.client_id, allocation.starts_on, ReferralEnd.ALLOCATED)
    ask_again(allocation)


def _decided_before_closing(allocation: Allocation) -> date | None:
    """Return the day of the decision in force; one that only a sheet brought counts if it lies before the closing."""
    if decision := allocation.decisions.standing().first():
        return decision.decided_on
    decided_on = allocation.close_decided_on
    return decided_on if decided_on and decided_on < allocation.closed_on else None


def _next_begins(allocation: Allocation) -> date | None:
    """Return the day from which another worker supports the person; a plan that was dropped ends nothing."""
    later = Allocation.objects.filter(client=allocation.client_id, starts_on__gt=allocation.starts_on)
    return later.order_by("starts_on").values_list("starts_on", flat=True).first()


def must_be_last(person: Client, on: date, today: date) -> None:
    """
    Refuse a day for moving on that lies before an allocation begun since, which would be erased.

    :raises tiers.BeforeWhatStands: if an allocation has begun since that day
    """
    later = Allocation.objects.filter(client=person, starts_on__gt=on, starts_on__lte=today).first()
    if later:
        raise tiers.BeforeWhatStands(
            _("Since %(day)s %(person)s has had another worker. Choose that day or a later one.")
            % {"day": format_day(later.starts_on), "person": person.name}
        )
