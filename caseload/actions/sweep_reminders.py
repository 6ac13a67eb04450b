"""The notices that a sweep sends once, and who gets them: contacts due, decisions, windows past, waiting, no one responsible."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from peerload.core.periods import sql_holds_half_open, sql_lasts_half_open
from peerload.core.sql import rows, run
from peerload.staff.models import Organisation

from .. import rules
from ..cover.queries import STATUTORY_ALONE
from ..enums import ReminderKind
from ..models import Client
from ..queries.settings import cadence_of
from ..signals import closing_window_asked
from .sweep_recipients import OWED, TELL, TOLD
from .sweeping import lock_sweep, sweep_days, swept_on


def days_to_close(organisation_id: int, on: date) -> int:
    """Return how many days points count after a decision to close on a day (W05); the scheme, which is workload's, sets it."""
    answers: Sequence[tuple[object, Any]] = closing_window_asked.send(Client, organisation_id=organisation_id, on=on)
    return max((days for _, days in answers), default=28)


# Each of these finds rows `found (client_id, kind, anchor_on)`; what the unique key lets through is new. Of a person who waits
# the worker is the person responsible.
ONCE = f"""
fresh AS (
    INSERT INTO caseload_reminder (organisation_id, client_id, kind, anchor_on, "on")
    SELECT %(organisation)s, client_id, kind, anchor_on, %(on)s FROM found
    ON CONFLICT DO NOTHING
    RETURNING client_id, kind, anchor_on
), about AS (
    SELECT fresh.*, c.team_id, coalesce(a.worker_id, r.owner_id) AS worker_id,
        fresh.kind = ANY(%(to_worker)s) AS to_worker, fresh.kind = ANY(%(to_manager)s) AS to_manager
    FROM fresh JOIN caseload_client c ON c.id = fresh.client_id
    LEFT JOIN caseload_allocation a ON a.client_id = c.id AND {sql_holds_half_open("a")}
    LEFT JOIN caseload_referral r ON r.client_id = c.id AND r.ended_on IS NULL
),
"""

# Their last day with us: no one is reminded of people whose support is closed.
CLOSED = """EXISTS (
            SELECT FROM caseload_allocation a WHERE a.client_id = c.id AND a.closed_on <= %(on)s AND a.ends_before > %(on)s)"""

# Locked, so that a contact that moves the anchor is either seen here or finds the reminder to cancel; a person who is just being
# changed is left for the next run.
REMIND = f"""
WITH due AS MATERIALIZED (
    SELECT c.id, c.six_weeks_from FROM caseload_client c
    WHERE c.organisation_id = %(organisation)s AND c.tier = 'parked' AND c.contact_preference = 'ok'
        AND c.support_wanted_on IS NULL AND c.six_weeks_from <= %(soon)s
        AND NOT EXISTS (
            SELECT FROM caseload_reminder r WHERE r.client_id = c.id AND r.anchor_on = c.six_weeks_from
            AND r.kind = CASE WHEN c.six_weeks_from <= %(raised)s THEN 'raised' WHEN c.six_weeks_from <= %(overdue)s
                THEN 'overdue' WHEN c.six_weeks_from <= %(due)s THEN 'due' ELSE 'soon' END)
        AND NOT {CLOSED}
    FOR NO KEY UPDATE OF c SKIP LOCKED
), found AS (
    SELECT id AS client_id, six_weeks_from AS anchor_on,
        CASE WHEN six_weeks_from <= %(raised)s THEN 'raised' WHEN six_weeks_from <= %(overdue)s THEN 'overdue'
            WHEN six_weeks_from <= %(due)s THEN 'due' ELSE 'soon' END AS kind
    FROM due
),
"""

REVIEW = f"""
WITH found AS (
    SELECT c.id AS client_id, %(review)s AS kind, c.parked_on AS anchor_on FROM caseload_client c
    WHERE c.organisation_id = %(organisation)s AND c.tier = 'parked' AND c.parked_on <= %(parked_by)s
        AND c.support_wanted_on IS NULL
        AND (c.longest_gap > %(longest)s OR coalesce(c.last_contact_on, c.parked_on) < %(silent_since)s)
        AND NOT {CLOSED}
),
"""

