"""Which workers a team's page and a report list on a day."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, Q

from peerload.core.periods import sql_holds_half_open, sql_lasts_half_open
from peerload.core.sql import rows
from peerload.staff import rules as staff_rules
from peerload.staff.models import HAS_LEFT, Member, MemberQuerySet, Organisation, Post, Team

from ..models import Responsibility


class Listed(NamedTuple):
    """A worker listed on a day, with the post of that day; ``team`` is the post's, or else the worker's home team."""

    on: date
    member_id: int
    name: str
    email: str
    uid: UUID
    role: str
    team_id: int | None
    team_name: str | None
    fte: Decimal
    weekly_hours: Decimal
    duty: bool
    has_post: bool  # without a post, figures count them as full time, and a page says that no post is recorded


def listed(
    organisation: Organisation,
    on: date,
    *,
    team_ids: Collection[int] | None = None,
    worker_ids: Collection[int] | None = None,
) -> list[Listed]:
    """
    Return who is listed on a day, in order of name, then email (*Who is listed* of the interchange).

    Listed are peer workers, and other members who ever held an allocation or a responsibility: with posts, on the days
    inside one; without, from the first allocation or responsibility on, full time and not on duty. No one is listed
    after the last day of their notice; a member whose sign-in is closed is listed without a post only while they had
    people.
    """
    return listed_on(organisation, [on], team_ids=team_ids, worker_ids=worker_ids)


def listed_on(
    organisation: Organisation,
    days: Collection[date],
    *,
    team_ids: Collection[int] | None = None,
    worker_ids: Collection[int] | None = None,
) -> list[Listed]:
    """Return who is listed on each of several days, day by day, in order of name: `listed` for all of them at once."""
    asked = _asked_of_listed(organisation, days, team_ids=team_ids, worker_ids=worker_ids)
    narrowed = OF_TEAMS if team_ids is not None else ""
    narrowed += " AND m.id = ANY(%(workers)s)" if worker_ids is not None else ""
    return [Listed(*row) for row in rows(LISTED.format(narrowed), asked)]


class TeamListed(NamedTuple):
    """How many workers are listed in a team on a day, and their FTE."""

    workers: int
    fte: Decimal


def listed_by_team(
    organisation: Organisation, days: Collection[date], *, team_ids: Collection[int] | None = None
) -> dict[tuple[int | None, date], TeamListed]:
    """Return how many workers are listed on some days, by team and day: `listed_on`, counted; team None: in no team."""
    asked = _asked_of_listed(organisation, days, team_ids=team_ids)
    sql = LISTED_BY_TEAM.format(OF_TEAMS if team_ids is not None else "")
    return {(team, day): TeamListed(*sums) for team, day, *sums in rows(sql, asked)}


def keys_listed_on(
    organisation: Organisation, days: Collection[date], *, team_ids: Collection[int]
) -> list[tuple[date, int, int]]:
    """Return who is listed in these teams on each of several days as rows of day, team and worker: `listed_on`, without names."""
    asked = _asked_of_listed(organisation, days, team_ids=team_ids)
    return rows(LISTED_KEYS.format(OF_TEAMS), asked)


def _asked_of_listed(
    organisation: Organisation,
    days: Collection[date],
    *,
    team_ids: Collection[int] | None = None,
    worker_ids: Collection[int] | None = None,
) -> dict:
    """Return the parameters of `LISTED`."""
    return {
        "organisation": organisation.pk,
        "days": list(days),
        "full_time": staff_rules.FULL_TIME,
        "hours": organisation.full_time_hours,
        "teams": list(team_ids) if team_ids is not None else None,
        "workers": list(worker_ids) if worker_ids is not None else None,
    }


EVER_IN_TEAMS = """= ANY(ARRAY(SELECT worker_id FROM staff_post WHERE team_id = ANY(%(teams)s)
                           UNION SELECT id FROM staff_member WHERE home_team_id = ANY(%(teams)s)))"""


# The first condition is there for the index: without it all members of the service are read.
OF_TEAMS = f"""
       AND m.id {EVER_IN_TEAMS}
       AND COALESCE(p.team_id, m.home_team_id) = ANY(%(teams)s)
"""


LISTED = f"""
    SELECT asked.day, m.id, m.name, u.email, m.uid, m.role, t.id, t.name, COALESCE(p.fte, %(full_time)s),
           COALESCE(p.weekly_hours, p.fte * %(hours)s, %(hours)s), COALESCE(p.duty, false), p.id IS NOT NULL
      FROM unnest(%(days)s::date[]) AS asked (day)
     CROSS JOIN staff_member m
      JOIN staff_user u ON u.id = m.user_id
      LEFT JOIN staff_post p
        ON p.worker_id = m.id AND {sql_holds_half_open("p", "asked.day")}
      LEFT JOIN staff_team t ON t.id = COALESCE(p.team_id, m.home_team_id)
      LEFT JOIN LATERAL (
            SELECT EXISTS (SELECT FROM caseload_allocation a WHERE a.worker_id = m.id AND a.starts_on <= asked.day)
                OR EXISTS (SELECT FROM workload_responsibility r WHERE r.worker_id = m.id AND r.starts_on <= asked.day) AS ever
        ) held ON true
     WHERE m.organisation_id = %(organisation)s
       AND (m.role = 'peer_worker' OR held.ever)
       AND (p.id IS NOT NULL
            OR held.ever AND NOT EXISTS (SELECT FROM staff_post q WHERE q.worker_id = m.id AND q.starts_on <= asked.day)
               AND (m.active OR EXISTS (
                    SELECT FROM caseload_allocation a
                     WHERE a.worker_id = m.id AND {sql_lasts_half_open("a", "asked.day")})))
       AND NOT {HAS_LEFT.format(member="m.id", day="asked.day")}
       {{}}
     ORDER BY asked.day, m.name_key COLLATE "C", u.email COLLATE "C"
"""


LISTED_COLUMNS = ", ".join(f'"{name}"' for name in Listed._fields)


LISTED_KEYS = f'SELECT "on", team_id, member_id FROM ({LISTED}) AS listed ({LISTED_COLUMNS})'


LISTED_BY_TEAM = f"""
    SELECT team_id, "on", count(*), sum(fte) FROM ({LISTED}) AS listed ({LISTED_COLUMNS}) GROUP BY team_id, "on"
"""


def workers_of(member: Member, on: date) -> MemberQuerySet:
    """
    Return the workers whose points a member may see by name: their own, and those of the teams they lead that day.

    A worker is of the team of their post, or of their home team where the post names none or there is no post.
    """
    teams = Team.objects.led_by(member, on)
    posts = Post.objects.written_for(on).filter(worker=OuterRef("pk"), team__isnull=False)
    theirs = Q(Exists(posts.filter(team__in=teams))) | (Q(home_team__in=teams) & ~Q(Exists(posts)))
    return Member.objects.filter(Q(pk=member.pk) | theirs, organisation_id=member.organisation_id)


def first_responsibility_of(worker_id: int) -> date | None:
    """Return the first day of a member's first responsibility."""
    return Responsibility.objects.filter(worker=worker_id).aggregate(first=Min("starts_on"))["first"]
