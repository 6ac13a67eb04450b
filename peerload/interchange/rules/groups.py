"""Groups, their sessions and who came."""

from collections import Counter
from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from caseload.enums import Channel
from peerload.core import dates

from ..cell_text import shown
from ..comparison.rows import Merged, ServiceRows
from ..errors import Fault
from .checks import all_rows, fault, keys_of, of_file, overlaps


def check_in_groups(service: ServiceRows) -> Iterator[Fault]:
    """Check that people belong to a group or facilitate it once at a time, and within the group's own days."""
    groups = {row.values["group"]: row for row in service.of("groups")}
    for name, whose in (("group_facilitators", "email"), ("group_members", "ref")):
        for number, row, before in overlaps(service.of(name), keys_of("group", whose)):
            who = _("%(values)s is in %(group)s") % {
                "values": shown(row.values[whose]),
                "group": shown(row.values["group"]),
            }
            yield Fault(
                name, number, "from", _("%(who)s since %(from)s already.") % {"who": who, "from": before.values["from"]}
            )
        for row in of_file(service, name):
            if group := groups.get(row.values["group"]):
                yield from _check_within(name, row, group)


def _check_within(name: str, row: Merged, group: Merged) -> Iterator[Fault]:
    what = shown(row.values["group"])
    if row.values["from"] < group.values["from"]:
        yield fault(name, row, "from", _("%(what)s begins on %(from)s.") % {"what": what, "from": group.values["from"]})
    if group.ends_before and (row.ends_before is None or row.ends_before > group.ends_before):
        yield fault(
            name,
            row,
            "until",
            _("%(what)s ends on %(until)s, so this ends by then.") % {"what": what, "until": group.values["until"]},
        )


def check_group_meetings(service: ServiceRows) -> Iterator[Fault]:
    """Check that a usual day has one meeting, that a group meets once a day, and only while it lasts (R131)."""
    groups = {row.values["group"]: row for row in service.of("groups")}
    rows = list(service.of("group_meetings"))
    stands_for = Counter((row.values["group"], row.values["usual_on"]) for row in rows if row.values["usual_on"])
    standing = [row.values for row in rows if not row.values["called_off_on"] and not row.values["as_usual"]]
    meets = Counter((v["group"], v["on"]) for v in standing)
    for row in of_file(service, "group_meetings"):
        v = row.values
        words = {"group": shown(v["group"]), "day": v["on"], "usual": v["usual_on"]}
        if stands_for[v["group"], v["usual_on"]] > 1:
            says = _("%(group)s has another meeting that stands for %(usual)s.") % words
            yield fault("group_meetings", row, "usual_on", says)
        if v["as_usual"] and (v["called_off_on"] or v["usual_on"] != v["on"]):
            says = _("A meeting as usual is on its usual day and not called off.")
            yield fault("group_meetings", row, "as_usual", says)
        if v["called_off_on"]:
            continue
        if v["called_off_by"]:
            says = _("It is not called off. Leave this cell empty.")
            yield fault("group_meetings", row, "called_off_by", says)
        if not v["as_usual"] and meets[v["group"], v["on"]] > 1:
            yield fault("group_meetings", row, "on", _("%(group)s has another meeting on %(day)s.") % words)
        group = groups.get(v["group"])
        if group and not dates.contains(group.values["from"], group.ends_before, v["on"]):
            says = _("This day is before the first or after the last day of %(group)s.") % words
            yield fault("group_meetings", row, "on", says)


def check_group_sessions(service: ServiceRows, broken: Collection[str]) -> Iterator[Fault]:
    """Check that a group session lies within its group, has a facilitator, and is not rewritten."""
    groups = {row.values["group"]: row for row in service.of("groups")}
    staff = {row.values["email"] for row in [*service.of("staff"), *service.refused.get("staff", [])]}
    for row in of_file(service, "group_sessions"):
        v = row.values
        if row.known and row.changed:
            says = _(
                "This session was recorded with other details. Remove it from the count in peerload and record it "
                "again."
            )
            yield fault("group_sessions", row, row.changed[0], says)
        group = groups.get(v["group"])
        if group and not dates.contains(group.values["from"], group.ends_before, v["on"]):
            yield fault(
                "group_sessions",
                row,
                "on",
                _("This day is before the first or after the last day of %(group)s.") % {"group": shown(v["group"])},
            )
        for email in v["facilitators"] if "staff" not in broken else ():
            if email not in staff:
                yield fault(
                    "group_sessions",
                    row,
                    "facilitators",
                    _("%(email)s is not in the sheet staff.") % {"email": shown(email)},
                )


def check_drop_ins(service: ServiceRows, broken: Collection[str]) -> Iterator[Fault]:
    """Check that one who dropped in and was added as a person has a contact of that day (R88)."""
    if "contacts" in broken:
        return
    left = Counter(
        (row.values["ref"], row.values["on"]) for row in all_rows(service, "contacts") if row.values["reached"]
    )
    known = (row.known.values for row in service.of("drop_ins") if row.known)
    left.subtract((values["ref"], values["on"]) for values in known if values["ref"])
    for row in of_file(service, "drop_ins"):
        key = row.values["ref"], row.values["on"]
        if row.is_new and key[0]:
            left[key] -= 1
            if left[key] < 0:
                says = _("%(ref)s has no contact on %(day)s in the sheet contacts.") % {
                    "ref": shown(key[0]),
                    "day": key[1],
                }
                yield fault("drop_ins", row, "ref", says)


def check_attendance(service: ServiceRows, broken: Collection[str]) -> Iterator[Fault]:
    """Check that attendance belongs to a session, and that everyone who came has a contact at a group that day."""
    if {"group_sessions", "contacts"} & set(broken):
        return
    standing = (row for row in service.of("group_sessions") if not (row.known and row.known.voided_at))
    rows = [*standing, *service.refused.get("group_sessions", [])]
    sessions = {(row.values["group"].upper(), row.values["on"]) for row in rows}
    left = Counter(
        (row.values["ref"], row.values["on"])
        for row in all_rows(service, "contacts")
        if row.values["channel"] == Channel.GROUP and row.values["reached"]
    )
    left.subtract(
        (row.values["ref"], row.values["on"])
        for row in service.of("group_attendance")
        if row.known and row.known.values["came"]
    )
    for row in of_file(service, "group_attendance"):
        v = row.values
        if (v["group"].upper(), v["on"]) not in sessions:
            says = _("%(group)s has no session on %(day)s in the sheet group_sessions.") % {
                "group": shown(v["group"]),
                "day": v["on"],
            }
            yield fault("group_attendance", row, "on", says)
        if row.known and row.changed:
            says = _(
                "This was recorded with other details. Remove the session from the count in peerload and record it "
                "again."
            )
            yield fault("group_attendance", row, row.changed[0], says)
        elif row.is_new and v["came"]:
            left[v["ref"], v["on"]] -= 1
            if left[v["ref"], v["on"]] < 0:
                says = _("%(ref)s has no contact of the channel group on %(day)s in the sheet contacts.") % {
                    "ref": shown(v["ref"]),
                    "day": v["on"],
                }
                yield fault("group_attendance", row, "came", says)
