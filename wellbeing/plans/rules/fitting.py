"""A plan that fits: the six weeks first, then as much as half the hours hold (R49)."""

from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from caseload.rules import GROUP_HOURS, most_contact_hours
from peerload.core.formats import format_list

from ...enums import PlanActivity
from .grids import (
    BUILT_IN_ROWS,
    FIXED,
    OWN,
    QUARTER,
    WEEKS,
    ZERO,
    Grid,
    GridRow,
    a_week,
    apportioned,
    down,
    format_hours,
    grid_of_weeks,
    up,
)
from .guidance import ADMIN_SHARE, GROUP_ADMIN_HOURS, MARKETING_SHARE, WELLBEING_SHARE, contact_over
from .needs import AskedOfWorker, contact_needed, hours_needed
from .templates import NOTES, SESSIONS


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


def plan_that_fits(asked: AskedOfWorker, hours: Decimal, rows: tuple[GridRow, ...] = BUILT_IN_ROWS) -> Fits:
    """
    Return four weeks for so many available hours that meet the six weeks first, then as much as half the hours hold (R49).

    Wellbeing is kept at its guide and administration at half of contact, as far as the hours go; what is left is first
    two hours in forty for relationships outside, then room for people to come. In quarter hours; each week comes to
    ``hours``. A service's own rows are left at 0: their needs are not known here.
    """
    needed = hours_needed(asked)
    weeks = [_week_that_fits(needed, hours, sessions) for sessions in _sessions(hours)]
    own = dict.fromkeys((row.code for row in rows), ZERO)
    plan = grid_of_weeks(rows, [own | {activity.value: each for activity, each in week.items()} for week in weeks])
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
    fits = sum(hours for __, hours in rest) <= most - keep
    found[PlanActivity.PARKED], left = keep, most - keep
    for activity, hours in rest:
        found[activity] = min(down(hours) if fits else up(hours), left)
        left -= found[activity]
    if fits:  # round up as far as the hours allow, those who lack most of a quarter first
        for activity, __ in sorted(rest, key=lambda each: found[each[0]] - each[1]):
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


def _left_out(plan: Grid, needed: Mapping[PlanActivity, Decimal], asked: AskedOfWorker) -> dict[PlanActivity, int]:
    people = dict(zip((FIRST[1], FIRST[3], FIRST[2], FIRST[0]), asked.people, strict=True))
    found = {}
    for activity in FIRST:
        short = needed[activity] - a_week(plan[activity])
        if short > 0 and needed[activity]:
            count = (people[activity] * short / needed[activity]).to_integral_value(ROUND_CEILING)
            found[activity] = max(int(count), 1)
    return found


LEFT_OUT: dict[PlanActivity, Callable[[int], str]] = {
    PlanActivity.HIGH_1_1: lambda n: ngettext(
        "%(count)s person with high support", "%(count)s people with high support", n
    ),
    PlanActivity.MEDIUM_1_1: lambda n: ngettext(
        "%(count)s person with medium support", "%(count)s people with medium support", n
    ),
    PlanActivity.GROUPS: lambda n: ngettext("%(count)s person in groups", "%(count)s people in groups", n),
    PlanActivity.PARKED: lambda n: ngettext(
        "%(count)s person you keep in touch with", "%(count)s people you keep in touch with", n
    ),
}


def over_words(fits: Fits, asked: AskedOfWorker, hours: Decimal) -> str:
    """Say by how much, and for how many people, the hours needed exceed half the hours; "" where they fit."""
    if not fits.over:
        return ""
    over = format_hours(fits.over)
    words = ngettext(
        "The people you support need %(needed)s hours of contact a week, %(over)s hour more than half of %(hours)s.",
        "The people you support need %(needed)s hours of contact a week, %(over)s hours more than half of %(hours)s.",
        1 if over == "1" else 2,
    )
    needed = format_hours(contact_needed(hours_needed(asked)))
    parts = [LEFT_OUT[each](n) % {"count": n} for each, n in fits.left_out.items()]
    first = (
        _("The plan that fits puts keeping in touch first. It has no time left for %(left_out)s.")
        if parts
        else _("The plan that fits puts keeping in touch first.")
    )
    return " ".join(
        [
            words % {"needed": needed, "over": over, "hours": format_hours(hours)},
            first % {"left_out": format_list(parts)},
            _("Talk about it with your team manager."),
        ]
    )
