"""
What is known and what a file says, put together: row by row new, changed or unchanged; rows not in the file stay. Pure.

Periods end where the next row of the same person or worker begins, whichever of the two it comes from.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import NamedTuple

from caseload.enums import Channel, Outcome
from peerload.core import dates
from peerload.core.folding import fold_code
from wellbeing.enums import PlanState
from wellbeing.models import SINCE_ALWAYS
from workload.enums import RecordStatus

from .field_types import Cells
from .parse import Read, Row, Table, key_of
from .rows import PackedValues
from .sheets import SHEET, SHEETS
from .sheets.work import ACTIVITY_KINDS, RESPONSIBILITY_KINDS


class Known(NamedTuple):
    """
    A row of the database in the words of its sheet; ``until`` is left out where it follows from the rest.

    Of one of the staff, ``last_day`` is that of the notice they have given; of a contact or a session of a group, ``voided_at``
    is when it was taken out.
    """

    pk: int
    values: Cells
    ends_before: date | None = None
    last_day: date | None = None
    voided_at: datetime | None = None

    @property
    def follows_the_facts(self) -> bool:
        """Whether this is a draft of a record whose figures are counted here."""
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
    def is_passed_over(self) -> bool:
        """Whether the file has it, and it neither is there nor comes in."""
        return self.pk == PASSED_OVER

    @property
    def state(self) -> str:
        """new, changed, unchanged; "" for a row that is not in the file."""
        if self.number is None:
            return ""
        return "new" if self.is_new else "changed" if self.changed else "unchanged"


class NewRow(NamedTuple):
    """A new row of a sheet of which nothing is there yet: what `Merged` says of it, packed as long as nobody looks at it."""

    number: int
    values: Cells

    known = pk = ends_before = like = None
    changed, said = (), frozenset()
    is_new, state = True, "new"


@dataclass(slots=True)
class Service:
    """All rows by sheet as they will be, and per sheet the rows refused while reading."""

    rows: dict[str, list[Merged] | PackedValues] = field(default_factory=dict)
    refused: dict[str, list[Row]] = field(default_factory=dict)

    def of(self, name: str) -> list[Merged] | PackedValues:
        return self.rows.get(name, [])

    @property
    def alike(self) -> list[tuple[str, Merged]]:
        """The new rows that may be meant to replace one that is there, each with its sheet."""
        return [(name, row) for name in ALIKE for row in self.of(name) if row.like]


def merge(read: Read, known: Mapping[str, Sequence[Known]]) -> Service:
    """Return the service as it will be once the file is in, whose rows are let go of: there may be hundreds of thousands."""
    service = Service()
    read = with_addresses_as_known(read, known.get("staff", ()))
    read = with_kinds_by_code(read, known.get("scheme_rows", ()))
    for sheet in SHEETS:
        table = read.tables.get(sheet.name)
        before = known.get(sheet.name, ())
        if table is None:
            service.rows[sheet.name] = [Merged(row.values, known=row) for row in before]
        else:
            if isinstance(table.rows, PackedValues) and not any(row.known for row in service.of("people")):
                service.rows[sheet.name] = table.rows.made_by(NewRow)  # there is nobody whose they could be already
            else:
                service.rows[sheet.name] = _keyed(table, before) if sheet.key else _counted(table, before)
            service.refused[sheet.name] = table.refused
            table.rows.clear()
    for what, named in CALLED.items():
        _name_as_called(service, what, named.names(service), named.folded)
    _pass_over(service)
    _pass_over_absorbed(service)
    _pass_over_begun_since(service)
    _stay_unless_asked(service)
    _fill_sessions(service)
    _fill_posts(service)
    _date_wishes(service)
    _keep_ends(service)
    _forget_why_it_was(service)
    _pass_over_asked(service)
    _find_alike(service)
    for sheet in SHEETS:
        if sheet.ends:
            _set_ends(sheet.name, service.of(sheet.name))
            _end_as_before(service.of(sheet.name))
        elif ends := next((column for column in sheet.columns if column.source == "ends_before"), None):
            for row in service.of(sheet.name):
                row.ends_before = ends.kind.store(row.values[ends.name])
    return service


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
    tables = {}
    for name, each in read.tables.items():
        tables[name] = each._replace(rows=[_called(row, called, name) for row in each.rows])
        each.rows.clear()
    return read._replace(tables=tables)


def with_kinds_by_code(read: Read, scheme_rows: Sequence[Known]) -> Read:
    """Return a file in which kinds of work are called by their codes, where it has their labels or another spelling."""
    table = read.tables.get("scheme_rows")
    rows = [row.values for row in (*scheme_rows, *(table.rows if table else ()))]
    tables = dict(read.tables)
    for sheet, element, usual in (
        ("activities", "case", ACTIVITY_KINDS),
        ("responsibilities", "extra", RESPONSIBILITY_KINDS),
    ):
        if sheet not in tables:
            continue
        kinds = [values for values in rows if values["element"] == element]
        codes = {fold_code(values["label"]): values["kind"] for values in kinds}
        codes |= {fold_code(code): code for code in (*usual, *(values["kind"] for values in kinds))}
        named = [(row, codes.get(fold_code(row.values["kind"]), row.values["kind"])) for row in tables[sheet].rows]
        tables[sheet] = tables[sheet]._replace(
            rows=[
                row if code == row.values["kind"] else row._replace(values=row.values | {"kind": code})
                for row, code in named
            ]
        )
    return read._replace(tables=tables)


def _called(row: Row, called: Mapping[str, str], sheet: str) -> Row:
    values = dict(row.values)
    for name, what in SHEET[sheet].refers_anywhere.items():
        if what == "staff" and values[name]:
            values[name] = called.get(values[name], values[name])
    if sheet == "staff":
        values["email"] = called.get(values["email"], values["email"])
    if sheet == "group_sessions":
        values["facilitators"] = tuple(sorted({called.get(each, each) for each in values["facilitators"]}))
    if sheet == "staff" and values["email"] == values["new_email"]:
        values["new_email"] = ""
    return row._replace(values=row.values | values)


def _stay_unless_asked(service: Service):
    """Let an empty cell ask for no other address: one that waits to be confirmed goes on waiting."""
    for row in service.of("staff"):
        if row.known and not row.values["new_email"]:
            row.values = row.values | {"new_email": row.known.values["new_email"]}
            row.changed = tuple(name for name in row.changed if name != "new_email")


def _keyed(table: Table, known: Sequence[Known]) -> list[Merged]:
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
        changed = _differing(now, was.values)
        merged.append(Merged(was.values | now if changed else was.values, row.number, was, changed, said=said))
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
    left: dict[tuple, list[Known]] = {}  # the first of equal ones last; a deque of one takes ten times the memory
    for there in reversed(known):
        left.setdefault(_words(there.values, asked), []).append(there)
    merged = []
    dated = (row for row in table.rows if row.values.get("recorded_at"))
    for row in chain(dated, (row for row in table.rows if not row.values.get("recorded_at"))):
        was = _take(left.get(_words(row.values, asked), []), row.values.get("recorded_at"))
        if was is None and row.values.get("note"):
            # its words were taken out here, when it was removed from the count or moved to another person
            empty = left.get(_words(row.values | {"note": ""}, asked), [])
            was = _take([each for each in empty if each.voided_at], row.values.get("recorded_at"))
            if was:
                empty.remove(was)
        merged.append(Merged(was.values, row.number, was) if was else Merged(row.values, row.number))
    merged.sort(key=lambda row: row.number)
    stay = {row.pk for rows in left.values() for row in rows}
    return merged + [Merged(row.values, known=row) for row in known if row.pk in stay]


def _words(values: dict, asked: tuple[str, ...]) -> tuple:
    return tuple(values[name] for name in asked)


def _take(equal: list[Known], recorded_at) -> Known | None:
    """Take the first of equal rows, which stands last, or the one that was written down at a moment."""
    if not recorded_at:
        return equal.pop() if equal else None
    was = next((row for row in reversed(equal) if row.values["recorded_at"] == recorded_at), None)
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
        if not left:
            continue
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
    return known.voided_at is None and known.values.get("channel") != Channel.GROUP


def replace_alike(service: Service):
    """Let new rows take the place of those they are like: a responsibility is changed; a contact is voided and written anew."""
    rows = service.of("responsibilities")
    replaced = {row.like.pk for row in rows if row.like}
    service.rows["responsibilities"] = [row for row in rows if row.number or row.pk not in replaced]
    for row in rows:
        if like := row.like:
            row.known, row.like, row.changed = like, None, _differing(row.values, like.values)


class Called(NamedTuple):
    """How the names of something are found, and what of a name counts when it is referred to."""

    names: Callable[[Service], Iterable[str]]
    folded: Callable[[str], str]


def _families(service: Service) -> Iterable[str]:
    """Return the codes of families as they are to be written: of two spellings the one that is known, else the first."""
    known = [row.known.values["family"] for row in service.of("people") if row.known]
    return reversed([*known, *(row.values["family"] for row in service.of("people"))])


CALLED = {
    "teams": Called(lambda service: (row.values["team"] for row in service.of("teams")), str.upper),
    "groups": Called(lambda service: (row.values["group"] for row in service.of("groups")), str.upper),
    "families": Called(_families, fold_code),
}


def _name_as_called(service: Service, what: str, names: Iterable[str], folded: Callable[[str], str]):
    """Write teams, groups and families as they are called, whatever way they are referred to."""
    called = {folded(name): name for name in names if name}
    for sheet in SHEETS:
        columns = [name for name, named in sheet.refers_anywhere.items() if named == what] if sheet.model else ()
        for column in columns:
            for row in service.of(sheet.name):
                if row.number is None or not row.values[column]:
                    continue
                right = called.get(folded(row.values[column]))
                if right and right != row.values[column]:
                    row.values = row.values | {column: right}
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
    made_here = {record_of(row) for row in service.of("records") if row.known and row.known.made_here}
    for sheet in ("record_lines", "record_agreements", "record_actions"):
        for row in service.of(sheet):
            if record_of(row) in made_here:
                _leave(row)


def record_of(row: Merged) -> tuple:
    """Return whose record of which month a row is, or belongs to."""
    return row.values["email"], row.values["month"]


def _leave(row: Merged) -> None:
    """Pass over what a file says in a row: what is there stays, and what is not there does not come."""
    if row.number is not None:
        row.known = row.known or Known(PASSED_OVER, row.values)
        row.values, row.changed = row.known.values, ()


def leave_as_agreed(service: Service, agreed: Collection[tuple]):
    """
    Pass over what a file says of plans that two agreed here, and of drafts of them; another plan is agreed to instead.

    :param agreed: the email and the first day of each
    """
    for sheet in ("plan_versions", "plans"):
        for row in service.of(sheet):
            if (row.values["email"], row.values["from"]) in agreed and (row.is_new or row.changed):
                _leave(row)


def _forget_why_it_was(service: Service):
    """Let support that a file changes no longer be what the 24 weeks or a reason for moving on made it, unless it says so."""
    usual = {"moved_on": "", "automatic": False, "asked": False}
    for row in service.of("tiers"):
        if "tier" in row.changed:
            forgotten = {name: value for name, value in usual.items() if name not in row.said}
            row.values = row.values | forgotten
            row.changed = (*row.changed, *(name for name in forgotten if row.known.values[name] != forgotten[name]))


def _pass_over_asked(service: Service):
    """Let a file say of support that is there that a contact began it only while that contact stands here."""
    wanted = contacts_in_which_support_was_wanted(service)
    for row in service.of("tiers"):
        if row.known and "asked" in row.changed and row.values["asked"]:
            if (row.values["ref"], row.values["from"]) not in wanted:
                row.values = row.values | {"asked": False}
                row.changed = tuple(name for name in row.changed if name != "asked")


def contacts_in_which_support_was_wanted(service: Service) -> set[tuple]:
    """Return the ref and the day of each contact that stands in which somebody wanted support."""
    return {
        (row.values["ref"], row.values["on"])
        for row in service.of("contacts")
        if row.values["outcome"] == Outcome.SUPPORT_WANTED and not (row.known and row.known.voided_at)
    }


def in_one_order(values: dict) -> dict:
    """Return a possible duplicate with the record first whose ref comes first, whichever was entered first."""
    return values if values["ref"] <= values["other"] else swapped(values)


def swapped(values: dict) -> dict:
    """Return a possible duplicate with its two records, and what was said of each, the other way round."""
    pairs = (("ref", "other"), ("says", "other_says"), ("says_by", "other_says_by"))
    turned = {one: values[other] for pair in pairs for one, other in (pair, pair[::-1])}
    return {name: turned.get(name, value) for name, value in values.items()}


def only(read: Read, sheet: str) -> Read:
    """Return a file as if it had one sheet only, with rows of its own."""
    found = {name: table._replace(rows=[*table.rows]) for name, table in read.tables.items() if name == sheet}
    return read._replace(tables=found)


def with_pairs_in_order(read: Read) -> Read:
    """Return a file in which the two records of a possible duplicate stand in the order of their refs."""
    table = read.tables.get("possible_duplicates")
    if table is None:
        return read
    rows = [row._replace(values=in_one_order(row.values)) for row in table.rows]
    return read._replace(tables={**read.tables, "possible_duplicates": table._replace(rows=rows)})


def with_plans_named(read: Read, in_force: Mapping[str, date], today: date) -> Read:
    """
    Return a file in which each row of a plan names its version: where it does not, that is the one in force.

    That one is looked for in the file first. A worker without one gets one that holds since always.
    """
    table = read.tables.get("plans")
    if table is None:
        return read
    begun = dict(in_force)
    versions = read.tables.get("plan_versions")
    for row in sorted(versions.rows, key=lambda row: row.values["from"]) if versions else ():
        if row.values["state"] == PlanState.AGREED and row.values["from"] <= today:
            begun[row.values["email"]] = max(begun.get(row.values["email"], SINCE_ALWAYS), row.values["from"])
    rows = [
        row
        if row.values["from"] or row.values["state"] != PlanState.AGREED
        else row._replace(values=row.values | {"from": begun.get(row.values["email"], SINCE_ALWAYS), "state": "agreed"})
        for row in table.rows
    ]
    return read._replace(tables={**read.tables, "plans": table._replace(rows=rows)})


def _fill_sessions(service: Service):
    """Let an empty cell of a session say nothing: what is known stands, and a facilitator's time is that of the session."""
    for row in service.of("group_sessions"):
        if row.number is None:
            continue
        before = row.known.values if row.known else {"facilitator_minutes": row.values["minutes"]}
        empty = {name for name in ("email", "facilitator_minutes", "recorded_at") if row.values[name] in (None, "")}
        row.values = row.values | {name: before[name] for name in empty if name in before}
        row.changed = tuple(name for name in row.changed if name not in empty)


