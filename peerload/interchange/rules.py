"""
What may not be in a service, asked of all its rows together: those of the file and those already known. Pure.

Every fault names the row of the file that brings it. Source: interchange.md, *Settled*.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

from caseload.enums import Channel, Tier
from caseload.groups.rules import group_there
from caseload.rules import before_waiting
from peerload.core import dates
from peerload.core.folding import fold_name
from peerload.staff import rules as staff_rules
from peerload.staff.rules import Staffed
from wellbeing.plans.rules.grids import BUILT_IN_ROWS
from workload.enums import CountedPer, RecordStatus

from .comparison import Known, Merged, NewRow, Service, contacts_in_which_support_was_wanted, in_order, record_of
from .errors import Fault
from .field_types import Cells, Unreadable, shown
from .parse import Row, key_of
from .sheets import (
    ACTIVITY_KINDS,
    COUNTED_BY_QUANTITY,
    NAMED,
    ONE_AT_A_TIME,
    RESPONSIBILITY_KINDS,
    SETTING,
    SETTINGS,
    SHEET,
    Parent,
    Sheet,
)

LOCKED = frozenset({RecordStatus.AGREED.value, RecordStatus.REPORTED.value})


class Settings(NamedTuple):
    """The sheet service, read: values by key, and the rows they stand in."""

    values: dict[str, Any]
    rows: dict[str, int]


def settings(service: Service, current: Cells = MappingProxyType({})) -> tuple[Settings, list[Fault]]:
    """
    Return the settings the file gives, and what is wrong with them. An empty value is none.

    :param current: those of an organisation that is known
    """
    found: dict[str, Any] = {}
    rows: dict[str, int] = {}
    faults: list[Fault] = []
    for row in service.of("service"):
        key, text = row.values["key"], row.values["value"]
        setting = SETTING.get(key)
        if setting is None:
            says = f"There is no setting {shown(key)}; there are {', '.join(SETTING)}."
            faults.append(Fault("service", row.number or 0, "key", says))
        elif str(text).strip():
            try:
                found[key], rows[key] = setting.kind.read(text), row.number or 0
            except Unreadable as error:
                faults.append(Fault("service", row.number or 0, "value", str(error)))
    said = {row.values["key"] for row in service.of("service") if str(row.values["value"]).strip()}
    faults += [
        Fault("service", 0, setting.key, "This setting is missing.")
        for setting in SETTINGS
        if setting.required and setting.key not in said
    ]
    now: dict[str, Any] = {"mark": 85, "limit": 100, **current, **found}
    mark, limit = now["mark"], now["limit"]
    if mark > limit:
        row = rows.get("mark") or rows.get("limit") or 0
        faults.append(Fault("service", row, "value", f"The mark, {mark}, lies above the limit, {limit}."))
    return Settings(found, rows), faults


def faults(service: Service, *, broken: Collection[str], today: date) -> list[Fault]:
    """
    Return everything that contradicts itself, in order of sheet and row.

    :param broken: sheets that are there and could not be read; nothing is asked that they would answer
    :param today: the organisation's
    """
    found = [
        *_references(service, broken),
        *_in_the_future(service, today),
        *_within_rows(service),
        *_staff(service, today),
        *_names(service),
        *_periods(service),
        *_decisions(service),
        *_activities(service),
        *_without_tier(service, broken),
        *_agreed(service),
        *_waiting(service),
        *_before_waiting(service, today),
        *_belonging(service),
        *_sessions(service, broken),
        *_attendance(service, broken),
        *_plan_rows(service, broken),
        *_twice(service),
        *_one_at_a_time(service),
        *_schemes(service),
        *_kinds(service, broken),
        *_reports(service, today),
        *_pairs(service),
    ]
    order = list(SHEET)
    return sorted(found, key=lambda fault: (order.index(fault.sheet), fault.row))


def _of_file(service: Service, name: str) -> Iterator[Merged]:
    return (row for row in service.of(name) if row.number is not None)


def _references(service: Service, broken: Collection[str]) -> Iterator[Fault]:
    """Whatever a row names is in the sheet that it stands in."""
    keys = {
        other: {_folded(other, row.values[SHEET[other].key[0]]) for row in _all(service, other)}
        for other in NAMED.values()
        if other in SHEET and other not in broken
    }
    for name, sheet in SHEET.items():
        named = sheet.refers_anywhere.items() if sheet.model else ()
        columns = [(column, other) for column, other in named if other in keys and other != name]
        for row in _rows_to_check(service, name) if columns else ():
            for column, other in columns:
                value = row.values[column]
                if value and _folded(other, value) not in keys[other]:
                    yield Fault(name, row.number or 0, column, f"{shown(value)} is not in the sheet {other}.")
        for parent in sheet.parents:
            if not {name, parent.sheet} & {*broken, "group_attendance", "plans"}:
                yield from _without_parent(service, name, parent)


def _without_parent(service: Service, name: str, parent: Parent) -> Iterator[Fault]:
    """Yield a fault for each row that names a row of another sheet that is not there."""
    other = SHEET[parent.sheet]
    theirs = parent.by or other.key
    there = {tuple(_plain(each, row.values[each]) for each in theirs) for row in _all(service, parent.sheet)}
    for row in _rows_to_check(service, name):
        key = [row.values[column] for column in parent.columns]
        if parent.optional and any(each in (None, "") for each in key):
            continue
        if tuple(map(_plain, theirs, key)) not in there:
            written = (other.column(each).kind.write(value) for each, value in zip(theirs, key, strict=True))
            says = f"{shown(', '.join(filter(None, written)))} is not in the sheet {parent.sheet}."
            yield Fault(name, row.number or 0, parent.columns[-1 if len(key) < 3 else 1], says)


def _plain(column: str, value: Any) -> Any:
    return value.upper() if column in ("team", "group") and value else value


def _all(service: Service, name: str) -> Iterator[Merged | NewRow | Row]:
    return chain(service.of(name), service.refused.get(name, []))


def _rows_to_check(service: Service, name: str) -> Iterator[Merged | Row]:
    return chain(_of_file(service, name), service.refused.get(name, []))


def _folded(sheet: str, value: Any) -> Any:
    return value.upper() if sheet in ("teams", "groups") and value else value


def _in_the_future(service: Service, today: date) -> Iterator[Fault]:
    ahead = {
        "contacts": ("on",),
        "group_sessions": ("on",),
        "allocations": ("close_decided_on", "closed_on"),
        "staff": ("closed_on",),
        "close_decisions": ("decided_on", "withdrawn_on"),
        "allocation_reviews": ("looked_on",),
        "waiting_changes": ("changed_on",),
    }
    for name, columns in ahead.items():
        for row in _of_file(service, name):
            for column in columns:
                if row.values[column] and row.values[column] > today:
                    yield Fault(
                        name, row.number or 0, column, f"{row.values[column]} is in the future. Today is {today}."
                    )
    for row in _of_file(service, "tiers"):
        if row.values["tier"] == Tier.PARKED and row.values["from"] > today:
            says = f"Parked from {row.values['from']}, which is in the future. Today is {today}."
            yield Fault("tiers", row.number or 0, "from", says)


# column, must lie (on or) after, whether the same day will do
_ORDER = {
    "posts": (("until", "from", True),),
    "allocations": (
        ("until", "from", False),
        ("close_decided_on", "from", True),
        ("closed_on", "from", True),
        ("closed_on", "close_decided_on", True),
    ),
    "close_decisions": (("decided_on", "from", True), ("withdrawn_on", "decided_on", True)),
    "allocation_reviews": (("looked_on", "from", True), ("next_on", "looked_on", False)),
    "activities": (("finished_on", "from", True),),
    "waiting": (("ended_on", "referred_on", True),),
    "responsibilities": (("until", "from", True),),
    "groups": (("until", "from", True),),
    "group_facilitators": (("until", "from", True),),
    "group_members": (("until", "from", True),),
    "absences": (("expected_back", "from", False), ("back_on", "from", False)),
    "cover": (("from", "absent_from", True), ("until", "from", True)),
    "leavings": (("last_day", "notice_on", True), ("closed_on", "last_day", False)),
    "please_dont": (("agreed_on", "asked_on", True), ("ended_on", "asked_on", True)),
    "merges": (("undone_on", "on", True),),
}
_Pairs = Mapping[str, tuple[tuple[str, str], ...]]
# columns of a sheet that are filled in together or not at all
_TOGETHER: _Pairs = {
    "waiting": (("ended_on", "ended_as"),),
    "please_dont": (("agreed_on", "agreed_by"),),
    "temporary_moves": (("settled_on", "settled_as"), ("absent", "absent_from")),
    "leaving_steps": (("done_on", "done_by"),),
    "handovers": (("told_on", "told_by"),),
    "possible_duplicates": (("says", "says_by"), ("other_says", "other_says_by")),
    "merges": (("undone_on", "undone_by"),),
    "sessions": (("missed_on", "instead_on"),),
    "records": (
        ("completed_by", "completed_on"),
        ("disagreed_by", "disagreed_total"),
        ("disagreed_by", "disagreement"),
        ("decided_by", "decided_total"),
    ),
}
# columns of a sheet of which one at most is filled in
_EITHER: _Pairs = {"leavings": (("withdrawn_on", "closed_on"),), "sessions": (("held_on", "missed_on"),)}
# columns of a sheet that name two different people
_NOT_THE_SAME: _Pairs = {
    "possible_duplicates": (("ref", "other"),),
    "merges": (("ref", "absorbed"),),
    "sessions": (("email", "with"),),
    "records": (("email", "other_manager"),),
}


def _within_rows(service: Service) -> Iterator[Fault]:
    for name, days in _ORDER.items():
        for row in _of_file(service, name):
            for later, earlier, same in days:
                a, b = row.values[earlier], row.values[later]
                if a and b and (b < a or (b == a and not same)):
                    says = f"{b} does not lie after {a}, the day of {earlier}."
                    yield Fault(
                        name,
                        row.number or 0,
                        later,
                        says if not same else f"{b} lies before {a}, the day of {earlier}.",
                    )
    for name, pairs in _TOGETHER.items():
        for row in _of_file(service, name):
            for one, other in pairs:
                if (row.values[one] in (None, "")) != (row.values[other] in (None, "")):
                    empty = other if row.values[other] in (None, "") else one
                    yield Fault(name, row.number or 0, empty, f"{one} and {other} are filled in together.")
    for name, pairs in _EITHER.items():
        for row in _of_file(service, name):
            for one, other in pairs:
                if row.values[one] and row.values[other]:
                    yield Fault(name, row.number or 0, other, f"Fill in {one} or {other}, not both.")
    for name, pairs in _NOT_THE_SAME.items():
        for row in _of_file(service, name):
            for one, other in pairs:
                if row.values[one] and row.values[one] == row.values[other]:
                    yield Fault(name, row.number or 0, other, f"{one} and {other} are the same. Name another person.")
    for row in _of_file(service, "posts"):
        if row.values["days"] and row.values["weekly_hours"] is not None:
            says = f"The days come to {sum(row.values['days'], Decimal()).normalize():f} hours. Leave this cell empty."
            yield Fault("posts", row.number or 0, "weekly_hours", says)
    for row in _of_file(service, "contacts"):
        if row.values["reached"] and not row.values["outcome"]:
            yield Fault("contacts", row.number or 0, "outcome", "The person was reached, so there is an outcome.")
        if not row.values["reached"] and row.values["outcome"]:
            yield Fault("contacts", row.number or 0, "outcome", "The person was not reached, so there is no outcome.")
    by_quantity = (row.values["kind"] for row in service.of("scheme_rows") if row.values["per"] == CountedPer.QUANTITY)
    counted = COUNTED_BY_QUANTITY.union(by_quantity)
    for row in _of_file(service, "responsibilities"):
        if row.values["quantity"] != 1 and row.values["kind"] not in counted:
            says = f"{row.values['kind']} counts once; a quantity is for {' and '.join(sorted(counted))}."
            yield Fault("responsibilities", row.number or 0, "quantity", says)


# Staff -----------------------------------------------------------------------------------------------------------------


def _staff(service: Service, today: date) -> Iterator[Fault]:
    """A sheet refuses what a page does, in the same words: of roles, of who leads a team, of who is given people."""
    staff = {row.values["email"]: row for row in service.of("staff")}
    held = _held(service, today)
    led: dict[str, dict[str, list[Merged]]] = {email: {"manager": [], "deputy": []} for email in staff}
    for row in service.of("teams"):
        for column in ("manager", "deputy"):
            if row.values[column] in led:
                led[row.values[column]][column].append(row)
    members = {email: _staffed(row, held.get(email, ()), led[email]) for email, row in staff.items()}
    for email, row in staff.items():
        if (
            row.number
            and (row.is_new or "role" in row.changed)
            and (says := staff_rules.not_as_they_are(members[email]))
        ):
            yield Fault("staff", row.number or 0, "role", says)
    twice = Counter(row.values["email"] for row in _of_file(service, "staff"))
    for row in _of_file(service, "staff"):
        if twice[row.values["email"]] > 1:
            says = f"{shown(row.values['email'])} has more than one row, under the email they have and the new one."
            yield Fault("staff", row.number or 0, "email", says)
    for row in staff.values():
        if row.number and row.known and "closed" in row.changed:
            # a page asks who covers their people, ends their posts and every session; a sheet would do a part of it
            yield Fault("staff", row.number or 0, "closed", "Close or open a sign-in under Staff.")
        if row.number and row.values["closed_on"] and not row.values["closed"]:
            yield Fault("staff", row.number or 0, "closed_on", "Their sign-in is open. Leave this cell empty.")
        other = staff.get(row.values["new_email"])
        if row.number and "new_email" in row.changed and other is not None:
            says = (
                f"{shown(row.values['new_email'])} belongs to {other.values['name']}, who is among the staff already."
            )
            yield Fault("staff", row.number or 0, "new_email", says)
    before = {
        row.values["email"]: Staffed(
            row.values["name"], row.known.values["role"], not row.known.values["closed"], row.known.last_day
        )
        for row in staff.values()
        if row.known
    }
    for email in staff_rules.last_admins(before, members):
        yield Fault("staff", staff[email].number or 0, "role", staff_rules.only_admin(before[email].name))
    for row in _of_file(service, "teams"):
        v = row.values
        if v["manager"] and v["manager"] == v["deputy"]:
            yield Fault("teams", row.number or 0, "deputy", staff_rules.SAME_DEPUTY)
        wrong = staff_rules.cannot_lead(members.get(v["manager"]), members.get(v["deputy"]))
        for column in ("manager", "deputy") if row.is_new else row.changed:
            if column in wrong:
                yield Fault("teams", row.number or 0, column, wrong[column])
    for email, rows in held.items():
        for row in rows:
            if row.number and (row.is_new or "email" in row.changed):
                if says := staff_rules.cannot_support(members[email], max(row.values["from"], today)):
                    yield Fault("allocations", row.number or 0, "email", says)


def _held(service: Service, today: date) -> dict[str, list[Merged]]:
    """Return the allocations of each of the staff that have not ended."""
    held: dict[str, list[Merged]] = {row.values["email"]: [] for row in service.of("staff")}
    for row in service.of("allocations"):
        if (row.ends_before is None or row.ends_before > today) and row.values["email"] in held:
            held[row.values["email"]].append(row)
    return held


def _staffed(row: Merged, held: Collection[Merged], led: Mapping[str, list[Merged]]) -> Staffed:
    return Staffed(
        row.values["name"],
        row.values["role"],
        active=not row.values["closed"],
        last_day=row.known.last_day if row.known else None,
        supports=len(held),
        manages=tuple(team.values["team"] for team in led["manager"]),
        deputises=tuple(team.values["team"] for team in led["deputy"]),
    )


def _decisions(service: Service) -> Iterator[Fault]:
    """Who withdrew a decision to close, and why, is said with the day."""
    for row in _of_file(service, "close_decisions"):
        if row.values["withdrawn_on"] is None and (row.values["withdrawn_by"] or row.values["withdrawn_reason"]):
            yield Fault("close_decisions", row.number or 0, "withdrawn_on", "Fill in withdrawn_on, the day of that.")


def _names(service: Service) -> Iterator[Fault]:
    """A new team or group has a name that does not read like another one's: Kowhai where there is Kōwhai."""
    for sheet, column, sentence in (("teams", "team", staff_rules.team_there), ("groups", "group", group_there)):
        rows = service.of(sheet)
        there: dict[str, str] = {}
        for row in sorted(rows, key=lambda row: (row.is_new, row.number or 0)):
            name = row.values[column]
            known_by = fold_name(name)
            if row.is_new and known_by in there:
                yield Fault(sheet, row.number or 0, column, sentence(there[known_by]))
            there.setdefault(known_by, name)


