"""The weeks ahead: what is known to end, to begin or to change."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from peerload.core import dates

from ..enums import Element
from .facts import Line
from .lines import standing
from .scheme import NOTHING, Scheme, scheme_on
from .totals import Total, total


class AwayPeriod(NamedTuple):
    """An absence, and the first day at work again or the one it is expected to be, if any is known."""

    starts_on: date
    back_on: date | None


class PostEnds(NamedTuple):
    """
    The first day without a post, with how many people are still the worker's that day.

    ``last_day`` is that of the worker's notice; None where the post ends without one.
    """

    on: date
    people: int
    last_day: date | None = None


class Ahead(NamedTuple):
    """
    The known facts about a worker for the days ahead.

    :param posts: the FTE from each of these days on, in order, 0 while the worker is not listed; the first is in force on
        the first day asked about
    """

    worker: int
    lines: Sequence[Line]
    posts: Sequence[tuple[date, Decimal]]
    absences: Sequence[AwayPeriod] = ()
    post_ends: PostEnds | None = None


class WorkerChange(NamedTuple):
    """
    A day on which a worker's load is known to change, and the load from then on.

    ``before`` is the load until then (``None`` on the first day asked about); without a post there is none.
    """

    worker: int
    on: date
    total: Total
    before: Total | None
    ended: Sequence[Line]
    begun: Sequence[Line]
    new_scheme: Scheme | None
    leaves: bool
    back: bool
    post_ends: PostEnds | None = None

    @property
    def is_seen(self) -> bool:
        """Whether to show it: a day on which lines only change places is left out."""
        if self.before is None or self.leaves or self.back or self.new_scheme:
            return True
        now, then = self.total, self.before
        return (now.total, now.mark, now.limit, now.fte) != (then.total, then.mark, then.limit, then.fte)


def changes_ahead(known: Ahead, schemes: Sequence[Scheme], first: date, last: date) -> list[WorkerChange]:
    """Return the known changes for a worker through a day, in order; the first entry is the state on ``first``."""
    begun, ended = _by_day(known.lines, "starts_on"), _by_day(known.lines, "ends_before")
    posts, begins = dict(known.posts), {scheme.starts_on: scheme for scheme in schemes}
    away, back = ({absence[end] for absence in known.absences} for end in (0, 1))
    fte, scheme = NOTHING, scheme_on(schemes, first)
    held = dict.fromkeys(Element, NOTHING)
    for line in standing(known.lines, first - dates.DAY):
        held[line.element] += line.points
    found: list[WorkerChange] = []
    days = {first}.union(begun, ended, posts, begins, away, back)
    for day in sorted(day for day in days if day and first <= day <= last):
        for line in begun.get(day, ()):
            held[line.element] += line.points
        for line in ended.get(day, ()):
            held[line.element] -= line.points
        before, was = found[-1].total if found else None, scheme
        fte, scheme = posts.get(day, fte), begins.get(day, scheme)
        now = total(*(held.values() if fte else NOBODYS), fte=fte, scheme=scheme)
        new_scheme = scheme if scheme is not was else None
        post_ends = known.post_ends if known.post_ends and known.post_ends.on == day else None
        change = WorkerChange(
            known.worker,
            day,
            now,
            before,
            ended.get(day, ()),
            begun.get(day, ()),
            new_scheme,
            day in away,
            day in back,
            post_ends,
        )
        if change.is_seen:
            found.append(change)
    return found


NOBODYS = (NOTHING, NOTHING, NOTHING)  # the elements of a worker without a post


def _by_day(lines: Iterable[Line], name: str) -> dict[date | None, list[Line]]:
    """Return lines by the day one of their ends lies on."""
    found: dict[date | None, list[Line]] = {}
    for line in lines:
        found.setdefault(getattr(line, name), []).append(line)
    return found


class TeamChange(NamedTuple):
    """A day on which a team's workload changes: for which workers, and the team's points from then on."""

    on: date
    changes: Sequence[WorkerChange]
    total: Decimal
    mark: Decimal
    limit: Decimal


def team_changes_ahead(known: Iterable[Ahead], schemes: Sequence[Scheme], first: date, last: date) -> list[TeamChange]:
    """Return `changes_ahead` of a team: each worker's total is summed with its own weight (D13)."""
    by_day: dict[date, list[WorkerChange]] = {first: []}
    for worker in known:
        for change in changes_ahead(worker, schemes, first, last):
            by_day.setdefault(change.on, []).append(change)
    held: Sequence[Decimal] = NOBODYS
    found = []
    for day in sorted(by_day):
        for change in by_day[day]:
            before = _held(change.before) if change.before else NOBODYS
            held = [so_far + now - then for so_far, now, then in zip(held, _held(change.total), before, strict=True)]
        found.append(TeamChange(day, [change for change in by_day[day] if change.before], *held))
    return found


def _held(of: Total) -> tuple[Decimal, Decimal, Decimal]:
    return of.total, of.mark, of.limit
