"""Who is away, what has to be done about it, and who is responsible in that time. Every function takes the day."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from peerload.core.arrays import any_of
from peerload.core.compile_once import compile_once
from peerload.core.periods import lasts_half_open, sql_holds_half_open, sql_lasts_half_open
from peerload.core.sql import rows
from peerload.staff import roles
from peerload.staff import rules as staff_rules
from peerload.staff.enums import AbsenceBand
from peerload.staff.leaving.queries import gone_by
from peerload.staff.models import (
    HAS_LEFT,
    OUT_OF_POST,
    POST_ENDED,
    Absence,
    ClosureDay,
    Member,
    Organisation,
    sql_leads,
)
from peerload.staff.queries import workers_led_by, workers_of

from ..enums import Duty, Tier
from ..leaving.queries import led_by
from ..models import Allocation, Client, ClientQuerySet, Cover, CoverQuerySet, DutyDone
from ..queries.held import SupportedPerson, held_in_cover
from ..queries.teams import those_in_teams, those_of_teams
from . import rules

SOON = timedelta(days=7)  # how long before the first day away an absence is shown on the team's page
AHEAD = timedelta(days=14)  # within which lies whatever is due before a first day away

# Absences --------------------------------------------------------------------------------------------------------------


def absences_seen_by(member: Member, on: date) -> QuerySet[Absence]:
    """Return the absences of members who work in the teams a member leads, or support people of these teams."""
    led = workers_led_by(member, on).order_by().values("pk")
    return _absences_of(led.union(those_of_teams(member, on).values("pk"), all=True))


def _absences_of(workers: QuerySet[Member, Any]) -> QuerySet[Absence]:
    return Absence.objects.filter(any_of("worker", workers)).select_related("worker", "organisation")


def absence_in_teams(team_ids: Collection[int], on: date, pk: int) -> Absence | None:
    """Return an absence by its key, if it is one of those that a member who leads these teams sees (`absences_seen_by`)."""
    return next(iter(_absence_in_teams(list(team_ids), on, pk)), None)


@compile_once
def _absence_in_teams(team_ids: list[int], on: date, pk: int) -> QuerySet[Absence]:
    return _absences_of(_workers_in_teams(team_ids, on)).filter(pk=pk)


def _workers_in_teams(team_ids: list[int], on: date) -> QuerySet[Member, Any]:
    return workers_of(team_ids, on).values("pk").union(those_in_teams(team_ids, on).values("pk"), all=True)


def leads_worker(absence: Absence, member: Member, on: date) -> bool:
    """Return whether the absent worker is of a team the member leads: only then do they change its days, or plan steps back."""
    return bool(_among_led(member.pk, member.organisation_id, on, absence.worker_id))


@compile_once
def _among_led(member_id: int, organisation_id: int, on: date, worker_id: int) -> QuerySet[Member, Any]:
    led = workers_led_by(Member(pk=member_id, organisation_id=organisation_id), on)
    return led.filter(pk=worker_id).values_list("pk")


def facts_of(absence: Absence) -> rules.AbsenceFacts:
    """Return what the rules go by."""
    return rules.AbsenceFacts(*(getattr(absence, name) for name in rules.AbsenceFacts._fields))


def absent_people(absence: Absence, on: date, people: ClientQuerySet | None = None) -> ClientQuerySet:
    """
    Return an absent worker's people of a day, in order of name; ``cover_id`` and ``cover_name`` say who covers that day.

    ``cover_here`` says whether that worker is at work that day: one who is away, or has left, does not count as cover.

    :param people: only these, such as those a member may see
    """
    theirs = Allocation.objects.on(on).filter(client=OuterRef("pk"), worker=absence.worker_id, closed_on=None)
    covers = Cover.objects.on(on).filter(client=OuterRef("pk"), absence=absence)
    found = (Client.objects.all() if people is None else people).filter(Exists(theirs)).exclude(tier=Tier.INACTIVE)
    return found.annotate(  # type: ignore[no-redef]  # declared on `Client`
        cover_id=Subquery(covers.values("worker_id")[:1]),
        cover_name=Subquery(covers.values("worker__name")[:1]),
        cover_here=Exists(covers.filter(worker__in=Member.objects.at_work(on).seeing_to_people(on))),
    ).order_by("name_key", "pk")


def absent_people_seen(absence: Absence, on: date, member: Member, *, today: date) -> list[Client]:
    """Return `absent_people` as far as a member may see them today, each with their family."""
    return _absent_people_seen(absence.pk, absence.worker_id, on, member.pk, member.organisation_id, today)


@compile_once
def _absent_people_seen(
    absence_id: int, worker_id: int, on: date, member_id: int, organisation_id: int, today: date
) -> ClientQuerySet:
    seen = Client.objects.visible_to(Member(pk=member_id, organisation_id=organisation_id), today)
    return absent_people(Absence(pk=absence_id, worker_id=worker_id), on, seen).select_related("family")


def may_cover(absence: Absence, member: Member, on: date) -> list[Member]:
    """
    Return who could cover from a day on, in order of name: the workers of the teams a member leads, and the member.

    Workers who are away that day are left out, and those whose last day comes before the return, or while none is known.
    """
    back = facts_of(absence).back
    able = {worker.pk for worker in led_by(member, on)} | {member.pk}
    found = Member.objects.at_work(on).seeing_to_people(on).filter(pk__in=able - {absence.worker_id})
    found = found.staying(back) if back and back > on else found.not_leaving()
    return list(found.filter(role__in=roles.MAY_LEAD).named())


# Duties ----------------------------------------------------------------------------------------------------------------


class DutyRow(NamedTuple):
    """A duty of an absence, with its day and whether it is done."""

    kind: Duty
    by: date
    done: DutyDone | None
    late: bool


def duties(absence: Absence, on: date) -> list[DutyRow]:
    """Return what is to be done while a member is away, as known on a day, and who has done it."""
    ticks = list(absence.duties_done.select_related("by").order_by("done_on", "pk"))
    found = []
    for due in duties_of([absence], on)[absence.pk]:
        done = next((tick for tick in ticks if rules.belongs(due, tick.kind, tick.due_on)), None)
        found.append(DutyRow(due.kind, due.by, done, done is None and due.by < on))
    return found


def duties_of(absences: Iterable[Absence], on: date) -> dict[int, list[rules.DutyDue]]:
    """Return the duties of absences of one service, by absence; the service's closure days are asked for once."""
    absences = list(absences)
    if not absences:
        return {}
    organisation = absences[0].organisation
    closures = frozenset(ClosureDay.objects.filter(organisation=organisation).values_list("on", flat=True))
    return {each.pk: rules.duties(facts_of(each), on, organisation.region, closures) for each in absences}


