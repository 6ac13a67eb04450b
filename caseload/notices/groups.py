"""Notices about one meeting of a group that another member moved, called off or took back, to those who facilitate the group."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from peerload.core import clock
from peerload.core.formats import format_weekday
from peerload.notices.kinds import FirstPageLine, Reader, keys_of
from peerload.notices.models import Notice

from ..models import Group, GroupFacilitator, GroupMeeting


def still_moved(notices: list[Notice]) -> set[int]:
    """Return the notices about meetings that stand on the day ahead they were moved to."""
    return _still(notices, Q(called_off_on=None, as_usual=False))


def still_called_off(notices: list[Notice]) -> set[int]:
    """Return the notices about meetings ahead that are called off."""
    return _still(notices, Q(called_off_on__isnull=False))


def still_taken_back(notices: list[Notice]) -> set[int]:
    """Return the notices about meetings ahead of which a change was taken back."""
    return _still(notices, Q(called_off_on=None))


def _still(notices: list[Notice], stands: Q) -> set[int]:
    """Return the notices about what holds of a meeting now: changed again, it is another version, told of by itself."""
    today = clock.today(notices[0].organisation)
    rows = GroupMeeting.objects.filter(stands, pk__in=keys_of(notices), on__gte=today)
    found = {row.pk: row for row in rows}
    group_ids = {row.group_id for row in rows}
    facilitating = GroupFacilitator.objects.on(today).filter(group__in=group_ids)
    pairs = set(facilitating.values_list("worker_id", "group_id"))
    return {
        notice.pk
        for notice in notices
        if (row := found.get(notice.key))
        and notice.subject.endswith(f":{row.version}")
        and row.on == notice.anchor_on
        and (notice.recipient_id, row.group_id) in pairs
    }


def meetings(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about meetings of groups the reader facilitates: what became of each, and who said so."""
    rows = _rows(notices, reader)
    return [FirstPageLine(row.group.name, row.group.get_absolute_url(), _said(row), _icon(row)) for row in rows]


def taken_back(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about meetings of which a change was taken back: when each is now, and who said so."""
    rows = _rows(notices, reader)
    return [
        FirstPageLine(row.group.name, row.group.get_absolute_url(), _said_of_taking_back(row), "arrow-counterclockwise")
        for row in rows
    ]


def _rows(notices: list[Notice], reader: Reader) -> QuerySet[GroupMeeting]:
    seen = Group.objects.visible_to(reader.member, reader.on)
    rows = GroupMeeting.objects.filter(pk__in=keys_of(notices), group__in=seen)
    return rows.select_related("group", "by", "called_off_by").order_by("on", "pk")


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


def _said_of_taking_back(row: GroupMeeting) -> str:
    words = {"name": row.by.name if row.by else "", "day": format_weekday(row.on)}
    if row.as_usual:
        said = _("%(name)s took a change back: the meeting on %(day)s is as usual")
        return (said if row.by else _("The meeting on %(day)s is as usual")) % words
    said = _("%(name)s took it back: the meeting on %(day)s takes place")
    return (said if row.by else _("The meeting on %(day)s takes place")) % words
