"""Roles, sign-ins, and who leads a team or is given people."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date

from django.utils.translation import gettext as _

from peerload.staff import rules as staff_rules
from peerload.staff.rules import Staffed

from ..cell_text import shown
from ..comparison.rows import Merged, ServiceRows, StoredRow
from ..errors import Fault
from .checks import fault, of_file


def check_staff(service: ServiceRows, today: date) -> Iterator[Fault]:
    """Refuse what a page refuses, in the same words: of roles, of who leads a team, of who is given people."""
    staff = {row.values["email"]: row for row in service.of("staff")}
    held = _held(service, today)
    led: dict[str, dict[str, list[Merged]]] = {email: {"manager": [], "deputy": []} for email in staff}
    for row in service.of("teams"):
        for column in ("manager", "deputy"):
            if row.values[column] in led:
                led[row.values[column]][column].append(row)
    members = {email: _staffed(row, held.get(email, ()), led[email]) for email, row in staff.items()}
    for email, row in staff.items():
        if row.number and (row.is_new or "role" in row.changed):
            if says := staff_rules.not_as_they_are(members[email]):
                yield fault("staff", row, "role", says)
    yield from _check_sign_ins(service, staff)
    before = {email: _staffed_before(row.known) for email, row in staff.items() if row.known}
    for email in staff_rules.last_admins(before, members):
        yield fault("staff", staff[email], "role", staff_rules.only_admin(before[email].name))
    yield from _check_leaders(service, members)
    for email, rows in held.items():
        for row in rows:
            if row.number and (row.is_new or "email" in row.changed):
                if says := staff_rules.cannot_support(members[email], max(row.values["from"], today)):
                    yield fault("allocations", row, "email", says)


def _check_sign_ins(service: ServiceRows, staff: Mapping[str, Merged]) -> Iterator[Fault]:
    twice = Counter(row.values["email"] for row in of_file(service, "staff"))
    for row in of_file(service, "staff"):
        if twice[row.values["email"]] > 1:
            says = _("%(email)s has more than one row, under the email they have and the new one.") % {
                "email": shown(row.values["email"])
            }
            yield fault("staff", row, "email", says)
    for row in staff.values():
        if row.number and row.known and "closed" in row.changed:
            # a page also asks who covers their people, ends their posts and every session; a sheet would do only a part
            yield fault("staff", row, "closed", _("Close or open a sign-in under Staff."))
        if row.number and row.values["closed_on"] and not row.values["closed"]:
            yield fault("staff", row, "closed_on", _("Their sign-in is open. Leave this cell empty."))
        other = staff.get(row.values["new_email"])
        if row.number and "new_email" in row.changed and other is not None:
            whose = _("belongs to %(name)s, who is among the staff already.") % {"name": other.values["name"]}
            yield fault("staff", row, "new_email", f"{shown(row.values['new_email'])} {whose}")


def _check_leaders(service: ServiceRows, members: Mapping[str, Staffed]) -> Iterator[Fault]:
    for row in of_file(service, "teams"):
        v = row.values
        if v["manager"] and v["manager"] == v["deputy"]:
            yield fault("teams", row, "deputy", str(staff_rules.SAME_DEPUTY))
        wrong = staff_rules.cannot_lead(members.get(v["manager"]), members.get(v["deputy"]))
        for column in ("manager", "deputy") if row.is_new else row.changed:
            if column in wrong:
                yield fault("teams", row, column, wrong[column])


def _held(service: ServiceRows, today: date) -> dict[str, list[Merged]]:
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


def _staffed_before(known: StoredRow) -> Staffed:
    return Staffed(known.values["name"], known.values["role"], not known.values["closed"], known.last_day)
