"""A service on its way out: the same sheets as CSV files or as a workbook. Nothing in a cell is calculated by a spreadsheet."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Self, TextIO

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from .cell_text import as_text
from .field_types import Day, Email, Moment, Name, Number, Text
from .sheets import README, SHEETS
from .sheets.columns import Column, Sheet

Rows = Mapping[str, Iterable[Mapping[str, object]]]
MOST_IN_A_WORKBOOK = 1_048_575  # rows of a sheet, below its header: what spreadsheet programs read


class TooManyRows(Exception):
    """A sheet has more rows than a workbook can hold; its text says what to do."""


def folder(rows: Rows, path: Path) -> None:
    """Write one CSV file a sheet into a folder, which is made if it is not there."""
    path.mkdir(parents=True, exist_ok=True)
    for sheet in SHEETS:
        with (path / f"{sheet.name}.csv").open("w", encoding="utf-8", newline="") as file:
            write_csv(sheet, rows.get(sheet.name, ()), file)


def zipped(rows: Rows, sheets: Iterable[Sheet] = SHEETS) -> bytes:
    """Return a zip of the CSV files; the same rows are the same bytes, so it holds no time of writing."""
    out = io.BytesIO()
    write_zip(rows, out, sheets)
    return out.getvalue()


def write_zip(rows: Rows, out: BinaryIO, sheets: Iterable[Sheet] = SHEETS) -> None:
    """Write a zip of the CSV files, row by row; the same rows are the same bytes, so it holds no time of writing."""
    with zipfile.ZipFile(out, "w") as archive:
        for sheet in sheets:
            entry = zipfile.ZipInfo(f"{sheet.name}.csv")
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            with archive.open(entry, "w", force_zip64=True) as raw:
                file = io.TextIOWrapper(raw, encoding="utf-8", newline="")
                write_csv(sheet, rows.get(sheet.name, ()), file)
                file.detach()


def csv_of(sheet: Sheet, rows: Iterable[Mapping[str, object]]) -> bytes:
    """Return a sheet as CSV, in UTF-8."""
    out = io.StringIO(newline="")
    write_csv(sheet, rows, out)
    return out.getvalue().encode()


def write_csv(sheet: Sheet, rows: Iterable[Mapping[str, object]], out: TextIO) -> None:
    """Write a sheet as CSV, row by row."""
    columns = [(column.name, column.kind.write) for column in sheet.written]
    _write_csv([name for name, __ in columns], ([write(row[name]) for name, write in columns] for row in rows), out)
    out.flush()


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows of text as CSV; what begins like a formula is marked as text."""
    out = io.StringIO(newline="")
    _write_csv(header, rows, out)
    return out.getvalue().encode()


def _write_csv(header: Sequence[str], rows: Iterable[Sequence[str]], out: TextIO) -> None:
    writer = csv.writer(out)  # CR LF: a lone CR in a note is quoted too
    writer.writerow(header)
    writer.writerows([as_text(cell) for cell in row] for row in rows)


def workbook(rows: Rows, sheets: Iterable[Sheet] = SHEETS) -> bytes:
    """Return the sheets as a workbook, with real dates and numbers; words are words, whatever they begin with."""
    out = io.BytesIO()
    write_workbook(rows, out, sheets)
    return out.getvalue()


def write_workbook(rows: Rows, out: BinaryIO, sheets: Iterable[Sheet] = SHEETS) -> None:
    """
    Write the sheets as a workbook, row by row, and after them what each column holds.

    :raises TooManyRows: if a sheet has more than a workbook can hold
    """
    with _Book(out) as book:
        for sheet in sheets:
            book.add(
                sheet.name,
                [column.name for column in sheet.written],
                ([_typed(column, row) for column in sheet.written] for row in rows.get(sheet.name, ())),
                [_letters(column) for column in sheet.written],
            )
        help = [(sheet.name, column.name, str(column.help)) for sheet in sheets for column in sheet.written]
        book.add(README, [_("Sheet"), _("Column"), _("What it holds")], help, README_WIDTHS)