def open_duties(absences: Iterable[Absence], on: date) -> dict[int, list[rules.DutyDue]]:
    """Return the duties whose day has come and that no one has ticked, by absence; none where the worker is back."""
    absences = [each for each in absences if each.ends_before is None or each.ends_before > on]
    ticks: dict[int, list[tuple[str, date]]] = {}
    for pk, kind, due_on in DutyDone.objects.filter(absence__in=absences).values_list("absence", "kind", "due_on"):
        ticks.setdefault(pk, []).append((kind, due_on))
    return {pk: rules.open_on(found, ticks.get(pk, []), on) for pk, found in duties_of(absences, on).items()}


def standing(organisation: Organisation, on: date) -> QuerySet[Absence]:
    """Return the absences of a service that last on a day, or begin soon enough for something to be due."""
    absences = of_who_is_staff(Absence.objects.filter(organisation=organisation), on)
    absences = absences.filter(lasts_half_open(on), starts_on__lte=on + AHEAD)
    return absences.select_related("organisation")


def of_who_is_staff(absences: QuerySet[Absence], on: date) -> QuerySet[Absence]:
    """Leave out the absences of workers who have left: nothing is due for them."""
    return absences.filter(worker__in=Member.objects.active().staying(on))


def asking(team_ids: Collection[int], on: date) -> list[tuple[Absence, list[rules.DutyDue]]]:
    """
    Return the absences with duties by a day for those who lead some teams, each with its duties.

    The earliest first day away stands first.
    """
    absences = _that_may_ask(list(team_ids), on, on + AHEAD)
    found = open_duties(absences, on)
    return [(each, found[each.pk]) for each in absences if found[each.pk]]


