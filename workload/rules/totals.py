"""Totals of lines: a worker's against the limit of their FTE, and a team's."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from caseload.rules import percent

from ..enums import Band, Element
from .facts import Line
from .scheme import NOTHING, Scheme


class Total(NamedTuple):
    """A worker's points on a day; mark and limit are those of the worker's FTE."""

    stable: Decimal
    extras: Decimal
    cases: Decimal
    subtotal: Decimal
    weight: Decimal
    total: Decimal
    mark: Decimal
    limit: Decimal
    band: Band
    fte: Decimal

    @property
    def room_to_mark(self) -> Decimal:
        """Points until there is little room (H05)."""
        return self.mark - self.total

    @property
    def room_to_limit(self) -> Decimal:
        """Points until the limit (H05)."""
        return self.limit - self.total


def workload_weight(accumulated: Decimal, scheme: Scheme) -> Decimal:
    """Return one point for every whole ten accumulated (W15, R9)."""
    return Decimal(accumulated // 10) if scheme.weight_on else NOTHING


def band(total: Decimal, mark: Decimal, limit: Decimal) -> Band:
    """Return room, little room (the mark and up) or over (above the limit) (W17, R10, R47)."""
    if total > limit:
        return Band.OVER
    return Band.LIMITED if total >= mark else Band.ROOM


def total(stable: Decimal, extras: Decimal, cases: Decimal, *, fte: Decimal, scheme: Scheme) -> Total:
    """Return a worker's total with weight, mark, limit and band, exact (R9, R10, R14)."""
    subtotal = stable + extras + cases
    weight = workload_weight(cases if scheme.weight_of_cases_only else subtotal, scheme)
    whole = subtotal + weight
    mark, limit = scheme.mark * fte, scheme.limit * fte
    return Total(stable, extras, cases, subtotal, weight, whole, mark, limit, band(whole, mark, limit), fte)


def total_of(lines: Iterable[Line], *, fte: Decimal, scheme: Scheme) -> Total:
    """Return the total of the lines standing on one day."""
    sums = dict.fromkeys(Element, NOTHING)
    for line in lines:
        sums[line.element] += line.points
    return total(sums[Element.STABLE], sums[Element.EXTRA], sums[Element.CASE], fte=fte, scheme=scheme)


class TeamTotal(NamedTuple):
    """Points, limit and percentage (one decimal, half up; None of a limit of 0) over workers (D13)."""

    points: Decimal
    limit: Decimal
    percent: Decimal | None


def team_total(totals: Iterable[Total]) -> TeamTotal:
    """Return what several workers hold together, of what their posts allow."""
    totals = list(totals)
    points = sum((t.total for t in totals), NOTHING)
    limit = sum((t.limit for t in totals), NOTHING)
    return TeamTotal(points, limit, percent(points, limit))


def case_count(lines: Iterable[Line]) -> int:
    """Return how many cases are among lines of one day (W06)."""
    return sum(line.code == "case" for line in lines)