# What has come to its end, or was answered, here since the file was written stays so: an empty cell says nothing of it.
KEPT = {
    "staff": ("closed", "closed_on"),
    "waiting": ("ended_on", "ended_as"),
    "close_decisions": ("withdrawn_on", "withdrawn_by", "withdrawn_reason"),
    "please_dont": ("agreed_on", "agreed_by", "ended_on", "ended_by"),
    "leavings": ("withdrawn_on", "closed_on"),
    "leaving_steps": ("done_on", "done_by"),
    "handovers": ("to", "told_on", "told_by", "moved_on"),
    "temporary_moves": ("settled_on", "settled_by", "settled_as"),
    "possible_duplicates": ("says", "says_by", "other_says", "other_says_by"),
    "merges": ("undone_on", "undone_by"),
    "cover": ("until",),
    "sessions": ("held_on", "missed_on", "instead_on"),
    "plan_versions": ("agreed_on", "agreed_by"),
}


def _keep_ends(service: Service):
    """Let an empty end say nothing (`KEPT`)."""
    for sheet, names in KEPT.items():
        for row in service.of(sheet):
            if row.number is None or not row.known:
                continue
            empty = {name for name in names if row.values[name] in (None, "")}
            row.values = row.values | {name: row.known.values[name] for name in empty}
            row.changed = tuple(name for name in row.changed if name not in empty)


