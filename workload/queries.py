"""What pages, reports and the projector ask: facts gathered as plain values for the rules, and sums over the ledger."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from caseload.models import Client
from caseload.rules import RAISED_DAYS, Cadence, Mix, mix
from peerload.core import dates
from peerload.core.compile_once import compile_once
from peerload.core.folding import fold
from peerload.staff import rules as staff_rules
from peerload.staff.models import HAS_LEFT, Absence, Member, Organisation, Post, Team

from . import presets, rules
from .enums import Element, RecordStatus
from .models import Activity, MonthlyRecord, Scheme, TeamReport

LAST = 2**63 - 1


def rows(sql: str, params: Sequence | Mapping = ()) -> list[tuple]:
    """Return all rows of a statement as tuples."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def run(sql: str, params: Sequence = ()) -> None:
    """Run a statement that returns nothing."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


# The scheme ------------------------------------------------------------------------------------------------------------


def schemes(organisation_id: int) -> list[rules.Scheme]:
    """
    Return an organisation's schemes in order of their first day, as the rules take them.

    An organisation that has settled none counts by the preset it was set up with.
    """
    found = _schemes("s.organisation_id = %s AND s.published_at IS NOT NULL", [organisation_id])
    if found:
        return found
    preset = Organisation.objects.values_list("preset", flat=True).get(pk=organisation_id)
    return [rules.Scheme(presets.weights(preset))]


def scheme(scheme_id: int) -> rules.Scheme:
    """Return one version, a draft or one that counts, as the rules take it."""
    return _schemes("s.id = %s", [scheme_id])[0]


def _schemes(where: str, params: list) -> list[rules.Scheme]:
    found: dict[int, tuple[dict, list[rules.Weight]]] = {}
    for row in rows(SCHEMES.format(where), params):
        scheme_id, settings, weight = row[0], row[1 : len(SETTINGS) + 1], row[len(SETTINGS) + 1 :]
        weights = found.setdefault(scheme_id, (dict(zip(SETTINGS, settings, strict=True)), []))[1]
        if weight[0] is not None:
            weights.append(rules.Weight(*weight))
    return [rules.Scheme(weights, **settings) for settings, weights in found.values()]


SETTINGS = (
    "name", "starts_on", "weight_on", "stable_scales_with_fte", "mark", "limit", "close_window_days", "weight_of_cases_only",
    "extras_inside_base", "decision_day_is_first", "start_day_is_first", "windows_run_on",
)  # fmt: skip
SCHEMES = """
    SELECT s.id, s.name, s.starts_on, s.workload_weight, s.stable_scales_with_fte, s.mark, s."limit", s.close_window_days,
           s.weight_of_cases_only, s.extras_inside_base, s.decision_day_is_first, s.start_day_is_first, s.windows_run_on,
           w.item, w.code, w.label, w.element, w.points, w.per, w."window", w.length, w.condition, w.condition_value,
           w.one_of, w.tier, w.linked_to_cases, w."on"
      FROM workload_scheme s LEFT JOIN workload_weight w ON w.scheme_id = s.id
     WHERE {}
     ORDER BY s.starts_on, s.id, w.item, w.id
