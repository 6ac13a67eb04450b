"""Rows without a key that come in as they are stored. Of contacts there are hundreds of thousands, so they stay packed."""

from collections.abc import Iterable

from ..field_types import Cells
from ..parse import ReadTable, SheetRow
from ..rows import PackedValues, places
from .rows import StoredRow, UnchangedRow


def set_unchanged_apart(
    table: ReadTable, stored: Iterable[StoredRow], asked: tuple[str, ...]
) -> tuple[PackedValues, list[SheetRow], list[StoredRow]]:
    """
    Return three lists: the rows of a file that are stored already, its other rows, and the stored rows it does not have.

    Rows are compared by a hash of their words, 64 bits of it, so that neither side has to be in memory as a whole. Of
    equal rows the n-th of the file is the n-th that is stored. A row that the file has both with and without the moment
    of recording is left to the others: there the moment decides first.

    :param asked: the columns compared; the moment is compared where the file has one
    """
    numbers: dict[int, list[int]] = {}
    moments: dict[int, bool] = {}
    in_doubt: set[int] = set()
    for row in table.rows:
        words, moment = _hash(row.values, asked), row.values.get("recorded_at")
        numbers.setdefault(hash((words, moment)) if moment else words, []).append(row.number)
        if moments.setdefault(words, bool(moment)) != bool(moment):
            in_doubt.add(words)
    unchanged, remaining = PackedValues(UnchangedRow, places(table.sheet.names)), []
    for there in stored:
        words = _hash(there.values, asked)
        found = numbers.get(hash((words, there.values.get("recorded_at"))) if moments.get(words) else words)
        if not found or words in in_doubt:
            remaining.append(there)
        else:
            unchanged.append(UnchangedRow(found.pop(0), there.values, there.pk, there.voided_at))
    left = {number for each in numbers.values() for number in each}
    return unchanged, [row for row in table.rows if row.number in left], remaining


def _hash(values: Cells, asked: Iterable[str]) -> int:
    return hash(tuple(values[name] for name in asked))