def _fill_posts(service: Service):
    """Let hours a week that the days known here come to be no change; others take the place of the days."""
    for row in service.of("posts"):
        days = row.known.values["days"] if row.known else None
        if row.number is None or not days or "days" in row.said or row.values["weekly_hours"] is None:
            continue
        if row.values["weekly_hours"] == sum(days):
            row.values = row.values | {"weekly_hours": None}
            row.changed = tuple(name for name in row.changed if name != "weekly_hours")
        else:
            row.values = row.values | {"days": None}


def _date_wishes(service: Service):
    """Let a wish not to be contacted that a sheet brought without its day be the one that comes with it now."""
    rows = service.of("please_dont")
    without = {row.values["ref"]: row for row in rows if row.number is None and _stands_undated(row.values)}
    for row in rows:
        if row.is_new and row.values["ended_on"] is None and (same := without.pop(row.values["ref"], None)):
            row.known, row.changed = same.known, _differing(row.values, same.known.values)
            rows.remove(same)


def _stands_undated(values: Mapping[str, object]) -> bool:
    return values["asked_on"] is None and values["ended_on"] is None


def _pass_over_absorbed(service: Service):
    """Pass over what a file says of a record that has become one with another here since it was written."""
    merges = service.of("merges")
    absorbed = {row.values["absorbed"] for row in merges if row.known and row.known.values["undone_on"] is None}
    if not absorbed:
        return
    for sheet in SHEETS:
        if not sheet.model or sheet.name in ("merges", "possible_duplicates"):
            continue
        columns = [name for name, what in sheet.refers_anywhere.items() if what == "people"]
        columns += ["ref"] if sheet.name == "people" else []
        for row in service.of(sheet.name) if columns else ():
            if row.is_new or row.changed:
                if any(row.values[name] in absorbed for name in columns):
                    _leave(row)


