"""The points scheme, and the records and reports of months counted by it."""

from decimal import Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from caseload.enums import Tier
from workload.enums import Answer, Condition, CountedPer, Element, Ending, Enough, Flag, Preset, RecordStatus, Side
from workload.enums import Window as WorkWindow
from workload.models import (
    PEOPLE,
    Agreement,
    Assumption,
    MonthlyRecord,
    RecordLine,
    RemedialAction,
    ReportQuestion,
    Scheme,
    TeamReport,
    Weight,
)

from ..field_types import Moment, Month, Number, Text, Whole
from . import columns as col
from .columns import Parent, sheet

POINTS = Number(3, 0, 99_999)
MORE_OR_FEWER = Number(3, -99_999, 99_999)
MANY_POINTS = Number(3, 0, 9_999_999)
RECORD = (col.email(gettext_lazy("Whose record, by email."), field="record__worker"), col.month("record__month"))
RECORD_OF = Parent("record", "records", ("email", "month"))
RECORDS = (
    sheet(
        "scheme_versions",
        gettext_lazy("Versions of the points scheme; the sheet service shows the settings of the last one published."),
        ("from", "published_at"),
        Scheme,
        col.from_day(gettext_lazy("First day it counts.")),
        col.of("published_at", Moment(), gettext_lazy("When it was published; empty for a draft.")),
        col.text(Scheme, "name", gettext_lazy("Name of the version."), required=True),
        col.one_of("preset", Preset, gettext_lazy("The preset it started from: peer or children.")),
        col.yes(
            "workload_weight",
            gettext_lazy("Workload weight, one point for every full ten: yes or no; yes if left out."),
            True,
        ),
        col.yes("stable_scales_with_fte", gettext_lazy("Whether the stable element follows FTE; no if left out.")),
        col.of(
            "mark",
            col.MARK,
            gettext_lazy("Little room from so many points per FTE; 85 if left out."),
            default=Decimal(85),
        ),
        col.of(
            "limit",
            col.MARK,
            gettext_lazy("The limit: over, above so many points per FTE; 100 if left out."),
            default=Decimal(100),
        ),
        col.of(
            "close_window_days",
            Whole(0, 365),
            gettext_lazy("How many days points go on after a decision to close; 28 if left out."),
            default=28,
        ),
        col.yes(
            "weight_of_cases_only", gettext_lazy("Whether the workload weight counts case points only; no if left out.")
        ),
        col.yes(
            "extras_inside_base",
            gettext_lazy("Whether extra responsibilities are part of the stable element; no if left out."),
        ),
        col.yes(
            "decision_day_is_first",
            gettext_lazy("Whether the day of the decision to close counts as day 1; no if left out."),
        ),
        col.yes("start_day_is_first", gettext_lazy("Whether the day work begins counts as day 1; no if left out.")),
        col.yes(
            "windows_run_on",
            gettext_lazy(
                "Whether points go on to the end of the set time, even if the work is finished; no if left out."
            ),
        ),
        col.member("begun_by", gettext_lazy("Who began it, by email.")),
        col.of("begun_at", Moment(), gettext_lazy("When it was begun.")),
        col.member("published_by", gettext_lazy("Who published it, by email.")),
    ),
    sheet(
        "scheme_rows",
        gettext_lazy("What each kind of work weighs in each version of the scheme."),
        ("from", "published_at", "kind", "tier", "condition"),
        Weight,
        col.day(
            "from",
            gettext_lazy("First day of the version, as in the sheet scheme_versions."),
            "scheme__starts_on",
            True,
        ),
        col.of(
            "published_at",
            Moment(),
            gettext_lazy("When the version was published; empty for a draft."),
            "scheme__published_at",
        ),
        col.text(Weight, "kind", gettext_lazy("A short name, as in activities and responsibilities."), "code", True),
        col.text(Weight, "label", gettext_lazy("What people call it."), required=True),
        col.one_of("element", Element, gettext_lazy("stable, extra or case."), True),
        col.of("points", Number(2, 0, 9_999), gettext_lazy("Points."), required=True),
        col.one_of("per", CountedPer, default=CountedPer.WORKER.value),
        col.one_of("window", WorkWindow, default=WorkWindow.NONE.value),
        col.of("length", Whole(0, 10_000), gettext_lazy("For how many days it counts; 0 if left out."), default=0),
        col.one_of("condition", Condition, default=Condition.NONE.value),
        col.of(
            "condition_value",
            Whole(0, 1_000_000),
            gettext_lazy("On condition: more than so many minutes; 0 if left out."),
            default=0,
        ),
        col.text(Weight, "one_of", gettext_lazy("Rows with the same word count once together.")),
        col.one_of(
            "tier",
            [tier for tier in Tier if tier != Tier.INACTIVE],
            gettext_lazy("The support it is for: high, medium, group or parked."),
        ),
        col.yes(
            "linked_to_cases",
            gettext_lazy("Adds points even if extra responsibilities are part of the stable element; no if left out."),
        ),
        col.yes("on", gettext_lazy("Counts: yes or no; yes if left out."), True),
        col.of("item", Whole(0, 1_000), gettext_lazy("Its number in the list; 0 if left out."), default=0),
        whose="scheme__organisation",
        parents=(Parent("scheme", "scheme_versions", ("from", "published_at")),),
        as_written=True,
    ),
    sheet(
        "team_reports",
        gettext_lazy("Months of teams as they were sent to the service manager."),
        ("team", "month"),
        TeamReport,
        col.team(gettext_lazy("The team."), True),
        col.month(),
        col.of("sent_at", Moment(), gettext_lazy("When it was sent."), required=True),
        col.day("sent_on", gettext_lazy("The day it was sent."), required=True),
        col.member("sent_by", gettext_lazy("Who sent it, by email."), required=True),
        col.words(TeamReport, "note", gettext_lazy("The note sent with it.")),
        col.of("points", MANY_POINTS, gettext_lazy("Points of the team."), required=True),
        col.of("limit", MANY_POINTS, gettext_lazy("Limit of the team."), required=True),
        col.of("fte", Number(3, 0, 99_999), gettext_lazy("FTE of the team."), required=True),
        col.of(
            "contacts_due",
            Whole(0, 1_000_000),
            gettext_lazy("Contacts of keeping in touch due in the month, if known."),
        ),
        col.of(
            "contacts_in_time",
            Whole(0, 1_000_000),
            gettext_lazy("Of these, made in time: not more than contacts_due."),
        ),
    ),
    sheet(
        "records",
        gettext_lazy("Monthly records."),
        ("email", "month"),
        MonthlyRecord,
        col.email(gettext_lazy("Whose record, by email.")),
        col.month(),
        col.of("total", POINTS, gettext_lazy("Total points."), required=True),
        col.of("stable", POINTS, gettext_lazy("Of these, the stable element.")),
        col.of("extras", POINTS, gettext_lazy("Of these, extra responsibilities.")),
        col.of("cases", POINTS, gettext_lazy("Of these, cases.")),
        col.of("weight", POINTS, gettext_lazy("Of these, the workload weight.")),
        col.of("fte", col.FTE, gettext_lazy("FTE of that month.")),
        col.one_of(
            "status",
            RecordStatus,
            format_lazy(gettext_lazy("One of {names}; draft if left out."), names=", ".join(RecordStatus.values)),
            default=RecordStatus.DRAFT.value,
        ),
        col.words(MonthlyRecord, "reason", gettext_lazy("Why it was above the limit.")),
        col.yes("imported", gettext_lazy("Whether only its figures are known, from elsewhere; yes if left out."), True),
        col.team(gettext_lazy("The team of that month.")),
        col.of(
            "adjustment",
            MORE_OR_FEWER,
            gettext_lazy("Corrections of earlier months in it; 0 if left out."),
            default=Decimal(0),
        ),
        col.of("mark", POINTS, gettext_lazy("Little room from here on.")),
        col.of("limit", POINTS, gettext_lazy("The limit.")),
        col.of("peak", POINTS, gettext_lazy("The most points on a day of the month.")),
        col.day("peak_on", gettext_lazy("The first day with so many.")),
        col.one_of("flag", Flag, gettext_lazy("none, reason or review; none if left out."), default=Flag.NONE.value),
        col.day("scheme_from", gettext_lazy("First day of the version of the scheme."), "scheme__starts_on"),
        *(
            col.of(tier, Whole(0, 100_000), format_lazy(gettext_lazy("People: {tier}."), tier=Tier(tier).label))
            for tier in PEOPLE
        ),
        *(
            col.of(
                f"boundary_{tier}",
                POINTS,
                format_lazy(gettext_lazy("Boundary, how many people are enough: {tier}."), tier=Tier(tier).label),
            )
            for tier in PEOPLE
        ),
        col.day("away_since", gettext_lazy("If the worker was away on the last day of the month: since when.")),
        col.day("expected_back", gettext_lazy("If the worker was away: the day they were expected back.")),
        col.day("supervision_held_on", gettext_lazy("Last supervision.")),
        col.day("next_supervision_on", gettext_lazy("Next supervision.")),
        col.words(MonthlyRecord, "comment", gettext_lazy("What the worker wrote.")),
        col.one_of(
            "enough", Enough, gettext_lazy("What the worker said about the work: enough, too_much or too_little.")
        ),
        col.words(MonthlyRecord, "would_help", gettext_lazy("What would help, in the worker's words.")),
        col.words(MonthlyRecord, "causes", gettext_lazy("What is behind the total over the limit.")),
        col.member("completed_by", gettext_lazy("Who submitted or completed it, by email.")),
        col.day("completed_on", gettext_lazy("The day it was submitted or completed.")),
        col.member("other_manager", gettext_lazy("Who agrees in place of the team manager, by email.")),
        col.member("disagreed_by", gettext_lazy("Who did not agree, by email.")),
        col.of("disagreed_total", POINTS, gettext_lazy("The total that they did not agree to.")),
        col.words(MonthlyRecord, "disagreement", gettext_lazy("Why they did not agree.")),
        col.member("decided_by", gettext_lazy("The other manager who decided, by email.")),
        col.of("decided_total", POINTS, gettext_lazy("The total decided.")),
        col.team(
            gettext_lazy("The team whose report of that month has the record; empty if it was not sent."),
            source="report__team__name",
            name="report_of",
        ),
        col.of(
            "reported_reason", Text(4_000, lines=True), gettext_lazy("The reason, as it was sent in the report.")
        )._replace(about_somebody=True),
        col.of(
            "reported_causes", Text(8_000, lines=True), gettext_lazy("What is behind it, as it was sent in the report.")
        )._replace(about_somebody=True),
        col.words(MonthlyRecord, "explanation", gettext_lazy("What the other side says of the counted total.")),
        col.member("explained_by", gettext_lazy("Who says so, by email.")),
        col.words(MonthlyRecord, "decision_reason", gettext_lazy("Why the other manager decided so.")),
        col.words(MonthlyRecord, "manager_note", gettext_lazy("The manager's own note.")),
        col.member("manager_note_by", gettext_lazy("Who wrote the note, by email.")),
        col.day("manager_note_on", gettext_lazy("The day the note was written.")),
        parents=(
            Parent("scheme", "scheme_versions", ("scheme_from",), ("from",), optional=True),
            Parent("report", "team_reports", ("report_of", "month"), optional=True),
        ),
    ),
    sheet(
        "record_lines",
        gettext_lazy("The points that a record was submitted with, and corrections of earlier months."),
        (),
        RecordLine,
        *RECORD,
        col.one_of("element", Element, gettext_lazy("stable, extra or case; empty for a correction.")),
        col.text(RecordLine, "kind", gettext_lazy("The kind of work."), "code"),
        col.text(RecordLine, "label", gettext_lazy("What people call it."), required=True),
        col.of("points", Number(5, -99_999, 99_999), gettext_lazy("Points."), required=True),
        col.day("from", gettext_lazy("First day."), "starts_on"),
        col.until(),
        col.ref()._replace(required=False),
        col.family(gettext_lazy("The family, by its code.")),
        col.text(RecordLine, "reason", gettext_lazy("Why it counts.")),
        col.one_of("ending", Ending),
        col.of("for_month", Month(), gettext_lazy("The earlier month that it corrects, as 2026-09.")),
        whose="record__organisation",
        parents=(RECORD_OF,),
        as_written=True,
    ),
    sheet(
        "record_agreements",
        gettext_lazy("Who agreed a record, and to which total."),
        ("email", "month", "side"),
        Agreement,
        *RECORD,
        col.one_of("side", Side, gettext_lazy("worker or manager."), True),
        col.member("by", gettext_lazy("Who agreed, by email."), "member", True),
        col.of("total", POINTS, gettext_lazy("The total agreed."), required=True),
        col.of("at", Moment(), gettext_lazy("When."), required=True),
        whose="record__organisation",
        parents=(RECORD_OF,),
    ),
    sheet(
        "record_assumptions",
        gettext_lazy("What was assumed in a record that was completed while its worker was away, and their answer."),
        ("email", "month"),
        Assumption,
        *RECORD,
        col.words(Assumption, "text", gettext_lazy("What was assumed, and why."), required=True),
        col.member("by", gettext_lazy("Who assumed it, by email."), required=True),
        col.of("at", Moment(), gettext_lazy("When."), required=True),
        col.one_of("answer", Answer, gettext_lazy("What the worker says: holds or wrong; empty while it is open.")),
        col.words(Assumption, "answer_note", gettext_lazy("What was different, in the worker's words.")),
        col.day("answered_on", gettext_lazy("The day they answered.")),
        whose="record__organisation",
        parents=(RECORD_OF,),
    ),
    sheet(
        "report_questions",
        gettext_lazy("What a service manager asked about a report that was sent, and the answer."),
        ("team", "month", "asked_at"),
        ReportQuestion,
        col.team(gettext_lazy("The team, as in the sheet team_reports."), True, "report__team__name"),
        col.month("report__month"),
        col.of("asked_at", Moment(), gettext_lazy("When it was asked."), required=True),
        col.words(ReportQuestion, "question", gettext_lazy("The question."), required=True),
        col.member("asked_by", gettext_lazy("Who asked, by email."), required=True),
        col.words(ReportQuestion, "answer", gettext_lazy("The answer; empty while there is none.")),
        col.member("answered_by", gettext_lazy("Who answered, by email.")),
        col.of("answered_at", Moment(), gettext_lazy("When it was answered.")),
        whose="report__organisation",
        parents=(Parent("report", "team_reports", ("team", "month")),),
    ),
    sheet(
        "record_actions",
        gettext_lazy("What will be done because a worker is over the limit."),
        (),
        RemedialAction,
        *RECORD,
        col.words(RemedialAction, "what", gettext_lazy("What will be done."), required=True),
        col.member("owner", gettext_lazy("Who does it, by email."), required=True),
        col.day("due_on", gettext_lazy("By when."), required=True),
        col.day("done_on", gettext_lazy("The day it was done; empty while it is open.")),
        col.member("by", gettext_lazy("Who wrote it down, by email."), required=True),
        whose="record__organisation",
        parents=(RECORD_OF,),
        as_written=True,
    ),
)
