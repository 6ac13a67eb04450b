"""
Workbooks, .xlsx and .ods, as rows of text with marks: which cells hold formulas, numbers, dates, truth values, or are merged.

Declared content is not expanded blindly: sizes are checked first, and repeated cells are counted as they come.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import PurePosixPath
from typing import IO, NamedTuple
from xml.etree.ElementTree import Element

import openpyxl
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from .cell_text import plain, printable, shown
from .errors import Fault, FileRefused
from .sheets import SHEET
from .text_tables import (
    MOST_BYTES,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    Allowance,
    Mark,
    MergedCells,
    OpenedFile,
    Tables,
    TextRow,
    TooMuch,
    is_readme,
    sheet_named,
    sheets_with,
)

NOT_A_BOOK = gettext_lazy("Save it as .xlsx or .ods, or as CSV files.")
MOST_SPANS = 5_000
SCIENTIFIC_FROM = 10**11  # a number without a format of its own is shown so from here on
SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"


class Page(NamedTuple):
    """One sheet of a workbook: its title, whether it is shown, its merged cells, and its rows as they are read."""

    title: str
    is_visible: bool
    spans: list[MergedCells]
    lines: Iterator[TextRow]


def of_xlsx(content: bytes, archive: zipfile.ZipFile, allowance: Allowance) -> OpenedFile:
    """
    Return the tables of an Excel workbook.

    :raises FileRefused: if it is none, has macros or a row wider than any sheet, or is damaged
    """
    names = set(archive.namelist())
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileRefused(_("The workbook has macros. Save it as .xlsx, without them."))
    if "xl/workbook.xml" not in names:
        raise FileRefused(_("This is not an Excel workbook. %(instead)s") % {"instead": NOT_A_BOOK})
    parts = {}
    for name in sorted(names):
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            parts[name] = _look_at_part(name, archive.read(name))
    with archive.open("[Content_Types].xml") as file:
        if b"macroEnabled" in file.read(MOST_BYTES):
            raise FileRefused(_("The workbook has macros. Save it as .xlsx, without them."))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of features that are passed over
        return _tables_of(_xlsx_pages(content, parts, allowance), allowance)


def of_ods(archive: zipfile.ZipFile, allowance: Allowance) -> OpenedFile:
    """
    Return the tables of an OpenDocument spreadsheet.

    :raises FileRefused: if it is none, has macros or a password, or is damaged
    """
    names = set(archive.namelist())
    if not archive.read("mimetype").strip().startswith(SPREADSHEET) or "content.xml" not in names:
        raise FileRefused(_("This is not a spreadsheet. %(instead)s") % {"instead": NOT_A_BOOK})
    if any(name.startswith(("Basic/", "Scripts/")) for name in names):
        raise FileRefused(_("The workbook has macros. Save it without them."))
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise FileRefused(_("The file has a password. Save it without one."))
    with archive.open("content.xml") as file:
        return _tables_of(_ods_pages(file, allowance), allowance)


def _tables_of(pages: Iterator[Page], allowance: Allowance) -> OpenedFile:
    """Return the tables of the pages that hold anything; one that is alone may be known by its header."""
    found, unknown = Tables(allowance), []
    try:
        for page in pages:
            name = sheet_named(page.title)
            if name is None:
                unknown.append((page.title, [] if is_readme(page.title) else list(islice(page.lines, MOST_ROWS))))
            elif not page.is_visible:
                found.refuse(
                    name, [Fault(name, 0, "", _("The sheet is hidden, or there twice. Show it or take it out."))]
                )
            elif found.is_free(name, page.title.strip()):
                found.add(name, page.lines, even=False, spans=page.spans)
    except (FileRefused, TooMuch):
        raise
    except Exception as error:  # the readers describe a fault of a file in two dozen ways
        raise FileRefused(
            _("The workbook cannot be read: it is damaged or made to do harm. %(instead)s") % {"instead": NOT_A_BOOK}
        ) from error
    for title, lines in unknown:
        if is_readme(title):
            continue
        if not lines:
            found.notes.append(_("The sheet %(title)s is empty. It was ignored.") % {"title": shown(title)})
        elif len(unknown) == 1 and not found.tables and len(fits := sheets_with(lines[0].texts)) == 1:
            found.notes.append(
                _("The sheet %(title)s was read as %(fits)s, whose columns it has.")
                % {"title": shown(title), "fits": fits[0]}
            )
            found.add(fits[0], lines, even=False)
        else:
            says = _("There is no sheet of this name; there are %(names)s.") % {"names": ", ".join(SHEET)}
            found.faults.append(Fault(printable(title.strip()) or "unnamed", 0, "", says))
    return found.opened()


# Excel -----------------------------------------------------------------------------------------------------------------

ROW = re.compile(rb"<(?:\w+:)?row\b")
CELL = re.compile(rb"<(?:\w+:)?c\b")
FORMULA = re.compile(rb"<(?:\w+:)?f\b")
REACHES_OVER = re.compile(rb"<(?:[^<>\s:]*:)?(mergeCell|hyperlink|comment|table)\s([^<>]*)")
AREA = re.compile(rb"(?:^|\s)ref\s*=\s*[\"']([A-Z]{1,3}\d{1,7}(?::[A-Z]{1,3}\d{1,7})?)[\"']")
ENCODING = re.compile(rb"<\?xml[^>]{1,100}?encoding\s*=\s*[\"'](?!utf-8[\"']|us-ascii[\"'])", re.IGNORECASE)
LAST_ROW = 1_048_576  # of a sheet in Excel
LONGEST_CELL = 32_767  # characters, in Excel
SCIENTIFIC = re.compile(r"[0#.]E[+-]", re.IGNORECASE)


class SheetFacts(NamedTuple):
    """Facts about a sheet before it is read: merged cells, and whether any holds a formula."""

    spans: list[MergedCells]
    has_formulas: bool


def _look_at_part(name: str, content: bytes) -> SheetFacts:
    """
    Scan a sheet before it is parsed.

    :raises FileRefused: at the first row that has more cells than any sheet
    """
    if not is_plain(content):
        raise FileRefused(
            _("%(sheet)s is not written in UTF-8. %(instead)s")
            % {"sheet": PurePosixPath(name).stem, "instead": NOT_A_BOOK}
        )
    for number, row in enumerate(ROW.split(content)):
        if len(row) > MOST_COLUMNS * 4 and sum(1 for __ in islice(CELL.finditer(row), MOST_COLUMNS + 1)) > MOST_COLUMNS:
            raise FileRefused(
                _("Row %(number)s of %(sheet)s has more than %(most_columns)s cells. %(instead)s")
                % {
                    "number": number,
                    "sheet": PurePosixPath(name).stem,
                    "most_columns": MOST_COLUMNS,
                    "instead": NOT_A_BOOK,
                }
            )
    spans = []
    for found in REACHES_OVER.finditer(content):
        if found[1] == b"mergeCell" and (area := AREA.search(found[2])):
            left, top, right, bottom = range_boundaries(area[1].decode())
            spans.append(MergedCells(top, bottom, left - 1, right - 1))
            _check_spans(spans)
    return SheetFacts(spans, FORMULA.search(content) is not None)


def is_plain(content: bytes) -> bool:
    """Return whether a part of a workbook is in UTF-8, so that the patterns here match."""
    return b"\x00" not in content[:200] and not ENCODING.match(content.removeprefix(b"\xef\xbb\xbf")[:200])


def cells_reached(content: bytes) -> int | None:
    """
    Return how many cells the merged cells, links, comments and tables of a part reach over; a program may make each of them.

    :return: None if it cannot be said
    """
    if not is_plain(content):
        return None
    found = 0
    for element in REACHES_OVER.finditer(content):
        area = AREA.search(element[2])
        if area is None:
            return None
        left, top, right, bottom = range_boundaries(area[1].decode())
        found += (right - left + 1) * (bottom - top + 1)
    return found


def _check_spans(spans: list[MergedCells]) -> None:
    if len(spans) > MOST_SPANS:
        raise FileRefused(
            _("There are more than %(most_spans)s merged cells in one sheet. %(instead)s")
            % {"most_spans": f"{MOST_SPANS:,}", "instead": NOT_A_BOOK}
        )


def _xlsx_pages(content: bytes, parts: dict[str, SheetFacts], allowance: Allowance) -> Iterator[Page]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    values = None
    for title in book.sheetnames:
        sheet = book[title]
        part = parts.get(sheet._worksheet_path.lstrip("/"), SheetFacts([], True))
        computed = None
        if part.has_formulas:
            values = values or openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
            computed = values[title]
        yield Page(title, sheet.sheet_state == "visible", part.spans, _xlsx_lines(title, sheet, computed, allowance))


def _xlsx_lines(
    title: str, sheet: ReadOnlyWorksheet, computed: ReadOnlyWorksheet | None, allowance: Allowance
) -> Iterator[TextRow]:
    name = sheet_named(title) or title.strip()
    for each in (sheet, computed):
        if each is not None:
            each.reset_dimensions()  # its declared size is not trusted
    rows, theirs = sheet.iter_rows(), computed.iter_rows() if computed is not None else None
    for number, cells in enumerate(rows, 1):
        if number > LAST_ROW:
            raise FileRefused(
                [Fault(name, LAST_ROW, "", _("There is a row below the last one that a sheet can have."))]
            )
        shows = next(theirs) if theirs else cells
        if len(cells) > MOST_COLUMNS:
            letter = get_column_letter(len(cells))
            raise FileRefused(
                [Fault(name, number, letter, _("There is a cell far to the right of the sheet's columns."))]
            )
        texts, marks = [], {}
        for index, (cell, value) in enumerate(zip(cells, shows, strict=True)):
            texts.append(_text(value.value))
            if len(texts[-1]) > LONGEST_CELL:
                says = _("The cell holds %(count)s characters; at most %(longest_cell)s fit.") % {
                    "count": f"{len(texts[-1]):,}",
                    "longest_cell": f"{LONGEST_CELL:,}",
                }
                raise FileRefused([Fault(name, number, get_column_letter(index + 1), says)])
            formula = _formula_of(cell) if cell.data_type == "f" else None
            if formula is not None and value.value is None and value.data_type == "n":
                texts[-1] = formula
            if mark := _mark_of(cell, value, formula):
                marks[index] = mark
        while texts and not texts[-1].strip():
            texts.pop()
        allowance.take(texts)
        if texts:
            yield TextRow(number, texts, marks)


def _mark_of(cell: ReadOnlyCell, value: ReadOnlyCell, formula: str | None) -> Mark | None:
    """
    Return what is to be known of a cell beside its text; None where there is nothing.

    :param value: the cell as last computed; the cell itself where the sheet has no formulas
    """
    if "e" in (cell.data_type, value.data_type):
        return Mark("error", _("The cell shows an error: %(value)s.") % {"value": shown(str(value.value))})
    if formula is None:
        return _mark(value)
    if value.value is None and value.data_type == "n":
        says = _("The cell holds the formula %(formula)s and no value. Write the value.") % {"formula": shown(formula)}
        return Mark("error", says)
    return Mark("formula", formula)


def _formula_of(cell: ReadOnlyCell) -> str:
    value = cell.value
    return str(getattr(value, "text", "") or "") if isinstance(value, (ArrayFormula, DataTableFormula)) else str(value)


def _mark(cell: ReadOnlyCell | EmptyCell) -> Mark | None:
    """Return what a cell holds where that is no text."""
    value = cell.value
    if isinstance(value, bool):
        return Mark("truth", str(value).upper())
    if isinstance(value, (datetime, date, time)):
        return Mark("date", _text(value))
    if isinstance(value, (int, float)):
        return _mark_of_number(value, lambda: bool(SCIENTIFIC.search(cell.number_format or "")))
    return None


def _mark_of_number(value: float, is_scientific: Callable[[], bool] = lambda: False) -> Mark:
    large = abs(value) >= SCIENTIFIC_FROM or 0 < abs(value) < 1e-9
    return Mark("scientific" if large or is_scientific() else "number", _text(value))


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def _unescape(found: re.Match) -> str:
    sign = int(found[1], 16)
    return found[0] if 0xD800 <= sign <= 0xDFFF else chr(sign)


def _text(value: object) -> str:
    """Return a workbook's value as the text that a CSV file would hold."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return plain(Decimal(repr(round(value, 9))))
    return _ESCAPED.sub(_unescape, str(value))


