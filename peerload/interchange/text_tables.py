"""
Turn rows of text into tables: their sheet, the header's row, and which columns are empty. Pure.

Sheets and columns are known by their names without case, spaces and signs. Ignored parts are reported.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from django.utils.translation import gettext as _

from peerload.core.folding import fold

from .cell_text import printable, shown
from .errors import CellPlace, Fault, FileRefused
from .field_types import Text
from .questions import NO_ANSWERS
from .rows import PackedRows
from .sheets import README, REMARKS, SHEET, SHEETS
from .sheets.columns import Sheet

MOST_BYTES = 50_000_000  # of a file, unpacked
MOST_ROWS = 300_000  # of a sheet
MOST_COLUMNS = 200
MOST_CELLS = (
    20_000_000  # that are not empty, of a whole file; a cell of an .ods may say that it is there a million times
)
MOST_CHARACTERS = 200_000_000  # of all cells; a text that is kept once may stand in a million of them
MOST_EMPTY = 12_000_000  # rows gone through that hold nothing; a workbook may say that its next row is the billionth
ABOVE_HEADER = 5  # rows that are not empty, among which the header is looked for


class Mark(NamedTuple):
    """
    Further facts about a cell beside its text.

    ``kind`` is formula, number, scientific, truth or date, and ``text`` the formula, or the value as the program shows it. Of an
    error ``text`` says what is wrong.
    """

    kind: str
    text: str


class TextRow(NamedTuple):
    """One row as it comes: its number (the first is 1), its texts, and marks by the index of a cell."""

    number: int
    texts: list[str]
    marks: Mapping[int, Mark] = NO_ANSWERS


class MergedCells(NamedTuple):
    """Merged cells: first and last row (from 1), first and last column (from 0)."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


class Raw(NamedTuple):
    """A sheet as text: its header, and rows with their numbers. Empty rows are left out."""

    sheet: str
    header: list[str]
    rows: PackedRows
    even: bool = True  # every row has as many cells as the header; a workbook leaves out empty ones at the end
    header_row: int = 1
    marks: Mapping[tuple[int, int], Mark] = NO_ANSWERS  # by row and index of the column
    spans: tuple[MergedCells, ...] = ()


class OpenedFile(NamedTuple):
    """The tables found, by name of sheet, with faults, ignored parts, and questions."""

    tables: dict[str, Raw]
    faults: list[Fault]
    broken: frozenset[str] = frozenset()  # sheets that are there and could not be read
    notes: tuple[str, ...] = ()
    asked: tuple[tuple[str, CellPlace], ...] = ()  # kinds of questions with their places


def known_by(name: str) -> str:
    """Return what a sheet or column is known by: its name without case, spaces and signs."""
    return fold(name).replace(" ", "")


_SHEETS = {known_by(sheet.name): sheet.name for sheet in SHEETS}
_COLUMNS = {sheet.name: {known_by(name): name for name in sheet.names} for sheet in SHEETS}


def sheet_named(title: str) -> str | None:
    """Return the name of the sheet that a title means, ``None`` if it means none."""
    return title.strip() if title.strip() in SHEET else _SHEETS.get(known_by(title))


def sheet_of_file(title: str) -> str | None:
    """Return the sheet that a file's name means: people, and harbourside-people as LibreOffice names it."""
    return sheet_named(title) or sheet_named(title.rpartition("-")[2])


def is_readme(title: str) -> bool:
    """Return whether a sheet is one of the workbook's own: its help, or the faults it was given back with."""
    return known_by(title) in (known_by(README), known_by(REMARKS))


def as_header(sheet: str, texts: Iterable[str]) -> list[str]:
    """Return the names of columns as the sheet spells them; a name that means no column stays as it is."""
    return [_COLUMNS[sheet].get(known_by(text)) or printable(text.strip()) for text in texts]


def recognised(sheet: str, texts: Iterable[str]) -> int:
    """Return how many columns of a sheet some texts name."""
    return len({name for text in texts if (name := _COLUMNS[sheet].get(known_by(text)))})


def sheets_with(texts: Iterable[str]) -> list[str]:
    """Return the sheets that a row of names fits: each name is a column, and none that must be there is missing."""
    names = [known_by(text) for text in texts if text.strip()]
    return [sheet.name for sheet in SHEETS if names and _fits(sheet, names)]