# Periods ---------------------------------------------------------------------------------------------------------------


def _periods(service: Service) -> Iterator[Fault]:
    """An allocation ends no later than the next begins; absences do not overlap."""
    for group in in_order("allocations", service.of("allocations")).values():
        for row, following in zip(group, group[1:], strict=False):
            until, next_from = row.values["until"], following.values["from"]
            if until and until > next_from:
                number, column = (row.number, "until") if row.number else (following.number, "from")
                says = f"Allocated until {until}, and the next row of {shown(row.values['ref'])} begins on {next_from}."
                if number:
                    yield Fault("allocations", number, column, says)
    for group in in_order("absences", service.of("absences")).values():
        last = None
        for row in group:
            if last and (last.ends_before is None or last.ends_before > row.values["from"]):
                number = row.number or last.number
                if number:
                    says = f"{row.values['email']} has been away since {last.values['from']}."
                    yield Fault("absences", number, "from", says)
            if last is None or (last.ends_before and (row.ends_before is None or row.ends_before > last.ends_before)):
                last = row


def _activities(service: Service) -> Iterator[Fault]:
    """Looked after, on a plan, placed far away: one at a time each."""
    groups: dict[tuple[Any, ...], list[Merged]] = {}
    for row in service.of("activities"):
        if row.values["kind"] in ONE_AT_A_TIME:
            groups.setdefault((row.values["ref"], row.values["kind"]), []).append(row)
    for (ref, kind), rows in groups.items():
        rows.sort(key=lambda row: row.values["from"])
        last = None
        for row in rows:
            if last and (last.values["finished_on"] is None or last.values["finished_on"] >= row.values["from"]):
                number = row.number or last.number
                if number:
                    says = f"{shown(ref)} is {kind} already since {last.values['from']}; two may not overlap."
                    yield Fault("activities", number, "from", says)
            if last is None or (
                last.values["finished_on"]
                and (row.values["finished_on"] is None or row.values["finished_on"] > last.values["finished_on"])
            ):
                last = row


