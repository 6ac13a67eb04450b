"""Who works in the service, in which teams and posts, and when they are away."""

from django.db.models import Case, Value, When
from django.utils.translation import gettext_lazy as _

from peerload.staff.enums import Role
from peerload.staff.models import Absence, Member, Post, Team

from ..field_types import Day, DaysOfWeek
from . import columns as col
from .columns import Parent, sheet

STAFF = (
    sheet(
        "teams",
        _("Teams and who leads them."),
        ("team",),
        Team,
        col.team(_("The team's name."), True, "name"),
        col.member("manager", _("Who manages it, by email.")),
        col.member("deputy", _("Who stands in for the manager, by email.")),
    ),
    sheet(
        "staff",
        _("Everyone who works in the service."),
        ("email",),
        Member,
        col.of("email", col.EMAIL, _("Email, by which they are known and sign in."), "user__email", True),
        col.text(Member, "name", _("Name."), required=True),
        col.one_of("role", Role, _("peer_worker, manager, service_manager or admin."), True),
        col.team(_("The team they belong to."), source="home_team__name"),
        col.yes("closed", _("Whether their sign-in is closed: yes or no."), None, "sign_in_closed"),
        col.day("closed_on", _("The day it was closed; empty if it is not known.")),
        col.Column(
            "new_email",
            col.EMAIL,
            _(
                "Another email from now on: they stay who they are. A member who has signed in confirms it by a link sent there."
            ),
            asks=True,
            source="user__new_email",
        ),
        required=True,
        added={"sign_in_closed": Case(When(active=True, then=Value(False)), default=Value(True))},
    ),
    sheet(
        "absences",
        _("When staff are away."),
        ("email", "from"),
        Absence,
        col.email(_("Who is away, by email.")),
        col.from_day(_("First day away.")),
        col.day("expected_back", _("First day they are expected at work again.")),
        col.day("back_on", _("First day they were at work again."), "ends_before"),
        col.yes("planned", _("Whether it was planned: yes or no."), None),
        col.words(Absence, "kind", _("What it is, such as annual leave.")),
        col.day("expected_since", _("The day on which the expected return became known; as it began, if left out.")),
    ),
    sheet(
        "posts",
        _("Dated posts; each lasts until its last day or the worker's next post."),
        ("email", "from"),
        Post,
        col.email(_("The worker, by email.")),
        col.from_day(_("First day of the post.")),
        col.Column("until", Day(), _("Last day; empty while it goes on.")),
        col.team(_("The team of the post.")),
        col.of("fte", col.FTE, _("1 is full time; above 0 and at most 1.5."), required=True),
        col.of("weekly_hours", col.HOURS, _("Hours a week; FTE times full-time hours if left out.")),
        col.of(
            "days",
            DaysOfWeek(),
            _("Days and their hours, as Mon-Thu 7.5, Fri 4, instead of weekly_hours; Monday to Friday if left out."),
            "day_hours",
        ),
        col.yes("duty", _("Undertakes duty: yes or no; no if left out.")),
        col.day(
            "return_from",
            _("A step back to work: first day of the absence, as in the sheet absences."),
            "phased_return__starts_on",
        ),
        ends=True,
        parents=(Parent("phased_return", "absences", ("email", "return_from"), optional=True),),
    ),
)
