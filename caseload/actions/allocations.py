"""Who supports whom: allocating, handing over, closing."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from peerload.core import dates
from peerload.core.formats import format_day
from peerload.notices import actions as notices
from peerload.staff.models import Member
from peerload.staff.rules import Staffed, cannot_support

from ..enums import ACTIVE_TIERS, MoveEnd, News, ReferralEnd, Tier
from ..models import Allocation, AllocationReview, Client, CloseDecision, Referral, TemporaryMove
from ..queries.teams import team_of
from ..rules import before_waiting
from ..signals import reported_months_asked
from . import tiers
from .locking import Refused, day_of, history, lock_people, lock_person
from .reminders import cancel_reminders
from .waiting import end_waiting


class AlreadySupported(Refused):
    """Somebody supports the person; hand over instead."""


class PlannedAlready(Refused):
    """An allocation is planned for a later day."""


class BeforeWaiting(Refused):
    """The service did not know of the person on that day."""

    field = "on"


class NotSupported(Refused):
    """Nobody supports the person that day."""


class SameWorker(Refused):
    """A person is handed over to somebody else."""


class NotAWorker(Refused):
    """Only an active member of the service can support people."""


class NeedsSomebody(Refused):
    """Somebody must support the person at any time (R79)."""


class MonthReported(Refused):
    """A report that was sent says who held the person that day."""

    field = "on"


class AlreadyDecided(Refused):
    """It was decided to close already."""


class NothingDecided(Refused):
    """There is no decision to withdraw."""


class LookedAtMeanwhile(Refused):
    """Somebody else has said since when it is looked at again."""

    field = "review_on"


class HeldThatWay(Refused):
    """A student holds the person already, or the worker does."""


class FirstDecide(Refused):
    """Something else about the allocation has to be decided first."""


class LooksBack(Refused):
    """It is looked at again on a day ahead."""

    field = "review_on"


def unreported_from(worker_ids: Collection[int], on: date) -> date:
    """Return a day if no report of these workers says who was theirs on it or after it, else the first day after the last."""
    answers = reported_months_asked.send(Client, worker_ids=worker_ids, on=on)
    return max((first for _, first in answers), default=on)


@transaction.atomic
def allocate(
    *,
    client_id: int,
    worker: Member,
    on: date,
    by: Member,
    purpose: str = "",
    first_action: str = "",
    review_on: date | None = None,
    note: str = "",
    over_reason: str = "",
    tier: str | None = None,
    today: date | None = None,
) -> Allocation:
    """
    Allocate somebody waiting, or not in touch, to a worker from a day on; the day may lie ahead.

    :param note: to the worker
    :param over_reason: why, though the worker is to hold more than the limit; going over never blocks (W25)
    :raises AlreadySupported, PlannedAlready, NotAWorker: see there
    :raises BeforeWaiting: if the person waits for a worker only from a later day on
    :raises tiers.NeedsTier: if they have no support that day and none is given
    """
    person = lock_person(client_id)
    today = day_of(person, today)
    _must_be_free(person, on, today)
    details = {"purpose": purpose, "first_action": first_action, "review_on": review_on}
    details |= {"note": note, "over_reason": over_reason}
    with history(by, purpose or "allocated"):
        _resolve_tier(person, tier, on, by=by, today=today)
        allocation = begin(person, worker, on, by=by, today=today, **details)
    tiers.finish(person, workers=[worker])
    return allocation


@transaction.atomic
def hand_over(
    *,
    client_id: int,
    worker: Member,
    on: date,
    by: Member,
    purpose: str = "",
    first_action: str = "",
    review_on: date | None = None,
    note: str = "",
    over_reason: str = "",
    tier: str | None = None,
    today: date | None = None,
) -> Allocation:
    """
    Hand somebody over from a day on: the giver's points stop that day, the receiver's begin, newly allocated (B13).

    On the very day the giver's allocation began it is given to the receiver instead: the giver never held a day. Sheets that
    are brought in hand over too, past this and past its refusals: they say what was so, and a month reported stays as it is.

    :raises NotSupported: if nobody supports them that day, or the support is closed
    :raises SameWorker: if it is the worker's already
    :raises PlannedAlready: if another allocation is planned after that day
    :raises MonthReported: if that month, or a later one, is reported for the giver or the receiver
    """
    person = lock_person(client_id)
    details = {"purpose": purpose, "first_action": first_action, "review_on": review_on}
    details |= {"note": note, "over_reason": over_reason}
    giver, allocation = _give(person, worker, on, by=by, today=day_of(person, today), tier=tier, **details)
    tiers.finish(person, workers=[giver, worker])
    return allocation


class Given(NamedTuple):
    """The worker one of many is handed over to, and with what words."""

    worker: Member
    first_action: str = ""


@transaction.atomic
def hand_over_many(
    *, given: Mapping[int, Given], giver: Member, on: date, by: Member, purpose: str, today: date
) -> list[Allocation]:
    """
    Hand many people of one worker over from a day on: all of them or, if one is refused, nobody.

    :param given: by the primary key of the person
    :raises NotSupported: if one of them is not the giver's that day
    :raises Refused: whatever `hand_over` is refused for; the sentence names the person
    """
    people = lock_people(given)
    allocations = []
    for key in sorted(given):
        person, (worker, first_action) = people[key], given[key]
        if (held := current(person, on)).worker_id != giver.pk:
            raise NotSupported(
                f"{person.name} is supported by {held.worker.name} on {format_day(on)}, not by {giver.name}."
            )
        _, allocation = _give(person, worker, on, by=by, today=today, purpose=purpose, first_action=first_action)
        allocations.append(allocation)
    tiers.finish_all(list(given), giver.organisation_id, workers=[giver, *(each.worker for each in given.values())])
    return allocations


def _give(
    person: Client, worker: Member, on: date, *, by: Member, today: date, tier: str | None = None, **details
) -> tuple[Member, Allocation]:
    held = current(person, on)
    if held.worker_id == worker.pk:
        raise SameWorker(f"{person.name} is supported by {worker.name} already.")
    must_be_unplanned(person, on)
    giver = held.worker
    _must_be_unreported([giver.pk, worker.pk], on, f"Handing {person.name} over can be")
    with history(by, details["purpose"] or "handed over"):
        if tier and tier != tiers.tier_of(person, on):
            _resolve_tier(person, tier, on, by=by, today=today)
        _end(person, held, on, by=by, today=today)
        return giver, begin(person, worker, on, by=by, today=today, **details)


def bring_forward(*, client_ids: Collection[int], giver: Member, on: date, by: Member, today: date) -> list[Allocation]:
    """
    Let a worker's people who are planned to go to others after a day go on that day, and return what is planned now.

    Never before today, nor into a month that is reported. The people are locked.
    """
    sooner = []
    with history(by, "the day has moved"):
        for held, planned in _given_ahead(client_ids, giver, today):
            first = max(unreported_from([giver.pk, planned.worker_id], max(on, today)), held.starts_on)
            if first >= planned.starts_on:
                continue
            if held.starts_on == first:
                held.delete()
            else:
                held.ends_before = first
                held.save(update_fields=["ends_before"])
            planned.starts_on = first
            planned.save(update_fields=["starts_on"])
            notices.cancel(subjects=[subject(planned.pk)])
            _resolve_team(planned, by=by, today=today)
            sooner.append(planned)
    _resolve_given(sooner, giver)
    return sooner


def call_off(*, given: Collection[tuple[int, int, date]], giver: Member, by: Member, today: date) -> set[int]:
    """
    Let people who were to go to others after today stay with their worker; return who does. The people are locked.

    A person who would go on from there to a third, or was never to be the worker's, stays planned as they are.

    :param given: person, receiver and first day of what is called off
    """
    off = []
    with history(by, "they stay"):
        for held, planned in _given_ahead([client_id for client_id, _, _ in given], giver, today):
            if planned.ends_before or (planned.client_id, planned.worker_id, planned.starts_on) not in given:
                continue
            notices.cancel(subjects=[subject(planned.pk)])
            planned.delete()
            held.ends_before = None
            held.save(update_fields=["ends_before"])
            ask_again(held)
            off.append(planned)
    _resolve_given(off, giver)
    return {planned.client_id for planned in off}


def _given_ahead(client_ids: Collection[int], giver: Member, today: date) -> list[tuple[Allocation, Allocation]]:
    """Return which of these people go from a worker to somebody else after a day: the allocation that ends, and the next."""
    held = Allocation.objects.filter(client__in=client_ids, worker=giver, closed_on=None, ends_before__gt=today)
    until = {(each.client_id, each.ends_before): each for each in held}
    planned = Allocation.objects.filter(client__in=client_ids, starts_on__gt=today).select_related("worker")
    pairs = [(until.get((each.client_id, each.starts_on)), each) for each in planned.order_by("client", "starts_on")]
    return [(ending, each) for ending, each in pairs if ending]


def _resolve_given(given: Collection[Allocation], giver: Member) -> None:
    if given:
        people = [each.client_id for each in given]
        tiers.finish_all(people, giver.organisation_id, workers=[giver, *(each.worker for each in given)])


def _end(person: Client, held: Allocation, on: date, *, by: Member, today: date) -> None:
    """End an allocation before a day; one that begins that very day was never."""
    overtake_moves([person.pk], today, by=by)
    if held.starts_on == on:
        held.delete()
    else:
        held.ends_before = on
        held.save(update_fields=["ends_before"])


def let_go(person: Client, on: date, *, by: Member, today: date) -> Member:
    """
    End somebody's support from a day on with nobody to follow; return whose they were. They are locked, and wait from then on.

    :raises NotSupported, PlannedAlready, MonthReported: as `hand_over` does
    :raises NeedsSomebody: if they have statutory status
    """
    held = current(person, on)
    if person.statutory:
        raise NeedsSomebody(
            f"{person.name} has statutory status: a worker must support them at all times, so they cannot wait. "
            "Hand them over."
        )
    must_be_unplanned(person, on)
    _must_be_unreported([held.worker_id], on, f"{person.name} can wait")
    _end(person, held, on, by=by, today=today)
    return held.worker


@transaction.atomic
def decide_to_close(*, client_id: int, on: date, by: Member, reason: str = "", today: date | None = None) -> Allocation:
    """
    Decide to close: the points stand for 28 days more, in which the case is closed (W05).

    :raises tiers.NotYet: if the day lies ahead
    :raises NotSupported: if nobody supports them that day
    :raises AlreadyDecided: if it was decided already
    """
    person = lock_person(client_id)
    if on > day_of(person, today):
        raise tiers.NotYet(f"{format_day(on)} has not come yet. Save the decision on its day.")
    held = current(person, on)
    if held.close_decided_on:
        raise AlreadyDecided(f"It was decided on {format_day(held.close_decided_on)} to close.")
    with history(by, reason or "decided to close"):
        held.close_decided_on = on
        held.save(update_fields=["close_decided_on"])
        CloseDecision.objects.create(allocation=held, decided_on=on, by=by, reason=reason)
    tiers.finish(person)
    return held


@transaction.atomic
def withdraw_decision(*, client_id: int, by: Member, reason: str = "", today: date | None = None) -> Allocation:
    """
    Withdraw the decision to close: points go on as if it had not been (B09). That it was made stays written down.

    :raises NothingDecided: if there is none, or the support is closed
    """
    person = lock_person(client_id)
    today = day_of(person, today)
    held = Allocation.objects.on(today).filter(client=person, closed_on=None).first()
    if held is None or held.close_decided_on is None:
        raise NothingDecided(f"There is no decision to close {person.name}'s support.")
    with history(by, reason or "decision to close withdrawn"):
        decision = held.decisions.standing().first()
        decision = decision or CloseDecision(allocation=held, decided_on=held.close_decided_on)  # a sheet said the day
        decision.withdrawn_on, decision.withdrawn_by, decision.withdrawn_reason = today, by, reason
        decision.save()
        held.close_decided_on = None
        held.save(update_fields=["close_decided_on"])
    tiers.finish(person)
    return held


def withdraw_decisions_without_a_day(organisation_id: int, *, by: Member | None, today: date) -> None:
    """Withdraw decisions that stand though sheets took the day of the decision out of the allocation, or gave it another."""
    other_day = Q(allocation__closed_on=None) & ~Q(allocation__close_decided_on=F("decided_on"))
    standing = CloseDecision.objects.standing().filter(allocation__organisation=organisation_id)
    standing.filter(Q(allocation__close_decided_on=None) | other_day).update(
        withdrawn_on=Greatest(F("decided_on"), Value(today)), withdrawn_by=by
    )


@transaction.atomic
def look_again(
    *, client_id: int, was: date | None, review_on: date | None, by: Member, today: date, words: str = ""
) -> Allocation:
    """
    Write down that a member looked at an allocation again, and when it is looked at next (W25). Said twice it is once.

    :param was: the day that stood when it was looked at
    :param review_on: ``None`` where there is nothing more to look at
    :param words: what came of it
    :raises LooksBack: if the next time is not ahead
    :raises NotSupported: if nobody supports them that day
    :raises LookedAtMeanwhile: if another day stands by now
    """
    person = lock_person(client_id)
    if review_on and review_on <= today:
        raise LooksBack("Choose a day after today, or leave it empty if there is nothing more to look at.")
    held = current(person, today)
    if held.review_on not in {was, review_on}:
        stands = f"for {format_day(held.review_on)}" if held.review_on else "and found nothing more to look at"
        raise LookedAtMeanwhile(f"Another person has looked at it meanwhile, {stands}. Read it again.")
    with history(by, words or "looked at again"):
        held.review_on = review_on
        held.save(update_fields=["review_on"])
        AllocationReview.objects.get_or_create(allocation=held, looked_on=today, by=by, words=words, next_on=review_on)
    return held


@transaction.atomic
def hold_by_student(*, client_id: int, student: bool, on: date, by: Member, today: date) -> Allocation:
    """
    Say that from a day on a student of the worker holds somebody, or the worker again (R6).

    While a student holds them, the worker stays the one who supports them and no points are counted. From the first day of
    the allocation on it is a correction. From a later day on a new allocation begins, so that points before it stay as they
    were; a worker who takes somebody back is newly allocated, as after any transfer (R26).

    :raises NotSupported: if nobody supports them that day
    :raises HeldThatWay: if it is so already
    :raises FirstDecide: if support is closing, or they come back to another worker on a day
    :raises PlannedAlready: if another allocation is planned after that day
    :raises MonthReported: if that month, or a later one, is reported for the worker
    """
    person = lock_person(client_id)
    held = current(person, on)
    worker = held.worker
    if held.student_held == student:
        holder = f"A student of {worker.name}" if student else worker.name
        raise HeldThatWay(f"{holder} supports {person.name} already on {format_day(on)}.")
    if held.close_decided_on:
        raise FirstDecide(
            f"There is a decision to close support for {person.name}. Withdraw the decision first, or close."
        )
    if TemporaryMove.objects.standing().filter(client=person).exists():
        raise FirstDecide(
            f"{person.name} is with {worker.name} only until a set day. First confirm whether they come back or stay."
        )
    must_be_unplanned(person, on)
    _must_be_unreported([worker.pk], on, f"This can be said of {person.name}")
    with history(by, "held by a student" if student else "held by the worker again"):
        if held.starts_on == on:
            held.student_held = student
            held.save(update_fields=["student_held"])
        else:
            kept = {name: getattr(held, name) for name in ("purpose", "first_action", "review_on", "note")}
            held.ends_before = on
            held.save(update_fields=["ends_before"])
            held = begin(person, worker, on, by=by, today=today, student_held=student, **kept)
    tiers.finish(person, workers=[worker])
    return held


@transaction.atomic
def close(*, client_id: int, on: date, today: date, by: Member, moved_on: str, reason: str = "") -> Allocation:
    """
    Close somebody's support: the worker holds it through that day, from the day after they are not in touch.

    Closing without an earlier decision is decision and closing in one. What was planned after that day falls away.

    :raises tiers.NotYet: if the day lies ahead
    :raises NotSupported: if nobody supports them that day, or it is closed
    :raises tiers.BeforeWhatStands: if the decision, or a change of support, is later than that day
    """
    person = lock_person(client_id)
    if on > today:
        raise tiers.NotYet(f"{format_day(on)} has not come yet. Close on the day itself.")
    held = current(person, on)
    if held.close_decided_on and held.close_decided_on > on:
        raise tiers.BeforeWhatStands(
            f"The decision to close was made on {format_day(held.close_decided_on)}. Choose that day or a later one."
        )
    must_be_last(person, on, today)
    after = on + dates.DAY
    with history(by, reason or "closed"):
        tiers.drop_plans(person, max(after, today))
        if tiers.tier_of(person, after) != Tier.INACTIVE:
            tiers.set_tier(person, Tier.INACTIVE, after, by=by, reason=reason, moved_on=moved_on, today=today)
        workers = close_current(person, on, by=by, today=today)
    tiers.finish(person, workers=workers)
    held.refresh_from_db()
    return held


def begin(person: Client, worker: Member, on: date, *, by: Member | None, today: date, **details) -> Allocation:
    """
    Write an allocation from a day on; from its first day the person keeps the worker's team, and does not wait any more.

    The worker is told in their next digest, unless it was they who did it.

    :raises NotAWorker: if the worker is not an active member of the person's service who may support people, or has left by
        that day
    """
    last_day = worker.leavings.standing().values_list("last_day", flat=True).first()
    here = worker.active and worker.organisation_id == person.organisation_id
    if says := cannot_support(Staffed(worker.name, worker.role, here, last_day), on):
        raise NotAWorker(says)
    allocation = Allocation.objects.create(
        organisation_id=person.organisation_id, client=person, worker=worker, starts_on=on, by=by, **details
    )
    end_waiting(person.pk, on, ReferralEnd.ALLOCATED, today=today)
    _resolve_team(allocation, by=by, today=today)
    return allocation


def _resolve_team(allocation: Allocation, *, by: Member | None, today: date) -> None:
    """Let the person keep the worker's team from the first day on, and tell a worker who has not held them until then."""
    worker, on = allocation.worker, allocation.starts_on
    if on <= today and (team_id := team_of(worker, today)):
        Client.objects.filter(pk=allocation.client_id).exclude(team_id=team_id).update(team_id=team_id)
    until_then = Allocation.objects.filter(client=allocation.client_id, worker=worker, closed_on=None, ends_before=on)
    if by and by.pk != worker.pk and not until_then.exists():
        notices.notify(recipients=[worker], kind=News.NEWLY_WITH, subject=subject(allocation.pk), anchor_on=on)