def _without_tier(service: Service, broken: Collection[str]) -> Iterator[Fault]:
    """Somebody allocated has a tier."""
    if "tiers" in broken:
        return
    with_tier = {row.values["ref"] for row in service.of("tiers")}
    with_tier |= {row.values["ref"] for row in service.refused.get("tiers", [])}
    for row in _of_file(service, "allocations"):
        if row.values["ref"] not in with_tier:
            says = f"{shown(row.values['ref'])} is allocated and has no row in the sheet tiers."
            yield Fault("allocations", row.number or 0, "ref", says)


def _agreed(service: Service) -> Iterator[Fault]:
    """A record that is agreed, or in a report that was sent, is never changed; one made here is changed only here."""
    for row in _of_file(service, "records"):
        if row.known and row.changed and (says := _stays(row.known)):
            yield Fault("records", row.number or 0, row.changed[0], says)
    kept = {record_of(row): says for row in service.of("records") if row.known and (says := _stays(row.known))}
    for sheet in ("record_lines", "record_agreements") if kept else ():
        for row in _of_file(service, sheet):
            if (row.is_new or row.changed) and record_of(row) in kept:
                yield Fault(sheet, row.number or 0, "month", kept[record_of(row)])


def _stays(record: Known) -> str:
    """Return why a record stays as it is; "" for one that was brought in and may be brought in again."""
    status = RecordStatus(record.values["status"])
    if record.follows_the_facts:
        return "The record is a draft in peerload and is submitted and agreed there, so it stays as it is."
    if record.sent:
        return "The record is in a report that was sent, so it stays as it is."
    if record.made_here:
        return f"The record was made in peerload and is {status.label}, so it stays as it is."
    return f"The record is {status.label}, so it stays as it is." if status in LOCKED else ""


