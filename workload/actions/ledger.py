"""The one writer of the ledger: a few units, a whole organisation at once, or in the background."""

import gc
import io
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import chain

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg2.extras import execute_values

from caseload.actions import lock_people
from caseload.models import Client
from peerload.core import clock
from peerload.core.database import take_time
from peerload.core.events import Units
from peerload.core.locks import Lock, share, wait_for
from peerload.core.sql import rows
from peerload.staff.models import Member, Organisation

from .. import queries, rules
from ..queries import Case
from ..signals import ledger_projected
from .scheme import lock_schemes

SPAN = 25_000  # units gathered at once while rebuilding or checking
BATCH = 500  # people and workers re-projected in one short transaction

COLUMNS = (
    "unit_family_id", "unit_client_id", "unit_worker_id", "worker_id", "element", "code", "points", "starts_on",
    "ends_before", "client_id", "family_id", "source", "reason", "ending",
)  # fmt: skip
NAMES = ", ".join(COLUMNS)


@transaction.atomic(savepoint=False)
def project(units: Units) -> None:
    """
    Bring the ledger's lines of these units to what the facts say, written as a difference.

    The caller has locked the families of the people (`caseload.actions.lock_people`). Workers are locked here: their
    stable element begins with their first work where they have no post.
    """
    _share_ledger(units.organisation_id)
    organisation = Organisation.objects.get(pk=units.organisation_id)
    families = units.families | queries.family_ids(units.people) if units.people else units.families
    workers = units.workers | _listed_by_work(units.people)
    if workers:
        list(
            Member.objects.filter(pk__in=workers)
            .order_by("pk")
            .select_for_update(of=("self",), no_key=True)
            .values("pk")
        )
    schemes, working = queries.schemes(organisation.pk), queries.working(organisation)
    cases = queries.gather_cases(units.people, families) if units.people or families else {}
    duties = queries.gather_workers(organisation, workers) if workers else {}
    wanted = chain(lines_of_cases(cases, schemes, working), lines_of_workers(duties, schemes, working))
    stored = stored_lines(
        "unit_family_id = ANY(%s) OR unit_client_id = ANY(%s) OR unit_worker_id = ANY(%s)",
        [list(families), list(units.people), list(workers)],
    )
    _save_difference(organisation.pk, stored, wanted)
    _tell(organisation.pk, {*workers, *_holding(cases), *(row[COLUMNS.index("worker_id")] for _, row in stored)})


def _tell(organisation_id: int, workers: Collection[int] | None) -> None:
    ledger_projected.send(None, organisation_id=organisation_id, worker_ids=workers)


def _holding(cases: Mapping[Case, queries.CaseFacts]) -> Iterator[int]:
    """Yield every worker who holds, or has held, one of these people, including workers who have no line for them."""
    for facts in cases.values():
        for person in facts.people:
            yield from (holding.worker for holding in person.holdings)


def _share_ledger(organisation_id: int) -> None:
    """Wait while the organisation is being rebuilt; later statements read the rebuilt lines."""
    share(Lock.LEDGER, organisation_id)


def _listed_by_work(people: Iterable[int]) -> set[int]:
    """Return the workers of these people who are, or were, listed because of their first day with work."""
    return {worker for (worker,) in rows(LISTED_BY_WORK, [list(people)])} if people else set()


LISTED_BY_WORK = """
    SELECT w.id FROM (SELECT DISTINCT worker_id AS id FROM caseload_allocation WHERE client_id = ANY(%s)) w
      LEFT JOIN LATERAL (SELECT min(starts_on) AS first FROM staff_post WHERE worker_id = w.id) p ON true
      LEFT JOIN LATERAL (SELECT min(starts_on) AS first FROM caseload_allocation WHERE worker_id = w.id) a ON true
      LEFT JOIN LATERAL (
            SELECT min(starts_on) AS first FROM workload_pointline WHERE unit_worker_id = w.id AND element = 'stable'
        ) l ON true
     WHERE p.first IS NULL OR a.first < p.first OR l.first < p.first
"""


def lines_of_cases(
    cases: Mapping[Case, queries.CaseFacts], schemes: Sequence[rules.Scheme], working: rules.Working
) -> Iterator[tuple]:
    """Yield rows of the ledger, in the order of `COLUMNS`."""
    for unit, facts in cases.items():
        family, client = (unit.key, None) if unit.kind == "family" else (None, unit.key)
        for line in rules.case_lines(facts.people, schemes, working, family=facts.family):
            yield (family, client, None, *line)


def lines_of_workers(
    workers: Mapping[int, queries.WorkerFacts], schemes: Sequence[rules.Scheme], working: rules.Working
) -> Iterator[tuple]:
    for worker, facts in workers.items():
        for line in rules.worker_lines(worker, facts.duties, facts.responsibilities, schemes, working):
            yield (None, None, worker, *line)


def stored_lines(where: str, params: list) -> list[tuple]:
    """Return (id, row) of lines in the ledger."""
    found = rows(f"SELECT id, {NAMES} FROM workload_pointline WHERE {where}", params)
    return [(row[0], row[1:]) for row in found]


def _save_difference(organisation_id: int, stored: Iterable[tuple], wanted: Iterable[tuple]) -> None:
    missing = Counter(wanted)
    vanished = []
    for key, row in stored:
        if missing[row]:
            missing[row] -= 1
        else:
            vanished.append(key)
    with connection.cursor() as cursor:
        if vanished:
            cursor.execute("DELETE FROM workload_pointline WHERE id = ANY(%s)", [vanished])
        new = [(organisation_id, *row) for row in missing.elements()]
        if new:
            insert = f"INSERT INTO workload_pointline (organisation_id, {NAMES}) VALUES %s"
            execute_values(cursor.cursor, insert, new, page_size=1000)


