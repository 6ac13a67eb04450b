"""
Checks over all rows of a service together, those of the file and the stored ones. Pure.

Every fault names the row of the file that brings it. Each module is one subject.
"""

from collections.abc import Collection
from datetime import date

from ..comparison.rows import ServiceRows
from ..errors import Fault
from ..sheets import SHEET
from .groups import check_attendance, check_drop_ins, check_group_meetings, check_group_sessions, check_in_groups
from .months import LOCKED, check_agreed_records, check_kinds, check_record_parts, check_reports, check_schemes
from .once import check_names, check_one_at_a_time, check_twice
from .people import (
    check_activities,
    check_before_waiting,
    check_contacts_that_began_support,
    check_cover,
    check_decisions,
    check_merges,
    check_periods,
    check_tiers,
    check_waiting,
)
from .plans import check_plan_rows
from .references import check_references
from .rows import check_future_days, check_rows
from .service import read_settings
from .staff import check_staff


def faults(service: ServiceRows, *, broken: Collection[str], today: date) -> list[Fault]:
    """
    Return everything that contradicts itself, in order of sheet and row.

    :param broken: sheets that are there and could not be read; nothing is asked that they would answer
    :param today: the organisation's
    """
    found = [
        *check_references(service, broken),
        *check_future_days(service, today),
        *check_rows(service),
        *check_staff(service, today),
        *check_names(service),
        *check_periods(service),
        *check_decisions(service),
        *check_activities(service),
        *check_tiers(service, broken),
        *check_agreed_records(service),
        *check_waiting(service),
        *check_before_waiting(service, today),
        *check_in_groups(service),
        *check_group_meetings(service),
        *check_group_sessions(service, broken),
        *check_attendance(service, broken),
        *check_drop_ins(service, broken),
        *check_plan_rows(service, broken),
        *check_twice(service),
        *check_one_at_a_time(service),
        *check_cover(service),
        *check_record_parts(service),
        *check_contacts_that_began_support(service),
        *check_schemes(service),
        *check_kinds(service, broken),
        *check_reports(service, today),
        *check_merges(service),
    ]
    order = list(SHEET)
    return sorted(found, key=lambda fault: (order.index(fault.sheet), fault.row))
