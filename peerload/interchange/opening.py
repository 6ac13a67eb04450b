"""
Files as they arrive: a folder of CSV files, a zip of them, or a workbook. Out come tables of text; nothing is believed.

What a file is, is asked of its content, not of its name. Sizes are looked at before anything is unpacked.
"""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from .cells import from_text, plain, shown
from .faults import Fault, Refused
from .sheets import README, REMARKS, SHEET

MOST_BYTES = 50_000_000  # unpacked
MOST_ENTRIES = 500
MOST_ROWS = 300_000
MOST_COLUMNS = 200
MOST_IN_A_LINE = 200_000  # characters; the longest notes of a row come to some ten thousand

ZIP = b"PK\x03\x04"
OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # xls, and anything with a password
NOT_A_BOOK = "Save it as .xlsx, or as CSV files in UTF-8."
LEFT_ALONE = re.compile(r"(^|/)(\.|__MACOSX/|README)|\.(md|txt|json)$", re.IGNORECASE)


class Raw(NamedTuple):
    """A sheet as text: its header, and rows with their numbers (the header's is 1). Empty rows are left out."""

    sheet: str
    header: list[str]
    rows: list[tuple[int, list[str]]]
    even: bool = True  # every row has as many cells as the header; a workbook leaves out empty ones at the end


class Opened(NamedTuple):
    """The tables found, by name of sheet, and what was wrong on the way."""

    tables: dict[str, Raw]
    faults: list[Fault]
    broken: frozenset[str] = frozenset()  # sheets that are there and could not be read


def open_path(path: Path) -> Opened:
    """
    Return the tables of a folder of CSV files, a zip of them, or a workbook.

    :raises Refused: if there is no such thing
    """
    if path.is_dir():
        return _of_files(_files_of_folder(path))
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Refused(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB.")
        content = path.read_bytes()
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error
    return open_bytes(content)


def open_bytes(content: bytes) -> Opened:
    """
    Return the tables of a zip of CSV files or of a workbook.

    :raises Refused: if it is neither, or too large once unpacked
    """
    if content.startswith(OLD_OFFICE):
        raise Refused(f"This is an old Excel file (.xls), or it has a password. {NOT_A_BOOK}")
    if not content.startswith(ZIP):
        raise Refused(f"This is neither a workbook (.xlsx) nor a zip of CSV files. {NOT_A_BOOK}")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = _checked_names(archive)
            if "[Content_Types].xml" in names:
                _check_workbook(archive, names)
                return _of_workbook(content)
            if "mimetype" in names or any(name.startswith("xl/") for name in names):
                raise Refused(f"This is not an Excel workbook. {NOT_A_BOOK}")
            return _of_files(_files_of_zip(archive))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError) as error:
        raise Refused(f"The file is damaged. {NOT_A_BOOK}") from error