WINDOW = f"""
WITH found AS (
    SELECT a.client_id, %(window)s AS kind, a.close_decided_on AS anchor_on FROM caseload_allocation a
    JOIN caseload_client c ON c.id = a.client_id AND c.tier IS DISTINCT FROM 'inactive'
    WHERE a.organisation_id = %(organisation)s AND a.closed_on IS NULL AND a.close_decided_on < %(decided_before)s
        AND {sql_holds_half_open("a")}
),
"""

WAITING = """
WITH due AS MATERIALIZED (
    SELECT c.id, r.due_on FROM caseload_referral r JOIN caseload_client c ON c.id = r.client_id
    WHERE r.organisation_id = %(organisation)s AND r.ended_on IS NULL AND r.due_on <= %(on)s
        AND NOT EXISTS (
            SELECT FROM caseload_reminder m WHERE m.client_id = c.id AND m.anchor_on = r.due_on
            AND m.kind = CASE WHEN r.due_on <= %(waiting_raised)s THEN 'waiting_raised' WHEN r.due_on < %(on)s
                THEN 'waiting_overdue' ELSE 'waiting_due' END)
    FOR NO KEY UPDATE OF c SKIP LOCKED
), found AS (
    SELECT id AS client_id, due_on AS anchor_on,
        CASE WHEN due_on <= %(waiting_raised)s THEN 'waiting_raised' WHEN due_on < %(on)s
            THEN 'waiting_overdue' ELSE 'waiting_due' END AS kind
    FROM due
),
"""

STATUTORY = f"""
WITH found AS (
    SELECT alone.client_id, %(statutory)s AS kind, alone.since AS anchor_on FROM ({STATUTORY_ALONE}) AS alone
),
"""


def remind(organisation: Organisation, on: date) -> tuple[int, int]:
    """
    Write the latest stage that each due contact has reached (R61), once per anchor; return how many, and how many were
    raised.

    People who asked not to be contacted, or who asked for support, are left out; a review does not end the six weeks.
    """
    every = cadence_of(organisation)
    last_anchors = {str(kind): rules.anchored_by(kind, on, every) for kind in ReminderKind}
    kinds = _found_once(organisation, on, REMIND, last_anchors)
    raised = kinds.count(ReminderKind.RAISED)
    return len(kinds) - raised, raised


def find_reviews(organisation: Organisation, on: date) -> int:
    """List the people a manager decides on after 24 weeks: too long a gap (R52). Once a parking; return how many."""
    return len(_found_once(organisation, on, REVIEW, {}))


def past_window_before(organisation_id: int, on: date) -> date:
    """Return a day: decisions to close made before it are past their closing window on ``on`` (W05)."""
    return date.fromordinal(on.toordinal() - days_to_close(organisation_id, on))


def find_windows(organisation: Organisation, on: date) -> int:
    """Notify once that a decision is past its closing window and the case still open (W05); return how many."""
    return len(_found_once(organisation, on, WINDOW, {"decided_before": past_window_before(organisation.pk, on)}))


def remind_of_waiting(organisation: Organisation, on: date) -> int:
    """
    Remind of next steps that are overdue for people who wait (W26), each at its latest stage; return how many.

    On the day and after it the person responsible is told, a week over those who lead the team too, as with contacts
    (R61).
    """
    raised = date.fromordinal(on.toordinal() - rules.RAISED_DAYS)
    return len(_found_once(organisation, on, WAITING, {"waiting_raised": raised}))


def find_statutory(organisation: Organisation, on: date) -> int:
    """
    Notify once that a person with statutory status has no one responsible (A05, R79); return how many.

    It goes to those who lead the team and to service managers; their pages show it in red at once.
    """
    return len(_found_once(organisation, on, STATUTORY, {"today_or_later": True}))