def _waiting(service: Service) -> Iterator[Fault]:
    """Somebody waits once at a time, and what ends it is said with its day."""
    last: dict[str, Merged] = {}
    for row in sorted(service.of("waiting"), key=lambda row: row.values["referred_on"]):
        v = row.values
        before, last[v["ref"]] = last.get(v["ref"]), row
        if before and (before.values["ended_on"] is None or before.values["ended_on"] > v["referred_on"]):
            if number := row.number or before.number:
                says = f"{shown(v['ref'])} waits since {before.values['referred_on']} already."
                yield Fault("waiting", number, "referred_on", says)
        if row.number and v["contingency"] and v["by_when"] is None:
            yield Fault(
                "waiting",
                row.number or 0,
                "by_when",
                "If no worker can take them, fill in the day it is looked at again.",
            )


def _before_waiting(service: Service, today: date) -> Iterator[Fault]:
    """Somebody who waits gets a worker from the day they were referred on, not before: so says the page, too."""
    names: dict[str, str] = {row.values["ref"]: row.values["name"] for row in service.of("people")}
    waits: dict[str, list[date]] = {}
    for row in service.of("waiting"):
        if row.values["ended_on"] is None and row.values["referred_on"] <= today:
            waits.setdefault(row.values["ref"], []).append(row.values["referred_on"])
    for row in _of_file(service, "allocations"):
        ref: str = row.values["ref"]
        begins: date = row.values["from"]
        for since in sorted(waits.get(ref, ())) if row.is_new else ():
            if begins < since and (row.ends_before is None or row.ends_before > since):
                yield Fault("allocations", row.number or 0, "from", before_waiting(names.get(ref, ref), since))
                break


