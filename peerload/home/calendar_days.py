"""The days of a calendar page, and on which of them a member is away. Pure."""

from datetime import date, timedelta
from typing import NamedTuple

from peerload.core import dates
from peerload.core.dates import DAY

WEEK, MONTH = "week", "month"


class CalendarSpan(NamedTuple):
    """The days that a calendar page shows: a week from its Monday, or a month from its first."""

    by: str
    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + n * DAY for n in range((self.last - self.first).days + 1)]

    @property
    def before(self) -> date:
        """The first day of the week or month before."""
        return span_of(self.first - DAY, self.by).first

    @property
    def after(self) -> date:
        """The first day of the week or month after."""
        return self.last + DAY


def span_of(day: date, by: str) -> CalendarSpan:
    """Return the week or the month that a day lies in."""
    if by == MONTH:
        return CalendarSpan(MONTH, dates.month_start(day), dates.month_end(day))
    monday = day - timedelta(days=day.weekday())
    return CalendarSpan(WEEK, monday, monday + timedelta(days=6))


def last_away(ends_before: date | None, expected_back: date | None, today: date) -> date | None:
    """
    Return the last day of an absence as far as it is known; None where no one knows it.

    Past the day expected a member is still away, until today; what comes after is not known and not shown (R75).
    """
    if ends_before:
        return ends_before - DAY
    if expected_back is None:
        return None
    return max(expected_back - DAY, today)
