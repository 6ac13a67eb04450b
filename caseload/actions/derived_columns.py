"""The derived columns of a person: what a sweep decides on, following from the tiers and contacts."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db import connection, transaction

from peerload.core.periods import sql_holds_half_open
from peerload.core.sql import rows

from .. import rules
from ..enums import Tier
from ..models import DERIVED_COLUMNS, Client, TierPeriod


def refresh(client_ids: Iterable[int], on: date) -> None:
    """
    Recompute the derived columns of these people from their tiers and contacts (`caseload.rules.in_touch`).

    The tier is that of ``on``; a tier planned ahead is rolled in by the sweep of its first day. Call it under the lock of
    `lock_people`.
    """
    people = list(Client.objects.among(client_ids))
    if not people:
        return
    known = {"people": [person.pk for person in people], "on": on}
    periods = {period.client_id: period for period in TierPeriod.objects.raw(HELD, known)}
    reached = defaultdict(list)
    for client_id, day, outcome in rows(REACHED, known):
        reached[client_id].append(rules.Reached(day, outcome))
    for person in people:
        columns = derive_columns(periods.get(person.pk), reached[person.pk], person.kept_in_touch_on)
        if any(getattr(person, name) != value for name, value in columns.items()):
            Client.objects.filter(pk=person.pk).update(**columns)


HELD = f"""
    SELECT * FROM caseload_tierperiod
     WHERE client_id = ANY(%(people)s) AND {sql_holds_half_open()}
"""
REACHED = """
    SELECT client_id, "on", outcome FROM caseload_contact
     WHERE client_id = ANY(%(people)s) AND reached AND voided_at IS NULL AND "on" <= %(on)s
"""


def derive_columns(period: TierPeriod | None, reached: list[rules.Reached], kept_in_touch_on: date | None) -> dict:
    """Return the derived columns of a person in a tier since a day, after these reached contacts."""
    columns = dict.fromkeys(DERIVED_COLUMNS)
    columns |= {"contacts_since_parked": 0, "longest_gap": 0, "kept_in_touch_on": kept_in_touch_on}
    columns["last_reached_on"] = max((contact.on for contact in reached), default=None)
    if period:
        columns |= {"tier": period.tier, "tier_from": period.starts_on}
    if period and period.tier == Tier.PARKED:
        columns |= rules.in_touch(period.starts_on, talked=period.talked, contacts=reached)._asdict()
        if kept_in_touch_on and kept_in_touch_on <= period.starts_on:
            columns["kept_in_touch_on"] = None  # parked again: the sweep decides again
    return columns


REFRESH_ALL = f"""
WITH held AS (
    SELECT c.id, t.tier, t.starts_on, t.talked
    FROM caseload_client c
    LEFT JOIN caseload_tierperiod t ON t.client_id = c.id AND {sql_holds_half_open("t")}
    WHERE c.organisation_id = %(organisation)s
), reached AS (
    SELECT k.client_id, k.on, bool_or(k.outcome = 'no_support_needed') AS well, bool_or(k.outcome = 'support_wanted') AS wanted
    FROM caseload_contact k
    WHERE k.organisation_id = %(organisation)s AND k.reached AND k.voided_at IS NULL AND k.on <= %(on)s
    GROUP BY k.client_id, k.on
), steps AS (
    SELECT r.*, h.starts_on, h.tier = 'parked' AND r.on > h.starts_on AS since,
        r.on - greatest(h.starts_on, lag(r.on) OVER (PARTITION BY r.client_id ORDER BY r.on)) AS gap
    FROM reached r JOIN held h ON h.id = r.client_id
), summed AS (
    SELECT client_id, max("on") AS last_reached,
        max("on") FILTER (WHERE since) AS last_contact,
        count(*) FILTER (WHERE since AND well) AS contacts,
        max(gap) FILTER (WHERE since) AS gap,
        min("on") FILTER (WHERE since AND wanted) AS wanted,
        max("on") FILTER (WHERE "on" < starts_on) AS before
    FROM steps GROUP BY client_id
), fresh AS (
    SELECT h.id, h.tier, h.starts_on AS tier_from, s.last_reached,
        CASE WHEN h.tier = 'parked' THEN h.starts_on END AS parked_on,
        CASE WHEN h.tier = 'parked'
            THEN coalesce(s.last_contact, CASE WHEN NOT h.talked THEN s.before END, h.starts_on) END AS six_weeks_from,
        s.last_contact, coalesce(s.contacts, 0) AS contacts, coalesce(s.gap, 0) AS gap, s.wanted
    FROM held h LEFT JOIN summed s ON s.client_id = h.id
)
UPDATE caseload_client c SET
    tier = f.tier, tier_from = f.tier_from, parked_on = f.parked_on, six_weeks_from = f.six_weeks_from,
    last_contact_on = f.last_contact, contacts_since_parked = f.contacts, longest_gap = f.gap, support_wanted_on = f.wanted,
    kept_in_touch_on = CASE WHEN c.kept_in_touch_on <= f.parked_on THEN NULL ELSE c.kept_in_touch_on END,
    last_reached_on = f.last_reached
FROM fresh f
WHERE c.id = f.id AND (
    c.tier, c.tier_from, c.parked_on, c.six_weeks_from, c.last_contact_on, c.contacts_since_parked, c.longest_gap,
    c.support_wanted_on, c.last_reached_on, coalesce(c.kept_in_touch_on <= f.parked_on, false)
) IS DISTINCT FROM (
    f.tier, f.tier_from, f.parked_on, f.six_weeks_from, f.last_contact, f.contacts, f.gap, f.wanted, f.last_reached, false
)
"""


def refresh_all(organisation_id: int, on: date) -> None:
    """Recompute the derived columns of a whole organisation as of a day, in one statement equal to `refresh`."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Right after an import nothing is known of the tables yet, and a plan of nested loops over a million contacts never ends.
        cursor.execute("ANALYZE caseload_client, caseload_tierperiod, caseload_contact")
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(REFRESH_ALL, {"organisation": organisation_id, "on": on})
        cursor.execute("SET LOCAL enable_nestloop = on")
