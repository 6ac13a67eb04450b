"""Writing sessions of groups and who came."""

from datetime import date, datetime

from caseload.enums import Channel
from caseload.models import Contact, GroupSession, SessionFacilitator

from ..comparison.rows import Merged
from .writer import Writer, new_rows

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
