"""Changes to the scheme and to what is worked on, and the one writer of the ledger: `project`, in its three sizes."""

import gc
import io
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Q
from psycopg2.extras import execute_values

from caseload.models import Client
from peerload import clock
from peerload.facts import Units
from peerload.staff.models import Member, Organisation

from . import presets, queries, rules
from .enums import Preset
from .models import Scheme, Weight
from .queries import Case

logger = logging.getLogger(__name__)

LEDGER = 1_884_610  # the advisory lock's class: shared by who projects, exclusive to who rebuilds
SPAN = 25_000  # units gathered at once while rebuilding or checking
BATCH = 500  # people and workers re-projected in one short transaction
ONE_AT_A_TIME = frozenset({"looked_after", "protection_plan", "placed_far"})


class Refused(Exception):
    """Something that cannot be written down like this; says why to the person."""


# The scheme ------------------------------------------------------------------------------------------------------------

FIRST_DAY = date(2000, 1, 1)  # of a first scheme; it holds for the days before as well
SCHEME_SETTINGS = {
    "workload_weight": "workload_weight",
    "stable_scales_with_fte": "stable_scales_with_fte",
    "mark": "mark",
    "limit": "limit",
    "close_window_days": "close_window_days",
}
TIER_POINTS = "points_per_tier_"


@transaction.atomic
def create_scheme(
    organisation: Organisation, preset: str = Preset.PEER, overrides: Mapping[str, object] | None = None
) -> Scheme:
    """
    Give an organisation the scheme of a preset, or bring its newest scheme to the preset and settings named.

    Points are counted anew by the caller: `rebuild` inside an import, else `recount_later`.

    :param overrides: by the name of the setting (``mark``, ``points_per_tier_group`` ...): numbers and switches
    :raises KeyError: if a setting is not one of the scheme's
    """
    overrides = dict(overrides or {})
    tiers = {k.removeprefix(TIER_POINTS): overrides.pop(k) for k in list(overrides) if k.startswith(TIER_POINTS)}
    fields = {SCHEME_SETTINGS[setting]: value for setting, value in overrides.items()}
    scheme = Scheme.objects.filter(organisation=organisation).order_by("-starts_on").first()
    if scheme is None:
        scheme = Scheme.objects.create(organisation=organisation, name="First scheme", starts_on=FIRST_DAY, **fields)
        Weight.objects.bulk_create(Weight(scheme=scheme, **weight._asdict()) for weight in presets.weights(Preset(preset)))
    else:
        Scheme.objects.filter(pk=scheme.pk).update(**fields) if fields else None
        _switch(scheme, Preset(preset))
    for tier, points in tiers.items():
        scheme.weights.filter(code="case", tier=tier).update(points=points)
    scheme.refresh_from_db()
    return scheme


def _switch(scheme: Scheme, preset: Preset) -> None:
    """Switch the rows of section 5 on or off as a preset has them; a service's own rows stay as they are."""
    for weight in presets.weights(preset):
        scheme.weights.filter(item=weight.item, code=weight.code).exclude(on=weight.on).update(on=weight.on)


# The ledger ------------------------------------------------------------------------------------------------------------

COLUMNS = (
    "unit_family_id", "unit_client_id", "unit_worker_id", "worker_id", "element", "code", "points", "starts_on",
    "ends_before", "client_id", "family_id", "source", "reason", "ending",
)  # fmt: skip
NAMES = ", ".join(COLUMNS)


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
        list(Member.objects.filter(pk__in=workers).order_by("pk").select_for_update(of=("self",), no_key=True).values("pk"))
    schemes, working = queries.schemes(organisation.pk), queries.working(organisation)
    cases = queries.gather_cases(units.people, families) if units.people or families else {}
    duties = queries.gather_workers(organisation, workers) if workers else {}
    wanted = chain(_lines_of_cases(cases, schemes, working), _lines_of_workers(duties, schemes, working))
    stored = _stored(
        "unit_family_id = ANY(%s) OR unit_client_id = ANY(%s) OR unit_worker_id = ANY(%s)",
        [list(families), list(units.people), list(workers)],
    )
    _save_difference(organisation.pk, stored, wanted)


