"""Groups and their sessions."""

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, Value, Window
from django.db.models.functions import RowNumber
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from caseload.enums import Weekday
from caseload.groups.rules import USUAL_MINUTES
from caseload.models import Attendance, Group, GroupFacilitator, GroupMeeting, GroupMember, GroupSession

from ..field_types import Clock, Emails, Minutes, YesNo
from . import columns as col
from .columns import Parent, sheet

GROUPS = (
    sheet(
        "groups",
        gettext_lazy("Groups that people meet in."),
        ("group",),
        Group,
        col.group(gettext_lazy("The group's name, used once."), "name"),
        col.team(gettext_lazy("The team whose group it is."), True),
        col.one_of("weekday", Weekday, gettext_lazy("The usual day: monday, tuesday and so on.")),
        col.of("time", Clock(), gettext_lazy("The usual time, as 14:30."), "starts_at"),
        col.of(
            "minutes",
            Minutes(1, 1440),
            format_lazy(
                gettext_lazy("Minutes of a session; {usual_minutes} if left out."), usual_minutes=USUAL_MINUTES
            ),
            default=USUAL_MINUTES,
        ),
        col.from_day(gettext_lazy("First day of the group.")),
        col.until(),
        col.text(Group, "place", gettext_lazy("Where it meets.")),
    ),
    sheet(
        "group_facilitators",
        gettext_lazy("Who facilitates a group, from when."),
        ("group", "email", "from"),
        GroupFacilitator,
        col.group(),
        col.email(gettext_lazy("The worker, by email.")),
        col.from_day(),
        col.until(),
        col.by(),
    ),
    sheet(
        "group_members",
        gettext_lazy("Who belongs to a group, from when. Their support is in the sheet tiers."),
        ("group", "ref", "from"),
        GroupMember,
        col.group(),
        col.ref(),
        col.from_day(),
        col.until(),
        col.by(),
    ),
    sheet(
        "group_meetings",
        gettext_lazy("Single meetings of groups that differ from the usual: moved, extra or called off."),
        ("group", "on", "nth"),
        GroupMeeting,
        col.group(),
        col.day("on", gettext_lazy("The day it meets."), required=True),
        col.day("usual_on", gettext_lazy("The usual day it stands for; empty for an extra meeting.")),
        col.of("time", Clock(), gettext_lazy("When it begins, as 14:30."), "starts_at"),
        col.of("minutes", Minutes(1, 1440), gettext_lazy("How long it takes."), required=True),
        col.text(GroupMeeting, "place", gettext_lazy("Where it meets that day.")),
        col.email(gettext_lazy("Who planned it so, by email."), False, "by"),
        col.day("called_off_on", gettext_lazy("The day it was called off; empty while it stands.")),
        col.member("called_off_by", gettext_lazy("Who called it off, by email.")),
        col.nth(gettext_lazy("of one group and day")),
        col.yes(
            "as_usual", gettext_lazy("Whether changes were taken back, so that it meets as usual: yes or no."), False
        ),
        added={
            "nth": Window(  # by what they say, as of next steps
                RowNumber(),
                partition_by=[F("group"), F("on")],
                order_by=[F(name).asc(nulls_last=True) for name in ("usual_on", "called_off_on", "starts_at", "pk")],
            )
        },
    ),
    sheet(
        "group_sessions",
        gettext_lazy("Sessions of groups, at most one for each group and day."),
        ("group", "on"),
        GroupSession,
        col.group(),
        col.day("on", gettext_lazy("The day; not in the future."), required=True),
        col.of("minutes", Minutes(1, 1440), gettext_lazy("How long it took."), required=True),
        col.email(gettext_lazy("Who wrote it down, by email."), False, "author"),
        col.of(
            "facilitators",
            Emails(col.EMAIL.longest * 20),
            gettext_lazy("Who facilitated it, by email, a comma between."),
            "facilitator_emails",
            True,
        ),
        col.of(
            "facilitator_minutes",
            Minutes(0, 1440),
            gettext_lazy("Minutes each facilitator worked, setting up included; those of the session if left out."),
        ),
        col.words(GroupSession, "note", gettext_lazy("About the session, not about a person.")),
        col.recorded_at(),
        added={
            "facilitator_emails": ArrayAgg(
                "facilitators__worker__user__email", order_by="facilitators__worker__user__email", default=Value([])
            )
        },
    ),
    sheet(
        "group_attendance",
        gettext_lazy("Who came to a session and who did not."),
        ("group", "on", "ref"),
        Attendance,
        col.group(source="session__group__name"),
        col.day("on", gettext_lazy("The day of the session."), "session__on", True),
        col.ref(),
        col.of(
            "came",
            YesNo(),
            gettext_lazy(
                "yes or no. Each person who came has a contact of that day and the channel group in the sheet contacts."
            ),
            required=True,
        ),
        parents=(Parent("session", "group_sessions", ("group", "on")),),
    ),
)
