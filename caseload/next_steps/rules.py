"""When a promise or an appointment is late, who is responsible for it, what is silent, and what is asked about. Pure."""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, TypeVar

from peerload.core import dates

from ..enums import ContactPreference, NextStepState, ResponsibleAs, Tier

M = TypeVar("M")


def state(due_on: date, on: date) -> NextStepState:
    """Return whether a next step lies ahead, is for today, or is late from the day after its day (R90)."""
    if due_on > on:
        return NextStepState.AHEAD
    return NextStepState.TODAY if due_on == on else NextStepState.LATE


def days_late(due_on: date, on: date) -> int:
    """Return how many days a next step is late; 0 where it is not."""
    return max((on - due_on).days, 0)


class PersonStanding(NamedTuple):
    """How a person stands on a day: their support, their wish, whether their support is closed, whether they wait."""

    tier: str | None
    contact_preference: str
    closed: bool
    waits: bool


def is_silent(person: PersonStanding) -> bool:
    """
    Return whether nobody is reminded of a person's next steps; their page shows them all the same (R91).

    They asked not to be contacted, moved on, or their support is closed. A person who came back and waits is not silent.
    """
    if person.contact_preference == ContactPreference.PLEASE_DONT:
        return True
    return not person.waits and (person.tier == Tier.INACTIVE or person.closed)


def responsible_for(worker: M | None, cover: M | None, owner: M | None) -> tuple[M, ResponsibleAs] | None:
    """
    Return who is responsible for a person's next steps on a day, and why; None where no one is (R92).

    :param worker: who supports the person that day, None where that worker is in no post any more
    :param cover: who covers for the worker that day
    :param owner: who is responsible while the person waits
    """
    if cover is not None:
        return cover, ResponsibleAs.COVER
    if worker is not None:
        return worker, ResponsibleAs.WORKER
    return (owner, ResponsibleAs.RESPONSIBLE) if owner is not None else None


def is_eve(due_on: date, on: date, region: str, closures: Collection[date]) -> bool:
    """Return whether a day is the working day before another, or one between the two (R93)."""
    return dates.working_day_on_or_before(due_on - dates.DAY, region, closures) <= on < due_on


# Two at once -----------------------------------------------------------------------------------------------------------


class Hours(NamedTuple):
    """An hour of a day that is taken."""

    starts_at: time
    minutes: int


def meet(one: Hours, other: Hours) -> bool:
    """Return whether two spans of one day have a minute in common; one that begins as the other ends has none (R94)."""
    first, second = _ends(one), _ends(other)
    return first[0] < second[1] and second[0] < first[1]


def at_once(wanted: Hours, taken: Iterable[tuple[Hours, M]]) -> list[M]:
    """Return what meets a span, in the order given."""
    return [what for span, what in taken if meet(wanted, span)]


def _ends(span: Hours) -> tuple[datetime, datetime]:
    begins = datetime.combine(date(2000, 1, 1), span.starts_at)
    return begins, begins + timedelta(minutes=span.minutes)


# Days offered ----------------------------------------------------------------------------------------------------------


def days_offered(due_on: date | None, on: date, is_working: Callable[[date], bool]) -> list[date]:
    """
    Return the days offered as buttons for a new promise, or to move a step to, in order.

    They are today for one that is late, the next working day after its day, and the working day a week after it or next
    to that; after today where its day has passed, or there is none yet.
    """
    late = due_on is not None and due_on < on
    begins = max(due_on or on, on)
    ahead = {_working_from(begins + dates.DAY, is_working), _working_from(begins + WEEK, is_working)}
    return sorted(ahead | ({on} if late else set()))


def _working_from(day: date, is_working: Callable[[date], bool]) -> date:
    while not is_working(day):
        day += dates.DAY
    return day


WEEK = timedelta(weeks=1)
