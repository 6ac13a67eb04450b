"""When a group meets, and who is ticked beforehand. Nothing here reads the clock, the database or settings. Source: P02, P12."""

from collections.abc import Collection
from datetime import date, timedelta

from django.utils.translation import gettext as _

from peerload.core import dates

from ..enums import Weekday

WEEK = timedelta(weeks=1)
USUAL_MINUTES = 90  # of a session: 1.5 hours (P12)


def group_there(name: str) -> str:
    """Return the sentence that a group has such a name."""
    return _("There is a group called “%(name)s” already. Choose another name.") % {"name": name}


def last_usual_day(weekday: str, on: date) -> date:
    """Return the last day of that name up to and including a day."""
    return on - timedelta(days=(on.weekday() - Weekday.values.index(weekday)) % 7)


def is_another_day(weekday: str, day: date) -> bool:
    """Return whether a group does not usually meet on a day; one without a usual day meets on any."""
    return bool(weekday) and last_usual_day(weekday, day) != day


def day_to_log(weekday: str, on: date, *, since: date, last: date | None) -> date:
    """
    Return the day a session is most likely logged for: the usual day of the last week that has no session yet, else today.

    :param weekday: the usual day, "" if there is none
    :param since: the group's first day
    :param last: the day of the last session
    """
    return to_record(weekday, on, since=since, last=last) or on


def to_record(weekday: str, on: date, *, since: date, last: date | None) -> date | None:
    """
    Return the usual day of the last week, today among them, that has no session yet; ``None`` if there is none (R118).

    :param since: the first day from which a session could be recorded
    """
    if not weekday:
        return None
    usual = last_usual_day(weekday, on)
    return None if usual < since or (last and last >= usual) else usual


def next_on(weekday: str, on: date, *, since: date, ends_before: date | None, last: date | None) -> date | None:
    """Return the next usual day from a day on that has no session yet, ``None`` without a usual day or after the end."""
    if not weekday:
        return None
    earliest = max(on, since, last + dates.DAY if last else on)
    usual = last_usual_day(weekday, earliest - dates.DAY) + WEEK
    return usual if ends_before is None or usual < ends_before else None


def usual_days(weekday: str, first: date, last: date) -> list[date]:
    """Return the usual days from a day through another; none where a group has no usual day."""
    if not weekday:
        return []
    begins = last_usual_day(weekday, first - dates.DAY) + WEEK
    return [begins + WEEK * week for week in range((last - begins).days // 7 + 1)]


def same_as_last_time(members: Collection[int], came: Collection[int]) -> set[int]:
    """Return who is ticked beforehand: those who came last time and are still members, and no new members."""
    return set(members) & set(came)
