"""What work weighs, and for how long: a scheme, its versions, and the windows of a case."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.utils.translation import gettext as _

from peerload.core import dates
from peerload.core.dates import FOREVER

from ..enums import Condition, CountedPer, Element, Window

NOTHING = Decimal(0)


CASE = Element.CASE


OWN_CASE = frozenset({"looked_after", "protection_plan"})  # a case each, whatever is switched off (W06)


class Weight(NamedTuple):
    """One row of the scheme: what a kind of work weighs, in points, and when."""

    item: int  # the number in section 5; 0 for a service's own
    code: str
    label: str
    element: Element
    points: Decimal
    per: CountedPer = CountedPer.WORKER
    window: Window = Window.NONE
    length: int = 0  # working days or days
    condition: Condition = Condition.NONE
    condition_value: int = 0  # minutes
    one_of: str = ""  # rows of one group count once a case
    tier: str = ""  # rows of code "case": the tier they are for
    linked_to_cases: bool = False  # an extra that adds points even where extras lie inside the base
    on: bool = True


class Working(NamedTuple):
    """Which days are working days."""

    region: str
    closures: frozenset[date] = frozenset()


class Scheme:
    """
    A version of the weights and of all settings that change points, mark or limit.

    :param starts_on: first day in force; the first version also holds for the days before it
    :param weight_of_cases_only: only case points accumulate for the workload weight (R9)
    :param extras_inside_base: extra responsibilities add nothing, save those linked to cases (R5)
    :param decision_day_is_first: the day of a decision to close is day 1 of its days, not day 0 (R19)
    :param start_day_is_first: a working day on which work begins is day 1 of its window, not day 0 (R27)
    :param windows_run_on: work finished early counts to the end of its window all the same (R29)
    """

    def __init__(
        self,
        weights: Iterable[Weight],
        *,
        name: str = "",
        starts_on: date | None = None,
        weight_on: bool = True,
        stable_scales_with_fte: bool = False,
        mark: Decimal = Decimal(85),
        limit: Decimal = Decimal(100),
        close_window_days: int = 28,
        weight_of_cases_only: bool = False,
        extras_inside_base: bool = False,
        decision_day_is_first: bool = False,
        start_day_is_first: bool = False,
        windows_run_on: bool = False,
    ) -> None:
        self.weights = tuple(weights)
        self.name = name
        self.starts_on = starts_on
        self.weight_on = weight_on
        self.stable_scales_with_fte = stable_scales_with_fte
        self.mark = mark
        self.limit = limit
        self.close_window_days = close_window_days
        self.weight_of_cases_only = weight_of_cases_only
        self.extras_inside_base = extras_inside_base
        self.decision_day_is_first = decision_day_is_first
        self.start_day_is_first = start_day_is_first
        self.windows_run_on = windows_run_on

    @property
    def days_after_decision(self) -> int:
        """The last day, counted from a decision to close as day 0, on which points count."""
        return self.close_window_days - self.decision_day_is_first

    @cached_property
    def by_tier(self) -> Mapping[str, Decimal]:
        """Points of a case by tier; a row that is off or absent is 0."""
        return {weight.tier: weight.points for weight in self.weights if weight.code == "case" and weight.on}

    @cached_property
    def by_code(self) -> Mapping[str, Weight]:
        """The rows that are on, by code (without those of tiers and of duty)."""
        return {w.code: w for w in self.weights if w.on and not w.tier and w.condition != Condition.DUTY}

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """What each kind of work is called, also one that is switched off; a case is one each, whatever the support."""
        return {weight.code: weight.label for weight in reversed(self.weights)} | {"case": _("Each case")}

    def label(self, code: str, others: Sequence["Scheme"] = ()) -> str:
        """
        Return what a kind of work is called; of a kind that this version does not have, what the newest of others calls it.

        A kind that none of them has keeps its code, in words.
        """
        words = next((scheme.labels[code] for scheme in (self, *reversed(others)) if code in scheme.labels), "")
        return words or code.replace("_", " ").capitalize()

    @cached_property
    def on_duty(self) -> Weight | None:
        """The stable element of a worker on duty."""
        return next((w for w in self.weights if w.on and w.condition == Condition.DUTY), None)


class Version(NamedTuple):
    """A scheme and the half-open period it is in force; ``date.min`` and ``FOREVER`` at the ends."""

    scheme: Scheme
    starts_on: date
    ends_before: date


def versions(schemes: Sequence[Scheme]) -> list[Version]:
    """Return when each scheme is in force; the first also counts for the days before it."""
    starts = [date.min, *(scheme.starts_on or date.min for scheme in schemes[1:])]
    ends = [*starts[1:], FOREVER]
    return [Version(*row) for row in zip(schemes, starts, ends, strict=True)]


def scheme_on(schemes: Sequence[Scheme], on: date) -> Scheme:
    """Return the scheme in force on a day."""
    return next(v.scheme for v in reversed(versions(schemes)) if v.starts_on <= on)


def schemes_as_known(schemes: Sequence[Scheme], on: date) -> list[Scheme]:
    """Return the versions that have begun by a day; the first holds for the days before it, too."""
    return [schemes[0], *(scheme for scheme in schemes[1:] if (scheme.starts_on or date.min) <= on)]


def window_end(weight: Weight, starts_on: date, scheme: Scheme, working: Working) -> date | None:
    """
    Return the half-open end of a weight's window for work begun on a day, ``None`` while it lasts (R19, R25, R27).

    The start day is day 0: seven working days run from the start through the seventh working day after it. Where the scheme
    has it as day 1, they are the first seven working days from the start on.
    """
    if weight.window == Window.MONTH:
        return dates.month_later(starts_on)
    if weight.window == Window.CALENDAR_MONTH:
        return dates.month_end(starts_on) + dates.DAY
    day_0 = starts_on - dates.DAY if scheme.start_day_is_first else starts_on
    if weight.window == Window.WORKING_DAYS:
        return dates.add_working_days(day_0, weight.length, working.region, working.closures) + dates.DAY
    if weight.window == Window.DAYS:
        return day_0 + timedelta(days=weight.length + 1)
    return None


def closing_ends_before(decided_on: date, scheme: Scheme) -> date:
    """Return from when a case under a close decision counts no more: points count through day 28 (W05, R19)."""
    return decided_on + timedelta(days=scheme.days_after_decision + 1)
