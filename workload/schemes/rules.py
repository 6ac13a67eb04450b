"""
Two versions of a scheme compared: what differs, how many cases a part-time post can hold, and the totals of a day.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from peerload.core import dates
from peerload.core.dates import FOREVER

from .. import rules
from ..enums import Condition, Element, Window
from ..rules import NOTHING, Scheme, Total, Weight, Working

SETTINGS = (
    "weight_on",
    "weight_of_cases_only",
    "stable_scales_with_fte",
    "extras_inside_base",
    "mark",
    "limit",
    "close_window_days",
    "decision_day_is_first",
    "start_day_is_first",
    "windows_run_on",
)


# What differs ---------------------------------------------------------------------------------------------------------


class RowChange(NamedTuple):
    """A row of the scheme before and after; ``None`` where one of the two versions has no such row."""

    before: Weight | None
    after: Weight | None

    @property
    def label(self) -> str:
        return next(weight.label for weight in (self.after, self.before) if weight)


def key(weight: Weight) -> tuple[str, str, bool]:
    """Return the key by which a row is found in another version."""
    return weight.code, weight.tier, weight.condition == Condition.DUTY


def row_changes(before: Scheme, after: Scheme) -> list[RowChange]:
    """Return the rows that differ, in the order of the later version, then those it no longer has."""
    was = {key(weight): weight for weight in before.weights}
    pairs = [RowChange(was.pop(key(weight), None), weight) for weight in after.weights]
    return [pair for pair in pairs if pair.before != pair.after] + [RowChange(gone, None) for gone in was.values()]


def setting_changes(before: Scheme, after: Scheme) -> list[str]:
    """Return the names, of `SETTINGS`, of the settings that differ."""
    return [name for name in SETTINGS if getattr(before, name) != getattr(after, name)]


# Part-time ------------------------------------------------------------------------------------------------------------


PARTS = tuple(Decimal(tenths) / 10 for tenths in (2, 3, 4, 5, 6, 7, 8, 9, 10))


class Margin(NamedTuple):
    """
    The mark and limit of a post beside its stable element, as numbers of plain cases (R14, R15).

    :param cases_at_mark: the fewest plain cases at which there is little room; ``None`` where cases weigh nothing
    :param cases_within: the most plain cases within the limit; ``None`` where not even none are, or cases weigh nothing
    """

    fte: Decimal
    mark: Decimal
    limit: Decimal
    stable: Decimal
    cases_at_mark: int | None
    cases_within: int | None

    @property
    def is_over_without_cases(self) -> bool:
        return self.cases_within is None and self.cases_at_mark == 0


def case_points(scheme: Scheme) -> Decimal:
    """Return the points of a case of the tier that weighs most."""
    return max(scheme.by_tier.values(), default=NOTHING)


def margin(scheme: Scheme, fte: Decimal, *, duty: bool = False) -> Margin:
    """Return what a post leaves room for, in cases of the tier that weighs most."""
    weight = (scheme.on_duty if duty else None) or scheme.by_code.get("stable")
    stable = weight.points * (fte if scheme.stable_scales_with_fte else 1) if weight else NOTHING
    case = case_points(scheme)

    def total(cases: int) -> Total:
        return rules.total(stable, NOTHING, case * cases, fte=fte, scheme=scheme)

    none = total(0)
    if not case:
        return Margin(fte, none.mark, none.limit, stable, None, None)
    cases = range(int(none.limit / case) + 2)
    at_mark = bisect_left(cases, True, key=lambda n: total(n).total >= none.mark)
    over = bisect_left(cases, True, key=lambda n: total(n).total > none.limit)
    return Margin(fte, none.mark, none.limit, stable, at_mark, over - 1 if over else None)


# The days on which it matters when something began ----------------------------------------------------------------------


def earliest_within(weight: Weight, scheme: Scheme, working: Working, on: date) -> date:
    """
    Return the first day on which work can have begun and still be within its window on a day; the earliest without a
    window.
    """
    if weight.window == Window.NONE:
        return date.min

    def is_within(day: date) -> bool:
        return (rules.window_end(weight, day, scheme, working) or FOREVER) > on

    back = 64
    while is_within(on - timedelta(days=back)):
        back *= 2
    days = [on - timedelta(days=n) for n in range(back, -1, -1)]
    return [*days, on + dates.DAY][bisect_left(days, True, key=is_within)]


def new_since(scheme: Scheme, working: Working, on: date) -> date:
    """Return the first day of allocation that still counts as new on a day; the day after it where nothing does."""
    new = scheme.by_code.get("new")
    return earliest_within(new, scheme, working, on) if new and new.points else on + dates.DAY


def decided_since(scheme: Scheme, on: date) -> date:
    """Return the first day of a decision to close whose points still count on a day (W05)."""
    return on - timedelta(days=scheme.days_after_decision)


class Counting(NamedTuple):
    """A kind of work that can count on a day if it began on ``since`` or later, and, unless it runs on, is not finished."""

    code: str
    since: date
    runs_on: bool


def counting(scheme: Scheme, working: Working, on: date) -> Iterator[Counting]:
    """Yield the kinds of work with a person that can earn anything on a day."""
    for weight in scheme.by_code.values():
        if weight.element == Element.CASE and weight.points and weight.code not in ("case", "new"):
            since = earliest_within(weight, scheme, working, on)
            yield Counting(weight.code, since, scheme.windows_run_on and weight.window != Window.NONE)


# What a day would hold ------------------------------------------------------------------------------------------------


class Tally:
    """What one worker holds on a day: of each kind of work its element, how many lines, and their points."""

    def __init__(self) -> None:
        self.kinds: dict[str, tuple[Element, int, Decimal]] = {}

    def add(self, code: str, element: Element, lines: int, points: Decimal) -> None:
        """Add so many lines of a kind, with so many points in all."""
        so_far = self.kinds.get(code)
        self.kinds[code] = (element, so_far[1] + lines, so_far[2] + points) if so_far else (element, lines, points)

    def total(self, *, fte: Decimal, scheme: Scheme) -> Total:
        sums = dict.fromkeys(Element, NOTHING)
        for element, _, points in self.kinds.values():
            sums[element] += points
        return rules.total(sums[Element.STABLE], sums[Element.EXTRA], sums[Element.CASE], fte=fte, scheme=scheme)


class KindEffect(NamedTuple):
    """Lines of one kind before and after: how many, and their points. The weight is a kind of code "weight"."""

    code: str
    lines_before: int
    lines_after: int
    before: Decimal
    after: Decimal

    @property
    def change(self) -> Decimal:
        return self.after - self.before

    def plus(self, other: "KindEffect") -> "KindEffect":
        """Return one line for two workers' lines of the same kind, added up."""
        return KindEffect(
            self.code,
            self.lines_before + other.lines_before,
            self.lines_after + other.lines_after,
            self.before + other.before,
            self.after + other.after,
        )

    @property
    def differs(self) -> bool:
        return self[1] != self[2] or self.before != self.after


