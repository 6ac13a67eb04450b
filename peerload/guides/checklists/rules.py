"""When the steps of a checklist are due, and how they stand. Pure: no clock, no database."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from peerload.core import dates

from ..enums import OffsetUnit, OffsetWhen
from ..rules import ChecklistContent, ContentPhase, ContentStep, Offset
from .enums import StepState

OVER = 3  # working days after its own, from which a step is told to those who lead the team
SHOWN_DAYS = 90  # after the first day: how long a new worker's own checklist stands on My day


class Calendar(NamedTuple):
    """Which days a service works: its region's public holidays, and its closures."""

    region: str
    closures: frozenset[date] = frozenset()


def due_on(offset: Offset, anchor: date, calendar: Calendar, *, not_before: date | None = None) -> date:
    """
    Return the day a step is due: always a working day, unless ``not_before`` is none (R188).

    A day that is not worked moves away from the anchor: to an earlier one before it, to a later one after it. Months
    end with their last day. No step is due before the day the checklist began.
    """
    before = offset.when == OffsetWhen.BEFORE
    if offset.unit == OffsetUnit.WORKING_DAYS:
        near = _working_day(anchor, calendar, back=before)
        step = dates.working_days_before if before else dates.add_working_days
        due = step(near, offset.number, calendar.region, calendar.closures)
    else:
        count = -offset.number if before else offset.number
        far = anchor + timedelta(days=count) if offset.unit == OffsetUnit.DAYS else _months_away(anchor, count)
        due = _working_day(far, calendar, back=before)
    return max(due, not_before) if not_before else due


def _working_day(day: date, calendar: Calendar, *, back: bool) -> date:
    while not dates.is_working_day(day, calendar.region, calendar.closures):
        day += -dates.DAY if back else dates.DAY
    return day


def _months_away(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    first = date(year, month + 1, 1)
    return first.replace(day=min(day.day, dates.month_end(first).day))


def over_from(due: date, calendar: Calendar) -> date:
    """Return the day from which a step that is not done is told to those who lead the team, too (R190)."""
    return dates.add_working_days(due, OVER, calendar.region, calendar.closures)


def state_of(due: date, on: date, *, done: bool, not_needed: bool) -> StepState:
    """Return how a step stands on a day (R189)."""
    if done:
        return StepState.DONE
    if not_needed:
        return StepState.NOT_NEEDED
    if due < on:
        return StepState.LATE
    return StepState.DUE if due == on else StepState.AHEAD


def week_of(anchor: date, on: date) -> int | None:
    """Return in which week after the first day a day lies, 1 for its first seven days; None before it (R191)."""
    return (on - anchor).days // 7 + 1 if on >= anchor else None


def clean_ticks(step: ContentStep | None, ticked: Iterable[str]) -> list[str]:
    """Return the ticks a step knows, in its order."""
    chosen = set(ticked)
    return [tick.key for tick in step.ticks if tick.key in chosen] if step else []


def over_before(content: ChecklistContent, anchor: date, begins_on: date, calendar: Calendar) -> set[str]:
    """
    Return the keys of the steps in phases that are wholly over before the checklist begins (R189).

    What was for the time before a worker was found is not asked about once they are there. A phase with one day left
    is asked about as a whole.
    """

    def is_over(phase: ContentPhase) -> bool:
        return all(due_on(step.offset, anchor, calendar) < begins_on for step in phase.items)

    return {step.key for phase in content.sections if is_over(phase) for step in phase.items}


def end_of_week(on: date) -> date:
    """Return the Sunday of a day's week: what is due until then is for this week (R191)."""
    return on + timedelta(days=6 - on.weekday())
