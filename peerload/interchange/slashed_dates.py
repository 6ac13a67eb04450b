"""Dates as 3/4/2026, which may begin with the day or with the month. Pure."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from peerload.core.formats import format_day

from .cell_text import shown
from .field_types import Day, Moment, Month
from .questions import FileQuestions
from .sheets import SHEET
from .sheets.columns import Column
from .sheets.settings import SETTINGS
from .text_tables import Raw, known_by

SLASHED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:[T, ]+(\d{1,2}:\d{2}(?::\d{2})?.*))?")


class Slashed(NamedTuple):
    """A date as 3/4/2026, with the days it may mean (``None``: none) and the time of day that follows it."""

    day_first: date | None
    month_first: date | None
    time: str

    def by(self, answer: str) -> str:
        """Return the date as it is meant, written as YYYY-MM-DD; "" where it cannot be meant so."""
        day = self.day_first if answer == "day_first" else self.month_first
        time = self.time if len(self.time.split(":")[0]) != 1 else f"0{self.time}"
        return f"{day.isoformat()}T{time}" if day and time else day.isoformat() if day else ""

    @property
    def is_open(self) -> bool:
        """Whether it may mean two days."""
        return bool(self.day_first and self.month_first and self.day_first != self.month_first)


def slashed(text: str) -> Slashed | None:
    """Return what a text means that may be such a date; ``None`` if it is written otherwise."""
    found = SLASHED.fullmatch(text.strip())
    if not found:
        return None
    one, other, year = int(found[1]), int(found[3]), int(found[4])
    return Slashed(_day(year, other, one), _day(year, one, other), found[5] or "")


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


EXAMPLES = 3


def ask_about_dates(tables: Mapping[str, Raw], asked: FileQuestions) -> None:
    """Ask which comes first, day or month, once for the whole file, with dates of its own and any unambiguous ones."""
    examples: dict[str, Slashed] = {}
    tells: dict[str, tuple[str, Slashed]] = {}
    count = 0
    for name, number, column, text in _cells_of_days(tables):
        found = slashed(text)
        if found is None:
            continue
        if found.is_open:
            count += 1
            asked.add("dates", name, number, column, shown(text))
            if len(examples) < EXAMPLES:
                examples[text] = found
        elif bool(found.day_first) != bool(found.month_first):
            way = "day_first" if found.day_first else "month_first"
            words = _("%(date)s (%(sheet)s, row %(row)s, column %(column)s)")
            tells.setdefault(way, (words % {"date": text, "sheet": name, "row": number, "column": column}, found))
    if not count:
        return
    if list(tells) == ["month_first"]:
        asked.assumed["dates"] = "month_first"
    told = {
        "day_first": _("%(date)s can only be read with the day first."),
        "month_first": _("%(date)s can only be read with the month first."),
    }
    sentences = [_("Such are %(dates)s.") % {"dates": ", ".join(examples)}]
    sentences += [told[way] % {"date": tells[way][0]} for way in told if way in tells]
    asked.more["dates"] = " ".join(sentences)
    first, meant = next(iter(examples.items()))
    asked.choices["dates"] = (
        (
            "day_first",
            _("The day comes first: %(first)s is %(day)s.") % {"first": first, "day": format_day(meant.day_first)},
        ),
        (
            "month_first",
            _("The month comes first: %(first)s is %(day)s.") % {"first": first, "day": format_day(meant.month_first)},
        ),
    )


def _cells_of_days(tables: Mapping[str, Raw]) -> Iterator[tuple[str, int, str, str]]:
    for name, raw in tables.items():
        indexes = [
            (index, column)
            for index, column in enumerate(raw.header)
            if (name, column) == ("service", "value") or is_of_days(SHEET[name].column(column))
        ]
        for number, texts in raw.rows if indexes else ():
            for index, column in indexes:
                if index < len(texts) and not is_iso(texts[index]) and holds_day(raw, column, texts):
                    yield name, number, column, texts[index]


def holds_day(raw: Raw, column: str, texts: list[str]) -> bool:
    """Return whether a cell holds a day: in the sheet service its key decides, in others the column."""
    if (raw.sheet, column) != ("service", "value"):
        return is_of_days(SHEET[raw.sheet].column(column))
    at = raw.header.index("key") if "key" in raw.header else len(texts)
    return at < len(texts) and known_by(texts[at]) in DAYS_AMONG_SETTINGS


def is_iso(text: str) -> bool:
    """Return whether a text begins with a year, as nearly every date does."""
    return text[:4].isdigit()


def is_of_days(column: Column) -> bool:
    return isinstance(column.kind, (Day, Month, Moment))


DAYS_AMONG_SETTINGS = {known_by(setting.key) for setting in SETTINGS if isinstance(setting.kind, Day)}
