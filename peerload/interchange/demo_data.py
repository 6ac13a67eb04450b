"""
The demo service: Harbourside, imported from its sheets, moved in time so that its as-at day is a recent one.

All names are invented and the telephone numbers fictional. Additions to the sheets are in files of their own.
"""

import csv
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

from .field_types import Day, Monday, Month
from .files import open_path
from .rows import PackedRows
from .sheets import SHEET
from .sheets.settings import SETTING
from .text_tables import OpenedFile, Raw

FOLDER = Path(__file__).parent / "demo"
HARBOURSIDE = FOLDER / "harbourside"
MORE = (
    FOLDER / "more"
)  # three workers more with their people, so that the two of the source stay as they are; a service manager; a group
CODE = "Harbourside Peer Support"
AS_AT = date(2026, 11, 20)
SIGN_INS = (
    "mere@harbourside.example",
    "tom@harbourside.example",
    "ana@harbourside.example",
    "ruth@harbourside.example",
    "admin@harbourside.example",
)
GREETING = "Kia ora"
TONIGHT = "Call or text 1737, any time."


def as_of(today: date) -> OpenedFile:
    """Return the demo's sheets with every date moved by whole weeks: the as-at day becomes `as_at`."""
    tables = dict(open_path(HARBOURSIDE).tables)
    tables["service"].rows.extend([(0, ["greeting", GREETING]), (0, ["tonight_line", TONIGHT])])
    tables["people"] = _with(tables["people"], _rows(FOLDER / "extras.csv"), ("ref",))
    tables["contacts"] = _with(tables["contacts"], _rows(FOLDER / "notes.csv"), ("ref", "on"))
    for path in sorted(MORE.glob("*.csv")):
        rows = _rows(path)
        table = tables.setdefault(path.stem, Raw(path.stem, list(rows[0]), PackedRows()))
        table.rows.extend((0, [row.get(name, "") for name in table.header]) for row in rows)
    day = as_at(today)
    return OpenedFile({name: moved(table, day) for name, table in tables.items()}, [])


def as_at(today: date) -> date:
    """Return the last day the sheets cover, as of today: the latest one of its weekday up to it."""
    return AS_AT + (today - AS_AT) // timedelta(weeks=1) * timedelta(weeks=1)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _with(table: Raw, extras: Iterable[dict[str, str]], key: tuple[str, ...]) -> Raw:
    """Return a table with columns added, filled where a row is known by the same key; of several such rows the last."""
    extras = list(extras)
    columns = [name for name in extras[0] if name not in key]
    by_key = {tuple(extra[name] for name in key): extra for extra in extras}
    places = [table.header.index(name) for name in key]
    rows = []
    for number, cells in reversed(list(table.rows)):
        extra = by_key.pop(tuple(cells[place] for place in places), {})
        rows.append((number, [*cells, *(extra.get(name, "") for name in columns)]))
    return table._replace(header=[*table.header, *columns], rows=PackedRows(reversed(rows)))


def moved(table: Raw, as_at: date) -> Raw:
    """Return a table as it would have been had `AS_AT` been another day of the same weekday; months go by the calendar."""
    sheet = SHEET[table.sheet]
    by_kind: dict[type, Callable[[str], str]] = {
        Day: lambda text: (date.fromisoformat(text) + (as_at - AS_AT)).isoformat(),
        Month: lambda text: f"{_months_later(date.fromisoformat(f'{text}-01'), as_at):%Y-%m}",
    }
    kinds = [sheet.column(name).kind for name in table.header]
    movers = [next((move for kind, move in by_kind.items() if isinstance(each, kind)), None) for each in kinds]
    rows = [
        (number, [move(cell) if move and cell else cell for move, cell in zip(movers, cells, strict=True)])
        for number, cells in table.rows
    ]
    if sheet.name == "service":
        rows = [(number, [key, _moved_setting(key, value, by_kind[Day])]) for number, (key, value) in rows]
    return table._replace(rows=PackedRows(rows))


def _months_later(month: date, as_at: date) -> date:
    months = month.year * 12 + month.month - 1 + (as_at.year - AS_AT.year) * 12 + as_at.month - AS_AT.month
    return date(months // 12, months % 12 + 1, 1)


def _moved_setting(key: str, value: str, move: Callable[[str], str]) -> str:
    return move(value) if isinstance(SETTING[key].kind, Monday) and value else value