# Groups ----------------------------------------------------------------------------------------------------------------


def _belonging(service: Service) -> Iterator[Fault]:
    """Who belongs to a group or facilitates it does so once at a time, and within the group's own days."""
    groups = {row.values["group"]: row for row in service.of("groups")}
    for name, whose in (("group_facilitators", "email"), ("group_members", "ref")):
        last: dict[tuple[Any, ...], Merged] = {}
        for row in sorted(service.of(name), key=lambda row: row.values["from"]):
            v, key = row.values, (row.values["group"], row.values[whose])
            before, last[key] = last.get(key), row
            if before and (before.ends_before is None or before.ends_before > v["from"]):
                if number := row.number or before.number:
                    says = f"{shown(v[whose])} is in {shown(v['group'])} since {before.values['from']} already."
                    yield Fault(name, number, "from", says)
            group = groups.get(v["group"])
            if group is None or row.number is None:
                continue
            if v["from"] < group.values["from"]:
                yield Fault(name, row.number or 0, "from", f"{shown(v['group'])} begins on {group.values['from']}.")
            if group.ends_before and (row.ends_before is None or row.ends_before > group.ends_before):
                says = f"{shown(v['group'])} ends on {group.values['until']}, so this ends by then."
                yield Fault(name, row.number or 0, "until", says)


