"""
The effect of a draft on every worker's points on a day.

Nearly all people have no family and nothing but the allocation that counts that day. The database counts how many of
them a worker has, by tier, newly allocated or not, under a decision to close or not. Families and people with work that
counts that day are read one by one. The rules then count one of each group that is alike.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from peerload.core import dates
from peerload.core.periods import sql_holds_half_open
from peerload.core.sql import rows
from peerload.staff.models import Organisation

from .. import queries, rules
from ..models import Scheme
from ..queries import Listed
from . import rules as own
from .rules import SchemeEffect, Tally


def earliest_start(organisation_id: int, *, apart_from: int | None = None) -> date | None:
    """
    Return the first day a new version can start on: after the last month sent, and after the version before it.

    :param apart_from: the version to start, which is left out
    """
    sent = queries.last_month_sent(organisation_id)
    published = Scheme.objects.published().filter(organisation=organisation_id).exclude(pk=apart_from)
    newest = published.order_by("-starts_on").values_list("starts_on", flat=True).first()
    days = [dates.month_end(sent) + dates.DAY] if sent else []
    return max([*days, newest + dates.DAY] if newest else days, default=None)


class Recounted(NamedTuple):
    """
    The progress of a recount: how many people and workers are done, and how many there are; ``asked_at`` is when it
    was requested.
    """

    done: int
    all: int
    asked_at: datetime | None


def recounted(organisation: Organisation) -> Recounted | None:
    """Return the progress of a recount of points, ``None`` where none is under way."""
    if organisation.recount_from is None:
        return None
    [(done, everybody)] = rows(RECOUNTED, {"organisation": organisation.pk, "from": organisation.recount_from})
    return Recounted(done, everybody, organisation.recount_asked_at)


RECOUNTED = """
    SELECT count(*) FILTER (WHERE id <= %(from)s), count(*)
      FROM (SELECT id FROM caseload_client WHERE organisation_id = %(organisation)s
             UNION ALL
            SELECT id FROM staff_member WHERE organisation_id = %(organisation)s) everybody
"""


class WorkerEffect(NamedTuple):
    """What a draft does to one worker's total on a day."""

    worker: Listed
    effect: SchemeEffect


class Preview(NamedTuple):
    """The effect of a draft on every worker listed on a day, in order of name."""

    on: date
    before: rules.Scheme
    after: rules.Scheme
    workers: list[WorkerEffect]

    @property
    def sums(self) -> own.ServiceEffect:
        return own.sums(each.effect for each in self.workers)

    @property
    def kinds(self) -> list[own.KindEffect]:
        return own.kinds_of_all(each.effect for each in self.workers)


def preview(organisation: Organisation, draft: rules.Scheme, on: date) -> Preview:
    """
    Return the points of each worker listed on a day by a draft, beside those by the version in force that day.

    The day is counted by the draft even if it lies before the draft's start; facts are those known now.
    """
    schemes = rules.scheme_on(queries.schemes(organisation.pk), on), draft
    before, after = tallies(organisation, schemes, on)
    workers = [
        WorkerEffect(
            worker,
            own.effect(before[worker.member_id], after[worker.member_id], fte=worker.fte, schemes=schemes),
        )
        for worker in queries.listed(organisation, on)
    ]
    return Preview(on, *schemes, workers)


def tallies(
    organisation: Organisation, schemes: tuple[rules.Scheme, ...], on: date
) -> tuple[defaultdict[int, Tally], ...]:
    """Return for each scheme what it counts for every worker on a day, by worker."""
    working = queries.working(organisation)
    found: tuple[defaultdict[int, Tally], ...] = tuple(defaultdict(Tally) for _ in schemes)
    for worker, facts in queries.gather_workers(organisation).items():
        for scheme, of_scheme in zip(schemes, found, strict=True):
            lines = rules.worker_lines(worker, facts.duties, facts.responsibilities, [scheme], working)
            for line in rules.standing(lines, on):
                of_scheme[worker].add(line.code, line.element, 1, line.points)
    asked = {
        "organisation": organisation.pk,
        "on": on,
        "new_since": sorted({own.new_since(scheme, working, on) for scheme in schemes}),
        "decided_since": sorted({own.decided_since(scheme, on) for scheme in schemes}),
    }
    work = _work(schemes, working, asked)
    asked["busy"] = list(work)
    alike = _Alike(schemes, working, on)
    for worker, many, *member in rows(PLAIN, asked):
        _add(found, alike.lines((_Member(0, *member),), None), (worker,), many)
    units: dict[tuple, tuple[list[_Member], dict[int, int]]] = {}
    for client, family, worker, *member in rows(OTHERS, asked):
        members, workers = units.setdefault((family, None if family else client), ([], {}))
        members.append(_Member._make((workers.setdefault(worker, len(workers)), *member, work.get(client, ()))))
    for (family, _), (members, workers) in units.items():
        _add(found, alike.lines(members, family), tuple(workers), 1)
    return found


def _add(
    found: Sequence[defaultdict[int, Tally]], lines_of_schemes: list[list[tuple]], workers: tuple[int, ...], many: int
) -> None:
    """Add the lines of several units that are alike; their worker is given by the place among the unit's workers."""
    for of_scheme, lines in zip(found, lines_of_schemes, strict=True):
        for place, element, code, points in lines:
            of_scheme[workers[place]].add(code, element, many, points * many)