def project_locked(units: Units) -> None:
    """Lock the families of these people as an action does, then project."""
    kin = Client.objects.filter(family__in=units.families).values_list("pk", flat=True) if units.families else ()
    lock_people({*units.people, *kin})
    project(units)


# The whole organisation ------------------------------------------------------------------------------------------------


@transaction.atomic
def rebuild(organisation_id: int) -> int:
    """
    Delete an organisation's lines and write them again from the facts; return how many there are.

    A projection that runs meanwhile waits for the end of the transaction and then finds the new lines.
    """
    take_time()
    organisation = lock_schemes(organisation_id)
    wait_for(Lock.LEDGER, organisation_id)
    schemes, working = queries.schemes(organisation_id), queries.working(organisation)
    with _no_collector(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM workload_pointline WHERE organisation_id = %s", [organisation_id])
        written = _copy(
            cursor, organisation_id, lines_of_workers(queries.gather_workers(organisation), schemes, working)
        )
        for span in queries.spans(organisation_id, SPAN):
            cases = queries.gather_span(organisation_id, span)
            written += _copy(cursor, organisation_id, lines_of_cases(cases, schemes, working))
    _tell(organisation_id, None)
    Organisation.objects.filter(pk=organisation_id).update(recount_from=None)
    return written


@contextmanager
def _no_collector() -> Iterator[None]:
    """Make millions of plain tuples without the collector looking through them again and again: a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _copy(cursor: CursorWrapper, organisation_id: int, lines: Iterator[tuple]) -> int:
    source = _Rows(organisation_id, lines)
    cursor.copy_expert(f"COPY workload_pointline (organisation_id, {NAMES}) FROM STDIN", source, 1 << 18)
    return source.written


class _Rows(io.TextIOBase):
    """Rows of the ledger as the text that COPY reads, made while it reads."""

    def __init__(self, organisation_id: int, lines: Iterator[tuple]) -> None:
        self.start = f"{organisation_id}\t"
        self.lines = lines
        self.written = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> str:
        found, length = [], 0
        for row in self.lines:
            found.append(self.start + _row(*row))
            length += len(found[-1])
            self.written += 1
            if 0 <= size <= length:
                break
        return "".join(found)


def _row(
    unit_family: int | None,
    unit_client: int | None,
    unit_worker: int | None,
    worker: int,
    element: str,
    code: str,
    points: Decimal,
    starts_on: date,
    ends_before: date | None,
    client: int | None,
    family: int | None,
    source: int | None,
    reason: str,
    ending: str,
) -> str:
    """Return a row, in the order of `COLUMNS`, as a line for COPY; only text columns need escaping."""
    return (
        f"{NULL if unit_family is None else unit_family}\t{NULL if unit_client is None else unit_client}\t"
        f"{NULL if unit_worker is None else unit_worker}\t{worker}\t{_words(element)}\t{_words(code)}\t{points}\t"
        f"{starts_on.isoformat()}\t{NULL if ends_before is None else ends_before.isoformat()}\t"
        f"{NULL if client is None else client}\t{NULL if family is None else family}\t"
        f"{NULL if source is None else source}\t{_words(reason)}\t{_words(ending)}\n"
    )


NULL = r"\N"


@lru_cache(maxsize=16384)
def _words(text: str) -> str:
    """Return text escaped for COPY; a label may contain any character."""
    text = str(text)
    for sign, written in COPY_SIGNS:
        text = text.replace(sign, written)
    return text


COPY_SIGNS = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))


# In the background -----------------------------------------------------------------------------------------------------


def recount_later(organisation: Organisation) -> None:
    """Recount all points in the background; pages say so until it is done."""
    recount_everything(organisation.pk)


def recount_everything(organisation_id: int) -> None:
    """Mark an organisation to be recounted from its first unit on; one under way begins again."""
    Organisation.objects.filter(pk=organisation_id).update(recount_from=0, recount_asked_at=clock.now())


def recount(organisation: Organisation) -> int:
    """Re-project an organisation that is marked, batch by batch; return how many batches. May be cut off and run again."""
    batches = 0
    while _recount_batch(organisation.pk):
        batches += 1
    return batches


@transaction.atomic
def _recount_batch(organisation_id: int) -> bool:
    """
    Re-project the next people and workers by primary key; return whether there may be more.

    A person and a worker with the same key belong to one batch: the next one begins after that key.
    """
    marked = Organisation.objects.filter(pk=organisation_id, recount_from__isnull=False)
    organisation = marked.select_for_update(of=("self",), no_key=True, skip_locked=True).first()
    if organisation is None:
        return False
    batch = rows(NEXT_UNITS, [organisation_id, organisation.recount_from] * 2 + [BATCH])
    people = [key for key, is_worker in batch if not is_worker]
    workers = [key for key, is_worker in batch if is_worker]
    project_locked(Units(organisation_id, frozenset(people), frozenset(workers)))
    organisation.recount_from = batch[-1][0] if len(batch) >= BATCH else None
    organisation.save(update_fields=["recount_from"])
    return organisation.recount_from is not None


NEXT_UNITS = """
    SELECT id, false FROM caseload_client WHERE organisation_id = %s AND id > %s
     UNION ALL
    SELECT id, true FROM staff_member WHERE organisation_id = %s AND id > %s
     ORDER BY 1 FETCH FIRST %s ROWS WITH TIES
"""
