"""Notices about one meeting of a group that another member moved or called off, to those who facilitate the group."""

from django.utils.translation import gettext as _

from peerload.core import clock
from peerload.core.formats import format_weekday
from peerload.notices.kinds import FirstPageLine, Reader, keys_of
from peerload.notices.models import Notice

from ..models import Group, GroupFacilitator, GroupMeeting


def still_moved(notices: list[Notice]) -> set[int]:
    """Return the notices about meetings that stand on the day ahead they were moved to."""
    return _still(notices, called_off=False)


def still_called_off(notices: list[Notice]) -> set[int]:
    """Return the notices about meetings ahead that are called off."""
    return _still(notices, called_off=True)


def _still(notices: list[Notice], *, called_off: bool) -> set[int]:
    today = clock.today(notices[0].organisation)
    rows = GroupMeeting.objects.filter(pk__in=keys_of(notices), on__gte=today, called_off_on__isnull=not called_off)
    found = {row.pk: row for row in rows}
    group_ids = {row.group_id for row in rows}
    facilitating = GroupFacilitator.objects.on(today).filter(group__in=group_ids)
    pairs = set(facilitating.values_list("worker_id", "group_id"))
    latest = {(notice.recipient_id, notice.key): notice.pk for notice in sorted(notices, key=lambda each: each.pk)}
    return {
        notice.pk
        for notice in notices
        if (row := found.get(notice.key))
        and notice.pk == latest[notice.recipient_id, notice.key]  # changed twice, it is one meeting
        and row.on == notice.anchor_on
        and (notice.recipient_id, row.group_id) in pairs
    }


def meetings(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about meetings of groups the reader facilitates: what became of each, and who said so."""
    seen = Group.objects.visible_to(reader.member, reader.on)
    rows = GroupMeeting.objects.filter(pk__in=keys_of(notices), group__in=seen)
    rows = rows.select_related("group", "by", "called_off_by").order_by("on", "pk")
    return [FirstPageLine(row.group.name, row.group.get_absolute_url(), _said(row), _icon(row)) for row in rows]


def _icon(row: GroupMeeting) -> str:
    return "calendar-x" if row.called_off_on else "arrow-left-right"


def _said(row: GroupMeeting) -> str:
    words = {"day": format_weekday(row.on), "time": f"{row.starts_at:%H:%M}" if row.starts_at else ""}
    member = row.called_off_by if row.called_off_on else row.by
    words["name"] = member.name if member else ""
    if row.called_off_on:
        return (_("%(name)s called off the meeting on %(day)s") if member else _("No meeting on %(day)s")) % words
    if not member:
        return (_("Meets on %(day)s at %(time)s") if row.starts_at else _("Meets on %(day)s")) % words
    if row.usual_on == row.on:
        return _("%(name)s changed the meeting on %(day)s") % words
    if row.starts_at:
        return _("%(name)s moved the meeting to %(day)s at %(time)s") % words
    return _("%(name)s moved the meeting to %(day)s") % words
