"""
What time alone brings about: reminders, the outcome of 24 weeks, what a manager has to decide, closing windows past, what is due
while somebody is away, prompts for the month just past.

Every step is a transaction of its own and asks only what is true on the day, so it may run late, twice, or side by side with
another: unique keys hold, and running once for a day equals having run on every day before.
"""

import logging
from collections.abc import Iterable
from datetime import date

from django.db import transaction

from peerload.core import clock, events
from peerload.core.locks import Lock, try_to_take
from peerload.core.periods import sql_holds_half_open
from peerload.core.sql import rows, run
from peerload.staff.models import Organisation

from .. import rules
from ..cover.queries import STATUTORY_ALONE
from ..enums import Finding, ReminderKind, WaitingStage
from ..models import Client, SweepRun
from ..signals import closing_window_asked
from .allocations import overtake_moves
from .derived_columns import refresh
from .locking import history, lock_people
from .reminders import cancel_reminders, refresh_reminders
from .tiers import cadence
from .waiting import drop_planned_waiting

logger = logging.getLogger(__name__)

RANGE = 20_000  # people inactivated in one transaction


class AnotherSweep(Exception):
    """The service is being swept by another process, which goes on; this sweep stops and notes nothing as done."""


def days_to_close(organisation_id: int, on: date) -> int:
    """Return how many days points stand after a decision to close on a day (W05): the scheme, which is workload's, says it."""
    answers = closing_window_asked.send(Client, organisation_id=organisation_id, on=on)
    return max((days for _, days in answers), default=28)


def hold_lock(organisation: Organisation) -> None:
    """Hold the sweep's lock until the step's transaction ends; one sweep at a time saves work, nothing else."""
    if not try_to_take(Lock.SWEEP, organisation.pk):
        raise AnotherSweep(f"Service {organisation.pk} is being swept already.")


# Derived columns of those whose plans begin ----------------------------------------------------------------------------

ROLLING = f"""
SELECT c.id FROM caseload_client c
LEFT JOIN caseload_tierperiod t
    ON t.client_id = c.id AND {sql_holds_half_open("t")}
WHERE c.organisation_id = %(organisation)s
    AND (c.tier, c.tier_from) IS DISTINCT FROM (t.tier, t.starts_on)
    AND (c.tier_from IS NULL OR c.tier_from <= %(on)s)
    AND (%(since)s::date IS NULL OR EXISTS (
        SELECT FROM caseload_tierperiod moved WHERE moved.client_id = c.id
        AND (moved.starts_on > %(since)s AND moved.starts_on <= %(on)s
            OR moved.ends_before > %(since)s AND moved.ends_before <= %(on)s)))
ORDER BY c.id
"""

GIVEN = """
SELECT DISTINCT client_id FROM caseload_allocation
WHERE organisation_id = %(organisation)s AND ends_before > %(since)s AND ends_before <= %(on)s ORDER BY client_id
"""

FOLLOWING = f"""
UPDATE caseload_client c SET team_id = held.team_id
FROM (
    SELECT a.client_id, coalesce(p.team_id, w.home_team_id) AS team_id
    FROM caseload_allocation a
    JOIN staff_member w ON w.id = a.worker_id
    LEFT JOIN staff_post p ON p.worker_id = w.id AND {sql_holds_half_open("p")}
    WHERE a.organisation_id = %(organisation)s AND {sql_holds_half_open("a")}
        AND (a.starts_on > %(since)s OR p.starts_on > %(since)s)
) held
WHERE c.id = held.client_id AND c.team_id IS DISTINCT FROM held.team_id AND held.team_id IS NOT NULL
"""


def roll(organisation: Organisation, on: date) -> int:
    """Refresh the derived columns of people whose tier, allocation or worker's post begins or ends since the last run."""
    since = swept_on(organisation)
    if since and on <= since:
        return 0
    days = {"organisation": organisation.pk, "on": on, "since": since}
    people = [client_id for (client_id,) in rows(ROLLING, days)]
    for some in _batches(people, 500):
        with transaction.atomic():
            lock_people(some)
            refresh(some, on)
            refresh_reminders(some)
    if since:
        # What is said of a decision to close went with the allocation it was about.
        for some in _batches([client_id for (client_id,) in rows(GIVEN, days)], 500):
            with transaction.atomic():
                lock_people(some)
                refresh_reminders(some)
        with transaction.atomic(), history(None, "their worker's team"):
            run(FOLLOWING, days)
    return len(people)


# The outcome of 24 weeks -----------------------------------------------------------------------------------------------

