"""How days and numbers are written, everywhere: on pages, in messages, on paper. Pure."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _


@lru_cache(maxsize=16384)
def format_day(day: date | None) -> str:
    """Write a day out: 12 November 2026; nothing for no day."""
    return f"{day.day} {day:%B %Y}" if day else ""


def format_short_day(day: date | None, on: date | None = None) -> str:
    """Write a day without its year, unless it lies in another year than ``on``: 12 November."""
    if not day:
        return ""
    return format_day(day) if on and on.year != day.year else f"{day.day} {day:%B}"


def format_weekday(day: date | None) -> str:
    """Write a day with its weekday and without its year: Thursday 12 November."""
    return f"{day:%A} {day.day} {day:%B}" if day else ""


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
