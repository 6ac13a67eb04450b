"""When a group meets, and who is ticked beforehand. Nothing here reads the clock, the database or settings. Source: P02, P12."""

from collections.abc import Collection
from datetime import date, time, timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from peerload.core import dates

from ..enums import Weekday

WEEK = timedelta(weeks=1)
USUAL_MINUTES = 90  # of a session: 1.5 hours (P12)


def group_there(name: str) -> str:
    """Return the sentence that a group has such a name."""
    return _("There is a group called “%(name)s” already. Choose another name.") % {"name": name}


# Meetings -------------------------------------------------------------------------------------------------------------


class Usual(NamedTuple):
    """When and where a group usually meets, from its first day until the day before its end."""

    weekday: str  # "" without a usual day
    starts_on: date
    ends_before: date | None = None
    starts_at: time | None = None
    minutes: int = USUAL_MINUTES
    place: str = ""


class Meeting(NamedTuple):
    """
    A meeting of a group: as usual, or as its row says.

    :param usual_on: the usual day it stands for; None for an extra meeting
    :param uid: of its row; None while it has none
    :param as_usual: whether changes were taken back, so that it meets as usual whatever else its row says
    :param version: of its row; 0 while it has none
    """

    on: date
    usual_on: date | None
    starts_at: time | None = None
    minutes: int = USUAL_MINUTES
    place: str = ""
    called_off: bool = False
    uid: UUID | None = None
    version: int = 0
    as_usual: bool = False

    @property
    def key(self) -> str:
        """Name the meeting in addresses; moving it changes nothing about that."""
        return self.usual_on.isoformat() if self.usual_on else str(self.uid)

    @property
    def differs(self) -> bool:
        """Whether anything is other than usual."""
        return self.version > 0 and not self.as_usual

    @property
    def is_moved(self) -> bool:
        """Whether it is on another day than its usual one."""
        return self.usual_on is not None and self.on != self.usual_on


def as_usual(usual: Usual, day: date, row: Meeting | None = None) -> Meeting:
    """
    Return the meeting of a usual day of which nothing else holds.

    :param row: its row, where changes were taken back
    """
    found = Meeting(day, day, usual.starts_at, usual.minutes, usual.place)
    return found._replace(uid=row.uid, version=row.version, as_usual=True) if row else found


def meetings(usual: Usual, changes: Collection[Meeting], first: date, last: date) -> list[Meeting]:
    """
    Return the meetings of a group from a day through another, in order, those called off among them (R131).

    A usual day has its meeting unless that was moved or called off, or another meeting has taken the day: one that was called off
    there, too, unless the usual meeting was planned beside it. No meeting lies before the group's first day or after its last.

    :param changes: the meetings with a row
    """
    begins = max(first, usual.starts_on)
    ends = min(last, usual.ends_before - dates.DAY) if usual.ends_before else last
    taken_back = {each.usual_on: each for each in changes if each.as_usual}
    changed = [each for each in changes if not each.as_usual]
    said = {each.usual_on for each in changed}
    said |= {each.on for each in changed if not each.called_off or each.on not in taken_back}
    days = usual_days(usual.weekday, begins, ends)
    found = [as_usual(usual, day, taken_back.get(day)) for day in days if day not in said]
    found += [each for each in changed if begins <= each.on <= ends]
    return sorted(found, key=lambda each: (each.on, each.starts_at or time.min, each.key))


def standing(usual: Usual, changes: Collection[Meeting], first: date, last: date) -> list[Meeting]:
    """Return the meetings from a day through another that are not called off (R131)."""
    return [each for each in meetings(usual, changes, first, last) if not each.called_off]


def ahead(usual: Usual, changes: Collection[Meeting], on: date, *, last: date | None, most: int) -> list[Meeting]:
    """
    Return the next meetings that have no session yet, those called off among them.

    :param last: the day of the last session
    """
    begins = max(on, usual.starts_on, last + dates.DAY if last else on)
    # Each row takes at most one usual day away, so that many weeks more are enough.
    ends = begins + WEEK * (most + len(changes)) if usual.weekday else date.max
    return meetings(usual, changes, begins, ends)[:most]


def next_meeting(usual: Usual, changes: Collection[Meeting], on: date, *, last: date | None) -> Meeting | None:
    """Return the next meeting from a day on that has no session yet; None if none is planned, or the group has ended."""
    found = ahead(usual, changes, on, last=last, most=len(changes) + 1)
    return next((each for each in found if not each.called_off), None)


def to_record(usual: Usual, changes: Collection[Meeting], on: date, *, since: date, last: date | None) -> list[Meeting]:
    """
    Return the meetings of the last seven days, today among them, that have no session yet (R118).

    :param since: the first day from which a session could be recorded
    :param last: the day of the last session
    """
    begins = max(since, on - WEEK + dates.DAY, last + dates.DAY if last else since)
    return standing(usual, changes, begins, on)


def day_to_log(usual: Usual, changes: Collection[Meeting], on: date, *, last: date | None) -> date:
    """Return the day a session is most likely logged for: the first meeting that is to be recorded, else today."""
    found = to_record(usual, changes, on, since=usual.starts_on, last=last)
    return found[0].on if found else on


def is_another_day(usual: Usual, changes: Collection[Meeting], day: date) -> bool:
    """Return whether a group has no meeting on a day; one without a usual day meets on any."""
    return bool(usual.weekday) and not standing(usual, changes, day, day)


def is_usual_day(usual: Usual, day: date) -> bool:
    """Return whether a day is one on which a group usually meets, while it lasts."""
    return dates.contains(usual.starts_on, usual.ends_before, day) and bool(usual_days(usual.weekday, day, day))


def usual_days(weekday: str, first: date, last: date) -> list[date]:
    """Return the usual days from a day through another; none where a group has no usual day."""
    if not weekday:
        return []
    until = (Weekday.values.index(weekday) - first.weekday()) % 7  # a number: in the last week of all days it is no day
    return [first + timedelta(days=days) for days in range(until, (last - first).days + 1, WEEK.days)]


# A session ------------------------------------------------------------------------------------------------------------


def same_as_last_time(members: Collection[int], came: Collection[int]) -> set[int]:
    """Return who is ticked beforehand: those who came last time and are still members, and no new members."""
    return set(members) & set(came)
