"""A service as rows of its sheets, read from the database: for export, and to compare with a file."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import date
from itertools import groupby, pairwise
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField, F, Model, Q, QuerySet, TextField
from django.db.models.expressions import OrderBy
from django.db.models.functions import Collate

from peerload.core import dates
from peerload.core.database import take_time
from peerload.staff.models import Organisation
from wellbeing.models import TimePlan
from workload import queries as workload
from workload.models import Scheme, Weight
from workload.months import queries as months

from .comparison.names import in_one_order
from .comparison.periods import ends_before
from .comparison.rows import StoredRow
from .field_types import Choice, Day, DaysOfWeek, FieldType, Month, Text
from .parse import ONCE, PACKED
from .rows import PackedValues, Values, places
from .sheets import SHEET, SHEETS
from .sheets.columns import Column, Sheet
from .sheets.settings import SETTINGS

AT_ONCE = 2_000  # rows asked for at a time

# Left out of an export: rows removed from the count stay readable here and matter nowhere else.
STANDING = {
    "contacts": Q(voided_at=None),
    "drop_ins": Q(voided_at=None),
    "group_sessions": Q(voided_at=None),
    "group_attendance": Q(session__voided_at=None, contact__voided_at=None),
}
# Of a voided session and another of the same day, the counted one comes last and is the stored one.
VOIDED_FIRST = {"group_sessions": "voided_at", "group_attendance": "session__voided_at"}
# Further values of a row beside its columns, by the field of `StoredRow`.
BESIDE = {
    "staff": {"last_day": "last_day"},
    "contacts": {"voided_at": "voided_at"},
    "group_sessions": {"voided_at": "voided_at"},
}


class KnownRows(Mapping):
    """
    All rows of an organisation by sheet, voided contacts among them. Settings are `service_settings`.

    The rows of a sheet are read each time they are asked for, so that not all of them are in memory beside those of a file.
    """

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation
        self._shared: dict[object, object] = {}
        self._empty = _sheets_without_rows(organisation)

    def __getitem__(self, name: str) -> list[StoredRow] | PackedValues:
        sheet = SHEET[name]
        if not sheet.model:
            raise KeyError(name)
        with _cursors_of_the_server() if connection.in_atomic_block else nullcontext():
            found = () if name in self._empty else rows(sheet, self._organisation, self._shared)
            return PackedValues(StoredRow, places(sheet.names), found) if name in PACKED else list(found)

    def __iter__(self) -> Iterator[str]:
        return (sheet.name for sheet in SHEETS if sheet.model)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _sheets_without_rows(organisation: Organisation) -> set[str]:
    """Return the sheets of which nothing is stored. Most services leave many empty, and one statement asks about them all."""
    sheets = [sheet for sheet in SHEETS if sheet.model and sheet.whose == "organisation"]
    asked = (
        f"EXISTS (SELECT FROM {connection.ops.quote_name(sheet.model._meta.db_table)} WHERE organisation_id = %(pk)s)"
        for sheet in sheets
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(asked)}", {"pk": organisation.pk})
        return {sheet.name for sheet, found in zip(sheets, cursor.fetchone(), strict=True) if not found}


def known(organisation: Organisation) -> KnownRows:
    """Return the rows of an organisation by sheet, each sheet's read when it is asked for."""
    return KnownRows(organisation)


class StoredWords:
    """Say of a word whether an organisation has it in a column; the words of a column are read when one is first asked about."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation
        self._hashes: dict[tuple[str, str], set[int]] = {}  # the words themselves may be long

    def __call__(self, sheet: str, column: str, text: str) -> bool:
        named = SHEET[sheet].refers_anywhere.get(column)
        asked = ("people", "ref") if named == "people" else (sheet, column)
        if asked not in self._hashes:
            self._hashes[asked] = set(map(hash, self._words(*asked)))
        return hash(text) in self._hashes[asked]

    def _words(self, name: str, column: str) -> Iterator[str]:
        sheet = SHEET[name]
        if not sheet.model:
            yield from (row["value"] for row in _settings_to_write(self._organisation))
        elif source := sheet.sources.get(column):
            load = sheet.column(column).kind.load
            found = _of(sheet, self._organisation).values_list(source, flat=True)
            yield from (load(value) for value in found.iterator(AT_ONCE) if value)


def refs(organisation: Organisation) -> list[str]:
    """Return the refs of an organisation's people, in the order in which they were written."""
    found = _of(SHEET["people"], organisation).order_by("pk").values_list("ref", flat=True)
    return [ref.strip() for ref in found.iterator(AT_ONCE)]


def rows(sheet: Sheet, organisation: Organisation, shared: dict | None = None) -> Iterator[StoredRow]:
    """
    Yield the rows of a sheet, in the order in which they were written.

    :param shared: earlier values, reused where equal, for rows that stay in memory
    """
    found = _of(sheet, organisation)
    if voided := VOIDED_FIRST.get(sheet.name):
        return _read(sheet, found.order_by(F(voided).desc(nulls_last=True), "pk"), shared)
    if sheet.ends:
        return _with_ends(sheet, _read(sheet, found.order_by(sheet.sources[sheet.key[0]], "starts_on"), shared))
    return _read(sheet, found.order_by("pk"), shared)


