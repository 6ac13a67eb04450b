"""
Four weeks: the templates, shares and guides, what people ask for, where a plan differs from it, and a plan that fits.

Nothing here reads the clock, the database or settings. Hours are decimals; a grid has rows, and for each row the hours of the
four weeks. A service adds rows of its own (R68). Source: 000, *Typical Working Week Focus* (P07-P14), R49 and R66-R72.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from statistics import median
from typing import NamedTuple

from caseload.rules import (
    GROUP_HOURS,
    GROUP_SIZE,
    PARKED_HOURS,
    Cadence,
    Mix,
    most_contact_hours,
    percent,
    projected_contact_hours,
    rounded,
)

from ..enums import Focus, PlanActivity

WEEKS = 4
ANCHOR = date(2000, 1, 3)  # a Monday, from which a service that has settled none counts its four weeks
ZERO = Decimal(0)
QUARTER = Decimal("0.25")


class Row(NamedTuple):
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
    Row(activity.value, activity.label, focus) for focus, activities in ROWS_BY_FOCUS.items() for activity in activities
)
# What does not get less with fewer hours (R72); the other wellbeing rows share the rest of the wellbeing time.
FIXED = (PlanActivity.SUPERVISION, PlanActivity.REFLECTIVE_PRACTICE, PlanActivity.TE_KAIRARANGA)
OWN = (PlanActivity.PHYSICAL_EXERCISE, PlanActivity.PERSONAL_LEARNING)


def rows_of_service(renamed: Mapping[str, str], added: Iterable[Row]) -> tuple[Row, ...]:
    """
    Return the rows of a service's plans: those of the practice note under the service's names, then its own, by focus.

    :param renamed: labels by the code of a row of the practice note
    :param added: the service's own rows, in their order
    """
    rows = [*(row._replace(label=renamed.get(row.code, row.label)) for row in BUILT_IN_ROWS), *added]
    return tuple(row for focus in Focus for row in rows if row.focus == focus)


@dataclass(frozen=True)
class Grid(Mapping[str, tuple[Decimal, ...]]):
    """The hours of the four weeks for each row, known by the row's code."""

    rows: tuple[Row, ...]
    hours: Mapping[str, tuple[Decimal, ...]]

    def __getitem__(self, code: str) -> tuple[Decimal, ...]:
        return self.hours[code]

    def __iter__(self) -> Iterator[str]:
        return (row.code for row in self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def of(self, focus: Focus) -> tuple[Row, ...]:
        """Return the rows of one part of the week."""
        return tuple(row for row in self.rows if row.focus == focus)


# Templates -------------------------------------------------------------------------------------------------------------


class Template(NamedTuple):
    """A plan to begin from; ``hours`` are those of a week it was made for."""

    key: str
    name: str
    words: str
    hours: Decimal
    grid: Grid


def grid(hours: Mapping[str, Iterable[Decimal | float | str]], rows: tuple[Row, ...] = BUILT_IN_ROWS) -> Grid:
    """
    Return hours by code as a grid that has every row and every week; what is not named is 0.

    :raises KeyError: if hours are named that belong to none of the rows
    """
    found = {str(code): tuple(Decimal(str(each)) for each in weeks) for code, weeks in hours.items()}
    if unknown := found.keys() - {row.code for row in rows}:
        raise KeyError(*sorted(unknown))
    return Grid(rows, {row.code: found.get(row.code, (ZERO,) * WEEKS) for row in rows})


def every_week(**hours: float | str) -> dict[str, tuple[float | str, ...]]:
    """Return rows with the same hours in each week."""
    return {name: (each,) * WEEKS for name, each in hours.items()}


SESSIONS = {"supervision": (0, 0, 0, 1), "reflective_practice": (1, 0, 1, 0), "te_kairaranga": (0, 1, 0, 0)}
WELLBEING = SESSIONS | every_week(physical_exercise=2, personal_learning=2)
FULL_WEEK = Decimal(40)
PUBLISHED = Template(
    "as_published",
    "as published",
    "The table of the practice note, as printed. Its contact time is an hour more than half of the week.",
    FULL_WEEK,
    grid(
        WELLBEING
        | every_week(high_1_1=13, medium_1_1=4, groups=3, parked=1)
        | every_week(client_admin=10, group_admin=2, marketing=2)
    ),
)
NOTES = Template(
    "from_the_notes",
    "from the notes",
    "The plan by the notes beside the table: five people at two and a half hours, three meetings, two groups, two contacts.",
    FULL_WEEK,
    grid(
        WELLBEING
        | every_week(high_1_1="12.5", medium_1_1=3, groups=3, parked=1)
        # the contact hour that the table has more, and the half of its rounding, go to management, whose label says 15
        | every_week(client_admin="10.5", group_admin=2, marketing=3)
    ),
)
REMOTE = Template(
    "remote",
    "remote service",
    "An extra group session and fewer one-to-one meetings, for areas where people live far apart.",
    FULL_WEEK,
    grid(
        WELLBEING
        | every_week(high_1_1="12.5", medium_1_1="1.5", groups="4.5", parked=1)
        | every_week(client_admin=10, group_admin=3, marketing="2.5")
    ),
)


def scaled(template: Template, hours: Decimal) -> Grid:
    """
    Return a template for a week of so many hours (R72).

    Shares scale; supervision, reflective practice and Te Kairaranga stay, and take of the wellbeing time first. In quarter
    hours, each week together exactly ``hours`` where the template's is exactly its own.
    """
    if hours == template.hours:
        return template.grid
    weeks = [_scaled_week(template, n, hours) for n in range(WEEKS)]
    return _from_weeks(template.grid.rows, weeks)


def _from_weeks(rows: tuple[Row, ...], weeks: list[dict[str, Decimal]]) -> Grid:
    return Grid(rows, {row.code: tuple(week[row.code] for week in weeks) for row in rows})


def _scaled_week(template: Template, week: int, hours: Decimal) -> dict[str, Decimal]:
    plan = template.grid
    was = {code: plan[code][week] for code in plan}
    if not template.hours:
        return dict.fromkeys(was, ZERO)
    whole = sum(was.values()) * hours / template.hours
    by_focus = apportioned(whole, [sum((was[row.code] for row in plan.of(focus)), ZERO) for focus in Focus])
    found: dict[str, Decimal] = {}
    for focus, much in zip(Focus, by_focus, strict=True):
        codes = [row.code for row in plan.of(focus)]
        if focus == Focus.WELLBEING:
            fixed = {code: was[code] for code in codes if code in FIXED}
            found |= fixed
            codes = [code for code in codes if code not in FIXED]
            much = max(much - sum(fixed.values()), ZERO)
        found |= dict(zip(codes, apportioned(much, [was[code] for code in codes]), strict=True))
    return found


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


PART_TIME = Template(
    "part_time",
    "part-time",
    "The notes, for half a post. Supervision, reflective practice and Te Kairaranga stay as they are.",
    FULL_WEEK / 2,
    scaled(NOTES, FULL_WEEK / 2),
)
TEMPLATES = (NOTES, PUBLISHED, REMOTE, PART_TIME)  # the first is where somebody new begins (R66)
BUILT_IN = {template.key: template for template in TEMPLATES}


# Which week it is ------------------------------------------------------------------------------------------------------


def monday(on: date) -> date:
    """Return the Monday of a day's week."""
    return on - timedelta(days=on.weekday())


def next_monday(on: date) -> date:
    """Return the first Monday after a day."""
    return monday(on) + timedelta(weeks=1)


def week_of(on: date, anchor: date | None) -> int:
    """Return which of the four weeks a day is in, 1 to 4, counted from the anchor Monday both ways (R71)."""
    return (monday(on) - (anchor or ANCHOR)).days // 7 % WEEKS + 1


def following(first: date) -> list[date]:
    """Return four Mondays, the first of them given."""
    return [first + timedelta(weeks=n) for n in range(WEEKS)]


def mondays(on: date, anchor: date | None) -> list[date]:
    """Return the Mondays of the four weeks that a day is in."""
    return following(monday(on) - timedelta(weeks=week_of(on, anchor) - 1))


class WorkDay(NamedTuple):
    """A day of a real week: the hours of the post on it, and whether the worker is away or the service is shut."""

    hours: Decimal
    away: bool
    shut: bool


class RealWeek(NamedTuple):
    """What is left of a week: days away and days shut on which there was work, and the hours that are left."""

    away: int
    shut: int
    hours: Decimal


def real_week(days: Iterable[WorkDay]) -> RealWeek:
    """
    Return what is left of a week when leave and days shut are taken off (R70).

    A day without work takes nothing off, whether the worker is away on it or not. A day that is both counts as shut.
    """
    worked = [day for day in days if day.hours]
    shut = sum(day.shut for day in worked)
    away = sum(day.away and not day.shut for day in worked)
    return RealWeek(away, shut, sum((day.hours for day in worked if not (day.away or day.shut)), ZERO))


# Sums, shares, guides --------------------------------------------------------------------------------------------------


def totals(plan: Grid) -> list[Decimal]:
    """Return the hours of all rows together in each of the four weeks."""
    return _sums(plan, plan.rows)


def of_focus(plan: Grid, focus: Focus) -> list[Decimal]:
    """Return the hours of one part of the week in each of the four weeks."""
    return _sums(plan, plan.of(focus))


def _sums(plan: Grid, rows: Iterable[Row]) -> list[Decimal]:
    return [sum(week, ZERO) for week in zip(*(plan[row.code] for row in rows), strict=True)]


def a_week(hours: Iterable[Decimal]) -> Decimal:
    """Return the average of the four weeks."""
    return sum(hours, ZERO) / WEEKS


def whole_percents(hours: Iterable[Decimal], whole: Decimal) -> list[int]:
    """Return shares as the practice note prints them, each rounded half up; they need not come to 100 (R67)."""
    return [int(rounded(each * 100 / whole, 0)) for each in hours]


def contact_over(contact: Decimal, hours: Decimal) -> Decimal:
    """Return the hours of contact above half of the available ones, 0 within (P08)."""
    return max(contact - most_contact_hours(hours), ZERO)


WELLBEING_SHARE = Decimal("0.125")  # five hours of forty, an hour a day (P09)
ADMIN_SHARE = Decimal("0.5")  # of planned contact, for administration (P10, R69)
GROUP_ADMIN_HOURS = Decimal(1)  # a group a week (P10)
MARKETING_SHARE = Decimal("0.05")  # two hours of forty (P10)


class State(StrEnum):
    """How hours stand against their guide."""

    AS_GUIDE = "as_guide"
    BELOW = "below"
    OVER = "over"
    NO_RULE = "no_rule"


class Guide(NamedTuple):
    """A part of the week against its guide: ``apart`` are the hours between them, ``share`` is that of the week in per cent."""

    focus: Focus
    hours: Decimal
    guide: Decimal
    state: State
    apart: Decimal
    share: Decimal | None

    @property
    def words(self) -> str:
        if self.state == State.AS_GUIDE:
            return "within half" if self.focus == Focus.CONTACT else "as the guide"
        if self.state == State.BELOW:
            return f"{said(self.apart)} h below the guide"
        return f"{said(self.apart)} h over half" if self.state == State.OVER else "no rule, a guide"


def guides(by_focus: Mapping[Focus, Decimal], *, groups: Decimal, marketing: Decimal, hours: Decimal) -> list[Guide]:
    """
    Return the three parts of a week against their guides (P08-P10, R69).

    :param by_focus: hours a week
    :param groups: the group sessions planned a week
    :param marketing: the hours planned for relationships outside; no guide says anything about them
    :param hours: available a week
    """
    wellbeing, contact, management = (by_focus[focus] for focus in Focus)
    kept, most = hours * WELLBEING_SHARE, most_contact_hours(hours)
    admin = contact * ADMIN_SHARE + groups * GROUP_ADMIN_HOURS + marketing
    found = (
        (Focus.WELLBEING, wellbeing, kept, State.BELOW if wellbeing < kept else State.AS_GUIDE),
        (Focus.CONTACT, contact, most, State.OVER if contact > most else State.AS_GUIDE),
        (Focus.MANAGEMENT, management, admin, State.NO_RULE),
    )
    return [
        Guide(focus, much, guide, state, abs(much - guide), percent(much, hours)) for focus, much, guide, state in found
    ]


def guides_of(plan: Grid, hours: Decimal) -> list[Guide]:
    """Return an average week of a plan against the guides."""
    return guides(
        {focus: a_week(of_focus(plan, focus)) for focus in Focus},
        groups=a_week(plan[PlanActivity.GROUPS]) / GROUP_HOURS,
        marketing=a_week(plan[PlanActivity.MARKETING]),
        hours=hours,
    )


# What people ask for ---------------------------------------------------------------------------------------------------


class Asked(NamedTuple):
    """The people a worker supports, and the groups they facilitate; 0 groups: counted from the people, 7.5 a group."""

    people: Mix
    groups: int
    cadence: Cadence

    @property
    def sessions(self) -> Decimal:
        """Group sessions a week."""
        return Decimal(self.groups) if self.groups else Decimal(self.people.group) / GROUP_SIZE


def need(asked: Asked) -> dict[PlanActivity, Decimal]:
    """Return the hours a week that people ask for by activity, unrounded (P12); of the others nobody asks."""
    people = asked.people
    alone = {
        PlanActivity.HIGH_1_1: Mix(high=people.high),
        PlanActivity.MEDIUM_1_1: Mix(medium=people.medium),
        PlanActivity.PARKED: Mix(parked=people.parked),
    }
    found = {activity: projected_contact_hours(mix, asked.cadence) for activity, mix in alone.items()}
    found[PlanActivity.GROUPS] = asked.sessions * GROUP_HOURS
    found[PlanActivity.CLIENT_ADMIN] = sum(found.values()) * ADMIN_SHARE
    found[PlanActivity.GROUP_ADMIN] = asked.sessions * GROUP_ADMIN_HOURS
    return found


def contact_needed(needed: Mapping[PlanActivity, Decimal]) -> Decimal:
    """Return the contact hours a week people ask for together."""
    return sum((needed[activity] for activity in ROWS_BY_FOCUS[Focus.CONTACT]), ZERO)


# Where the plan differs from what people need -------------------------------------------------------------------------


def said(hours: Decimal) -> str:
    """Say hours, or contacts a week, with at most one decimal: 3.3, 21."""
    return f"{rounded(hours, 1):f}".removesuffix(".0")


SHORT_OF = {
    PlanActivity.HIGH_1_1: "{plan} hours a week for high support, and {need} are needed",
    PlanActivity.MEDIUM_1_1: "{plan} hours a week for medium support, and {need} are needed",
    PlanActivity.GROUPS: "{plan} hours a week with groups, and {need} are needed",
    PlanActivity.PARKED: "room for {plan} contacts a week with people {who} keep in touch with, who need {need}",
}


def parting(plan: Grid, needed: Mapping[PlanActivity, Decimal], hours: Decimal, *, own: bool = True) -> str:
    """
    Say where a plan and what people ask for part: the largest shortfall first, two at most, and contact over half (R49).

    Where they agree that is "". Half is a week's (P08): where weeks differ, each that goes over it is named.

    Less than a quarter of an hour is no shortfall, but for keeping in touch, which is an obligation.

    :param own: whether the reader's own plan is meant
    """
    short = []
    for activity in ROWS_BY_FOCUS[Focus.CONTACT]:
        planned, asked = a_week(plan[activity]), needed[activity]
        unit, least = (PARKED_HOURS, ZERO) if activity == PlanActivity.PARKED else (Decimal(1), QUARTER)
        told, wanted = said(planned / unit), said(asked / unit)
        if asked > planned and asked - planned >= least and told != wanted:
            words = SHORT_OF[activity].format(plan=told, need=wanted, who="you" if own else "they")
            short.append((asked - planned, words))
    largest = [words for _, words in sorted(short, reverse=True)[:2]]
    sentences = [f"{'Your' if own else 'The'} plan has {'; it has '.join(largest)}."] if largest else []
    weeks = of_focus(plan, Focus.CONTACT)
    contact = a_week(weeks)
    if over := contact_over(contact, hours):
        sentences.append(f"Contact takes {said(contact)} of {said(hours)} hours, {said(over)} more than half.")
    if len(set(weeks)) > 1:
        sentences += [
            f"In week {n} contact takes {said(each)} of {said(hours)} hours."
            for n, each in enumerate(weeks, 1)
            if contact_over(each, hours)
        ]
    return " ".join(sentences)


def not_adding_up(plan: Grid, hours: Decimal) -> str:
    """Say which weeks of a plan do not come to the hours of the post; "" where all do (R70)."""
    apart = [(week, total) for week, total in enumerate(totals(plan), 1) if total != hours]
    if not apart:
        return ""
    if len(apart) == WEEKS and len({total for _, total in apart}) == 1:
        return f"The weeks come to {said(apart[0][1])} hours each; the post has {said(hours)}."
    words = ", ".join(f"week {week} to {said(total)}" for week, total in apart)
    return f"{words[0].upper()}{words[1:].replace(' to ', ' comes to ', 1)} hours; the post has {said(hours)}."


class TeamSums(NamedTuple):
    """What a team's plans come to a week, and what the people it supports ask for; hours with one decimal, half up."""

    contact: Decimal
    wellbeing: Decimal
    parked_contacts: Decimal
    need: Decimal


def team_sums(
    planned: Mapping[str, Decimal], people: Mix, cadence: Cadence, rows: Iterable[Row] = BUILT_IN_ROWS
) -> TeamSums | None:
    """
    Return what several plans come to together, as sums alone; None without any plan (R84).

    :param planned: hours a week of all plans, by the code of a row
    """
    if not planned:
        return None
    of = dict.fromkeys(Focus, ZERO)
    for row in rows:
        of[row.focus] += planned.get(row.code, ZERO)
    contacts = planned.get(PlanActivity.PARKED, ZERO) / PARKED_HOURS
    need_together = projected_contact_hours(people, cadence)
    return TeamSums(*(rounded(each, 1) for each in (of[Focus.CONTACT], of[Focus.WELLBEING], contacts, need_together)))


# A plan that fits ------------------------------------------------------------------------------------------------------


class Fits(NamedTuple):
    """
    A plan that fits; where people ask for more than half the hours, by how much and for how many people it has no time.

    ``left_out`` are people by activity.
    """

    plan: Grid
    over: Decimal
    left_out: dict[PlanActivity, int]


# Keeping in touch is an obligation, the table "suggestions" (R49); then those who need most, and many before one.
FIRST = (PlanActivity.PARKED, PlanActivity.HIGH_1_1, PlanActivity.GROUPS, PlanActivity.MEDIUM_1_1)


def plan_that_fits(asked: Asked, hours: Decimal, rows: tuple[Row, ...] = BUILT_IN_ROWS) -> Fits:
    """
    Return four weeks for so many available hours that meet the six weeks first, then as much as half the hours hold (R49).

    Wellbeing is kept at its guide and administration at half of contact, as far as the hours go; what is left is first two
    hours in forty for relationships outside, then room for people to come. In quarter hours; each week comes to ``hours``.
    A service's own rows are left at 0: nothing here knows what they need.
    """
    needed = need(asked)
    weeks = [_week_that_fits(needed, hours, sessions) for sessions in _sessions(hours)]
    own = dict.fromkeys((row.code for row in rows), ZERO)
    plan = _from_weeks(rows, [own | {activity.value: each for activity, each in week.items()} for week in weeks])
    over = contact_over(contact_needed(needed), hours)
    return Fits(plan, over, _left_out(plan, needed, asked) if over else {})


def _sessions(hours: Decimal) -> list[dict[PlanActivity, Decimal]]:
    """Return the sessions of each week, which do not get less with fewer hours, but never more than there are."""
    return [
        {activity: min(Decimal(SESSIONS[activity.value][week]), down(hours)) for activity in FIXED}
        for week in range(WEEKS)
    ]


def _week_that_fits(
    needed: Mapping[PlanActivity, Decimal], hours: Decimal, sessions: Mapping[PlanActivity, Decimal]
) -> dict[PlanActivity, Decimal]:
    fixed = sum(sessions.values(), ZERO)
    wellbeing = max(min(up(hours * WELLBEING_SHARE), down(hours)), fixed)
    most = down(min(most_contact_hours(hours), hours - wellbeing))
    contact = _contact_that_fits(needed, most)
    groups = contact[PlanActivity.GROUPS] / GROUP_HOURS * GROUP_ADMIN_HOURS
    outside = hours * MARKETING_SHARE
    spare = (hours - wellbeing - groups - outside) / (1 + ADMIN_SHARE) - sum(contact.values())
    spare = max(min(down(spare), most - sum(contact.values())), ZERO)
    contact = _with_room(contact, spare)
    left = hours - wellbeing - sum(contact.values())
    client_admin = min(up(sum(contact.values()) * ADMIN_SHARE), down(left))
    group_admin = min(up(groups), down(left - client_admin))
    own = dict(zip(OWN, apportioned(wellbeing - fixed, [Decimal(1)] * len(OWN)), strict=True))
    return {
        **sessions,
        **own,
        **contact,
        PlanActivity.CLIENT_ADMIN: client_admin,
        PlanActivity.GROUP_ADMIN: group_admin,
        PlanActivity.MARKETING: left - client_admin - group_admin,
    }


def _contact_that_fits(needed: Mapping[PlanActivity, Decimal], most: Decimal) -> dict[PlanActivity, Decimal]:
    """Return contact hours within the most there are, the obligation in full before anything else."""
    found, left = {}, most
    keep = min(up(needed[PlanActivity.PARKED]), most)
    rest = [(activity, needed[activity]) for activity in FIRST if activity != PlanActivity.PARKED]
    fits = sum(hours for _, hours in rest) <= most - keep
    found[PlanActivity.PARKED], left = keep, most - keep
    for activity, hours in rest:
        found[activity] = min(down(hours) if fits else up(hours), left)
        left -= found[activity]
    if fits:  # round up as far as it goes, those who lack most of a quarter first
        for activity, _ in sorted(rest, key=lambda each: found[each[0]] - each[1]):
            if found[activity] < needed[activity] and left >= QUARTER:
                found[activity] += QUARTER
                left -= QUARTER
    return found


def _with_room(contact: dict[PlanActivity, Decimal], spare: Decimal) -> dict[PlanActivity, Decimal]:
    """Return contact hours with room for people to come, one to one, where people have support or as the notes have it."""
    room = (PlanActivity.HIGH_1_1, PlanActivity.MEDIUM_1_1)
    weights = [contact[each] for each in room]
    weights = weights if any(weights) else [NOTES.grid[each][0] for each in room]
    return contact | {each: contact[each] + more for each, more in zip(room, apportioned(spare, weights), strict=True)}


def _left_out(plan: Grid, needed: Mapping[PlanActivity, Decimal], asked: Asked) -> dict[PlanActivity, int]:
    people = dict(zip((FIRST[1], FIRST[3], FIRST[2], FIRST[0]), asked.people, strict=True))
    found = {}
    for activity in FIRST:
        short = needed[activity] - a_week(plan[activity])
        if short > 0 and needed[activity]:
            count = (people[activity] * short / needed[activity]).to_integral_value(ROUND_CEILING)
            found[activity] = max(int(count), 1)
    return found


LEFT_OUT = {
    PlanActivity.HIGH_1_1: "high support",
    PlanActivity.MEDIUM_1_1: "medium support",
    PlanActivity.GROUPS: "groups",
    PlanActivity.PARKED: "keeping in touch",
}


def over_words(fits: Fits, asked: Asked, hours: Decimal) -> str:
    """Say by how much, and for how many people, more is asked for than half the hours hold; "" where it fits."""
    if not fits.over:
        return ""
    more = f"{rounded(fits.over * 60, 0)} minutes" if fits.over < 1 else f"{said(fits.over)} hours"
    parts = [f"{LEFT_OUT[each]} of {n} {'person' if n == 1 else 'people'}" for each, n in fits.left_out.items()]
    without = f"; it has no time for {joined(parts)}" if parts else ""
    return (
        f"The people you support need {said(contact_needed(need(asked)))} hours of contact a week, {more} more than half of "
        f"{said(hours)}. The plan that fits puts keeping in touch first{without}. Talk about it with your team manager."
    )


def joined(words: list[str]) -> str:
    """Join words as in a sentence: one, two and three."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


# What happened ---------------------------------------------------------------------------------------------------------


def middle(weeks: Iterable[Mapping[str, Decimal]], rows: Iterable[Row] = BUILT_IN_ROWS) -> dict[str, Decimal]:
    """Return the median hours of each row over the weeks in which anything was logged; without any, nothing."""
    weeks = [week for week in weeks if any(week.values())]
    if not weeks:
        return {}
    return {row.code: median(week.get(row.code, ZERO) for week in weeks) for row in rows}
