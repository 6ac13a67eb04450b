"""Reading drop-ins: a worker's own of a week, and what they come to by team."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from peerload.core.periods import sql_holds_half_open
from peerload.core.sql import rows
from peerload.staff.models import Member, Organisation, Post, Team

from ..models import DropIn
from . import rules
from .rules import Counted


def own_of_week(member: Member, on: date) -> list[DropIn]:
    """Return the drop-ins a member saved for the seven days that end with a day, the latest first."""
    found = DropIn.objects.standing().filter(author=member, on__gt=on - rules.KEPT, on__lte=on)
    return list(found.order_by("-on", "-recorded_at", "-pk"))


def own(member: Member, uid: UUID) -> DropIn | None:
    """Return a drop-in of a member's own, voided or not; those of others do not exist for them."""
    return DropIn.objects.filter(author=member, uid=uid).first()


def team_of(member: Member, on: date) -> Team | None:
    """Return the team a member works in that day: that of their post, else their own."""
    post = Post.objects.on(on).filter(worker=member).select_related("team__manager").first()
    return post.team if post and post.team else member.home_team


def became_person(drop_in: DropIn) -> bool:
    """Return whether one of the people has a record now, with a contact that counts; one that is voided is unlinked."""
    return drop_in.contact_id is not None


def can_undo(drop_in: DropIn, since: datetime) -> bool:
    """Return whether a drop-in was saved after a moment, and can be undone."""
    return drop_in.voided_at is None and drop_in.recorded_at > since


def sum_of_own(member: Member, on: date) -> Counted:
    """Return what a member's own drop-ins of four weeks come to."""
    asked = {"first": rules.first_summed(on), "last": on, "author": member.pk}
    return Counted(*rows(OWN, asked)[0])


def sums_by_team(
    organisation: Organisation, on: date, *, team_ids: Collection[int] | None = None
) -> dict[int | None, Counted]:
    """
    Return what the drop-ins of four weeks that end with a day come to, by the team of their author on their day.

    A team without one is left out; those of members of no team are under None.
    """
    asked = {"organisation": organisation.pk, "first": rules.first_summed(on), "last": on}
    if team_ids is None:
        return {team: Counted(people, minutes) for team, people, minutes in rows(BY_TEAM.format(whose=""), asked)}
    asked["teams"] = list(team_ids)
    found = {team: Counted(people, minutes) for team, people, minutes in rows(BY_TEAM.format(whose=THEIRS), asked)}
    return {team: found[team] for team in team_ids if team in found}


def of_team(team: Team, on: date) -> Counted:
    """Return what the drop-ins of a team come to in the four weeks that end with a day."""
    return sums_by_team(team.organisation, on, team_ids=[team.pk]).get(team.pk, Counted())


def of_service(organisation: Organisation, on: date) -> Counted:
    """Return what the drop-ins of a service come to in the four weeks that end with a day: the sum of `sums_by_team`."""
    asked = {"organisation": organisation.pk, "first": rules.first_summed(on), "last": on}
    return Counted(*rows(OF_SERVICE, asked)[0])


def whole(sums: Collection[Counted]) -> Counted:
    """Return several sums as one."""
    return Counted(sum(each.people for each in sums), sum(each.minutes for each in sums))


# What a drop-in counts is said by `rules.counted`, too; a test holds the two together (R88).
COUNTS = """
    COALESCE(sum(d.people - (d.contact_id IS NOT NULL)::integer), 0),
    COALESCE(sum(d.minutes) FILTER (WHERE d.contact_id IS NULL), 0)
"""
OWN = f"""
    SELECT {COUNTS} FROM caseload_dropin d
     WHERE d.author_id = %(author)s AND d."on" BETWEEN %(first)s AND %(last)s AND d.voided_at IS NULL
"""
OF_SERVICE = f"""
    SELECT {COUNTS} FROM caseload_dropin d
     WHERE d.organisation_id = %(organisation)s AND d."on" BETWEEN %(first)s AND %(last)s AND d.voided_at IS NULL
"""
THEIRS = """AND d.author_id = ANY(ARRAY(SELECT worker_id FROM staff_post WHERE team_id = ANY(%(teams)s)
                                    UNION SELECT id FROM staff_member WHERE home_team_id = ANY(%(teams)s)))"""
# The team is asked of each author alone: joined, every post of the service would be read.
BY_TEAM = f"""
    SELECT COALESCE(
               (SELECT p.team_id FROM staff_post p
                 WHERE p.worker_id = d.author_id AND {sql_holds_half_open("p", 'd."on"')} LIMIT 1),
               (SELECT m.home_team_id FROM staff_member m WHERE m.id = d.author_id)) AS team, {COUNTS}
      FROM caseload_dropin d
     WHERE d.organisation_id = %(organisation)s AND d."on" BETWEEN %(first)s AND %(last)s AND d.voided_at IS NULL
       {{whose}}
     GROUP BY 1
"""
