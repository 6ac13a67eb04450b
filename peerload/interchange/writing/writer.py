"""Writing rows of sheets, whatever they are of."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC
from functools import partial
from typing import Any

from django.db.models import F, Model

from caseload.models import Family
from peerload.core import clock
from peerload.core.folding import fold_code
from peerload.staff.models import Member

from .. import bulk_copy
from ..comparison.rows import Merged
from ..preview import ImportPlan
from ..sheets import SHEET
from ..sheets.columns import Column, Parent, Sheet


class Writer:
    """Write the rows of any sheet by the sources of its columns, and know the primary keys written."""

    def __init__(
        self, plan: ImportPlan, by: Member | None, progress: Callable[[int, int], None], *, replace: bool
    ) -> None:
        self.plan, self.by, self.replace = plan, by, replace
        self.now = clock.now()
        self.done = 0
        self.written: dict[str, list[tuple[int, int]]] = {}
        self._progress = progress
        self._keys: dict[tuple[str, tuple[str, ...]], dict[Any, int]] = {}

    def sheet(
        self,
        name: str,
        *,
        new: Iterable[Merged] | None = None,
        changed: Iterable[Merged] | None = None,
        **more: Callable[[Merged], object],
    ) -> None:
        """
        Write the new and the changed rows of a sheet.

        :param new: those to write as new, if not all that are
        :param changed: those to write again, if not all that changed
        :param more: fields without a column, each with a function from a row to its value
        """
        sheet, rows = SHEET[name], self.plan.service.of(name)
        stored = self._stored(sheet) | more
        if sheet.ends:
            stored["ends_before"] = lambda row: row.ends_before
        if "organisation" in {field.name for field in sheet.model._meta.concrete_fields}:
            stored["organisation"] = lambda row: self.plan.organisation.pk
        changed = (moved_rows(rows) if sheet.ends else changed_rows(rows)) if changed is None else changed
        self.update(sheet.model, tuple(stored), ((row.pk, *(of(row) for of in stored.values())) for row in changed))
        new = new_rows(rows) if new is None else new
        self.insert(sheet.model, tuple(stored), (tuple(of(row) for of in stored.values()) for row in new))
        self.forget(name)

    def forget(self, name: str) -> None:
        """Look the primary keys of a sheet up again when they are next asked for."""
        self._keys = {asked: keys for asked, keys in self._keys.items() if asked[0] != name}

    def _stored(self, sheet: Sheet) -> dict[str, Callable[[Merged], object]]:
        """Return the fields of a sheet's columns, each with a function from a row to its value."""
        fields = {field.name for field in sheet.model._meta.concrete_fields}
        named = sheet.refers
        stored: dict[str, Callable[[Merged], object]] = {}
        for parent in sheet.parents:
            stored[parent.field] = partial(self.parent, parent)
        for column in sheet.columns:
            field = column.source.partition("__")[0]
            if column.name in named:
                stored[field] = partial(self.named, named[column.name], column.name)
            elif column.source in fields:
                stored[field] = partial(self._value, column)
        return stored

    def _value(self, column: Column, row: Merged) -> object:
        value = row.values[column.name]
        if value is None and column.name == "recorded_at":
            return self.now.astimezone(UTC)
        return value if value is None else column.kind.store(value)

    def named(self, what: str, column: str, row: Merged) -> int | None:
        value = row.values[column]
        known_by = fold_code(value) if what == "families" and value else value
        return self.keys(what)[known_by] if value else None

    def parent(self, parent: Parent, row: Merged) -> int | None:
        """Return the primary key of the row of another sheet that a row belongs to, None where it belongs to none."""
        key = tuple(row.values[name] for name in parent.columns)
        if parent.optional and any(each in (None, "") for each in key):
            return None
        return self.keys(parent.sheet, parent.by)[key if len(key) > 1 else key[0]]

    def keys(self, what: str, by: tuple[str, ...] = ()) -> dict[Any, int]:
        """
        Return the primary keys of the rows of a sheet, or of the families, by what they are known by.

        :param by: the columns that they are known by, if these are not the sheet's key
        """
        if (what, by) not in self._keys:
            self._keys[what, by] = self._keys_of(what, by)
        return self._keys[what, by]

    def _keys_of(self, what: str, by: tuple[str, ...]) -> dict[Any, int]:
        organisation = self.plan.organisation
        if what == "families":
            return dict(Family.objects.filter(organisation=organisation).values_list("code_key", "pk"))
        sheet = SHEET[what]
        columns = [sheet.column(name) for name in by or sheet.key]
        found = sheet.model.objects.filter(**{sheet.whose: organisation}).annotate(**sheet.added)
        if what == "scheme_versions":
            found = found.order_by(F("published_at").asc(nulls_first=True))  # of a day, the one that counts
        if what == "group_sessions":
            found = found.filter(voided_at=None)
        keys: dict[Any, int] = {}
        for pk, *values in found.values_list("pk", *(column.source for column in columns)):
            key = tuple(
                column.empty if value is None else column.kind.load(value)
                for column, value in zip(columns, values, strict=True)
            )
            keys[key if len(key) > 1 else key[0]] = pk
        return keys

    def insert(
        self, model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]], *, counted: bool = True
    ) -> None:
        keys = bulk_copy.insert(model, fields, rows, self.progress if counted else _quietly)
        self.written.setdefault(model._meta.label, []).extend(keys)

    def update(
        self, model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]], *, counted: bool = True
    ) -> None:
        bulk_copy.update(model, fields, rows, self.progress if counted else _quietly)

    def progress(self, rows: int) -> None:
        self.done += rows
        self._progress(self.done, self.plan.to_write)


def _quietly(rows: int) -> None:
    """Bring rows in without notifying anyone of those that are in no sheet."""


def new_rows(rows: Iterable[Merged]) -> Iterator[Merged]:
    return (row for row in rows if row.is_new)


def changed_rows(rows: Iterable[Merged]) -> Iterator[Merged]:
    return (row for row in rows if row.known and row.changed)


def moved_rows(rows: Iterable[Merged]) -> Iterator[Merged]:
    """Yield rows that changed, or whose end did because another row follows now."""
    return (row for row in rows if row.known and (row.changed or row.ends_before != row.known.ends_before))
