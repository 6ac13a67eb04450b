"""What a row of the scheme weighs, in words."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from peerload.core.formats import format_number

from ..enums import Condition, CountedPer, Window
from .scheme import Weight


def weighs(weight: Weight) -> str:
    """Say what a kind of work weighs: "3 points for each case, for 35 working days"."""
    many = 1 if weight.points == 1 else 2  # of 7.5 points there are several
    points = EACH[weight.per](many) % {"points": format_number(weight.points)}
    return f"{points}, {window_words(weight)}{condition_words(weight)}"


EACH: dict[str, Callable[[int], str]] = {
    CountedPer.WORKER: lambda n: ngettext("%(points)s point", "%(points)s points", n),
    CountedPer.QUANTITY: lambda n: ngettext(
        "%(points)s point for each person or case", "%(points)s points for each person or case", n
    ),
    CountedPer.PERSON: lambda n: ngettext("%(points)s point for each person", "%(points)s points for each person", n),
    CountedPer.CASE: lambda n: ngettext("%(points)s point for each case", "%(points)s points for each case", n),
    CountedPer.ROW: lambda n: ngettext("%(points)s point for each entry", "%(points)s points for each entry", n),
}


def window_words(weight: Weight) -> str:
    match weight.window:
        case Window.MONTH:
            return _("for one month")
        case Window.CALENDAR_MONTH:
            return _("to the end of its calendar month")
        case Window.WORKING_DAYS:
            words = ngettext("for %(count)s working day", "for %(count)s working days", weight.length or 0)
            return words % {"count": weight.length}
        case Window.DAYS:
            return ngettext("for %(count)s day", "for %(count)s days", weight.length or 0) % {"count": weight.length}
    return _("while it lasts")


def condition_words(weight: Weight) -> str:
    match weight.condition:
        case Condition.MINUTES_OVER:
            return _(", when it is more than %(condition_value)s minutes each way") % {
                "condition_value": weight.condition_value
            }
        case Condition.FIRST:
            return _(", only for the person’s first assessment")
    return ""
