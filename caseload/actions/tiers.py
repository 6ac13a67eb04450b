"""The support a person has: changing it, keeping in touch, supporting them again."""

from datetime import date

from django.db import transaction

from peerload import facts
from peerload.staff.models import Member

from .. import rules
from ..enums import ACTIVE_TIERS, MovedOn, Tier
from ..models import Allocation, Client, Contact, TierPeriod
from .locking import Refused, day_of, history, lock_person, said
from .own_columns import refresh
from .reminders import settle_reminders


class NotYet(Refused):
    """That day has not come."""


class BeforeWhatStands(Refused):
    """The day lies before what has been written down since; changing it would rewrite what was so."""


class SameSupport(Refused):
    """The person has this support already."""


class NotActive(Refused):
    """That can be said only of somebody with high, medium or group support."""


class NotInTouch(Refused):
    """The person is not in touch now; they come back by being supported again."""


class NeedsTier(Refused):
    """Somebody who is supported has high, medium or group support."""


class NeedsWorker(Refused):
    """Somebody coming back needs a worker."""


class NeedsReason(Refused):
    """A decision is written down with its reason."""


class TooEarly(Refused):
    """24 weeks of keeping in touch are not over."""


class NothingToUndo(Refused):
    """The timetable did not end this support."""


WORDS = {
    Tier.HIGH: "high-intensity support",
    Tier.MEDIUM: "medium-intensity support",
    Tier.GROUP: "group support",
    Tier.PARKED: "keeping in touch",
    Tier.INACTIVE: "not in touch now",
}


@transaction.atomic
def change_tier(
    *, client_id: int, on: date, tier: str, reason: str, by: Member, today: date | None = None
) -> TierPeriod:
    """
    Change somebody's support from a day on, which may lie ahead; from keeping in touch it is support again (gap 55).

    :raises NotInTouch: if they are not in touch now
    :raises SameSupport, BeforeWhatStands, NeedsTier: see there
    """
    person = lock_person(client_id)
    _must_be_active(tier)
    if tier_of(person, on) == Tier.INACTIVE:
        raise NotInTouch(f"{person.name} is not in touch now. Support them again first.")
    with history(by, reason or "support changed"):
        period = set_tier(person, tier, on, by=by, reason=reason, today=day_of(person, today))
    settle(person)
    return period


@transaction.atomic
def keep_in_touch(*, client_id: int, on: date, today: date, talked: bool, reason: str, by: Member) -> TierPeriod:
    """
    Park somebody: from this day on they are contacted every six weeks (P04, P05).

    :param talked: whether that was talked about together; if not, the six weeks run from the last contact before (gap 50)
    :raises NotYet: if the day lies ahead
    :raises NotActive: if they are not supported that day
    """
    person = lock_person(client_id)
    if on > today:
        raise NotYet(f"{said(on)} has not come yet. Keeping in touch begins today or began earlier.")
    held = tier_of(person, on)
    if held == Tier.PARKED:
        raise SameSupport(f"You are keeping in touch with {person.name} already.")
    if held not in ACTIVE_TIERS:
        raise NotActive(f"{person.name} has no support on {said(on)} that could turn into keeping in touch.")
    with history(by, reason or "keeping in touch"):
        period = set_tier(person, Tier.PARKED, on, by=by, reason=reason, talked=talked, today=today)
    settle(person)
    return period


@transaction.atomic
def support_again(
    *,
    client_id: int,
    on: date,
    tier: str,
    reason: str,
    by: Member,
    worker: Member | None = None,
    today: date | None = None,
) -> TierPeriod:
    """
    Support somebody again whom we kept in touch with or who came back; never refused for being over the boundary.

    From keeping in touch it stays the same allocation (gap 55); somebody not in touch comes back as a new allocation
    (gap 56), unless the old one still holds that day.

    :raises NeedsWorker: if they are not in touch and no worker is given
    :raises SameSupport: if they are supported already
    """
    from .allocations import begin, reopen

    person = lock_person(client_id)
    today = day_of(person, today)
    _must_be_active(tier)
    held = tier_of(person, on)
    if held not in {Tier.PARKED, Tier.INACTIVE}:
        raise SameSupport(f"{person.name} is not kept in touch with on {said(on)}; change their support instead.")
    with history(by, reason or "supported again"):
        period = set_tier(person, tier, on, by=by, reason=reason, today=today)
        allocation = Allocation.objects.on(on).filter(client=person).first()
        if allocation and allocation.closed_on:
            reopen(allocation)
        elif held == Tier.INACTIVE and not allocation:
            if worker is None:
                raise NeedsWorker(f"Choose who supports {person.name} from {said(on)} on.")
            begin(person, worker, on, by=by, today=today)
    settle(person, workers=[worker] if worker else [])
    return period


@transaction.atomic
def decide_not_in_touch(
    *, client_id: int, on: date, moved_on: str, reason: str, by: Member, today: date | None = None
) -> TierPeriod:
    """
    End keeping in touch by a manager's decision, with its reason: after 24 weeks, or at once by a reason to stop (52, 57, 63).

    They are not in touch from ``on`` itself; the allocation is decided and closed that day, which its worker still holds
    ("the day of ``closed_on`` inclusive"): ``ends_before`` is the day after, as an imported closing has it.

    :raises NeedsReason: if no reason is given
    :raises TooEarly: if support came to its end before 24 weeks are over
    :raises NotActive: if somebody is supported, and it is neither their wish nor another reason to stop
    """
    from .allocations import close_current

    person = lock_person(client_id)
    today = day_of(person, today)
    if on > today:
        raise NotYet(f"{said(on)} has not come yet.")
    if not reason.strip():
        raise NeedsReason("Write down why, so that it can be understood later.")
    held = TierPeriod.objects.on(on).filter(client=person).first()
    if held and held.tier == Tier.INACTIVE:
        raise SameSupport(f"{person.name} is not in touch since {said(held.starts_on)}.")
    _must_be_over(person, held, on, moved_on)
    with history(by, reason):
        drop_plans(person, max(on, today))
        period = set_tier(person, Tier.INACTIVE, on, by=by, reason=reason, moved_on=moved_on, today=today)
        workers = close_current(person, on)
    settle(person, workers=workers)
    return period