def unpacked_bytes(content: bytes) -> int:
    """Return how large a file says it is once unpacked; 0 where it is no zip and no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError):
        return 0


# Zips ------------------------------------------------------------------------------------------------------------------


def _checked_names(archive: zipfile.ZipFile) -> set[str]:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise Refused(f"The file holds {len(entries)} files; at most {MOST_ENTRIES} are looked at.")
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise Refused(f"Unpacked, the file is larger than {MOST_BYTES // 1_000_000} MB.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("The file has a password. Save it without one.")
    return {entry.filename for entry in entries}


def _files_of_zip(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    for entry in archive.infolist():
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if entry.is_dir() or (LEFT_ALONE.search(entry.filename) and ".." not in path.parts):
            continue
        if path.suffix.lower() != ".csv" or path.is_absolute() or ".." in path.parts:
            raise Refused(f"The zip holds {shown(entry.filename)}; it holds CSV files only.")
        with archive.open(entry) as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > entry.file_size:
            raise Refused("The file is damaged: it is larger than it says.")
        yield path.name, content


def _files_of_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv" and path.is_file())
    if not files:
        raise Refused(f"There are no CSV files in {folder}.")
    if sum(path.stat().st_size for path in files) > 4 * MOST_BYTES:
        raise Refused(f"The files are larger than {4 * MOST_BYTES // 1_000_000} MB.")
    for path in files:
        yield path.name, path.read_bytes()


# CSV -------------------------------------------------------------------------------------------------------------------


def _of_files(files: Iterator[tuple[str, bytes]]) -> Opened:
    tables, faults, broken = {}, [], set()
    for file_name, content in files:
        name = Path(file_name).stem
        if name not in SHEET:
            faults.append(Fault(name, 0, "", f"There is no sheet of this name; there are {', '.join(SHEET)}."))
        elif name in tables or name in broken:
            faults.append(Fault(name, 0, "", "This sheet is there twice."))
        else:
            table, wrong = _of_csv(name, content)
            faults += wrong
            if table:
                tables[name] = table
            if wrong:
                broken.add(name)
    _check_rows(tables)
    return Opened(tables, faults, frozenset(broken))


def _of_csv(name: str, content: bytes) -> tuple[Raw | None, list[Fault]]:
    head = content[:400]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or head.count(0) * 4 > len(head):
        return None, [Fault(name, 0, "", "The file is UTF-16. Save it as CSV in UTF-8.")]
    faults: list[Fault] = []
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("utf-8-sig", "surrogateescape")
    try:
        records = list(_records(name, text))
    except Refused as refused:
        return None, refused.faults
    except csv.Error as error:
        return None, [Fault(name, _row_of(text), "", f"The file cannot be read as CSV: {error}.")]
    if not records or not any(records[0]):
        return None, [Fault(name, 1, "", "The first row is empty; it holds the names of the columns.")]
    header = records[0]
    if len(header) == 1 and len(SHEET[name].columns) > 1:
        for sign, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if sign in header[0]:
                return None, [Fault(name, 1, "", f"The columns are separated by {word}. Save it with commas.")]
    if len(header) > MOST_COLUMNS:
        return None, [
            Fault(name, 1, "", f"There are {len(header)} columns; this sheet has {len(SHEET[name].columns)}.")
        ]
    rows = [(number, [from_text(cell) for cell in cells]) for number, cells in enumerate(records[1:], 2) if any(cells)]
    if not text.isascii():
        faults += _not_utf8(name, header, rows)
    return (None if faults else Raw(name, header, rows)), faults


def _records(name: str, text: str) -> Iterator[list[str]]:
    """
    Yield the records of a CSV file, as far as they are of a size that sheets have.

    :raises Refused: at the first that is not, before the rest is read
    """

    def lines() -> Iterator[str]:
        for number, line in enumerate(io.StringIO(text, newline=""), 1):
            if len(line) > MOST_IN_A_LINE:
                raise Refused([Fault(name, number, "", f"This line is longer than {MOST_IN_A_LINE:,} characters.")])
            yield line

    for number, cells in enumerate(csv.reader(lines(), strict=True), 1):
        if len(cells) > MOST_COLUMNS and number > 1:
            raise Refused(
                [Fault(name, number, "", f"There are {len(cells):,} cells; a row has at most {MOST_COLUMNS}.")]
            )
        if number > MOST_ROWS + 1:
            raise Refused([Fault(name, number, "", f"There are more than {MOST_ROWS:,} rows.")])
        yield cells


_NOT_UTF8 = re.compile("[\ud800-\udfff]")


def _not_utf8(name: str, header: list[str], rows: list[tuple[int, list[str]]]) -> list[Fault]:
    """Return where bytes stand that are no UTF-8, the first twenty of them."""
    says = "This is not UTF-8, perhaps Windows-1252. Save the file as CSV in UTF-8."
    found = []
    for number, cells in [(1, header), *rows]:
        for index, cell in enumerate(cells):
            if _NOT_UTF8.search(cell):
                column = header[index] if number > 1 and index < len(header) else ""
                found.append(Fault(name, number, _NOT_UTF8.sub("?", column), says))
        if len(found) >= 20:
            break
    return found


def _row_of(text: str) -> int:
    """Return the row at which a reader gives up."""
    reader, row = csv.reader(io.StringIO(text, newline=""), strict=True), 1
    try:
        while next(reader, None) is not None:
            row += 1
    except csv.Error:
        pass
    return row


# Workbooks -------------------------------------------------------------------------------------------------------------


def _check_workbook(archive: zipfile.ZipFile, names: set[str]):
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused("The workbook has macros. Save it as .xlsx, without them.")
    if "xl/workbook.xml" not in names:
        raise Refused(f"This is not an Excel workbook. {NOT_A_BOOK}")
    for name in sorted(names):
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            _check_width(name, archive.read(name))
    with archive.open("[Content_Types].xml") as file:
        if b"macroEnabled" in file.read(MOST_BYTES):
            raise Refused("The workbook has macros. Save it as .xlsx, without them.")


ROW = re.compile(rb"<(?:\w+:)?row\b")
CELL = re.compile(rb"<(?:\w+:)?c\b")


def _check_width(name: str, content: bytes) -> None:
    """
    Look at how many cells the rows of a sheet have, before anything is made of them.

    :raises Refused: at the first row that has more than any sheet
    """
    for number, row in enumerate(ROW.split(content)):
        if len(row) > MOST_COLUMNS * 4 and sum(1 for _ in islice(CELL.finditer(row), MOST_COLUMNS + 1)) > MOST_COLUMNS:
            raise Refused(
                f"Row {number} of {PurePosixPath(name).stem} has more than {MOST_COLUMNS} cells. {NOT_A_BOOK}"
            )


def _of_workbook(content: bytes) -> Opened:
    tables, faults, broken = {}, [], set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of features that are passed over
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        except Exception as error:  # openpyxl says what is wrong with a file in two dozen ways
            raise Refused(f"The workbook cannot be read: it is damaged or made to do harm. {NOT_A_BOOK}") from error
        for title in book.sheetnames:
            name = title.strip()
            if name in (README, REMARKS):
                continue
            if name not in SHEET:
                faults.append(Fault(name, 0, "", f"There is no sheet of this name; there are {', '.join(SHEET)}."))
                continue
            sheet = book[title]
            if sheet.sheet_state != "visible" or name in tables:
                faults.append(Fault(name, 0, "", "The sheet is hidden, or there twice. Show it or take it out."))
                broken.add(name)
                continue
            try:
                table, wrong = _of_worksheet(name, sheet)
            except Refused:
                raise
            except Exception as error:
                raise Refused(f"The sheet {name} cannot be read: it is damaged or made to do harm.") from error
            faults += wrong
            if wrong:
                broken.add(name)
            if table:
                tables[name] = table
    _check_rows(tables)
    return Opened(tables, faults, frozenset(broken))


def _of_worksheet(name: str, sheet) -> tuple[Raw | None, list[Fault]]:
    sheet.reset_dimensions()  # what it says of its size is not believed
    header: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if len(cells) > MOST_COLUMNS:
            letter = get_column_letter(len(cells))
            return None, [Fault(name, number, letter, "There is a cell far to the right of the sheet's columns.")]
        errors = [index for index, cell in enumerate(cells) if cell.data_type == "e"]
        if errors:
            column = header[errors[0]] if errors[0] < len(header) else ""
            return None, [
                Fault(name, number, column, f"The cell shows an error: {shown(str(cells[errors[0]].value))}.")
            ]
        texts = [_text(cell.value) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if not header:
            header = texts
            if not texts:
                return None, [Fault(name, 1, "", "The first row is empty; it holds the names of the columns.")]
        elif texts:
            rows.append((number, texts))
            if len(rows) > MOST_ROWS:
                raise Refused(f"There are more than {MOST_ROWS} rows.")
    if not header:
        return None, [Fault(name, 1, "", "The sheet is empty; its first row holds the names of the columns.")]
    return Raw(name, header, rows, even=False), []


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def _unescape(found: re.Match) -> str:
    sign = int(found[1], 16)
    return found[0] if 0xD800 <= sign <= 0xDFFF else chr(sign)


def _text(value) -> str:
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
    if isinstance(value, (ArrayFormula, DataTableFormula)):
        return str(getattr(value, "text", "") or "")
    return _ESCAPED.sub(_unescape, str(value))


def _check_rows(tables: dict[str, Raw]):
    if sum(len(table.rows) for table in tables.values()) > MOST_ROWS * 10:
        raise Refused(f"There are more than {MOST_ROWS * 10} rows.")