@compile_once
def _that_may_ask(team_ids: list[int], on: date, ahead: date) -> QuerySet[Absence]:
    seen = of_who_is_staff(_absences_of(_workers_in_teams(team_ids, on)), on)
    return seen.filter(lasts_half_open(on), starts_on__lte=ahead).order_by("starts_on", "pk")


# No one is responsible ---------------------------------------------------------------------------------------------------

# A worker who works here that day covers the person of allocation `a`, whose worker has the absence `s`.
COVERED = f"""
EXISTS (
    SELECT FROM caseload_cover k JOIN staff_member cm ON cm.id = k.worker_id JOIN staff_user cu ON cu.id = cm.user_id
    WHERE k.absence_id = s.id AND k.client_id = a.client_id AND {sql_holds_half_open("k", "{day}")} AND cm.active AND cu.is_active
        AND NOT EXISTS (SELECT FROM staff_absence x WHERE x.worker_id = k.worker_id AND {sql_holds_half_open("x", "{day}")})
        AND NOT {HAS_LEFT.format(member="k.worker_id", day="{day}")}
        AND NOT (cm.role = 'peer_worker' AND {OUT_OF_POST.format(member="k.worker_id", day="{day}")}))
"""
FROM_THEN = "greatest(%(on)s::date, s.starts_on)"


class Alone(NamedTuple):
    """A worker who is away, or soon will be, and whose people in a team have no cover."""

    absence_id: int
    team_id: int
    worker_uid: UUID
    name: str
    starts_on: date
    expected_back: date | None
    ends_before: date | None
    people: int
    nobody: int  # of these without cover
    statutory: int  # of the people without cover
    is_readers: bool = False  # the reader of the page is the one away: their own people are on no board of theirs


def left_alone(organisation: Organisation, on: date, *, team_ids: Collection[int]) -> list[Alone]:
    """
    Return who is away that day, or within seven days, while people of these teams have no cover: a row for each team.

    A worker who covers but is away, or has left, does not count. Those away first, then the first to go; then in order
    of name. A worker who is not in post is not among them: their people wait for a worker, and the team page lists the
    leaver.
    """
    asked = {"organisation": organisation.pk, "on": on, "soon": on + SOON, "teams": list(team_ids)}
    return [Alone(*row) for row in rows(LEFT_ALONE, asked)]


LEFT_ALONE = f"""
SELECT s.id, c.team_id,
    m.uid, m.name, s.starts_on, s.expected_back, s.ends_before, count(*) AS people,
    count(*) FILTER (WHERE NOT seen.here) AS nobody, count(*) FILTER (WHERE NOT seen.here AND c.statutory) AS statutory
FROM staff_absence s
JOIN staff_member m ON m.id = s.worker_id
JOIN caseload_allocation a ON a.worker_id = s.worker_id AND a.closed_on IS NULL AND {sql_holds_half_open("a", FROM_THEN)}
JOIN caseload_client c ON c.id = a.client_id AND c.team_id = ANY(%(teams)s)
LEFT JOIN caseload_tierperiod t ON t.client_id = c.id AND {sql_holds_half_open("t")}
CROSS JOIN LATERAL (SELECT {COVERED.format(day=FROM_THEN)} AS here) AS seen
WHERE s.organisation_id = %(organisation)s AND s.starts_on <= %(soon)s AND {sql_lasts_half_open("s")}
    AND s.worker_id = ANY(ARRAY(
        SELECT theirs.worker_id FROM caseload_client own JOIN caseload_allocation theirs ON theirs.client_id = own.id
        WHERE own.team_id = ANY(%(teams)s) AND theirs.closed_on IS NULL
            AND {sql_lasts_half_open("theirs")}))
    AND NOT {OUT_OF_POST.format(member="s.worker_id", day=FROM_THEN)}
    AND t.tier IS DISTINCT FROM 'inactive'
GROUP BY s.id, m.id, c.team_id
HAVING NOT bool_and(seen.here)
ORDER BY greatest(s.starts_on, %(on)s), m.name_key, s.id, c.team_id
"""