"""


def close_window_days(organisation_id: int, on: date) -> int:
    """Return the last day after a decision to close on which points stand, by the scheme in force on a day (W05, R19)."""
    versions = schemes(organisation_id)
    begun = [scheme for scheme in versions if scheme.starts_on is None or scheme.starts_on <= on]
    return (begun or versions)[-1 if begun else 0].days_after_decision


def scheme_of(organisation_id: int, on: date) -> rules.Scheme:
    """Return the scheme an organisation counts by on a day."""
    return rules.scheme_on(schemes(organisation_id), on)


def last_month_sent(organisation_id: int) -> date | None:
    """Return the first day of the last month any team has sent its report of; up to its last day nothing may change."""
    sent = TeamReport.objects.filter(organisation=organisation_id)
    return sent.order_by("-month").values_list("month", flat=True).first()


def is_settled(organisation_id: int) -> bool:
    """Return whether a month that the newest version counts has been sent, so that nothing of it may change any more."""
    newest = Scheme.objects.published().filter(organisation=organisation_id).order_by("-starts_on").first()
    sent = last_month_sent(organisation_id)
    return bool(newest and sent and dates.month_end(sent) >= newest.starts_on)


def working(organisation: Organisation) -> rules.Working:
    """Return which days are working days: the region's, less the service's own closures, also those ahead."""
    return rules.Working(organisation.region, frozenset(organisation.closures.values_list("on", flat=True)))


# Facts, gathered -------------------------------------------------------------------------------------------------------


class Case(NamedTuple):
    """A case unit: a family, or a person without one."""

    kind: str  # "family" or "client"
    key: int


class CaseFacts(NamedTuple):
    family: int | None
    people: list[rules.Person]


class WorkerFacts(NamedTuple):
    duties: list[rules.Duty]
    responsibilities: list[rules.Responsibility]
    first_work_on: date | None = None


class Span(NamedTuple):
    """Units of one kind with keys from ``first`` up to, not including, ``before``."""

    kind: str
    first: int = 0
    before: int = LAST


def gather_people(organisation_id: int, client_ids: Collection[int] | None = None) -> dict[Case, CaseFacts]:
    """
    Return the facts of case units, of all or of those these people belong to.

    Only people who were ever allocated are in it: nobody else stands for anything.
    """
    if client_ids is None:
        return _cases("c.organisation_id = %s", [organisation_id])
    families = family_ids(client_ids)
    return gather_cases(client_ids, families)


def family_ids(client_ids: Collection[int]) -> set[int]:
    """Return the families these people are in."""
    found = rows("SELECT DISTINCT family_id FROM caseload_client WHERE id = ANY(%s)", [list(client_ids)])
    return {family for (family,) in found if family}


def gather_cases(client_ids: Collection[int], families: Collection[int]) -> dict[Case, CaseFacts]:
    """Return the facts of these families, and of those of these people who have none."""
    where = "c.id = ANY(%s) AND c.family_id IS NULL"
    if not families:
        return _cases(where, [list(client_ids)])
    return _cases(f"({where} OR c.family_id = ANY(%s))", [list(client_ids), list(families)])


def gather_span(organisation_id: int, span: Span) -> dict[Case, CaseFacts]:
    """Return the facts of the case units of a span."""
    column = "c.family_id" if span.kind == "family" else "c.family_id IS NULL AND c.id"
    where = f"c.organisation_id = %s AND {column} >= %s AND {column.split()[-1]} < %s"
    return _cases(where, [organisation_id, span.first, span.before])


def _cases(where: str, params: list) -> dict[Case, CaseFacts]:
    holdings: dict[int, list[rules.Holding]] = {}
    family_of: dict[int, int | None] = {}
    for client, family, *holding in rows(HOLDINGS.format(where), params):
        if client in family_of:
            holdings[client].append(rules.Holding(*holding))
        else:
            family_of[client] = family
            holdings[client] = [rules.Holding(*holding)]
    if not holdings:
        return {}
    tiers: dict[int, list[tuple[date, str]]] = {client: [] for client in holdings}
    for client, starts_on, tier in rows(TIERS.format(where), params):
        if client in tiers:
            tiers[client].append((starts_on, tier))
    activities: dict[int, list[rules.Activity]] = {}
    for client, *activity in rows(ACTIVITIES.format(where), params):
        activities.setdefault(client, []).append(rules.Activity(*activity))
    found: dict[Case, CaseFacts] = {}
    for client, held in holdings.items():
        person = rules.Person(client, tiers[client], held, activities.get(client, ()))
        family = family_of[client]
        if family is None:
            found[Case("client", client)] = CaseFacts(None, [person])
        else:
            found.setdefault(Case("family", family), CaseFacts(family, [])).people.append(person)
    return found


HOLDINGS = """
    SELECT a.client_id, c.family_id, a.worker_id, a.starts_on, a.ends_before, a.close_decided_on, a.closed_on, a.student_held
      FROM caseload_allocation a JOIN caseload_client c ON c.id = a.client_id
     WHERE {} ORDER BY a.client_id, a.starts_on
"""
TIERS = """
    SELECT t.client_id, t.starts_on, t.tier
      FROM caseload_tierperiod t JOIN caseload_client c ON c.id = t.client_id
     WHERE {} ORDER BY t.client_id, t.starts_on
"""
ACTIVITIES = """
    SELECT a.client_id, a.code, a.starts_on, a.finished_on, a.minutes_each_way, a.first, a.id
      FROM workload_activity a JOIN caseload_client c ON c.id = a.client_id
     WHERE {} ORDER BY a.client_id, a.starts_on, a.id
