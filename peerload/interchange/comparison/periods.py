"""Periods end where the next row of the same person or worker begins, whichever of the two it comes from."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from peerload.core import dates

from ..sheets import SHEETS
from .rows import Merged, ServiceRows

OF = {"posts": "email", "tiers": "ref", "allocations": "ref", "absences": "email"}


def in_order(name: str, rows: Iterable[Merged]) -> dict[object, list[Merged]]:
    """Return the rows of each person or worker, by their first day."""
    found: dict[object, list[Merged]] = defaultdict(list)
    for row in rows:
        found[row.values[OF[name]]].append(row)
    for group in found.values():
        group.sort(key=lambda row: row.values["from"])
    return found


def set_ends(service: ServiceRows) -> None:
    """End each period on the day it names, or where the next of the same person or worker begins."""
    for sheet in SHEETS:
        rows = service.of(sheet.name)
        if sheet.ends:
            _end_by_next(sheet.name, rows)
            _end_as_before(rows)
        elif ends := next((column for column in sheet.columns if column.source == "ends_before"), None):
            for row in rows:
                row.ends_before = ends.kind.store(row.values[ends.name])


def _end_by_next(name: str, rows: list[Merged]) -> None:
    for group in in_order(name, rows).values():
        for row, following in zip(group, [*group[1:], None], strict=True):
            row.ends_before = ends_before(name, row.values, following.values["from"] if following else None)


def _end_as_before(rows: list[Merged]) -> None:
    """Treat an end that is written out as empty where it is the day on which the next row begins, and the other way about."""
    for row in rows:
        if row.known and "until" in row.changed and row.ends_before == row.known.ends_before:
            row.keep_stored("until")


def ends_before(name: str, values: dict, next_from: date | None) -> date | None:
    """Return the half-open end of a post, tier or allocation."""
    if name == "tiers":
        return next_from
    if name == "posts":
        return dates.earliest(dates.day_after(values["until"]), next_from)
    return dates.earliest(values["until"], dates.day_after(values["closed_on"]), next_from)
