"""Time plans, sessions of staff, and time that they logged."""

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from wellbeing.enums import Focus, LedBy, PlanActivity, PlanState, SessionKind
from wellbeing.models import PlanLine, PlanRow, PlanTemplate, Session, SessionCadence, TimeEntry, TimePlan

from ..field_types import Clock, FourWeeks, Minutes, Monday, Whole
from . import columns as col
from .columns import Parent, sheet

PLANS = (
    sheet(
        "plan_rows",
        gettext_lazy("Rows of the time plan: those the service has added, and its own names for the others."),
        ("row",),
        PlanRow,
        col.text(PlanRow, "row", gettext_lazy("A short name in small letters, such as peer_space."), "code", True),
        col.text(PlanRow, "label", gettext_lazy("What people call it, such as Peer space."), required=True),
        col.one_of(
            "part", Focus, gettext_lazy("The part of the week: ") + ", ".join(Focus.values) + ".", True, "focus"
        ),
        col.yes("in_use", gettext_lazy("Offered in new plans: yes or no; yes if left out."), True),
    ),
    sheet(
        "plan_templates",
        gettext_lazy("Plan templates, from which workers begin their plans."),
        ("name",),
        PlanTemplate,
        col.text(PlanTemplate, "name", gettext_lazy("Name of the plan."), required=True),
        col.of("weekly_hours", col.HOURS, gettext_lazy("Hours a week."), required=True),
        col.of(
            "hours",
            FourWeeks(),
            gettext_lazy("Hours of the four weeks by row, as supervision 1 0 1 0, groups 2 2 2 2."),
        ),
        col.by(),
    ),
    sheet(
        "plan_versions",
        gettext_lazy("Versions of time plans; their hours are in the sheet plans."),
        ("email", "from", "state"),
        TimePlan,
        col.email(gettext_lazy("Whose plan, by email.")),
        col.of("from", Monday(), gettext_lazy("The Monday it begins."), "starts_on", True),
        col.one_of(
            "state",
            PlanState,
            gettext_lazy("draft, proposed or agreed; agreed if left out."),
            default=PlanState.AGREED.value,
        ),
        col.text(TimePlan, "template", gettext_lazy("The plan it was begun from.")),
        col.day("proposed_on", gettext_lazy("The day it was proposed.")),
        col.words(TimePlan, "answer", gettext_lazy("What the manager asked to be changed.")),
        col.day("agreed_on", gettext_lazy("The day it was agreed.")),
        col.member("agreed_by", gettext_lazy("Who agreed, by email.")),
    ),
    sheet(
        "plans",
        gettext_lazy("Hours planned in each of the four weeks."),
        ("email", "from", "state", "week", "activity"),
        PlanLine,
        col.email(gettext_lazy("Whose plan, by email."), field="plan__worker"),
        col.of("week", Whole(1, 4), gettext_lazy("1 to 4."), required=True),
        col.text(
            PlanLine,
            "activity",
            format_lazy(
                gettext_lazy("A row of the sheet plan_rows, or one of {names}."), names=", ".join(PlanActivity.values)
            ),
            required=True,
        ),
        col.of("hours", col.HOURS, gettext_lazy("Hours in that week."), required=True),
        col.of(
            "from",
            Monday(),
            gettext_lazy("The Monday its version begins; if left out, the plan in force."),
            "plan__starts_on",
        ),
        col.one_of(
            "state",
            PlanState,
            gettext_lazy("draft, proposed or agreed; agreed if left out."),
            False,
            "plan__state",
            "agreed",
        ),
        parents=(Parent("plan", "plan_versions", ("email", "from", "state")),),
    ),
    sheet(
        "session_cadence",
        gettext_lazy("How often the service has each kind of session."),
        ("kind",),
        SessionCadence,
        col.one_of("kind", SessionKind, required=True),
        col.of(
            "every_weeks",
            Whole(0, 52),
            gettext_lazy("Weeks from one session to the next; 0: on request."),
            required=True,
        ),
    ),
    sheet(
        "sessions",
        gettext_lazy("Sessions of supervision and the like: that they happened, never what was said."),
        ("email", "kind", "planned_on", "nth"),
        Session,
        col.email(gettext_lazy("Whose session, by email.")),
        col.one_of("kind", SessionKind, required=True),
        col.day("planned_on", gettext_lazy("The day it was planned for."), required=True),
        col.of("minutes", Minutes(1, 1440), gettext_lazy("How long; 60 if left out."), default=60),
        col.member("with", gettext_lazy("The other person in the session, by email."), "with_member"),
        col.text(Session, "with_name", gettext_lazy("Their name, if they do not work in the service.")),
        col.day("held_on", gettext_lazy("The day it was held.")),
        col.day("missed_on", gettext_lazy("The day it was called off.")),
        col.day(
            "instead_on",
            gettext_lazy("Called off: the day planned instead, as in the row of the new session."),
            "instead__planned_on",
        ),
        col.by(),
        col.nth(gettext_lazy("of one kind and day")),
        col.of("time", Clock(), gettext_lazy("When it begins, as 14:30."), "starts_at"),
        col.text(Session, "place", gettext_lazy("Where it is held, or the link to it.")),
        col.one_of("led_by", LedBy, gettext_lazy("Who leads reflective practice; empty where it is not said.")),
        added={
            "nth": Window(  # by what they say, so that they are counted the same wherever they come in
                RowNumber(),
                partition_by=[F("worker"), F("kind"), F("planned_on")],
                order_by=[
                    F(name).asc(nulls_last=True) for name in ("missed_on", "instead__planned_on", "held_on", "pk")
                ],
            )
        },
    ),
    sheet(
        "time_logged",
        gettext_lazy("Time outside contacts that staff logged for themselves."),
        (),
        TimeEntry,
        col.email(gettext_lazy("Whose time, by email.")),
        col.day("on", gettext_lazy("The day."), required=True),
        col.text(TimeEntry, "activity", gettext_lazy("A row of the time plan."), required=True),
        col.of("minutes", Minutes(1, 1440), gettext_lazy("How long."), required=True),
        by_command_only=True,
    ),
)