def _share_ledger(organisation_id: int) -> None:
    """Wait while the organisation is being rebuilt; what is read after this statement is what the rebuild has left."""
    queries.rows("SELECT pg_advisory_xact_lock_shared(%s, %s)", [LEDGER, organisation_id])


def _listed_by_work(people: Iterable[int]) -> set[int]:
    """Return the workers of these people whose being listed hangs, or hung, on the first day they had work."""
    return {worker for (worker,) in queries.rows(LISTED_BY_WORK, [list(people)])} if people else set()


LISTED_BY_WORK = """
    SELECT w.id FROM (SELECT DISTINCT worker_id AS id FROM caseload_allocation WHERE client_id = ANY(%s)) w
      LEFT JOIN LATERAL (SELECT min(starts_on) AS first FROM staff_post WHERE worker_id = w.id) p ON true
      LEFT JOIN LATERAL (SELECT min(starts_on) AS first FROM caseload_allocation WHERE worker_id = w.id) a ON true
      LEFT JOIN LATERAL (
            SELECT min(starts_on) AS first FROM workload_pointline WHERE unit_worker_id = w.id AND element = 'stable'
        ) l ON true
     WHERE p.first IS NULL OR a.first < p.first OR l.first < p.first
"""


def _lines_of_cases(cases: Mapping[Case, queries.CaseFacts], schemes, working) -> Iterator[tuple]:
    """Yield rows of the ledger, in the order of `COLUMNS`."""
    for unit, facts in cases.items():
        family, client = (unit.key, None) if unit.kind == "family" else (None, unit.key)
        for line in rules.case_lines(facts.people, schemes, working, family=facts.family):
            yield (family, client, None, *line)


def _lines_of_workers(workers: Mapping[int, queries.WorkerFacts], schemes, working) -> Iterator[tuple]:
    for worker, facts in workers.items():
        for line in rules.worker_lines(worker, facts.duties, facts.responsibilities, schemes, working):
            yield (None, None, worker, *line)


def _stored(where: str, params: list) -> list[tuple]:
    """Return (id, row) of lines in the ledger."""
    found = queries.rows(f"SELECT id, {NAMES} FROM workload_pointline WHERE {where}", params)
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


# The whole organisation ------------------------------------------------------------------------------------------------


