"""
One meeting of a group is moved, called off or added, and taken back.

The group is locked first, so that two taps are one and two members change one meeting after the other.
"""

from datetime import date, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from peerload.core.formats import format_day
from peerload.notices import actions as notices
from peerload.staff.models import Member

from ...actions.locking import Refused, history
from ...enums import News
from ...models import Group, GroupMeeting, GroupSession
from .. import queries, rules
from .groups import lock_group, must_be_open

TOLD = timedelta(days=7)  # how soon a meeting is of whose change the facilitators are told
OF_MEETING = "group_meeting"  # what a notice about one is about
SET = ("on", "starts_at", "minutes", "place")


class MeetingDayPassed(Refused):
    """A meeting is planned for today or later, and one that has passed is not changed."""

    field = "on"


class MeetsThatDay(Refused):
    """A group meets once a day."""

    field = "on"


class MeetingRecorded(Refused):
    """Its session is recorded already."""

    field = "on"


class MeetingStandsStill(Refused):
    """It is planned just so already."""

    field = "on"


class MeetingIsCalledOff(Refused):
    """One that is called off has no other day."""


class MeetingChangedMeanwhile(Refused):
    """Another member has changed it since the page was opened."""


@transaction.atomic
def add_meeting(
    *, group_id: int, by: Member, today: date, on: date, starts_at: time | None, minutes: int, place: str = ""
) -> GroupMeeting:
    """
    Plan an extra meeting of a group.

    :raises MeetingDayPassed: if the day has passed
    :raises GroupNotThen: if the group has not begun that day, or is closed
    :raises MeetingRecorded: if a session of that day is recorded
    :raises MeetsThatDay: if the group meets that day already
    """
    group = lock_group(group_id)
    _must_be_able(group, on, today)
    row = GroupMeeting(organisation_id=group.organisation_id, group=group, by=by)
    return _save(row, by, on=on, starts_at=starts_at, minutes=minutes, place=place.strip())


@transaction.atomic
def change_meeting(
    *,
    group_id: int,
    key: str,
    by: Member,
    today: date,
    version: int,
    on: date,
    starts_at: time | None,
    minutes: int,
    place: str = "",
) -> rules.Meeting:
    """
    Give one meeting another day, hour, length or place; the usual ones stay as they are.

    :param key: which meeting: see `caseload.groups.queries.find_meeting`
    :param version: of the meeting as the page showed it
    :raises MeetingChangedMeanwhile: if another member has changed it
    :raises MeetingIsCalledOff: if it is called off
    :raises MeetingStandsStill: if nothing is different
    :raises MeetingDayPassed: if the old or the new day has passed
    :raises GroupNotThen: if the group has not begun on the new day, or is closed
    :raises MeetingRecorded: if a session of the old or the new day is recorded
    :raises MeetsThatDay: if the group has another meeting on the new day
    """
    group, now = _found(group_id, key)
    new = now._replace(on=on, starts_at=starts_at, minutes=minutes, place=place.strip())
    if _is_sent_again(now, new, version):
        return now
    _must_be_as_shown(now, version)
    _must_not_be_called_off(now)
    _must_not_be_over(group, now, today)
    _must_be_able(group, on, today, besides=now)
    if _is_usual(group, new):
        return _as_usual_again(group, now, by, today)
    row = _row(group, now, by)
    row.by = by
    _save(row, by, **{name: getattr(new, name) for name in SET})
    _tell(group, row, News.MEETING_MOVED, by, today, now.on)
    return queries.meeting_of(row)


@transaction.atomic
def call_off(*, group_id: int, key: str, by: Member, today: date, version: int) -> rules.Meeting:
    """
    Call one meeting off; the same again changes nothing.

    :raises MeetingChangedMeanwhile: if another member has changed it
    :raises MeetingDayPassed: if its day has passed
    :raises MeetingRecorded: if its session is recorded
    """
    group, now = _found(group_id, key)
    if now.called_off:
        return now
    _must_be_as_shown(now, version)
    _must_not_be_over(group, now, today)
    row = _row(group, now, by)
    row.called_off_on, row.called_off_by = today, by
    _save(row, by)
    _tell(group, row, News.MEETING_CALLED_OFF, by, today, now.on)
    return queries.meeting_of(row)


@transaction.atomic
def take_back(*, group_id: int, key: str, by: Member, today: date, version: int) -> rules.Meeting:
    """
    Undo what was said of one meeting: one called off stands again as it was, one that was changed is as usual again.

    The same again changes nothing.

    :raises MeetingChangedMeanwhile: if another member has changed it
    :raises MeetingDayPassed: if its day, or the usual day it would have again, has passed
    :raises GroupNotThen: if the group is closed on that day
    :raises MeetingRecorded: if a session of its day, or of that day, is recorded
    :raises MeetsThatDay: if the group has another meeting on that day
    """
    group, now = _found(group_id, key)
    if not now.called_off and (now.usual_on is None or not now.differs):
        return now
    _must_be_as_shown(now, version)
    _must_not_be_over(group, now, today)
    if now.usual_on and (not now.called_off or _is_usual(group, now)):
        _must_be_able(group, now.usual_on, today, besides=now)
        return _as_usual_again(group, now, by, today)
    _must_be_able(group, now.on, today, besides=now)
    row = _row(group, now, by)
    row.by = by
    _save(row, by)
    _tell(group, row, News.MEETING_TAKEN_BACK, by, today, now.on)
    return queries.meeting_of(row)


