"""Shared parts of rules about rows: which rows to check, duplicates and overlaps."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import date
from itertools import chain
from typing import Any

from ..comparison.rows import Merged, NewRow, ServiceRows
from ..errors import Fault
from ..parse import SheetRow


def fault(sheet: str, row: Merged | NewRow | SheetRow, column: str, says: str) -> Fault:
    return Fault(sheet, row.number or 0, column, says)


def of_file(service: ServiceRows, name: str) -> Iterator[Merged]:
    return (row for row in service.of(name) if row.number is not None)


def all_rows(service: ServiceRows, name: str) -> Iterator[Merged | NewRow | SheetRow]:
    return chain(service.of(name), service.refused.get(name, []))


def rows_to_check(service: ServiceRows, name: str) -> Iterator[Merged | SheetRow]:
    return chain(of_file(service, name), service.refused.get(name, []))


def keys_of(*columns: str) -> Callable[[Merged], tuple[Any, ...]]:
    """Return the function that takes a row's values of some columns."""
    return lambda row: tuple(row.values[column] for column in columns)


def seconds(rows: Iterable[Merged], key: Callable[[Merged], Hashable]) -> Iterator[tuple[int, Merged]]:
    """Yield each row whose key an earlier one has, after the number of the file's row that causes it."""
    first: dict[Hashable, Merged] = {}
    for row in rows:
        other = first.setdefault(key(row), row)
        if other is not row and (number := row.number or other.number):
            yield number, row


def overlaps(
    rows: Iterable[Merged],
    key: Callable[[Merged], Hashable],
    *,
    begins: str = "from",
    ends_before: Callable[[Merged], date | None] = lambda row: row.ends_before,
    any_before: bool = False,
) -> Iterator[tuple[int, Merged, Merged]]:
    """
    Yield each row that begins before the end of the one before with the same key, and that one.

    In front is the number of the file's row that causes it.

    :param begins: the column of the first day
    :param any_before: whether to compare with the one that lasts longest of all before, instead of the one just before
    """
    last: dict[Hashable, Merged] = {}
    for row in sorted(rows, key=lambda row: row.values[begins]):
        before = last.get(key(row))
        end = ends_before(before) if before else None
        if before and (end is None or end > row.values[begins]) and (number := row.number or before.number):
            yield number, row, before
        if not (before and any_before) or (end and ((ends := ends_before(row)) is None or ends > end)):
            last[key(row)] = row
