"""
Read uploaded files: a folder of CSV files, a zip of them, one of them, or a workbook, as tables of text.

Files are not trusted: the content decides on the type, not the name. Sizes are checked before anything is unpacked.
"""

import csv
import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from django.utils.translation import gettext as _

from peerload.core.formats import format_choice

from .cell_text import from_text, printable, shown
from .errors import CellPlace, Fault, FileRefused
from .sheets import SHEET, SHEETS
from .text_tables import (
    ABOVE_HEADER,
    MOST_BYTES,
    MOST_COLUMNS,
    Allowance,
    Mark,
    OpenedFile,
    Tables,
    TextRow,
    TooMuch,
    recognised,
    sheet_of_file,
    sheets_with,
)
from .workbooks import NOT_A_BOOK, of_ods, of_xlsx

AS_OPERATOR = 100  # times what an upload may hold: who may run commands on the server fills its memory as they see fit
MOST_ENTRIES = 500
MOST_IN_A_LINE = 200_000  # characters; the longest notes of a row come to some ten thousand

ZIP = b"PK\x03\x04"
OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # xls, and anything with a password
# Of all that the decompressors raise for a file that was cut off or changed on its way.
DAMAGED = (
    zipfile.BadZipFile,
    NotImplementedError,
    EOFError,
    ValueError,
    OSError,
    RuntimeError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
)
LEFT_ALONE = re.compile(r"(^|/)(\.|__MACOSX/|README)|\.(md|txt|json)$", re.IGNORECASE)


