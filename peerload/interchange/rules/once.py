"""Checks of what may exist only once, or only one at a time."""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseload.groups.rules import group_there
from peerload.core.folding import fold_name
from peerload.core.translation import LazyText
from peerload.staff import rules as staff_rules

from ..comparison.rows import Merged, ServiceRows
from ..errors import Fault
from ..field_types import Cells
from ..parse import key_of
from ..sheets import SHEET
from ..sheets.columns import Sheet
from .checks import fault, keys_of, seconds


def check_names(service: ServiceRows) -> Iterator[Fault]:
    """Check that a new team or group has no name that reads like another's: Kowhai, if there is Kōwhai."""
    for sheet, column, sentence in (("teams", "team", staff_rules.team_there), ("groups", "group", group_there)):
        rows = service.of(sheet)
        there: dict[str, str] = {}
        for row in sorted(rows, key=lambda row: (row.is_new, row.number or 0)):
            name = row.values[column]
            known_by = fold_name(name)
            if row.is_new and known_by in there:
                yield fault(sheet, row, column, sentence(there[known_by]))
            there.setdefault(known_by, name)


def check_twice(service: ServiceRows) -> Iterator[Fault]:
    """
    Check that a row is there only once, even if two rows say the same differently: an old and a new email, a plan without its
    Monday.
    """
    for name, sheet in SHEET.items():
        if not sheet.model or not _is_renamed(sheet):
            continue  # two rows of one key were refused when they were read
        first: dict[tuple[Any, ...], Merged] = {}
        for row in service.of(name):
            other = first.setdefault(key_of(sheet, row.values), row)
            if other is not row and row.number and other.number:
                yield fault(
                    name,
                    row,
                    sheet.key[-1],
                    _("Row %(number)s says this already. Keep one of the two.") % {"number": other.number},
                )


def _is_renamed(sheet: Sheet) -> bool:
    """Return whether a row's key may change on import: emails, kinds, plans and pairs are renamed."""
    if sheet.name in ("activities", "plans", "possible_duplicates"):
        return True
    return "email" in sheet.key or any(sheet.refers_anywhere.get(name) == "staff" for name in sheet.key)


# sheet: what may exist once at a time, which rows count, the advice
_ONE: dict[str, tuple[tuple[str, ...], Callable[[Cells], bool], LazyText]] = {
    "plan_versions": (
        ("email",),
        lambda v: v["state"] != "agreed",
        gettext_lazy("Only one plan at a time can be a draft or proposed."),
    ),
    "please_dont": (
        ("ref",),
        lambda v: v["ended_on"] is None,
        gettext_lazy("The earlier wish has not ended. Fill in its ended_on."),
    ),
    "close_decisions": (
        ("ref", "from"),
        lambda v: v["withdrawn_on"] is None,
        gettext_lazy("The earlier decision is still in force. Fill in its withdrawn_on."),
    ),
    "leavings": (
        ("email",),
        lambda v: v["withdrawn_on"] is None and v["closed_on"] is None,
        gettext_lazy("Another notice is still open. Fill in its withdrawn_on or closed_on."),
    ),
    "temporary_moves": (
        ("ref",),
        lambda v: v["settled_on"] is None,
        gettext_lazy("Another move is open. Fill in its settled_on."),
    ),
}


def check_one_at_a_time(service: ServiceRows) -> Iterator[Fault]:
    for name, (whose, stands, says) in _ONE.items():
        rows = (row for row in service.of(name) if stands(row.values) and not row.is_passed_over)
        for number, __ in seconds(rows, keys_of(*whose)):
            yield Fault(name, number, whose[0], str(says))
