"""
How points are counted: facts become lines, lines become totals. Nothing here reads the clock, the database or settings.

Source: 001 sections 3 and 5; R1-R37. A line says who holds how many points for what, from when until when and why; every
total, mark and preview is a question to lines. Rules know windows and ways of counting; names of work come in as weights.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from caseload.rules import percent
from peerload.core import dates
from peerload.core.dates import FOREVER
from peerload.core.formats import format_day

from .enums import Band, Condition, CountedPer, Element, Ending, Window

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
    A version of the weights and everything else that changes points, mark or limit.

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
    ):
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
        """The last day, counted from a decision to close as day 0, on which points stand."""
        return self.close_window_days - self.decision_day_is_first

    @cached_property
    def by_tier(self) -> Mapping[str, Decimal]:
        """Points of a case by tier; what is off or absent is 0."""
        return {weight.tier: weight.points for weight in self.weights if weight.code == "case" and weight.on}

    @cached_property
    def by_code(self) -> Mapping[str, Weight]:
        """The rows that are on, by code (those of tiers and of duty left out)."""
        return {w.code: w for w in self.weights if w.on and not w.tier and w.condition != Condition.DUTY}

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """What each kind of work is called, also one that is switched off; a case is one each, whatever the support."""
        return {weight.code: weight.label for weight in reversed(self.weights)} | {"case": "A case each"}

    @cached_property
    def on_duty(self) -> Weight | None:
        """The stable element of somebody on duty."""
        return next((w for w in self.weights if w.on and w.condition == Condition.DUTY), None)


class Version(NamedTuple):
    """A scheme and the half-open period it is in force; ``date.min`` and ``FOREVER`` at the ends."""

    scheme: Scheme
    starts_on: date
    ends_before: date


def versions(schemes: Sequence[Scheme]) -> list[Version]:
    """Return when each scheme is in force; the first also counts for the days before it."""
    starts = [date.min, *(scheme.starts_on for scheme in schemes[1:])]
    ends = [*starts[1:], FOREVER]
    return [Version(*row) for row in zip(schemes, starts, ends, strict=True)]


def scheme_on(schemes: Sequence[Scheme], on: date) -> Scheme:
    """Return the scheme in force on a day."""
    return next(v.scheme for v in reversed(versions(schemes)) if v.starts_on <= on)


def label(code: str, schemes: Sequence[Scheme], on: date) -> str:
    """
    Return what a kind of work is called on a day; of a kind that its scheme does not have, what another version calls it.

    A kind that no version has keeps its code, in words.
    """
    known = [scheme_on(schemes, on), *reversed(schemes)]
    words = next((scheme.labels[code] for scheme in known if code in scheme.labels), "")
    return words or code.replace("_", " ").capitalize()


class Line(NamedTuple):
    """
    Points one worker holds for one piece of work, from ``starts_on`` up to, not including, ``ends_before``.

    ``person`` and ``family`` say whom a case line is about (``family`` alone: the family's one case); ``source`` is the
    fact's primary key where the line comes from one row.
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


# The facts ------------------------------------------------------------------------------------------------------------


class Holding(NamedTuple):
    """A person allocated to a worker. ``ends_before`` is the day they are somebody else's, or the day after closing."""

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


class Duty(NamedTuple):
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


# What is known on a day -----------------------------------------------------------------------------------------------


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


def duties_as_known(duties: Sequence[Duty], on: date) -> list[Duty]:
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


def schemes_as_known(schemes: Sequence[Scheme], on: date) -> list[Scheme]:
    """Return the versions that have begun by a day; the first holds for the days before it, too."""
    return [schemes[0], *(scheme for scheme in schemes[1:] if scheme.starts_on <= on)]


# Windows --------------------------------------------------------------------------------------------------------------


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
    """Return from when a case under a close decision counts no more: points stand through day 28 (W05, R19)."""
    return decided_on + timedelta(days=scheme.days_after_decision + 1)


def is_past_window(holding: Holding, scheme: Scheme, on: date) -> bool:
    """Return whether a decision to close is past its 28 days and the person is still held (R22)."""
    return (
        holding.close_decided_on is not None
        and dates.holds(holding.starts_on, holding.ends_before, on)
        and on >= closing_ends_before(holding.close_decided_on, scheme)
    )


# The case unit: a family, or a person without one ---------------------------------------------------------------------


class _Standing(NamedTuple):
    """One member standing with one worker for a period: held, in a tier that counts, not past closing."""

    person: Person
    holding: Holding
    points: Decimal
    starts_on: date
    ends_before: date
    ending: Ending


class _Work(NamedTuple):
    """An activity of a standing member for the period it counts."""

    weight: Weight
    activity: Activity
    starts_on: date
    ends_before: date
    ending: Ending


def case_lines(
    people: Sequence[Person], schemes: Sequence[Scheme], working: Working, *, family: int | None = None
) -> list[Line]:
    """
    Return all lines of a case unit: of a family, or of one person without one (W04-W14, R19-R36).

    :param people: the family's members, or the one person
    :param family: the family's key; ``None`` for a person without one
    """
    if len(schemes) == 1:
        return _case_lines_of(people, schemes[0], working, family)
    lines: list[Line] = []
    for version in versions(schemes):
        lines += _clip(_case_lines_of(people, version.scheme, working, family), version)
    return join(lines)


def _case_lines_of(people: Sequence[Person], scheme: Scheme, working: Working, family: int | None) -> list[Line]:
    work = {person.key: _work(person, scheme, working) for person in people if person.activities}
    if family is None:
        done = work.get(people[0].key, [])
        if sum(bool(_group(each.weight)) for each in done) < 2:
            return _plain_case(people[0], done, scheme, working)
    by_worker: dict[int, list[_Standing]] = {}
    for person in people:
        for stand in _standing(person, scheme):
            by_worker.setdefault(stand.holding.worker, []).append(stand)
    lines = []
    for worker, stands in by_worker.items():
        lines += _counted_case(worker, stands, work, scheme, working, family)
    return join(lines)


def _standing(person: Person, scheme: Scheme) -> Iterator[_Standing]:
    """Yield the periods in which a person stands with a worker, in a tier that counts and not past closing (4B)."""
    by_tier = scheme.by_tier
    for holding in person.holdings:
        if holding.student_held:
            continue
        ends, why = holding.ends_before or FOREVER, Ending.OPEN
        if holding.ends_before:
            why = Ending.CLOSED if holding.closed_on else Ending.HANDED_OVER
        if holding.close_decided_on:
            closing = closing_ends_before(holding.close_decided_on, scheme)
            if closing < ends:
                ends, why = closing, Ending.CLOSING
        for index, (tier_from, tier) in enumerate(person.tiers):
            points = by_tier.get(tier, NOTHING)
            if not points:
                continue
            tier_ends = person.tiers[index + 1][0] if index + 1 < len(person.tiers) else FOREVER
            starts, until = max(tier_from, holding.starts_on), min(tier_ends, ends)
            if starts < until:
                yield _Standing(person, holding, points, starts, until, why if ends <= tier_ends else Ending.TIER)


def _new_ends(allocated_on: date, scheme: Scheme, working: Working) -> date | None:
    new = scheme.by_code.get("new")
    if not new or not new.points:
        return None
    return window_end(new, allocated_on, scheme, working) or FOREVER


def _plain_case(person: Person, work: Sequence[_Work], scheme: Scheme, working: Working) -> list[Line]:
    """
    Return the lines of a person without family whose activities do not share one count: case, new, each activity.

    Nearly everybody is one, and a rebuild asks about all of them: `_counted_case` without its stretches.
    """
    lines: list[Line] = []
    stands = list(_standing(person, scheme))
    for stand in stands:
        _, holding, points, starts_on, ends_before, ending = stand
        worker, reason = holding.worker, f"allocated {format_day(holding.starts_on)}"
        until = None if ends_before == FOREVER else ends_before
        lines.append(Line(worker, CASE, "case", points, starts_on, until, person.key, None, None, reason, ending))
        new_ends = _new_ends(holding.starts_on, scheme, working)
        if new_ends and starts_on < new_ends:
            if new_ends < ends_before:
                until, ending = new_ends, Ending.WINDOW
            new = scheme.by_code["new"].points
            lines.append(Line(worker, CASE, "new", new, starts_on, until, person.key, None, None, reason, ending))
        for done in work:
            line = _of_work(done, stand, max(done.starts_on, starts_on))
            if line.starts_on < line.ends_before:
                lines.append(line._replace(ends_before=None) if line.ends_before == FOREVER else line)
    return join(lines) if len(stands) > 1 else lines


def _of_work(done: _Work, stand: _Standing, on: date) -> Line:
    """Return an activity's line from a day on, until it or the person it is with counts no more."""
    until, why = min((done.ends_before, done.ending), (stand.ends_before, stand.ending))
    reason = f"begun {format_day(done.activity.starts_on)}"
    worker, person, source = stand.holding.worker, stand.person.key, done.activity.source
    return Line(worker, CASE, done.weight.code, done.weight.points, on, until, person, None, source, reason, why)


def _group(weight: Weight) -> str:
    """Return what an activity shares its one count a case with, "" where each counts."""
    return weight.one_of or (weight.code if weight.per == CountedPer.CASE else "")


class Uncounted(StrEnum):
    """Why a piece of work with a person earns no points."""

    NO_POINTS = "no points"  # its kind has none in this scheme
    NOT_FIRST = "not the first"
    NOT_OVER = "not more minutes"


class Earning(NamedTuple):
    """A piece of work with its weight, and why it earns nothing where it does not."""

    activity: Activity
    weight: Weight | None
    uncounted: Uncounted | None


def earnings(activities: Iterable[Activity], scheme: Scheme) -> list[Earning]:
    """Return all of a person's activities in order of their first day, each with whether it earns something."""
    found, first_on = [], {}
    for activity in sorted(activities, key=lambda a: (a.starts_on, a.source or 0)):
        first_on.setdefault(activity.code, activity)
        weight = scheme.by_code.get(activity.code)
        why = None
        if not weight or not weight.points or weight.element != Element.CASE:
            why = Uncounted.NO_POINTS
        elif weight.condition == Condition.FIRST:
            is_first = activity.first if activity.first is not None else first_on[activity.code] is activity
            why = None if is_first else Uncounted.NOT_FIRST
        elif weight.condition == Condition.MINUTES_OVER and (activity.minutes_each_way or 0) <= weight.condition_value:
            why = Uncounted.NOT_OVER
        found.append(Earning(activity, weight, why))
    return found


def overlapping(activity: Activity, others: Iterable[Activity], scheme: Scheme) -> list[Activity]:
    """
    Return the other episodes that count beside one on a day they share, of a kind that counts each entry (R31).

    :param others: of the same case, of any kind
    """
    weight = scheme.by_code.get(activity.code)
    if not weight or weight.per != CountedPer.ROW or weight.window != Window.NONE:
        return []
    return [
        other
        for other in others
        if other.code == activity.code
        and other.source != activity.source
        and other.starts_on <= (activity.finished_on or FOREVER)
        and activity.starts_on <= (other.finished_on or FOREVER)
    ]


def _work(person: Person, scheme: Scheme, working: Working) -> list[_Work]:
    """Return a person's activities that earn something, each for the days it does."""
    found = []
    for activity, weight, uncounted in earnings(person.activities, scheme):
        if uncounted:
            continue
        window = window_end(weight, activity.starts_on, scheme, working)
        finished = None if window and scheme.windows_run_on else dates.day_after(activity.finished_on)
        ends = dates.earliest(window, finished) or FOREVER
        why = Ending.OPEN if ends == FOREVER else (Ending.WINDOW if ends == window else Ending.FINISHED)
        found.append(_Work(weight, activity, activity.starts_on, ends, why))
    return found


def _own_case(person: Person, on: date) -> bool:
    return any(
        a.code in OWN_CASE and a.starts_on <= on and (a.finished_on is None or on <= a.finished_on)
        for a in person.activities
    )


def _counted_case(
    worker: int,
    stands: list[_Standing],
    work: Mapping[int, list[_Work]],
    scheme: Scheme,
    working: Working,
    family: int | None,
) -> Iterator[Line]:
    """
    Yield one worker's lines of a family, or of a person with activities.

    Between two days on which anything changes nothing changes: each such stretch is counted once, and `join` puts equal
    neighbours together again.
    """
    cuts = _cuts(stands, work, scheme, working)
    for starts_on, ends_before in zip(cuts, cuts[1:], strict=False):
        members = [s for s in stands if s.starts_on <= starts_on < s.ends_before]
        if not members:
            continue
        together = [s for s in members if family is not None and not _own_case(s.person, starts_on)]
        cases = [([s], s.person.key, None) for s in members if s not in together]
        if together:
            cases.append((together, None, family))
        for of_case, person_key, family_key in cases:
            for line in _stretch(worker, of_case, work, scheme, working, starts_on, person_key, family_key):
                yield line._replace(
                    starts_on=starts_on,
                    ends_before=None if ends_before == FOREVER else ends_before,
                    ending=line.ending if line.ends_before == ends_before else Ending.STATUS,
                )


def _cuts(stands: list[_Standing], work: Mapping[int, list[_Work]], scheme: Scheme, working: Working) -> list[date]:
    days = set()
    for stand in stands:
        days |= {stand.starts_on, stand.ends_before}
        new_ends = _new_ends(stand.holding.starts_on, scheme, working)
        if new_ends:
            days.add(new_ends)
        for activity in stand.person.activities:
            if activity.code in OWN_CASE:
                days |= {activity.starts_on, dates.day_after(activity.finished_on) or FOREVER}
        for done in work.get(stand.person.key, ()):
            days |= {done.starts_on, done.ends_before}
    return sorted(days)


def _stretch(
    worker: int,
    members: list[_Standing],
    work: Mapping[int, list[_Work]],
    scheme: Scheme,
    working: Working,
    on: date,
    person: int | None,
    family: int | None,
) -> Iterator[Line]:
    """Yield the lines of one case on a day; their ``ends_before`` is the day each would end by itself."""
    allocated_on = min(s.holding.starts_on for s in members)
    reason = f"allocated {format_day(allocated_on)}"
    longest = max(members, key=lambda s: s.ends_before)
    points = max(s.points for s in members)
    case = Line(worker, CASE, "case", points, on, longest.ends_before, person, family, None, reason, longest.ending)
    yield case
    new_ends = _new_ends(allocated_on, scheme, working)
    if new_ends and on < new_ends:
        until, why = min((new_ends, Ending.WINDOW), (longest.ends_before, longest.ending))
        yield case._replace(code="new", points=scheme.by_code["new"].points, ends_before=until, ending=why)
    taken = set()
    for stand in members:
        for done in sorted(work.get(stand.person.key, ()), key=lambda d: (d.starts_on, d.weight.code)):
            if not done.starts_on <= on < done.ends_before:
                continue
            group = _group(done.weight)
            if group in taken:
                continue
            if group:
                taken.add(group)
            yield _of_work(done, stand, on)


# The worker unit: stable element and extra responsibilities -----------------------------------------------------------


def worker_lines(
    worker: int, duties: Sequence[Duty], held: Sequence[Responsibility], schemes: Sequence[Scheme], working: Working
) -> list[Line]:
    """Return a worker's stable element and extra responsibilities (W02, W03, R5-R8, R11, R12, R15)."""
    lines: list[Line] = []
    for version in versions(schemes):
        found = [*_stable(worker, duties, version.scheme), *_extras(worker, held, version.scheme, working)]
        lines += _clip(found, version)
    return join(lines)


def _stable(worker: int, duties: Iterable[Duty], scheme: Scheme) -> Iterator[Line]:
    for post in duties:
        weight = (scheme.on_duty if post.duty else None) or scheme.by_code.get("stable")
        if weight and weight.points:
            points = weight.points * (post.fte if scheme.stable_scales_with_fte else 1)
            yield Line(
                worker,
                Element.STABLE,
                "stable",
                points,
                post.starts_on,
                post.ends_before,
                reason=weight.label,
                ending=Ending.POST if post.ends_before else Ending.OPEN,
            )


def _extras(worker: int, held: Sequence[Responsibility], scheme: Scheme, working: Working) -> Iterator[Line]:
    by_code: dict[str, list[Line]] = {}
    for row in sorted(held, key=lambda r: (r.starts_on, r.source or 0)):
        weight = scheme.by_code.get(row.code)
        if not weight or not weight.points or weight.element != Element.EXTRA:
            continue
        if scheme.extras_inside_base and not weight.linked_to_cases:
            continue
        window = window_end(weight, row.starts_on, scheme, working)
        # A month from its date is a month from its date: where there is a window `until` is not used (R8).
        until = None if window else dates.day_after(row.until)
        ends = dates.earliest(window, until)
        if ends and ends <= row.starts_on:
            continue
        times = row.quantity if weight.per == CountedPer.QUANTITY else 1
        why = Ending.OPEN if ends is None else (Ending.WINDOW if ends == window else Ending.FINISHED)
        by_code.setdefault(row.code, []).append(
            Line(
                worker,
                Element.EXTRA,
                row.code,
                weight.points * times,
                row.starts_on,
                ends,
                source=row.source,
                reason=f"since {format_day(row.starts_on)}",
                ending=why,
            )
        )
    for code, lines in by_code.items():
        yield from _once(lines) if scheme.by_code[code].per == CountedPer.WORKER else lines


def _once(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield lines that count once a worker however many rows stand: overlapping rows become one."""
    current = None
    for line in lines:
        line = line._replace(source=None)
        if current and (current.ends_before is None or line.starts_on <= current.ends_before):
            if current.ends_before and (line.ends_before is None or line.ends_before > current.ends_before):
                current = current._replace(ends_before=line.ends_before, ending=line.ending)
            continue
        if current:
            yield current
        current = line
    if current:
        yield current


# Lines ----------------------------------------------------------------------------------------------------------------


def join(lines: Iterable[Line]) -> list[Line]:
    """Return lines with equal neighbours put together, so that nothing is cut where no point changes."""
    lines = list(lines)
    if len(lines) < 2:
        return lines
    joined: list[Line] = []
    for line in sorted(lines, key=_identity):
        last = joined[-1] if joined else None
        if last and last.ends_before == line.starts_on and _identity(last)[:-1] == _identity(line)[:-1]:
            joined[-1] = last._replace(ends_before=line.ends_before, ending=line.ending)
        else:
            joined.append(line)
    return joined


def _identity(line: Line) -> tuple:
    return (
        line.worker,
        line.element,
        line.code,
        line.person or 0,
        line.family or 0,
        line.source or 0,
        line.points,
        line.starts_on,
    )


def _clip(lines: Iterable[Line], version: Version) -> Iterator[Line]:
    for line in lines:
        starts = max(line.starts_on, version.starts_on)
        ends = min(line.ends_before or FOREVER, version.ends_before)
        if starts < ends:
            cut = ends != (line.ends_before or FOREVER)
            yield line._replace(
                starts_on=starts,
                ends_before=None if ends == FOREVER else ends,
                ending=Ending.SCHEME if cut else line.ending,
            )


def standing(lines: Iterable[Line], on: date) -> list[Line]:
    """Return the lines that count on a day."""
    return [line for line in lines if dates.holds(line.starts_on, line.ends_before, on)]


# Totals ---------------------------------------------------------------------------------------------------------------


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
    """Return how many cases stand among lines of one day (W06)."""
    return sum(line.code == "case" for line in lines)


# The month ------------------------------------------------------------------------------------------------------------


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
    first = dates.day_after(dates.month_end(month))
    third = dates.working_days_before(report_due_on(month), 2, working.region, working.closures)
    return first, first.replace(day=8), third


def last_prompt_on(month: date, on: date, working: Working) -> date | None:
    """Return the last of a month's prompts reached by a day, None before the first: those before it are not made up for."""
    first, *later = prompt_days(month, working)
    return max((day for day in (first, *later) if first <= day <= on), default=None)


def days_of_change(lines: Collection[Line], first: date, last: date) -> list[date]:
    """Return the days of a month on which a total can change, the first among them."""
    edges = {first}
    for line in lines:
        edges |= {line.starts_on, line.ends_before or first}
    return sorted(day for day in edges if first <= day <= last)


# The weeks ahead ------------------------------------------------------------------------------------------------------


class Away(NamedTuple):
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
    What is known of a worker for the days ahead.

    :param posts: the FTE from each of these days on, in order, 0 while the worker is not listed; the first is in force on
        the first day asked about
    """

    worker: int
    lines: Sequence[Line]
    posts: Sequence[tuple[date, Decimal]]
    absences: Sequence[Away] = ()
    post_ends: PostEnds | None = None


class Change(NamedTuple):
    """
    A day on which something is known to change for a worker, and what stands from then on.

    ``before`` is what stood until then (``None`` on the first day asked about); without a post nothing stands.
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
        """Whether it is to be told: a day on which lines only change places is not."""
        if self.before is None or self.leaves or self.back or self.new_scheme:
            return True
        now, then = self.total, self.before
        return (now.total, now.mark, now.limit, now.fte) != (then.total, then.mark, then.limit, then.fte)


def changes_ahead(known: Ahead, schemes: Sequence[Scheme], first: date, last: date) -> list[Change]:
    """Return what is known to change for a worker through a day, in order; the first entry is what stands on ``first``."""
    begun, ended = _by_day(known.lines, "starts_on"), _by_day(known.lines, "ends_before")
    posts, begins = dict(known.posts), {scheme.starts_on: scheme for scheme in schemes}
    away, back = ({absence[end] for absence in known.absences} for end in (0, 1))
    fte, scheme = NOTHING, scheme_on(schemes, first)
    held = dict.fromkeys(Element, NOTHING)
    for line in standing(known.lines, first - dates.DAY):
        held[line.element] += line.points
    found: list[Change] = []
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
        change = Change(
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


NOBODYS = (NOTHING, NOTHING, NOTHING)  # the elements of somebody without a post


def _by_day(lines: Iterable[Line], name: str) -> dict[date | None, list[Line]]:
    """Return lines by the day one of their ends lies on."""
    found: dict[date | None, list[Line]] = {}
    for line in lines:
        found.setdefault(getattr(line, name), []).append(line)
    return found


class TeamChange(NamedTuple):
    """A day on which something is known to change in a team, for whom, and what the team holds of what from then on."""

    on: date
    changes: Sequence[Change]
    total: Decimal
    mark: Decimal
    limit: Decimal


def team_changes_ahead(known: Iterable[Ahead], schemes: Sequence[Scheme], first: date, last: date) -> list[TeamChange]:
    """Return `changes_ahead` of a team: each worker's total is summed with its own weight (D13)."""
    by_day: dict[date, list[Change]] = {first: []}
    for worker in known:
        for change in changes_ahead(worker, schemes, first, last):
            by_day.setdefault(change.on, []).append(change)
    sums, found = NOBODYS, []
    for day in sorted(by_day):
        for change in by_day[day]:
            before = _held(change.before) if change.before else NOBODYS
            sums = [so_far + now - then for so_far, now, then in zip(sums, _held(change.total), before, strict=True)]
        found.append(TeamChange(day, [change for change in by_day[day] if change.before], *sums))
    return found


def _held(of: Total) -> tuple[Decimal, Decimal, Decimal]:
    return of.total, of.mark, of.limit