@transaction.atomic
def _found_once(organisation: Organisation, on: date, finding: str, more: dict) -> list[str]:
    lock_sweep(organisation)
    params = sweep_days(organisation, on) | more
    return [kind for (kind,) in rows(f"{finding}{ONCE}{TELL} SELECT kind FROM fresh", params)]


LATELY = 31  # days before the last sweep: unsent notices about people back, or given a worker, since then are passed on

PASS_ON = f"""
WITH not_here AS MATERIALIZED (
    SELECT m.id FROM staff_member m JOIN staff_user u ON u.id = m.user_id
    WHERE m.organisation_id = %(organisation)s AND (NOT m.active OR NOT u.is_active OR m.id IN (
        SELECT away.worker_id FROM staff_absence away WHERE {sql_holds_half_open("away")}))
), touched AS MATERIALIZED (
    SELECT DISTINCT 'client:' || a.client_id AS subject
    FROM staff_absence away JOIN caseload_allocation a ON a.worker_id = away.worker_id
        AND {sql_holds_half_open("a")}
    WHERE away.organisation_id = %(organisation)s AND away.starts_on <= %(on)s
        AND {sql_lasts_half_open("away", "%(lately)s")}
    UNION
    SELECT 'client:' || a.client_id FROM caseload_allocation a
    WHERE a.organisation_id = %(organisation)s AND a.starts_on > %(lately)s AND a.starts_on <= %(on)s
), unsent AS MATERIALIZED (
    SELECT n.id FROM not_here JOIN notices_notice n ON n.recipient_id = not_here.id
    WHERE n.organisation_id = %(organisation)s AND n.message_id IS NULL AND n.cancelled_at IS NULL AND n.kind = ANY(%(kinds)s)
    UNION
    SELECT n.id FROM touched JOIN notices_notice n ON n.subject = touched.subject
    WHERE n.organisation_id = %(organisation)s AND n.message_id IS NULL AND n.cancelled_at IS NULL AND n.kind = ANY(%(to_worker)s)
), waiting AS MATERIALIZED (
    SELECT n.id, n.recipient_id, n.kind, n.anchor_on, split_part(n.subject, ':', 2)::bigint AS client_id
    FROM unsent JOIN notices_notice n ON n.id = unsent.id
), about AS (
    SELECT DISTINCT waiting.client_id, waiting.kind, waiting.anchor_on, c.team_id,
        coalesce(a.worker_id, r.owner_id) AS worker_id,
        waiting.kind = ANY(%(to_worker)s) AS to_worker, NOT waiting.kind = ANY(%(only_worker)s) AS to_manager
    FROM waiting JOIN caseload_client c ON c.id = waiting.client_id
    LEFT JOIN caseload_allocation a ON a.client_id = c.id AND {sql_holds_half_open("a")}
    LEFT JOIN caseload_referral r ON r.client_id = c.id AND r.ended_on IS NULL
), {OWED}, passed AS (
    UPDATE notices_notice n SET cancelled_at = %(now)s
    FROM waiting
    WHERE n.id = waiting.id AND n.message_id IS NULL AND n.cancelled_at IS NULL
        AND EXISTS (SELECT FROM lines WHERE (lines.client_id, lines.kind) = (waiting.client_id, waiting.kind))
        AND NOT EXISTS (SELECT FROM lines WHERE (lines.recipient_id, lines.client_id, lines.kind, lines.anchor_on)
            = (waiting.recipient_id, waiting.client_id, waiting.kind, waiting.anchor_on))
), {TOLD}
SELECT
"""


@transaction.atomic
def pass_on(organisation: Organisation, on: date) -> None:
    """
    Pass unsent notices on to today's recipient (R58, 4E).

    A reminder for a worker who is away or has left goes to the worker who covers, else to the team manager. It passes
    from the manager to a cover named later, back to the worker once they are here, and to the new worker when a person
    is handed over.
    """
    lock_sweep(organisation)
    since = min(swept_on(organisation) or on, on)  # what happened while no sweep ran is looked for too
    run(PASS_ON, sweep_days(organisation, on) | {"lately": date.fromordinal(since.toordinal() - LATELY)})
