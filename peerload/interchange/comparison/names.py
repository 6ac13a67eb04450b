"""Replace names in a file by those that are stored."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from peerload.core.folding import fold_code
from wellbeing.enums import PlanState
from wellbeing.models import SINCE_ALWAYS

from ..parse import Read, SheetRow
from ..sheets import SHEET, SHEETS
from ..sheets.work import ACTIVITY_KINDS, RESPONSIBILITY_KINDS
from .rows import ServiceRows, StoredRow


def with_addresses_as_known(read: Read, staff: Sequence[StoredRow]) -> Read:
    """
    Return a file in which each member has the address they are stored with.

    Where the sheet staff asks for a new address, both mean the same member: the present one is used or, once it has
    changed or for a new member, the new one. So the file that asks for it moves them once, however often it comes in.
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
        columns = [column for column, what in SHEET[name].refers_anywhere.items() if what == "staff"]
        tables[name] = each._replace(rows=[_called(row, called, name, columns) for row in each.rows])
        each.rows.clear()
    return read._replace(tables=tables)


def with_kinds_by_code(read: Read, scheme_rows: Sequence[StoredRow]) -> Read:
    """Return a file in which kinds of work have their codes instead of labels or other spellings."""
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


def _called(row: SheetRow, called: Mapping[str, str], sheet: str, columns: Sequence[str]) -> SheetRow:
    values = dict(row.values)
    for name in [*columns, "email"] if sheet == "staff" else columns:
        values[name] = called.get(values[name], values[name])
    if sheet == "group_sessions":
        values["facilitators"] = tuple(sorted({called.get(each, each) for each in values["facilitators"]}))
    if sheet == "staff" and values["email"] == values["new_email"]:
        values["new_email"] = ""
    return row._replace(values=row.values | values)


class Called(NamedTuple):
    """How the names of something are found, and what of a name counts when it is referred to."""

    names: Callable[[ServiceRows], Iterable[str]]
    folded: Callable[[str], str]


def _families(service: ServiceRows) -> Iterable[str]:
    """Return the codes of families to write: of two spellings the stored one, else the first."""
    known = [row.known.values["family"] for row in service.of("people") if row.known]
    return reversed([*known, *(row.values["family"] for row in service.of("people"))])


CALLED = {
    "teams": Called(lambda service: (row.values["team"] for row in service.of("teams")), str.upper),
    "groups": Called(lambda service: (row.values["group"] for row in service.of("groups")), str.upper),
    "families": Called(_families, fold_code),
}


def name_as_called(service: ServiceRows, what: str, names: Iterable[str], folded: Callable[[str], str]) -> None:
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
                        row.drop_changes(column)


def in_one_order(values: dict) -> dict:
    """Return a possible duplicate with the record first whose ref comes first, whichever was entered first."""
    return values if values["ref"] <= values["other"] else swapped(values)


def swapped(values: dict) -> dict:
    """Return a possible duplicate with its two records, and their answers, swapped."""
    pairs = (("ref", "other"), ("says", "other_says"), ("says_by", "other_says_by"))
    turned = {one: values[other] for pair in pairs for one, other in (pair, pair[::-1])}
    return {name: turned.get(name, value) for name, value in values.items()}


def only(read: Read, sheet: str) -> Read:
    """Return a file reduced to one sheet, with rows of its own."""
    found = {name: table._replace(rows=[*table.rows]) for name, table in read.tables.items() if name == sheet}
    return read._replace(tables=found)


def with_pairs_in_order(read: Read) -> Read:
    """Return a file in which the two records of a possible duplicate are in the order of their refs."""
    table = read.tables.get("possible_duplicates")
    if table is None:
        return read
    rows = [row._replace(values=in_one_order(row.values)) for row in table.rows]
    return read._replace(tables={**read.tables, "possible_duplicates": table._replace(rows=rows)})


def with_plans_named(read: Read, in_force: Mapping[str, date], today: date) -> Read:
    """
    Return a file in which each row of a plan names its version: by default the one in force.

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