# OpenDocument ----------------------------------------------------------------------------------------------------------

OFFICE, TABLE, TEXT, STYLE = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "table", "text", "style")
)
CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
MOST_REPEATED_SPACES = 1_000
ERROR = re.compile(r"#(REF!|NAME\?|VALUE!|DIV/0!|N/A|NUM!|NULL!)|Err:\d{3}")


Events = Iterator[tuple[str, Element]]  # where an element begins and where it ends
OdsCells = list[tuple[str, Mark | None]]


def _ods_pages(file: IO[bytes], allowance: Allowance) -> Iterator[Page]:
    """Yield the sheets of an OpenDocument file; each is read to its end before the next."""
    hidden, style = set(), ""
    events = iterparse(file, events=("start", "end"))
    for event, element in events:
        if element.tag == STYLE + "style":
            style = element.get(STYLE + "name", "")
        elif element.tag == STYLE + "table-properties" and element.get(TABLE + "display") == "false":
            hidden.add(style)
        elif event == "start" and element.tag == TABLE + "table":
            spans: list[MergedCells] = []
            visible = element.get(TABLE + "style-name") not in hidden
            title = element.get(TABLE + "name", "")
            lines = list(_ods_lines(title, events, element, spans, allowance))  # merged cells are known once it is read
            yield Page(title, visible, spans, iter(lines))


