"""What people ask for, and where a plan differs from it (P12, R49)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from caseload.rules import GROUP_HOURS, GROUP_SIZE, PARKED_HOURS, Cadence, Mix, projected_contact_hours, rounded

from ...enums import Focus, PlanActivity
from .grids import BUILT_IN_ROWS, QUARTER, ROWS_BY_FOCUS, ZERO, Grid, GridRow, a_week, format_hours, of_focus
from .guidance import ADMIN_SHARE, GROUP_ADMIN_HOURS, contact_over


class AskedOfWorker(NamedTuple):
    """The people a worker supports, and the groups they facilitate; 0 groups: counted from the people, 7.5 a group."""

    people: Mix
    groups: int
    cadence: Cadence

    @property
    def sessions(self) -> Decimal:
        """Group sessions a week."""
        return Decimal(self.groups) if self.groups else Decimal(self.people.group) / GROUP_SIZE


def hours_needed(asked: AskedOfWorker) -> dict[PlanActivity, Decimal]:
    """Return the hours a week that the worker's people need by activity, unrounded (P12); other activities are left out."""
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


def _short_of(activity: PlanActivity, plan: str, need: str, own: bool) -> str:
    needed = {
        PlanActivity.HIGH_1_1: _("High support needs %(need)s hours a week."),
        PlanActivity.MEDIUM_1_1: _("Medium support needs %(need)s hours a week."),
        PlanActivity.GROUPS: _("Groups need %(need)s hours a week."),
        PlanActivity.PARKED: _("The people you keep in touch with need %(need)s contacts a week.")
        if own
        else _("The people they keep in touch with need %(need)s contacts a week."),
    }
    planned = _("Your plan has time for %(plan)s.") if own else _("The plan has time for %(plan)s.")
    return f"{needed[activity] % {'need': need}} {planned % {'plan': plan}}"


def parting(plan: Grid, needed: Mapping[PlanActivity, Decimal], hours: Decimal, *, own: bool = True) -> str:
    """
    Say where a plan differs from the hours needed: the largest shortfall first, two at most, and contact over half
    (R49).

    Where they agree that is "". Half is a week's (P08): where weeks differ, each that goes over it is named.

    Less than a quarter of an hour is no shortfall, but for keeping in touch, which is an obligation.

    :param own: whether the reader's own plan is meant
    """
    short = []
    for activity in ROWS_BY_FOCUS[Focus.CONTACT]:
        planned, asked = a_week(plan[activity]), needed[activity]
        unit, least = (PARKED_HOURS, ZERO) if activity == PlanActivity.PARKED else (Decimal(1), QUARTER)
        told, wanted = format_hours(planned / unit), format_hours(asked / unit)
        if asked - planned >= least and told != wanted:
            short.append((asked - planned, _short_of(activity, told, wanted, own)))
    sentences = [words for __, words in sorted(short, reverse=True)[:2]]
    weeks = of_focus(plan, Focus.CONTACT)
    contact = a_week(weeks)
    if over := contact_over(contact, hours):
        sentences.append(
            _("Contact takes %(contact)s of %(hours)s hours, %(over)s more than half.")
            % {"contact": format_hours(contact), "hours": format_hours(hours), "over": format_hours(over)}
        )
    if len(set(weeks)) > 1:
        sentences += [
            _("In week %(n)s contact takes %(each)s of %(hours)s hours.")
            % {"n": n, "each": format_hours(each), "hours": format_hours(hours)}
            for n, each in enumerate(weeks, 1)
            if contact_over(each, hours)
        ]
    return " ".join(sentences)


class TeamSums(NamedTuple):
    """What a team's plans come to a week, and what the people it supports ask for; hours with one decimal, half up."""

    contact: Decimal
    wellbeing: Decimal
    parked_contacts: Decimal
    need: Decimal


def team_sums(
    planned: Mapping[str, Decimal], people: Mix, cadence: Cadence, rows: Iterable[GridRow] = BUILT_IN_ROWS
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
