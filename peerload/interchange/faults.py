"""What is wrong with a file, said to the person who has it open: which sheet, which row, which column, and why."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

RUNS_NAMED = 8  # rows, or runs of rows, that are named before the others are only counted


class Fault(NamedTuple):
    """One fault. ``row`` counts as a spreadsheet does, the header being row 1; 0 and "" where it is about more than that."""

    sheet: str
    row: int
    column: str
    says: str

    def __str__(self):
        return FaultGroup(self.sheet, f"row {self.row}" if self.row else "", self.column, self.says).line()


class FaultGroup(NamedTuple):
    """
    Equal faults of one column.

    :param rows: the rows in words, such as ``rows 4, 7 and 9 to 31``; empty where no row is meant
    :param says: what is wrong, with the words of the first row
    :param alike: whether other rows are wrong in the same way with other words
    """

    sheet: str
    rows: str
    column: str
    says: str
    alike: bool = False

    def line(self) -> str:
        """Return the group as one line of a list."""
        where = ", ".join(filter(None, (self.sheet, self.rows, f"column {self.column}" if self.column else "")))
        says = f"{self.says} {OTHERS_ALIKE}" if self.alike else self.says
        return f"{where}: {says}" if where else says


OTHERS_ALIKE = "The other rows are wrong in the same way."
_DIFFERS = re.compile(r'".*"|\brow \d+')  # what a cell holds, and which row a sentence speaks of


def grouped(faults: Iterable[Fault]) -> list[FaultGroup]:
    """Return faults as groups of equal ones, in the order in which the first of each group stands."""
    found: dict[tuple, list[Fault]] = {}
    for fault in faults:
        found.setdefault((fault.sheet, fault.column, _DIFFERS.sub("", fault.says)), []).append(fault)
    return [
        FaultGroup(
            first.sheet,
            rows_in_words([fault.row for fault in group if fault.row]),
            first.column,
            first.says,
            any(fault.says != first.says for fault in group),
        )
        for group in found.values()
        for first in group[:1]
    ]


def rows_in_words(rows: Iterable[int], most: int = RUNS_NAMED) -> str:
    """
    Return the numbers of rows as a person would say them: ``rows 4, 7, 9 to 31 and 12 more``.

    :param most: how many rows or runs of rows are named before the rest is counted
    """
    runs = _runs(rows)
    if not runs:
        return ""
    left = sum(last - first + 1 for first, last in runs[most:])
    words = [str(first) if first == last else f"{first} to {last}" for first, last in runs[:most]]
    words += [f"{left} more"] if left else []
    said = f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
    return f"row {said}" if runs[0] == runs[-1] and runs[0][0] == runs[0][1] else f"rows {said}"


def _runs(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Return the first and last row of each run; two rows in a row are no run, but two rows."""
    runs: list[list[int]] = []
    for row in sorted(set(rows)):
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return [
        each
        for first, last in runs
        for each in ([(first, first), (last, last)] if last == first + 1 else [(first, last)])
    ]


class Refused(Exception):
    """A file that is not brought in; nothing of it was saved."""

    def __init__(self, faults: Iterable[Fault] | str):
        self.faults = [Fault("", 0, "", faults)] if isinstance(faults, str) else list(faults)
        super().__init__("\n".join(self.lines()))

    def lines(self, *, each: bool = False) -> Sequence[str]:
        """Return one sentence for all equal faults, or ``each`` fault in a sentence of its own."""
        return [str(fault) for fault in self.faults] if each else [group.line() for group in grouped(self.faults)]
