"""Points as they were known on a day."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from peerload.core.periods import sql_holds_half_open
from peerload.core.sql import rows
from peerload.staff.models import Organisation

from .. import rules
from .gather import gather_people, gather_workers
from .listed import Listed, listed
from .schemes import schemes, working


class PointsAsKnown(NamedTuple):
    """A worker's points of a day as known that day, with their lines."""

    worker: Listed
    total: rules.Total
    lines: list[rules.Line]


def points_as_known(
    organisation: Organisation,
    on: date,
    *,
    team_ids: Collection[int] | None = None,
    worker_ids: Collection[int] | None = None,
) -> list[PointsAsKnown]:
    """
    Return the points of each listed worker on a day as known that day, counted from the facts.

    Rows dated after the day are left out, and so are later dates inside a row; windows keep their end.
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
        PointsAsKnown(w, rules.total_of(by_worker[w.member_id], fte=w.fte, scheme=scheme), by_worker[w.member_id])
        for w in workers
    ]


def _all_lines_as_known(
    organisation: Organisation,
    on: date,
    known: Sequence[rules.Scheme],
    days: rules.Working,
    worker_ids: Iterable[int] | None,
) -> Iterator[rules.Line]:
    """Yield the lines that count on a day, those of each worker unit first."""
    worker_ids = None if worker_ids is None else list(worker_ids)
    for worker, facts in gather_workers(organisation, worker_ids).items():
        duties = rules.duties_as_known(facts.duties, on)
        held = rules.responsibilities_as_known(facts.responsibilities, on)
        yield from rules.standing(rules.worker_lines(worker, duties, held, known, days), on)
    people = None
    if worker_ids is not None:
        people = [key for (key,) in rows(HELD_ON, [worker_ids, on, on])]
    for case in gather_people(organisation.pk, people).values():
        standing = [rules.person_as_known(person, on) for person in case.people]
        yield from rules.standing(rules.case_lines(standing, known, days, family=case.family), on)


HELD_ON = f"""
    SELECT client_id FROM caseload_allocation
     WHERE worker_id = ANY(%s) AND {sql_holds_half_open(day="%s")}
"""
