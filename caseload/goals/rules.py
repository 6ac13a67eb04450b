"""Which goals of a person stand, which are history, and in which order both are read. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import Generic, NamedTuple, TypeVar

G = TypeVar("G")


class GoalDays(NamedTuple):
    """Since when a person wants something, and the day it was reached or let go; None while they want it."""

    starts_on: date
    ended_on: date | None = None


class InOrder(NamedTuple, Generic[G]):
    """The goals that stand, and those that were reached or let go."""

    standing: list[G]
    ended: list[G]


def in_order(goals: Iterable[tuple[GoalDays, G]]) -> InOrder[G]:
    """
    Return the goals that stand, the oldest first, and those reached or let go, the latest first (R120).

    Every goal is in one of the two: what was reached or let go stays readable. Goals of one day keep the order they come in.
    """
    by_day = sorted(goals, key=lambda each: each[0].starts_on)
    ended = [(days.ended_on, goal) for days, goal in by_day if days.ended_on]
    ended.sort(key=lambda each: each[0], reverse=True)
    return InOrder([goal for days, goal in by_day if days.ended_on is None], [goal for __, goal in ended])
