"""Every team's figures, in one pass over a table."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from caseload.rules import Cadence, Mix, percent
from peerload.core.periods import sql_holds_half_open
from peerload.core.sql import rows
from peerload.staff.models import Organisation

from .. import rules
from .listed import LISTED, LISTED_COLUMNS, _asked_of_listed
from .people import contacts_over
from .schemes import schemes


class Teamed(NamedTuple):
    """The workers listed in a service on a day: their keys, the team of each (None: in no team) and the FTE, in one order."""

    workers: list[int]
    teams: list[int | None]
    ftes: list[Decimal]

    def of(self, teams: Collection[int | None]) -> "Teamed":
        """Return those of some teams."""
        rows = [row for row in zip(self.workers, self.teams, self.ftes, strict=True) if row[1] in teams]
        return Teamed(*map(list, zip(*rows, strict=True))) if rows else Teamed([], [], [])


def teamed(organisation: Organisation, on: date) -> Teamed:
    """Return who is listed on a day as columns, for the functions below; the pages of the whole service need no names."""
    found = rows(TEAMED, _asked_of_listed(organisation, [on]))
    return Teamed(*map(list, zip(*found, strict=True))) if found else Teamed([], [], [])


TEAMED = f"SELECT member_id, team_id, fte FROM ({LISTED.format('')}) AS listed ({LISTED_COLUMNS})"


class TeamHeld(NamedTuple):
    """What the workers of a team hold together, after each worker's weight."""

    workers: int = 0
    fte: Decimal = Decimal(0)
    points: Decimal = rules.NOTHING
    limit: Decimal = rules.NOTHING
    over_limit: int = 0  # workers

    @property
    def total(self) -> rules.TeamTotal:
        return rules.TeamTotal(self.points, self.limit, percent(self.points, self.limit))

    def __add__(self, other: "TeamHeld") -> "TeamHeld":
        return TeamHeld(*map(sum, zip(self, other, strict=True)))


def held_by_team(organisation: Organisation, on: date, listed: Teamed) -> dict[int | None, TeamHeld]:
    """Return what each team holds on a day; workers of the same FTE and points are weighed once."""
    scheme = rules.scheme_on(schemes(organisation.pk), on)
    asked = {"workers": listed.workers, "teams": listed.teams, "ftes": listed.ftes, "on": on}
    found: dict[
        int | None, list
    ] = {}  # the columns of TeamHeld, added up in place: a large service has thousands of rows
    weighed: dict[tuple, rules.Total] = {}
    for team, workers, *carried in rows(HELD_BY_TEAM, asked):
        key = fte, stable, extras, cases = tuple(carried)
        if key not in weighed:
            weighed[key] = rules.total(stable, extras, cases, fte=fte, scheme=scheme)
        total = weighed[key]
        sums = found.setdefault(team, list(TeamHeld()))
        sums[0] += workers
        sums[1] += fte * workers
        sums[2] += total.total * workers
        sums[3] += total.limit * workers
        sums[4] += workers if total.total > total.limit else 0
    return {team: TeamHeld(*sums) for team, sums in found.items()}


LISTED_HERE = "unnest(%(workers)s::bigint[], %(teams)s::bigint[]) AS listed (worker_id, team_id)"


# Lines are added up once, by worker and element; sums that each take their element out of all lines take twice as long.
HELD_BY_TEAM = f"""
    SELECT team_id, count(*), fte, stable, extras, cases
      FROM (SELECT listed.team_id, listed.fte, coalesce(max(l.points) FILTER (WHERE l.element = 'stable'), 0) AS stable,
                   coalesce(max(l.points) FILTER (WHERE l.element = 'extra'), 0) AS extras,
                   coalesce(max(l.points) FILTER (WHERE l.element = 'case'), 0) AS cases
              FROM unnest(%(workers)s::bigint[], %(teams)s::bigint[], %(ftes)s::numeric[]) AS listed (worker_id, team_id, fte)
              LEFT JOIN (SELECT line.worker_id, line.element, sum(line.points) AS points
                           FROM workload_pointline line
                           JOIN unnest(%(workers)s::bigint[]) AS asked (id) ON asked.id = line.worker_id
                          WHERE {sql_holds_half_open("line")}
                          GROUP BY line.worker_id, line.element) l
                ON l.worker_id = listed.worker_id
             GROUP BY listed.worker_id, listed.team_id, listed.fte) AS of_worker
     GROUP BY team_id, fte, stable, extras, cases
"""