def _fits(sheet: Sheet, names: list[str]) -> bool:
    columns = _COLUMNS[sheet.name]
    must = {known_by(column.name) for column in sheet.columns if column.required}
    return all(name in columns for name in names) and must <= set(names)


class TooMuch(Exception):
    """A file that holds more than its reader may go through now."""


class Allowance:
    """
    How much of a file may be gone through: rows, cells and characters, and rows that hold nothing.

    :param times: how many times as much as of an upload a whole file may hold, its bytes and the rows of a sheet among that
    """

    def __init__(
        self,
        rows: int = MOST_ROWS * 10,
        cells: int = MOST_CELLS,
        characters: int = MOST_CHARACTERS,
        empty: int = MOST_EMPTY,
        times: int = 1,
    ) -> None:
        self.rows, self.cells, self.characters, self.empty = (each * times for each in (rows, cells, characters, empty))
        self.most_bytes, self.most_rows, self.most_cells = MOST_BYTES * times, MOST_ROWS * times, MOST_CELLS * times

    def take(self, texts: list[str], times: int = 1) -> None:
        """
        Count a row as often as it is there, before it is made.

        :raises TooMuch: if it is one too many
        """
        if not texts:
            self.empty -= times
        else:
            self.rows -= times
            self.cells -= len(texts) * times
            self.characters -= sum(map(len, texts)) * times
        if min(self.rows, self.cells, self.characters, self.empty) < 0:
            raise TooMuch


