"""
What is known and what a file says, put together: row by row new, changed or unchanged; rows not in the file stay. Pure.

Periods end where the next row of the same person or worker begins, whichever of the two it comes from.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from caseload.enums import Channel
from peerload import dates
from peerload.folding import fold_code
from workload.enums import RecordStatus

from .reading import Read, Row, Table, key_of
from .sheets import SHEETS


class Known(NamedTuple):
    """
    A row of the database in the words of its sheet; ``until`` is left out where it follows from the rest.

    Of a monthly record: ``own`` was made here, not brought in, and ``sent`` is in a team's report that was sent. Of one of the
    staff: ``closed`` cannot sign in, and ``last_day`` is that of whoever has given notice. Of a contact: whether it is voided.
    """

    pk: int
    values: dict[str, object]
    ends_before: date | None = None
    own: bool = False
    sent: bool = False
    closed: bool = False
    last_day: date | None = None
    voided: bool = False

    @property
    def follows_the_facts(self) -> bool:
        """Whether this is a draft of a record whose figures are counted here."""
        return self.own and not self.sent and self.values["status"] == RecordStatus.DRAFT


@dataclass(slots=True)
class Merged:
    """A row after the import: what it was and will be. ``number`` is its row in the file, ``None`` for one that stays."""

    values: dict[str, object]
    number: int | None = None
    known: Known | None = None
    changed: tuple[str, ...] = ()
    ends_before: date | None = None
    said: frozenset[str] = frozenset()  # columns the file says something of
    like: Known | None = None  # of a new row without a key: one that is there and may be meant

    @property
    def pk(self) -> int | None:
        return self.known.pk if self.known else None

    @property
    def is_new(self) -> bool:
        return self.known is None

    @property
    def state(self) -> str:
        """new, changed, unchanged; "" for a row that is not in the file."""
        if self.number is None:
            return ""
        return "new" if self.is_new else "changed" if self.changed else "unchanged"


@dataclass(slots=True)
class Service:
    """All rows by sheet as they will be, and per sheet the rows refused while reading."""

    rows: dict[str, list[Merged]] = field(default_factory=dict)
    refused: dict[str, list[Row]] = field(default_factory=dict)

    def of(self, name: str) -> list[Merged]:
        return self.rows.get(name, [])

    @property
    def alike(self) -> list[tuple[str, Merged]]:
        """The new rows that may be meant to replace one that is there, each with its sheet."""
        return [(name, row) for name in ALIKE for row in self.of(name) if row.like]


def merge(read: Read, known: Mapping[str, Sequence[Known]]) -> Service:
    """Return the service as it will be once the file is in."""
    service = Service()
    read = with_addresses_as_known(read, known.get("staff", ()))
    for sheet in SHEETS:
        table = read.tables.get(sheet.name)
        before = known.get(sheet.name, ())
        if table is None:
            service.rows[sheet.name] = [Merged(row.values, known=row) for row in before]
        else:
            service.rows[sheet.name] = _keyed(table, before) if sheet.key else _counted(table, before)
            service.refused[sheet.name] = table.refused
    _name_as_called(service, "team", _names(service, "teams", "team"), ("staff", "posts", "people", "groups"))
    _name_as_called(service, "group", _names(service, "groups", "group"), GROUPED)
    _name_as_called(service, "family", _families(service), ("people",), fold_code)
    _pass_over(service)
    _stay_unless_asked(service)
    _fill_sessions(service)
    _keep_ends(service)
    _find_alike(service)
    for name in ("posts", "tiers", "allocations"):
        _set_ends(name, service.of(name))
    for row in service.of("absences"):
        row.ends_before = row.values["back_on"]
    for name in ("responsibilities", "groups", "group_facilitators", "group_members"):
        for row in service.of(name):
            row.ends_before = dates.day_after(row.values["until"])
    return service


ADDRESSES = ("email", "manager", "deputy", "responsible", "facilitators")


def with_addresses_as_known(read: Read, staff: Sequence[Known]) -> Read:
    """
    Return a file in which everybody is called by the address they are known by.

    Where the sheet staff asks for another one, both mean the same person: the one they have, or, once that is done or where they
    come in only now, the new one. So the file that asks for it moves them once, however often it comes in.
    """
    table = read.tables.get("staff")
    there = {row.values["email"] for row in staff}
    called: dict[str, str] = {}
    for row in table.rows if table else ():
        old, new = row.values["email"], row.values["new_email"]
        if new and new != old:
            called |= {new: old} if old in there and new not in there else {old: new} if old not in there else {}
    if not called:
        return read
    tables = {
        name: each._replace(rows=[_called(row, called, name) for row in each.rows])
        for name, each in read.tables.items()
    }
    return read._replace(tables=tables)


def _called(row: Row, called: Mapping[str, str], sheet: str) -> Row:
    values = dict(row.values)
    for name in ADDRESSES:
        if isinstance(value := values.get(name), tuple):
            values[name] = tuple(sorted({called.get(each, each) for each in value}))
        elif value:
            values[name] = called.get(value, value)
    if sheet == "staff" and values["email"] == values["new_email"]:
        values["new_email"] = ""
    return row._replace(values=values)


def _stay_unless_asked(service: Service):
    """Let an empty cell ask for no other address: one that waits to be confirmed goes on waiting."""
    for row in service.of("staff"):
        if row.known and not row.values["new_email"]:
            row.values = row.values | {"new_email": row.known.values["new_email"]}
            row.changed = tuple(name for name in row.changed if name != "new_email")


def _keyed(table: Table, known: Sequence[Known]) -> list[Merged]:
    sheet = table.sheet
    before = {key_of(sheet, row.values): row for row in known}
    merged = []
    for row in table.rows:
        was = before.pop(key_of(sheet, row.values), None)
        said = {name: row.values[name] for name in table.given if name not in sheet.key}
        if sheet.name == "people" and not said.get("team"):
            said.pop("team", None)  # empty: that of the last worker
        if was is None:
            merged.append(Merged(row.values, row.number, said=frozenset(said)))
            continue
        values = {**was.values, **said}
        merged.append(Merged(values, row.number, was, _differing(said, was.values), said=frozenset(said)))
    return merged + [Merged(row.values, known=row) for row in before.values()]


def _differing(said: dict, was: dict) -> tuple[str, ...]:
    return tuple(name for name, value in said.items() if value != was[name])


def _counted(table: Table, known: Sequence[Known]) -> list[Merged]:
    """
    Return rows without a key: the n-th equal row of the file is the n-th equal row of the database.

    Equal is asked of the columns the file has. When something was written down is asked only where the file says so.
    """
    sheet = table.sheet
    asked = tuple(name for name in sheet.names if name in table.given and name != "recorded_at")
    left: dict[tuple, deque[Known]] = defaultdict(deque)
    for row in known:
        left[_words(row.values, asked)].append(row)
    merged = []
    for row in sorted(table.rows, key=lambda row: not row.values.get("recorded_at")):
        equal = left[_words(row.values, asked)]
        was = _take(equal, row.values.get("recorded_at"))
        merged.append(Merged(was.values, row.number, was) if was else Merged(row.values, row.number))
    merged.sort(key=lambda row: row.number)
    return merged + [Merged(row.values, known=row) for rows in left.values() for row in rows]


def _words(values: dict, asked: tuple[str, ...]) -> tuple:
    return tuple(values[name] for name in asked)


def _take(equal: deque[Known], recorded_at) -> Known | None:
    if not recorded_at:
        return equal.popleft() if equal else None
    was = next((row for row in equal if row.values["recorded_at"] == recorded_at), None)
    if was:
        equal.remove(was)
    return was


# Rows without a key that are probably a correction: the same in these columns. A contact's words on another day are one, too.
ALIKE = {"contacts": (("ref", "on"),), "responsibilities": (("email", "kind", "from"),)}
SAME_WORDS = ("ref", "email", "minutes", "channel", "reached", "outcome", "note")


def _find_alike(service: Service):
    """
    Find for each new row without a key one that is there, is not in the file, and is probably what it corrects.

    Contacts of a session are left out: they belong to the session. So are those voided, which count for nothing.
    """
    for name, ways in ALIKE.items():
        ways = (*ways, SAME_WORDS) if name == "contacts" else ways
        left = [row.known for row in service.of(name) if row.number is None and _may_be_replaced(row.known)]
        by_key = [_by_words(left, columns) for columns in ways]
        taken: set[int] = set()
        for row in service.of(name):
            if row.is_new and row.values.get("channel") != Channel.GROUP:
                row.like = _first_like(row, ways, by_key, taken)
                taken |= {row.like.pk} if row.like else set()


def _by_words(rows: Iterable[Known], columns: tuple[str, ...]) -> dict[tuple, list[Known]]:
    found: dict[tuple, list[Known]] = defaultdict(list)
    for row in rows:
        found[_words(row.values, columns)].append(row)
    return found


def _first_like(row: Merged, ways, by_key, taken: Collection[int]) -> Known | None:
    for columns, found in zip(ways, by_key, strict=True):
        if columns is SAME_WORDS and not row.values["note"]:
            continue  # a call of ten minutes without a word is like any other
        for known in found.get(_words(row.values, columns), ()):
            if known.pk not in taken:
                return known
    return None


def _may_be_replaced(known: Known) -> bool:
    return not known.voided and known.values.get("channel") != Channel.GROUP


def replace_alike(service: Service):
    """Let new rows take the place of those they are like: a responsibility is changed; a contact is voided and written anew."""
    rows = service.of("responsibilities")
    replaced = {row.like.pk for row in rows if row.like}
    service.rows["responsibilities"] = [row for row in rows if row.number or row.pk not in replaced]
    for row in rows:
        if row.like:
            row.known, row.like, row.changed = row.like, None, _differing(row.values, row.like.values)


GROUPED = ("group_facilitators", "group_members", "group_sessions", "group_attendance")


def _names(service: Service, sheet: str, column: str) -> Iterable[str]:
    return (row.values[column] for row in service.of(sheet))


def _families(service: Service) -> Iterable[str]:
    """Return the codes of families as they are to be written: of two spellings the one that is known, else the first."""
    known = [row.known.values["family"] for row in service.of("people") if row.known]
    return reversed([*known, *_names(service, "people", "family")])


def _name_as_called(
    service: Service, column: str, names: Iterable[str], sheets: Iterable[str], folded: Callable[[str], str] = str.upper
):
    """Write teams, groups and families as they are called, whatever way they are referred to."""
    called = {folded(name): name for name in names if name}
    for name in sheets:
        for row in service.of(name):
            if row.number is None or not row.values[column]:
                continue
            right = called.get(folded(row.values[column]))
            if right and right != row.values[column]:
                row.values = {**row.values, column: right}
                if row.known and row.known.values[column] == right:
                    row.changed = tuple(each for each in row.changed if each != column)


def _pass_over(service: Service):
    """
    Pass over what a file says of months that have gone on here since it was written.

    A draft's figures are those of the facts, whatever they were; what is in a report has been filled in and called reported.
    """
    for row in service.of("records"):
        if not row.changed:
            continue
        if row.known.follows_the_facts and row.values["status"] == RecordStatus.DRAFT:
            row.values, row.changed = row.known.values, ()
        elif row.known.sent:
            row.changed = tuple(name for name in row.changed if name != "status" and row.values[name] not in (None, ""))


def leave_as_agreed(service: Service, emails: Collection[str]):
    """Pass over what a file says of plans of those whose plan in force was agreed here; another is agreed to instead."""
    for row in service.of("plans"):
        if row.number is not None and row.values["email"] in emails:
            row.known = row.known or Known(0, row.values)
            row.values, row.changed = row.known.values, ()


def _fill_sessions(service: Service):
    """Let an empty cell of a session say nothing: what is known stands, and a facilitator's time is that of the session."""
    for row in service.of("group_sessions"):
        if row.number is None:
            continue
        before = row.known.values if row.known else {"facilitator_minutes": row.values["minutes"]}
        empty = {name for name in ("email", "facilitator_minutes", "recorded_at") if row.values[name] in (None, "")}
        row.values = row.values | {name: before[name] for name in empty if name in before}
        row.changed = tuple(name for name in row.changed if name not in empty)


