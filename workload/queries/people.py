"""Further figures of workers, beside points: people by tier, contacts that are overdue, absences."""

from collections.abc import Collection
from datetime import date, timedelta

from caseload.rules import RAISED_DAYS, Cadence, Mix, mix
from peerload.core.periods import sql_holds_half_open, sql_lasts_half_open
from peerload.core.sql import rows
from peerload.staff.models import Absence


def mix_on(worker_ids: Collection[int], on: date) -> dict[int, Mix]:
    """Return how many people each worker supports on a day by tier; people held by a student are not counted."""
    tiers: dict[int, list[str]] = {worker: [] for worker in worker_ids}
    for worker, tier, count in rows(MIX, [on, on, list(worker_ids), on, on]):
        tiers[worker] += [tier] * count
    return {worker: mix(found) for worker, found in tiers.items()}


MIX = f"""
    SELECT a.worker_id, t.tier, count(*)
      FROM caseload_allocation a
      JOIN caseload_tierperiod t
        ON t.client_id = a.client_id AND {sql_holds_half_open("t", "%s")}
     WHERE a.worker_id = ANY(%s) AND {sql_holds_half_open("a", "%s")} AND NOT a.student_held
     GROUP BY a.worker_id, t.tier
"""


def contacts_over(worker_ids: Collection[int], on: date, *, today: date, every: Cadence) -> dict[int, int]:
    """
    Return how many contacts of each worker are a week or more overdue on a day (R61).

    Today is read from the derived columns; another day from its tier and the contacts up to it, so that a coming day
    counts contacts as overdue if none is made before. People who asked not to be contacted are not counted.
    """
    counted_by = on - every.between - timedelta(days=RAISED_DAYS)
    workers = list(worker_ids)
    if on == today:
        return dict(rows(OVER_NOW, [workers, on, on, counted_by]))
    return dict(rows(OVER_THEN, [on, on, on, workers, on, on, counted_by]))


def contacts_over_listed(
    worker_ids: Collection[int], on: date, *, team_ids: Collection[int], every: Cadence
) -> dict[int, tuple[int, int]]:
    """Return `contacts_over` of today, and how many of these are of people of some teams: those the people list shows."""
    counted_by = on - every.between - timedelta(days=RAISED_DAYS)
    found = rows(OVER_LISTED, [list(team_ids), list(worker_ids), on, on, counted_by])
    return {worker: (over, here) for worker, over, here in found}


OVER_NOW = f"""
    SELECT a.worker_id, count(*)
      FROM caseload_allocation a JOIN caseload_client c ON c.id = a.client_id
     WHERE a.worker_id = ANY(%s) AND {sql_holds_half_open("a", "%s")}
       AND c.tier = 'parked' AND c.six_weeks_from <= %s AND c.contact_preference = 'ok'
     GROUP BY a.worker_id
"""


OVER_LISTED = OVER_NOW.replace("count(*)", "count(*), count(*) FILTER (WHERE c.team_id = ANY(%s))")


OVER_THEN = f"""
    SELECT a.worker_id, count(*)
      FROM caseload_allocation a
      JOIN caseload_client c ON c.id = a.client_id
      JOIN caseload_tierperiod t
        ON t.client_id = c.id AND t.tier = 'parked' AND {sql_holds_half_open("t", "%s")}
      LEFT JOIN LATERAL (
            SELECT max(x."on") FILTER (WHERE x."on" > t.starts_on) AS since,
                   max(x."on") FILTER (WHERE x."on" < t.starts_on) AS before
              FROM caseload_contact x
             WHERE x.client_id = c.id AND x.reached AND x.voided_at IS NULL AND x."on" <= %s
        ) reached ON true
     WHERE a.worker_id = ANY(%s) AND {sql_holds_half_open("a", "%s")}
       AND c.contact_preference = 'ok'
       AND COALESCE(reached.since, CASE WHEN NOT t.talked THEN reached.before END, t.starts_on) <= %s
     GROUP BY a.worker_id
"""


def absences_on(worker_ids: Collection[int], on: date) -> dict[int, Absence]:
    """Return who of these workers is away on a day."""
    return {row.worker_id: row for row in Absence.objects.raw(ABSENCES, [list(worker_ids), on, on])}


ABSENCES = f"""
    SELECT * FROM staff_absence WHERE worker_id = ANY(%s) AND {sql_holds_half_open(day="%s")}
"""


def absences_between(worker_ids: Collection[int], first: date, last: date) -> dict[int, list[Absence]]:
    """Return who of these workers is away on any day from ``first`` through ``last``: their absences, in order."""
    found: dict[int, list[Absence]] = {}
    for absence in Absence.objects.raw(ABSENCES_BETWEEN, [list(worker_ids), last, first]):
        found.setdefault(absence.worker_id, []).append(absence)
    return found


ABSENCES_BETWEEN = f"""
    SELECT * FROM staff_absence WHERE worker_id = ANY(%s) AND starts_on <= %s AND {sql_lasts_half_open(day="%s")}
     ORDER BY worker_id, starts_on
"""