class Tables:
    """The tables of one file while they are read, with faults and questions."""

    def __init__(self, allowance: Allowance) -> None:
        self.most_rows, self.most_cells = allowance.most_rows, allowance.most_cells
        self.tables: dict[str, Raw] = {}
        self.faults: list[Fault] = []
        self.broken: set[str] = set()
        self.notes: list[str] = []
        self.asked: list[tuple[str, CellPlace]] = []
        self.cells = 0

    def opened(self) -> OpenedFile:
        """Return the tables found."""
        if sum(len(table.rows) for table in self.tables.values()) > self.most_rows * 10:
            raise FileRefused(_("There are more than %(most_rows)s rows.") % {"most_rows": self.most_rows * 10})
        return OpenedFile(
            self.tables, self.faults, frozenset(self.broken), tuple(dict.fromkeys(self.notes)), tuple(self.asked)
        )

    def refuse(self, sheet: str, faults: Iterable[Fault]) -> None:
        """Note a sheet that cannot be read, and why."""
        self.faults += faults
        self.broken.add(sheet)

    def is_free(self, name: str, title: str) -> bool:
        """Return whether a sheet is there for the first time; one that comes again is a fault."""
        if name in self.tables or name in self.broken:
            says = (
                _("This sheet is there twice.")
                if title == name
                else _("This sheet is there twice, also as %(title)s.") % {"title": shown(title)}
            )
            self.refuse(name, [Fault(name, 0, "", says)])
            return False
        return True

    def add(self, name: str, lines: Iterable[TextRow], *, even: bool, spans: Iterable[MergedCells] = ()) -> None:
        """Make a table of a sheet's rows; an empty one is passed over. What cannot be a table is a fault."""
        try:
            raw = self._table(name, self._counted(lines), even, tuple(spans))
        except FileRefused as refused:
            if any(not fault.sheet for fault in refused.faults):
                raise
            self.refuse(name, refused.faults)
            return
        if raw is None:
            self.notes.append(_("The sheet %(name)s is empty. It was ignored.") % {"name": name})
        else:
            self.tables[name] = raw

    def _counted(self, lines: Iterable[TextRow]) -> Iterator[TextRow]:
        for line in lines:
            self.cells += len(line.texts)
            if self.cells > self.most_cells:
                raise FileRefused(
                    _("There are more than %(most_cells)s cells.") % {"most_cells": f"{self.most_cells:,}"}
                )
            yield line

    def _table(self, name: str, lines: Iterator[TextRow], even: bool, spans: tuple[MergedCells, ...]) -> Raw | None:
        header, first = self._header(name, lines)
        if header is None:
            return None
        width = len(header.texts)
        if width > MOST_COLUMNS:
            says = _("There are %(width)s columns; this sheet has %(count)s.") % {
                "width": width,
                "count": len(SHEET[name].columns),
            }
            raise FileRefused([Fault(name, header.number, "", says)])
        names = as_header(name, header.texts)
        text_columns = {index for index, each in enumerate(names) if each in SHEET[name].names and _is_text(name, each)}
        rows = PackedRows()
        marks: dict[tuple[int, int], Mark] = {}
        filled = bytearray(width)
        for line in chain(first, lines):
            texts = line.texts
            while len(texts) > width and not texts[-1].strip():
                texts.pop()  # of empty columns at the end
            rows.append((line.number, texts))
            for index, text in enumerate(texts[:width]):
                if text and not filled[index]:
                    filled[index] = 1
            for index, mark in line.marks.items():
                if mark.kind in ("formula", "error") or index in text_columns:
                    marks[line.number, index] = mark
            if len(rows) > self.most_rows:
                raise FileRefused(_("There are more than %(most_rows)s rows.") % {"most_rows": f"{self.most_rows:,}"})
        raw = Raw(name, names, rows, even, header.number, marks, _below(spans, header.number, width))
        return self._without_empty_columns(raw, filled)

    def _header(self, name: str, lines: Iterator[TextRow]) -> tuple[TextRow | None, list[TextRow]]:
        """Return the row that holds the names of the columns, and the rows below it that were read to find it."""
        seen: list[TextRow] = []
        for line in lines:
            seen.append(line)
            names = [text for text in line.texts if text.strip()]
            found = recognised(name, names)
            must = sum(column.required for column in SHEET[name].columns)
            if found and (found >= min(2, must) if len(seen) > 1 else found * 2 >= len(names)):
                for above in seen[:-1]:
                    words = " ".join(text for text in above.texts if text.strip())
                    self.notes.append(
                        _("%(name)s, row %(number)s: %(words)s is above the names of the columns. It was ignored.")
                        % {"name": name, "number": above.number, "words": shown(words)}
                    )
                return line, []
            if len(seen) == ABOVE_HEADER:
                break
        return (seen[0], seen[1:]) if seen else (None, [])

    def _without_empty_columns(self, raw: Raw, filled: bytearray) -> Raw:
        """Take out columns that hold nothing and have no name of the sheet, and the reasons of a marked workbook."""
        remarks = [index for index, name in enumerate(raw.header) if known_by(name) == known_by(REMARKS)]
        empty = [
            index
            for index, name in enumerate(raw.header)
            if index in remarks or (not filled[index] and name not in SHEET[raw.sheet].names)
        ]
        if not empty:
            return raw
        for index in empty:
            if index in remarks:
                continue  # the reasons that `marking` has put beside the rows
            called = (
                _("The column %(header)s") % {"header": shown(raw.header[index])}
                if raw.header[index]
                else _("Column %(index)s") % {"index": index + 1}
            )
            self.notes.append(
                _("%(sheet)s: %(called)s is empty. It was ignored.") % {"sheet": raw.sheet, "called": called}
            )
        kept = [index for index in range(len(raw.header)) if index not in set(empty)]
        now = {before: index for index, before in enumerate(kept)}
        width = len(raw.header)
        found = (
            (number, [texts[index] for index in kept if index < len(texts)] + texts[width:])
            for number, texts in raw.rows
        )
        # a row that held nothing but a reason is empty now
        rows = PackedRows(row for row in found if not remarks or any(text.strip() for text in row[1]))
        marks = {(number, now[index]): mark for (number, index), mark in raw.marks.items() if index in now}
        spans = tuple(
            span._replace(first_column=now[span.first_column]) for span in raw.spans if span.first_column in now
        )
        return raw._replace(header=[raw.header[index] for index in kept], rows=rows, marks=marks, spans=spans)


def _is_text(sheet: str, column: str) -> bool:
    """Return whether a column holds words, so that a number or date in it was not typed as one."""
    return isinstance(SHEET[sheet].column(column).kind, Text) and (sheet, column) != ("service", "value")


def _below(spans: tuple[MergedCells, ...], header_row: int, width: int) -> tuple[MergedCells, ...]:
    """Return the merged cells that lie below the header and within its columns."""
    return tuple(span for span in spans if span.first_row > header_row and span.first_column < width)