@transaction.atomic
def rebuild(organisation_id: int) -> int:
    """
    Throw an organisation's lines away and write them anew from the facts; return how many there are.

    Whoever projects meanwhile waits for the end of the transaction and then finds the new lines.
    """
    queries.rows("SELECT pg_advisory_xact_lock(%s, %s)", [LEDGER, organisation_id])
    organisation = Organisation.objects.get(pk=organisation_id)
    schemes, working = queries.schemes(organisation_id), queries.working(organisation)
    with _no_collector(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM workload_pointline WHERE organisation_id = %s", [organisation_id])
        written = _copy(cursor, organisation_id, _lines_of_workers(queries.gather_workers(organisation), schemes, working))
        for span in queries.spans(organisation_id, SPAN):
            cases = queries.gather_span(organisation_id, span)
            written += _copy(cursor, organisation_id, _lines_of_cases(cases, schemes, working))
    Organisation.objects.filter(pk=organisation_id).update(recount_from=None)
    return written


@contextmanager
def _no_collector():
    """Make millions of plain tuples without the collector looking through them again and again: a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _copy(cursor, organisation_id: int, lines: Iterator[tuple]) -> int:
    source = _Rows(organisation_id, lines)
    cursor.copy_expert(f"COPY workload_pointline (organisation_id, {NAMES}) FROM STDIN", source, size=1 << 18)
    return source.written


class _Rows(io.TextIOBase):
    """Rows of the ledger as the text that COPY reads, made while it reads."""

    def __init__(self, organisation_id: int, lines: Iterator[tuple]):
        self.start = f"{organisation_id}\t"
        self.lines = lines
        self.written = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> str:
        found, length = [], 0
        for row in self.lines:
            found.append(self.start + "\t".join(map(_copied, row)) + "\n")
            length += len(found[-1])
            self.written += 1
            if 0 <= size <= length:
                break
        return "".join(found)


def _copied(value: object) -> str:
    """Return a value as COPY reads it; a label somebody typed may hold anything."""
    if value is None:
        return r"\N"
    text = str(value)
    if "\\" in text or not text.isprintable():
        for sign, written in COPY_SIGNS:
            text = text.replace(sign, written)
    return text


COPY_SIGNS = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))


# In the background -----------------------------------------------------------------------------------------------------


def recount_later(organisation: Organisation) -> None:
    """Have everybody's points counted anew in the background; pages say so meanwhile."""
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
    """Re-project the next people and workers by primary key; return whether there were any."""
    marked = Organisation.objects.filter(pk=organisation_id, recount_from__isnull=False)
    organisation = marked.select_for_update(of=("self",), no_key=True, skip_locked=True).first()
    if organisation is None:
        return False
    batch = queries.rows(NEXT_UNITS, [organisation_id, organisation.recount_from] * 2 + [BATCH])
    people = [key for key, is_worker in batch if not is_worker]
    workers = [key for key, is_worker in batch if is_worker]
    _project_locked(Units(organisation_id, frozenset(people), frozenset(workers)))
    organisation.recount_from = batch[-1][0] if len(batch) == BATCH else None
    organisation.save(update_fields=["recount_from"])
    return organisation.recount_from is not None


NEXT_UNITS = """
    SELECT id, false FROM caseload_client WHERE organisation_id = %s AND id > %s
     UNION ALL
    SELECT id, true FROM staff_member WHERE organisation_id = %s AND id > %s
     ORDER BY 1 LIMIT %s
"""


def _project_locked(units: Units) -> None:
    """Lock the families of these people as an action does, then project."""
    families = units.families | queries.family_ids(units.people) if units.people else units.families
    people = Client.objects.filter(Q(pk__in=units.people) | Q(family_id__in=families))
    list(people.locked().values_list("pk"))
    project(units)


# The check -------------------------------------------------------------------------------------------------------------


class Difference(NamedTuple):
    """Where the ledger says something else than the facts: ``on`` is the first day, the numbers are that day's."""

    organisation: str
    kind: str  # "family", "client" or "worker"
    key: int
    worker: int
    on: date
    facts: Decimal
    ledger: Decimal

    def __str__(self):
        return (
            f"{self.organisation}: {self.kind} {self.key}, worker {self.worker}, {self.on}: "
            f"the facts say {self.facts.normalize():f} points, the ledger says {self.ledger.normalize():f}"
        )


def check(organisation: Organisation) -> list[Difference]:
    """Compare an organisation's ledger with its facts in one snapshot; return every unit that differs."""
    with _one_snapshot():
        return list(_differences(organisation))


@transaction.atomic
def mend(organisation: Organisation, found: Iterable[Difference]) -> None:
    """Project the units again that a check has found."""
    keys = {kind: frozenset(d.key for d in found if d.kind == kind) for kind in ("client", "worker", "family")}
    _project_locked(Units(organisation.pk, keys["client"], keys["worker"], keys["family"]))


@contextmanager
def _one_snapshot():
    """Read everything as of one moment; inside somebody else's transaction the caller has seen to that."""
    alone = not connection.in_atomic_block
    with transaction.atomic():
        if alone:
            queries.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _differences(organisation: Organisation) -> Iterator[Difference]:
    schemes, working = queries.schemes(organisation.pk), queries.working(organisation)
    workers = _lines_of_workers(queries.gather_workers(organisation), schemes, working)
    stored = _stored("organisation_id = %s AND unit_worker_id IS NOT NULL", [organisation.pk])
    yield from _compared(organisation.code, stored, workers)
    for span in queries.spans(organisation.pk, SPAN):
        cases = _lines_of_cases(queries.gather_span(organisation.pk, span), schemes, working)
        column = f"unit_{span.kind}_id"
        where = f"organisation_id = %s AND {column} >= %s AND {column} < %s"
        yield from _compared(organisation.code, _stored(where, [organisation.pk, span.first, span.before]), cases)


def _compared(code: str, stored: Iterable[tuple], wanted: Iterable[tuple]) -> Iterator[Difference]:
    facts, ledger = Counter(wanted), Counter(row for _, row in stored)
    odd = {row[:3]: ([], []) for row in (facts - ledger) + (ledger - facts)}
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