def row(sheet: Sheet, organisation: Organisation, pk: int) -> StoredRow | None:
    """Return one row of a sheet by its primary key; None if it is not there."""
    return next(_read(sheet, _of(sheet, organisation).filter(pk=pk)), None)


def _of(sheet: Sheet, organisation: Organisation) -> QuerySet:
    found = sheet.model.objects.filter(**{sheet.whose: organisation})
    if sheet.name == "staff":
        found = found.with_last_day()
    return found.annotate(**sheet.added)


def _read(sheet: Sheet, found: QuerySet, shared: dict | None = None) -> Iterator[StoredRow]:
    """Yield rows with the values of their columns, each as its kind of column knows it."""
    columns = [column for column in sheet.columns if column.source]
    beside = BESIDE.get(sheet.name, {}) | ({"ends_before": "ends_before"} if sheet.ends else {})
    paths = ("pk", *(column.source for column in columns), *beside.values())
    where, blank = places(sheet.names), [column.empty for column in sheet.columns]
    read = [(where[column.name] - 1, column.empty, _load_of(column)) for column in columns]
    repeated = [where[column.name] - 1 for column in columns if _is_repeated(column)] if shared is not None else []
    for pk, *values in found.values_list(*paths).iterator(AT_ONCE):
        cells = blank.copy()
        for (place, empty, load), value in zip(read, values, strict=False):
            cells[place] = empty if value is None else load(value) if load else value
        for place in repeated:
            cells[place] = shared.setdefault(cells[place], cells[place])
        more = dict(zip(beside, values[len(columns) :], strict=True)) if beside else {}
        yield StoredRow(pk, _as_the_sheet_says(sheet, Values(where, cells)), **more)


def _load_of(column: Column) -> Callable | None:
    """Return what makes a value of a field's; ``None`` where they are the same."""
    return None if type(column.kind).load is FieldType.load else column.kind.load


def _is_repeated(column: Column) -> bool:
    """
    Return whether many rows say the same in a column: refs, emails, days, one of a few words.

    Numbers and truth values are left alone: 1 equals True.
    """
    words = isinstance(column.kind, Text) and not column.kind.lines and column.name not in ONCE
    return words or isinstance(column.kind, (Choice, Day, Month))


def _as_the_sheet_says(sheet: Sheet, row: Values) -> Mapping[str, object]:
    """Return a row without hours a week that equal the sum of its days, and two records in the order of their refs."""
    if sheet.name == "posts" and row["days"]:
        row = row | {"weekly_hours": None}
    return in_one_order(row) if sheet.name == "possible_duplicates" else row


def _with_ends(sheet: Sheet, found: Iterable[StoredRow]) -> Iterator[StoredRow]:
    """Yield posts, tiers or allocations in order, with ``until`` only where it does not follow from the next or from closing."""
    whose = sheet.key[0]
    for _, group in groupby(found, key=lambda row: row.values[whose]):
        for row, following in pairwise([*group, None]):
            next_from = following.values["from"] if following else None
            if "until" in sheet.names and row.ends_before != ends_before(sheet.name, row.values, next_from):
                until = row.ends_before if sheet.name == "allocations" else dates.last_day(row.ends_before)
                row = row._replace(values=row.values | {"until": until})
            yield row


def plans_agreed_here(organisation: Organisation) -> set[tuple]:
    """Return the email and the first day of each plan that two agreed here; an imported one has no agreeing member."""
    agreed = TimePlan.objects.agreed().filter(organisation=organisation).exclude(agreed_by=None)
    return set(agreed.values_list("worker__user__email", "starts_on"))


def service_settings(organisation: Organisation) -> dict[str, object]:
    """Return every setting of an organisation by its key, the scheme's from the latest version."""
    scheme = latest_scheme(organisation)
    found = {}
    for setting in SETTINGS:
        if setting.of == "organisation":
            found[setting.key] = getattr(organisation, setting.key)
        elif scheme is None:
            continue
        elif setting.of == "scheme":
            found[setting.key] = getattr(scheme, setting.key)
    return {**found, **(_tier_points(scheme) if scheme else {})}


def latest_scheme(organisation: Organisation) -> Scheme | None:
    """Return the latest version of the scheme that counts."""
    return Scheme.objects.published().filter(organisation=organisation).order_by("starts_on").last()


def _tier_points(scheme: Scheme) -> dict[str, object]:
    rows = Weight.objects.filter(scheme=scheme, code="case").exclude(tier="").values_list("tier", "points", "on")
    return {f"points_per_tier_{tier}": points if on else 0 for tier, points, on in rows}


# On the way out --------------------------------------------------------------------------------------------------------


