"""Words around groups."""

from datetime import date

from django import template
from django.utils.translation import gettext as _

from peerload.core import dates
from peerload.core.formats import format_short_day

from ..groups.rules import Meeting
from ..models import Group, GroupFacilitator, GroupMember

register = template.Library()


@register.filter
def last_day(period: Group | GroupMember | GroupFacilitator) -> date | None:
    """Return the last day of something with an end, ``None`` while it has none."""
    return dates.last_day(period.ends_before)


@register.filter
def meets(group: Group) -> str:
    """Say when a group usually meets: Wednesdays at 14:00; "" where nothing is agreed."""
    words = {"weekday": group.get_weekday_display(), "time": f"{group.starts_at:%H:%M}" if group.starts_at else ""}
    if group.weekday and group.starts_at:
        return _("%(weekday)ss at %(time)s") % words
    if group.weekday:
        return _("%(weekday)ss") % words
    return _("at %(time)s") % words if group.starts_at else ""


@register.filter
def meeting_on(meeting: Meeting | None, on: date) -> str:
    """Say when a meeting is: 18 November at 14:00; "" where there is none."""
    if meeting is None:
        return ""
    day = format_short_day(meeting.on, on)
    return _("%(day)s at %(time)s") % {"day": day, "time": f"{meeting.starts_at:%H:%M}"} if meeting.starts_at else day
