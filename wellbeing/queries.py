"""What pages ask about plans."""

from collections.abc import Collection
from decimal import Decimal

from django.db.models import Sum

from caseload.rules import PARKED_HOURS

from .enums import PlanActivity
from .models import PlanLine

WEEKS = 4  # of a plan


def parked_contacts_planned(worker_ids: Collection[int]) -> Decimal | None:
    """Return how many contacts a week these workers have planned with people kept in touch; None without any plan (gap 49)."""
    lines = PlanLine.objects.filter(worker__in=list(worker_ids), activity=PlanActivity.PARKED)
    hours = lines.aggregate(hours=Sum("hours"))["hours"]
    return None if hours is None else hours / WEEKS / PARKED_HOURS