def open_path(path: Path) -> OpenedFile:
    """
    Return the tables of a folder of CSV files, a zip of them, one of them, or a workbook, as large as an operator's may be.

    :raises FileRefused: if there is no such thing
    """
    allowance = Allowance(times=AS_OPERATOR)
    if path.is_dir():
        return _of_files(_files_of_folder(path, allowance.most_bytes), allowance)
    try:
        if path.stat().st_size > allowance.most_bytes:
            raise FileRefused(
                _("%(path)s is larger than %(most_bytes)s MB.")
                % {"path": path.name, "most_bytes": allowance.most_bytes // 1_000_000}
            )
        content = path.read_bytes()
    except OSError as error:
        raise FileRefused(
            _("%(path)s cannot be read: %(strerror)s.") % {"path": path, "strerror": error.strerror}
        ) from error
    try:
        return _opened(content, path.name, allowance)
    except TooMuch:
        raise FileRefused(_too_much(allowance)) from None


def open_bytes(content: bytes, name: str = "", allowance: Allowance | None = None) -> OpenedFile:
    """
    Return the tables of a zip of CSV files, of one CSV file or of a workbook.

    :param name: of the file; for a CSV file it may name the sheet
    :param allowance: how much of it may be read, if less than the most
    :raises FileRefused: if it is none of these, or too large once unpacked
    :raises TooMuch: if it holds more than the allowance
    """
    usual = Allowance()
    try:
        return _opened(content, name, allowance or usual)
    except TooMuch:
        if allowance:
            raise
        raise FileRefused(_too_much(usual)) from None


def _too_much(allowance: Allowance) -> str:
    return _("There are more than %(most_rows)s rows, or %(most_cells)s cells.") % {
        "most_rows": f"{allowance.most_rows * 10:,}",
        "most_cells": f"{allowance.most_cells:,}",
    }


def _opened(content: bytes, name: str, allowance: Allowance) -> OpenedFile:
    if content.startswith(OLD_OFFICE):
        raise FileRefused(
            _("This is an old Excel file (.xls), or it has a password. %(instead)s") % {"instead": NOT_A_BOOK}
        )
    if not content.startswith(ZIP):
        return _of_one_file(content, name, allowance)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = _checked_names(archive, allowance.most_bytes)
            if not names.isdisjoint(("[Content_Types].xml", "mimetype")):
                _checked_names(archive, MOST_BYTES)  # a workbook is unpacked in memory
            if "[Content_Types].xml" in names:
                return of_xlsx(content, archive, allowance)
            if "mimetype" in names:
                return of_ods(archive, allowance)
            if any(name.startswith("xl/") for name in names):
                raise FileRefused(_("This is not an Excel workbook. %(instead)s") % {"instead": NOT_A_BOOK})
            return _of_files(_files_of_zip(archive, allowance.most_bytes), allowance)
    except DAMAGED as error:
        raise FileRefused(_("The file is damaged. %(instead)s") % {"instead": NOT_A_BOOK}) from error


def unpacked_bytes(content: bytes) -> int:
    """Return the unpacked size of a file, as a zip or a workbook declares it."""
    if not content.startswith(ZIP):
        return len(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except DAMAGED:
        return 0


# Zips ------------------------------------------------------------------------------------------------------------------


def _checked_names(archive: zipfile.ZipFile, most_bytes: int) -> set[str]:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise FileRefused(
            _("The file holds %(count)s files; at most %(most_entries)s can be read.")
            % {"count": len(entries), "most_entries": MOST_ENTRIES}
        )
    if sum(entry.file_size for entry in entries) > most_bytes:
        raise FileRefused(
            _("Unpacked, the file is larger than %(most_bytes)s MB.") % {"most_bytes": most_bytes // 1_000_000}
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileRefused(_("The file has a password. Save it without one."))
    return {entry.filename for entry in entries}


def _files_of_zip(archive: zipfile.ZipFile, most_bytes: int) -> Iterator[tuple[str, bytes]]:
    for entry in archive.infolist():
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if entry.is_dir() or (LEFT_ALONE.search(entry.filename) and ".." not in path.parts):
            continue
        if path.suffix.lower() != ".csv" or path.is_absolute() or ".." in path.parts:
            raise FileRefused(
                _("The zip holds %(filename)s; it holds CSV files only.") % {"filename": shown(entry.filename)}
            )
        with archive.open(entry) as file:
            content = file.read(most_bytes + 1)
        if len(content) > entry.file_size:
            raise FileRefused(_("The file is damaged: it is larger than it says."))
        yield path.name, content


def _files_of_folder(folder: Path, most_bytes: int) -> Iterator[tuple[str, bytes]]:
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv" and path.is_file())
    if not files:
        raise FileRefused(_("There are no CSV files in %(folder)s.") % {"folder": folder})
    if sum(path.stat().st_size for path in files) > most_bytes:
        raise FileRefused(_("The files are larger than %(most_bytes)s MB.") % {"most_bytes": most_bytes // 1_000_000})
    for path in files:
        yield path.name, path.read_bytes()


# CSV -------------------------------------------------------------------------------------------------------------------


def _of_files(files: Iterator[tuple[str, bytes]], allowance: Allowance) -> OpenedFile:
    found = Tables(allowance)
    for file_name, content in files:
        title = Path(file_name).stem
        name = sheet_of_file(title)
        if name is not None:
            if found.is_free(name, title):
                _add_csv(found, name, content, title, allowance)
        elif content.strip(b"\x00\xff\xfe\xef\xbb\xbf \r\n\t,;|"):
            says = _("There is no sheet of this name; there are %(names)s.") % {"names": ", ".join(SHEET)}
            found.faults.append(Fault(printable(title), 0, "", says))
        else:
            found.notes.append(_("The file %(file_name)s is empty. It was ignored.") % {"file_name": shown(file_name)})
    return found.opened()


def _of_one_file(content: bytes, file_name: str, allowance: Allowance) -> OpenedFile:
    """Return the table of a CSV file that comes alone; where its name does not say which sheet it is, its header may."""
    is_text = Path(file_name).suffix.lower() in ("", ".csv", ".tsv", ".txt")
    title, found = Path(file_name).stem, Tables(allowance)
    name = sheet_of_file(title) if is_text else None
    if name is None:
        no_file = _("This is neither a workbook (.xlsx or .ods) nor CSV, nor a zip of CSV files. %(instead)s") % {
            "instead": NOT_A_BOOK
        }
        try:
            written = _decoded(title or "file", content)
        except FileRefused as refused:
            raise FileRefused(no_file) from refused
        rows = _first_rows(written.text, _separator(written.text, None))
        fits = next((fits for row in rows if (fits := sheets_with(row))), [])
        if len(fits) != 1:
            names = ", ".join(name for name in (rows[0] if rows else ()) if name.strip())
            if not (is_text and file_name and names):
                raise FileRefused(no_file)
            words = (
                _("The sheet with the columns %(columns)s may be %(sheets)s.")
                if fits
                else _("No sheet of peerload has the columns %(columns)s.")
            )
            words %= {"columns": shown(names), "sheets": format_choice(fits)}
            says = " ".join([words, _("Name the file after its sheet, as people.csv.")])
            raise FileRefused([Fault(printable(title), 1, "", says)])
        name = fits[0]
        found.notes.append(_("The file was read as %(name)s, whose columns it has.") % {"name": name})
    _add_csv(found, name, content, title or name, allowance)
    return found.opened()


class Written(NamedTuple):
    """The text of a file, and how it is written where that is not UTF-8."""

    text: str
    encoding: str = ""


def _decoded(name: str, content: bytes) -> Written:
    """
    Return the text of a CSV file, in UTF-8, UTF-16 or Windows-1252.

    :raises FileRefused: if it is none of these
    """
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            return _of_utf_16(name, content[2:], codec)
    head = content[:400]
    if head.count(0) * 4 > len(head):
        return _of_utf_16(name, content, "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be")
    try:
        return Written(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        pass
    try:
        return Written(content.decode("cp1252"), "Windows-1252")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        says = _("This is neither UTF-8 nor Windows-1252. Save the file as CSV in UTF-8.")
        raise FileRefused([Fault(name, row, "", says)]) from None


def _of_utf_16(name: str, content: bytes, codec: str) -> Written:
    try:
        return Written(content.decode(codec), "UTF-16")
    except UnicodeDecodeError:
        raise FileRefused([Fault(name, 0, "", _("The file is damaged UTF-16. Save it as CSV in UTF-8."))]) from None


SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
SAYS_SEPARATOR = re.compile(r"sep=([,;\t|])\r?\n", re.IGNORECASE)  # a line that Excel reads, and some programs write


def _separator(text: str, name: str | None) -> str:
    """Return the separator of columns: the one that gives the first rows the most columns of a sheet."""

    def columns(sign: str) -> int:
        rows = _first_rows(text, sign)
        sheets = [name] if name else [sheet.name for sheet in SHEETS]
        return max((recognised(sheet, row) for row in rows for sheet in sheets), default=0)

    found = {sign: columns(sign) for sign in SEPARATORS}
    return max(SEPARATORS, key=lambda sign: found[sign])  # of equals the comma, which is first


def _first_rows(text: str, sign: str) -> list[list[str]]:
    """Return the first rows that are not empty, as far as they can be read."""
    rows = []
    try:
        for line in csv.reader(io.StringIO(text[:MOST_IN_A_LINE], newline=""), delimiter=sign):
            if any(cell.strip() for cell in line):
                rows.append(line)
            if len(rows) == ABOVE_HEADER:
                break
    except csv.Error:
        pass
    return rows


def _add_csv(found: Tables, name: str, content: bytes, title: str, allowance: Allowance) -> None:
    """Make a table of a CSV file; what it is written in, and what divides its columns, is asked where that is not usual."""
    try:
        text, encoding = _decoded(name, content)
    except FileRefused as refused:
        found.refuse(name, refused.faults)
        return
    said = SAYS_SEPARATOR.match(text)
    if said:
        text = text[said.end() :]
    sign = said[1] if said else _separator(text, name)
    faults_before = len(found.faults)
    try:
        found.add(name, _lines(name, text, sign, 1 if said else 0, allowance), even=True)
    except csv.Error as error:
        row = _row_of(text, sign)
        found.refuse(name, [Fault(name, row, "", _("The file cannot be read as CSV: %(error)s.") % {"error": error})])
    if len(found.faults) > faults_before:
        return
    if encoding:
        found.asked.append(("encoding", CellPlace(name, 0, "", f"{encoding}: {_sample(text)}")))
    if sign != "," and not said:
        header = next(iter(_first_rows(text, sign)), [])
        found.asked.append(("separators", CellPlace(name, 0, "", f"{SEPARATORS[sign]}: {shown(' '.join(header))}")))


OTHER_WORDS = re.compile(r"[^\s,;|\"]*[^\x00-\x7f][^\s,;|\"]*")
SAMPLE = 6  # words


def _sample(text: str) -> str:
    """Return some of a file's own words that other encodings would change."""
    words = list(dict.fromkeys(found[0] for found in OTHER_WORDS.finditer(text[:MOST_IN_A_LINE])))[:SAMPLE]
    return ", ".join(shown(word) for word in words or text.split()[:SAMPLE])


LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")  # a buffer of text would hold four bytes for every letter
UNQUOTED_FORMULA = re.compile(r"=\s*[\w(+-]")


def _lines(name: str, text: str, sign: str, before: int, allowance: Allowance) -> Iterator[TextRow]:
    """
    Yield the rows of a CSV file that are not empty, as far as they are of a size that sheets have.

    :param before: how many lines of the file stand above the text
    :raises FileRefused: at the first that is not, before the rest is read
    :raises TooMuch: at the first beyond the allowance
    """

    def refused(number: int, says: str) -> FileRefused:
        return FileRefused([Fault(name, number, "", says)])

    def lines() -> Iterator[str]:
        for number, line in enumerate((found[0] for found in LINE.finditer(text)), before + 1):
            if len(line) > MOST_IN_A_LINE:
                says = _("This line is longer than %(most_in_a_line)s characters.")
                raise refused(number, says % {"most_in_a_line": f"{MOST_IN_A_LINE:,}"})
            yield line

    for number, cells in enumerate(csv.reader(lines(), strict=True, delimiter=sign), before + 1):
        if len(cells) > MOST_COLUMNS and number > before + 1:
            says = _("There are %(count)s cells; a row has at most %(most_columns)s.")
            raise refused(number, says % {"count": f"{len(cells):,}", "most_columns": MOST_COLUMNS})
        if number > allowance.most_rows + 1:
            says = _("There are more than %(most_rows)s rows.")
            raise refused(number, says % {"most_rows": f"{allowance.most_rows:,}"})
        if any(cell.strip() for cell in cells):
            allowance.take(cells)
            marks = {index: Mark("formula", cell) for index, cell in enumerate(cells) if UNQUOTED_FORMULA.match(cell)}
            yield TextRow(number, [from_text(cell) for cell in cells], marks)


def _row_of(text: str, sign: str) -> int:
    """Return the row at which a reader gives up."""
    reader, row = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=sign), 1
    try:
        while next(reader, None) is not None:
            row += 1
    except csv.Error:
        pass
    return row
