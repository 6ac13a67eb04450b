"""Who waits for a worker, and who is responsible. Every question takes the day."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.crypto import salted_hmac

from peerload.core.arrays import any_of
from peerload.core.compile_once import compile_once
from peerload.core.periods import sql_holds_half_open
from peerload.core.sql import rows
from peerload.staff.models import (
    HAS_LEFT,
    LAST_DAY,
    OUT_OF_POST,
    OUT_OF_POST_IN_SERVICE,
    POST_ENDED,
    Member,
    Organisation,
    Team,
    TeamQuerySet,
)
from peerload.staff.queries import leader_keys

from ..enums import ContactPreference, Tier
from ..models import (
    Allocation,
    Client,
    ClientQuerySet,
    PleaseDont,
    PleaseDontQuerySet,
    Referral,
    ReferralChange,
    ReferralQuerySet,
    held_on,
)
from . import rules


class Waiting(NamedTuple):
    """
    A person without a worker on a day; ``tier`` is None until it is chosen.

    ``left`` is the worker who still holds them though that worker has left, or is in no post any more. The fields of a
    referral are empty where there is none; ``owner`` is None too where the member responsible has left.
    """

    uid: UUID
    name: str
    statutory: bool
    tier: str | None
    team: str | None
    please_dont: bool
    contact_how: str
    referred_by: str
    owner: str | None
    action: str
    due_on: date | None
    contingency: str
    since: date | None
    arranged_from: date | None
    arranged_with: str | None
    left: str | None

    @property
    def wait(self) -> rules.Wait:
        return rules.Wait(
            self.statutory, self.owner is not None, self.due_on, self.since, self.arranged_from is not None
        )


# People who have no worker on a day, or a worker who is not in post. Posts are read once for each worker, not for each person.
# People, allocations and tiers are each read in order of person: then PostgreSQL merges three indexes that hold all it needs,
# instead of reading three tables and hashing two.
REFERRED = sql_holds_half_open(starts="referred_on", ends="ended_on")
WITH_NOBODY_IN_SERVICE = f"""
WITH out_of_post AS MATERIALIZED (
    SELECT m.id AS worker_id FROM staff_member m
     WHERE m.organisation_id = %(organisation)s AND {OUT_OF_POST_IN_SERVICE.format(member="m.id", day="%(on)s")}
), with_nobody AS MATERIALIZED (
    SELECT c.id AS client_id, c.team_id, c.statutory, a.worker_id, a.starts_on, t.tier
      FROM (SELECT id, team_id, statutory FROM caseload_client WHERE organisation_id = %(organisation)s ORDER BY id) c
      LEFT JOIN (
            SELECT client_id, worker_id, starts_on FROM caseload_allocation holds
             WHERE organisation_id = %(organisation)s AND {sql_holds_half_open("holds")} ORDER BY client_id
      ) a ON a.client_id = c.id
      LEFT JOIN (
            SELECT client_id, tier FROM caseload_tierperiod period
             WHERE organisation_id = %(organisation)s AND {sql_holds_half_open("period")} ORDER BY client_id
      ) t ON t.client_id = c.id
     WHERE a.worker_id IS NULL OR a.worker_id IN (SELECT worker_id FROM out_of_post)
), referred AS MATERIALIZED (
    SELECT DISTINCT ON (client_id) * FROM caseload_referral
     WHERE organisation_id = %(organisation)s AND {REFERRED}
     ORDER BY client_id, referred_on DESC
)
"""
# The same for a few people, chosen by a condition on `c` that has an index. OFFSET 0 makes PostgreSQL look up the allocation of
# each person; without it PostgreSQL reads all allocations of the service.
WITH_NOBODY_OF = f"""
WITH held AS MATERIALIZED (
    SELECT c.id AS client_id, c.team_id, c.statutory, a.worker_id, a.starts_on FROM caseload_client c
      LEFT JOIN LATERAL (
            SELECT worker_id, starts_on FROM caseload_allocation holds
             WHERE holds.client_id = c.id AND holds.organisation_id = %(organisation)s AND {sql_holds_half_open("holds")} OFFSET 0
      ) a ON true
     WHERE {{}} AND c.organisation_id = %(organisation)s
), out_of_post AS MATERIALIZED (
    SELECT w.worker_id FROM (SELECT DISTINCT worker_id FROM held) w
     WHERE {OUT_OF_POST.format(member="w.worker_id", day="%(on)s")}
), with_nobody AS MATERIALIZED (
    SELECT held.*, t.tier FROM held
      LEFT JOIN caseload_tierperiod t ON t.client_id = held.client_id AND {sql_holds_half_open("t")}
     WHERE worker_id IS NULL OR worker_id IN (SELECT worker_id FROM out_of_post)
), referred AS MATERIALIZED (
    SELECT DISTINCT ON (client_id) * FROM caseload_referral
     WHERE client_id = ANY(ARRAY(SELECT client_id FROM with_nobody)) AND {REFERRED}
     ORDER BY client_id, referred_on DESC
)
"""
# Of these, the people who are in touch, or new, or have come back and wait on the same record. Where the worker has left, the
# worker who covers is responsible.
WAITS = f"""
  LEFT JOIN referred r ON r.client_id = held.client_id
  LEFT JOIN caseload_cover k
    ON k.client_id = held.client_id AND held.worker_id IS NOT NULL AND {sql_holds_half_open("k")}
  LEFT JOIN staff_member o
    ON o.id = coalesce(r.owner_id, k.worker_id) AND o.active AND NOT {HAS_LEFT.format(member="o.id", day="%(on)s")}
  LEFT JOIN LATERAL (
        SELECT a.starts_on, m.name FROM caseload_allocation a JOIN staff_member m ON m.id = a.worker_id
         WHERE a.client_id = held.client_id AND a.organisation_id = %(organisation)s
           AND a.starts_on > %(on)s AND %(today_or_later)s  -- of a past day it is not known what was planned
         ORDER BY a.starts_on LIMIT 1
  ) planned ON true
 WHERE (held.tier IN ('high', 'medium', 'group', 'parked') OR held.tier IS NULL AND %(today_or_later)s OR r.id IS NOT NULL)
