"""Rows of time plans."""

import re
from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from wellbeing.plans.rules.grids import BUILT_IN_ROWS

from ..cell_text import shown
from ..comparison.rows import ServiceRows
from ..errors import Fault
from .checks import fault, of_file


def check_plan_rows(service: ServiceRows, broken: Collection[str]) -> Iterator[Fault]:
    """Check that hours are in a row that the service has; a row of the practice note stays in its part of the week."""
    built_in = {row.code: row.focus for row in BUILT_IN_ROWS}
    for row in of_file(service, "plan_rows"):
        focus = built_in.get(row.values["row"])
        if focus and row.values["part"] != focus:
            yield fault(
                "plan_rows",
                row,
                "part",
                _("%(row)s belongs to %(focus)s.") % {"row": shown(row.values["row"]), "focus": focus.value},
            )
    if "plan_rows" in broken:
        return
    known = built_in.keys() | {row.values["row"] for row in service.of("plan_rows")}
    for sheet in ("plans", "time_logged"):
        for row in of_file(service, sheet):
            if row.values["activity"] not in known:
                code = shown(row.values["activity"])
                says = _("%(code)s is not in the sheet plan_rows, and is not one of %(names)s.") % {
                    "code": code,
                    "names": ", ".join(built_in),
                }
                yield fault(sheet, row, "activity", says)
    for row in of_file(service, "plans"):
        if row.values["from"] is None:
            says = _("Fill in the Monday its version begins; only an agreed plan needs none.")
            yield fault("plans", row, "from", says)
    for row in of_file(service, "plan_rows"):
        if row.is_new and not re.fullmatch(r"\w+", row.values["row"]):
            yield fault("plan_rows", row, "row", _("Use letters, digits and underscores only."))
