"""Which row of a file is which stored one, and which new row probably corrects one that is there."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from caseload.enums import Channel

from ..field_types import Cells
from ..parse import ReadTable, SheetRow, key_of
from ..rows import PackedValues
from .rows import ALIKE, Merged, ServiceRows, StoredRow, UnchangedAndOthers
from .unchanged import set_unchanged_apart


def match_by_key(table: ReadTable, known: Sequence[StoredRow]) -> list[Merged]:
    sheet = table.sheet
    before = {key_of(sheet, row.values): row for row in known}
    given = tuple(name for name in table.given if name not in sheet.key)
    says = {False: frozenset(given), True: frozenset(given) - {"team"}}  # rows share it: there are many
    merged = []
    for row in table.rows:
        was = before.pop(key_of(sheet, row.values), None)
        said = says[sheet.name == "people" and not row.values["team"]]  # an empty team: that of the last worker
        if was is None:
            merged.append(Merged(row.values, row.number, said=said))
            continue
        now = {name: row.values[name] for name in given if name in said}
        changed = differing(now, was.values)
        merged.append(Merged(was.values | now if changed else was.values, row.number, was, changed, said=said))
    return merged + [Merged(row.values, known=row) for row in before.values()]


def differing(said: Cells, was: Cells) -> tuple[str, ...]:
    return tuple(name for name, value in said.items() if value != was[name])


def match_equal(table: ReadTable, known: Collection[StoredRow]) -> list[Merged] | UnchangedAndOthers:
    """
    Return rows without a key: the n-th equal row of the file is the n-th equal row of the database.

    Only the columns of the file are compared, and the moment of recording only where the file has it.
    """
    asked = tuple(name for name in table.sheet.names if name in table.given and name != "recorded_at")
    if not isinstance(table.rows, PackedValues):
        return _match_equal(table.rows, list(known), asked)
    unchanged, rows, remaining = set_unchanged_apart(table, known, asked)
    return UnchangedAndOthers(unchanged, _match_equal(rows, remaining, asked))


def _match_equal(rows: list[SheetRow], known: list[StoredRow], asked: tuple[str, ...]) -> list[Merged]:
    left: dict[tuple, list[StoredRow]] = {}  # the first of equal ones last; a deque of one takes ten times the memory
    for there in reversed(known):
        left.setdefault(words_in(there.values, asked), []).append(there)
    merged = []
    for row in sorted(rows, key=lambda row: not row.values.get("recorded_at")):
        was = _take(left.get(words_in(row.values, asked), []), row.values.get("recorded_at"))
        if was is None and row.values.get("note"):
            # its words were taken out here, when it was removed from the count or moved to another person
            empty = left.get(words_in(row.values | {"note": "", "written_with": ""}, asked), [])
            was = _take([each for each in empty if each.voided_at], row.values.get("recorded_at"))
            if was:
                empty.remove(was)
        merged.append(Merged(was.values, row.number, was) if was else Merged(row.values, row.number))
    merged.sort(key=lambda row: row.number or 0)
    stay = {row.pk for rows in left.values() for row in rows}
    return merged + [Merged(row.values, known=row) for row in known if row.pk in stay]


def words_in(values: Cells, asked: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(values[name] for name in asked)


def _take(equal: list[StoredRow], recorded_at: datetime | None) -> StoredRow | None:
    """Take the last of equal rows, or the one recorded at a moment."""
    if not recorded_at:
        return equal.pop() if equal else None
    was = next((row for row in reversed(equal) if row.values["recorded_at"] == recorded_at), None)
    if was:
        equal.remove(was)
    return was


# Rows that are alike --------------------------------------------------------------------------------------------------

SAME_WORDS = ("ref", "email", "minutes", "channel", "reached", "outcome", "note")


def find_alike(service: ServiceRows) -> None:
    """
    Find for each new row without a key a stored one that is not in the file and that it probably corrects.

    Contacts of a session are left out: they belong to the session. Voided ones are left out too.
    """
    for name, ways in ALIKE.items():
        ways = (*ways, SAME_WORDS) if name == "contacts" else ways
        left = [row.known for row in service.of(name) if row.number is None and _may_be_replaced(row.known)]
        if not left:
            continue
        by_key = [_by_words(left, columns) for columns in ways]
        taken: set[int] = set()
        for row in service.of(name):
            if row.is_new and row.values.get("channel") != Channel.GROUP:
                row.like = _first_like(row, ways, by_key, taken)
                taken |= {row.like.pk} if row.like else set()


def _by_words(rows: Iterable[StoredRow], columns: tuple[str, ...]) -> dict[tuple, list[StoredRow]]:
    found: dict[tuple, list[StoredRow]] = defaultdict(list)
    for row in rows:
        found[words_in(row.values, columns)].append(row)
    return found


def _first_like(
    row: Merged,
    ways: Sequence[tuple[str, ...]],
    by_key: Sequence[Mapping[tuple[Any, ...], list[StoredRow]]],
    taken: Collection[int],
) -> StoredRow | None:
    for columns, found in zip(ways, by_key, strict=True):
        if columns is SAME_WORDS and not row.values["note"]:
            continue  # a call of ten minutes without a word is like any other
        for known in found.get(words_in(row.values, columns), ()):
            if known.pk not in taken:
                return known
    return None


def _may_be_replaced(known: StoredRow) -> bool:
    return known.voided_at is None and known.values.get("channel") != Channel.GROUP


def replace_alike(service: ServiceRows) -> None:
    """Replace rows by the new ones they are like: a responsibility is changed; a contact is voided and a new one written."""
    rows = service.of("responsibilities")
    replaced = {row.like.pk for row in rows if row.like}
    service.rows["responsibilities"] = [row for row in rows if row.number or row.pk not in replaced]
    for row in rows:
        if like := row.like:
            row.known, row.like, row.changed = like, None, differing(row.values, like.values)