"""
OUT_SINCE = (
    f"least({LAST_DAY.format(member='held.worker_id')} + 1, {POST_ENDED.format(member='held.worker_id', day='%(on)s')})"
)
IN_TOUCH = "CASE WHEN held.tier <> 'inactive' THEN held.tier END"

SEEN = """c.id = ANY(ARRAY(SELECT id FROM caseload_client WHERE team_id = ANY(%(teams)s)
                        UNION ALL SELECT client_id FROM caseload_referral WHERE owner_id = %(owner)s AND ended_on IS NULL))"""
LIST = f"""
{WITH_NOBODY_OF.format(SEEN)}
SELECT c.uid, c.name, c.statutory, {IN_TOUCH}, (SELECT name FROM staff_team WHERE id = c.team_id),
       c.contact_preference = 'please_dont', c.contact_how,
       coalesce(r.referred_by, ''), o.name, coalesce(r.action, ''), r.due_on, coalesce(r.contingency, ''),
       coalesce(r.referred_on, greatest(held.starts_on, {OUT_SINCE}), (
            SELECT max(a.ends_before) FROM caseload_allocation a WHERE a.client_id = c.id AND a.ends_before <= %(on)s)),
       planned.starts_on, planned.name, (SELECT name FROM staff_member WHERE id = held.worker_id)
  FROM with_nobody held
  JOIN caseload_client c ON c.id = held.client_id
  {WAITS}
   AND (c.team_id = ANY(%(teams)s) OR r.owner_id = %(owner)s AND r.ended_on IS NULL)
 ORDER BY c.name_key, c.id
"""


def waiting(
    organisation: Organisation, on: date, *, today: date, team_ids: Collection[int], owner: Member | None = None
) -> list[Waiting]:
    """
    Return who waits on a day, in the order of `rules.Wait.place`: everyone of these teams, and the member's
    responsibilities.

    Teams are those of today.
    """
    asked = {**_asked(organisation, on, today), "teams": list(team_ids), "owner": owner and owner.pk}
    return sorted((Waiting(*row) for row in rows(LIST, asked)), key=lambda row: row.wait.place(on))


class WaitingCounts(NamedTuple):
    """How many wait, and of these: overdue, without an owner or day, statutory; and by tier, None where it is not chosen."""

    waiting: int = 0
    late: int = 0
    forgotten: int = 0
    statutory: int = 0
    tiers: dict[str | None, int] = {}


COUNT = f"""
SELECT held.team_id, {IN_TOUCH}, count(*),
       count(*) FILTER (WHERE r.due_on < %(on)s AND planned.starts_on IS NULL),
       count(*) FILTER (WHERE (o.id IS NULL OR r.due_on IS NULL) AND planned.starts_on IS NULL),
       count(*) FILTER (WHERE held.statutory)
  FROM with_nobody held
  {WAITS}
 GROUP BY 1, 2
