"""The known changes of the weeks ahead."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from peerload.core.folding import fold
from peerload.core.periods import sql_holds_half_open
from peerload.core.sql import rows
from peerload.staff.models import Organisation

from .. import rules
from .ledger import lines_between
from .listed import EVER_IN_TEAMS, Listed, listed_on


class Foreseen(NamedTuple):
    """A worker listed in the coming days: their row on the first such day, and what is known ahead."""

    worker: Listed
    known: rules.Ahead


def foreseen(
    organisation: Organisation,
    first: date,
    last: date,
    *,
    team_ids: Collection[int] | None = None,
    worker_ids: Collection[int] | None = None,
    listed: Collection[Listed] | None = None,
) -> list[Foreseen]:
    """
    Return the known changes of workers from a day through another, in order of name: lines, posts, absences.

    For teams it covers every worker listed there on one of these days, with an FTE of 0 while they are not. It takes
    four statements for any number of workers, and one more where a post ends.

    :param listed: who is listed on the first day, where the caller knows it
    """
    asked = {"teams": list(team_ids or ()), "workers": list(worker_ids or ()), "first": first, "last": last}
    whose = "= ANY(%(workers)s)" if team_ids is None else EVER_IN_TEAMS
    days = sorted({first, *(day for (day,) in rows(LISTED_AHEAD.format(whose=whose), asked))})
    on_days: dict[int, dict[date, Listed]] = {}
    if listed is None or len(days) > 1:
        listed = listed_on(organisation, days, team_ids=team_ids, worker_ids=worker_ids)
    for worker in listed:
        on_days.setdefault(worker.member_id, {})[worker.on] = worker
    lines: dict[int, list[rules.Line]] = {}
    for line in lines_between(on_days, first, last):
        lines.setdefault(line.worker, []).append(line)
    absences: dict[int, list[rules.AwayPeriod]] = {}
    for worker, *absence in rows(ABSENCES_AHEAD, [list(on_days), last, first]):
        absences.setdefault(worker, []).append(rules.AwayPeriod(*absence))
    ends = _post_ends({worker: days[days.index(max(on)) + 1] for worker, on in on_days.items() if max(on) != days[-1]})
    found = []
    for key, on in on_days.items():
        posts = [(day, on[day].fte if day in on else rules.NOTHING) for day in days]
        known = rules.Ahead(key, lines.get(key, ()), posts, absences.get(key, ()), ends.get(key))
        found.append(Foreseen(next(iter(on.values())), known))
    return sorted(found, key=lambda each: (fold(each.worker.name), each.worker.email))


def _post_ends(first_days: Mapping[int, date]) -> dict[int, rules.PostEnds]:
    """
    Return whose post ends, and how many people are still theirs; workers who go on in another team are left out.

    :param first_days: the first day on which a worker is not listed any more, by worker
    """
    if not first_days:
        return {}
    found = rows(POST_ENDS, [list(first_days), list(first_days.values())])
    return {worker: rules.PostEnds(*ends) for worker, *ends in found}


POST_ENDS = f"""
    SELECT asked.worker, asked.day,
           (SELECT count(*) FROM caseload_allocation a WHERE a.worker_id = asked.worker
               AND {sql_holds_half_open("a", "asked.day")}),
           l.last_day
      FROM unnest(%s::bigint[], %s::date[]) AS asked (worker, day)
      LEFT JOIN caseload_leaving l
        ON l.member_id = asked.worker AND l.withdrawn_on IS NULL AND l.closed_on IS NULL AND l.last_day < asked.day
     WHERE l.id IS NOT NULL OR NOT EXISTS (
            SELECT FROM staff_post p WHERE p.worker_id = asked.worker AND {sql_holds_half_open("p", "asked.day")})
"""


# A member who never had a post is listed from their first person or responsibility on.
LISTED_AHEAD = """
    SELECT edge.day
      FROM staff_post p CROSS JOIN LATERAL (VALUES (p.starts_on), (p.ends_before)) AS edge (day)
     WHERE p.worker_id {whose} AND edge.day > %(first)s AND edge.day <= %(last)s
     UNION
    SELECT l.last_day + 1 FROM caseload_leaving l
     WHERE l.member_id {whose} AND l.withdrawn_on IS NULL AND l.closed_on IS NULL
       AND l.last_day >= %(first)s AND l.last_day < %(last)s
     UNION
    SELECT edge.day
      FROM (SELECT worker_id, starts_on, ends_before FROM caseload_allocation
             UNION ALL SELECT worker_id, starts_on, ends_before FROM workload_responsibility) AS held
     CROSS JOIN LATERAL (VALUES (held.starts_on), (held.ends_before)) AS edge (day)
     WHERE held.worker_id {whose} AND edge.day > %(first)s AND edge.day <= %(last)s
       AND NOT EXISTS (SELECT FROM staff_post q WHERE q.worker_id = held.worker_id AND q.starts_on <= edge.day)
"""


ABSENCES_AHEAD = """
    SELECT worker_id, starts_on, COALESCE(ends_before, expected_back) FROM staff_absence
     WHERE worker_id = ANY(%s) AND starts_on <= %s AND (ends_before IS NULL OR ends_before >= %s)
     ORDER BY worker_id, starts_on
"""
