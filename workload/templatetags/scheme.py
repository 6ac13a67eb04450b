"""What a draft of the scheme does to a total, drawn and said."""

from decimal import Decimal

from django import template
from django.utils.safestring import SafeString

from peerload.ui.templatetags.ui import SCALE_TOP, across, points, upright

register = template.Library()


@register.simple_tag
def effect_line(before, after, *, top=SCALE_TOP) -> SafeString:
    """
    Draw a worker's total now (a ring) and by a draft (a dot) against the draft's mark and limit.

    The figures stand beside it, so it is hidden from readers.

    :param before: a total with ``total``; ``after`` has ``mark`` and ``limit`` as well
    """
    was, now = across(before.total, top), across(after.total, top)
    return SafeString(
        '<svg class="pl-bar" height="22" aria-hidden="true"><line class="s-axis" x1="0" x2="100%" y1="11" y2="11"/>'
        f"{upright('s-mark', after.mark, top)}{upright('s-limit', after.limit, top)}"
        f'<line class="s-line" x1="{was}" x2="{now}" y1="11" y2="11"/>'
        f'<circle class="s-open" cx="{was}" cy="11" r="5"/><circle class="s-dot" cx="{now}" cy="11" r="6"/></svg>'
    )


@register.filter
def signed(change: Decimal) -> str:
    """Say a change with its sign: +2, −1, 0."""
    return f"+{points(change)}" if change > 0 else f"−{points(-change)}" if change < 0 else "0"