"""
COUNT_IN_SERVICE = WITH_NOBODY_IN_SERVICE + COUNT
COUNT_OF_TEAMS = WITH_NOBODY_OF.format("c.team_id = ANY(%(teams)s)") + COUNT


def counts(
    organisation: Organisation, on: date, *, today: date, team_ids: Collection[int] | None = None
) -> dict[int | None, WaitingCounts]:
    """Return how many wait on a day by their team of today: `waiting`, counted, without a name; of all teams or of these."""
    found: dict[int | None, WaitingCounts] = {}
    sql = COUNT_IN_SERVICE if team_ids is None else COUNT_OF_TEAMS
    asked = {**_asked(organisation, on, today), "teams": list(team_ids or ())}
    for team, tier, waits, *more in rows(sql, asked):
        before = found.get(team, WaitingCounts())
        numbers = map(sum, zip(before[:4], (waits, *more), strict=True))
        found[team] = WaitingCounts(*numbers, tiers={**before.tiers, tier: waits})
    return found


def _asked(organisation: Organisation, on: date, today: date) -> dict:
    return {"organisation": organisation.pk, "on": on, "today_or_later": on >= today}


# One person --------------------------------------------------------------------------------------------------------


@compile_once
def referrals_of(client_id: int) -> ReferralQuerySet:
    """Return the referrals of a person, newest first."""
    return Referral.objects.filter(client=client_id).select_related("owner", "by").order_by("-referred_on", "-pk")


SAID = ("referred_by", "owner", "action", "due_on", "contingency")  # of a referral, as the page shows it


class Told(NamedTuple):
    """A referral's first details, or one later change: the fields of `SAID`, the owner by name, "" for an empty one."""

    on: date
    by: str
    said: dict[str, str | date]


def told_of(person: Client, referrals: Collection[Referral]) -> dict[int, list[Told]]:
    """Return each referral's first details and its changes, by referral, oldest first."""
    changes = _changes_of(person.pk) if referrals else []
    return {each.pk: _told(each, [row for row in changes if row.referral_id == each.pk]) for each in referrals}


def _told(referral: Referral, changes: Sequence[ReferralChange]) -> list[Told]:
    said = [_said(row) for row in (*changes, referral)]
    found = [Told(referral.referred_on, referral.by.name if referral.by else "", said[0])]
    for row, (before, then) in zip(changes, pairwise(said), strict=True):
        changed = {field: then[field] for field in SAID if then[field] != before[field]}
        if changed:
            found.append(Told(row.changed_on, row.by.name if row.by else "", changed))
    return found


def _said(row: Referral | ReferralChange) -> dict[str, str | date]:
    said = {field: getattr(row, field) or "" for field in SAID}
    return said | {"owner": row.owner.name if row.owner else ""}


@compile_once
def _changes_of(client_id: int) -> QuerySet[ReferralChange]:
    """Return the details before each change of a person's referrals."""
    changes = ReferralChange.objects.filter(referral__client=client_id).select_related("by", "owner")
    return changes.order_by("referral", "pk")


def standing(person: Client) -> Referral | None:
    """Return the referral of a person who waits now."""
    return Referral.objects.standing().filter(client=person).select_related("owner").first()


def waiting_from(client_ids: Collection[int], on: date) -> set[int]:
    """Return those of these people who wait, now or later, from that day on."""
    held = Allocation.objects.on(on).filter(client=OuterRef("client"))
    return set(
        Referral.objects.standing()
        .filter(~Exists(held), client__in=client_ids, referred_on=on)
        .values_list("client", flat=True)
    )


