"""
Tables of text become rows of values. Pure.

Every cell that cannot be read is named; what may mean two things is asked about.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import damage
from .cell_text import shown
from .errors import Fault, Faults
from .field_types import Cells, Email, Emails, FieldType, Moment, Text, UnreadableCell
from .questions import NO_ANSWERS, FileQuestions
from .rows import PackedValues, Values, places
from .sheets import SHEET, SHEETS
from .sheets.columns import Column, Sheet
from .sheets.settings import SETTING
from .slashed_dates import Slashed, ask_about_dates, holds_day, is_iso, is_of_days, slashed
from .text_tables import MOST_ROWS, Mark, MergedCells, OpenedFile, Raw, known_by


class SheetRow(NamedTuple):
    """One row: its number in the file and its values by column."""

    number: int
    values: Cells


# Sheets with hundreds of thousands of rows that no file changes: they are read packed.
PACKED = frozenset({"contacts"})


class ReadTable(NamedTuple):
    """A sheet that was read: the columns the file has, its good rows, and of the others what could be read."""

    sheet: Sheet
    given: tuple[str, ...]
    rows: list[SheetRow] | PackedValues
    refused: list[SheetRow]


class Read(NamedTuple):
    """A whole file as read: tables by name of sheet, sheets that cannot be read, faults, and questions."""

    tables: dict[str, ReadTable]
    broken: frozenset[str]
    faults: Faults
    missing: list[Fault]  # of sheets that a new service needs
    asked: FileQuestions
    is_hopeless: bool  # some of the faults remain, whatever the answers


IsStored = Callable[[str, str, str], bool]  # of a sheet, a column and a text: whether the service has it so


def read(
    opened: OpenedFile, answers: Mapping[str, str] = NO_ANSWERS, is_stored: IsStored = lambda sheet, column, text: False
) -> Read:
    """
    Return the rows of a file with all that is wrong with its cells and headers, and all that is asked about them.

    :param is_stored: a word that the service has is not asked about: the service's own export comes in again as it left
    """
    asked = FileQuestions(answers)
    for kind, place in opened.asked:
        asked.add(kind, *place)
    faults = Faults(opened.faults)
    broken = set(opened.broken)
    missing = [
        Fault(sheet.name, 0, "", _("This sheet is missing."))
        for sheet in SHEETS
        if sheet.required and sheet.name not in opened.tables and sheet.name not in broken
    ]
    good = {}
    for sheet in SHEETS:
        raw = opened.tables.get(sheet.name)
        if raw is not None and (wrong := _wrong_header(sheet, raw)):
            faults += wrong
            broken.add(sheet.name)
        elif raw is not None:
            good[sheet.name] = raw
    is_hopeless = bool(faults) or any(mark.kind == "error" for raw in good.values() for mark in raw.marks.values())
    reader = _Reader(asked, good, is_stored)
    tables = {name: reader.table(SHEET[name], raw, faults) for name, raw in good.items()}
    return Read(tables, frozenset(broken), faults, missing, asked, is_hopeless)


def _wrong_header(sheet: Sheet, raw: Raw) -> list[Fault]:
    names, row = raw.header, raw.header_row
    faults = [
        Fault(sheet.name, row, name or _("number %(index)s") % {"index": index}, says)
        for index, name in enumerate(names, 1)
        if (says := _wrong_name(sheet, name, names[: index - 1]))
    ]
    missing = [column.name for column in sheet.columns if column.required and column.name not in names]
    return faults + [Fault(sheet.name, row, name, _("This column is missing.")) for name in missing]


def _wrong_name(sheet: Sheet, name: str, before: list[str]) -> str:
    if name in sheet.names:
        return _("This column is there twice.") if name in before else ""
    if not name:
        return _("The column has no name.")
    return _("There is no column of this name; there are %(names)s.") % {"names": ", ".join(sheet.names)}


SETTINGS_AS_FOLDED = {known_by(key): key for key in SETTING}


ONCE = frozenset({"name", "phone"})  # columns with hardly any equal cells
SHORT = 200  # characters, which every pattern reads at once
LONGER_WHEN_GARBLED = 4  # a letter read in a wrong encoding becomes up to four signs


def _check_length(kind: FieldType, text: str) -> None:
    """
    Look at the length of a text before anything else, since some patterns take long for long ones.

    :raises UnreadableCell: if no such text fits the column
    """
    most = kind.most if isinstance(kind, Emails) else kind.longest
    length = len(text.strip())
    if length > (most * LONGER_WHEN_GARBLED if isinstance(kind, Text) else most):
        raise UnreadableCell(
            _("It has %(length)s characters; at most %(most)s fit.") % {"length": f"{length:,}", "most": f"{most:,}"}
        )


class _Reader:
    """Read the tables of one file and collect questions."""

    def __init__(self, asked: FileQuestions, tables: Mapping[str, Raw], is_stored: IsStored) -> None:
        self.asked, self.is_stored = asked, is_stored
        self.values: dict[Any, Any] = {}
        ask_about_dates(tables, asked)
        self.dates_are_open = bool(asked.counts["dates"])
        refs = {text.strip() for raw in tables.values() for text in _texts_of(raw, "ref")}
        self.digits = damage.width_of_codes(refs)
        self.phones_begin_with_0 = any(
            text.strip().startswith("0") for raw in tables.values() for text in _texts_of(raw, "phone")
        )

    def table(self, sheet: Sheet, raw: Raw, faults: Faults) -> ReadTable:
        """Return the rows of a sheet, and add the faults of its cells."""
        given = tuple(raw.header)
        columns = [sheet.column(name) for name in given]
        width, where, blank = len(columns), places(sheet.names), [column.empty for column in sheet.columns]
        table = ReadTable(sheet, given, PackedValues(SheetRow, where) if sheet.name in PACKED else [], [])
        at = [where[name] - 1 for name in given]
        may_hold_days = [is_of_days(column) or (sheet.name, column.name) == ("service", "value") for column in columns]
        for number, cells in self._filled(raw) if raw.spans else raw.rows:
            faults_before = faults.count
            if (raw.even and len(cells) != width) or len(cells) > width:
                faults.append(Fault(sheet.name, number, "", _says_how_many(len(cells), width)))
                cells = cells[:width]
            cells = [*cells, *[""] * (width - len(cells))]
            values = blank.copy()
            for index, (column, text) in enumerate(zip(columns, cells, strict=True)):
                mark = raw.marks.get((number, index)) if raw.marks else None
                try:
                    if mark is not None and mark.kind == "error":
                        raise UnreadableCell(mark.text)
                    if len(text) > SHORT:
                        _check_length(column.kind, text)
                    if text.strip():
                        is_day = may_hold_days[index] and not is_iso(text) and holds_day(raw, column.name, cells)
                        text = self._meant(sheet.name, number, column, text, mark, is_day=is_day)
                    if text.strip():
                        values[at[index]] = self._value(column, text)
                    elif column.required:
                        raise UnreadableCell(_("This cell is empty. Fill it in."))
                except UnreadableCell as error:
                    faults.append(Fault(sheet.name, number, column.name, str(error)))
            (table.refused if faults.count > faults_before else table.rows).append(
                SheetRow(number, Values(where, values))
            )
        if sheet.key:
            refuse_twice(table, faults)
        return table

    def _value(self, column: Column, text: str) -> Any:
        """
        Return what a cell holds. Cells that say the same share it where the same refs, emails and days come again and again.

        :raises UnreadableCell: saying why, in a sentence
        """
        if isinstance(column.kind, Text):
            value = column.kind.read(text)
            return value if column.kind.lines or column.name in ONCE else self.values.setdefault(value, value)
        if isinstance(column.kind, Moment):
            return column.kind.read(text)  # to the second, so hardly ever the same
        known = id(column.kind), text
        if known not in self.values:
            self.values[known] = column.kind.read(text)
        return self.values[known]

    def _meant(self, sheet: str, row: int, column: Column, text: str, mark: Mark | None, *, is_day: bool) -> str:
        """
        Return the meaning of a cell by the answers, and add a question where needed.

        :raises UnreadableCell: if it is a date that cannot be read by the answer
        """
        if mark is not None and mark.kind == "formula":
            self.asked.add(
                "formulas",
                sheet,
                row,
                column.name,
                _("%(text)s shows %(shown_text)s") % {"text": shown(mark.text), "shown_text": shown(text)},
            )
        if is_day and (found := slashed(text)):
            return self._date(text, found)
        if isinstance(column.kind, Text):
            if (sheet, column.name) == ("service", "value"):
                return text  # the key decides the type of its value, row by row
            if (sheet, column.name) == ("service", "key"):
                text = SETTINGS_AS_FOLDED.get(known_by(text), text)
            return self._words(sheet, row, column, text.strip(), mark)
        return text

    def _date(self, text: str, found: Slashed) -> str:
        if not self.dates_are_open:
            return found.by("day_first") or found.by("month_first") or text
        answer = self.asked.answer("dates")
        if not found.by(answer):
            first = {"day_first": "day", "month_first": "month"}[answer]
            raise UnreadableCell(
                _("%(text)s cannot be read with the %(first)s first, as the other dates of the file are.")
                % {"text": shown(text), "first": first}
            )
        return found.by(answer)

    def _words(self, sheet: str, row: int, column: Column, text: str, mark: Mark | None) -> str:
        asked, name, kind = self.asked, column.name, mark.kind if mark else ""
        if kind in ("truth", "date"):
            text = mark.text
            asked.add("types", sheet, row, name, shown(text))
        elif kind == "scientific" or (not column.kind.lines and damage.SCIENTIFIC.fullmatch(text)):
            if not self.is_stored(sheet, name, text):
                asked.add("scientific", sheet, row, name, shown(text))
        elif name in ("ref", "phone") and text[:1].isdigit():
            text = self._with_zeros(sheet, row, name, text, kind == "number")
        if damage.SUSPECT.search(text) and not isinstance(column.kind, Email):
            text = self._letters(sheet, row, column, text)
        return text

    def _with_zeros(self, sheet: str, row: int, name: str, text: str, is_number: bool) -> str:
        if name == "ref":
            full = damage.lost_zeros(text, self.digits)
        else:
            full = damage.lost_zero_of_phone(text, is_number=is_number, others_begin_with_0=self.phones_begin_with_0)
        if full == text or self.is_stored(sheet, name, text):
            return text
        self.asked.add(
            "zeros", sheet, row, name, _("%(text)s, perhaps %(full)s") % {"text": shown(text), "full": shown(full)}
        )
        return full if self.asked.answer("zeros") == "add" else text

    def _letters(self, sheet: str, row: int, column: Column, text: str) -> str:
        right, found = self._put_right(column, text)
        if found and self.is_stored(sheet, column.name, text):
            return text
        for kind, says in found:
            self.asked.add(kind, sheet, row, column.name, says)
        return right

    def _put_right(self, column: Column, text: str) -> tuple[str, list[tuple[str, str]]]:
        """Return a text with its letters as the answers say, and the kinds of questions that it raises with their words."""
        found, is_name = [], not column.kind.lines
        if (right := damage.mended(text)) != text:
            found.append(("garbled", _("%(text)s, perhaps %(right)s") % {"text": shown(text), "right": shown(right)}))
            if self.asked.answer("garbled") != "mend":
                return text, found
            text = right
        elif (damage.LOST_IN_A_NAME if is_name else damage.LOST_LETTER).search(text):
            found.append(("letters", shown(text)))
        if is_name and (right := damage.without_signs(text)) != text:
            found.append(
                (
                    "signs",
                    _("%(made_visible)s, as %(right)s")
                    % {"made_visible": shown(damage.made_visible(text)), "right": shown(right)},
                )
            )
            text = right
        return text, found

    def _filled(self, raw: Raw) -> list[tuple[int, list[str]]]:
        """Return the rows with merged cells filled, where that is the answer, and ask about cells left empty by merging."""
        rows = list(raw.rows)
        numbers = [number for number, __ in rows]
        looked_at = 0
        for span in raw.spans:
            first = bisect_left(numbers, span.first_row)
            above = rows[first] if first < len(numbers) else None
            if above is None or above[0] != span.first_row or span.first_column >= len(above[1]):
                continue
            text = above[1][span.first_column]
            if not text.strip():
                continue
            covered = range(first, bisect_right(numbers, span.last_row))
            columns = range(span.first_column, min(span.last_column + 1, len(raw.header)))
            looked_at += len(covered) * len(columns)
            if looked_at > MOST_ROWS:
                break
            for position in covered:
                number, cells = rows[position]
                rows[position] = (number, self._cells_filled(raw, span, number, cells, text, columns))
        return rows

    def _cells_filled(
        self, raw: Raw, span: MergedCells, number: int, cells: list[str], text: str, columns: range
    ) -> list[str]:
        """
        Return one row with the cells filled that are merged with the first of a span, and ask about each.

        :param text: the text of the first one
        :param columns: of the span
        """
        filled = cells + [""] * (columns.stop - len(cells))
        for index in columns:
            if number == span.first_row and index == span.first_column:
                continue
            first = (
                _("row %(first_row)s") % {"first_row": span.first_row}
                if number > span.first_row
                else _("column %(header)s") % {"header": raw.header[span.first_column]}
            )
            self.asked.add(
                "merged",
                raw.sheet,
                number,
                raw.header[index],
                _("merged with %(text)s, %(first)s") % {"text": shown(text), "first": first},
            )
            filled[index] = text
        return filled if self.asked.answer("merged") == "fill" else cells


def _texts_of(raw: Raw, name: str) -> Iterator[str]:
    if name in raw.header:
        index = raw.header.index(name)
        yield from (texts[index] for __, texts in raw.rows if index < len(texts))


def refuse_twice(table: ReadTable, faults: list[Fault]) -> None:
    """Take out rows known by the same key as one before."""
    sheet = table.sheet
    first: dict[tuple[Any, ...], int] = {}
    kept: list[SheetRow] = []
    for row in table.rows:
        key = key_of(sheet, row.values)
        if key in first:
            known_by = ", ".join(shown(written(sheet, name, row.values[name])) for name in sheet.key)
            says = _("%(known_by)s is there already, in row %(first)s.") % {"known_by": known_by, "first": first[key]}
            faults.append(Fault(sheet.name, row.number, sheet.key[-1], says))
            table.refused.append(row)
        else:
            first[key] = row.number
            kept.append(row)
    if isinstance(table.rows, list):  # what is read packed has no key
        table.rows[:] = kept


def key_of(sheet: Sheet, values: Cells) -> tuple[Any, ...]:
    """Return what a row is known by; names of teams and groups compare without case."""
    return tuple(values[name].upper() if name in ("team", "group") else values[name] for name in sheet.key)


def written(sheet: Sheet, column: str, value: object) -> str:
    """Return a value as the sheet writes it."""
    return SHEET[sheet.name].column(column).kind.write(value)


def _says_how_many(count: int, width: int) -> str:
    """Say that a row has more or fewer cells than the header."""
    says = ngettext(
        "The row has %(count)s cell, the header has %(width)s.",
        "The row has %(count)s cells, the header has %(width)s.",
        count,
    )
    return says % {"count": count, "width": width}
