"""Moving on and coming back: support again, a manager's decision after 24 weeks, and undoing what the timetable ended."""

from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from peerload.core.formats import format_day
from peerload.staff.models import Member

from .. import rules
from ..enums import MovedOn, Tier
from ..models import Allocation, Client, Referral, TierPeriod
from ..queries.settings import cadence_of
from . import tiers
from .allocations import NO_TERMS, Terms, begin, must_be_unplanned
from .closing import close_current, must_be_last, reopen
from .locking import Refused, history, lock_person


class NeedsWorker(Refused):
    """A person who comes back needs a worker."""


class TooEarly(Refused):
    """24 weeks of keeping in touch are not over."""


class NothingToUndo(Refused):
    """The timetable did not end this support."""


@transaction.atomic
def support_again(
    *,
    client_id: int,
    on: date,
    tier: str,
    reason: str,
    by: Member,
    today: date,
    worker: Member | None = None,
    terms: Terms = NO_TERMS,
) -> TierPeriod:
    """
    Support a person again after keeping in touch, or after they came back; never refused for being over the boundary.

    From keeping in touch it stays the same allocation (R55); a person not in touch comes back as a new allocation
    (R56), unless the old one still holds that day, and the reason is its purpose. On the day of closing the closing is
    undone.

    :raises NeedsWorker: if they are not in touch and no worker is given
    :raises tiers.SameSupport: if they are supported already
    :raises PlannedAlready: if they are not in touch and an allocation is planned for a later day
    """
    person = lock_person(client_id)
    tiers.must_be_active(tier)
    held, allocation = tiers.tier_of(person, on), Allocation.objects.on(on).filter(client=person).first()
    closed = allocation is not None and allocation.closed_on is not None
    _must_be_without_support(person, held, allocation if closed else None, on, today)
    with history(by, reason or "supported again"):
        if closed:
            tiers.go_on_after(person, on)
        period = TierPeriod.objects.on(on).filter(client=person).first()
        if period is None or held != tier:
            period = tiers.set_tier(person, tier, on, by=by, reason=reason, today=today)
        if closed:
            reopen(allocation)
        elif held == Tier.INACTIVE and not allocation:
            _begin_anew(person, worker, on, by=by, today=today, terms=replace(terms, purpose=reason))
    tiers.finish(person, today=today, workers=[worker] if worker else [])
    return period


def _must_be_without_support(
    person: Client, held: str | None, closed: Allocation | None, on: date, today: date
) -> None:
    """Refuse to support a person again who is supported, or whose closed allocation may not be opened again."""
    if held not in {Tier.PARKED, Tier.INACTIVE} and not closed:
        says = _("%(person)s is not in “keeping in touch” on %(day)s. Change their support instead.")
        raise tiers.SameSupport(says % {"person": person.name, "day": format_day(on)})
    if closed and not on == closed.closed_on == today:
        _must_not_reopen(person, closed, today)


def _begin_anew(person: Client, worker: Member | None, on: date, *, by: Member, today: date, terms: Terms) -> None:
    if worker is None:
        raise NeedsWorker(
            _("Choose who supports %(person)s from %(day)s on.") % {"person": person.name, "day": format_day(on)}
        )
    must_be_unplanned(person, on)
    begin(person, worker, on, by=by, today=today, terms=terms)