def version_of(referral: Referral | None) -> str:
    """Return the version a form was filled from: the referral, and a fingerprint of its details; "" while there is none."""
    if referral is None:
        return ""
    said = [str(getattr(referral, field.attname)) for field in Referral._meta.concrete_fields]
    return f"{referral.pk}.{salted_hmac('waiting', repr(said)).hexdigest()[:16]}"


def may_see_to(person_team: Team | None, on: date) -> list[Member]:
    """Return who may be responsible for a waiting person of a team: those who lead it or work in it, in order of name."""
    if person_team is None:
        return []
    return may_see_to_any([person_team], on)


def may_see_to_any(teams: Collection[Team], on: date) -> list[Member]:
    """Return who may be responsible for a person of any of several teams."""
    lead = {key for leaders in leader_keys([team.pk for team in teams], on).values() for key in leaders if key}
    return _at_work_or_leading([team.pk for team in teams], list(lead), on)


@compile_once
def _at_work_or_leading(team_ids: list[int], leaders: list[int], on: date) -> QuerySet[Member]:
    work = Member.objects.of_teams(team_ids, on).values("pk")
    may = work.union(Member.objects.filter(any_of("pk", leaders)).values("pk"), all=True)
    return Member.objects.active().staying(on).filter(any_of("pk", may)).named()


def may_see_to_all(people: Iterable[Client], on: date) -> list[Member]:
    """Return who may be responsible for all of these people, whatever team each is of."""
    teams = list(Team.objects.filter(pk__in={person.team_id for person in people}))
    if len(teams) == 1:
        return may_see_to_any(teams, on)
    able = [{member.pk for member in may_see_to_any([team], on)} for team in teams]
    return [member for member in may_see_to_any(teams, on) if all(member.pk in each for each in able)]


def teams_besides(organisation_id: int, team_id: int | None) -> TeamQuerySet:
    """Return the teams a waiting person can go to: all that have a manager or deputy, but their own."""
    led = Q(manager__active=True) | Q(deputy__active=True)
    return Team.objects.filter(led, organisation=organisation_id).exclude(pk=team_id).order_by("name")


def in_no_team(organisation_id: int, on: date) -> ClientQuerySet:
    """Return the people who have neither team nor worker that day, so that no worker sees them, in order of name."""
    people = Client.objects.filter(~Exists(held_on(on)), organisation=organisation_id, team=None)
    return people.not_absorbed().order_by("name_key", "pk")


def first_in_no_team(organisation_id: int, on: date, most: int) -> ClientQuerySet:
    """Return the first people in no team, to choose from."""
    first = in_no_team(organisation_id, on).values_list("pk", flat=True)[:most]
    return Client.objects.filter(pk__in=list(first)).order_by("name_key", "pk")


def count_responsible_for(member: Member, on: date) -> int:
    """Return for how many people who wait on a day a member is responsible."""
    return len(_responsible_for(member.pk, on))


@compile_once
def _responsible_for(member_id: int, on: date) -> QuerySet[Referral, tuple[Any, ...]]:
    return Referral.objects.standing().filter(owner=member_id, referred_on__lte=on).values_list("pk")


# Please don't contact me -------------------------------------------------------------------------------------------


def asked_not(member: Member, on: date) -> list[Client]:
    """Return who asked not to be contacted, of the teams a member leads, without agreement yet (R57)."""
    return _asked_not(member.pk, member.organisation_id, on)


@compile_once
def _asked_not(member_id: int, organisation_id: int, on: date) -> ClientQuerySet:
    led = Team.objects.led_by(Member(pk=member_id, organisation_id=organisation_id), on)
    agreed = PleaseDont.objects.standing().filter(client=OuterRef("pk"), agreed_on__isnull=False)
    asked = Client.objects.filter(
        ~Exists(agreed),
        organisation=organisation_id,
        team__in=led,
        contact_preference=ContactPreference.PLEASE_DONT,
    ).exclude(tier=Tier.INACTIVE)
    return asked.order_by("name_key", "pk")


@compile_once
def choices_of(client_id: int) -> PleaseDontQuerySet:
    """Return when a person asked not to be contacted, newest first."""
    found = PleaseDont.objects.filter(client=client_id)
    return found.select_related("by", "agreed_by", "ended_by").order_by("-pk")
