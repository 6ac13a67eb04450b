"""The points scheme, and the months counted by it."""

from decimal import Decimal

from caseload.enums import Tier
from workload.enums import Condition, CountedPer, Element, Ending, Enough, Flag, Preset, RecordStatus, Side
from workload.enums import Window as WorkWindow
from workload.models import PEOPLE, Agreement, MonthlyRecord, RecordLine, RemedialAction, Scheme, TeamReport, Weight

from ..field_types import Moment, Month, Number, Text, Whole
from . import columns as col
from .columns import Parent, Sheet

POINTS = Number(3, 0, 99_999)
MORE_OR_FEWER = Number(3, -99_999, 99_999)
MANY_POINTS = Number(3, 0, 9_999_999)
RECORD = (col.email("Whose record, by email.", field="record__worker"), col.month("record__month"))
RECORD_OF = Parent("record", "records", ("email", "month"))
MONTHS = (
    Sheet(
        "scheme_versions",
        "Versions of the points scheme; the sheet service shows the settings of the last one published.",
        (
            col.from_day("First day it counts."),
            col.of("published_at", Moment(), "When it was published; empty for a draft."),
            col.text(Scheme, "name", "Name of the version.", required=True),
            col.one_of("preset", Preset, "What it was begun with: peer or children."),
            col.yes("workload_weight", "One point for every whole ten: yes or no; yes if left out.", True),
            col.yes("stable_scales_with_fte", "Whether the stable element follows FTE; no if left out."),
            col.of("mark", col.MARK, "Little room from so many points per FTE; 85 if left out.", default=Decimal(85)),
            col.of("limit", col.MARK, "Over above so many points per FTE; 100 if left out.", default=Decimal(100)),
            col.of("close_window_days", Whole(0, 365), "Days after a decision to close; 28 if left out.", default=28),
            col.yes("weight_of_cases_only", "Whether only cases count for the weight; no if left out."),
            col.yes("extras_inside_base", "Whether extra responsibilities lie inside the base; no if left out."),
            col.yes("decision_day_is_first", "Whether the day of the decision is the first of the 28; no if left out."),
            col.yes("start_day_is_first", "Whether the first day counts in a window; no if left out."),
            col.yes("windows_run_on", "Whether windows run on after a piece of work is finished; no if left out."),
            col.member("begun_by", "Who began it, by email."),
            col.of("begun_at", Moment(), "When it was begun."),
            col.member("published_by", "Who published it, by email."),
        ),
        ("from", "published_at"),
        model=Scheme,
    ),
    Sheet(
        "scheme_rows",
        "What each kind of work weighs in each version of the scheme.",
        (
            col.day("from", "First day of the version, as in the sheet scheme_versions.", "scheme__starts_on", True),
            col.of(
                "published_at", Moment(), "When the version was published; empty for a draft.", "scheme__published_at"
            ),
            col.text(Weight, "kind", "A short name, as in activities and responsibilities.", "code", True),
            col.text(Weight, "label", "What people call it.", required=True),
            col.one_of("element", Element, "stable, extra or case.", True),
            col.of("points", Number(2, 0, 9_999), "Points.", required=True),
            col.one_of("per", CountedPer, default=CountedPer.WORKER.value),
            col.one_of("window", WorkWindow, default=WorkWindow.NONE.value),
            col.of("length", Whole(0, 10_000), "How many days the window has; 0 if left out.", default=0),
            col.one_of("condition", Condition, default=Condition.NONE.value),
            col.of("condition_value", Whole(0, 1_000_000), "More than so many minutes; 0 if left out.", default=0),
            col.text(Weight, "one_of", "Rows with the same word count once together."),
            col.one_of(
                "tier",
                [tier for tier in Tier if tier != Tier.INACTIVE],
                "The support it is for: high, medium, group or parked.",
            ),
            col.yes("linked_to_cases", "Adds points even where extras lie inside the base; no if left out."),
            col.yes("on", "Counts: yes or no; yes if left out.", True),
            col.of("item", Whole(0, 1_000), "Its number in the list; 0 if left out.", default=0),
        ),
        ("from", "published_at", "kind", "tier", "condition"),
        model=Weight,
        whose="scheme__organisation",
        parents=(Parent("scheme", "scheme_versions", ("from", "published_at")),),
        as_written=True,
    ),
    Sheet(
        "team_reports",
        "Months of teams as they were sent to the service manager.",
        (
            col.team("The team.", True),
            col.month(),
            col.of("sent_at", Moment(), "When it was sent.", required=True),
            col.day("sent_on", "The day it was sent.", required=True),
            col.member("sent_by", "Who sent it, by email.", required=True),
            col.words(TeamReport, "note", "The note sent with it."),
            col.of("points", MANY_POINTS, "Points of the team.", required=True),
            col.of("limit", MANY_POINTS, "Limit of the team.", required=True),
            col.of("fte", Number(3, 0, 99_999), "FTE of the team.", required=True),
        ),
        ("team", "month"),
        model=TeamReport,
    ),
    Sheet(
        "records",
        "Monthly records.",
        (
            col.email("Whose record, by email."),
            col.month(),
            col.of("total", POINTS, "Total points.", required=True),
            col.of("stable", POINTS, "Of these, the stable element."),
            col.of("extras", POINTS, "Of these, extra responsibilities."),
            col.of("cases", POINTS, "Of these, cases."),
            col.of("weight", POINTS, "Of these, the workload weight."),
            col.of("fte", col.FTE, "FTE of that month."),
            col.one_of(
                "status",
                RecordStatus,
                f"One of {', '.join(RecordStatus.values)}; draft if left out.",
                default=RecordStatus.DRAFT.value,
            ),
            col.words(MonthlyRecord, "reason", "Why it was above the limit."),
            col.yes("imported", "Whether only its figures are known, from elsewhere; yes if left out.", True),
            col.team("The team of that month."),
            col.of(
                "adjustment", MORE_OR_FEWER, "Corrections of earlier months in it; 0 if left out.", default=Decimal(0)
            ),
            col.of("mark", POINTS, "Little room from here on."),
            col.of("limit", POINTS, "The limit."),
            col.of("peak", POINTS, "The most points on a day of the month."),
            col.day("peak_on", "The first day with so many."),
            col.one_of("flag", Flag, "none, reason or review; none if left out.", default=Flag.NONE.value),
            col.day("scheme_from", "First day of the version of the scheme.", "scheme__starts_on"),
            *(col.of(tier, Whole(0, 100_000), f"People: {Tier(tier).label}.") for tier in PEOPLE),
            *(
                col.of(f"boundary_{tier}", POINTS, f"How many of them are enough: {Tier(tier).label}.")
                for tier in PEOPLE
            ),
            col.day("away_since", "Away on the last day of the month, since then."),
            col.day("expected_back", "And expected back."),
            col.day("supervision_held_on", "Last supervision."),
            col.day("next_supervision_on", "Next supervision."),
            col.words(MonthlyRecord, "comment", "What the worker wrote."),
            col.one_of("enough", Enough, "What the worker said of the work: enough, too_much or too_little."),
            col.words(MonthlyRecord, "would_help", "What would help, in the worker's words."),
            col.words(MonthlyRecord, "causes", "What is behind it."),
            col.member("completed_by", "Who submitted or completed it, by email."),
            col.day("completed_on", "The day of that."),
            col.member("other_manager", "Who agrees in place of the team manager, by email."),
            col.member("disagreed_by", "Who did not agree, by email."),
            col.of("disagreed_total", POINTS, "The total that they did not agree to."),
            col.words(MonthlyRecord, "disagreement", "Why they did not agree."),
            col.member("decided_by", "The other manager who decided, by email."),
            col.of("decided_total", POINTS, "The total decided."),
            col.team(
                "The team in whose report of that month it was sent; empty if it was not.",
                source="report__team__name",
                name="report_of",
            ),
            col.of("reported_reason", Text(4_000, lines=True), "The reason as the report was sent with it.")._replace(
                about_somebody=True
            ),
            col.of("reported_causes", Text(8_000, lines=True), "What is behind it, as it was sent.")._replace(
                about_somebody=True
            ),
        ),
        ("email", "month"),
        model=MonthlyRecord,
        parents=(
            Parent("scheme", "scheme_versions", ("scheme_from",), ("from",), optional=True),
            Parent("report", "team_reports", ("report_of", "month"), optional=True),
        ),
    ),
    Sheet(
        "record_lines",
        "The points that a record was submitted with, and corrections of earlier months.",
        (
            *RECORD,
            col.one_of("element", Element, "stable, extra or case; empty for a correction."),
            col.text(RecordLine, "kind", "The kind of work.", "code"),
            col.text(RecordLine, "label", "What people call it.", required=True),
            col.of("points", Number(5, -99_999, 99_999), "Points.", required=True),
            col.day("from", "First day.", "starts_on"),
            col.until(),
            col.ref()._replace(required=False),
            col.family("The family, by its code."),
            col.text(RecordLine, "reason", "Why it counts so."),
            col.one_of("ending", Ending),
            col.of("for_month", Month(), "The earlier month that it corrects, as 2026-09."),
        ),
        model=RecordLine,
        whose="record__organisation",
        parents=(RECORD_OF,),
        as_written=True,
    ),
    Sheet(
        "record_agreements",
        "Who agreed a record, and to which total.",
        (
            *RECORD,
            col.one_of("side", Side, "worker or manager.", True),
            col.member("by", "Who agreed, by email.", "member", True),
            col.of("total", POINTS, "The total agreed.", required=True),
            col.of("at", Moment(), "When.", required=True),
        ),
        ("email", "month", "side"),
        model=Agreement,
        whose="record__organisation",
        parents=(RECORD_OF,),
    ),
    Sheet(
        "record_actions",
        "What will be done because a worker is over the limit.",
        (
            *RECORD,
            col.words(RemedialAction, "what", "What will be done.", required=True),
            col.member("owner", "Who does it, by email.", required=True),
            col.day("due_on", "By when.", required=True),
            col.day("done_on", "The day it was done; empty while it is open."),
            col.member("by", "Who wrote it down, by email.", required=True),
        ),
        model=RemedialAction,
        whose="record__organisation",
        parents=(RECORD_OF,),
        as_written=True,
    ),
)
