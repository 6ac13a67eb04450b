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
from .team import InTime, SentBeside, TeamSum
from .worker_month import supervision, supervisions


class MonthBeside(NamedTuple):
    """One month beside its points, of a team or of all teams; None: no report says."""

    people: Mix | None
    contacts: InTime | None
    workers: int
    supervised: int


def months_beside_points(
    organisation: Organisation, team_id: int, sums: Mapping[date, TeamSum], *, today: date
) -> dict[date, MonthBeside]:
    """
    Return a team's months beside their points, in a number of statements that does not depend on how many.

    People are those of the workers listed on the month's last day, or today in a month that is not over. A month that was
    sent is as it was sent; what its report does not say is counted by the facts.

    :param sums: the months that have figures, of `team_sums`
    """
    days = {month: min(dates.month_end(month), today) for month in sums}
    listed: dict[date, list[int]] = defaultdict(list)
    for day, __, worker in queries.keys_listed_on(organisation, list(days.values()), team_ids=[team_id]):
        listed[day].append(worker)
    sent = {month: found.sent for month, found in sums.items() if found.sent}
    asked = {month: day for month, day in days.items() if month not in sent or None in sent[month]}
    people = _people_on({day: listed[day] for day in asked.values()})
    contacts = contacts_in_time(organisation, {month: listed[day] for month, day in asked.items()}, today=today)
    supervised = _supervised({month: listed[day] for month, day in days.items() if month not in sent})
    found = {}
    for month, day in days.items():
        as_sent = sent.get(month) or SentBeside(None, None, supervised.get(month, 0))
        found[month] = MonthBeside(
            as_sent.people or people.get(day, Mix()),
            as_sent.contacts or contacts.get(month, InTime()),
            sums[month].workers,
            as_sent.supervised,
        )
    return found


def beside_of_reports(sums: Collection[TeamSum]) -> MonthBeside | None:
    """Return what the reports of a month say together beside their points; a report that does not say is left out."""
    sent = [each.sent for each in sums if each.sent]
    if not sent:
        return None
    people = [each.people for each in sent if each.people is not None]
    contacts = [each.contacts for each in sent if each.contacts is not None]
    return MonthBeside(
        Mix(*map(sum, zip(*people, strict=True))) if people else None,
        InTime(*map(sum, zip(*contacts, strict=True))) if contacts else None,
        sum(each.workers for each in sums),
        sum(each.supervised for each in sent),
    )


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


def _supervised(workers: Mapping[date, Sequence[int]]) -> dict[date, int]:
    """Return how many workers had supervision in each month that is not sent, by records and sessions."""
    keys = {worker for each in workers.values() for worker in each}
    sessions = supervisions(keys, list(workers)) if keys else {}
    of_months = MonthlyRecord.objects.filter(worker__in=keys, month__in=list(workers), report=None)
    records = {(record.worker_id, record.month): record for record in of_months}
    return {
        month: sum(
            supervision(records.get((key, month)), sessions.get((key, month))).held_on is not None for key in listed
        )
        for month, listed in workers.items()
    }
