"""
Types of cells: how a text becomes a value, and a value a text. Pure.

Text comes in as it stands in the file; real dates and numbers of a workbook were written out as text before (see `files`).
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from peerload.core import dates
from peerload.core.folding import fold
from peerload.staff import rules as staff_rules

from .cell_text import plain, shown, unmistakable_day, unmistakable_month, with_point

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


# The values of a row by column. Each is of the type that its column's `FieldType` reads, which no annotation can say.
Cells = Mapping[str, Any]


class UnreadableCell(ValueError):
    """A cell that cannot be read; its text is a sentence."""


class TooManyPlaces(UnreadableCell):
    """A number has more decimal places than its column takes."""


class FieldType:
    """
    The type of a column. ``empty`` is the value of an empty cell.

    No text of more than ``longest`` characters is looked at: some of the patterns below take long for long ones.
    """

    empty: object = None
    longest = 200
    lines = False  # whether it may run over several lines

    def read(self, text: str) -> Any:
        """
        Return the value of a cell that is not empty.

        :raises UnreadableCell: saying why, in a sentence
        """
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """Return the text of a value; of a value that is not known, an empty one."""
        return "" if value is None else str(value)

    def load(self, stored: Any) -> Any:
        """Return the value of what a model field holds, which is never unknown."""
        return stored

    def store(self, value: Any) -> Any:
        """Return what a field holds for a value."""
        return value


class Text(FieldType):
    """
    Words up to a length, without outer spaces.

    :param lines: whether they may run over several lines, as a note does
    """

    empty = ""

    def __init__(self, longest: int, *, lines: bool = False) -> None:
        self.longest, self.lines = longest, lines

    def read(self, text: str) -> str:
        text = text.strip()
        if "\x00" in text:
            raise UnreadableCell(_("It contains a NUL character. Remove that character."))
        if len(text) > self.longest:
            raise UnreadableCell(
                _("It has %(count)s characters; at most %(longest)s fit.")
                % {"count": len(text), "longest": self.longest}
            )
        return text

    def load(self, stored: Any) -> Any:
        return stored.strip()  # as it is read again


class Email(Text):
    """An email address, which compares without case and outer spaces."""

    def read(self, text: str) -> str:
        text = super().read(re.sub(r"^mailto:|^<|>$", "", text.strip().lower()))
        try:
            validate_email(text)
        except ValidationError:
            raise UnreadableCell(_("%(text)s is not an email address.") % {"text": shown(text)}) from None
        return text


class Emails(Email):
    """Email addresses with a comma between them, each once, in the order of the alphabet."""

    most = 10_000  # characters of all of them

    empty = ()

    def read(self, text: str) -> tuple[str, ...]:
        return tuple(sorted({super(Emails, self).read(part) for part in text.split(",") if part.strip()}))

    def write(self, value: Any) -> str:
        return ", ".join(value or ())

    def load(self, stored: Any) -> Any:
        return tuple(stored)


class Name(Text):
    """A name that refers to a row."""


class Day(FieldType):
    """A day, as 2026-04-03 or in any way that can mean only one day. What a slash leaves open was asked about before."""

    def read(self, text: str) -> date:
        text = text.strip()
        try:
            day = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else unmistakable_day(text)
        except ValueError:
            raise UnreadableCell(_("%(text)s is not a date written as YYYY-MM-DD.") % {"text": shown(text)}) from None
        if not FIRST_DAY <= day <= LAST_DAY:
            raise UnreadableCell(
                _("%(text)s is outside the years %(first)s to %(last)s.")
                % {"text": shown(text), "first": FIRST_DAY.year, "last": LAST_DAY.year}
            )
        return day


class LastDay(Day):
    """The last day of something; its field holds the day after."""

    def load(self, stored: Any) -> Any:
        return dates.last_day(stored)

    def store(self, value: Any) -> Any:
        return dates.day_after(value)


class Month(FieldType):
    """A month, as its first day."""

    def read(self, text: str) -> date:
        text = text.strip()
        found = re.fullmatch(r"(\d{4}-\d{2})(-01)?", text)  # spreadsheets like to make it the first of the month
        try:
            month = date.fromisoformat(f"{found[1]}-01") if found else unmistakable_month(text)
        except ValueError:
            raise UnreadableCell(_("%(text)s is not a month written as YYYY-MM.") % {"text": shown(text)}) from None
        if not FIRST_DAY <= month <= LAST_DAY:
            raise UnreadableCell(
                _("%(text)s is outside the years %(first)s to %(last)s.")
                % {"text": shown(text), "first": FIRST_DAY.year, "last": LAST_DAY.year}
            )
        return month

    def write(self, value: Any) -> str:
        return f"{value:%Y-%m}" if value else ""


class Moment(FieldType):
    """A day and a time. Without an offset it is read as UTC."""

    def read(self, text: str) -> datetime:
        try:
            if not re.match(r"\d{4}-\d{2}-\d{2}", text.strip()):
                raise ValueError
            moment = datetime.fromisoformat(text.strip())
            moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise UnreadableCell(
                _("%(text)s is not a time written as YYYY-MM-DDTHH:MM:SSZ.") % {"text": shown(text)}
            ) from None
        if not FIRST_DAY <= moment.date() <= LAST_DAY:
            raise UnreadableCell(
                _("%(text)s is outside the years %(first)s to %(last)s.")
                % {"text": shown(text), "first": FIRST_DAY.year, "last": LAST_DAY.year}
            )
        return moment

    def write(self, value: Any) -> str:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value else ""


class Clock(FieldType):
    """A time of day."""

    def read(self, text: str) -> time:
        try:
            if not re.fullmatch(r"\d{1,2}:\d{2}(:00)?", text.strip()):
                raise ValueError
            hour, minute = map(int, text.strip().split(":")[:2])
            return time(hour, minute)
        except ValueError:
            raise UnreadableCell(_("%(text)s is not a time written as 14:30.") % {"text": shown(text)}) from None

    def write(self, value: Any) -> str:
        return f"{value:%H:%M}" if value else ""


YES, NO = frozenset({"yes", "y", "true", "on", "1", "1.0"}), frozenset({"no", "n", "false", "off", "0", "0.0"})


class YesNo(FieldType):
    """Yes or no."""

    yes, no = "yes", "no"

    def read(self, text: str) -> bool:
        said = text.strip().lower()
        if said not in YES | NO:
            raise UnreadableCell(
                _("%(text)s is neither %(yes)s nor %(no)s.") % {"text": shown(text), "yes": self.yes, "no": self.no}
            )
        return said in YES

    def write(self, value: Any) -> str:
        return "" if value is None else (self.yes if value else self.no)


class OnOff(YesNo):
    """A switch."""

    yes, no = "on", "off"


class Number(FieldType):
    """A decimal number within bounds, with so many places at most."""

    def __init__(self, places: int, least: Decimal | int, most: Decimal | int, *, above: bool = False) -> None:
        self.places, self.least, self.most, self.above = places, Decimal(least), Decimal(most), above

    def read(self, text: str) -> Decimal:
        text = with_point(text.strip())
        try:
            if not re.fullmatch(r"-?\d{1,20}(\.\d{1,20})?", text):
                raise InvalidOperation
            number = Decimal(text)
        except InvalidOperation:
            raise UnreadableCell(_("%(text)s is not a number with a decimal point.") % {"text": shown(text)}) from None
        if number < self.least or number > self.most or (self.above and number == self.least):
            words = (
                _("%(text)s is not above %(least)s and at most %(most)s.")
                if self.above
                else _("%(text)s is not between %(least)s and %(most)s.")
            )
            raise UnreadableCell(words % {"text": shown(text), "least": self.least, "most": self.most})
        if -number.normalize().as_tuple().exponent > self.places:
            raise TooManyPlaces(
                _("%(text)s has more than %(places)s decimal places.") % {"text": shown(text), "places": self.places}
            )
        return number

    def write(self, value: Any) -> str:
        return "" if value is None else plain(value)


_HOURS = Number(2, 0, 168)


class Whole(Number):
    """A whole number within bounds."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(0, least, most)

    def read(self, text: str) -> int:
        try:
            return int(super().read(text))
        except TooManyPlaces:
            raise UnreadableCell(_("%(text)s is not a whole number.") % {"text": shown(text)}) from None

    def write(self, value: Any) -> str:
        return "" if value is None else str(value)