"""


def gather_workers(organisation: Organisation, member_ids: Collection[int] | None = None) -> dict[int, WorkerFacts]:
    """Return the posts and responsibilities of workers by member, of all or of these; who has neither is left out."""
    where, params = "organisation_id = %s", [organisation.pk]
    if member_ids is not None:
        where, params = "worker_id = ANY(%s)", [list(member_ids)]
    posts: dict[int, list[staff_rules.Post]] = {}
    for worker, *post in rows(POSTS.format(where), params):
        posts.setdefault(worker, []).append(staff_rules.Post(*post))
    last_days: dict[int, date] = dict(rows(LAST_DAYS.format(where.replace("worker_id", "member_id")), params))
    held: dict[int, list[rules.Responsibility]] = {}
    for worker, *row in rows(RESPONSIBILITIES.format(where), params):
        held.setdefault(worker, []).append(rules.Responsibility(*row))
    first_work: dict[int, date] = dict(rows(FIRST_ALLOCATIONS.format(where), params))
    for worker, row in held.items():
        first_work[worker] = min(row[0].starts_on, first_work.get(worker, row[0].starts_on))
    return {
        worker: WorkerFacts(
            [
                rules.Duty(x.starts_on, x.ends_before, x.fte, x.duty)
                for x in staff_rules.listings(
                    posts.get(worker, []),
                    first_work.get(worker),
                    organisation.full_time_hours,
                    last_day=last_days.get(worker),
                )
            ],
            held.get(worker, []),
            first_work.get(worker),
        )
        for worker in sorted(posts.keys() | first_work.keys())
    }


POSTS = """
    SELECT worker_id, starts_on, ends_before, fte, weekly_hours, duty, team_id FROM staff_post WHERE {}
     ORDER BY worker_id, starts_on
"""
RESPONSIBILITIES = """
    SELECT worker_id, code, starts_on, ends_before - 1, quantity, id FROM workload_responsibility WHERE {}
     ORDER BY worker_id, starts_on, id
"""
LAST_DAYS = """
    SELECT member_id, last_day FROM caseload_leaving WHERE {} AND withdrawn_on IS NULL AND closed_on IS NULL
"""
FIRST_ALLOCATIONS = "SELECT worker_id, min(starts_on) FROM caseload_allocation WHERE {} GROUP BY worker_id"


def spans(organisation_id: int, size: int) -> Iterator[Span]:
    """Yield spans that hold every case unit of an organisation, each of about so many units."""
    for kind, sql in (("family", FAMILY_BOUNDS), ("client", CLIENT_BOUNDS)):
        bounds = [0, *(key for (key,) in rows(sql, [organisation_id, size])), LAST]
        for first, before in zip(bounds, bounds[1:], strict=False):
            yield Span(kind, first, before)


FAMILY_BOUNDS = """
    SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) n FROM caseload_family WHERE organisation_id = %s) x
     WHERE n %% %s = 0 ORDER BY id
"""
CLIENT_BOUNDS = """
    SELECT id FROM (
        SELECT id, row_number() OVER (ORDER BY id) n FROM caseload_client WHERE organisation_id = %s AND family_id IS NULL
    ) x WHERE n %% %s = 0 ORDER BY id
"""


# Who is listed ---------------------------------------------------------------------------------------------------------


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
    has_post: bool  # without one, figures count them as full time, and a page says that no post is recorded


def listed(
    organisation: Organisation,
    on: date,
    *,
    team_ids: Collection[int] | None = None,
    worker_ids: Collection[int] | None = None,
) -> list[Listed]:
    """
    Return who is listed on a day, in order of name, then email (*Who is listed* of the interchange).

    Peer workers, and anybody else who ever held an allocation or a responsibility: who has posts, on the days inside one;
    who has none, from the first allocation or responsibility on, full time and not on duty. After the last day of their notice
    nobody is listed; somebody whose sign-in is closed is listed without a post only while they had people.
    """
    return listed_on(organisation, [on], team_ids=team_ids, worker_ids=worker_ids)


def listed_on(
    organisation: Organisation,
    days: Collection[date],
    *,
    team_ids: Collection[int] | None = None,
    worker_ids: Collection[int] | None = None,
) -> list[Listed]:
    """Return who is listed on each of some days, day by day, in order of name: `listed`, asked for them all at once."""
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
    """Return who is listed in some teams on each of some days as rows of day, team and worker: `listed_on`, without names."""
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
# The first condition is there for the index: without it everybody of the service is looked at.
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
        ON p.worker_id = m.id AND p.starts_on <= asked.day AND (p.ends_before IS NULL OR p.ends_before > asked.day)
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
                     WHERE a.worker_id = m.id AND (a.ends_before IS NULL OR a.ends_before > asked.day))))
       AND NOT {HAS_LEFT.format(member="m.id", day="asked.day")}
       {{}}
     ORDER BY asked.day, m.name_key COLLATE "C", u.email COLLATE "C"
"""
LISTED_COLUMNS = ", ".join(f'"{name}"' for name in Listed._fields)
LISTED_KEYS = f'SELECT "on", team_id, member_id FROM ({LISTED}) AS listed ({LISTED_COLUMNS})'
LISTED_BY_TEAM = f"""
    SELECT team_id, "on", count(*), sum(fte) FROM ({LISTED}) AS listed ({LISTED_COLUMNS}) GROUP BY team_id, "on"
"""


