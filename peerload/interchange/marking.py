"""
Return a file with its faults marked: coloured cells, the reason in a comment, and all reasons of a row at its right
end.

A workbook stays the uploader's own: other sheets, widths and formats are kept. CSV files, and workbooks too large to be
held whole, are returned as a workbook made of the rows that were read.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Self

import openpyxl
import xlsxwriter
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from xlsxwriter.worksheet import Worksheet as NewWorksheet

from .errors import OTHERS_ALIKE, Fault, grouped
from .field_types import Day, FieldType, Number, UnreadableCell
from .files import DAMAGED, unpacked_bytes
from .sheets import REMARKS, SHEET
from .text_tables import OpenedFile, Raw
from .workbooks import cells_reached

MOST_REACHED = 300_000  # cells that merged cells, links, comments and tables reach over; openpyxl makes each of them
LAST_COLUMN = 16_384
HELD_WHOLE = 10_000_000  # bytes unpacked; openpyxl needs some thirty times as much memory
COMMENTS = 500  # of a workbook; cells beyond that are marked, and the reason is at the end of the row
HEADER_WITHIN = 10  # rows from the top
COLOUR = "FFE699"
AUTHOR = "peerload"
WIDTH = 60  # letters, of the column of reasons
SUMMARY_WIDTHS = (20, 30, 24, 90)

Marks = dict[str, dict[int, list[Fault]]]  # by sheet and row


def marked(content: bytes, opened: OpenedFile, faults: Sequence[Fault]) -> bytes | None:
    """
    Return a workbook with every fault marked, None where there is none.

    :param content: the file as it was uploaded
    :param opened: its tables as read
    """
    if _is_workbook(content) and unpacked_bytes(content) <= HELD_WHOLE and _is_small_in_memory(content):
        with suppress(Exception):  # openpyxl fails in two dozen ways; the rows that were read are there all the same
            return _in_place(content, faults)
    return _of_rows(opened, faults) if opened.tables else None


def fold_name(name: object) -> str:
    """Return the name of a sheet or column as it is compared: without case, spaces and underscores."""
    return "".join(str(name or "").lower().replace("_", " ").split())


def _is_workbook(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "[Content_Types].xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError):
        return False


def _is_small_in_memory(content: bytes) -> bool:
    """Return whether a workbook holds no more cells once it is loaded than it has written out."""
    reached = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            try:
                found = cells_reached(archive.read(entry))
            except DAMAGED:
                return False
            if found is None:
                return False
            reached += found
    return reached <= MOST_REACHED


def _by_row(faults: Iterable[Fault]) -> Marks:
    found: Marks = {}
    for fault in faults:
        found.setdefault(fold_name(fault.sheet), {}).setdefault(fault.row, []).append(fault)
    return found


def _reasons(faults: Iterable[Fault]) -> str:
    return " ".join(f"{fault.column}: {fault.says}" if fault.column else fault.says for fault in faults)[:32_000]


def _summary(faults: Sequence[Fault]) -> list[tuple[str, str, str, str]]:
    found = [("sheet", "rows", "column", REMARKS)]
    for group in grouped(faults):
        says = f"{group.says} {OTHERS_ALIKE}" if group.alike else group.says
        found.append((group.sheet, group.rows, group.column, says))
    return found


# The uploader's own workbook -------------------------------------------------------------------------------------------


def _in_place(content: bytes, faults: Sequence[Fault]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
    marks, left = _by_row(faults), COMMENTS
    for page in book.worksheets:
        if fold_name(page.title) == fold_name(REMARKS):
            book.remove(page)
            continue
        _clear(page)
        if rows := marks.get(fold_name(page.title)):
            left = _mark(page, rows, left)
    _add_summary(book, faults)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _mark(page: Worksheet, rows: Mapping[int, Sequence[Fault]], left: int) -> int:
    """Mark the cells of a page, with a column of reasons, and return how many comments are left for other pages."""
    fill = PatternFill("solid", fgColor=COLOUR)
    top, columns = _header(page)
    end = columns.setdefault(fold_name(REMARKS), page.max_column + 1)
    if end > LAST_COLUMN:
        raise ValueError("There is no column left for the reasons.")
    page.cell(top, end, REMARKS).font = Font(bold=True)
    page.column_dimensions[get_column_letter(end)].width = WIDTH
    for number, found in rows.items():
        row = max(number, top)
        if row > top:
            _put(page.cell(row, end), _reasons(found))
            page.cell(row, end).alignment = Alignment(wrap_text=True, vertical="top")
        for fault in found:
            column = columns.get(fold_name(fault.column), end if row == top else None)
            if column is None:
                continue
            cell = _first_of_merged(page, page.cell(row, column))
            if column != end:
                cell.fill = fill
            if left:
                left -= 1
                cell.comment = Comment(_joined(cell.comment, fault.says), AUTHOR, width=300, height=120)
    return left


def _add_summary(book: Workbook, faults: Sequence[Fault]) -> None:
    """Insert a first page that lists the faults, and open the workbook there."""
    page = book.create_sheet(REMARKS, 0)
    for row, words in enumerate(_summary(faults), 1):
        for column, word in enumerate(words, 1):
            _put(page.cell(row, column), word)
            page.cell(row, column).alignment = Alignment(wrap_text=True, vertical="top")
            if row == 1:
                page.cell(row, column).font = Font(bold=True)
    for letter, width in zip("ABCD", SUMMARY_WIDTHS, strict=True):
        page.column_dimensions[letter].width = width
    page.freeze_panes = "A2"
    book.active = 0
    for other in book.worksheets[1:]:
        other.sheet_view.tabSelected = False


def _first_of_merged(page: Worksheet, cell: Cell | MergedCell) -> Cell:
    """Return the top left cell of a merged one, which cannot be marked itself."""
    if not isinstance(cell, MergedCell):
        return cell
    area = next(area for area in page.merged_cells.ranges if cell.coordinate in area)
    return page.cell(area.min_row, area.min_col)


def _put(cell: Cell, words: str) -> None:
    """Write words, whatever they begin with."""
    cell.value = words
    cell.data_type = "s"


def _joined(comment: Comment | None, says: str) -> str:
    return f"{comment.text}\n{says}" if comment else says


def _clear(page: Worksheet) -> None:
    """Remove earlier marks, so that corrected cells are not marked any more."""
    top, columns = _header(page)
    end = columns.get(fold_name(REMARKS))
    for cell in _cells(page):
        if isinstance(cell, MergedCell):
            continue
        if cell.has_style and cell.fill.fill_type == "solid" and str(cell.fill.fgColor.rgb).endswith(COLOUR):
            cell.fill = PatternFill()
        if cell.comment and cell.comment.author == AUTHOR:
            cell.comment = None
        if cell.column == end and cell.row != top:
            cell.value = None


def _cells(page: Worksheet) -> list[Cell | MergedCell]:
    """Return the cells that exist in a sheet, and not those between them: a sheet of two cells may be a million rows long."""
    return list(page._cells.values())


def _header(page: Worksheet) -> tuple[int, dict[str, int]]:
    """Return the row of the header, and the column of each name: the row near the top with the most known names."""
    names = {fold_name(column.name) for sheet in SHEET.values() for column in sheet.columns}
    rows: dict[int, dict[int, str]] = {1: {}}
    for cell in _cells(page):
        if cell.row <= HEADER_WITHIN:
            rows.setdefault(cell.row, {})[cell.column] = fold_name(cell.value)
    at = max(sorted(rows), key=lambda row: sum(word in names for word in rows[row].values()))
    columns: dict[str, int] = {}
    for index, word in sorted(rows[at].items()):
        columns.setdefault(word, index)
    columns.pop("", None)
    return at, columns


# A workbook of the rows read -------------------------------------------------------------------------------------------


def _of_rows(opened: OpenedFile, faults: Sequence[Fault]) -> bytes:
    marks = _by_row(faults)
    with _Book() as book:
        book.summary(faults)
        for name, raw in opened.tables.items():
            book.table(name, raw, marks.get(fold_name(name), {}))
    return book.content


class _Book:
    """A new workbook, whose rows are written in order and not kept; ``content`` holds it afterwards."""

    def __enter__(self) -> Self:
        self._out = io.BytesIO()
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book = xlsxwriter.Workbook(self._out, options | {"constant_memory": True})
        self._formats = {
            (kind, mark): self._book.add_format(options | ({"bg_color": f"#{COLOUR}"} if mark else {}))
            for kind, options in FORMATS.items()
            for mark in (False, True)
        }
        self._comments = COMMENTS
        return self

    def __exit__(self, *error: object) -> None:
        self._book.close()
        self.content = self._out.getvalue()

    def summary(self, faults: Sequence[Fault]) -> None:
        page = self._book.add_worksheet(REMARKS)
        for index, width in enumerate(SUMMARY_WIDTHS):
            page.set_column(index, index, width)
        for row, words in enumerate(_summary(faults)):
            for column, word in enumerate(words):
                page.write_string(row, column, word, self._formats["reason" if row else "header", False])

    def table(self, name: str, raw: Raw, rows: dict[int, list[Fault]]) -> None:
        page, end = self._book.add_worksheet(name), len(raw.header)
        page.freeze_panes(1, 0)
        page.set_column(0, max(end - 1, 0), 22)
        page.set_column(end, end, WIDTH)
        says = _by_column(fault for number, found in rows.items() if number <= raw.header_row for fault in found)
        for index, word in enumerate([*raw.header, REMARKS]):
            wrong = says.pop(fold_name(word), []) if word else []
            if index == end:
                wrong += [each for found in says.values() for each in found]
            page.write_string(0, index, word, self._formats["header", bool(wrong) and index < end])
            self._comment(page, (0, index), wrong)
        kinds = _kinds(name, raw.header)
        for number, cells in raw.rows:
            found = rows.get(number, [])
            says = _by_column(found)
            for index, text in enumerate([*cells, *[""] * (end - len(cells))]):
                wrong = says.get(fold_name(raw.header[index]), []) if index < end else []
                at = (number - 1, index if index < end else index + 1)
                self._cell(page, at, text, kinds[index] if index < end else None, bool(wrong))
                self._comment(page, at, wrong)
            if found:
                page.write_string(number - 1, end, _reasons(found), self._formats["reason", False])

    def _cell(self, page: NewWorksheet, at: tuple[int, int], text: str, kind: FieldType | None, mark: bool) -> None:
        """Write a cell as what it is: a day as a day and a number as a number, where it can be read as one; else its text."""
        value = None
        if isinstance(kind, (Day, Number)) and text.strip():
            with suppress(UnreadableCell):
                value = kind.read(text)
        if value is not None and isinstance(kind, Day):
            page.write_datetime(*at, value, self._formats["day", mark])
        elif value is not None:
            page.write_number(*at, value, self._formats["number", mark])
        elif text:
            page.write_string(*at, text, self._formats["text", mark])
        elif mark:
            page.write_blank(*at, None, self._formats["text", mark])

    def _comment(self, page: NewWorksheet, at: tuple[int, int], says: Sequence[str]) -> None:
        if says and self._comments:
            self._comments -= 1
            page.write_comment(*at, "\n".join(says), {"author": AUTHOR, "x_scale": 2})


FORMATS = {
    "header": {"bold": True},
    "reason": {"text_wrap": True, "valign": "top"},
    "day": {"num_format": "yyyy-mm-dd"},
    "number": {},
    "text": {"num_format": "@"},
}


def _by_column(faults: Iterable[Fault]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for fault in faults:
        found.setdefault(fold_name(fault.column), []).append(fault.says)
    return found


def _kinds(name: str, header: Sequence[str]) -> list[FieldType | None]:
    """Return what each column of a table holds, None of one that the sheet does not know."""
    sheet = SHEET.get(name)
    known = {fold_name(column.name): column.kind for column in sheet.columns} if sheet else {}
    return [known.get(fold_name(word)) for word in header]
