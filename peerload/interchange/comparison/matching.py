"""Which row of a file is which stored one."""

from collections.abc import Sequence
from itertools import chain

from ..parse import Table, key_of
from .rows import Merged, StoredRow


def match_by_key(table: Table, known: Sequence[StoredRow]) -> list[Merged]:
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


def differing(said: dict, was: dict) -> tuple[str, ...]:
    return tuple(name for name, value in said.items() if value != was[name])


def match_equal(table: Table, known: Sequence[StoredRow]) -> list[Merged]:
    """
    Return rows without a key: the n-th equal row of the file is the n-th equal row of the database.

    Equal is asked of the columns the file has. When something was written down is asked only where the file says so.
    """
    sheet = table.sheet
    asked = tuple(name for name in sheet.names if name in table.given and name != "recorded_at")
    left: dict[tuple, list[StoredRow]] = {}  # the first of equal ones last; a deque of one takes ten times the memory
    for there in reversed(known):
        left.setdefault(words_in(there.values, asked), []).append(there)
    merged = []
    dated = (row for row in table.rows if row.values.get("recorded_at"))
    for row in chain(dated, (row for row in table.rows if not row.values.get("recorded_at"))):
        was = _take(left.get(words_in(row.values, asked), []), row.values.get("recorded_at"))
        if was is None and row.values.get("note"):
            # its words were taken out here, when it was removed from the count or moved to another person
            empty = left.get(words_in(row.values | {"note": ""}, asked), [])
            was = _take([each for each in empty if each.voided_at], row.values.get("recorded_at"))
            if was:
                empty.remove(was)
        merged.append(Merged(was.values, row.number, was) if was else Merged(row.values, row.number))
    merged.sort(key=lambda row: row.number)
    stay = {row.pk for rows in left.values() for row in rows}
    return merged + [Merged(row.values, known=row) for row in known if row.pk in stay]


def words_in(values: dict, asked: tuple[str, ...]) -> tuple:
    return tuple(values[name] for name in asked)


def _take(equal: list[StoredRow], recorded_at) -> StoredRow | None:
    """Take the first of equal rows, which stands last, or the one that was written down at a moment."""
    if not recorded_at:
        return equal.pop() if equal else None
    was = next((row for row in reversed(equal) if row.values["recorded_at"] == recorded_at), None)
    if was:
        equal.remove(was)
    return was
