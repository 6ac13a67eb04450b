"""The ledger held against the facts."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext as _

from peerload.core.events import Units
from peerload.core.sql import run
from peerload.notices.actions import notify
from peerload.staff.enums import Role
from peerload.staff.models import Member, Organisation

from .. import queries, rules
from ..notices import POINTS_DIFFERED
from .ledger import SPAN, lines_of_cases, lines_of_workers, project_locked, stored_lines


class Difference(NamedTuple):
    """A difference between ledger and facts: ``on`` is the first day it exists, the numbers are that day's."""

    organisation: str
    kind: str  # "family", "client" or "worker"
    key: int
    worker: int
    on: date
    facts: Decimal
    ledger: Decimal

    def __str__(self) -> str:
        words = _(
            "%(organisation)s: %(kind)s %(key)s, worker %(worker)s, %(on)s: "
            "the facts say %(facts)s points, the ledger says %(ledger)s"
        )
        numbers = {"facts": f"{self.facts.normalize():f}", "ledger": f"{self.ledger.normalize():f}"}
        return words % (self._asdict() | numbers)


def check(organisation: Organisation) -> list[Difference]:
    """Compare an organisation's ledger with its facts in one snapshot; return every unit that differs."""
    with _one_snapshot():
        return list(_differences(organisation))


@transaction.atomic
def fix(organisation: Organisation, found: Iterable[Difference]) -> None:
    """Project the units again that a check has found."""
    keys = {kind: frozenset(d.key for d in found if d.kind == kind) for kind in ("client", "worker", "family")}
    project_locked(Units(organisation.pk, keys["client"], keys["worker"], keys["family"]))


def check_and_fix(organisation: Organisation, *, on: date) -> list[Difference]:
    """Check the ledger, notify every admin if anything differs, and project those units again; return the differences."""
    found = check(organisation)
    if found:
        with transaction.atomic():
            admins = Member.objects.active().filter(organisation=organisation, role=Role.ADMIN)
            notify(recipients=admins, kind=POINTS_DIFFERED, subject=f"points:{organisation.pk}", anchor_on=on)
            fix(organisation, found)
    return found


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """Read everything as of one moment; inside a caller's transaction the caller provides for that."""
    alone = not connection.in_atomic_block
    with transaction.atomic():
        if alone:
            run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _differences(organisation: Organisation) -> Iterator[Difference]:
    schemes, working = queries.schemes(organisation.pk), queries.working(organisation)
    workers = lines_of_workers(queries.gather_workers(organisation), schemes, working)
    stored = stored_lines("organisation_id = %s AND unit_worker_id IS NOT NULL", [organisation.pk])
    yield from _compared(organisation.code, stored, workers)
    for span in queries.spans(organisation.pk, SPAN):
        cases = lines_of_cases(queries.gather_span(organisation.pk, span), schemes, working)
        column = f"unit_{span.kind}_id"
        where = f"organisation_id = %s AND {column} >= %s AND {column} < %s"
        yield from _compared(organisation.code, stored_lines(where, [organisation.pk, span.first, span.before]), cases)


def _compared(code: str, stored: Iterable[tuple], wanted: Iterable[tuple]) -> Iterator[Difference]:
    facts, ledger = Counter(wanted), Counter(row for _, row in stored)
    odd: dict[tuple[int | None, ...], tuple[list[rules.Line], list[rules.Line]]] = {
        row[:3]: ([], []) for row in (facts - ledger) + (ledger - facts)
    }
    for side, found in enumerate((facts, ledger) if odd else ()):
        for row in found.elements():
            if row[:3] in odd:
                odd[row[:3]][side].append(rules.Line(*row[3:]))
    for unit, lines in odd.items():
        kind, key = next((kind, key) for kind, key in zip(("family", "client", "worker"), unit, strict=True) if key)
        yield Difference(code, kind, key, *_first_difference(*lines))


def _first_difference(facts: list[rules.Line], ledger: list[rules.Line]) -> tuple[int, date, Decimal, Decimal]:
    """Return worker, day and both sums where two sets of lines first differ; equal sums where only words do."""
    edges = sorted({day for line in facts + ledger for day in (line.starts_on, line.ends_before) if day})
    workers = sorted({line.worker for line in facts + ledger})
    sums = [(worker, day, _sum(facts, worker, day), _sum(ledger, worker, day)) for day in edges for worker in workers]
    return next((found for found in sums if found[2] != found[3]), sums[0])


def _sum(lines: list[rules.Line], worker: int, on: date) -> Decimal:
    return sum((line.points for line in rules.standing(lines, on) if line.worker == worker), rules.NOTHING)
