"""
What time alone changes in the derived columns and at the end of 24 weeks.

Every step of a sweep is a transaction of its own and asks only what is true on the day, so it may run late, twice, or side by
side with another: unique keys hold, and running once for a day equals having run on every day before.
"""

import logging
from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from peerload.core import clock, events
from peerload.core.locks import Lock, try_to_take
from peerload.core.periods import sql_holds_half_open, sql_lasts_half_open
from peerload.core.sql import rows, run
from peerload.staff.models import Organisation

from .. import rules
from ..enums import Finding, ReminderKind, WaitingStage
from ..models import SweepRun
from ..queries.settings import cadence_of
from .allocations import overtake_moves
from .derived_columns import refresh
from .locking import history, lock_people
from .reminders import cancel_reminders, refresh_reminders
from .sweep_recipients import TELL
from .waiting import drop_planned_waiting

logger = logging.getLogger(__name__)

RANGE = 20_000  # people inactivated in one transaction


class AnotherSweep(Exception):
    """The service is being swept by another process, which goes on; this sweep stops and notes nothing as done."""


def lock_sweep(organisation: Organisation) -> None:
    """Hold the sweep's lock until the step's transaction ends; one sweep at a time saves work, nothing else."""
    if not try_to_take(Lock.SWEEP, organisation.pk):
        raise AnotherSweep(_("Service %(pk)s is being swept already.") % {"pk": organisation.pk})


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
    """Refresh the derived columns of people whose tier, allocation or worker's post has begun or ended since the last run."""
    since = swept_on(organisation)
    if since and on <= since:
        return 0
    days = {"organisation": organisation.pk, "on": on, "since": since}
    people = [client_id for (client_id,) in rows(ROLLING, days)]
    for some in _batches(people, 500):
        with transaction.atomic():
            lock_people(some)
            refresh(some, on)
            refresh_reminders(some, on)
    if since:
        # Notices about a decision to close ended with its allocation.
        for some in _batches([client_id for (client_id,) in rows(GIVEN, days)], 500):
            with transaction.atomic():
                lock_people(some)
                refresh_reminders(some, on)
        with transaction.atomic(), history(None, "their worker's team"):
            run(FOLLOWING, days)
    return len(people)


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

END_TIERS = f"""
WITH over AS (SELECT * FROM unnest(%(people)s::bigint[], %(days)s::date[]) AS o (client_id, came_true)),
ended AS (
    UPDATE caseload_tierperiod t SET ends_before = over.came_true FROM over
    WHERE t.client_id = over.client_id AND t.starts_on < over.came_true
        AND {sql_lasts_half_open("t", "over.came_true")}
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
    days = sweep_days(organisation, on)
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
    lock_sweep(organisation)
    lock_people(some)  # whole families, in the order every action locks them
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
    tell(organisation, on, INACTIVATED, found | {"holders": holders, "kind": Finding.INACTIVATED})
    events.send_facts_changed(organisation.pk, people=people, workers=set(workers.values()))
    return len(people)


INACTIVATED = """
WITH about AS (
    SELECT c.id AS client_id, %(kind)s AS kind, f.came_true AS anchor_on, c.team_id, f.worker_id,
        true AS to_worker, true AS to_manager
    FROM unnest(%(people)s::bigint[], %(days)s::date[], %(holders)s::bigint[]) AS f (client_id, came_true, worker_id)
    JOIN caseload_client c ON c.id = f.client_id
),
"""


def tell(organisation: Organisation, on: date, about: str, more: dict) -> None:
    """Write notices about the rows that a statement finds, to their recipients."""
    run(f"{about}{TELL} SELECT", sweep_days(organisation, on) | more)


def sweep_days(organisation: Organisation, on: date) -> dict:
    """Return what every statement of a sweep is given: the day, days counted from it, and kinds of notices."""
    every = cadence_of(organisation)
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
    """Return the last day for which a sweep has run."""
    return SweepRun.objects.filter(organisation=organisation).values_list("swept_on", flat=True).first()


def _batches(people: list[int], size: int) -> Iterable[list[int]]:
    return (people[start : start + size] for start in range(0, len(people), size))
