"""
What the columns of downloads are: their headings, what they mean, and what their cells hold.

CSV files have the names of columns as they are here, for programs. A workbook has headings, number formats, widths, sums
and the sheet of meanings, all from this table.
"""

from enum import Enum
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from peerload.core.translation import LazyText


class CellKind(Enum):
    """What the cells of a column hold: the number format of a spreadsheet, and the kind in words."""

    POINTS = "#,##0.0##", _("points")
    FTE = "0.0##", _("full-time equivalent; 1 is full time")
    WHOLE = "#,##0", _("whole number")
    TENTHS = "#,##0.0", _("number with one decimal")
    HOURS = "#,##0.0#", _("hours")
    PERCENT = "0.0%", _("percent")
    DAY = "yyyy-mm-dd", _("day")
    MONTH = "mmm yyyy", _("month")
    WORDS = "@", _("words")

    @property
    def number_format(self) -> str:
        return self.value[0]

    @property
    def label(self) -> LazyText:
        return self.value[1]

    @property
    def is_added(self) -> bool:
        """Whether adding up such cells can say anything."""
        return self not in (CellKind.PERCENT, CellKind.DAY, CellKind.MONTH, CellKind.WORDS)


class ColumnMeaning(NamedTuple):
    """
    One column of a download.

    :param share_of: of a percentage, the columns that it divides: in a row of sums it follows from their sums
    """

    kind: CellKind
    heading: LazyText
    means: LazyText
    share_of: tuple[str, str] | None = None


POINTS, FTE, WHOLE, DAY, WORDS = CellKind.POINTS, CellKind.FTE, CellKind.WHOLE, CellKind.DAY, CellKind.WORDS