class _Work(NamedTuple):
    """Work that can count on the day; two are alike if they are of one kind and can count by the same schemes."""

    activity: rules.Activity
    places: list[int]

    @property
    def likeness(self) -> tuple:
        activity = self.activity
        return activity.code, activity.minutes_each_way, activity.first, *self.places


class _Member(NamedTuple):
    """
    A person held on the day. Two are alike if they differ in dates alone, which lie on one side of every day that
    matters.

    :param worker: the place of their worker among those of the family
    :param new: how many schemes count them as newly allocated
    :param closing: by how many schemes the points of a decision to close still count; ``None`` without one
    """

    worker: int
    tier: str
    new: int
    closing: int | None
    starts_on: date
    decided_on: date | None
    work: tuple[_Work, ...] = ()

    @property
    def likeness(self) -> tuple:
        return (*self[:4], *[each.likeness for each in self.work]) if self.work else self[:4]

    def person(self, key: int) -> rules.Person:
        held = rules.Holding(self.worker, self.starts_on, close_decided_on=self.decided_on)
        return rules.Person(key, [(self.starts_on, self.tier)], [held], [each.activity for each in self.work])


class _Alike:
    """The lines of case units on the day by each scheme: the rules are asked once for all that are alike."""

    def __init__(self, schemes: Sequence[rules.Scheme], working: rules.Working, on: date) -> None:
        self.schemes, self.working, self.on = schemes, working, on
        self.known: dict[tuple, list[list[tuple]]] = {}

    def lines(self, members: Sequence[_Member], family: int | None) -> list[list[tuple]]:
        """Return worker, element, code and points of each line, by scheme."""
        likeness = family is None, *[member.likeness for member in members]
        if likeness not in self.known:
            people = [member.person(key) for key, member in enumerate(members, start=1)]
            lines = (rules.case_lines(people, [scheme], self.working, family=family) for scheme in self.schemes)
            self.known[likeness] = [[line[:4] for line in rules.standing(each, self.on)] for each in lines]
        return self.known[likeness]


def _work(schemes: Sequence[rules.Scheme], working: rules.Working, asked: dict) -> dict[int, list[_Work]]:
    """Return, by person, the work that can count on the day by one of the schemes, or makes the person a case of their own."""
    kinds = [
        (place, kind) for place, scheme in enumerate(schemes) for kind in own.counting(scheme, working, asked["on"])
    ]
    kinds += [(len(schemes), own.Counting(code, date.min, runs_on=False)) for code in rules.OWN_CASE]
    asked |= {
        "places": [place for place, _ in kinds],
        "codes": [kind.code for _, kind in kinds],
        "since": [kind.since for _, kind in kinds],
        "runs_on": [kind.runs_on for _, kind in kinds],
    }
    found: dict[int, list[_Work]] = {}
    for client, places, *activity in rows(WORK, asked):
        found.setdefault(client, []).append(_Work(rules.Activity(*activity), places))
    return found


# Whether work is the first of its kind depends on rows left out here, so it is set here.
WORK = """
    SELECT w.client_id, array_agg(DISTINCT k.place), w.code, w.starts_on, w.finished_on, w.minutes_each_way,
           COALESCE(w.first, NOT EXISTS (
               SELECT FROM workload_activity b WHERE b.client_id = w.client_id AND b.code = w.code AND b.starts_on < w.starts_on
           )), w.id
      FROM workload_activity w
      JOIN unnest(%(places)s::int[], %(codes)s::varchar[], %(since)s::date[], %(runs_on)s::boolean[])
           AS k (place, code, since, runs_on)
        ON k.code = w.code AND k.since <= w.starts_on AND (w.finished_on IS NULL OR w.finished_on >= %(on)s OR k.runs_on)
     WHERE w.organisation_id = %(organisation)s AND w.starts_on <= %(on)s
     GROUP BY w.id
     ORDER BY w.client_id, w.starts_on, w.code
"""
HELD = f"""
      FROM caseload_allocation a
      JOIN caseload_client c ON c.id = a.client_id
      JOIN caseload_tierperiod t
        ON t.client_id = a.client_id AND {sql_holds_half_open("t")}
     WHERE a.organisation_id = %(organisation)s AND {sql_holds_half_open("a")} AND NOT a.student_held
"""
NEW = "width_bucket(a.starts_on, %(new_since)s::date[])"
CLOSING = "width_bucket(a.close_decided_on, %(decided_since)s::date[])"
PLAIN = f"""
    SELECT a.worker_id, count(*), t.tier, {NEW}, {CLOSING}, min(a.starts_on), min(a.close_decided_on)
      {HELD}
       AND c.family_id IS NULL AND a.client_id <> ALL (%(busy)s::bigint[])
     GROUP BY a.worker_id, t.tier, 4, 5
"""
OTHERS = f"""
    SELECT a.client_id, c.family_id, a.worker_id, t.tier, {NEW}, {CLOSING}, a.starts_on, a.close_decided_on
      {HELD}
       AND (c.family_id IS NOT NULL OR a.client_id = ANY (%(busy)s::bigint[]))
     ORDER BY a.client_id
"""