_HOURS_AND_MINUTES = re.compile(
    r"(?:(?P<hours>\d{1,3}(?:[.,]\d{1,4})?)\s*(?:hours?|hrs?|h)\.?)?\s*(?:(?P<minutes>\d{1,5})\s*(?:minutes?|mins?|m)?\.?)?",
    re.IGNORECASE,
)


class Minutes(Whole):
    """Minutes, as 90, 90 min or 1 h 30."""

    def read(self, text: str) -> int:
        text = text.strip()
        found = _HOURS_AND_MINUTES.fullmatch(text)
        if not found or text.isdecimal():
            return super().read(text)
        return super().read(plain(Decimal(with_point(found["hours"] or "0")) * 60 + int(found["minutes"] or 0)))


class Choice(FieldType):
    """
    One of some words, or its label on the screen; case, spaces and signs do not count.

    :param also: further words for one of them
    """

    empty = ""

    def __init__(self, words: Iterable[str], also: Mapping[str, str] = MappingProxyType({})) -> None:
        words = tuple(words)
        self.words = tuple(str(word) for word in words)
        self.labels = tuple(getattr(word, "label", "") for word in words)
        self.also = {said: str(word) for said, word in also.items()}
        self._meant: dict[str | None, dict[str, str]] = {}

    @property
    def meant(self) -> dict[str, str]:
        """The code of every word for it, in the current language."""
        language = get_language()
        if language not in self._meant:
            said: dict[str, set[str]] = {}
            for label, word in (*zip(self.labels, self.words, strict=True), *self.also.items()):
                said.setdefault(_folded(str(label)), set()).add(word)
            said |= {_folded(word): {word} for word in self.words}
            self._meant[language] = {key: min(words) for key, words in said.items() if key and len(words) == 1}
        return self._meant[language]

    def read(self, text: str) -> str:
        word = text.strip()
        if word in self.words:
            return word
        meant = self.meant
        if _folded(word) not in meant:
            raise UnreadableCell(
                _("%(text)s is not one of %(names)s.") % {"text": shown(text), "names": ", ".join(self.words)}
            )
        return meant[_folded(word)]


