"""
The month: its peak, what a figure above the limit asks for, where a record goes next, what corrected facts add later. Pure.

Source: 001 *Workload Management Record* and *Team Workload Management Overview* (W18-W24); R38-R47; state machine 4D.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext as _

from caseload import rules as caseload_rules
from peerload.core import dates
from workload import rules
from workload.enums import Element, Flag, RecordStatus, Side

# The deadline ---------------------------------------------------------------------------------------------------------


class Deadline(NamedTuple):
    """By when a month is reported; ``days_left`` is below 0 once the 15th has passed."""

    due_on: date
    aim_on: date
    days_left: int
    is_late: bool

    @property
    def days_late(self) -> int:
        """How many days have passed since it was due."""
        return max(-self.days_left, 0)


def deadline(month: date, on: date, working: rules.Working) -> Deadline:
    """Return the deadline state of a month's report on a day: due on the 15th, late from the 16th (W20, R39)."""
    due_on = rules.report_due_on(month)
    return Deadline(due_on, rules.report_aim_on(month, working), (due_on - on).days, on > due_on)


def place_in_list(*, is_late: bool, is_led: bool) -> int:
    """Return which part of a service manager's list a team stands in: late reports, then teams without a leader, then others."""
    return 0 if is_late else 1 if not is_led else 2


def months_from(first: date, last: date) -> list[date]:
    """Return the months from one through another, each by its first day."""
    count = (last.year - first.year) * 12 + last.month - first.month
    return [*reversed(before(last, count)), last]


def waits_for_explanation(month: date, *, explained: bool, today: date) -> bool:
    """Return whether a decision between two figures waits until the counted one is explained: to the 14th (R201)."""
    return not explained and today <= other_manager_until(month)


def other_manager_until(month: date) -> date:
    """Return the last day on which another manager's agreement is still in time: the 14th (W24, R45)."""
    return rules.report_due_on(month) - dates.DAY


# The peak -------------------------------------------------------------------------------------------------------------


def peak(
    lines: Collection[rules.Line],
    duties: Iterable[rules.PostPeriod],
    schemes: Sequence[rules.Scheme],
    first: date,
    last: date,
) -> rules.Peak | None:
    """
    Return the highest total from ``first`` through ``last`` and the first day at it, of the days in post (R38, D05).

    :param lines: the worker's lines, of those days at least
    :param duties: the periods the worker is listed; ``None`` comes back if they hold no day
    """
    duties = list(duties)
    changes: dict[date, list[tuple[Element, Decimal]]] = defaultdict(list)
    for line in lines:
        changes[max(line.starts_on, first)].append((line.element, line.points))
        if line.ends_before:
            changes[max(line.ends_before, first)].append((line.element, -line.points))
    days = {first, *changes, *(duty.starts_on for duty in duties), *(s.starts_on for s in schemes if s.starts_on)}
    sums = dict.fromkeys(Element, rules.NOTHING)
    highest = None
    for day in sorted(day for day in days if first <= day <= last):
        for element, points in changes.get(day, ()):
            sums[element] += points
        duty = next((d for d in duties if dates.contains(d.starts_on, d.ends_before, day)), None)
        if duty is None:
            continue
        scheme = rules.scheme_on(schemes, day)
        total = rules.total(
            sums[Element.STABLE], sums[Element.EXTRA], sums[Element.CASE], fte=duty.fte, scheme=scheme
        ).total
        if highest is None or total > highest.total:
            highest = rules.Peak(total, day)
    return highest


# Above the limit ------------------------------------------------------------------------------------------------------


def months_over(above: Iterable[bool | None]) -> int:
    """
    Return for how many months in a row the total lies above the limit (R46).

    :param above: the newest month first; ``None`` for a month in which the worker is not listed: it breaks no run and
        adds nothing
    """
    found = 0
    for over in above:
        if over is False:
            break
        found += bool(over)
    return found


def flag(months: int, needed: int) -> Flag:
    """
    Return what so many months in a row above the limit require (W18, D06).

    :param needed: how many ask for a review, a setting of the service
    """
    if not months:
        return Flag.NONE
    return Flag.REVIEW if months >= needed else Flag.REASON


class Lacking(StrEnum):
    """What a record above the limit still needs before it can be agreed, worded to go into a sentence."""

    REASON = "reason"
    CAUSES = "causes"
    ACTION = "action"

    @property
    def words(self) -> str:
        return {
            Lacking.REASON: _("the reason for this month"),
            Lacking.CAUSES: _("what is behind it"),
            Lacking.ACTION: _("at least one action, with who does it and by when"),
        }[self]


def lacking(asked: Flag, *, reason: str, causes: str, actions: int) -> list[Lacking]:
    """Return what a flag still asks for: one month a reason, a run of them a review with an action (W18)."""
    if asked == Flag.REASON:
        return [] if reason.strip() else [Lacking.REASON]
    if asked == Flag.REVIEW:
        found = [] if causes.strip() else [Lacking.CAUSES]
        return found if actions else [*found, Lacking.ACTION]
    return []


