"""What pages ask about plans."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from workload.queries import rows

from .enums import PlanActivity

WEEKS = 4  # of a plan


def planned(worker_ids: Collection[int], on: date) -> dict[PlanActivity, Decimal]:
    """Return the hours a week that these workers have planned together, by activity; nothing without any plan."""
    found = rows(PLANNED, {"workers": list(worker_ids), "on": on})
    return {PlanActivity(activity): hours / WEEKS for activity, hours in found}


PLANNED = """
SELECT line.activity, sum(line.hours) FROM wellbeing_planline line
WHERE line.plan_id IN (
    SELECT DISTINCT ON (worker_id) id FROM wellbeing_timeplan
    WHERE worker_id = ANY(%(workers)s) AND state = 'agreed' AND starts_on <= %(on)s
    ORDER BY worker_id, starts_on DESC)
GROUP BY line.activity
"""