def workers_of(member: Member, on: date):
    """
    Return whose points a member may see by name: their own, and those of the workers of the teams they lead that day.

    A worker is of the team of their post, or of their home team where the post names none or there is no post.
    """
    teams = Team.objects.led_by(member)
    posts = Post.objects.written_for(on).filter(worker=OuterRef("pk"), team__isnull=False)
    theirs = Q(Exists(posts.filter(team__in=teams))) | (Q(home_team__in=teams) & ~Q(Exists(posts)))
    return Member.objects.filter(Q(pk=member.pk) | theirs, organisation_id=member.organisation_id)


# Sums over the ledger --------------------------------------------------------------------------------------------------


def totals_on(
    organisation: Organisation, on: date, listed: Sequence[Listed], *, scheme: rules.Scheme | None = None
) -> dict[int, rules.Total]:
    """
    Return what each listed worker holds on a day, by member, from the ledger.

    :param scheme: the scheme in force that day, where the caller has it already
    """
    scheme = scheme or rules.scheme_on(schemes(organisation.pk), on)
    sums: dict[int, dict[str, Decimal]] = {}
    for worker, element, points in rows(SUMS, [[x.member_id for x in listed], on, on]):
        sums.setdefault(worker, {})[element] = points
    return {x.member_id: _total(sums.get(x.member_id, {}), x.fte, scheme) for x in listed}


def _total(by_element: Mapping[str, Decimal], fte: Decimal, scheme: rules.Scheme) -> rules.Total:
    stable, extras, cases = (
        by_element.get(e.value, rules.NOTHING) for e in (Element.STABLE, Element.EXTRA, Element.CASE)
    )
    return rules.total(stable, extras, cases, fte=fte, scheme=scheme)


SUMS = """
    SELECT worker_id, element, sum(points) FROM workload_pointline
     WHERE worker_id = ANY(%s) AND starts_on <= %s AND (ends_before IS NULL OR ends_before > %s)
     GROUP BY worker_id, element
"""


def totals_on_days(listed: Sequence[Listed], schemes: Sequence[rules.Scheme]) -> dict[tuple[int, date], rules.Total]:
    """Return what workers held on each day they are listed on, by member and day, from the ledger in one statement."""
    sums: dict[tuple[int, date], dict[str, Decimal]] = {}
    asked = [[x.member_id for x in listed], [x.on for x in listed]]
    for worker, on, element, points in rows(SUMS_ON_DAYS, asked):
        sums.setdefault((worker, on), {})[element] = points
    return {
        (x.member_id, x.on): _total(sums.get((x.member_id, x.on), {}), x.fte, rules.scheme_on(schemes, x.on))
        for x in listed
    }


SUMS_ON_DAYS = """
    SELECT asked.worker, asked.day, l.element, sum(l.points)
      FROM unnest(%s::bigint[], %s::date[]) AS asked (worker, day)
      JOIN workload_pointline l
        ON l.worker_id = asked.worker AND l.starts_on <= asked.day AND (l.ends_before IS NULL OR l.ends_before > asked.day)
     GROUP BY asked.worker, asked.day, l.element
"""


def lines_on(worker_ids: Collection[int], on: date) -> list[rules.Line]:
    """Return the lines that stand on a day, in order of worker, element, code and first day."""
    return _lines("starts_on <= %s AND (ends_before IS NULL OR ends_before > %s)", worker_ids, [on, on])


def lines_between(worker_ids: Collection[int], first: date, last: date) -> list[rules.Line]:
    """Return the lines that stand on any day from ``first`` through ``last``."""
    return _lines("starts_on <= %s AND (ends_before IS NULL OR ends_before > %s)", worker_ids, [last, first])


def _lines(when: str, worker_ids: Collection[int], days: list[date]) -> list[rules.Line]:
    found = rows(LINES.format(when), [list(worker_ids), *days])
    return [rules.Line(worker, Element(element), *rest) for worker, element, *rest in found]


LINES = """
    SELECT worker_id, element, code, points, starts_on, ends_before, client_id, family_id, source, reason, ending
      FROM workload_pointline WHERE worker_id = ANY(%s) AND {}
     ORDER BY worker_id, element, code, starts_on, client_id, family_id, id
"""


# The weeks ahead -------------------------------------------------------------------------------------------------------


class Foreseen(NamedTuple):
    """A worker listed on one of the days ahead, as of the first of them, and what is known of these days."""

    worker: Listed
    known: rules.Ahead