def _must_be_over(person: Client, held: TierPeriod | None, on: date, moved_on: str) -> None:
    if moved_on != MovedOn.ENDED or held is None:
        return
    if held.tier != Tier.PARKED:
        raise NotActive(f"{person.name} is supported; decide to close instead, or say why they moved on.")
    ends = rules.period_ends_on(held.starts_on, cadence(person.organisation))
    if on < ends:
        raise TooEarly(
            f"You have kept in touch with {person.name} since {said(held.starts_on)}; this can be decided from {said(ends)} on, "
            "or earlier at their own wish."
        )


@transaction.atomic
def undo_not_in_touch(*, client_id: int, by: Member, on: date) -> TierPeriod:
    """
    Undo what the timetable ended: the very tier and allocation stand again, with no new-allocation point (gap 54).

    Until the next parking a person decides: the sweep stays away.

    :raises NothingToUndo: if the timetable did not end this support
    """
    person = lock_person(client_id)
    ended = TierPeriod.objects.on(on).filter(client=person, tier=Tier.INACTIVE, automatic=True).first()
    if ended is None:
        raise NothingToUndo(f"There is nothing to undo for {person.name}.")
    with history(by, "the outcome of 24 weeks undone"):
        period = restore(person, ended)
        Client.objects.filter(pk=person.pk).update(kept_in_touch_on=on)
    settle(person)
    return period


def restore(person: Client, ended: TierPeriod) -> TierPeriod:
    """Take back what the timetable wrote: its inactive period, and the end of the allocation."""
    from .allocations import reopen

    before = TierPeriod.objects.get(client=person, ends_before=ended.starts_on)
    ended.delete()
    before.ends_before = ended.ends_before
    before.save(update_fields=["ends_before"])
    allocation = Allocation.objects.filter(client=person, ended_by_sweep=True).order_by("starts_on").last()
    if allocation:
        reopen(allocation)
    return before


def set_tier(
    person: Client,
    tier: str,
    on: date,
    *,
    by: Member | None,
    today: date,
    reason: str = "",
    talked: bool = True,
    moved_on: str = "",
    because_of: Contact | None = None,
) -> TierPeriod:
    """
    Write a tier from a day on; it ends the one that stood, and a plan ahead stays.

    On the very day that one began it takes its place: somebody was never two things on a day. The history keeps both.

    :raises SameSupport: if the tier is the one that stands
    :raises BeforeWhatStands: if another tier has begun since that day
    """
    latest = (
        TierPeriod.objects.filter(client=person, starts_on__gt=on, starts_on__lte=today).order_by("starts_on").last()
    )
    if latest:
        raise BeforeWhatStands(
            f"Since {said(latest.starts_on)} it says “{WORDS[latest.tier]}” for {person.name}; a change cannot lie before that."
        )
    said_now = {"reason": reason, "by": by, "talked": talked, "moved_on": moved_on, "because_of": because_of}
    held = TierPeriod.objects.on(on).filter(client=person).first()
    if held is None:
        ahead = TierPeriod.objects.filter(client=person, starts_on__gt=on).order_by("starts_on").first()
        ends_before = ahead.starts_on if ahead else None
    elif held.tier == tier:
        raise SameSupport(f"{person.name} has had “{WORDS[held.tier]}” since {said(held.starts_on)} already.")
    elif held.starts_on == on:
        TierPeriod.objects.filter(pk=held.pk).update(tier=tier, automatic=False, **said_now)
        held.refresh_from_db()
        return held
    else:
        ends_before, held.ends_before = held.ends_before, on
        held.save(update_fields=["ends_before"])
    return TierPeriod.objects.create(
        organisation_id=person.organisation_id,
        client=person,
        tier=tier,
        starts_on=on,
        ends_before=ends_before,
        **said_now,
    )


def drop_plans(person: Client, after: date) -> None:
    """Drop the tiers planned to begin after a day: what stands then has no end."""
    planned = TierPeriod.objects.filter(client=person, starts_on__gt=after)
    if planned.exists():
        planned.delete()
        TierPeriod.objects.filter(client=person, ends_before__gt=after).update(ends_before=None)


def settle(person: Client, *, workers=()) -> None:
    """Ring last: own columns, reminders, then whatever is derived from facts that carry points."""
    refresh([person.pk])
    settle_reminders([person.pk])
    facts.changed(person.organisation_id, people=[person.pk], workers=[worker.pk for worker in workers])


def cadence(organisation) -> rules.Cadence:
    """Return how often an organisation keeps in touch."""
    return rules.Cadence(organisation.parked_weeks, organisation.inactive_weeks)


def tier_of(person: Client, on: date) -> str | None:
    """Return somebody's tier on a day, None while they have none."""
    return TierPeriod.objects.on(on).filter(client=person).values_list("tier", flat=True).first()


def _must_be_active(tier: str) -> None:
    if tier not in ACTIVE_TIERS:
        raise NeedsTier("Choose high, medium or group support.")