def subject(allocation_id: int) -> str:
    """Return the key by which notices name an allocation."""
    return f"allocation:{allocation_id}"


def close_current(
    person: Client, on: date, *, today: date, by: Member | None = None, automatic: bool = False
) -> list[Member]:
    """
    Decide and close the allocation of a day on it, drop those planned after; return the workers whose they were.

    Whatever was to be said of the person, or of these allocations, is not; they wait for nobody, and nobody asks for them back.
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
    end_waiting(person.pk, on, ReferralEnd.MOVED_ON, today=today)
    overtake_moves([person.pk], on, by=by)
    return workers


def overtake_moves(client_ids: Collection[int], on: date, *, by: Member | None) -> None:
    """Settle the moves until a date of people whose support by that worker ends otherwise: nobody is asked about a return."""
    moves = TemporaryMove.objects.standing().filter(client__in=client_ids)
    moves.update(settled_on=on, settled_by=by, settled_as=MoveEnd.OVERTAKEN)


def reopen(allocation: Allocation) -> None:
    """Take a closing back: the decision stands that stood before it; the end is where somebody else supports them next."""
    allocation.close_decided_on = _decided_before_closing(allocation)
    allocation.closed_on, allocation.ended_by_sweep = None, False
    allocation.ends_before = _next_begins(allocation)
    allocation.save(update_fields=["close_decided_on", "closed_on", "ends_before", "ended_by_sweep"])
    end_waiting(allocation.client_id, allocation.starts_on, ReferralEnd.ALLOCATED)
    ask_again(allocation)


def _decided_before_closing(allocation: Allocation) -> date | None:
    """Return the day of the decision that stands; a decision that only a sheet told of lies before the closing."""
    if decision := allocation.decisions.standing().first():
        return decision.decided_on
    decided_on = allocation.close_decided_on
    return decided_on if decided_on and decided_on < allocation.closed_on else None


def ask_again(allocation: Allocation) -> None:
    """Let the move until a date that an allocation came of stand again: what had overtaken it is taken back."""
    moves = TemporaryMove.objects.filter(allocation=allocation, settled_as=MoveEnd.OVERTAKEN)
    moves.update(settled_on=None, settled_by=None, settled_as="")


def _next_begins(allocation: Allocation) -> date | None:
    """Return the day from which somebody else supports the person; a plan that was dropped ends nothing."""
    later = Allocation.objects.filter(client=allocation.client_id, starts_on__gt=allocation.starts_on)
    return later.order_by("starts_on").values_list("starts_on", flat=True).first()


def current(person: Client, on: date) -> Allocation:
    """
    Return the allocation of a day that is not closed.

    :raises NotSupported: if there is none
    """
    held = Allocation.objects.on(on).filter(client=person, closed_on=None).select_related("worker").first()
    if held is None:
        raise NotSupported(f"No worker supports {person.name} on {format_day(on)}.")
    return held


def _must_be_free(person: Client, on: date, today: date) -> None:
    held = Allocation.objects.on(on).filter(client=person).select_related("worker").first()
    if held and held.closed_on:
        raise AlreadySupported(
            f"{person.name}'s support was closed on {format_day(held.closed_on)}. Allocate from the day after."
        )
    if held:
        raise AlreadySupported(f"{person.name} is supported by {held.worker.name}. Hand over instead.")
    must_be_unplanned(person, on)
    waits = Referral.objects.filter(client=person, ended_on=None, referred_on__gt=on).order_by("referred_on").first()
    if waits and waits.referred_on <= today:
        raise BeforeWaiting(before_waiting(person.name, waits.referred_on))


def must_be_unplanned(person: Client, on: date) -> None:
    """:raises PlannedAlready: if an allocation is planned after a day"""
    later = (
        Allocation.objects.filter(client=person, starts_on__gt=on)
        .select_related("worker")
        .order_by("starts_on")
        .first()
    )
    if later:
        raise PlannedAlready(
            f"{later.worker.name} supports {person.name} from {format_day(later.starts_on)} on; choose a day from "
            "then on."
        )


def _must_be_unreported(worker_ids: Collection[int], on: date, what: str) -> None:
    first = unreported_from(worker_ids, on)
    if first != on:
        month = f"{first - dates.DAY:%B %Y}"
        raise MonthReported(f"The report of {month} is sent. {what} from {format_day(first)} on.")


def must_be_last(person: Client, on: date, today: date) -> None:
    """
    Refuse a day for moving on that lies before an allocation begun since: it would be as if it had never been.

    :raises tiers.BeforeWhatStands: see above
    """
    later = Allocation.objects.filter(client=person, starts_on__gt=on, starts_on__lte=today).first()
    if later:
        raise tiers.BeforeWhatStands(
            f"Since {format_day(later.starts_on)} {person.name} has had another worker. Choose that day or a later one."
        )


def _resolve_tier(person: Client, tier: str | None, on: date, *, by: Member, today: date) -> None:
    held = tiers.tier_of(person, on)
    if tier and tier not in ACTIVE_TIERS or (tier is None and held in {None, Tier.INACTIVE}):
        raise tiers.NeedsTier(f"Choose high, medium or group support for {person.name}.")
    if tier and tier != held:
        tiers.set_tier(person, tier, on, by=by, today=today)