def foreseen(
    organisation: Organisation,
    first: date,
    last: date,
    *,
    team_ids: Collection[int] | None = None,
    worker_ids: Collection[int] | None = None,
) -> list[Foreseen]:
    """
    Return what is known of workers from a day through another, in order of name: lines, posts, absences.

    Asked of teams, that is everybody listed there on one of these days, with an FTE of 0 while they are not. Four
    statements, however many they are, and one more where somebody's post ends.
    """
    asked = {"teams": list(team_ids or ()), "workers": list(worker_ids or ()), "first": first, "last": last}
    whose = "= ANY(%(workers)s)" if team_ids is None else EVER_IN_TEAMS
    days = sorted({first, *(day for (day,) in rows(POSTS_AHEAD.format(whose=whose), asked))})
    on_days: dict[int, dict[date, Listed]] = {}
    for worker in listed_on(organisation, days, team_ids=team_ids, worker_ids=worker_ids):
        on_days.setdefault(worker.member_id, {})[worker.on] = worker
    lines: dict[int, list[rules.Line]] = {}
    for line in lines_between(on_days, first, last):
        lines.setdefault(line.worker, []).append(line)
    absences: dict[int, list[rules.Away]] = {}
    for worker, *absence in rows(ABSENCES_AHEAD, [list(on_days), last, first]):
        absences.setdefault(worker, []).append(rules.Away(*absence))
    ends = _post_ends({worker: days[days.index(max(on)) + 1] for worker, on in on_days.items() if max(on) != days[-1]})
    found = []
    for worker, on in on_days.items():
        posts = [(day, on[day].fte if day in on else rules.NOTHING) for day in days]
        known = rules.Ahead(worker, lines.get(worker, ()), posts, absences.get(worker, ()), ends.get(worker))
        found.append(Foreseen(next(iter(on.values())), known))
    return sorted(found, key=lambda each: (fold(each.worker.name), each.worker.email))


def _post_ends(first_days: Mapping[int, date]) -> dict[int, rules.PostEnds]:
    """
    Return whose post ends, and how many people are still theirs; somebody who goes on in another team is left out.

    :param first_days: the first day on which a worker is not listed any more, by worker
    """
    if not first_days:
        return {}
    found = rows(POST_ENDS, [list(first_days), list(first_days.values())])
    return {worker: rules.PostEnds(*ends) for worker, *ends in found}


POST_ENDS = """
    SELECT asked.worker, asked.day,
           (SELECT count(*) FROM caseload_allocation a WHERE a.worker_id = asked.worker AND a.starts_on <= asked.day
               AND (a.ends_before IS NULL OR a.ends_before > asked.day)),
           l.last_day
      FROM unnest(%s::bigint[], %s::date[]) AS asked (worker, day)
      LEFT JOIN caseload_leaving l
        ON l.member_id = asked.worker AND l.withdrawn_on IS NULL AND l.closed_on IS NULL AND l.last_day < asked.day
     WHERE l.id IS NOT NULL OR NOT EXISTS (
            SELECT FROM staff_post p WHERE p.worker_id = asked.worker AND p.starts_on <= asked.day
               AND (p.ends_before IS NULL OR p.ends_before > asked.day))
"""
POSTS_AHEAD = """
    SELECT edge.day
      FROM staff_post p CROSS JOIN LATERAL (VALUES (p.starts_on), (p.ends_before)) AS edge (day)
     WHERE p.worker_id {whose} AND edge.day > %(first)s AND edge.day <= %(last)s
     UNION
    SELECT l.last_day + 1 FROM caseload_leaving l
     WHERE l.member_id {whose} AND l.withdrawn_on IS NULL AND l.closed_on IS NULL
       AND l.last_day >= %(first)s AND l.last_day < %(last)s
"""
ABSENCES_AHEAD = """
    SELECT worker_id, starts_on, COALESCE(ends_before, expected_back) FROM staff_absence
     WHERE worker_id = ANY(%s) AND starts_on <= %s AND (ends_before IS NULL OR ends_before >= %s)
     ORDER BY worker_id, starts_on
"""


# Every team, in one pass over a table -----------------------------------------------------------------------------------


class Teamed(NamedTuple):
    """The workers listed in a service on a day: their keys, the team of each (None: in no team) and the FTE, in one order."""

    workers: list[int]
    teams: list[int | None]
    ftes: list[Decimal]


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
        return rules.TeamTotal(self.points, self.limit, rules.percent(self.points, self.limit))

    def __add__(self, other: "TeamHeld") -> "TeamHeld":
        return TeamHeld(*map(sum, zip(self, other, strict=True)))


def held_by_team(organisation: Organisation, on: date, listed: Teamed) -> dict[int | None, TeamHeld]:
    """Return what each team holds on a day; workers of the same FTE and points are weighed once."""
    scheme = rules.scheme_on(schemes(organisation.pk), on)
    asked = {"workers": listed.workers, "teams": listed.teams, "ftes": listed.ftes, "on": on}
    found: dict[int | None, TeamHeld] = {}
    weighed: dict[tuple, rules.Total] = {}
    for team, workers, *carried in rows(HELD_BY_TEAM, asked):
        key = fte, stable, extras, cases = tuple(carried)
        if key not in weighed:
            weighed[key] = rules.total(stable, extras, cases, fte=fte, scheme=scheme)
        total = weighed[key]
        over = workers if total.total > total.limit else 0
        found[team] = found.get(team, TeamHeld()) + TeamHeld(
            workers, fte * workers, total.total * workers, total.limit * workers, over
        )
    return found