def _ods_lines(
    title: str, events: Events, table: Element, spans: list[MergedCells], allowance: Allowance
) -> Iterator[TextRow]:
    """Yield the rows of a table that have content, a repeated one as often as declared, and note its merged cells."""
    name = sheet_named(title) or title.strip()
    number, depth, held = 1, 0, 0
    cells: OdsCells = []
    open_elements = [table]
    for event, element in events:
        if event == "start":
            open_elements.append(element)
            depth += element.tag == TABLE + "table"
            continue
        open_elements.pop()
        if element.tag == TABLE + "table":
            if not depth:
                return
            depth -= 1
        elif depth:
            pass  # a table within a cell
        elif element.tag in (TABLE + "table-cell", TABLE + "covered-table-cell"):
            _ods_cell(name, number, element, cells, spans)
            _let_go(element, open_elements)
        elif element.tag == TABLE + "table-row":
            times = _times(element, "number-rows-repeated")
            while cells and not cells[-1][0]:
                cells.pop()
            held += len(cells) * times
            if cells and (number + times > MOST_ROWS * 4 or held > MOST_CELLS):
                raise FileRefused(
                    _("There are more than %(most_rows)s rows, or %(most_cells)s cells.")
                    % {"most_rows": f"{MOST_ROWS:,}", "most_cells": f"{MOST_CELLS:,}"}
                )
            if cells:
                allowance.take([text for text, __ in cells], times)
            marks = {index: mark for index, (__, mark) in enumerate(cells) if mark}
            for repeated in range(times if cells else 0):
                yield TextRow(number + repeated, [text for text, __ in cells], marks)
            number, cells = number + times, []
            _let_go(element, open_elements)