def _folded(word: str) -> str:
    """Return a word without case, spaces and punctuation, and without the part of a label in brackets."""
    return fold(re.sub(r"\(.*?\)", "", word)).replace(" ", "")


class DaysOfWeek(FieldType):
    """The hours of Monday to Sunday, as ``Mon-Thu 7.5, Fri 4``."""

    def read(self, text: str) -> tuple[Decimal, ...] | None:
        try:
            return staff_rules.read_days(text)
        except staff_rules.UnreadableDays as error:
            raise UnreadableCell(str(error)) from None

    def write(self, value: Any) -> str:
        return staff_rules.write_days(value)

    def load(self, stored: Any) -> Any:
        return tuple(stored)


class FourWeeks(FieldType):
    """The hours of the four weeks by row of the plan, as ``supervision 1 0 1 0, groups 2 2 2 2``."""

    empty = ()
    longest = 10_000

    def read(self, text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        found: dict[str, tuple[str, ...]] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            row, *hours = part.split()
            if len(hours) != 4 or row in found or "\x00" in row:
                raise UnreadableCell(
                    _("%(part)s cannot be read. Write each row once, with its hours in four weeks, as groups 2 2 2 2.")
                    % {"part": shown(part)}
                )
            found[row] = tuple(plain(_HOURS.read(each)) for each in hours)
        return tuple(sorted(found.items()))

    def write(self, value: Any) -> str:
        return ", ".join(" ".join((row, *hours)) for row, hours in value or ())

    def load(self, stored: Any) -> Any:
        return tuple(sorted((row, tuple(plain(Decimal(each)) for each in hours)) for row, hours in stored.items()))

    def store(self, value: Any) -> Any:
        return {row: list(hours) for row, hours in value}


class Monday(Day):
    """A day that is a Monday."""

    def read(self, text: str) -> date:
        day = super().read(text)
        if day.weekday():
            raise UnreadableCell(_("%(text)s is not a Monday.") % {"text": shown(text)})
        return day


class Zone(FieldType):
    """A time zone by its IANA name."""

    empty = ""

    def read(self, text: str) -> str:
        try:
            return ZoneInfo(text.strip()).key
        except (ValueError, OSError, KeyError):
            raise UnreadableCell(
                _("%(text)s is not a time zone such as Pacific/Auckland.") % {"text": shown(text)}
            ) from None


class Region(FieldType):
    """A country or subdivision whose public holidays are known."""

    empty = ""

    def read(self, text: str) -> str:
        try:
            dates.public_holidays(text.strip(), 2026)
        except ValueError:
            raise UnreadableCell(
                _("%(text)s is not a region such as NZ, NZ-AUK or GB-ENG.") % {"text": shown(text)}
            ) from None
        return text.strip()
