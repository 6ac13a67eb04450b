"""Answers that have parts: a table of words, a time from a day until another, a member of staff by name (R196)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from peerload.core.formats import format_day

from .reading import LINE, ContentReader

MOST_ROWS, MOST_COLUMNS = 20, 6
Cells = list[list[str]]  # of a table as it is kept: the rows of the template first, then those that were added


@dataclass(frozen=True)
class Table:
    """What a table asks: rows and columns by their headings, and how many rows may be added."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    more_rows: int = 0

    def heading(self, number: int) -> str:
        """Return what a row is called, by its number from 0."""
        if number < len(self.rows):
            return self.rows[number]
        return _("Row %(number)d") % {"number": number + 1}


def read_table(reader: ContentReader, found: Mapping[str, Any], where: str, *, is_table: bool) -> Table | None:
    """Read the rows and columns of an item that is a table; of another it refuses them."""
    given = [name for name in ("rows", "columns", "more_rows") if name in found]
    if not is_table:
        if given:
            reader.wrong(where, _("Only a table has rows and columns."))
        return None
    rows = _headings(reader, found, "rows", where, MOST_ROWS)
    columns = _headings(reader, found, "columns", where, MOST_COLUMNS)
    more = found.get("more_rows", 0)
    if type(more) is not int or not 0 <= more <= MOST_ROWS:
        reader.wrong(where, _("“more_rows” has to be a whole number from 0 to %(most)d.") % {"most": MOST_ROWS})
        more = 0
    if not columns:
        reader.wrong(where, _("A table needs one column at least."))
    if not rows and not more:
        reader.wrong(where, _("A table needs rows, or rows that may be added."))
    return Table(rows, columns, more)


def _headings(reader: ContentReader, found: Mapping[str, Any], name: str, where: str, most: int) -> tuple[str, ...]:
    read = []
    for each in reader.rows(found, name, where, most):
        if not isinstance(each, str) or not each.strip() or len(each) > LINE or not each.isprintable():
            reader.wrong(where, _("“%(name)s” has to be a list of texts, each of one line.") % {"name": name})
            return ()
        read.append(each.strip())
    if len(set(read)) < len(read):
        reader.wrong(where, _("“%(name)s” names something twice.") % {"name": name})
    return tuple(read)


def table_as_json(table: Table) -> dict[str, Any]:
    """Return a table as `read_table` reads it back."""
    found: dict[str, Any] = {"rows": list(table.rows), "columns": list(table.columns)}
    return found | ({"more_rows": table.more_rows} if table.more_rows else {})


class AnsweredRow(NamedTuple):
    """A row of a table that has words, as it is read: each column by its heading."""

    heading: str
    cells: list[tuple[str, str]]


def kept_cells(table: Table, cells: Cells) -> Cells:
    """Return cells as they are kept: without added rows that are empty, [] where nothing is written."""
    fixed, added = cells[: len(table.rows)], cells[len(table.rows) :]
    kept = [*fixed, *(row for row in added if any(row))]
    return kept if any(any(row) for row in kept) else []


def shown_rows(table: Table, cells: Sequence[Sequence[str]]) -> list[AnsweredRow]:
    """Return the rows in which something is written."""
    return [
        AnsweredRow(table.heading(number), [pair for pair in zip(table.columns, row, strict=False) if pair[1]])
        for number, row in enumerate(cells)
        if any(row)
    ]


def table_in_words(table: Table, cells: Sequence[Sequence[str]]) -> str:
    """Return a table as text: a row a paragraph, headed by its name."""
    return "\n".join(
        "\n".join([row.heading, *(f"{column}: {words}" for column, words in row.cells)])
        for row in shown_rows(table, cells)
    )


# A time --------------------------------------------------------------------------------------------------------------


def kept_span(first: date | None, last: date | None) -> str:
    """Return a time as it is kept: ``2026-11-02/2026-12-01``; either day may be missing, "" without both."""
    return f"{first or ''}/{last or ''}" if first or last else ""


def span_of(value: str) -> tuple[date | None, date | None]:
    """Return the two days of a time as it is kept."""
    first, __, last = value.partition("/")
    return (date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)


def span_in_words(value: str) -> str:
    """Return a time as it is read."""
    first, last = span_of(value)
    if first and last:
        return _("%(first)s to %(last)s") % {"first": format_day(first), "last": format_day(last)}
    if first:
        return _("from %(day)s") % {"day": format_day(first)}
    return _("until %(day)s") % {"day": format_day(last)} if last else ""


# A member of staff ---------------------------------------------------------------------------------------------------


def kept_person(uid: object, name: str) -> str:
    """Return a member as they are kept: with the name of the day, which a signed guide keeps."""
    return f"{uid} {name}"


def person_of(value: str) -> tuple[str, str]:
    """Return uid and name of a member as they are kept."""
    uid, __, name = value.partition(" ")
    return uid, name