def to_write(organisation: Organisation) -> dict[str, list[dict[str, object]]]:
    """Return the rows of every sheet as they leave the service, all at once."""
    return {name: list(rows) for name, rows in streams(organisation).items()}


@contextmanager
def as_of_one_moment() -> Iterator[None]:
    """Read everything as it was at one moment, however long it takes, a few thousand rows in memory at a time."""
    with transaction.atomic(), _cursors_of_the_server():
        with connection.cursor() as cursor:
            if not connection.savepoint_ids:  # in a test the transaction has begun already
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL cursor_tuple_fraction = 1")  # all rows are read, not the first tenth
        take_time()
        yield


@contextmanager
def _cursors_of_the_server() -> Iterator[None]:
    """
    Let ``iterator()`` leave the rows with PostgreSQL until it reaches them.

    Settings forbid it, because a pooler may give the next statement to another server; within one transaction it does not. Only
    this connection changes: threads share the dictionary of their settings.
    """
    usual = connection.settings_dict
    connection.settings_dict = {**usual, "DISABLE_SERVER_SIDE_CURSORS": False}
    try:
        yield
    finally:
        connection.settings_dict = usual


def streams(organisation: Organisation) -> Mapping[str, Iterator[dict[str, object]]]:
    """
    Yield every sheet with its rows for an export; a sheet is read only when its rows are iterated.

    They are in an order of their own, so that the same service is the same bytes; rows removed from the count are left
    out. A draft of a month is exported with current figures: the stored ones are from the last change of it.
    """
    return {sheet.name: rows_to_write(sheet, organisation) for sheet in SHEETS}


def rows_to_write(sheet: Sheet, organisation: Organisation) -> Iterator[dict[str, object]]:
    """Yield the rows of one sheet for an export, in the order of its key and then of its other columns."""
    if not sheet.model:
        yield from _settings_to_write(organisation)
        return
    found = _of(sheet, organisation).filter(STANDING.get(sheet.name, Q())).order_by(*_order(sheet))
    rows = _read(sheet, found)
    if sheet.ends:
        rows = _with_ends(sheet, rows)
    if sheet.name == "records":
        rows = _by_the_facts(organisation, list(rows))
    for row in rows:
        yield _as_it_leaves(sheet, row.values)


def _settings_to_write(organisation: Organisation) -> Iterator[dict[str, object]]:
    settings = service_settings(organisation)
    for setting in SETTINGS:
        value = settings.get(setting.key)
        if value not in (None, "") and not (setting.key == "code" and value == organisation.name):
            yield {"key": setting.key, "value": setting.kind.write(value)}


def _as_it_leaves(sheet: Sheet, values: Values) -> Values:
    if sheet.name == "tiers" and values["tier"] != "parked" and values["talked"]:
        values = values | {"talked": None}
    return values


def _order(sheet: Sheet) -> list:
    """Return what a sheet's rows are ordered by, words by their signs and not by a language; an empty cell comes first."""
    if sheet.as_written:
        return [*(_in_order(sheet, sheet.sources[name]) for name in sheet.parents[0].columns), "pk"]
    names = [*sheet.key, *(name for name in sheet.names if name not in sheet.key)]
    if sheet.name == "contacts":
        names = ["ref", "on", "recorded_at", *(n for n in sheet.names if n not in ("ref", "on", "recorded_at"))]
    paths = [sheet.sources[name] for name in names if sheet.sources.get(name)]
    skipped = {column.source for column in sheet.columns if isinstance(column.kind, DaysOfWeek)}
    return [_in_order(sheet, path) for path in paths if path not in skipped]


def _in_order(sheet: Sheet, path: str) -> OrderBy:
    by = Collate(path, "C") if _is_words(sheet.model, path) else F(path)
    return by.asc(nulls_first=True)


def _is_words(model: type[Model], path: str) -> bool:
    head, _, rest = path.partition("__")
    field = {field.name: field for field in model._meta.concrete_fields}.get(head)
    if rest:
        return _is_words(field.related_model, rest)
    return isinstance(field, (CharField, TextField))


def _by_the_facts(organisation: Organisation, records: list[StoredRow]) -> Iterator[StoredRow]:
    now: dict[tuple[str, date], dict[str, Any]] = {}
    for month in {record.values["month"] for record in records if record.follows_the_facts}:
        listed = workload.listed(organisation, dates.month_end(month))
        found = months.figures(organisation, month, listed, peaks=False)
        now |= {(worker.email, month): months.as_columns(found[worker.member_id]) for worker in listed}
    for record in records:
        if record.follows_the_facts:
            figures = now.get((record.values["email"], record.values["month"]), {})
            figures = {name: value for name, value in figures.items() if name in record.values}
            record = record._replace(values=record.values | figures)
        yield record


def in_force(organisation: Organisation, on: date) -> dict[str, object]:
    """Return the first day of the plan in force on a day of each of the staff who has one, by email."""
    plans = TimePlan.objects.in_force(on).filter(organisation=organisation)
    return dict(plans.values_list("worker__user__email", "starts_on"))