# The day the rule came true (`caseload.rules.inactive_on`) and whether it did, of derived columns alone: an UPDATE that had to
# wait for a contact being logged looks at these again, and at nothing else.
CAME_TRUE = "greatest(c.parked_on + %(whole)s, coalesce(c.last_contact_on, c.parked_on))"
IS_OVER = f"""
c.organisation_id = %(organisation)s AND c.tier = 'parked' AND c.parked_on <= %(parked_by)s
    AND c.support_wanted_on IS NULL AND c.kept_in_touch_on IS NULL
    AND c.contacts_since_parked >= %(needed)s
    AND c.longest_gap <= %(longest)s
    AND {CAME_TRUE} <= %(on)s
    AND {CAME_TRUE} - coalesce(c.last_contact_on, c.parked_on) <= %(longest)s
    AND {CAME_TRUE} <= c.six_weeks_from + %(between)s
"""

END = f"""
UPDATE caseload_client c SET
    tier = 'inactive', tier_from = {CAME_TRUE}, parked_on = NULL, six_weeks_from = NULL, last_contact_on = NULL,
    contacts_since_parked = 0, longest_gap = 0, support_wanted_on = NULL
WHERE {IS_OVER} AND c.id = ANY(%(people)s)
RETURNING c.id, c.tier_from
"""

END_TIERS = """
WITH over AS (SELECT * FROM unnest(%(people)s::bigint[], %(days)s::date[]) AS o (client_id, came_true)),
ended AS (
    UPDATE caseload_tierperiod t SET ends_before = over.came_true FROM over
    WHERE t.client_id = over.client_id AND t.starts_on < over.came_true
        AND (t.ends_before IS NULL OR t.ends_before > over.came_true)
    RETURNING t.id, over.came_true
)
INSERT INTO caseload_tierperiod
    (organisation_id, client_id, tier, starts_on, ends_before, talked, reason, moved_on, automatic)
SELECT t.organisation_id, t.client_id, 'inactive', ended.came_true, t.ends_before, true, '', '', true
FROM ended JOIN caseload_tierperiod t ON t.id = ended.id
"""

END_ALLOCATIONS = f"""
UPDATE caseload_allocation a SET
    close_decided_on = coalesce(a.close_decided_on, greatest(over.came_true, a.starts_on)),
    closed_on = greatest(over.came_true, a.starts_on, a.close_decided_on),
    ends_before = greatest(over.came_true, a.starts_on, a.close_decided_on) + 1,
    ended_by_sweep = true
FROM unnest(%(people)s::bigint[], %(days)s::date[]) AS over (client_id, came_true)
WHERE a.client_id = over.client_id AND a.closed_on IS NULL
    AND {sql_holds_half_open("a")}
RETURNING a.client_id, a.worker_id
"""


def inactivate(organisation: Organisation, on: date) -> int:
    """
    Record the people 24 weeks have shown to be well without us, on the day that came true (R52-R54, R62); return how many.

    They are not in touch from that very day; the allocation is decided and closed on it, and its worker holds them through
    it. A person who cannot be written is left out, logged, and found again by the next sweep.
    """
    days = _days(organisation, on)
    candidates = rows(f"SELECT c.id FROM caseload_client c WHERE {IS_OVER} ORDER BY c.id", days)
    ended = 0
    for some in _batches([client_id for (client_id,) in candidates], RANGE):
        try:
            ended += _end(organisation, on, some, days)
        except AnotherSweep:
            raise
        except Exception:
            logger.exception("the outcome of 24 weeks: %d people are tried one by one", len(some))
            ended += sum(_end_or_leave(organisation, on, client_id, days) for client_id in some)
    return ended


def _end_or_leave(organisation: Organisation, on: date, client_id: int, days: dict) -> int:
    try:
        return _end(organisation, on, [client_id], days)
    except AnotherSweep:
        raise
    except Exception:
        logger.exception("the outcome of 24 weeks cannot be written for person %d", client_id)
        return 0


@transaction.atomic
def _end(organisation: Organisation, on: date, some: Iterable[int], days: dict) -> int:
    hold_lock(organisation)
    lock_people(some)  # whole families, in the order everybody locks them
    with history(None, "24 weeks of keeping in touch"):
        over = rows(END, days | {"people": list(some)})
        if not over:
            return 0
        people, came_true = map(list, zip(*over, strict=True))
        found = {"people": people, "days": came_true, "on": on}
        run(END_TIERS, found)
        workers = dict(rows(END_ALLOCATIONS, found))
        overtake_moves(people, on, by=None)
        drop_planned_waiting(people, on)
    cancel_reminders(people)
    holders = [workers.get(client_id) for client_id in people]
    _owe(organisation, on, INACTIVATED, found | {"holders": holders, "kind": Finding.INACTIVATED})
    events.send_facts_changed(organisation.pk, people=people, workers=set(workers.values()))
    return len(people)