LISTED_HERE = "unnest(%(workers)s::bigint[], %(teams)s::bigint[]) AS listed (worker_id, team_id)"
HELD_BY_TEAM = """
    SELECT team_id, count(*), fte, stable, extras, cases
      FROM (SELECT listed.team_id, listed.fte, coalesce(sum(l.points) FILTER (WHERE l.element = 'stable'), 0) AS stable,
                   coalesce(sum(l.points) FILTER (WHERE l.element = 'extra'), 0) AS extras,
                   coalesce(sum(l.points) FILTER (WHERE l.element = 'case'), 0) AS cases
              FROM unnest(%(workers)s::bigint[], %(teams)s::bigint[], %(ftes)s::numeric[]) AS listed (worker_id, team_id, fte)
              LEFT JOIN workload_pointline l
                ON l.worker_id = listed.worker_id AND l.starts_on <= %(on)s AND (l.ends_before IS NULL OR l.ends_before > %(on)s)
             GROUP BY listed.worker_id, listed.team_id, listed.fte) AS of_worker
     GROUP BY team_id, fte, stable, extras, cases
"""


def mix_by_team(organisation: Organisation, on: date, listed: Teamed) -> dict[int | None, Mix]:
    """Return the people the workers of each team support on a day by tier: `mix_on`, by team."""
    asked = {"organisation": organisation.pk, "workers": listed.workers, "teams": listed.teams, "on": on}
    return {team: Mix(*people) for team, *people in rows(MIX_BY_TEAM, asked)}


# Asked by the service and not by its workers' keys: 3,000 keys are 150,000 look-ups. Allocations and tiers are each read in order
# of person: then PostgreSQL merges two indexes that hold all it needs, instead of reading two tables and hashing one.
MIX_BY_TEAM = f"""
    SELECT listed.team_id, {", ".join(f"sum(held.{tier})::int" for tier in Mix._fields)}
      FROM (SELECT a.worker_id, {", ".join(f"count(*) FILTER (WHERE t.tier = '{tier}') AS {tier}" for tier in Mix._fields)}
              FROM (SELECT client_id, worker_id FROM caseload_allocation
                     WHERE organisation_id = %(organisation)s AND NOT student_held
                       AND starts_on <= %(on)s AND (ends_before IS NULL OR ends_before > %(on)s)
                     ORDER BY client_id) a
              JOIN (SELECT client_id, tier FROM caseload_tierperiod
                     WHERE organisation_id = %(organisation)s
                       AND starts_on <= %(on)s AND (ends_before IS NULL OR ends_before > %(on)s)
                     ORDER BY client_id) t ON t.client_id = a.client_id
             GROUP BY a.worker_id) AS held
      JOIN {LISTED_HERE} ON listed.worker_id = held.worker_id
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
       AND s.starts_on <= %(on)s AND (s.ends_before IS NULL OR s.ends_before > %(on)s)
     GROUP BY listed.team_id
"""


# Work under way --------------------------------------------------------------------------------------------------------


class UnderWay(NamedTuple):
    """A piece of work with a person that goes on or lies ahead; ``counts_through`` is its window's last day."""

    pk: int
    label: str
    starts_on: date
    finished_on: date | None
    counts_through: date | None
    is_past: bool  # its window is over, so it earns nothing, and it is not finished (R29)
    weight: rules.Weight | None = None
    uncounted: rules.Uncounted | None = None
    overlaps: bool = False  # with another episode, and both count (R31)

    @property
    def counts_from(self) -> int | None:
        """The minutes of travel each way from which its kind counts."""
        return self.weight.condition_value + 1 if self.weight else None


def work_under_way(organisation: Organisation, client: Client, on: date) -> list[UnderWay]:
    """Return what is not finished by a day, in order of first day, whether or not it earns points."""
    activities = [as_activity(row) for row in activities_of(client.pk)]
    if all(each.finished_on and each.finished_on < on for each in activities):
        return []
    known, days = schemes(organisation.pk), working(organisation)
    scheme = rules.scheme_on(known, on)
    found = []
    for row, weight, uncounted in rules.earnings(activities, scheme):
        if row.finished_on and row.finished_on < on:
            continue
        counts = weight and not uncounted
        last = dates.last_day(rules.window_end(weight, row.starts_on, scheme, days)) if counts else None
        found.append(
            UnderWay(
                row.source,
                rules.label(row.code, known, on),
                row.starts_on,
                row.finished_on,
                last,
                last is not None and last < on,
                weight,
                uncounted,
                overlaps=bool(counts and rules.overlapping(row, activities, scheme)),
            )
        )
    return found