def _pass_over_begun_since(service: Service):
    """Pass over drafts of a file that have been published or proposed here since: of a scheme, and of a plan."""
    published = {
        row.values["from"]
        for row in service.of("scheme_versions")
        if row.known and row.known.values["published_at"] is not None
    }
    for sheet in ("scheme_versions", "scheme_rows"):
        for row in service.of(sheet):
            if row.is_new and row.values["published_at"] is None and row.values["from"] in published:
                _leave(row)
    under_way = {
        (row.values["email"], row.values["from"])
        for row in service.of("plan_versions")
        if row.known and row.known.values["state"] != PlanState.AGREED
    }
    for sheet in ("plan_versions", "plans"):
        for row in service.of(sheet):
            is_draft = row.is_new and row.values["state"] != PlanState.AGREED
            if is_draft and (row.values["email"], row.values["from"]) in under_way:
                _leave(row)


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


def _end_as_before(rows: list[Merged]):
    """Let an end that is written out say nothing where it is the day on which the next row begins, and the other way about."""
    for row in rows:
        if row.known and "until" in row.changed and row.ends_before == row.known.ends_before:
            row.values = row.values | {"until": row.known.values["until"]}
            row.changed = tuple(name for name in row.changed if name != "until")


def ends_before(name: str, values: dict, next_from: date | None) -> date | None:
    """Return the half-open end of a post, tier or allocation."""
    if name == "tiers":
        return next_from
    if name == "posts":
        return dates.earliest(dates.day_after(values["until"]), next_from)
    return dates.earliest(values["until"], dates.day_after(values["closed_on"]), next_from)