def mix_by_team(organisation: Organisation, on: date, listed: Teamed, *, few: bool = False) -> dict[int | None, Mix]:
    """
    Return the people the workers of each team support on a day by tier: `mix_on`, by team.

    :param few: whether these are few of the service's workers, whose people are looked up by key
    """
    asked = {"organisation": organisation.pk, "workers": listed.workers, "teams": listed.teams, "on": on}
    return {team: Mix(*people) for team, *people in rows(MIX_OF_FEW if few else MIX_BY_TEAM, asked)}


# Asked by the service and not by its workers' keys: 3,000 keys are 150,000 look-ups. Two indexes hold all that is asked.
# Tiers are counted once a worker, not once a person.
PEOPLE_OF_TIER = "coalesce(sum(held.people) FILTER (WHERE held.tier = '{tier}'), 0)::int"
MIX_BY_TEAM = f"""
    SELECT listed.team_id, {", ".join(PEOPLE_OF_TIER.format(tier=tier) for tier in Mix._fields)}
      FROM (SELECT a.worker_id, t.tier, count(*) AS people
              FROM (SELECT client_id, worker_id FROM caseload_allocation
                     WHERE organisation_id = %(organisation)s AND NOT student_held AND {sql_holds_half_open()}) a
              JOIN (SELECT client_id, tier FROM caseload_tierperiod
                     WHERE organisation_id = %(organisation)s AND {sql_holds_half_open()}) t ON t.client_id = a.client_id
             GROUP BY a.worker_id, t.tier) AS held
      JOIN {LISTED_HERE} ON listed.worker_id = held.worker_id
     GROUP BY listed.team_id
"""


# The people of a few workers: their tiers are looked up by key, where the join above would read those of the service.
MIX_OF_FEW = f"""
    WITH a AS MATERIALIZED (
        SELECT client_id, worker_id FROM caseload_allocation
         WHERE organisation_id = %(organisation)s AND worker_id = ANY(%(workers)s) AND NOT student_held
           AND {sql_holds_half_open()}
    ), held AS (
        SELECT a.worker_id, t.tier, count(*) AS people
          FROM a JOIN caseload_tierperiod t ON t.client_id = a.client_id
         WHERE t.organisation_id = %(organisation)s AND t.client_id = ANY(ARRAY(SELECT client_id FROM a))
           AND {sql_holds_half_open("t")}
         GROUP BY a.worker_id, t.tier
    )
    SELECT listed.team_id, {", ".join(PEOPLE_OF_TIER.format(tier=tier) for tier in Mix._fields)}
      FROM held JOIN {LISTED_HERE} ON listed.worker_id = held.worker_id
     GROUP BY listed.team_id
"""


def contacts_over_by_team(
    organisation: Organisation, on: date, listed: Teamed, *, today: date, every: Cadence
) -> dict[int | None, int]:
    """Return how many contacts of each team are a week or more overdue on a day: `contacts_over`, by team."""
    late = contacts_over(listed.workers, on, today=today, every=every)
    found: dict[int | None, int] = {}
    for worker, team in zip(listed.workers, listed.teams, strict=True):
        if worker in late:
            found[team] = found.get(team, 0) + late[worker]
    return found


def away_by_team(organisation: Organisation, on: date, listed: Teamed) -> dict[int | None, int]:
    """Return how many of the workers listed in each team are away on a day."""
    asked = {"organisation": organisation.pk, "workers": listed.workers, "teams": listed.teams, "on": on}
    return dict(rows(AWAY_BY_TEAM, asked))


AWAY_BY_TEAM = f"""
    SELECT listed.team_id, count(*)
      FROM staff_absence s
      JOIN {LISTED_HERE} ON listed.worker_id = s.worker_id
     WHERE s.organisation_id = %(organisation)s
       AND {sql_holds_half_open("s")}
     GROUP BY listed.team_id
"""
