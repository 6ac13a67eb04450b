"""
Entries of a calendar as an iCalendar file (RFC 5545).

An entry has a time and one of a few words of ours. It has no name, no place and no text that somebody typed: a calendar
may be shared, and a phone may be lost.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone

from peerload.core import dates
from peerload.staff.enums import CalendarAlarm

BEFORE = {CalendarAlarm.HOUR: timedelta(hours=-1), CalendarAlarm.DAY: timedelta(days=-1)}
READ_AGAIN = timedelta(hours=1)  # what calendars that listen are asked to wait


class CalendarEntry(NamedTuple):
    """An entry: of an hour where ``at`` is set, else of whole days. ``moved`` counts how often its time was changed."""

    uid: UUID
    summary: str
    starts_on: date
    ends_before: date | None = None  # of whole days; None: one day
    at: time | None = None
    minutes: int = 0
    moved: int = 0
    busy: bool = True


def write_calendar(
    entries: Iterable[CalendarEntry], *, zone: str, name: str, now: datetime, alarm: str = CalendarAlarm.NONE
) -> bytes:
    """Return the file. Its zone is described in it, so that a calendar without that zone shows the same hour."""
    calendar = Calendar()
    for key, value in (
        ("prodid", "-//calendar//EN"),
        ("version", "2.0"),
        ("method", "PUBLISH"),
        ("x-wr-calname", name),
    ):
        calendar.add(key, value)
    calendar.add("x-wr-timezone", zone)
    calendar.add("refresh-interval", READ_AGAIN, parameters={"VALUE": "DURATION"})
    events = [_event(entry, ZoneInfo(zone), now, alarm) for entry in entries]
    starts = [event.decoded("dtstart") for event in events]
    if days := [start for start in starts if isinstance(start, datetime)]:
        calendar.add_component(_described(zone, min(days).year, max(days).year))
    for event in events:
        calendar.add_component(event)
    return calendar.to_ical()


@lru_cache(maxsize=64)
def _described(zone: str, first_year: int, last_year: int) -> Timezone:
    return Timezone.from_tzid(zone, first_date=date(first_year, 1, 1), last_date=date(last_year + 1, 1, 1))


def _event(entry: CalendarEntry, zone: ZoneInfo, now: datetime, alarm: str) -> Event:
    event = Event()
    event.add("uid", str(entry.uid))
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("summary", entry.summary)
    event.add("sequence", entry.moved)
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE" if entry.busy else "TRANSPARENT")
    if entry.at is None:
        event.add("dtstart", entry.starts_on)
        event.add("dtend", entry.ends_before or entry.starts_on + dates.DAY)
        return event
    starts, ends = when(entry.starts_on, entry.at, entry.minutes, zone)
    event.add("dtstart", starts)
    event.add("dtend", ends)
    if alarm in BEFORE:
        reminder = Alarm()
        reminder.add("action", "DISPLAY")
        reminder.add("description", entry.summary)
        reminder.add("trigger", BEFORE[CalendarAlarm(alarm)])
        event.add_component(reminder)
    return event


def when(on: date, at: time, minutes: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """
    Return when something begins and ends, as a calendar writes it.

    An hour that a clock change leaves out is the hour after it. An hour that comes twice is its first; an end in the
    second is written in UTC, since a local time cannot say which of the two it is.
    """
    begins = datetime.combine(on, at, zone).astimezone(UTC)
    ends = begins + timedelta(minutes=minutes)
    local = ends.astimezone(zone)
    return begins.astimezone(zone), ends if local.fold else local
