"""The week in shares, in templates."""

from decimal import Decimal

from django import template
from django.utils.safestring import SafeString

from peerload.ui.templatetags.charts import across
from peerload.ui.templatetags.ui import chip

from ..plans.rules.grids import format_hours
from ..plans.rules.guidance import PlanGuideline

register = template.Library()

FULL_WIDTH = Decimal("0.6")  # the share of the week at the right end of every bar, so that half of it can be passed
CHIPS = {
    "as_guide": ("good", "check2"),
    "below": ("watch", "arrow-down-short"),
    "over": ("watch", "arrow-up-circle"),
    "no_rule": ("", "info-circle"),
}


@register.filter
def hours(value: Decimal | int) -> str:
    """Write hours, or contacts a week, with one decimal at most, half up."""
    return format_hours(Decimal(value))


@register.inclusion_tag("wellbeing/plans/share_bar.html")
def share_bar(guide: PlanGuideline, hours: Decimal) -> dict:
    """Draw a part of the week against its guide; the figures are beside it. ``hours`` are those of the week."""
    top = max(Decimal(hours) * FULL_WIDTH, guide.hours, Decimal(1))
    within = min(guide.hours, guide.guide) if guide.state == "over" else guide.hours
    return {
        "within": across(within, top),
        "beyond": across(guide.hours - within, top) if guide.hours > within else "",
        "guide": across(guide.guide, top),
    }


@register.simple_tag
def guide_chip(guide: PlanGuideline) -> SafeString:
    """Show a part of the week against its guide, in words, icon and tint."""
    tint, icon = CHIPS[guide.state]
    return chip(tint, guide.words, icon)
