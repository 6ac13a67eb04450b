"""
Days: months, working days, half-open periods. Pure.

A period is ``starts_on`` up to, not including, ``ends_before``; ``None`` as an end means open.
"""

from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache

import holidays

DAY = timedelta(days=1)
FOREVER = date.max


def contains(starts_on: date, ends_before: date | None, on: date) -> bool:
    """Return whether the period has the day."""
    return starts_on <= on and (ends_before is None or on < ends_before)


def last_day(ends_before: date | None) -> date | None:
    """Return the last day of a period, ``None`` while it is open."""
    return ends_before - DAY if ends_before else None


def day_after(last: date | None) -> date | None:
    """Return the half-open end of a period whose last day is given."""
    return last + DAY if last else None


def earliest(*days: date | None) -> date | None:
    """Return the earliest of the days that are known, ``None`` if none is."""
    return min((day for day in days if day), default=None)


@lru_cache(maxsize=16384)
def month_later(day: date) -> date:
    """Return the same date next month, clamped to that month's last day (R25)."""
    year, month = divmod(day.year * 12 + day.month, 12)
    return date(year, month + 1, min(day.day, month_end(date(year, month + 1, 1)).day))


def month_end(day: date) -> date:
    """Return the last day of the day's month."""
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - DAY


def month_start(day: date) -> date:
    """Return the first day of the day's month."""
    return day.replace(day=1)


@lru_cache(maxsize=256)
def public_holidays(region: str, year: int) -> frozenset[date]:
    """
    Return a region's public holidays of a year, on the days they are observed (R28).

    :param region: a country or subdivision as the package *holidays* names it: ``NZ``, ``NZ-AUK``, ``GB-ENG``
    :raises ValueError: if the region is not known
    """
    country, _, subdivision = region.partition("-")
    try:
        if country not in _countries():  # the package accepts any name of its own for a country
            raise KeyError(country)
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=year)
    except (NotImplementedError, KeyError) as error:
        raise ValueError(f"{region} is not a region whose public holidays are known.") from error
    return frozenset(found)


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    return frozenset(holidays.list_supported_countries())


def is_working_day(day: date, region: str, closures: Collection[date] = frozenset()) -> bool:
    """Return whether a day is Monday to Friday, no public holiday of the region and no closure."""
    return day.weekday() < 5 and not is_shut(day, region, closures)


def is_shut(day: date, region: str, closures: Collection[date] = frozenset()) -> bool:
    """Return whether a day, at a weekend or not, is a public holiday of the region or a closure."""
    return day in closures or day in public_holidays(region, day.year)


@lru_cache(maxsize=65536)
def add_working_days(day: date, count: int, region: str, closures: frozenset[date] = frozenset()) -> date:
    """Return the ``count``-th working day after a day, which itself is day 0 (R27)."""
    while count:
        day += DAY
        if is_working_day(day, region, closures):
            count -= 1
    return day


@lru_cache(maxsize=4096)
def working_days_before(day: date, count: int, region: str, closures: frozenset[date] = frozenset()) -> date:
    """Return the ``count``-th working day before a day, which itself is not counted, whatever day it is."""
    while count:
        day -= DAY
        if is_working_day(day, region, closures):
            count -= 1
    return day


def working_day_on_or_before(day: date, region: str, closures: Collection[date] = frozenset()) -> date:
    """Return the last working day on or before a day: what to aim for (R59)."""
    while not is_working_day(day, region, closures):
        day -= DAY
    return day