def _typed(column: Column, row: Mapping[str, object]) -> object:
    value = row[column.name]
    return value if isinstance(column.kind, (Day, Number)) and value is not None else column.kind.write(value)


def _letters(column: Column) -> int:
    """Return how wide a column is, by what it holds: rows are not kept, so their widths are not known."""
    words = min(column.kind.longest, OF_WORDS) if isinstance(column.kind, Text) else NARROWEST
    holds = next((width for kind, width in WIDTHS if isinstance(column.kind, kind)), words)
    return max(holds, len(column.name) + 4)


def tables(
    found: Mapping[str, Sequence[Mapping[str, object]]], empty: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> bytes:
    """
    Return lists of flat rows as a workbook, one sheet each, the keys of the first row its header.

    Reports say numbers and days as text, which here become numbers and days; names stay words, whatever they look like.

    :param empty: the header of a list without rows
    """
    with _Book() as book:
        for name, rows in found.items():
            header = list(rows[0]) if rows else list(empty.get(name, ()))
            book.add(name, header, ([_as_said(column, row.get(column)) for column in header] for row in rows))
    return book.content


OF_NAMES = frozenset({"worker", "team", "ref", "email", "label", "reason", "week"})
A_NUMBER, A_DAY = re.compile(r"-?\d{1,12}(\.\d{1,6})?"), re.compile(r"\d{4}-\d\d-\d\d")


def _as_said(column: str, value: object) -> object:
    """Return a number or a day that a report says as text."""
    if column in OF_NAMES or not isinstance(value, str):
        return value
    if A_NUMBER.fullmatch(value):
        return Decimal(value)
    return date.fromisoformat(value) if A_DAY.fullmatch(value) else value


NARROWEST = 12  # letters: a date fits, with the button of its filter
WIDTHS = ((Email, 32), (Name, 26), (Moment, 24))
OF_WORDS = 40
README_WIDTHS = (20, 28, 110)


class _Book:
    """
    A workbook in the making; ``content`` holds it afterwards. Rows are written in order and not kept.

    Text is stored in its cells, not in a table of strings: openpyxl, which reads them back, mends escapes in that table
    twice.
    """

    def __init__(self, out: BinaryIO | None = None) -> None:
        self._out = out or io.BytesIO()

    def __enter__(self) -> Self:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._book = xlsxwriter.Workbook(self._out, options)
        self._bold = self._book.add_format({"bold": True})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        return self

    def __exit__(self, *error: object) -> None:
        self._book.close()
        self.content = self._out.getvalue() if isinstance(self._out, io.BytesIO) else b""

    def add(
        self, name: str, header: Sequence[str], rows: Iterable[Sequence[object]], widths: Sequence[int] = ()
    ) -> Worksheet:
        page = self._book.add_worksheet(name)
        page.freeze_panes(1, 0)
        for index, word in enumerate(header):
            page.write_string(0, index, word, self._bold)
        for index, width in enumerate(widths or [max(NARROWEST, len(word) + 4) for word in header]):
            page.set_column(index, index, width)
        number = 0
        for number, row in enumerate(rows, 1):
            if number > MOST_IN_A_WORKBOOK:
                raise TooManyRows(
                    _("%(name)s has more than %(most_in_a_workbook)s rows. Choose CSV files instead.")
                    % {"name": name, "most_in_a_workbook": f"{MOST_IN_A_WORKBOOK:,}"}
                )
            for index, value in enumerate(row):
                self._cell(page, number, index, value)
        if header:
            page.autofilter(0, 0, number, len(header) - 1)
        return page

    def _cell(self, page: Worksheet, row: int, column: int, value: object) -> None:
        if value is None or value == "":
            return
        if isinstance(value, date):
            page.write_datetime(row, column, value, self._day)
        elif isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            page.write_number(row, column, value)
        else:
            page.write_string(row, column, str(value))