@compile_once
def activities_of(client_id: int):
    """Return the dated pieces of work with a person, the latest first."""
    return Client(pk=client_id).activities.order_by("-starts_on", "pk")


def as_activity(row: Activity) -> rules.Activity:
    """Return a piece of work as the rules take it."""
    return rules.Activity(row.code, row.starts_on, row.finished_on, row.minutes_each_way, row.first, row.pk)


def overlapping(activity: Activity) -> list[Activity]:
    """Return the other episodes of the same case, the person's or their family's, that count on a day this one does (R31)."""
    client = activity.client
    of_case = Q(client=client) | Q(client__family=client.family_id) if client.family_id else Q(client=client)
    others = {row.pk: row for row in Activity.objects.filter(of_case, code=activity.code).exclude(pk=activity.pk)}
    scheme = scheme_of(activity.organisation_id, activity.starts_on)
    found = rules.overlapping(as_activity(activity), map(as_activity, others.values()), scheme)
    return [others[each.source] for each in found]


# People beside the points ----------------------------------------------------------------------------------------------


def mix_on(worker_ids: Collection[int], on: date) -> dict[int, Mix]:
    """Return the people each worker supports on a day by tier; those a student holds are not counted."""
    tiers: dict[int, list[str]] = {worker: [] for worker in worker_ids}
    for worker, tier, count in rows(MIX, [on, on, list(worker_ids), on, on]):
        tiers[worker] += [tier] * count
    return {worker: mix(found) for worker, found in tiers.items()}


MIX = """
    SELECT a.worker_id, t.tier, count(*)
      FROM caseload_allocation a
      JOIN caseload_tierperiod t
        ON t.client_id = a.client_id AND t.starts_on <= %s AND (t.ends_before IS NULL OR t.ends_before > %s)
     WHERE a.worker_id = ANY(%s) AND a.starts_on <= %s AND (a.ends_before IS NULL OR a.ends_before > %s) AND NOT a.student_held
     GROUP BY a.worker_id, t.tier
"""


def contacts_over(worker_ids: Collection[int], on: date, *, today: date, every: Cadence) -> dict[int, int]:
    """
    Return how many contacts of each worker are a week or more overdue on a day (R61).

    Today that is asked of the clients' own columns, of another day of the tier of that day and the contacts up to it: on a coming
    day the contacts that are overdue if none is made before. Nobody who asked not to be contacted is counted.
    """
    counted_by = on - every.between - timedelta(days=RAISED_DAYS)
    workers = list(worker_ids)
    if on == today:
        return dict(rows(OVER_NOW, [workers, on, on, counted_by]))
    return dict(rows(OVER_THEN, [on, on, on, workers, on, on, counted_by]))


OVER_NOW = """
    SELECT a.worker_id, count(*)
      FROM caseload_allocation a JOIN caseload_client c ON c.id = a.client_id
     WHERE a.worker_id = ANY(%s) AND a.starts_on <= %s AND (a.ends_before IS NULL OR a.ends_before > %s)
       AND c.tier = 'parked' AND c.six_weeks_from <= %s AND c.contact_preference = 'ok'
     GROUP BY a.worker_id
"""
OVER_THEN = """
    SELECT a.worker_id, count(*)
      FROM caseload_allocation a
      JOIN caseload_client c ON c.id = a.client_id
      JOIN caseload_tierperiod t
        ON t.client_id = c.id AND t.tier = 'parked' AND t.starts_on <= %s AND (t.ends_before IS NULL OR t.ends_before > %s)
      LEFT JOIN LATERAL (
            SELECT max(x."on") FILTER (WHERE x."on" > t.starts_on) AS since,
                   max(x."on") FILTER (WHERE x."on" < t.starts_on) AS before
              FROM caseload_contact x
             WHERE x.client_id = c.id AND x.reached AND x.voided_at IS NULL AND x."on" <= %s
        ) reached ON true
     WHERE a.worker_id = ANY(%s) AND a.starts_on <= %s AND (a.ends_before IS NULL OR a.ends_before > %s)
       AND c.contact_preference = 'ok'
       AND COALESCE(reached.since, CASE WHEN NOT t.talked THEN reached.before END, t.starts_on) <= %s
     GROUP BY a.worker_id
"""


def absences_on(worker_ids: Collection[int], on: date) -> dict[int, Absence]:
    """Return who of these workers is away on a day."""
    return {row.worker_id: row for row in Absence.objects.raw(ABSENCES, [list(worker_ids), on, on])}


ABSENCES = """
    SELECT * FROM staff_absence WHERE worker_id = ANY(%s) AND starts_on <= %s AND (ends_before IS NULL OR ends_before > %s)
"""