# The day from which the covering worker of a person in an absence is away, has left, has no post any more, or no sign-in.
COVER_GONE = f"""
SELECT min(gone.since) FROM caseload_cover k
JOIN staff_member km ON km.id = k.worker_id
CROSS JOIN LATERAL (
    SELECT x.starts_on AS since FROM staff_absence x WHERE x.worker_id = k.worker_id AND {sql_holds_half_open("x")}
    UNION ALL
    SELECT l.last_day + 1 FROM caseload_leaving l
    WHERE l.member_id = k.worker_id AND l.withdrawn_on IS NULL AND l.last_day < %(on)s
    UNION ALL
    SELECT {POST_ENDED.format(member="k.worker_id", day="%(on)s")}
    WHERE km.role = 'peer_worker' AND {OUT_OF_POST.format(member="k.worker_id", day="%(on)s")}
    UNION ALL
    SELECT km.closed_on WHERE km.closed_on <= %(on)s
) AS gone
WHERE k.absence_id = s.id AND k.client_id = c.id AND {sql_holds_half_open("k")}
"""
# The day from which the worker of allocation `a` is responsible no more: their last day has passed, their last post has ended,
# or their sign-in is closed.
LEFT = f"""
SELECT greatest(l.last_day + 1, a.starts_on) AS since FROM caseload_leaving l
WHERE l.member_id = a.worker_id AND l.last_day < %(on)s
    AND l.withdrawn_on IS NULL AND {sql_lasts_half_open("l", ends="closed_on")}
UNION ALL
SELECT greatest({POST_ENDED.format(member="a.worker_id", day="%(on)s")}, a.starts_on)
WHERE {OUT_OF_POST.format(member="a.worker_id", day="%(on)s")}
UNION ALL
SELECT a.starts_on FROM staff_member w JOIN staff_user u ON u.id = w.user_id
WHERE w.id = a.worker_id AND NOT (w.active AND u.is_active) AND %(today_or_later)s
"""
# People without a worker, or whose worker is away or has left without cover (A05, R79); since when is one such day.
STATUTORY_ALONE = f"""
SELECT c.id AS client_id, c.team_id, CASE
    WHEN s.id IS NOT NULL THEN greatest(s.starts_on, (
        SELECT max(k.ends_before) FROM caseload_cover k
        WHERE k.absence_id = s.id AND k.client_id = c.id AND k.ends_before <= %(on)s), ({COVER_GONE}))
    WHEN a.id IS NOT NULL THEN gone.since
    ELSE coalesce((
        SELECT max(before.ends_before) FROM caseload_allocation before
        WHERE before.client_id = c.id AND before.ends_before <= %(on)s AND t.tier IS DISTINCT FROM 'inactive'),
        CASE WHEN t.tier = 'inactive' THEN r.referred_on END, c.tier_from, DATE '2000-01-01') END AS since
FROM caseload_client c
LEFT JOIN caseload_tierperiod t ON t.client_id = c.id AND {sql_holds_half_open("t")}
LEFT JOIN caseload_allocation a ON a.client_id = c.id AND {sql_holds_half_open("a")}
LEFT JOIN staff_absence s ON s.worker_id = a.worker_id AND {sql_holds_half_open("s")}
LEFT JOIN LATERAL (SELECT max(w.referred_on) AS referred_on FROM caseload_referral w
    WHERE w.client_id = c.id AND {sql_holds_half_open("w", starts="referred_on", ends="ended_on")}) AS r ON true
LEFT JOIN LATERAL (SELECT max(since) AS since FROM ({LEFT}) AS no_one_responsible) AS gone ON true
WHERE c.organisation_id = %(organisation)s AND c.statutory
    AND (t.tier IN ('high', 'medium', 'group', 'parked') OR t.tier IS NULL AND %(today_or_later)s OR r.referred_on IS NOT NULL)
    AND (a.id IS NULL OR {sql_lasts_half_open("a", ends="closed_on")}
        AND (s.id IS NOT NULL OR gone.since IS NOT NULL) AND NOT {COVERED.format(day="%(on)s")})
"""


