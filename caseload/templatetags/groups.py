"""Words around groups."""

from datetime import date

from django import template

from peerload.core import dates

register = template.Library()


@register.filter
def last_day(period) -> date | None:
    """Return the last day of something with an end, ``None`` while it has none."""
    return dates.last_day(period.ends_before)


@register.filter
def meets(group) -> str:
    """Say when a group usually meets: Wednesdays at 14:00; "" where nothing is agreed."""
    day = f"{group.get_weekday_display()}s" if group.weekday else ""
    at = f"at {group.starts_at:%H:%M}" if group.starts_at else ""
    return " ".join(filter(None, (day, at)))
