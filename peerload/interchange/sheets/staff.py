"""Who works in the service, in which teams and posts, and when they are away."""

from django.db.models import Case, Value, When

from peerload.staff.enums import Role
from peerload.staff.models import Absence, Member, Post, Team

from ..field_types import Day, DaysOfWeek
from . import columns as col
from .columns import Parent, sheet

STAFF = (
    sheet(
        "teams",
        "Teams and who leads them.",
        ("team",),
        Team,
        col.team("The team's name.", True, "name"),
        col.member("manager", "Who manages it, by email."),
        col.member("deputy", "Who stands in for the manager, by email."),
    ),
    sheet(
        "staff",
        "Everyone who works in the service.",
        ("email",),
        Member,
        col.of("email", col.EMAIL, "Email, by which they are known and sign in.", "user__email", True),
        col.text(Member, "name", "Name.", required=True),
        col.one_of("role", Role, "peer_worker, manager, service_manager or admin.", True),
        col.team("The team they belong to.", source="home_team__name"),
        col.yes("closed", "Whether their sign-in is closed: yes or no.", None, "sign_in_closed"),
        col.day("closed_on", "The day it was closed; empty where nobody knows it."),
        col.Column(
            "new_email",
            col.EMAIL,
            "Another email from now on: they stay who they are. A member who has signed in confirms it by a link sent there.",
            asks=True,
            source="user__new_email",
        ),
        required=True,
        added={"sign_in_closed": Case(When(active=True, then=Value(False)), default=Value(True))},
    ),
    sheet(
        "absences",
        "When staff are away.",
        ("email", "from"),
        Absence,
        col.email("Who is away, by email."),
        col.from_day("First day away."),
        col.day("expected_back", "First day they are expected at work again."),
        col.day("back_on", "First day they were at work again.", "ends_before"),
        col.yes("planned", "Whether it was planned: yes or no.", None),
        col.words(Absence, "kind", "What it is, such as annual leave."),
        col.day("expected_since", "The day on which the expected return became known; as it began, if left out."),
    ),
    sheet(
        "posts",
        "Dated posts; each lasts until its last day or the worker's next post.",
        ("email", "from"),
        Post,
        col.email("The worker, by email."),
        col.from_day("First day of the post."),
        col.Column("until", Day(), "Last day; empty while it goes on."),
        col.team("The team of the post."),
        col.of("fte", col.FTE, "1 is full time; above 0 and at most 1.5.", required=True),
        col.of("weekly_hours", col.HOURS, "Hours a week; FTE times full-time hours if left out."),
        col.of(
            "days",
            DaysOfWeek(),
            "Days and their hours, as Mon-Thu 7.5, Fri 4, instead of weekly_hours; Monday to Friday if left out.",
            "day_hours",
        ),
        col.yes("duty", "Undertakes duty: yes or no; no if left out."),
        col.day(
            "return_from",
            "A step back to work: first day of the absence, as in the sheet absences.",
            "phased_return__starts_on",
        ),
        ends=True,
        parents=(Parent("phased_return", "absences", ("email", "return_from"), optional=True),),
    ),
)
