"""The effect of a draft of the scheme on a total, drawn and in words."""

from decimal import Decimal

from django import template

from peerload.ui.templatetags.charts import SCALE_TOP, across
from peerload.ui.templatetags.ui import points
from workload import rules

register = template.Library()


@register.inclusion_tag("workload/schemes/effect_line.html")
def effect_line(before: rules.Total, after: rules.Total, *, top: Decimal | int = SCALE_TOP) -> dict:
    """
    Draw a worker's total now (a ring) and by a draft (a dot) against the draft's mark and limit.

    The figures are beside it, so it is hidden from screen readers.

    :param before: a total with ``total``; ``after`` has ``mark`` and ``limit`` as well
    """
    places = {"was": before.total, "now": after.total, "mark": after.mark, "limit": after.limit}
    return {name: across(value, top) for name, value in places.items()}


@register.filter
def signed(change: Decimal) -> str:
    """Say a change with its sign: +2, −1, 0."""
    return f"+{points(change)}" if change > 0 else f"−{points(-change)}" if change < 0 else "0"