def _keep_ends(service: Service):
    """Let an empty end of waiting say nothing: what has come to its end here since the file was written stays so."""
    for row in service.of("waiting"):
        if row.number is not None and row.known:
            empty = {name for name in ("ended_on", "ended_as") if row.values[name] in (None, "")}
            row.values = row.values | {name: row.known.values[name] for name in empty}
            row.changed = tuple(name for name in row.changed if name not in empty)


# Periods ---------------------------------------------------------------------------------------------------------------

OF = {"posts": "email", "tiers": "ref", "allocations": "ref", "absences": "email"}


def in_order(name: str, rows: Iterable[Merged]) -> dict[object, list[Merged]]:
    """Return the rows of each person or worker, by their first day."""
    found: dict[object, list[Merged]] = defaultdict(list)
    for row in rows:
        found[row.values[OF[name]]].append(row)
    for group in found.values():
        group.sort(key=lambda row: row.values["from"])
    return found


def _set_ends(name: str, rows: list[Merged]):
    for group in in_order(name, rows).values():
        for row, following in zip(group, [*group[1:], None], strict=True):
            row.ends_before = ends_before(name, row.values, following.values["from"] if following else None)


def ends_before(name: str, values: dict, next_from: date | None) -> date | None:
    """Return the half-open end of a post, tier or allocation."""
    if name == "tiers":
        return next_from
    if name == "posts":
        return dates.earliest(dates.day_after(values["until"]), next_from)
    return dates.earliest(values["until"], dates.day_after(values["closed_on"]), next_from)


def without_what_follows(name: str, rows: list[Known]) -> list[Known]:
    """
    Return rows of one person or worker, in order, with ``until`` only where it does not follow from the rest.

    :param rows: with their end as stored, and no ``until``
    """
    found = []
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        values = {**row.values, "until": None}
        if row.ends_before != ends_before(name, values, following.values["from"] if following else None):
            values["until"] = row.ends_before if name == "allocations" else dates.last_day(row.ends_before)
        found.append(row._replace(values=values))
    return found
