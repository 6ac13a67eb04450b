"""What rules about rows share: which rows are asked, and rows that stand in each other's way."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import date
from itertools import chain
from typing import Any

from ..comparison.rows import Merged, NewRow, Service
from ..errors import Fault
from ..parse import SheetRow


def fault(sheet: str, row: Merged | NewRow | SheetRow, column: str, says: str) -> Fault:
    return Fault(sheet, row.number or 0, column, says)


def of_file(service: Service, name: str) -> Iterator[Merged]:
    return (row for row in service.of(name) if row.number is not None)


def all_rows(service: Service, name: str) -> Iterator[Merged | NewRow | SheetRow]:
    return chain(service.of(name), service.refused.get(name, []))


def rows_to_check(service: Service, name: str) -> Iterator[Merged | SheetRow]:
    return chain(of_file(service, name), service.refused.get(name, []))


def keys_of(*columns: str) -> Callable[[Merged], tuple[Any, ...]]:
    """Return the function that takes what a row says in some columns."""
    return lambda row: tuple(row.values[column] for column in columns)


def seconds(rows: Iterable[Merged], key: Callable[[Merged], Hashable]) -> Iterator[tuple[int, Merged]]:
    """Yield each row whose key an earlier one has, behind the number of the row of the file that brings that about."""
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
    Yield each row that begins before the one of the same key before it has ended, and that one.

    In front stands the number of the row of the file that brings that about.

    :param begins: the column of the first day
    :param any_before: whether not the one just before is asked, but the one that lasts longest of all before
    """
    last: dict[Hashable, Merged] = {}
    for row in sorted(rows, key=lambda row: row.values[begins]):
        before = last.get(key(row))
        end = ends_before(before) if before else None
        if before and (end is None or end > row.values[begins]) and (number := row.number or before.number):
            yield number, row, before
        if not (before and any_before) or (end and ((ends := ends_before(row)) is None or ends > end)):
            last[key(row)] = row
