"""The text of cells: days and numbers as people write them, text in a sentence, and what a spreadsheet would calculate. Pure."""

import re
from datetime import date
from decimal import Decimal


def with_point(text: str) -> str:
    """Return a number with a decimal point where its comma can be nothing else: 0,8 and 7,25, and not 1,250."""
    return text.replace(",", ".") if re.fullmatch(r"-?(\d{1,20},(\d{1,2}|\d{4,20})|0,\d+)", text) else text


MONTHS = {month: number for number, month in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_AT_MIDNIGHT = r"(?:[T ]0{1,2}:00(?::00(?:\.0+)?)?Z?)?"
_DAYS = tuple(
    re.compile(pattern + _AT_MIDNIGHT, re.IGNORECASE)
    for pattern in (
        r"(?P<year>\d{4})(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})",
        rf"{_WEEKDAY}{_DAY}(?:\s+of)?[-/.\s]*{_MONTH}[-/.,\s]*(?P<year>\d{{4}})",
        rf"{_WEEKDAY}{_MONTH}[-/.\s]*{_DAY}(?:,\s*|\s+|-)(?P<year>\d{{4}})",
    )
)
_MONTHS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})",
        r"(?P<month>\d{1,2})[-/.](?P<year>\d{4})",
        rf"{_MONTH}[-/.\s]*(?P<year>\d{{4}}|\d\d)",
        rf"(?P<year>\d{{4}})[-/.\s]*{_MONTH}",
    )
)


def unmistakable_day(text: str) -> date:
    """
    Return the day that a text means which can mean only one: 2026/4/3, 3 April 2026, 03-Apr-2026.

    :raises ValueError: if it is no day, or may be two
    """
    for pattern in _DAYS:
        if found := pattern.fullmatch(text):
            return date(int(found["year"]), _month_of(found["month"]), int(found["day"]))
    raise ValueError(text)


def unmistakable_month(text: str) -> date:
    """
    Return the first day of the month that a text means: 2026/10, 10/2026, October 2026, Oct-26, 1 October 2026.

    :raises ValueError: if it is no month, or a day within one
    """
    for pattern in _MONTHS:
        if found := pattern.fullmatch(text):
            year = int(found["year"])
            return date(year if year > 99 else 2000 + year, _month_of(found["month"]), 1)
    day = unmistakable_day(text)
    if day.day != 1:
        raise ValueError(text)
    return day


def _month_of(text: str) -> int:
    return int(text) if text.isdecimal() else MONTHS[text[:3].lower()]


def plain(number: Decimal) -> str:
    """Return a number without trailing zeros and without an exponent: 82, 42.5."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(text: str) -> str:
    """Return a cell's text for a sentence: in quotation marks, not longer than a line, nothing unprintable."""
    text = printable(text)
    return f'"{text[:57]}..."' if len(text) > 60 else f'"{text}"'


def printable(text: str) -> str:
    """Return a text with a space for every sign that cannot be printed, cut where no page would show it any more."""
    return "".join(sign if sign.isprintable() else " " for sign in text[:200])


_MAY_BEGIN_SO = frozenset("'=+-@\t\r\n＝＋－＠")  # asked first: nearly no cell begins so
_LOOKS_LIKE_A_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def as_text(text: str) -> str:
    """Return text for a CSV cell, with an apostrophe before what a spreadsheet would calculate."""
    return f"'{text}" if text[:1] in _MAY_BEGIN_SO and _LOOKS_LIKE_A_FORMULA.match(text) else text


def from_text(cell: str) -> str:
    """Return what `as_text` was given."""
    return cell[1:] if cell.startswith("'") and _LOOKS_LIKE_A_FORMULA.match(cell, 1) else cell
