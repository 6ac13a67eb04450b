"""
Leave that is asked for: which days can be, what falls into them, and who answers (A06).

Nothing here reads the clock, the database or settings.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from peerload.core.dates import DAY
from peerload.core.formats import format_short_day

LONGEST = timedelta(days=366)
LOOKED_AHEAD = 60  # days after the last one, within which the day back at work is looked for


# Days ------------------------------------------------------------------------------------------------------------------


class LeaveSpan(NamedTuple):
    """Days that a worker has leave, is away, or has asked for; without an end they last."""

    starts_on: date
    ends_before: date | None

    def has_a_day_of(self, first: date, last: date) -> bool:
        """Return whether it has a day from one through another."""
        return self.starts_on <= last and (self.ends_before is None or self.ends_before > first)

    @property
    def last_day(self) -> date | None:
        return self.ends_before - DAY if self.ends_before else None


def refuse_days(first: date, last: date, today: date, *, begun_on: date | None = None) -> tuple[str, str] | None:
    """
    Return why leave cannot have these days: the field of the form, and a sentence; None if it can.

    :param begun_on: the first day of a leave that has begun and changes: that day may stay
    """
    if first < today and first != begun_on:
        return "starts_on", _("The first day has passed. Choose today or a later day.")
    if last < first:
        return "last_day", _("The last day is before the first day. Choose a later last day.")
    if last < today:
        return "last_day", _("The last day has passed. Choose today or a later day.")
    if last - first >= LONGEST:
        return "last_day", _("This is more than a year. Talk with your team manager about it.")
    return None


def refuse_overlap(first: date, last: date, away: Iterable[LeaveSpan], asked: Iterable[LeaveSpan], today: date) -> str:
    """
    Return why leave cannot have these days beside what the worker has already; "" if it can.

    :param away: the worker's absences, besides the one that is to change
    :param asked: the worker's other requests without an answer
    """
    for span in away:
        if span.has_a_day_of(first, last):
            if span.last_day is None:
                return _("You are away from %(first)s already, without a return date. Choose other days.") % {
                    "first": format_short_day(span.starts_on, today)
                }
            return _("You are away from %(first)s to %(last)s already. Choose other days.") % _said(span, today)
    for span in asked:
        if span.has_a_day_of(first, last):
            words = _("You have asked for leave from %(first)s to %(last)s already. Change or withdraw that request.")
            return words % _said(span, today)
    return ""


def _said(span: LeaveSpan, today: date) -> dict[str, str]:
    return {"first": format_short_day(span.starts_on, today), "last": format_short_day(span.last_day, today)}


def work_days(first: date, last: date, works: Callable[[date], bool]) -> int:
    """
    Return how many days of work there are from one day through another.

    :param works: whether the worker works on a day
    """
    return sum(works(first + n * DAY) for n in range((last - first).days + 1))


def back_on(last: date, works: Callable[[date], bool]) -> date:
    """Return the first day at work after a last day of leave; the day after it where none is found soon."""
    later = (last + n * DAY for n in range(1, LOOKED_AHEAD + 1))
    return next((day for day in later if works(day)), last + DAY)


def say_days(first: date, last: date, today: date) -> str:
    """Write the days of a leave out: one day, or from one to another."""
    if first == last:
        return format_short_day(first, today)
    return _("%(first)s to %(last)s") % {"first": format_short_day(first, today), "last": format_short_day(last, today)}


# What falls into them --------------------------------------------------------------------------------------------------


def quiet_on(since: date, after: int | None, first: date, last: date) -> date | None:
    """
    Return the day of a leave from which a person will have been without contact for long; None if it does not come.

    :param since: the day of the last contact that reached them, or since when they are with the worker
    :param after: from how many days on the service counts them as quiet for long
    """
    if after is None:
        return None
    day = since + timedelta(days=after)
    return max(day, first) if day <= last else None


# Who answers -----------------------------------------------------------------------------------------------------------


def answering(
    worker: int,
    manages: bool,
    leads: Sequence[int],
    service_managers: Sequence[int],
    managers: Sequence[int] = (),
    *,
    here: Collection[int],
) -> list[int]:
    """
    Return who answers a worker's request for leave: who leads the team that day, never the worker (R173).

    The leave of the team's own manager, and of a worker whose team no one else leads, goes to the service manager; where
    there is none, it stays with the others who lead the team. While all of these are away, the first of these groups with
    a member at work answers as well: service managers, managers of other teams, the others who lead the team.

    :param manages: whether the worker is the manager of the team
    :param leads: who leads the worker's team on the day
    :param managers: of other teams
    :param here: those of all these who are at work on the day
    """
    leading, above, others = ([key for key in keys if key != worker] for keys in (leads, service_managers, managers))
    asked = leading if leading and not manages else above or leading
    if any(key in here for key in asked):
        return asked
    instead = ([key for key in keys if key in here] for keys in (above, others, leading))
    return list(dict.fromkeys([*asked, *next((found for found in instead if found), [])]))
