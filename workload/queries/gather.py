"""The facts that points follow from, gathered as plain values for the rules."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any, NamedTuple

from peerload.core.sql import rows
from peerload.staff import rules as staff_rules
from peerload.staff.models import Organisation

from .. import rules

LAST = 2**63 - 1


class Case(NamedTuple):
    """A case unit: a family, or a person without one."""

    kind: str  # "family" or "client"
    key: int


class CaseFacts(NamedTuple):
    family: int | None
    people: list[rules.Person]


class WorkerFacts(NamedTuple):
    duties: list[rules.PostPeriod]
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

    Only people who were ever allocated are included: others have no points.
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
    """Return the facts of these families, and of these people without a family."""
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
    where: str = "organisation_id = %s"
    params: list[Any] = [organisation.pk]
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
                rules.PostPeriod(x.starts_on, x.ends_before, x.fte, x.duty)
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
    """Yield ranges of keys that cover every case unit of an organisation, each of about so many units."""
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
