"""What a study found as a table: each kind beside the plan, the guide, and the points of the people it is about."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from caseload.enums import Tier
from peerload.staff.models import Member
from workload.queries import mix_on

from ..enums import StudyKind
from ..models import TimeStudy
from ..plans import queries as plans
from ..plans.rules.grids import a_week, make_grid
from . import queries, rules

TIERS = {
    StudyKind.HIGH_1_1: Tier.HIGH,
    StudyKind.MEDIUM_1_1: Tier.MEDIUM,
    StudyKind.GROUPS: Tier.GROUP,
    StudyKind.PARKED: Tier.PARKED,
}


class StudyRow(NamedTuple):
    """
    A kind of work in a study: its entries, hours a week measured and planned, and the guide for one entry.

    ``people`` and their ``points`` are of the tier the kind is about, None of other kinds; they are not hours (W28).
    """

    found: rules.KindMeasured
    hours: Decimal
    planned: Decimal | None
    guide: str
    people: int | None
    points: Decimal | None


class Result(NamedTuple):
    first: date
    last: date
    is_over: bool
    rows: list[StudyRow]
    parting: list[str]
    hours: Decimal
    without_minutes: int


def result(worker: Member, study: TimeStudy, on: date) -> Result:
    """Return a study's results up to a day, with plan, people and points of its last day."""
    last = rules.last_day(study.starts_on, study.ended_on)
    until = max(min(last, on), study.starts_on)
    pieces, without = queries.studied([study])[study.pk]
    found = rules.findings(pieces)
    plan = plans.in_force(worker, until)
    grid = plans.grid_of(plan) if plan else make_grid({})
    planned = {code: a_week(weeks) for code, weeks in grid.items()} if plan else {}
    people, points = mix_on([worker.pk], until)[worker.pk], queries.points_by_tier(worker, until)
    by_tier = dict(zip((Tier.HIGH, Tier.MEDIUM, Tier.GROUP, Tier.PARKED), people, strict=True))
    hours = {each.kind: rules.hours_a_week(each.minutes, study.starts_on, until) for each in found}
    rows = [
        StudyRow(
            each,
            hours[each.kind],
            rules.planned_hours(each.kind, planned, grid.rows),
            _guide(each.kind),
            by_tier[TIERS[each.kind]] if each.kind in TIERS else None,
            points.get(TIERS[each.kind], Decimal(0)) if each.kind in TIERS else None,
        )
        for each in found
    ]
    parting = rules.parting(found, people, study.starts_on, until)
    return Result(study.starts_on, last, last < on, rows, parting, sum(hours.values(), Decimal(0)), without)


def _guide(kind: StudyKind) -> str:
    if kind == StudyKind.HIGH_1_1:
        return _("%(high_a_week)s a person a week") % {"high_a_week": rules.spell(rules.HIGH_A_WEEK)}
    return rules.spell(rules.A_PIECE[kind]) if kind in rules.A_PIECE else ""