def absences_between(worker_ids: Collection[int], first: date, last: date) -> dict[int, list[Absence]]:
    """Return who of these workers is away on any day from ``first`` through ``last``: their absences, in order."""
    found: dict[int, list[Absence]] = {}
    for absence in Absence.objects.raw(ABSENCES_BETWEEN, [list(worker_ids), last, first]):
        found.setdefault(absence.worker_id, []).append(absence)
    return found


ABSENCES_BETWEEN = """
    SELECT * FROM staff_absence WHERE worker_id = ANY(%s) AND starts_on <= %s AND (ends_before IS NULL OR ends_before > %s)
     ORDER BY worker_id, starts_on
"""


# What was known on a day -----------------------------------------------------------------------------------------------


class Known(NamedTuple):
    """A worker's points of a day as known that day, with the lines that stand."""

    worker: Listed
    total: rules.Total
    lines: list[rules.Line]


def points_as_known(
    organisation: Organisation,
    on: date,
    *,
    team_ids: Collection[int] | None = None,
    worker_ids: Collection[int] | None = None,
) -> list[Known]:
    """
    Return what each listed worker holds on a day by what was known that day, counted from the facts.

    Rows dated after the day are not looked at, nor later dates inside a row; windows have their end.
    """
    workers = listed(organisation, on, team_ids=team_ids, worker_ids=worker_ids)
    known = [scheme for scheme in schemes(organisation.pk) if scheme.starts_on is None or scheme.starts_on <= on]
    known = known or schemes(organisation.pk)[:1]
    days = working(organisation)
    by_worker: dict[int, list[rules.Line]] = {worker.member_id: [] for worker in workers}
    narrow = team_ids is not None or worker_ids is not None
    lines = _all_lines_as_known(organisation, on, known, days, by_worker.keys() if narrow else None)
    for line in lines:
        if line.worker in by_worker:
            by_worker[line.worker].append(line)
    scheme = rules.scheme_on(known, on)
    return [
        Known(w, rules.total_of(by_worker[w.member_id], fte=w.fte, scheme=scheme), by_worker[w.member_id])
        for w in workers
    ]


def _all_lines_as_known(
    organisation: Organisation,
    on: date,
    known: Sequence[rules.Scheme],
    days: rules.Working,
    worker_ids: Iterable[int] | None,
) -> Iterator[rules.Line]:
    """Yield the lines that stand on a day, those of each worker unit first."""
    worker_ids = None if worker_ids is None else list(worker_ids)
    for worker, facts in gather_workers(organisation, worker_ids).items():
        duties = rules.duties_as_known(facts.duties, on)
        held = rules.responsibilities_as_known(facts.responsibilities, on)
        yield from rules.standing(rules.worker_lines(worker, duties, held, known, days), on)
    people = None
    if worker_ids is not None:
        people = [key for (key,) in rows(HELD_ON, [worker_ids, on, on])]
    for facts in gather_people(organisation.pk, people).values():
        standing = [rules.person_as_known(person, on) for person in facts.people]
        yield from rules.standing(rules.case_lines(standing, known, days, family=facts.family), on)


HELD_ON = """
    SELECT client_id FROM caseload_allocation
     WHERE worker_id = ANY(%s) AND starts_on <= %s AND (ends_before IS NULL OR ends_before > %s)
"""


# Months that are done --------------------------------------------------------------------------------------------------


def months_submitted(worker_ids: Collection[int], months: Collection[date]) -> set[tuple[int, date]]:
    """
    Return for which workers and months nobody waits for the worker to submit the record: it is past its draft, or reported.

    Not agreed is not theirs to mend: it waits for another manager (R42).
    """
    records = MonthlyRecord.objects.filter(worker__in=worker_ids, month__in=months)
    return set(records.exclude(status=RecordStatus.DRAFT, report=None).values_list("worker_id", "month"))


def months_reported(team_ids: Collection[int], months: Collection[date]) -> set[tuple[int, date]]:
    """Return for which teams and months the report is sent."""
    sent = TeamReport.objects.filter(team__in=team_ids, month__in=months)
    return set(sent.values_list("team_id", "month"))


def unreported_from(worker_ids: Collection[int], on: date) -> date:
    """
    Return the first day, from one on, that no reported month of any of these workers has or follows: that day if it is free.

    A month brought in as reported was reported elsewhere, before there was peerload here; it counts as one sent from here.
    """
    records = MonthlyRecord.objects.filter(worker__in=worker_ids, month__gte=dates.month_start(on))
    reported = records.filter(Q(report__isnull=False) | Q(status=RecordStatus.REPORTED))
    last = reported.order_by("-month").values_list("month", flat=True).first()
    return dates.day_after(dates.month_end(last)) if last else on
