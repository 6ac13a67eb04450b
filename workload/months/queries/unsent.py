"""Months whose report is not sent."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from peerload.core import dates
from peerload.core.sql import rows
from peerload.staff.models import Organisation, Team
from workload import queries
from workload.models import KEPT
from workload.rules import Working, report_due_on

from .. import rules
from .records import asked_from


class OpenMonth(NamedTuple):
    """A past month whose report a team has not sent, and how many of its records are not complete."""

    month: date
    deadline: rules.Deadline
    workers: int
    missing: int


def open_months(
    organisation: Organisation, on: date, *, team_ids: Collection[int], late: bool = False
) -> dict[int, list[OpenMonth]]:
    """
    Return the months whose report teams have not sent, by team, the oldest first; in four statements at most.

    Covered are the months since the service's first report was due, or the team's first record or report. A month
    without a listed worker needs no report, nor does one imported as reported elsewhere.

    :param late: only months whose report is late
    """
    last = rules.before(dates.month_start(on), 1)[0]
    first = dict.fromkeys(team_ids, asked_from(organisation, last))
    sent: set[tuple[int, date]] = set()
    for team, begun, reported in rows(FIRST_MONTHS, {"teams": list(team_ids), "kept": list(KEPT)}):
        first[team] = dates.earliest(begun, first[team])
        sent |= {(team, month) for month in reported or ()}
    months = rules.months_from(min([last, *(day for day in first.values() if day)]), last)
    asked = [
        month
        for month in months
        if (not late or on > report_due_on(month))
        and any(day <= month and (team, month) not in sent for team, day in first.items())
    ]
    if not asked:
        return {}
    # Only teams that lack one of them are asked about: in most services few do.
    team_ids = [team for team, day in first.items() if any(day <= m and (team, m) not in sent for m in asked)]
    days = [dates.month_end(month) for month in asked]
    listed: dict[tuple[int, date], list[int]] = defaultdict(list)
    for day, team, worker in queries.keys_listed_on(organisation, days, team_ids=team_ids):
        month = dates.month_start(day)
        if first[team] <= month and (team, month) not in sent:
            listed[team, month].append(worker)
    workers = list({key for keys in listed.values() for key in keys})
    kept = {
        (worker, month): reported
        for worker, month, reported in rows(KEPT_RECORDS, {"workers": workers, "months": asked, "kept": list(KEPT)})
    }
    return _opened(listed, kept, on, queries.working(organisation))


def _opened(
    listed: Mapping[tuple[int, date], Sequence[int]], kept: Mapping[tuple[int, date], bool], on: date, working: Working
) -> dict[int, list[OpenMonth]]:
    """Return the months by team; one that was reported elsewhere is not open."""
    found: dict[int, list[OpenMonth]] = defaultdict(list)
    for (team, month), keys in sorted(listed.items()):
        if any(kept.get((key, month)) for key in keys):
            continue
        missing = sum((key, month) not in kept for key in keys)
        found[team].append(OpenMonth(month, rules.deadline(month, on, working), len(keys), missing))
    return found


class LateReport(NamedTuple):
    """A month whose report a team has not sent although it was due."""

    team_id: int
    month: date


def late_reports(organisation: Organisation, on: date, *, team_ids: Collection[int] | None = None) -> list[LateReport]:
    """Return the open months whose report is late on a day, the oldest first, of all teams of a service or of these."""
    if team_ids is None:
        team_ids = list(Team.objects.filter(organisation=organisation).values_list("pk", flat=True))
    found = open_months(organisation, on, team_ids=team_ids, late=True)
    late = [LateReport(team, each.month) for team, open_ in found.items() for each in open_]
    return sorted(late, key=lambda each: (each.month, each.team_id))


# With whether it was reported elsewhere, before there was peerload here.
KEPT_RECORDS = """
    SELECT worker_id, month, status = 'reported' AND report_id IS NULL FROM workload_monthlyrecord
     WHERE worker_id = ANY(%(workers)s) AND month = ANY(%(months)s::date[]) AND status = ANY(%(kept)s)
"""


# The month of each team's first report or record, and the months whose report is sent. A team has a record a worker and month:
# its first one is looked up in each team, where min() of all records would read them all.
FIRST_MONTHS = """
    SELECT asked.team, least(reports.first, records.first), reports.months
      FROM unnest(%(teams)s::bigint[]) AS asked (team)
     CROSS JOIN LATERAL (
            SELECT min(month) AS first, array_agg(month) AS months FROM workload_teamreport WHERE team_id = asked.team
     ) AS reports
     CROSS JOIN LATERAL (
            SELECT min(month) AS first FROM workload_monthlyrecord
             WHERE team_id = asked.team AND NOT (imported AND status = ANY(%(kept)s))
     ) AS records
"""