# Where a record goes --------------------------------------------------------------------------------------------------


class RecordTransition(StrEnum):
    """What can happen to a record (4D)."""

    SUBMIT = "submit"  # by the worker
    COMPLETE = "complete"  # by the manager, while the worker is away
    CHANGE = "change"  # a fact it counts has changed
    DISAGREE = "disagree"
    BOTH_AGREE = "both agree"
    REPORT = "report"


NEXT = {
    (RecordStatus.DRAFT, RecordTransition.SUBMIT): RecordStatus.SUBMITTED,
    (RecordStatus.DRAFT, RecordTransition.COMPLETE): RecordStatus.PROVISIONAL,
    (RecordStatus.SUBMITTED, RecordTransition.CHANGE): RecordStatus.DRAFT,
    (RecordStatus.NOT_AGREED, RecordTransition.CHANGE): RecordStatus.DRAFT,
    (RecordStatus.SUBMITTED, RecordTransition.DISAGREE): RecordStatus.NOT_AGREED,
    (RecordStatus.SUBMITTED, RecordTransition.BOTH_AGREE): RecordStatus.AGREED,
    (RecordStatus.NOT_AGREED, RecordTransition.BOTH_AGREE): RecordStatus.AGREED,
    (RecordStatus.AGREED, RecordTransition.REPORT): RecordStatus.REPORTED,
    (RecordStatus.PROVISIONAL, RecordTransition.REPORT): RecordStatus.REPORTED,
}

BOTH = frozenset(Side)


def after(status: RecordStatus, step: RecordTransition) -> RecordStatus | None:
    """Return where a step leads, ``None`` where it cannot be taken (4D)."""
    return NEXT.get((status, step))


def status_with(status: RecordStatus, agreed: Collection[Side], *, is_in_report: bool) -> RecordStatus:
    """
    Return a record's status once these sides have agreed: one is not enough (R41, D07, D08).

    :param is_in_report: the team's report was sent before both had agreed (R42): then it is reported at once
    """
    if set(agreed) != BOTH:
        return status
    reached = NEXT[status, RecordTransition.BOTH_AGREE]
    return NEXT[reached, RecordTransition.REPORT] if is_in_report else reached


def brought_in_as(status: RecordStatus, brought: Decimal, counted: Decimal) -> RecordStatus:
    """
    Return the status of an open record that was brought in from a sheet: a draft where the facts say another total (D09).

    :param brought: the sheet's total
    :param counted: the month's total by the facts
    """
    if status in (RecordStatus.SUBMITTED, RecordStatus.NOT_AGREED) and brought != stored(counted):
        return NEXT[status, RecordTransition.CHANGE]
    return status


def must_act(
    status: RecordStatus, agreed: Collection[Side], *, worker_is_away: bool, has_other_manager: bool
) -> list["Turn"]:
    """Return who has to act; no one once a record is kept (W19, W23, W24)."""
    manager = Turn.OTHER_MANAGER if has_other_manager else Turn.MANAGER
    match status:
        case RecordStatus.DRAFT:
            return [Turn.MANAGER_FOR_WORKER if worker_is_away else Turn.WORKER]
        case RecordStatus.SUBMITTED | RecordStatus.NOT_AGREED:
            sides = {Side.WORKER: Turn.WORKER_TO_AGREE, Side.MANAGER: manager}
            return [turn for side, turn in sides.items() if side not in agreed]
    return []


class Turn(StrEnum):
    """Who has to do what next."""

    WORKER = "worker"  # to read it and submit it
    MANAGER_FOR_WORKER = "manager_for_worker"  # to complete it, the worker being away
    WORKER_TO_AGREE = "worker_to_agree"
    MANAGER = "manager"
    OTHER_MANAGER = "other_manager"


def waits_for_manager(turns: Collection[Turn]) -> bool:
    """Return whether a record waits for those who lead the team: to agree to it, or to complete it for its worker."""
    return bool({Turn.MANAGER, Turn.MANAGER_FOR_WORKER} & set(turns))


# What differs from the month before -----------------------------------------------------------------------------------


PieceKey = tuple[str, str, int | None, int | None]  # element, code, person, family


class CountedWork(NamedTuple):
    """A line of a month, as far as two months are compared: what it is for, which person it is about, and its points."""

    element: str
    code: str
    label: str
    points: Decimal
    client_id: int | None = None
    family_id: int | None = None

    @property
    def key(self) -> PieceKey:
        """What stays the same from month to month: the kind of work and the person it is about."""
        return self.element, self.code, self.client_id, self.family_id


class Change(StrEnum):
    """How a month counts a piece of work, beside the month before."""

    NEW = "new"
    ENDED = "ended"
    CHANGED = "changed"
    SAME = "same"


class MonthDifference(NamedTuple):
    """A piece of work in two months, with the points it had in each; 0 where a month does not count it."""

    work: CountedWork
    before: Decimal
    now: Decimal
    change: Change

    @property
    def points(self) -> Decimal:
        """By how many points the month differs."""
        return self.now - self.before