def _sessions(service: Service, broken: Collection[str]) -> Iterator[Fault]:
    """A session lies within its group, has somebody who facilitates, and is never rewritten."""
    groups = {row.values["group"]: row for row in service.of("groups")}
    staff = {row.values["email"] for row in [*service.of("staff"), *service.refused.get("staff", [])]}
    for row in _of_file(service, "group_sessions"):
        v = row.values
        if row.known and row.changed:
            says = "This session was recorded otherwise. Remove it from the count in peerload and record it again."
            yield Fault("group_sessions", row.number or 0, row.changed[0], says)
        group = groups.get(v["group"])
        if group and not dates.contains(group.values["from"], group.ends_before, v["on"]):
            yield Fault(
                "group_sessions", row.number or 0, "on", f"{shown(v['group'])} did not meet then, by its own days."
            )
        for email in v["facilitators"] if "staff" not in broken else ():
            if email not in staff:
                yield Fault(
                    "group_sessions", row.number or 0, "facilitators", f"{shown(email)} is not in the sheet staff."
                )


def _attendance(service: Service, broken: Collection[str]) -> Iterator[Fault]:
    """Who came is said of a session that is there, and each who came has a contact at a group that day."""
    if {"group_sessions", "contacts"} & set(broken):
        return
    standing = (row for row in service.of("group_sessions") if not (row.known and row.known.voided_at))
    rows = [*standing, *service.refused.get("group_sessions", [])]
    sessions = {(row.values["group"].upper(), row.values["on"]) for row in rows}
    left = Counter(
        (row.values["ref"], row.values["on"])
        for row in _all(service, "contacts")
        if row.values["channel"] == Channel.GROUP and row.values["reached"]
    )
    left.subtract(
        (row.values["ref"], row.values["on"])
        for row in service.of("group_attendance")
        if row.known and row.known.values["came"]
    )
    for row in _of_file(service, "group_attendance"):
        v = row.values
        if (v["group"].upper(), v["on"]) not in sessions:
            says = f"{shown(v['group'])} has no session on {v['on']} in the sheet group_sessions."
            yield Fault("group_attendance", row.number or 0, "on", says)
        if row.known and row.changed:
            says = "This was recorded otherwise. Remove the session from the count in peerload and record it again."
            yield Fault("group_attendance", row.number or 0, row.changed[0], says)
        elif row.is_new and v["came"]:
            left[v["ref"], v["on"]] -= 1
            if left[v["ref"], v["on"]] < 0:
                says = f"{shown(v['ref'])} has no contact of the channel group on {v['on']} in the sheet contacts."
                yield Fault("group_attendance", row.number or 0, "came", says)


