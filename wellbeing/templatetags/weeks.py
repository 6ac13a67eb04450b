"""The week in shares, in templates."""

from decimal import Decimal

from django import template
from django.utils.safestring import SafeString

from peerload.ui.templatetags.ui import across, chip

from ..plans.rules.grids import format_hours

register = template.Library()

FULL_WIDTH = Decimal("0.6")  # of the week is the right end of every bar, so that half of it can be passed
CHIPS = {
    "as_guide": ("good", "check2"),
    "below": ("watch", "arrow-down-short"),
    "over": ("watch", "arrow-up-circle"),
    "no_rule": ("", "info-circle"),
}


@register.filter
def hours(value) -> str:
    """Write hours, or contacts a week, with one decimal at most, half up."""
    return format_hours(Decimal(value))


@register.simple_tag
def share_bar(guide, hours) -> SafeString:
    """Draw a part of the week against its guide; the figures stand beside it. ``hours`` are those of the week."""
    top = max(Decimal(hours) * FULL_WIDTH, guide.hours, Decimal(1))
    within = min(guide.hours, guide.guide) if guide.state == "over" else guide.hours
    drawn = [
        '<svg class="pl-bar" height="18" aria-hidden="true">',
        '<rect class="s-track" x="0" y="3" width="100%" height="12" rx="4"/>',
        f'<rect class="s-fill" x="0" y="3" width="{across(within, top)}" height="12" rx="4"/>',
    ]
    if guide.hours > within:
        x, width = across(within, top), across(guide.hours - within, top)
        drawn.append(f'<rect class="s-beyond" x="{x}" y="3.5" width="{width}" height="11" fill="url(#weight)"/>')
    x = across(guide.guide, top)
    return SafeString("".join([*drawn, f'<line class="s-limit" x1="{x}" x2="{x}" y1="0" y2="18"/></svg>']))


@register.simple_tag
def guide_chip(guide) -> SafeString:
    """Say how a part of the week stands against its guide, in words, icon and tint."""
    tint, icon = CHIPS[guide.state]
    return chip(tint, guide.words, icon)