# What all of them ask -------------------------------------------------------------------------------------------------


def _found(group_id: int, key: str) -> tuple[Group, rules.Meeting]:
    group = lock_group(group_id)
    found = queries.find_meeting(group, key)
    if found is None:
        raise MeetingChangedMeanwhile(
            _("%(group)s has no such meeting any more. Open the group’s page again.") % {"group": group.name}
        )
    return group, found


def _must_be_as_shown(now: rules.Meeting, version: int) -> None:
    if now.version != version:
        raise MeetingChangedMeanwhile(
            _("Another member has changed this meeting meanwhile. It is on %(day)s now. Look at it, and save again.")
            % {"day": format_day(now.on)}
            if not now.called_off
            else _("Another member has called off the meeting on %(day)s meanwhile.") % {"day": format_day(now.on)}
        )


def _is_sent_again(now: rules.Meeting, new: rules.Meeting, version: int) -> bool:
    """Return whether a change is made already, by the same form; refuse one that changes nothing."""
    if new != now or now.called_off:
        return False
    if now.version == version:
        raise MeetingStandsStill(_("It is planned just so already. Change the day, the time or the place."))
    return True


def _must_not_be_called_off(now: rules.Meeting) -> None:
    if now.called_off:
        raise MeetingIsCalledOff(
            _("The meeting on %(day)s is called off. Take that back first.") % {"day": format_day(now.on)}
        )


def _must_not_be_over(group: Group, now: rules.Meeting, today: date) -> None:
    if now.on < today:
        raise MeetingDayPassed(
            _("%(day)s has passed, so that meeting cannot be changed any more.") % {"day": format_day(now.on)}
        )
    _must_not_be_recorded(group, now.on)


def _must_be_able(group: Group, on: date, today: date, *, besides: rules.Meeting | None = None) -> None:
    """Check that a group can meet on a day."""
    if on < today:
        raise MeetingDayPassed(_("%(day)s has passed. Choose today or a later day.") % {"day": format_day(on)})
    must_be_open(group, on)
    _must_not_be_recorded(group, on)
    changes = [each for each in queries.changes_of(group, on) if besides is None or each.key != besides.key]
    if besides:  # its days are free for it, and no usual meeting takes its place there
        changes.append(besides._replace(called_off=True, as_usual=False))
    if rules.standing(queries.usual_of(group), changes, on, on):
        raise MeetsThatDay(
            _("%(group)s meets on %(day)s already. Choose another day.") % {"group": group.name, "day": format_day(on)}
        )


def _must_not_be_recorded(group: Group, on: date) -> None:
    if GroupSession.objects.standing().filter(group=group, on=on).exists():
        raise MeetingRecorded(_("The session of %(day)s is recorded already.") % {"day": format_day(on)})


def _is_usual(group: Group, meeting: rules.Meeting) -> bool:
    """Return whether a meeting is just as usual, whatever its row says besides."""
    if meeting.usual_on is None:
        return False
    usual = rules.as_usual(queries.usual_of(group), meeting.usual_on)
    return all(getattr(usual, name) == getattr(meeting, name) for name in SET)


def _row(group: Group, now: rules.Meeting, by: Member) -> GroupMeeting:
    """Return the row of a meeting that stands as it is now, a new one where it has none yet."""
    row = GroupMeeting.objects.get(uid=now.uid) if now.uid else GroupMeeting(group=group, by=by)
    row.organisation_id = group.organisation_id
    for name in ("usual_on", *SET):
        setattr(row, name, getattr(now, name))
    row.called_off_on = row.called_off_by = None
    row.as_usual = False
    return row


def _as_usual_again(group: Group, now: rules.Meeting, by: Member, today: date) -> rules.Meeting:
    """Let a meeting be as usual; its row stays, so that its version goes on in pages and calendars."""
    assert now.usual_on is not None  # an extra meeting is never as usual
    row = _row(group, now, by)
    row.by = by
    usual = rules.as_usual(queries.usual_of(group), now.usual_on)
    _save(row, by, as_usual=True, **{name: getattr(usual, name) for name in SET})
    _tell(group, row, News.MEETING_TAKEN_BACK, by, today, now.on)
    return rules.as_usual(queries.usual_of(group), now.usual_on, queries.meeting_of(row))


def _save(row: GroupMeeting, by: Member, **words: Any) -> GroupMeeting:
    for name, value in words.items():
        setattr(row, name, value)
    row.version += 1 if row.pk else 0
    with history(by, "meeting"):
        row.save()
    return row


def _tell(group: Group, row: GroupMeeting, kind: News, by: Member, today: date, was_on: date) -> None:
    """Notify the other facilitators of each change, another hour too, where the meeting was or is within a week."""
    if min(row.on, was_on) > today + TOLD:
        return
    facilitators = Member.objects.filter(pk__in=group.facilitators.on(row.on).values("worker")).exclude(pk=by.pk)
    subject = f"{OF_MEETING}:{row.pk}:{row.version}"
    notices.notify(recipients=facilitators, kind=kind, subject=subject, anchor_on=row.on)
