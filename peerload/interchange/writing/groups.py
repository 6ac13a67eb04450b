"""Writing sessions of groups and who came, and drop-ins."""

from datetime import date, datetime

from caseload.enums import Channel
from caseload.models import Contact, GroupSession, SessionFacilitator

from ..comparison.rows import Merged
from .writer import Writer, new_rows

OF_A_DAY = ("client_id", "on", "author_id", "pk")
AT_A_GROUP = ("client_id", "on", "voided_at", "recorded_at", "pk")


def write_group_sessions(writer: Writer) -> None:
    """Write sessions of groups with their facilitators."""
    new = list(new_rows(writer.plan.service.of("group_sessions")))
    writer.sheet("group_sessions", new=new, changed=())
    organisation, sessions = writer.plan.organisation.pk, writer.keys("group_sessions")
    writer.insert(
        SessionFacilitator,
        ("organisation", "session", "worker"),
        (
            (organisation, sessions[row.values["group"], row.values["on"]], writer.keys("staff")[email])
            for row in new
            for email in row.values["facilitators"]
        ),
        counted=False,
    )


def write_attendance(writer: Writer) -> None:
    """Link everyone who came to their contact of that day at a group: the one recorded with the session, if there is one."""
    new = list(new_rows(writer.plan.service.of("group_attendance")))
    contacts: dict[tuple[int, date], list[tuple[bool, datetime, int]]] = {}
    found = Contact.objects.filter(organisation=writer.plan.organisation, channel=Channel.GROUP, attendance=None)
    for client, on, voided, at, pk in found.filter(reached=True).values_list(*AT_A_GROUP).order_by("pk"):
        contacts.setdefault((client, on), []).append((voided is not None, at, pk))
    standing = GroupSession.objects.standing().filter(organisation=writer.plan.organisation)
    written_at = {(group, on): at for group, on, at in standing.values_list("group__name", "on", "recorded_at")}

    def contact(row: Merged) -> int | None:
        if not row.values["came"]:
            return None
        there = contacts[writer.keys("people")[row.values["ref"]], row.values["on"]]
        at = written_at[row.values["group"], row.values["on"]]
        contact = min(there, key=lambda each: (each[0], each[1] != at, each))
        there.remove(contact)
        return contact[2]

    writer.sheet("group_attendance", new=new, changed=(), contact=contact)


def write_drop_ins(writer: Writer) -> None:
    """Write drop-ins; of one that became a person, with the contact of that day: the author's, if there is one."""
    new = list(new_rows(writer.plan.service.of("drop_ins")))
    contacts: dict[tuple[int, date], list[tuple[int | None, int]]] = {}
    found = Contact.objects.reached().filter(organisation=writer.plan.organisation, drop_in=None)
    people = {writer.keys("people")[row.values["ref"]] for row in new if row.values["ref"]}
    for client, on, author, pk in found.filter(client__in=people).order_by("pk").values_list(*OF_A_DAY):
        contacts.setdefault((client, on), []).append((author, pk))

    def contact(row: Merged) -> int | None:
        if not row.values["ref"]:
            return None
        author = writer.keys("staff")[row.values["email"]]
        there = contacts.get((writer.keys("people")[row.values["ref"]], row.values["on"]))
        if not there:
            return None  # their contact was removed here, and the drop-in counts as before
        found = min(there, key=lambda each: (each[0] != author, each[1]))
        there.remove(found)
        return found[1]

    writer.sheet("drop_ins", new=new, changed=(), contact=contact)