def kind_effects(before: Tally, after: Tally, weights: tuple[Decimal, Decimal]) -> list[KindEffect]:
    """
    Return the kinds of lines that differ, by element and kind, the workload weight last.

    :param weights: the workload weight before and after
    """
    found = []
    for code, (element, _, _) in (before.kinds | after.kinds).items():
        was, now = (tally.kinds.get(code, (element, 0, NOTHING)) for tally in (before, after))
        if was[1:] != now[1:]:
            found.append((ORDER.index(element), KindEffect(code, was[1], now[1], was[2], now[2])))
    kinds = [effect for _, effect in sorted(found)]
    return kinds if weights[0] == weights[1] else [*kinds, KindEffect("weight", 0, 0, *weights)]


ORDER = (Element.STABLE, Element.EXTRA, Element.CASE)


class SchemeEffect(NamedTuple):
    """What another version does to one worker's total."""

    before: Total
    after: Total
    kinds: Sequence[KindEffect]

    @property
    def change(self) -> Decimal:
        return self.after.total - self.before.total

    @property
    def crosses_mark(self) -> int:
        """1 where little room begins, -1 where it ends, 0 where neither (W17)."""
        return (self.after.total >= self.after.mark) - (self.before.total >= self.before.mark)

    @property
    def crosses_limit(self) -> int:
        """1 from within the limit to over it, -1 the other way, 0 where neither."""
        return (self.after.total > self.after.limit) - (self.before.total > self.before.limit)

    @property
    def changes(self) -> bool:
        return self.change != 0 or self.before.band != self.after.band or bool(self.kinds)


def effect(before: Tally, after: Tally, *, fte: Decimal, schemes: tuple[Scheme, Scheme]) -> SchemeEffect:
    """Return what the second of two schemes does to a worker of an FTE."""
    was, now = (tally.total(fte=fte, scheme=scheme) for tally, scheme in zip((before, after), schemes, strict=True))
    return SchemeEffect(was, now, kind_effects(before, after, (was.weight, now.weight)))


class ServiceEffect(NamedTuple):
    """What another version does to a whole service."""

    workers: int
    changed: int  # workers whose total differs
    into_little_room: int
    out_of_little_room: int
    over_limit: int  # more than before
    within_limit: int  # who were over it
    before: Decimal
    after: Decimal
    limit: Decimal  # after

    @property
    def change(self) -> Decimal:
        return self.after - self.before


def sums(effects: Iterable[SchemeEffect]) -> ServiceEffect:
    """Return the sums over workers."""
    effects = list(effects)
    return ServiceEffect(
        workers=len(effects),
        changed=sum(each.change != 0 for each in effects),
        into_little_room=sum(each.crosses_mark > 0 for each in effects),
        out_of_little_room=sum(each.crosses_mark < 0 for each in effects),
        over_limit=sum(each.crosses_limit > 0 for each in effects),
        within_limit=sum(each.crosses_limit < 0 for each in effects),
        before=sum((each.before.total for each in effects), NOTHING),
        after=sum((each.after.total for each in effects), NOTHING),
        limit=sum((each.after.limit for each in effects), NOTHING),
    )


def kinds_of_all(effects: Iterable[SchemeEffect]) -> list[KindEffect]:
    """Return what differs by kind over all workers, in the order of `kind_effects`."""
    found: dict[str, KindEffect] = {}
    for each in effects:
        for kind in each.kinds:
            so_far = found.get(kind.code)
            found[kind.code] = so_far.plus(kind) if so_far else kind
    return sorted((kind for kind in found.values() if kind.differs), key=lambda kind: kind.code == "weight")
