"""How days and numbers are written, everywhere: on pages, in messages, on paper. Pure, but for the language of the moment."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def format_day(day: date | None) -> str:
    """Write a day out: 12 November 2026; nothing for no day."""
    return _written_out(day, get_language()) if day else ""


@lru_cache(maxsize=16384)
def _written_out(day: date, language: str | None) -> str:
    return f"{day.day} {MONTHS[day.month]} {day.year}"


def format_short_day(day: date | None, on: date | None = None) -> str:
    """Write a day without its year, unless it lies in another year than ``on``: 12 November."""
    if not day:
        return ""
    return format_day(day) if on and on.year != day.year else f"{day.day} {MONTHS[day.month]}"


def format_weekday(day: date | None) -> str:
    """Write a day with its weekday and without its year: Thursday 12 November."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month]}" if day else ""


def weekday_name(day: date) -> str:
    """Name the weekday of a day: Thursday."""
    return str(WEEKDAYS[day.weekday()])


def format_month(day: date) -> str:
    """Write the month of a day with its year: November 2026."""
    return f"{MONTHS[day.month]} {day.year}"


def month_name(day: date) -> str:
    """Name the month of a day: November."""
    return str(MONTHS[day.month])


@lru_cache(maxsize=4096)
def format_number(value: Decimal | float | str | None) -> str:
    """Write a number without trailing zeros and with a comma in thousands: 7.5, 15, 1,070; nothing for no number."""
    if value is None or value == "":
        return ""
    text = f"{Decimal(str(value)):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def format_list(words: Iterable[str]) -> str:
    """Write a list out: Ana, Mere and Tom; nothing for an empty one."""
    *first, last = list(words) or [""]
    return _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last} if first else last


def format_choice(words: Iterable[str]) -> str:
    """Write a choice out: Ana, Mere or Tom; nothing for an empty one."""
    *first, last = list(words) or [""]
    return _("%(first)s or %(last)s") % {"first": ", ".join(first), "last": last} if first else last
