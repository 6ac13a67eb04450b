"""The case unit: a family, or a person without one, and its lines."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext as _

from peerload.core import dates
from peerload.core.dates import FOREVER
from peerload.core.formats import format_day

from ..enums import Condition, CountedPer, Element, Ending, Window
from .facts import Activity, Holding, Line, Person
from .lines import _clip, join
from .scheme import CASE, NOTHING, OWN_CASE, Scheme, Weight, Working, closing_ends_before, versions, window_end


def is_past_window(holding: Holding, scheme: Scheme, on: date) -> bool:
    """Return whether a decision to close is past its 28 days and the person is still held (R22)."""
    return (
        holding.close_decided_on is not None
        and dates.contains(holding.starts_on, holding.ends_before, on)
        and on >= closing_ends_before(holding.close_decided_on, scheme)
    )


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
    lines: list[Line] = []
    for worker, stands in by_worker.items():
        lines += _counted_case(worker, stands, work, scheme, working, family)
    return join(lines)


def _standing(person: Person, scheme: Scheme) -> Iterator[_Standing]:
    """Yield the periods in which a person counts for a worker, in a tier that counts and not past closing (4B)."""
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

    Nearly every person is such a case, and a rebuild counts them all: `_counted_case` without its stretches.
    """
    lines: list[Line] = []
    stands = list(_standing(person, scheme))
    for stand in stands:
        __, holding, points, starts_on, ends_before, ending = stand
        worker, reason = holding.worker, _("allocated %(day)s") % {"day": format_day(holding.starts_on)}
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
            if line.starts_on < (line.ends_before or FOREVER):
                lines.append(line._replace(ends_before=None) if line.ends_before == FOREVER else line)
    return join(lines) if len(stands) > 1 else lines


def _of_work(done: _Work, stand: _Standing, on: date) -> Line:
    """Return an activity's line from a day on, until it or the person it is with counts no more."""
    until, why = min((done.ends_before, done.ending), (stand.ends_before, stand.ending))
    reason = _("begun %(day)s") % {"day": format_day(done.activity.starts_on)}
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
    found: list[Earning] = []
    first_on: dict[str, Activity] = {}
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
        if weight is None or uncounted:
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
        cases: list[tuple[list[_Standing], int | None, int | None]]
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
    reason = _("allocated %(day)s") % {"day": format_day(allocated_on)}
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
