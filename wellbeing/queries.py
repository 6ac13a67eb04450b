"""Queries about plans for pages."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from peerload.core.sql import rows

WEEKS = 4  # of a plan


def planned(worker_ids: Collection[int], on: date) -> dict[str, Decimal]:
    """Return the hours a week that these workers have planned together, by the code of a row; nothing without any plan."""
    found = rows(PLANNED, {"workers": list(worker_ids), "on": on})
    return {code: hours / WEEKS for code, hours in found}


PLANNED = """
SELECT line.activity, sum(line.hours) FROM wellbeing_planline line
WHERE line.plan_id IN (
    SELECT DISTINCT ON (worker_id) id FROM wellbeing_timeplan
    WHERE worker_id = ANY(%(workers)s) AND state = 'agreed' AND starts_on <= %(on)s
    ORDER BY worker_id, starts_on DESC)
GROUP BY line.activity
"""