def statutory_alone(
    organisation: Organisation, on: date, *, today: date, team_ids: Collection[int] | None = None
) -> list[tuple[int, int | None, date]]:
    """
    Return the people with statutory status and no one responsible on a day: (person, team of today, since).

    Of all teams of the service, or of these.

    They have no worker, or their worker is away or not in post and no one covers. People who have come back and wait are among
    them.
    """
    narrowed = "" if team_ids is None else "AND c.team_id = ANY(%(teams)s)"
    asked = {"organisation": organisation.pk, "on": on, "today_or_later": on >= today, "teams": list(team_ids or ())}
    return rows(f"{STATUTORY_ALONE} {narrowed}", asked)


class Uncovered(NamedTuple):
    """How many people have no one covering while their worker is away; how many of them have statutory status."""

    people: int
    statutory: int


def uncovered_by_team(
    organisation: Organisation, on: date, *, team_ids: Collection[int] | None = None
) -> dict[int | None, Uncovered]:
    """Return who has no one covering on a day, counted by the person's team of today, of all teams or of these."""
    return {team: Uncovered(*counts) for team, *counts in _by_team(UNCOVERED, "c.team_id", organisation, on, team_ids)}


# It begins with the few workers who are away, so it does not grow with the service; their people and tiers are looked up all at
# once, by key. People of workers not in post all wait.
UNCOVERED = f"""
WITH alone AS MATERIALIZED (
    SELECT a.client_id FROM staff_absence s
      JOIN caseload_allocation a ON a.worker_id = s.worker_id AND a.closed_on IS NULL AND {sql_holds_half_open("a")}
     WHERE s.organisation_id = %(organisation)s AND {sql_holds_half_open("s")}
       AND NOT {OUT_OF_POST.format(member="s.worker_id", day="%(on)s")} AND NOT {COVERED.format(day="%(on)s")}
)
SELECT c.team_id, count(*), count(*) FILTER (WHERE c.statutory)
FROM caseload_client c
LEFT JOIN (SELECT client_id, tier FROM caseload_tierperiod period
            WHERE client_id = ANY(ARRAY(SELECT client_id FROM alone)) AND organisation_id = %(organisation)s
              AND {sql_holds_half_open("period")}) t ON t.client_id = c.id
WHERE c.id = ANY(ARRAY(SELECT client_id FROM alone)) AND t.tier IS DISTINCT FROM 'inactive' {{}}
GROUP BY c.team_id
"""


class LongAbsence(NamedTuple):
    """An absence of more than eight weeks, elapsed or expected; the team is that of the worker who is away."""

    team_id: int | None
    absence_id: int
    name: str


def long_absences(
    organisation: Organisation, on: date, *, team_ids: Collection[int] | None = None
) -> list[LongAbsence]:
    """Return who of all teams, or of these, is away for more than eight weeks on a day, in order of name (A08)."""
    found = []
    for team, absence, name, starts_on, expected_back in _by_team(ABSENT, "t.id", organisation, on, team_ids):
        band = staff_rules.absence_band(staff_rules.days_away(starts_on, expected_back, on))
        if band == AbsenceBand.OVER_8_WEEKS:
            found.append(LongAbsence(team, absence, name))
    return found


def long_absences_by_team(
    organisation: Organisation, on: date, *, team_ids: Collection[int] | None = None
) -> dict[int | None, int]:
    """Return how many of the staff of each team are away for more than eight weeks on a day: `long_absences`, counted."""
    return dict(Counter(each.team_id for each in long_absences(organisation, on, team_ids=team_ids)))


def _by_team(
    sql: str, column: str, organisation: Organisation, on: date, team_ids: Collection[int] | None
) -> list[tuple]:
    """Return the rows of a statement with a place for a narrowing by team, of every team or of these."""
    narrowed = "" if team_ids is None else f"AND {column} = ANY(%(teams)s)"
    return rows(sql.format(narrowed), {"organisation": organisation.pk, "on": on, "teams": list(team_ids or ())})


class Leaderless(NamedTuple):
    """An absence in a team, None if they are in none, while no one who leads it is here."""

    absence_id: int
    team_id: int | None
    nobody: int  # people without cover


