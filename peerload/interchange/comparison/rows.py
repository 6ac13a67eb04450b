"""Rows of a service: as they are stored, and as they will be once a file is in."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from workload.enums import RecordStatus

from ..field_types import Cells
from ..parse import SheetRow
from ..rows import PackedValues


class StoredRow(NamedTuple):
    """
    A row of the database in the columns of its sheet; ``until`` is left out where it follows from the rest.

    For staff, ``last_day`` is from the notice they have given; for a contact or a session of a group, ``voided_at`` is
    when it was voided.
    """

    pk: int
    values: Cells
    ends_before: date | None = None
    last_day: date | None = None
    voided_at: datetime | None = None

    @property
    def follows_the_facts(self) -> bool:
        """Whether this is a draft of a record, with figures counted here."""
        return self.made_here and not self.sent and self.values["status"] == RecordStatus.DRAFT

    @property
    def made_here(self) -> bool:
        """Whether this is a record that was made here, not brought in."""
        return not self.values["imported"]

    @property
    def sent(self) -> bool:
        """Whether this is a record in a team's report that was sent."""
        return bool(self.values["report_of"])


PASSED_OVER = 0  # the primary key of no row


@dataclass(slots=True)
class Merged:
    """A row after the import: what it was and will be. ``number`` is its row in the file, ``None`` for one that stays."""

    values: Cells
    number: int | None = None
    known: StoredRow | None = None
    changed: tuple[str, ...] = ()
    ends_before: date | None = None
    said: frozenset[str] = frozenset()  # columns that are in the file
    like: StoredRow | None = None  # of a new row without a key: one that is there and may be meant

    @property
    def pk(self) -> int | None:
        return self.known.pk if self.known else None

    @property
    def is_new(self) -> bool:
        return self.known is None

    @property
    def is_passed_over(self) -> bool:
        """Whether the file has it, and it neither is there nor comes in."""
        return self.pk == PASSED_OVER

    def keep_stored(self, *columns: str) -> None:
        """Keep the stored values of some columns, whatever the file has."""
        self.values = self.values | {name: self.known.values[name] for name in columns}
        self.drop_changes(*columns)

    def drop_changes(self, *columns: str) -> None:
        """Count some columns as unchanged."""
        self.changed = tuple(name for name in self.changed if name not in columns)

    @property
    def state(self) -> str:
        """new, changed, unchanged; "" for a row that is not in the file."""
        if self.number is None:
            return ""
        return "new" if self.is_new else "changed" if self.changed else "unchanged"


class NewRow(NamedTuple):
    """A new row; it stays packed until it is read."""

    number: int
    values: Cells

    known = pk = ends_before = like = None
    changed, said = (), frozenset()
    is_new, state = True, "new"


class UnchangedRow(NamedTuple):
    """A row of the file that is stored already; it stays packed until it is read."""

    number: int
    values: Cells
    pk: int
    voided_at: datetime | None

    ends_before = like = None
    is_new = is_passed_over = False
    changed, said, state = (), frozenset(), "unchanged"

    @property
    def known(self) -> StoredRow:
        return StoredRow(self.pk, self.values, voided_at=self.voided_at)


class UnchangedAndOthers(Collection):
    """The rows of a sheet after the import: first the unchanged ones, then all others."""

    def __init__(self, unchanged: PackedValues, others: list[Merged]) -> None:
        self._unchanged, self._others = unchanged, others

    def __iter__(self) -> Iterator:
        yield from self._unchanged
        yield from self._others

    def __len__(self) -> int:
        return len(self._unchanged) + len(self._others)

    def __contains__(self, row: object) -> bool:
        return any(row == each for each in self)


# Rows without a key that are probably a correction: the same in these columns. A contact's words on another day are one, too.
ALIKE = {"contacts": (("ref", "on"),), "responsibilities": (("email", "kind", "from"),)}


SheetOfService = list[Merged] | PackedValues | UnchangedAndOthers


@dataclass(slots=True)
class ServiceRows:
    """All rows by sheet as they will be, and per sheet the rows refused while reading."""

    rows: dict[str, SheetOfService] = field(default_factory=dict)
    refused: dict[str, list[SheetRow]] = field(default_factory=dict)

    def of(self, name: str) -> SheetOfService:
        return self.rows.get(name, [])

    @property
    def alike(self) -> list[tuple[str, Merged]]:
        """The new rows that may be meant to replace one that is there, each with its sheet."""
        return [(name, row) for name in ALIKE for row in self.of(name) if row.like]
