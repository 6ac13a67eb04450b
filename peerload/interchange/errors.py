"""Faults and questions of a file, worded for the uploader: sheet, row, column, and why."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Self

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from peerload.core.formats import format_list

YES = "yes"  # the answer to a question that has no choices
PLACES_SHOWN = 20  # of one question, in the terminal
RUNS_NAMED = 8  # how many rows, or runs of rows, are named; the others are counted


class Fault(NamedTuple):
    """One fault. ``row`` counts as a spreadsheet does, the header being row 1; 0 and "" where it is about more than that."""

    sheet: str
    row: int
    column: str
    says: str

    def __str__(self) -> str:
        return FaultGroup(self.sheet, f"row {self.row}" if self.row else "", self.column, self.says).line()


MOST_FAULTS = 5_000  # kept of one file; the others are counted


class Faults(list[Fault]):
    """The first faults of a file. ``more`` counts those that are not kept, so that a file of faults fills no memory."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        super().__init__()
        self.more = 0
        self.extend(faults)

    @property
    def count(self) -> int:
        """How many there are, kept or not."""
        return len(self) + self.more

    def append(self, fault: Fault) -> None:
        """Keep a fault while there is space, and count the others."""
        if len(self) < MOST_FAULTS:
            super().append(fault)
        else:
            self.more += 1

    def extend(self, faults: Iterable[Fault]) -> None:
        """Keep faults while there is space, and count the others."""
        for fault in faults:
            self.append(fault)

    def __iadd__(self, faults: Iterable[Fault]) -> Self:
        self.extend(faults)
        return self

    def listed(self) -> list[Fault]:
        """Return the kept ones, and at the end how many more there are."""
        says = ngettext(
            "There is %(more)s more fault, which is not listed. Correct those that are, and try again.",
            "There are %(more)s more faults, which are not listed. Correct those that are, and try again.",
            self.more,
        ) % {"more": f"{self.more:,}"}
        return [*self, *([Fault("", 0, "", says)] if self.more else [])]


class FaultGroup(NamedTuple):
    """
    Equal faults of one column.

    :param rows: the rows in words, such as ``rows 4, 7 and 9 to 31``; empty where no row is meant
    :param says: what is wrong, with the words of the first row
    :param alike: whether other rows have the same fault with other words
    """

    sheet: str
    rows: str
    column: str
    says: str
    alike: bool = False

    def line(self) -> str:
        """Return the group as one line of a list."""
        where = ", ".join(
            filter(
                None, (self.sheet, self.rows, _("column %(column)s") % {"column": self.column} if self.column else "")
            )
        )
        says = f"{self.says} {OTHERS_ALIKE}" if self.alike else self.says
        return f"{where}: {says}" if where else says


OTHERS_ALIKE = gettext_lazy("The other rows are wrong in the same way.")
_DIFFERS = re.compile(r'".*"|\brow \d+')  # the parts of a sentence that differ: what a cell holds, and the row


def grouped(faults: Iterable[Fault]) -> list[FaultGroup]:
    """Return faults as groups of equal ones, in the order of their first fault."""
    found: dict[tuple, list[Fault]] = {}
    for fault in faults:
        found.setdefault((fault.sheet, fault.column, _DIFFERS.sub("", str(fault.says))), []).append(fault)
    return [
        FaultGroup(
            first.sheet,
            rows_in_words([fault.row for fault in group if fault.row]),
            first.column,
            str(first.says),
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
    words = [
        str(first) if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}
        for first, last in runs[:most]
    ]
    words += [_("%(count)s more") % {"count": left}] if left else []
    only_one = runs[0] == runs[-1] and runs[0][0] == runs[0][1]
    return ngettext("row %(rows)s", "rows %(rows)s", 1 if only_one else 2) % {"rows": format_list(words)}


def _runs(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Return the first and last row of each run of three rows or more; others stand alone."""
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


class CellPlace(NamedTuple):
    """The cell of a question, and its content; rows count as those of a `Fault`."""

    sheet: str
    row: int
    column: str
    text: str

    def __str__(self) -> str:
        return str(Fault(self.sheet, self.row, self.column, self.text))


class Question(NamedTuple):
    """
    A question about a file, asked once for all its places.

    It is answered by one of ``choices`` (code and label), or by a yes where there are none. ``accepting`` says what a yes does.
    Until then the file is read by the answer ``assumed``.
    """

    kind: str
    says: str
    accepting: str
    places: tuple[CellPlace, ...]
    count: int  # the number of all places; the first ones are kept
    choices: tuple[tuple[str, str], ...] = ()
    assumed: str = YES

    def lines(self) -> list[str]:
        """Return the question for a terminal, with how to answer it there and where it arises."""
        if self.choices:
            ways = [
                _("--accept %(kind)s=%(code)s: %(label)s") % {"kind": self.kind, "code": code, "label": label}
                for code, label in self.choices
            ]
        else:
            ways = [_("--accept %(kind)s: %(accepting)s") % {"kind": self.kind, "accepting": self.accepting}]
        lines = [_("To be answered: %(says)s") % {"says": self.says}, *(f"  {way}" for way in ways)]
        lines += [f"  {place}" for place in self.places[:PLACES_SHOWN]]
        if self.count > PLACES_SHOWN:
            lines.append(_("  and %(count)s more.") % {"count": self.count - PLACES_SHOWN})
        return lines


class FileRefused(Exception):
    """A file that is not imported, for its faults or unanswered questions; nothing of it was saved."""

    def __init__(self, faults: Iterable[Fault] | str, questions: Iterable[Question] = ()) -> None:
        self.faults = [Fault("", 0, "", str(faults))] if isinstance(faults, str | Promise) else list(faults)
        self.questions = list(questions)
        super().__init__("\n".join(self.lines()))

    def lines(self, *, each: bool = False) -> Sequence[str]:
        """Return one sentence for all equal faults, or ``each`` fault in a sentence of its own; then the questions."""
        lines = [str(fault) for fault in self.faults] if each else [group.line() for group in grouped(self.faults)]
        return lines + [line for question in self.questions for line in question.lines()]