def nobody_leads(organisation: Organisation, on: date) -> list[Leaderless]:
    """Return the absences that leave people without cover that day while no one who leads the team is here."""
    return [Leaderless(*row) for row in rows(NOBODY_LEADS, {"organisation": organisation.pk, "on": on})]


# The team of the worker with the absence `s`: of their post, else their own; who only leads one is of that.
TEAM_OF_ABSENT = """
coalesce(p.team_id, w.home_team_id, (SELECT min(led.id) FROM staff_team led WHERE w.id IN (led.manager_id, led.deputy_id)))
"""
NOBODY_LEADS = f"""
SELECT s.id, t.id, count(*)
FROM staff_absence s
JOIN staff_member w ON w.id = s.worker_id
LEFT JOIN staff_post p ON p.worker_id = w.id AND {sql_holds_half_open("p")}
LEFT JOIN staff_team t ON t.id = {TEAM_OF_ABSENT}
JOIN caseload_allocation a ON a.worker_id = w.id AND a.closed_on IS NULL AND {sql_holds_half_open("a")}
WHERE s.organisation_id = %(organisation)s AND {sql_holds_half_open("s")} AND NOT {COVERED.format(day="%(on)s")}
    AND NOT {OUT_OF_POST.format(member="s.worker_id", day="%(on)s")}
    AND NOT EXISTS (
        SELECT FROM staff_member m JOIN staff_user u ON u.id = m.user_id
        WHERE {sql_leads("m.id", "t")} AND m.active AND u.is_active
            AND NOT {HAS_LEFT.format(member="m.id", day="%(on)s")}
            AND NOT EXISTS (SELECT FROM staff_absence x WHERE x.worker_id = m.id AND {sql_holds_half_open("x")}))
GROUP BY s.id, t.id
ORDER BY s.id
"""


ABSENT = f"""
SELECT t.id, s.id, w.name, s.starts_on, s.expected_back
FROM staff_absence s
JOIN staff_member w ON w.id = s.worker_id
LEFT JOIN staff_post p ON p.worker_id = w.id AND {sql_holds_half_open("p")}
LEFT JOIN staff_team t ON t.id = {TEAM_OF_ABSENT}
WHERE s.organisation_id = %(organisation)s AND {sql_holds_half_open("s")}
    AND w.active AND NOT {HAS_LEFT.format(member="w.id", day="%(on)s")} {{}}
ORDER BY w.name_key, s.id
"""


# The worker who covers ------------------------------------------------------------------------------------------------


class Covered(NamedTuple):
    """The people a member covers while one worker is away, or who has left while they are still theirs."""

    absent: Member
    expected_back: date | None
    people: list[SupportedPerson]
    gone: bool = False


def covered_by(member: Member, on: date) -> list[Covered]:
    """Return the people a member covers that day, by the worker who is away, in order of name; longest without contact first."""
    covers = _covers(member.pk, on)
    if not covers:
        return []
    held = {person.pk: person for person in held_in_cover(member, on)}
    found: dict[int, Covered] = {}
    for cover in covers:
        absence = cover.absence
        theirs = found.setdefault(absence.pk, Covered(absence.worker, absence.ends_before or absence.expected_back, []))
        if cover.client_id in held:
            theirs.people.append(held[cover.client_id]._replace(covered=True, absent=absence.worker.name))
    gone = gone_by(on, [each.absent for each in found.values()])
    return [
        each._replace(people=sorted(each.people, key=SupportedPerson.quiet_first), gone=each.absent.pk in gone)
        for each in found.values()
        if each.people
    ]


@compile_once
def _covers(worker_id: int, on: date) -> CoverQuerySet:
    covers = Cover.objects.holding(on).filter(worker=worker_id).select_related("absence__worker")
    return covers.order_by("absence__worker__name_key", "absence", "pk")


def cover_of(client_id: int, on: date) -> Cover | None:
    """Return who covers for a person's worker that day, with the absence."""
    found = _cover_of(client_id, on)
    return found[0] if found else None


@compile_once
def _cover_of(client_id: int, on: date) -> CoverQuerySet:
    return Cover.objects.holding(on).filter(client=client_id).select_related("worker", "absence__worker")
