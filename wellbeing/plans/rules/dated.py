"""Which of the four weeks a day is in, and the hours left of a real week."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .grids import WEEKS, ZERO

ANCHOR = date(2000, 1, 3)  # a Monday, from which a service that has not chosen one counts its four weeks


def monday_of(on: date) -> date:
    """Return the Monday of a day's week."""
    return on - timedelta(days=on.weekday())


def next_monday(on: date) -> date:
    """Return the first Monday after a day."""
    return monday_of(on) + timedelta(weeks=1)


def week_of(on: date, anchor: date | None) -> int:
    """Return which of the four weeks a day is in, 1 to 4, counted from the anchor Monday both ways (R71)."""
    return (monday_of(on) - (anchor or ANCHOR)).days // 7 % WEEKS + 1


def following(first: date) -> list[date]:
    """Return four Mondays, the first of them given."""
    return [first + timedelta(weeks=n) for n in range(WEEKS)]


def mondays(on: date, anchor: date | None) -> list[date]:
    """Return the Mondays of the four weeks that a day is in."""
    return following(monday_of(on) - timedelta(weeks=week_of(on, anchor) - 1))


class WorkDay(NamedTuple):
    """A day of a real week: the hours of the post on it, and whether the worker is away or the service is shut."""

    hours: Decimal
    away: bool
    shut: bool


class RealWeek(NamedTuple):
    """The rest of a week: days away and days shut on which there was work, and the hours that are left."""

    away: int
    shut: int
    hours: Decimal


def real_week(days: Iterable[WorkDay]) -> RealWeek:
    """
    Return the hours of a week after leave and days shut are taken off (R70).

    A day without work takes nothing off, whether the worker is away on it or not. A day that is both counts as shut.
    """
    worked = [day for day in days if day.hours]
    shut = sum(day.shut for day in worked)
    away = sum(day.away and not day.shut for day in worked)
    return RealWeek(away, shut, sum((day.hours for day in worked if not (day.away or day.shut)), ZERO))