@transaction.atomic
def decide_not_in_touch(*, client_id: int, on: date, moved_on: str, reason: str, by: Member, today: date) -> TierPeriod:
    """
    End keeping in touch by a manager's decision, with its reason: after 24 weeks, or at once by a reason to stop (52, 57, 63).

    They are not in touch from ``on`` itself; the allocation is decided and closed that day, which its worker still holds
    ("the day of ``closed_on`` inclusive"): ``ends_before`` is the day after, as an imported closing has it. A person who came
    back and waits for a worker again, or for the day on which one begins, moves on from waiting, with a reason of its own.

    :raises tiers.NeedsReason: if no reason is given
    :raises TooEarly: if support came to its end before 24 weeks are over
    :raises tiers.NotActive: if the person is supported, and it is neither their wish nor another reason to stop
    :raises tiers.BeforeWhatStands: if another tier, or another worker, has begun since that day
    """
    person = lock_person(client_id)
    if on > today:
        raise tiers.NotYet(_("%(day)s has not come yet.") % {"day": format_day(on)})
    if not reason.strip():
        raise tiers.NeedsReason(_("Write down why, so that it can be understood later."))
    held = TierPeriod.objects.on(on).filter(client=person).first()
    waits_again = held is not None and held.tier == Tier.INACTIVE
    if waits_again and not _has_come_back(person, on):
        raise tiers.SameSupport(
            _("%(person)s has counted as not in touch since %(day)s.")
            % {"person": person.name, "day": format_day(held.starts_on)}
        )
    if not waits_again:
        _must_be_over(person, held, on, moved_on)
    must_be_last(person, on, today)
    with history(by, reason):
        tiers.drop_plans(person, max(on, today))
        said_of = {"by": by, "reason": reason, "moved_on": moved_on, "again": waits_again}
        period = tiers.set_tier(person, Tier.INACTIVE, on, today=today, **said_of)
        workers = close_current(person, on, today=today)
    tiers.finish(person, today=today, workers=workers)
    return period


def _must_not_reopen(person: Client, allocation: Allocation, today: date) -> None:
    """Say what to choose instead of a day on which a support that is closed still held."""
    closed_on = allocation.closed_on
    words = (
        _("%(name)s’s support was closed on %(day)s. Choose today: that takes the closing back.")
        if closed_on == today
        else _("%(name)s’s support was closed on %(day)s. Choose a day after it.")
    )
    raise tiers.BeforeWhatStands(words % {"name": person.name, "day": format_day(closed_on)})


def _has_come_back(person: Client, on: date) -> bool:
    waits = Referral.objects.standing().filter(client=person)
    return waits.exists() or Allocation.objects.filter(client=person, starts_on__gt=on).exists()


def _must_be_over(person: Client, held: TierPeriod | None, on: date, moved_on: str) -> None:
    if moved_on != MovedOn.ENDED or held is None:
        return
    if held.tier != Tier.PARKED:
        raise tiers.NotActive(
            _("%(person)s is supported. Decide to close instead, or say why they moved on.") % {"person": person.name}
        )
    ends = rules.period_ends_on(held.starts_on, cadence_of(person.organisation))
    if on < ends:
        raise TooEarly(
            _(
                "You have kept in touch with %(person)s since %(day)s; "
                "this can be decided from %(ends)s on, or earlier at their own wish."
            )
            % {"person": person.name, "day": format_day(held.starts_on), "ends": format_day(ends)}
        )


@transaction.atomic
def undo_not_in_touch(*, client_id: int, by: Member, today: date) -> TierPeriod:
    """
    Undo what the sweep ended: the same tier and allocation continue, with no new-allocation point (R54).

    Until the next parking the sweep does not end it again; a member decides.

    :raises NothingToUndo: if the sweep did not end this support
    """
    person = lock_person(client_id)
    ended = TierPeriod.objects.on(today).filter(client=person, tier=Tier.INACTIVE, automatic=True).first()
    if ended is None:
        raise NothingToUndo(_("There is nothing to undo for %(person)s.") % {"person": person.name})
    with history(by, "the outcome of 24 weeks undone"):
        period = restore(person, ended)
        Client.objects.filter(pk=person.pk).update(kept_in_touch_on=today)
    tiers.finish(person, today=today)
    return period


def restore(person: Client, ended: TierPeriod) -> TierPeriod:
    """Take back what the timetable wrote: its inactive period, and the end of the allocation."""
    before = TierPeriod.objects.get(client=person, ends_before=ended.starts_on)
    ended.delete()
    before.ends_before = ended.ends_before
    before.save(update_fields=["ends_before"])
    allocation = Allocation.objects.filter(client=person, ended_by_sweep=True).order_by("starts_on").last()
    if allocation:
        reopen(allocation)
    return before