def _let_go(element: Element, open_elements: list[Element]) -> None:
    """Free what was read, so that a large file is never in memory as a whole."""
    element.clear()
    if open_elements:
        open_elements[-1].remove(element)


def _ods_cell(name: str, number: int, element: Element, cells: OdsCells, spans: list[MergedCells]) -> None:
    """Add a cell as often as declared, with its mark."""
    text, mark = "", None
    if element.tag == TABLE + "table-cell":
        text, mark = _ods_value(element)
        down, right = _times(element, "number-rows-spanned"), _times(element, "number-columns-spanned")
        if down > 1 or right > 1:
            spans.append(MergedCells(number, number + down - 1, len(cells), len(cells) + right - 1))
            _check_spans(spans)
        if element.get(CALC + "value-type") == "error" or (mark and ERROR.fullmatch(text)):
            mark = Mark("error", _("The cell shows an error: %(text)s.") % {"text": shown(text)})
    times = _times(element, "number-columns-repeated")
    if text and len(cells) + times > MOST_COLUMNS:
        letter = get_column_letter(min(len(cells) + times, 18_278))
        raise FileRefused([Fault(name, number, letter, _("There is a cell far to the right of the sheet's columns."))])
    cells += [(text, mark)] * min(times, MOST_COLUMNS + 1)
    del cells[MOST_COLUMNS + 1 :]


def _times(element: Element, attribute: str) -> int:
    said = element.get(TABLE + attribute, "1")
    return int(said) if said.isdecimal() and len(said) < 9 and int(said) else 1


def _ods_value(element: Element) -> tuple[str, Mark | None]:
    """Return the text that a CSV file would hold, and what the cell holds where that is no text."""
    kind, formula = element.get(OFFICE + "value-type"), element.get(TABLE + "formula")
    mark = None
    if kind in ("float", "percentage", "currency"):
        number = float(element.get(OFFICE + "value", "0"))
        text = _text(int(number) if number.is_integer() and abs(number) < 1e15 else number)
        mark = _mark_of_number(number, lambda: bool(re.search(r"\dE[+-]?\d", _words(element))))
    elif kind == "date":
        text = re.sub(r"T00:00:00(\.0+)?$", "", element.get(OFFICE + "date-value", ""))
        mark = Mark("date", text)
    elif kind == "time":
        found = re.fullmatch(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S", element.get(OFFICE + "time-value", ""))
        text = f"{found[1]:0>2}:{found[2]:0>2}:{found[3]:0>2}" if found else _words(element)
        mark = Mark("date", text)
    elif kind == "boolean":
        said = element.get(OFFICE + "boolean-value") == "true"
        text, mark = "yes" if said else "no", Mark("truth", str(said).upper())
    else:
        text = element.get(OFFICE + "string-value") or _words(element)
    if formula is not None:
        mark = Mark("formula", "=" + formula.partition(":")[2].removeprefix("="))
    return text, mark


def _words(element: Element) -> str:
    """Return the words of a cell, its paragraphs on lines of their own, without comments."""
    return "\n".join("".join(_words_within(each)) for each in element if each.tag == TEXT + "p")


def _words_within(element: Element) -> Iterator[str]:
    yield element.text or ""
    for each in element:
        if each.tag == TEXT + "s":
            said = each.get(TEXT + "c", "1")
            yield " " * (min(int(said), MOST_REPEATED_SPACES) if said.isdecimal() and len(said) < 9 else 1)
        elif each.tag == TEXT + "tab":
            yield "\t"
        elif each.tag == TEXT + "line-break":
            yield "\n"
        elif each.tag != OFFICE + "annotation":
            yield from _words_within(each)
        yield each.tail or ""