def _plan_rows(service: Service, broken: Collection[str]) -> Iterator[Fault]:
    """Hours stand in a row that the service has; a row of the practice note stays in its part of the week."""
    built_in = {row.code: row.focus for row in BUILT_IN_ROWS}
    for row in _of_file(service, "plan_rows"):
        focus = built_in.get(row.values["row"])
        if focus and row.values["part"] != focus:
            yield Fault("plan_rows", row.number or 0, "part", f"{shown(row.values['row'])} belongs to {focus.value}.")
    if "plan_rows" in broken:
        return
    known = built_in.keys() | {row.values["row"] for row in service.of("plan_rows")}
    for sheet in ("plans", "time_logged"):
        for row in _of_file(service, sheet):
            if row.values["activity"] not in known:
                code = shown(row.values["activity"])
                says = f"{code} is no row of the sheet plan_rows, nor one of {', '.join(built_in)}."
                yield Fault(sheet, row.number or 0, "activity", says)
    for row in _of_file(service, "plans"):
        if row.values["from"] is None:
            yield Fault(
                "plans",
                row.number or 0,
                "from",
                "Fill in the Monday its version begins; only an agreed plan needs none.",
            )
    for row in _of_file(service, "plan_rows"):
        if row.is_new and not re.fullmatch(r"\w+", row.values["row"]):
            yield Fault("plan_rows", row.number or 0, "row", "Use letters, digits and underscores only.")


# One at a time ---------------------------------------------------------------------------------------------------------


def _twice(service: Service) -> Iterator[Fault]:
    """A row is there once, also where two rows turn out to mean the same: an old and a new email, a plan without its Monday."""
    for name, sheet in SHEET.items():
        if not sheet.model or not _is_renamed(sheet):
            continue  # two rows of one key were refused when they were read
        first: dict[tuple[Any, ...], Merged] = {}
        for row in service.of(name):
            other = first.setdefault(key_of(sheet, row.values), row)
            if other is not row and row.number and other.number:
                yield Fault(
                    name, row.number or 0, sheet.key[-1], f"Row {other.number} says this already. Keep one of the two."
                )


def _is_renamed(sheet: Sheet) -> bool:
    """Return whether a row may be known by another key than it was read with: emails, kinds, plans and pairs are written anew."""
    if sheet.name in ("activities", "plans", "possible_duplicates"):
        return True
    return "email" in sheet.key or any(sheet.refers_anywhere.get(name) == "staff" for name in sheet.key)


# sheet: of what one stands at a time, which rows stand, what to do
_ONE: dict[str, tuple[str | tuple[str, ...], Callable[[Cells], bool], str]] = {
    "plan_versions": ("email", lambda v: v["state"] != "agreed", "One plan at a time is a draft or proposed."),
    "please_dont": ("ref", lambda v: v["ended_on"] is None, "The wish before it has not ended. Fill in its ended_on."),
    "close_decisions": (
        ("ref", "from"),
        lambda v: v["withdrawn_on"] is None,
        "The decision before it is still in force. Fill in its withdrawn_on.",
    ),
    "leavings": (
        "email",
        lambda v: v["withdrawn_on"] is None and v["closed_on"] is None,
        "Another notice is still open. Fill in its withdrawn_on or closed_on.",
    ),
    "temporary_moves": ("ref", lambda v: v["settled_on"] is None, "Another move is open. Fill in its settled_on."),
}


def _one_at_a_time(service: Service) -> Iterator[Fault]:
    """Of some things one stands at a time; cover of one person does not overlap; two agree to a record."""
    for name, (whose, stands, says) in _ONE.items():
        standing: dict[object, Merged] = {}
        for row in service.of(name):
            if stands(row.values) and not row.is_passed_over:
                columns = (whose,) if isinstance(whose, str) else whose
                other = standing.setdefault(tuple(row.values[column] for column in columns), row)
                if other is not row and (number := row.number or other.number):
                    yield Fault(name, number, columns[0], says)
    last: dict[str, Merged] = {}
    for row in sorted(service.of("cover"), key=lambda row: row.values["from"]):
        before, last[row.values["ref"]] = last.get(row.values["ref"]), row
        if before and (before.ends_before is None or before.ends_before > row.values["from"]):
            if number := row.number or before.number:
                says = f"{before.values['worker']} covers since {before.values['from']} already. Fill in until."
                yield Fault("cover", number, "from", says)
    for row in _of_file(service, "handovers"):
        if row.values["moved_on"] and not row.values["to"]:
            yield Fault("handovers", row.number or 0, "to", "Fill in who supports them from moved_on on.")
    agreed: dict[tuple[Any, ...], Merged] = {}
    for row in service.of("record_agreements"):
        other = agreed.setdefault((*record_of(row), row.values["by"]), row)
        if other is not row and (number := row.number or other.number):
            yield Fault(
                "record_agreements", number, "by", "Two people agree to a record; this is the same person twice."
            )
    corrected: dict[tuple[Any, ...], Merged] = {}
    for row in service.of("record_lines"):
        if row.number and bool(row.values["element"]) == bool(row.values["for_month"]):
            says = "Fill in element, or for_month where it corrects an earlier month."
            yield Fault("record_lines", row.number or 0, "for_month" if row.values["element"] else "element", says)
        if row.values["for_month"]:
            other = corrected.setdefault((*record_of(row), row.values["for_month"]), row)
            if other is not row and (number := row.number or other.number):
                yield Fault("record_lines", number, "for_month", "A record corrects an earlier month once.")
    wanted = contacts_in_which_support_was_wanted(service)
    for row in _of_file(service, "tiers"):
        if row.values["asked"] and (row.is_new or "asked" in row.changed):
            if (row.values["ref"], row.values["from"]) not in wanted:
                says = "The sheet contacts has no contact of that day in which they wanted support."
                yield Fault("tiers", row.number or 0, "asked", says)


