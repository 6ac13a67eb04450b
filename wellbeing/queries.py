"""Queries about plans for pages."""

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from peerload.core.sql import rows

WEEKS = 4  # of a plan


class PlanInForce(NamedTuple):
    """The plan that a worker and their manager have agreed on: its hours a week by the code of a row."""

    uid: UUID
    hours: dict[str, Decimal]


def plans_in_force(worker_ids: Collection[int], on: date) -> dict[int, PlanInForce]:
    """Return the plans that hold on a day, by member; who has none is left out, one without hours has none."""
    found: dict[int, PlanInForce] = {}
    for worker, uid, code, hours in rows(PLANNED, {"workers": list(worker_ids), "on": on}):
        plan = found.setdefault(worker, PlanInForce(uid, {}))
        if code is not None:
            plan.hours[code] = hours / WEEKS
    return found


def planned_in(plans: Iterable[PlanInForce]) -> dict[str, Decimal]:
    """Return the hours a week of some plans together, by the code of a row."""
    found: dict[str, Decimal] = {}
    for plan in plans:
        for code, hours in plan.hours.items():
            found[code] = found.get(code, Decimal(0)) + hours
    return found


PLANNED = """
SELECT plan.worker_id, plan.uid, line.activity, sum(line.hours)
  FROM (SELECT DISTINCT ON (worker_id) id, worker_id, uid FROM wellbeing_timeplan
         WHERE worker_id = ANY(%(workers)s) AND state = 'agreed' AND starts_on <= %(on)s
         ORDER BY worker_id, starts_on DESC) AS plan
  LEFT JOIN wellbeing_planline line ON line.plan_id = plan.id
 GROUP BY plan.worker_id, plan.uid, line.activity
"""
