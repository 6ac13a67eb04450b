"""
The grid of a plan: rows, and for each row the hours of four weeks, as decimals.

Nothing in these rules reads the clock, the database or settings. A service adds rows of its own (R68). Source: 000, *Typical
Working Week Focus* (P07-P14), R49 and R66-R72.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from statistics import median
from typing import NamedTuple, cast

from caseload.rules import rounded

from ...enums import Focus, PlanActivity

WEEKS = 4


ZERO = Decimal(0)
QUARTER = Decimal("0.25")


class GridRow(NamedTuple):
    """A row of the plan: its code, what people call it, and which part of the week it belongs to."""

    code: str
    label: str
    focus: Focus


ROWS_BY_FOCUS = {
    Focus.WELLBEING: (
        PlanActivity.SUPERVISION,
        PlanActivity.REFLECTIVE_PRACTICE,
        PlanActivity.TE_KAIRARANGA,
        PlanActivity.PHYSICAL_EXERCISE,
        PlanActivity.PERSONAL_LEARNING,
    ),
    Focus.CONTACT: (
        PlanActivity.HIGH_1_1,
        PlanActivity.MEDIUM_1_1,
        PlanActivity.GROUPS,
        PlanActivity.PARKED,
    ),
    Focus.MANAGEMENT: (PlanActivity.CLIENT_ADMIN, PlanActivity.GROUP_ADMIN, PlanActivity.MARKETING),
}
# The rows of the practice note, which every service has: guides and needs are about them.
BUILT_IN_ROWS = tuple(
    GridRow(activity.value, cast(str, activity.label), focus)  # lazy until `rows_of_service` is asked
    for focus, activities in ROWS_BY_FOCUS.items()
    for activity in activities
)
# What does not get less with fewer hours (R72); the other wellbeing rows share the rest of the wellbeing time.
FIXED = (PlanActivity.SUPERVISION, PlanActivity.REFLECTIVE_PRACTICE, PlanActivity.TE_KAIRARANGA)
OWN = (PlanActivity.PHYSICAL_EXERCISE, PlanActivity.PERSONAL_LEARNING)


def rows_of_service(renamed: Mapping[str, str], added: Iterable[GridRow]) -> tuple[GridRow, ...]:
    """
    Return the rows of a service's plans: those of the practice note under the service's names, then its own, by focus.

    :param renamed: labels by the code of a row of the practice note
    :param added: the service's own rows, in their order
    """
    rows = [*(row._replace(label=str(renamed.get(row.code, row.label))) for row in BUILT_IN_ROWS), *added]
    return tuple(row for focus in Focus for row in rows if row.focus == focus)


@dataclass(frozen=True)
class Grid(Mapping[str, tuple[Decimal, ...]]):
    """The hours of the four weeks for each row, known by the row's code."""

    rows: tuple[GridRow, ...]
    hours: Mapping[str, tuple[Decimal, ...]]

    def __getitem__(self, code: str) -> tuple[Decimal, ...]:
        return self.hours[code]

    def __iter__(self) -> Iterator[str]:
        return (row.code for row in self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def of(self, focus: Focus) -> tuple[GridRow, ...]:
        """Return the rows of one part of the week."""
        return tuple(row for row in self.rows if row.focus == focus)


def make_grid(hours: Mapping[str, Iterable[Decimal | float | str]], rows: tuple[GridRow, ...] = BUILT_IN_ROWS) -> Grid:
    """
    Return hours by code as a grid that has every row and every week; a missing one is 0.

    :raises KeyError: if hours have a code that is none of the rows
    """
    found = {str(code): tuple(Decimal(str(each)) for each in weeks) for code, weeks in hours.items()}
    if unknown := found.keys() - {row.code for row in rows}:
        raise KeyError(*sorted(unknown))
    return Grid(rows, {row.code: found.get(row.code, (ZERO,) * WEEKS) for row in rows})


def grid_of_weeks(rows: tuple[GridRow, ...], weeks: list[dict[str, Decimal]]) -> Grid:
    return Grid(rows, {row.code: tuple(week[row.code] for week in weeks) for row in rows})


def apportioned(whole: Decimal, weights: Iterable[Decimal]) -> list[Decimal]:
    """
    Return a whole in parts that go as their weights, in quarter hours by the largest remainder.

    What of the whole is no quarter hour goes to the largest part; without any weight all parts are 0.
    """
    weights = list(weights)
    if not any(weights):
        return [ZERO for _ in weights]
    exact = [whole * weight / sum(weights) for weight in weights]
    parts = [down(each) for each in exact]
    quarters = int((down(whole) - sum(parts)) / QUARTER)
    by_remainder = sorted(range(len(parts)), key=lambda n: parts[n] - exact[n])
    for n in by_remainder[:quarters]:
        parts[n] += QUARTER
    parts[parts.index(max(parts))] += whole - sum(parts)
    return parts


def down(hours: Decimal) -> Decimal:
    """Return hours in whole quarters, not more."""
    return (hours / QUARTER).to_integral_value(ROUND_FLOOR) * QUARTER


def up(hours: Decimal) -> Decimal:
    """Return hours in whole quarters, not less."""
    return (hours / QUARTER).to_integral_value(ROUND_CEILING) * QUARTER


def totals(plan: Grid) -> list[Decimal]:
    """Return the hours of all rows together in each of the four weeks."""
    return _sums(plan, plan.rows)


def of_focus(plan: Grid, focus: Focus) -> list[Decimal]:
    """Return the hours of one part of the week in each of the four weeks."""
    return _sums(plan, plan.of(focus))


def _sums(plan: Grid, rows: Iterable[GridRow]) -> list[Decimal]:
    return [sum(week, ZERO) for week in zip(*(plan[row.code] for row in rows), strict=True)]


def a_week(hours: Iterable[Decimal]) -> Decimal:
    """Return the average of the four weeks."""
    return sum(hours, ZERO) / WEEKS


def format_hours(hours: Decimal) -> str:
    """Say hours, or contacts a week, with at most one decimal: 3.3, 21."""
    return f"{rounded(hours, 1):f}".removesuffix(".0")


def middle(weeks: Iterable[Mapping[str, Decimal]], rows: Iterable[GridRow] = BUILT_IN_ROWS) -> dict[str, Decimal]:
    """Return the median hours of each row over the weeks with anything logged; without any, nothing."""
    weeks = [week for week in weeks if any(week.values())]
    if not weeks:
        return {}
    return {row.code: median(week.get(row.code, ZERO) for week in weeks) for row in rows}
