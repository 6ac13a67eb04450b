"""
What has to be done while a worker is away, by when, and who is responsible for their people in that time. Pure.

Source: 003 section 3 (A06-A08, A10); R58, R74-R77; 4F.
"""

from collections.abc import Hashable, Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from peerload.core import dates

from ..enums import Duty

WEEK = timedelta(weeks=1)
MIDDLE, LONG = 14, 57  # days: two to eight weeks, more than eight (R74)


class AbsenceFacts(NamedTuple):
    """
    The days of an absence that its duties follow from.

    ``expected_since`` is the day the return date was last changed; None while it is the one given at the start.
    """

    starts_on: date
    expected_back: date | None = None
    ends_before: date | None = None
    planned: bool | None = None
    expected_since: date | None = None

    @property
    def back(self) -> date | None:
        """The day they are back, or are expected; an expected day counts no more once they are back."""
        return self.ends_before or self.expected_back


def lasts_until(away: AbsenceFacts, on: date) -> date:
    """
    Return the last day that cover is needed for: the return, or eight weeks; after that other rules apply.

    An expected return that has passed without being confirmed counts as unknown.
    """
    return away.back if away.back and away.back > on else on + timedelta(days=LONG - 1)


def apparent_on(away: AbsenceFacts, days: int, on: date) -> date | None:
    """
    Return when it became known that an absence lasts so many days; ``None`` if it is not known yet on ``on``.

    That is the day its expected return said so, or the day it had lasted so long, whichever came first (R76, H03).
    """
    elapsed = away.starts_on + timedelta(days=days)
    has_elapsed = elapsed <= on and (away.ends_before is None or elapsed <= away.ends_before)
    is_expected = away.back is not None and (away.back - away.starts_on).days >= days
    known_since = away.expected_since or away.starts_on
    return dates.earliest(elapsed if has_elapsed else None, known_since if is_expected else None)


class DutyDue(NamedTuple):
    """A duty, and by when."""

    by: date
    kind: Duty


def duties(away: AbsenceFacts, on: date, region: str, closures: frozenset[date] = frozenset()) -> list[DutyDue]:
    """
    Return the duties as known on a day, in order of days; a longer absence adds more.

    Who covers, and the out-of-office message: on planned leave by the last working day before it, otherwise on the
    first day. From two weeks on a review each seven days, from the day it was apparent, up to the next one. Beyond
    eight weeks, planned, everyone has cover before the first day; not planned, or unknown, the service manager step is
    due on the day it becomes known.
    """
    before = dates.working_day_on_or_before(away.starts_on - dates.DAY, region, closures)
    begin = before if away.planned else away.starts_on
    found = [
        DutyDue(begin, Duty.COVER_PLAN),
        DutyDue(begin, Duty.OUT_OF_OFFICE),
        DutyDue(away.starts_on, Duty.URGENT_ITEMS),
        *(DutyDue(day, Duty.WEEKLY_REVIEW) for day in reviews(away, on)),
    ]
    long = apparent_on(away, LONG, on)
    if long and away.planned:
        found.append(DutyDue(long if long > away.starts_on else before, Duty.LEAVER_STEPS))
    elif long:
        found.append(DutyDue(long, Duty.SERVICE_MANAGER))
    order = list(Duty)
    return sorted(found, key=lambda duty: (duty.by, order.index(duty.kind)))


def reviews(away: AbsenceFacts, on: date) -> list[date]:
    """Return the days of the weekly review from the day two weeks were known: those that have come, and the next."""
    first = apparent_on(away, MIDDLE, on)
    if first is None:
        return []
    found: list[date] = []
    day = away.starts_on
    while day <= on or not found:
        day += WEEK
        if away.ends_before and day >= away.ends_before:
            break
        if day >= first:
            found.append(day)
    return found


def belongs(due: DutyDue, kind: str, due_on: date) -> bool:
    """
    Return whether a tick belongs to a duty although the absence has moved since.

    What is done once is done, whatever its day is now; a weekly review stays with the week its day lies in.
    """
    return due.kind == kind and (kind != Duty.WEEKLY_REVIEW or due.by - WEEK < due_on <= due.by)


def open_on(found: Iterable[DutyDue], ticks: Sequence[tuple[str, date]], on: date) -> list[DutyDue]:
    """
    Return the duties whose day has come, and that no one has ticked.

    :param ticks: (kind, day it was due on)
    """
    return [due for due in found if due.by <= on and not any(belongs(due, *tick) for tick in ticks)]


class Who(NamedTuple):
    """A member, and whether they work here, can sign in and are not away."""

    key: Hashable
    here: bool


def member_to_remind(worker: Who | None, cover: Who | None, leader: Who | None) -> Hashable | None:
    """
    Return who is reminded about a person (R58, 4E): the worker; from the first day away the worker who covers, else the
    team's lead.

    A worker who covers but is away, or has left, does not count.
    """
    present = next((who.key for who in (worker, cover) if who and who.here), None)
    return present or next((who.key for who in (leader, worker) if who), None)