# What is found once, and who is told -----------------------------------------------------------------------------------

# `about` names what each notice is about and its reader; here it finds the people (`caseload.cover.rules.sees_to`). While the
# worker is away it is the worker who covers. Where nobody covers, or there is no worker, it is the team manager, or while the
# manager is away the deputy (R58); nothing is owed to somebody who left.
PRESENT = f"""
LEFT JOIN LATERAL (
    SELECT m.id, NOT EXISTS (
        SELECT FROM staff_absence away WHERE away.worker_id = m.id AND {sql_holds_half_open("away")}) AS here
    FROM staff_member m JOIN staff_user u ON u.id = m.user_id
    WHERE m.id = {{whose}} AND m.active AND u.is_active
) AS {{name}} ON true
"""
LEADER = f"""
LEFT JOIN staff_team t ON t.id = {{team}}
{PRESENT.format(whose="t.manager_id", name="manager")}
{PRESENT.format(whose="t.deputy_id", name="deputy")}
CROSS JOIN LATERAL (SELECT CASE WHEN manager.here THEN manager.id WHEN deputy.here THEN deputy.id
    ELSE coalesce(manager.id, deputy.id) END AS id) AS leader
"""
COVERING = f"""
LEFT JOIN (
    SELECT k.client_id, k.worker_id, gone.worker_id AS absent_id
    FROM caseload_cover k JOIN staff_absence gone ON gone.id = k.absence_id
    WHERE k.organisation_id = %(organisation)s AND {sql_holds_half_open("k")}
        AND {sql_holds_half_open("gone")}
) AS named ON named.client_id = about.client_id AND named.absent_id = about.worker_id
{PRESENT.format(whose="named.worker_id", name="covering")}
"""

OWED = f"""
owed AS (
    SELECT DISTINCT receiver.id AS recipient_id, about.kind, about.client_id, about.anchor_on
    FROM about
    {PRESENT.format(whose="about.worker_id", name="worker")}
    {COVERING}
    {LEADER.format(team="about.team_id")}
    CROSS JOIN LATERAL (VALUES
        (CASE WHEN about.to_worker THEN CASE WHEN worker.here THEN worker.id WHEN covering.here THEN covering.id
            ELSE coalesce(leader.id, worker.id) END END),
        (CASE WHEN about.to_manager THEN coalesce(leader.id, worker.id) END)
    ) AS receiver (id)
    WHERE receiver.id IS NOT NULL
    UNION
    SELECT m.id, about.kind, about.client_id, about.anchor_on
    FROM about JOIN staff_member m ON m.organisation_id = %(organisation)s AND m.role = 'service_manager' AND m.active
    WHERE about.kind = %(statutory)s
)
"""

# A line that was passed on, and was not sent, comes back to its first reader.
TOLD = """
told AS (
    INSERT INTO notices_notice (organisation_id, recipient_id, kind, subject, anchor_on, created_at)
    SELECT %(organisation)s, recipient_id, kind, 'client:' || client_id, anchor_on, %(now)s::timestamptz FROM owed
    ON CONFLICT (recipient_id, kind, subject, anchor_on) DO UPDATE SET cancelled_at = NULL
    WHERE notices_notice.cancelled_at IS NOT NULL AND notices_notice.message_id IS NULL
)
"""
TELL = f"{OWED}, {TOLD}"

INACTIVATED = """
WITH about AS (
    SELECT c.id AS client_id, %(kind)s AS kind, f.came_true AS anchor_on, c.team_id, f.worker_id,
        true AS to_worker, true AS to_manager
    FROM unnest(%(people)s::bigint[], %(days)s::date[], %(holders)s::bigint[]) AS f (client_id, came_true, worker_id)
    JOIN caseload_client c ON c.id = f.client_id
),
"""

# Each of these finds rows `found (client_id, kind, anchor_on)`; what the unique key lets through is new. Of somebody who waits
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

