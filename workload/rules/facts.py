"""The facts that points follow from, and the part known on a day."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from peerload.core import dates

from ..enums import Element, Ending


class Line(NamedTuple):
    """
    A worker's points for one piece of work, from ``starts_on`` up to, not including, ``ends_before``.

    ``person`` and ``family`` name the subject of a case line (``family`` alone: the family's one case); ``source`` is
    the fact's primary key where the line comes from one row.
    """

    worker: int
    element: Element
    code: str
    points: Decimal
    starts_on: date
    ends_before: date | None
    person: int | None = None
    family: int | None = None
    source: int | None = None
    reason: str = ""
    ending: Ending = Ending.OPEN


class Holding(NamedTuple):
    """A person allocated to a worker. ``ends_before`` is the first day with another worker, or the day after closing."""

    worker: int
    starts_on: date
    ends_before: date | None = None
    close_decided_on: date | None = None
    closed_on: date | None = None
    student_held: bool = False


class Activity(NamedTuple):
    """A dated piece of work with a person; ``finished_on`` is the last day it is true, or the day completed."""

    code: str
    starts_on: date
    finished_on: date | None = None
    minutes_each_way: int | None = None
    first: bool | None = None
    source: int | None = None


class Person(NamedTuple):
    """A person's facts; tiers as (from, tier) in order, each until the next; holdings in order."""

    key: int
    tiers: Sequence[tuple[date, str]]
    holdings: Sequence[Holding]
    activities: Sequence[Activity] = ()


class PostPeriod(NamedTuple):
    """A period of a worker's post, as far as points ask: see `peerload.staff.rules.listings`."""

    starts_on: date
    ends_before: date | None
    fte: Decimal
    duty: bool


class Responsibility(NamedTuple):
    """An extra responsibility; ``until`` is its last day."""

    code: str
    starts_on: date
    until: date | None = None
    quantity: int = 1
    source: int | None = None


def _known(day: date | None, on: date) -> date | None:
    return day if day and day <= on else None


def person_as_known(person: Person, on: date) -> Person:
    """Return a person's facts without rows dated after the day and without later dates inside a row."""
    holdings = [
        h._replace(
            # a closing is known on its day, the day before the holding ends; any other end on the day it comes
            ends_before=_known(h.ends_before, on + dates.DAY if _known(h.closed_on, on) else on),
            close_decided_on=_known(h.close_decided_on, on),
            closed_on=_known(h.closed_on, on),
        )
        for h in person.holdings
        if h.starts_on <= on
    ]
    activities = [a._replace(finished_on=_known(a.finished_on, on)) for a in person.activities if a.starts_on <= on]
    return Person(person.key, [row for row in person.tiers if row[0] <= on], holdings, activities)


def duties_as_known(duties: Sequence[PostPeriod], on: date) -> list[PostPeriod]:
    """Return a worker's posts as known on a day: an end counts from its last day on, a next post from its first."""
    starts = {duty.starts_on for duty in duties}
    return [
        duty._replace(ends_before=_known(duty.ends_before, on if duty.ends_before in starts else on + dates.DAY))
        for duty in duties
        if duty.starts_on <= on
    ]


def responsibilities_as_known(held: Iterable[Responsibility], on: date) -> list[Responsibility]:
    """Return a worker's responsibilities as known on a day."""
    return [r._replace(until=_known(r.until, on)) for r in held if r.starts_on <= on]
