"""Minutes, and days close by, in templates."""

from datetime import date

from django import template

from peerload.core.dates import DAY
from peerload.ui.templatetags.ui import weekday

from ..time import rules

register = template.Library()
register.filter("spell", rules.spell)


@register.filter
def near_day(value: date, on: date) -> str:
    """Write a day as people say it close by: today, yesterday, Tuesday 10 November."""
    return {on: "today", on - DAY: "yesterday"}.get(value) or weekday(value)