# Their last day with us: from the close on they are prompted about no more.
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
    Write the last stage each contact due has reached (R61), once per anchor; return how many, and how many were raised.

    Nobody is reminded of who asked not to be contacted or asked for support; a review does not end the six weeks.
    """
    every = cadence(organisation)
    last_anchors = {str(kind): rules.anchored_by(kind, on, every) for kind in ReminderKind}
    kinds = _found_once(organisation, on, REMIND, last_anchors)
    raised = kinds.count(ReminderKind.RAISED)
    return len(kinds) - raised, raised


def find_reviews(organisation: Organisation, on: date) -> int:
    """List the people a manager decides on after 24 weeks: too long a gap (R52). Once a parking; return how many."""
    return len(_found_once(organisation, on, REVIEW, {}))


def past_window_before(organisation_id: int, on: date) -> date:
    """Return the day before which a decision to close was made whose closing window has passed on a day (W05)."""
    return date.fromordinal(on.toordinal() - days_to_close(organisation_id, on))


def find_windows(organisation: Organisation, on: date) -> int:
    """Say once a decision that its closing window has passed and the case is still open (W05); return how many."""
    return len(_found_once(organisation, on, WINDOW, {"decided_before": past_window_before(organisation.pk, on)}))


def remind_of_waiting(organisation: Organisation, on: date) -> int:
    """
    Write the last stage reached of each day by which something was to be done for somebody who waits (W26); return how many.

    On the day and after it the person responsible is told, a week over who leads the team too, as with contacts (R61).
    """
    raised = date.fromordinal(on.toordinal() - rules.RAISED_DAYS)
    return len(_found_once(organisation, on, WAITING, {"waiting_raised": raised}))


def find_statutory(organisation: Organisation, on: date) -> int:
    """
    Say once of somebody with statutory status that nobody sees to them (A05, R79); return how many.

    It goes to who leads the team and to service managers; on their pages it is red as soon as it is so.
    """
    return len(_found_once(organisation, on, STATUTORY, {"unsettled": True}))


@transaction.atomic
def _found_once(organisation: Organisation, on: date, finding: str, more: dict) -> list[str]:
    hold_lock(organisation)
    params = _days(organisation, on) | more
    return [kind for (kind,) in rows(f"{finding}{ONCE}{TELL} SELECT kind FROM fresh", params)]


def _owe(organisation: Organisation, on: date, about: str, more: dict) -> None:
    run(f"{about}{TELL} SELECT", _days(organisation, on) | more)


# While a worker is away ------------------------------------------------------------------------------------------------

LATELY = 31  # days before the last sweep: who is back, or was given somebody, since then is passed what is still unsent

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
        AND (away.ends_before IS NULL OR away.ends_before > %(lately)s)
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
        AND EXISTS (SELECT FROM owed WHERE (owed.client_id, owed.kind) = (waiting.client_id, waiting.kind))
        AND NOT EXISTS (SELECT FROM owed WHERE (owed.recipient_id, owed.client_id, owed.kind, owed.anchor_on)
            = (waiting.recipient_id, waiting.client_id, waiting.kind, waiting.anchor_on))
), {TOLD}
SELECT
"""


@transaction.atomic
def pass_on(organisation: Organisation, on: date) -> None:
    """
    Pass what was not sent to its reader of today (R58, 4E).

    A reminder owed to a worker who is away or has left goes to the worker who covers, else to the team manager. It passes from
    the manager to a cover named later, back to the worker once they are here, and to the new worker when a person is handed over.
    """
    hold_lock(organisation)
    since = min(swept_on(organisation) or on, on)  # what happened while nobody swept is looked for too
    run(PASS_ON, _days(organisation, on) | {"lately": date.fromordinal(since.toordinal() - LATELY)})


# Helpers ---------------------------------------------------------------------------------------------------------------


def _days(organisation: Organisation, on: date) -> dict:
    every = cadence(organisation)
    days = rules.sweep_days(on, every)
    reminders, waiting = [str(kind) for kind in ReminderKind], [str(stage) for stage in WaitingStage]
    return {
        "organisation": organisation.pk,
        "on": on,
        "now": clock.now(),
        "parked_by": days.parked_by,
        "silent_since": days.silent_since,
        "whole": every.whole.days,
        "between": every.between.days,
        "longest": every.longest_gap_days,
        "needed": every.contacts_needed,
        "review": str(Finding.REVIEW),
        "window": str(Finding.WINDOW),
        "statutory": str(Finding.STATUTORY),
        "kinds": [*reminders, *map(str, Finding), *waiting],
        "to_worker": [*reminders, str(Finding.WINDOW), *waiting],
        "to_manager": [
            *map(str, (ReminderKind.RAISED, Finding.REVIEW, Finding.WINDOW, Finding.STATUTORY, WaitingStage.RAISED))
        ],
        "only_worker": [
            kind for kind in (*reminders, *waiting) if kind not in {ReminderKind.RAISED, WaitingStage.RAISED}
        ],
    }


def swept_on(organisation: Organisation) -> date | None:
    """Return up to which day everything has been found."""
    return SweepRun.objects.filter(organisation=organisation).values_list("swept_on", flat=True).first()


def _batches(people: list[int], size: int) -> Iterable[list[int]]:
    return (people[start : start + size] for start in range(0, len(people), size))
