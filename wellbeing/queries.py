"""What pages ask about plans."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from caseload.rules import PARKED_HOURS
from workload.queries import rows

from .enums import PlanActivity

WEEKS = 4  # of a plan


def parked_contacts_planned(worker_ids: Collection[int], on: date) -> Decimal | None:
    """Return how many contacts a week these workers have planned with people kept in touch; None without any plan (gap 49)."""
    [(hours,)] = rows(PLANNED, {"workers": list(worker_ids), "on": on, "activity": PlanActivity.PARKED.value})
    return None if hours is None else hours / WEEKS / PARKED_HOURS


PLANNED = """
SELECT sum(line.hours) FROM wellbeing_planline line
WHERE line.activity = %(activity)s AND line.plan_id IN (
    SELECT DISTINCT ON (worker_id) id FROM wellbeing_timeplan
    WHERE worker_id = ANY(%(workers)s) AND state = 'agreed' AND starts_on <= %(on)s
    ORDER BY worker_id, starts_on DESC)
"""
