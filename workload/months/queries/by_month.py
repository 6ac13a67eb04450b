"""What a team's months come to beside points: people by support, contacts made in time, supervision held."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from caseload.queries.settings import cadence_of
from caseload.rules import Mix, mix
from peerload.core import dates
from peerload.core.periods import sql_holds_half_open, sql_lasts_half_open
from peerload.core.sql import rows
from peerload.staff.models import Organisation
from workload import queries
from workload.models import MonthlyRecord

from .. import rules
from .team import TeamSum, report_sums
from .worker_month import supervision, supervisions


class InTime(NamedTuple):
    """How many contacts of keeping in touch were due, and how many of them were made in time (R150)."""

    due: int = 0
    made: int = 0


class MonthBeside(NamedTuple):
    """One month of a team beside its points."""

    people: Mix
    contacts: InTime
    workers: int
    supervised: int


def months_beside_points(
    organisation: Organisation, team_id: int, sums: Mapping[date, TeamSum], *, today: date
) -> dict[date, MonthBeside]:
    """
    Return a team's months beside their points, in a number of statements that does not depend on how many.

    People are those of the workers listed on the month's last day, or today in a month that is not over. Supervision of a
    month that was sent is as it was sent.

    :param sums: the months that have figures, of `team_sums`
    """
    days = {month: min(dates.month_end(month), today) for month in sums}
    listed: dict[date, list[int]] = defaultdict(list)
    for day, __, worker in queries.keys_listed_on(organisation, list(days.values()), team_ids=[team_id]):
        listed[day].append(worker)
    people = _people_on(listed)
    contacts = contacts_in_time(organisation, {month: listed[day] for month, day in days.items()}, today=today)
    supervised = _supervised(sums, {month: listed[day] for month, day in days.items()})
    return {
        month: MonthBeside(
            people.get(day, Mix()), contacts.get(month, InTime()), sums[month].workers, supervised.get(month, 0)
        )
        for month, day in days.items()
    }


def _people_on(listed: Mapping[date, Sequence[int]]) -> dict[date, Mix]:
    """Return how many people of each support these workers have on each day: `mix_on` for several days at once."""
    pairs = [(day, worker) for day, workers in listed.items() for worker in workers]
    asked = {"days": [day for day, __ in pairs], "workers": [worker for __, worker in pairs]}
    tiers: dict[date, list[str]] = defaultdict(list)
    for day, tier, count in rows(PEOPLE_ON, asked) if pairs else ():
        tiers[day] += [tier] * count
    return {day: mix(found) for day, found in tiers.items()}


PEOPLE_ON = f"""
    SELECT listed.day, t.tier, count(*)
      FROM unnest(%(days)s::date[], %(workers)s::bigint[]) AS listed (day, worker_id)
      JOIN caseload_allocation a
        ON a.worker_id = listed.worker_id AND NOT a.student_held AND {sql_holds_half_open("a", "listed.day")}
      JOIN caseload_tierperiod t ON t.client_id = a.client_id AND {sql_holds_half_open("t", "listed.day")}
     GROUP BY listed.day, t.tier
"""


def contacts_in_time(
    organisation: Organisation, workers: Mapping[date, Collection[int]], *, today: date
) -> dict[date, InTime]:
    """
    Return the contacts that were due in each month and those made in time, in one statement (R150).

    :param workers: by month, those whose people count; whose person it was is asked on the day the contact was due
    """
    if not workers:
        return {}
    every, found = cadence_of(organisation), dict.fromkeys(workers, InTime())
    asked = {
        "workers": sorted({worker for keys in workers.values() for worker in keys}),
        "first": min(workers),
        "last": min(dates.month_end(max(workers)), today),
    }
    for worker, held_from, held_until, parked_on, parked_until, talked, before, days in rows(SPELLS, asked):
        anchor = parked_on if talked or before is None else before
        for due in rules.contacts_due(anchor, days or (), until=parked_until, on=today, every=every):
            month = dates.month_start(due.on)
            holds = held_from <= due.on and (held_until is None or due.on < held_until)
            if holds and worker in workers.get(month, ()):
                sums = found[month]
                found[month] = InTime(sums.due + 1, sums.made + due.in_time)
    return found


SPELLS = f"""
    SELECT a.worker_id, a.starts_on, a.ends_before, t.starts_on, t.ends_before, t.talked, reached.before, reached.days
      FROM caseload_allocation a
      JOIN caseload_client c ON c.id = a.client_id AND c.contact_preference = 'ok'
      JOIN caseload_tierperiod t
        ON t.client_id = a.client_id AND t.tier = 'parked'
       AND t.starts_on <= %(last)s AND {sql_lasts_half_open("t", "%(first)s")}
      LEFT JOIN LATERAL (
            SELECT max(x."on") FILTER (WHERE x."on" < t.starts_on) AS before,
                   array_agg(DISTINCT x."on" ORDER BY x."on") FILTER (WHERE x."on" > t.starts_on) AS days
              FROM caseload_contact x
             WHERE x.client_id = a.client_id AND x.reached AND x.voided_at IS NULL
        ) reached ON true
     WHERE a.worker_id = ANY(%(workers)s)
       AND a.starts_on <= %(last)s AND {sql_lasts_half_open("a", "%(first)s")}
"""


def _supervised(sums: Mapping[date, TeamSum], workers: Mapping[date, Sequence[int]]) -> dict[date, int]:
    """Return how many workers had supervision in each month: as sent, or by records and sessions while it is open."""
    reports = {month: found.report.pk for month, found in sums.items() if found.report}
    sent = report_sums(list(reports.values()))
    found = {month: sent[report].supervised for month, report in reports.items() if report in sent}
    unsent = {month: keys for month, keys in workers.items() if month not in reports}
    keys = {worker for each in unsent.values() for worker in each}
    sessions = supervisions(keys, list(unsent)) if keys else {}
    of_months = MonthlyRecord.objects.filter(worker__in=keys, month__in=list(unsent), report=None)
    records = {(record.worker_id, record.month): record for record in of_months}
    for month, listed in unsent.items():
        said = (supervision(records.get((key, month)), sessions.get((key, month))) for key in listed)
        found[month] = sum(each.held_on is not None for each in said)
    return found
