"""The month: when its report is due, and on which days points change in it."""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from peerload.core import dates

from .facts import Line
from .scheme import Working


class Peak(NamedTuple):
    """The highest total of a month and the first day at it (R38)."""

    total: Decimal
    on: date


def report_due_on(month: date) -> date:
    """Return the 15th of the following month (W20, D01)."""
    return dates.month_end(month) + timedelta(days=15)


def report_aim_on(month: date, working: Working) -> date:
    """Return the working day on or before the 15th (R39, D02)."""
    return dates.working_day_on_or_before(report_due_on(month), working.region, working.closures)


def prompt_days(month: date, working: Working) -> tuple[date, date, date]:
    """
    Return on which days a month's records and report are prompted for (W20, R39): the 1st, the 8th, and before the 15th.

    The last is the second working day counted back from the 15th, which is never counted itself: from Sunday 15 November
    2026 that is Thursday the 12th, with Friday the 13th, the day to aim for, still ahead; from Tuesday 15 December, Friday
    the 11th. Of a service that is shut for long it may lie before the 8th, even before the 1st.
    """
    first = dates.month_end(month) + dates.DAY
    third = dates.working_days_before(report_due_on(month), 2, working.region, working.closures)
    return first, first.replace(day=8), third


def last_prompt_on(month: date, on: date, working: Working) -> date | None:
    """Return the last of a month's prompts reached by a day, None before the first; earlier ones are not sent late."""
    first, *later = prompt_days(month, working)
    return max((day for day in (first, *later) if first <= day <= on), default=None)


def days_of_change(lines: Collection[Line], first: date, last: date) -> list[date]:
    """Return the days of a month on which a total can change, the first among them."""
    edges = {first}
    for line in lines:
        edges |= {line.starts_on, line.ends_before or first}
    return sorted(day for day in edges if first <= day <= last)


def latest_due_told(on: date, days: int) -> date:
    """
    Return the latest due day of the open actions that the service manager is told of on a day (R142).

    :param days: how many days an action has to be overdue, a setting of the service
    """
    return on - timedelta(days=days)


def in_place_of_asked(
    acting: Collection[int],
    managers: Collection[int],
    service_managers: Collection[int],
    *,
    barred: Collection[int | None],
    is_between_figures: bool,
) -> set[int]:
    """
    Return who may decide a record while the manager who was asked is away (R144): the first group with one who may.

    A service manager decides only between two figures; to agree in place of the manager, a member reads the record.

    :param acting: who leads the teams of the asked manager meanwhile
    :param managers: managers, and others who lead a team; of all groups only those at work
    :param barred: the worker, who leads the record's team, and who disagreed
    """
    above = service_managers if is_between_figures else ()
    for group in (set(acting) & set(managers), managers, above):
        if able := set(group) - set(barred):
            return able
    return set()