WHOSE = {
    "worker": ColumnMeaning(WORDS, _("Worker"), _("The peer worker.")),
    "team": ColumnMeaning(WORDS, _("Team"), _("The team of the worker’s post.")),
    "month": ColumnMeaning(CellKind.MONTH, _("Month"), _("The month the figures describe, at its last day.")),
    "workers": ColumnMeaning(WHOLE, _("Workers"), _("Workers with a post in the team.")),
    "fte": ColumnMeaning(FTE, _("FTE"), _("How much of full time the posts are.")),
    "away": ColumnMeaning(WORDS, _("Away"), _("How long the worker is away, or how many workers are.")),
    "away_since": ColumnMeaning(DAY, _("Away since"), _("First day of the absence on the month’s last day.")),
    "expected_back": ColumnMeaning(DAY, _("Expected back"), _("The day the worker is expected back.")),
}
LOAD = {
    "stable": ColumnMeaning(POINTS, _("Stable"), _("Points that every peer worker has, for the work all of them do.")),
    "extras": ColumnMeaning(POINTS, _("Extra"), _("Points for extra responsibilities, such as mentoring or groups.")),
    "cases": ColumnMeaning(POINTS, _("Cases"), _("Points for the people supported and what is done for them.")),
    "subtotal": ColumnMeaning(POINTS, _("Subtotal"), _("Stable, extra and cases together, before the weight.")),
    "weight": ColumnMeaning(POINTS, _("Weight"), _("Points added for a heavy subtotal, as the scheme says.")),
    "decided": ColumnMeaning(
        POINTS, _("Decided"), _("By how much a total differs from its elements because another manager decided it.")
    ),
    "total": ColumnMeaning(POINTS, _("Total"), _("All points together. Points are not hours.")),
    "points": ColumnMeaning(POINTS, _("Points"), _("Points held, all elements together. Points are not hours.")),
    "mark": ColumnMeaning(POINTS, _("Little room from"), _("From these points on there is little room.")),
    "limit": ColumnMeaning(POINTS, _("Limit"), _("The most points that the hours of the posts allow.")),
    "percent": ColumnMeaning(
        CellKind.PERCENT, _("Percent of the limit"), _("Points held, of the limit."), share_of=("points", "limit")
    ),
    "band": ColumnMeaning(WORDS, _("Band"), _("Room, little room, or over the limit.")),
    "over": ColumnMeaning(WHOLE, _("Workers over the limit"), _("Workers whose points are above their own limit.")),
    "peak": ColumnMeaning(POINTS, _("Peak"), _("The most points on any day of the month.")),
    "peak_on": ColumnMeaning(DAY, _("Peak on"), _("The day of the peak.")),
    "adjustment": ColumnMeaning(
        POINTS, _("Correction"), _("By how much earlier months would differ by today’s facts, beside the total.")
    ),
}
SUPPORTED = {
    "high": ColumnMeaning(WHOLE, _("High support"), _("People with high support.")),
    "medium": ColumnMeaning(WHOLE, _("Medium support"), _("People with medium support.")),
    "group": ColumnMeaning(WHOLE, _("Group support"), _("People with support in a group.")),
    "parked": ColumnMeaning(WHOLE, _("Keeping in touch"), _("People the service keeps in touch with.")),
    "people": ColumnMeaning(WHOLE, _("People"), _("People supported, of all kinds of support.")),
    "boundary": ColumnMeaning(
        CellKind.TENTHS, _("Caseload boundary"), _("How many people the hours of the posts are meant for: a guide.")
    ),
    "contacts_over_7_days": ColumnMeaning(
        WHOLE, _("Contacts over 7 days late"), _("Contacts of keeping in touch that are a week or more overdue.")
    ),
    "contacts_over_7_days_if_none_is_made_before": ColumnMeaning(
        WHOLE,
        _("Contacts over 7 days late if none is made before"),
        _("Contacts that will be a week or more overdue on this coming day, unless they are made before."),
    ),
    "without_worker": ColumnMeaning(WHOLE, _("Without a worker"), _("People who wait for a worker.")),
    "without_worker_past_their_day": ColumnMeaning(
        WHOLE, _("Without a worker, past their day"), _("People who still wait after the day of their next step.")
    ),
    "statutory_with_nobody": ColumnMeaning(
        WHOLE, _("Statutory, with no one"), _("People with statutory status who have neither worker nor cover.")
    ),
    "drop_ins_people_28_days": ColumnMeaning(
        WHOLE, _("Drop-in people, 28 days"), _("People who dropped in within the last 28 days.")
    ),
    "drop_ins_hours_28_days": ColumnMeaning(
        CellKind.HOURS, _("Drop-in hours, 28 days"), _("Hours with people who dropped in within the last 28 days.")
    ),
    "contacts_due": ColumnMeaning(
        WHOLE, _("Contacts due"), _("Contacts of keeping in touch whose due day lies in the month.")
    ),
    "contacts_in_time": ColumnMeaning(
        WHOLE, _("Contacts made in time"), _("Of the contacts due, those that reached the person by the due day.")
    ),
    "tier": ColumnMeaning(WORDS, _("Support"), _("The kind of support; “all” is every kind together.")),
    "fte_in_post": ColumnMeaning(FTE, _("FTE in post"), _("How much of full time the posts are.")),
    "fte_needed": ColumnMeaning(FTE, _("FTE needed"), _("How many full-time workers these people need.")),
    "fte_short": ColumnMeaning(
        FTE, _("FTE short"), _("FTE needed minus FTE in post; below 0 there are more than needed.")
    ),
}
RECORDS = {
    "flag": ColumnMeaning(WORDS, _("What the month asks for"), _("Above the limit: a reason, or a workload review.")),
    "reason": ColumnMeaning(WORDS, _("Reason"), _("Why the worker is over the limit, as written in the record.")),
    "causes": ColumnMeaning(WORDS, _("Behind it"), _("What is behind the load, as written in the record.")),
    "record": ColumnMeaning(WORDS, _("Record"), _("How far the record is: draft, submitted or agreed.")),
    "supervision_held_on": ColumnMeaning(
        DAY, _("Supervision held on"), _("The day supervision was held in the month; empty: none was recorded.")
    ),
    "next_supervision_on": ColumnMeaning(DAY, _("Next supervision on"), _("The day of the next supervision.")),
    "open_actions": ColumnMeaning(WHOLE, _("Open actions"), _("Agreed actions that are not done yet.")),
    "who_must_act": ColumnMeaning(WORDS, _("Who must act"), _("Who does the next step of the record.")),
    "two_figures": ColumnMeaning(
        WORDS, _("Two figures"), _("Where worker and manager do not agree: who says which figure.")
    ),
    "assumed": ColumnMeaning(
        WORDS, _("Assumed"), _("What the team manager assumed about the month while the worker was away.")
    ),
    "assumption_holds": ColumnMeaning(
        WORDS, _("Does it hold"), _("What the worker answered about the assumption; empty: not answered yet.")
    ),
    "agreed": ColumnMeaning(WHOLE, _("Records complete"), _("Records that worker and manager have agreed.")),
    "supervised": ColumnMeaning(WHOLE, _("Had supervision"), _("Workers whose supervision was held in the month.")),
    "reported": ColumnMeaning(WORDS, _("Report sent"), _("Whether the report is sent; its figures do not change.")),
    "sent_on": ColumnMeaning(DAY, _("Sent on"), _("The day the report was sent.")),
    "late_since": ColumnMeaning(DAY, _("Late since"), _("The first day after the report was due; empty: not late.")),
    "note": ColumnMeaning(WORDS, _("Note"), _("The team manager’s note with the report.")),
    "as_at": ColumnMeaning(DAY, _("As at"), _("The day the figures describe.")),
    "agreed_by_worker": ColumnMeaning(WORDS, _("Agreed by the worker"), _("Who agreed for the worker, and when.")),
    "agreed_by_manager": ColumnMeaning(WORDS, _("Agreed by the manager"), _("Who agreed for the manager, and when.")),
}
LINES = {
    "element": ColumnMeaning(WORDS, _("Element"), _("Stable, extra responsibilities, or cases.")),
    "kind": ColumnMeaning(WORDS, _("Kind"), _("What the points are for.")),
    "reference": ColumnMeaning(WORDS, _("Reference"), _("The reference of a person; the file has no names of people.")),
    "since": ColumnMeaning(DAY, _("Since"), _("The first day these points count.")),
    "through": ColumnMeaning(DAY, _("Through"), _("The last day they count; empty: while it lasts.")),
    "why it ends": ColumnMeaning(WORDS, _("Why it ends"), _("Why the points end on that day.")),
}
EFFECTS = {
    "total now": ColumnMeaning(POINTS, _("Total now"), _("All points by the scheme that counts.")),
    "total draft": ColumnMeaning(POINTS, _("Total by the draft"), _("All points as the draft would count them.")),
    "change": ColumnMeaning(POINTS, _("Change"), _("Total by the draft minus total now.")),
    "band now": ColumnMeaning(
        WORDS, _("Band now"), _("Room, little room, or over the limit, by the scheme that counts.")
    ),
    "band draft": ColumnMeaning(
        WORDS, _("Band by the draft"), _("Room, little room, or over the limit, by the draft.")
    ),
    "lines": ColumnMeaning(WORDS, _("What changes it"), _("Which kinds of points change, and by how much.")),
}

MEANINGS = EFFECTS | WHOSE | LOAD | SUPPORTED | RECORDS | LINES
