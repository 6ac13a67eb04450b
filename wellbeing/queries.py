"""What pages ask about plans."""

from collections.abc import Collection
from decimal import Decimal

from caseload.rules import PARKED_HOURS
from workload.queries import rows

from .enums import PlanActivity

WEEKS = 4  # of a plan


def parked_contacts_planned(worker_ids: Collection[int]) -> Decimal | None:
    """Return how many contacts a week these workers have planned with people kept in touch; None without any plan (gap 49)."""
    [(hours,)] = rows(PLANNED, [list(worker_ids), PlanActivity.PARKED.value])
    return None if hours is None else hours / WEEKS / PARKED_HOURS


PLANNED = "SELECT sum(hours) FROM wellbeing_planline WHERE worker_id = ANY(%s) AND activity = %s"
