"""Writing all that an import brings: sheet by sheet, so that what refers to something is written after it."""

from collections.abc import Callable

from peerload.staff.models import Member

from ..preview import ImportPlan
from .away import write_leaving_steps
from .groups import write_attendance, write_drop_ins, write_group_sessions
from .people import write_contacts, write_people, write_possible_duplicates, write_waiting
from .plans import write_plans, write_sessions
from .staff import write_absences, write_addresses, write_posts, write_service, write_teams_and_staff
from .writer import Writer

# A sheet that is just its rows is written by name; the others have a step of their own.
ORDER: tuple[str | Callable[[Writer], None], ...] = (
    write_service, write_teams_and_staff, "scheme_versions", "scheme_rows", write_absences, write_posts,
    write_people, "tiers", "replaced_parking", "allocations", "close_decisions", "allocation_reviews", write_waiting,
    "please_dont", "activities", write_contacts, "next_steps", "goals", "consents",
    "groups", "group_facilitators", "group_members", "group_meetings", write_group_sessions, write_attendance, write_drop_ins,
    "responsibilities", "cover", "acting", "absence_steps", "temporary_moves", "leavings", write_leaving_steps, "handovers",
    write_possible_duplicates, "merges",
    "plan_rows", "plan_templates", write_plans, "session_cadence", write_sessions, "time_logged",
    "team_reports", "records", "record_lines", "record_agreements", "record_assumptions", "report_questions", "record_actions",
    "leave_kinds", "leave_requests", "closures", write_addresses,
)  # fmt: skip


def write(
    plan: ImportPlan, by: Member | None, progress: Callable[[int, int], None], *, replace: bool
) -> dict[str, list[tuple[int, int]]]:
    """
    Write a plan, and return the primary keys of what was written, by model.

    :param replace: whether new rows take the place of those they are like
    """
    writer = Writer(plan, by, progress, replace=replace)
    for step in ORDER:
        if isinstance(step, str):
            writer.sheet(step)
        else:
            step(writer)
    return writer.written
