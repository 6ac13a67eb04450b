"""Tables of text become rows of values; every cell that cannot be read is named. Pure."""

from typing import NamedTuple

from .cells import Unreadable, shown
from .faults import Fault
from .marking import without_remarks
from .opening import Opened, Raw
from .sheets import SHEET, SHEETS, Sheet


class Row(NamedTuple):
    """One row: its number in the file and its values by column."""

    number: int
    values: dict[str, object]


class Table(NamedTuple):
    """A sheet that was read: the columns the file has, its good rows, and of the others what could be read."""

    sheet: Sheet
    given: tuple[str, ...]
    rows: list[Row]
    refused: list[Row]


class Read(NamedTuple):
    """A whole file: tables by name of sheet, sheets that are there and cannot be read, faults."""

    tables: dict[str, Table]
    broken: frozenset[str]
    faults: list[Fault]


def read(opened: Opened) -> Read:
    """Return the rows of a file with all that is wrong with its cells and headers."""
    faults = list(opened.faults)
    broken = set(opened.broken)
    tables = {}
    for sheet in SHEETS:
        raw = opened.tables.get(sheet.name)
        if raw is None:
            if sheet.required and sheet.name not in broken:
                faults.append(Fault(sheet.name, 0, "", "This sheet is missing."))
                broken.add(sheet.name)
            continue
        raw = without_remarks(raw)
        wrong = _wrong_header(sheet, raw.header)
        if wrong:
            faults += wrong
            broken.add(sheet.name)
        else:
            tables[sheet.name] = _read_table(sheet, raw, faults)
    return Read(tables, frozenset(broken), faults)


def _wrong_header(sheet: Sheet, header: list[str]) -> list[Fault]:
    names = [name.strip() for name in header]
    faults = [
        Fault(sheet.name, 1, name.strip() or f"number {index}", says)
        for index, name in enumerate(names, 1)
        if (says := _wrong_name(sheet, name, names[: index - 1]))
    ]
    missing = [column.name for column in sheet.columns if column.required and column.name not in names]
    return faults + [Fault(sheet.name, 1, name, "This column is missing.") for name in missing]


def _wrong_name(sheet: Sheet, name: str, before: list[str]) -> str:
    if name in sheet.names:
        return "This column is there twice." if name in before else ""
    if not name:
        return "The column has no name."
    return f"There is no column of this name; there are {', '.join(sheet.names)}."


def _read_table(sheet: Sheet, raw: Raw, faults: list[Fault]) -> Table:
    given = tuple(name.strip() for name in raw.header)
    columns = [sheet.column(name) for name in given]
    table = Table(sheet, given, [], [])
    width = len(columns)
    for number, cells in raw.rows:
        if (raw.even and len(cells) != width) or len(cells) > width:
            faults.append(Fault(sheet.name, number, "", f"The row has {len(cells)} cells, the header has {width}."))
            cells = cells[:width]
            row_faults = 1
        else:
            row_faults = 0
        cells = [*cells, *[""] * (width - len(cells))]
        values = {column.name: column.empty for column in sheet.columns}
        for column, text in zip(columns, cells, strict=True):
            if not text.strip():
                if column.required:
                    faults.append(Fault(sheet.name, number, column.name, "This cell is empty; it must be filled."))
                    row_faults += 1
                continue
            try:
                values[column.name] = column.kind.read(text)
            except Unreadable as error:
                faults.append(Fault(sheet.name, number, column.name, str(error)))
                row_faults += 1
        (table.refused if row_faults else table.rows).append(Row(number, values))
    if sheet.key:
        _refuse_twice(table, faults)
    return table


def _refuse_twice(table: Table, faults: list[Fault]):
    """Take out rows known by the same key as one before."""
    sheet, first, kept = table.sheet, {}, []
    for row in table.rows:
        key = key_of(sheet, row.values)
        if key in first:
            known_by = ", ".join(shown(written(sheet, name, row.values[name])) for name in sheet.key)
            says = f"{known_by} is there already, in row {first[key]}."
            faults.append(Fault(sheet.name, row.number, sheet.key[-1], says))
            table.refused.append(row)
        else:
            first[key] = row.number
            kept.append(row)
    table.rows[:] = kept


def key_of(sheet: Sheet, values: dict) -> tuple:
    """Return what a row is known by; names of teams and groups compare without case."""
    return tuple(values[name].upper() if name in ("team", "group") else values[name] for name in sheet.key)


def written(sheet: Sheet, column: str, value) -> str:
    """Return a value as the sheet writes it."""
    return SHEET[sheet.name].column(column).kind.write(value)