def differences(before: Iterable[CountedWork], now: Iterable[CountedWork]) -> list[MonthDifference]:
    """
    Compare the lines of two months (R141): new work first, then what ended, then what counts differently, then the same.

    The lines of one kind of work about the same person are one piece of work: their points are added.
    """
    earlier, later = _by_key(before), _by_key(now)
    found = []
    for key in {**later, **earlier}:
        was, is_now = earlier.get(key), later.get(key)
        work = later[key] if is_now else earlier[key]
        points_before, points_now = (each.points if each else rules.NOTHING for each in (was, is_now))
        found.append(MonthDifference(work, points_before, points_now, _change(was, is_now)))
    elements, changes = list(Element), list(Change)
    return sorted(found, key=lambda e: (changes.index(e.change), elements.index(Element(e.work.element)), e.work.label))


def _by_key(lines: Iterable[CountedWork]) -> dict[PieceKey, CountedWork]:
    found: dict[PieceKey, CountedWork] = {}
    for line in lines:
        there = found.get(line.key)
        found[line.key] = line._replace(points=line.points + there.points) if there else line
    return found


def _change(was: CountedWork | None, is_now: CountedWork | None) -> Change:
    if was is None:
        return Change.NEW
    if is_now is None:
        return Change.ENDED
    return Change.SAME if stored(was.points) == stored(is_now.points) else Change.CHANGED


# What corrected facts add later ---------------------------------------------------------------------------------------

BACK = 12  # months so far back are compared with what the facts say today
THOUSANDTH = Decimal("0.001")


def stored(points: Decimal) -> Decimal:
    """Return points as a record keeps them: three decimals, half up."""
    return points.quantize(THOUSANDTH, rounding=ROUND_HALF_UP)


class EarlierMonth(NamedTuple):
    """An earlier month of a worker, as far as later corrections ask; ``kept`` is its figure, None while it is open."""

    month: date
    is_listed: bool
    kept: Decimal | None = None
    imported: bool = False


def to_compare(months: Iterable[EarlierMonth]) -> list[EarlierMonth]:
    """
    Return the months whose corrections belong in the record after them: back to the last open one (R43).

    An imported record has no lines to compare with; a month in which the worker was not listed has no record.

    :param months: the newest first
    """
    found = []
    for month in months:
        if month.kept is None and month.is_listed:
            break
        if month.kept is not None and not month.imported:
            found.append(month)
    return found


def adjustment(kept: Decimal, today: Decimal, adjusted: Decimal) -> Decimal:
    """
    Return what an earlier month's total has changed by since it was kept, beyond what later records have adjusted (R43).

    :param today: the month's total by the facts as they are now, with what another manager decided on top of them
    :param adjusted: what kept records hold as adjustment of that month already
    """
    return stored(today) - kept - adjusted


def settles(month: date, kept: Collection[date]) -> date:
    """
    Return the month whose record asks whether the assumptions of an earlier one hold: the first after it still open (R143).

    :param month: the month that was completed while its worker was away
    :param kept: the months of the worker whose records do not change any more
    """
    following = first_of(month)
    while following in kept:
        following = first_of(following)
    return following


# Months --------------------------------------------------------------------------------------------------------------


class Supervision(NamedTuple):
    """When supervision was held for a month, and when it is next (W22)."""

    held_on: date | None = None
    next_on: date | None = None
    next_was_held: bool = False

    def is_unconfirmed(self, on: date) -> bool:
        """Return whether the next one was planned for a day gone by, without a word whether it was held."""
        return self.next_on is not None and self.next_on < on and not self.next_was_held


def first_of(month: date) -> date:
    """Return the first day after a month."""
    return dates.month_end(month) + timedelta(days=1)


def before(month: date, count: int) -> list[date]:
    """Return the first days of so many months before a month, the newest first."""
    found = []
    for __ in range(count):
        month = dates.month_start(month - dates.DAY)
        found.append(month)
    return found


# Contacts in time ------------------------------------------------------------------------------------------------------


class DueContact(NamedTuple):
    """A contact of keeping in touch: the day by which it was due, and whether the person was reached by then."""

    on: date
    in_time: bool


def contacts_due(
    six_weeks_from: date, reached: Iterable[date], *, until: date | None, on: date, every: caseload_rules.Cadence
) -> list[DueContact]:
    """
    Return the contacts with a parked person that were due up to a day, each with whether it was made in time (R150).

    A contact is due six weeks after the last one and counts on that day, in time if the person was reached on it or
    before. One that was not made in time counts once; the next is due six weeks after the late contact. One due today and
    not made yet does not count yet.

    :param six_weeks_from: the day the first six weeks run from (R50)
    :param reached: the days after parking on which the person was reached
    :param until: the day from which the person is not parked any more, ``None`` while they are
    """
    found = []
    for contact in [*sorted(set(reached)), None]:
        due = caseload_rules.due_on(six_weeks_from, every)
        in_time = contact is not None and contact <= due
        if (until is not None and due >= until) or (due >= on and not in_time):
            break
        if due <= on:
            found.append(DueContact(due, in_time))
        if contact is None:
            break
        six_weeks_from = contact
    return found