# Schemes and months ----------------------------------------------------------------------------------------------------


def _schemes(service: Service) -> Iterator[Fault]:
    """A version that is published stays as it is; a service has one draft at most."""
    versions = service.of("scheme_versions")
    if any(row.number for row in versions) and not any(row.values["published_at"] for row in versions):
        yield Fault("scheme_versions", 0, "published_at", "One version at least has been published.")
    drafts = [row for row in versions if row.values["published_at"] is None and not row.is_passed_over]
    for row in drafts[1:]:
        yield Fault(
            "scheme_versions", row.number or drafts[0].number or 0, "published_at", "There is one draft at most."
        )
    begun: dict[date, Merged] = {}
    for row in versions:
        if row.values["published_at"] and row.values["from"] in begun:
            number = row.number or begun[row.values["from"]].number or 0
            yield Fault("scheme_versions", number, "from", "Another version that is published begins on this day.")
        if row.values["published_at"]:
            begun[row.values["from"]] = row
        if row.number and row.values["mark"] > row.values["limit"]:
            says = f"The mark, {row.values['mark']}, lies above the limit, {row.values['limit']}."
            yield Fault("scheme_versions", row.number or 0, "mark", says)
    stays = "This version is published, so it stays as it is. Publish another version under Settings instead."
    known = {(row.values["from"], row.values["published_at"]) for row in versions if row.known}
    for row in _of_file(service, "scheme_versions"):
        if row.known and row.changed and row.values["published_at"]:
            yield Fault("scheme_versions", row.number or 0, row.changed[0], stays)
    for row in _of_file(service, "scheme_rows"):
        version = (row.values["from"], row.values["published_at"])
        if row.values["published_at"] and version in known and (row.is_new or row.changed):
            yield Fault("scheme_rows", row.number or 0, row.changed[0] if row.changed else "kind", stays)


def _kinds(service: Service, broken: Collection[str]) -> Iterator[Fault]:
    """A kind of work is one that comes with peerload or that a version of the service's scheme has."""
    if "scheme_rows" in broken:
        return
    usual = {"case": ACTIVITY_KINDS, "extra": RESPONSIBILITY_KINDS}
    for sheet, element in (("activities", "case"), ("responsibilities", "extra")):
        rows = [row.values["kind"] for row in _all(service, "scheme_rows") if row.values["element"] == element]
        kinds = {*usual[element], *rows} - {"case", "new"}
        for row in _of_file(service, sheet):
            if row.values["kind"] not in kinds:
                says = f"{shown(row.values['kind'])} is not one of the scheme's kinds: {', '.join(sorted(kinds))}."
                yield Fault(sheet, row.number or 0, "kind", says)


def _reports(service: Service, today: date) -> Iterator[Fault]:
    """A report that was sent stays as it is; none is sent before its month is over, nor on a day ahead."""
    for row in _of_file(service, "team_reports"):
        if row.is_new and dates.month_end(row.values["month"]) >= today:
            says = f"{row.values['month']:%B %Y} is not over; today is {today}. A report is sent after its month."
            yield Fault("team_reports", row.number or 0, "month", says)
        elif row.is_new and row.values["sent_on"] > today:
            says = f"{row.values['sent_on']} is in the future. Today is {today}."
            yield Fault("team_reports", row.number or 0, "sent_on", says)
        if row.known and row.changed:
            yield Fault("team_reports", row.number or 0, row.changed[0], "The report was sent, so it stays as it is.")


def _pairs(service: Service) -> Iterator[Fault]:
    """A record goes into another one once."""
    gone: dict[str, Merged] = {}
    for row in service.of("merges"):
        if row.values["undone_on"] is None:
            other = gone.setdefault(row.values["absorbed"], row)
            if other is not row and (number := row.number or other.number):
                yield Fault(
                    "merges", number, "absorbed", f"{shown(row.values['absorbed'])} went into another record already."
                )
