"""Groups and their sessions."""

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Value

from caseload.enums import Weekday
from caseload.groups.rules import USUAL_MINUTES
from caseload.models import Attendance, Group, GroupFacilitator, GroupMember, GroupSession

from ..field_types import Clock, Emails, Minutes, YesNo
from . import columns as col
from .columns import Parent, sheet

GROUPS = (
    sheet(
        "groups",
        "Groups that people meet in.",
        ("group",),
        Group,
        col.group("The group's name, used once.", "name"),
        col.team("The team whose group it is.", True),
        col.one_of("weekday", Weekday, "The usual day: monday, tuesday and so on."),
        col.of("time", Clock(), "The usual time, as 14:30.", "starts_at"),
        col.of(
            "minutes", Minutes(1, 1440), f"Minutes of a session; {USUAL_MINUTES} if left out.", default=USUAL_MINUTES
        ),
        col.from_day("First day of the group."),
        col.until(),
    ),
    sheet(
        "group_facilitators",
        "Who facilitates a group, from when.",
        ("group", "email", "from"),
        GroupFacilitator,
        col.group(),
        col.email("The worker, by email."),
        col.from_day(),
        col.until(),
        col.by(),
    ),
    sheet(
        "group_members",
        "Who belongs to a group, from when. Their support is in the sheet tiers.",
        ("group", "ref", "from"),
        GroupMember,
        col.group(),
        col.ref(),
        col.from_day(),
        col.until(),
        col.by(),
    ),
    sheet(
        "group_sessions",
        "Sessions of groups, one a group and day.",
        ("group", "on"),
        GroupSession,
        col.group(),
        col.day("on", "The day; not ahead.", required=True),
        col.of("minutes", Minutes(1, 1440), "How long it took.", required=True),
        col.email("Who wrote it down, by email.", False, "author"),
        col.of(
            "facilitators",
            Emails(col.EMAIL.longest * 20),
            "Who facilitated it, by email, a comma between.",
            "facilitator_emails",
            True,
        ),
        col.of(
            "facilitator_minutes",
            Minutes(0, 1440),
            "Minutes of each facilitator, setting up included; those of the session if left out.",
        ),
        col.words(GroupSession, "note", "About the session, not about a person."),
        col.recorded_at(),
        added={
            "facilitator_emails": ArrayAgg(
                "facilitators__worker__user__email", order_by="facilitators__worker__user__email", default=Value([])
            )
        },
    ),
    sheet(
        "group_attendance",
        "Who came to a session and who did not.",
        ("group", "on", "ref"),
        Attendance,
        col.group(source="session__group__name"),
        col.day("on", "The day of the session.", "session__on", True),
        col.ref(),
        col.of(
            "came",
            YesNo(),
            "yes or no. Each person who came has a contact of that day and the channel group in the sheet contacts.",
            required=True,
        ),
        parents=(Parent("session", "group_sessions", ("group", "on")),),
    ),
)
