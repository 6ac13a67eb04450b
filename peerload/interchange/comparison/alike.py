"""New rows without a key that probably correct one that is there."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from caseload.enums import Channel

from .matching import differing, words_in
from .rows import ALIKE, Merged, Service, StoredRow

SAME_WORDS = ("ref", "email", "minutes", "channel", "reached", "outcome", "note")


def find_alike(service: Service):
    """
    Find for each new row without a key one that is there, is not in the file, and is probably what it corrects.

    Contacts of a session are left out: they belong to the session. So are those voided, which count for nothing.
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


def _first_like(row: Merged, ways, by_key, taken: Collection[int]) -> StoredRow | None:
    for columns, found in zip(ways, by_key, strict=True):
        if columns is SAME_WORDS and not row.values["note"]:
            continue  # a call of ten minutes without a word is like any other
        for known in found.get(words_in(row.values, columns), ()):
            if known.pk not in taken:
                return known
    return None


def _may_be_replaced(known: StoredRow) -> bool:
    return known.voided_at is None and known.values.get("channel") != Channel.GROUP


def replace_alike(service: Service):
    """Let new rows take the place of those they are like: a responsibility is changed; a contact is voided and written anew."""
    rows = service.of("responsibilities")
    replaced = {row.like.pk for row in rows if row.like}
    service.rows["responsibilities"] = [row for row in rows if row.number or row.pk not in replaced]
    for row in rows:
        if like := row.like:
            row.known, row.like, row.changed = like, None, differing(row.values, like.values)
