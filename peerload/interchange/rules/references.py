"""Whatever a row names is there."""

from collections.abc import Collection, Iterator
from typing import Any

from django.utils.translation import gettext as _

from ..cell_text import shown
from ..comparison.rows import ServiceRows
from ..errors import Fault
from ..sheets import SHEET
from ..sheets.columns import NAMED, Parent
from .checks import all_rows, fault, rows_to_check


def check_references(service: ServiceRows, broken: Collection[str]) -> Iterator[Fault]:
    """Check that every name that refers to a row is in that row's sheet."""
    keys = {
        other: {_folded(other, row.values[SHEET[other].key[0]]) for row in all_rows(service, other)}
        for other in NAMED.values()
        if other in SHEET and other not in broken
    }
    for name, sheet in SHEET.items():
        named = sheet.refers_anywhere.items() if sheet.model else ()
        columns = [(column, other) for column, other in named if other in keys and other != name]
        for row in rows_to_check(service, name) if columns else ():
            for column, other in columns:
                value = row.values[column]
                if value and _folded(other, value) not in keys[other]:
                    yield fault(
                        name,
                        row,
                        column,
                        _("%(value)s is not in the sheet %(other)s.") % {"value": shown(value), "other": other},
                    )
        for parent in sheet.parents:
            if not {name, parent.sheet} & {*broken, "group_attendance", "plans"}:
                yield from _without_parent(service, name, parent)


def _without_parent(service: ServiceRows, name: str, parent: Parent) -> Iterator[Fault]:
    """Yield a fault for each row that names a row of another sheet that is not there."""
    other = SHEET[parent.sheet]
    theirs = parent.by or other.key
    there = {tuple(_plain(each, row.values[each]) for each in theirs) for row in all_rows(service, parent.sheet)}
    for row in rows_to_check(service, name):
        key = [row.values[column] for column in parent.columns]
        if parent.optional and any(each in (None, "") for each in key):
            continue
        if tuple(map(_plain, theirs, key)) not in there:
            written = (other.column(each).kind.write(value) for each, value in zip(theirs, key, strict=True))
            says = _("%(names)s is not in the sheet %(sheet)s.") % {
                "names": shown(", ".join(filter(None, written))),
                "sheet": parent.sheet,
            }
            yield fault(name, row, parent.columns[-1 if len(key) < 3 else 1], says)


def _plain(column: str, value: Any) -> Any:
    return value.upper() if column in ("team", "group") and value else value


def _folded(sheet: str, value: Any) -> Any:
    return value.upper() if sheet in ("teams", "groups") and value else value
