"""Sheets of arrangements for absences and leaving, and the days on which the service is closed."""

from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from caseload.enums import Duty, LeavingStepKind, MoveEnd
from caseload.models import Cover, DutyDone, Handover, LeavingStep, TemporaryMove
from peerload.staff.models import ActingManager, ClosureDay, LeaveKind, Leaving
from wellbeing.enums import LeaveState
from wellbeing.models import LeaveRequest

from ..field_types import Whole
from . import columns as col
from .columns import Parent, sheet


def nth_notice() -> Subquery:
    """Return which of the notices that one person gave on one day a row belongs to."""
    notices = Leaving.objects.filter(
        member=OuterRef("leaving__member"), notice_on=OuterRef("leaving__notice_on"), pk__lte=OuterRef("leaving")
    )
    return Subquery(notices.order_by().values("member").annotate(count=Count("pk")).values("count"))


NOTICE = (
    col.email(_("Who leaves, by email."), field="leaving__member"),
    col.day("notice_on", _("The day of the notice, as in the sheet leavings."), "leaving__notice_on", True),
    col.nth(_("notice of one day"), "leaving_nth"),
)
NOTICE_OF = Parent("leaving", "leavings", ("email", "notice_on", "nth"))
ABSENCE = (
    col.email(_("Who is away, by email."), field="absence__worker"),
    col.day("absent_from", _("First day of the absence, as in the sheet absences."), "absence__starts_on", True),
)
ABSENCE_OF = Parent("absence", "absences", ("email", "absent_from"))
AWAY = (
    sheet(
        "closures",
        _("Days the service is shut, on top of its region's holidays."),
        ("date",),
        ClosureDay,
        col.day("date", _("The day."), "on", True),
        col.text(ClosureDay, "label", _("What it is.")),
    ),
    sheet(
        "leave_kinds",
        _("The kinds of leave that can be chosen."),
        ("kind",),
        LeaveKind,
        col.text(LeaveKind, "kind", _("Its name, such as Annual leave."), "name", True),
        col.yes("in_use", _("Offered for new leave: yes or no; yes if left out."), True),
        col.of("place", Whole(1, 1_000), _("Its place in the list; 1 if left out."), "position", default=1),
    ),
    sheet(
        "leave_requests",
        _("Leave that staff asked for, and the answers."),
        ("email", "from", "nth"),
        LeaveRequest,
        col.email(_("Who asks, by email.")),
        col.from_day(_("First day of the leave.")),
        col.until(_("Last day of the leave."))._replace(required=True),
        col.one_of("state", LeaveState, required=True),
        col.day("asked_on", _("The day it was asked for, or changed last."), required=True),
        col.words(LeaveRequest, "kind", _("The kind of leave.")),
        col.words(LeaveRequest, "words", _("What should happen while they are away.")),
        col.yes("calls_off", _("Asks to call an agreed absence off: yes or no; no if left out.")),
        col.day("answered_on", _("The day it was answered.")),
        col.member("answered_by", _("Who answered, by email.")),
        col.words(LeaveRequest, "answer", _("The line of the answer.")),
        col.day(
            "absent_from",
            _("Its absence: that one's first day, as in the sheet absences."),
            "absence__starts_on",
        ),
        col.nth(_("request from one day")),
        parents=(Parent("absence", "absences", ("email", "absent_from"), optional=True),),
        added={"nth": col.nth_of("worker", "starts_on")},
    ),
    sheet(
        "cover",
        _("Who covers for a person while their worker is away."),
        ("email", "absent_from", "ref", "from"),
        Cover,
        *ABSENCE,
        col.ref(),
        col.member("worker", _("Who covers, by email."), required=True),
        col.from_day(_("First day of cover.")),
        col.until(_("Last day; empty while the absence lasts.")),
        col.by(_("Who chose it, by email.")),
        parents=(ABSENCE_OF,),
    ),
    sheet(
        "acting",
        _("Who acts in a team while its manager or deputy is away."),
        ("email", "absent_from", "team", "from"),
        ActingManager,
        *ABSENCE,
        col.team(_("The team."), True),
        col.member("acts", _("Who acts, by email."), "member", True),
        col.from_day(_("First day of acting.")),
        col.until(_("Last day; empty if it lasts until the manager is back.")),
        col.member("by", _("Who named them, by email."), required=True),
        parents=(ABSENCE_OF,),
    ),
    sheet(
        "absence_steps",
        _("What was done about an absence."),
        ("email", "absent_from", "kind", "due_on"),
        DutyDone,
        *ABSENCE,
        col.one_of("kind", Duty, required=True),
        col.day("due_on", _("The day it was due."), required=True),
        col.day("done_on", _("The day it was done."), required=True),
        col.member("by", _("Who did it, by email."), required=True),
        whose="absence__organisation",
        parents=(ABSENCE_OF,),
    ),
    sheet(
        "temporary_moves",
        _("People who moved to another worker until a date, and what was decided then."),
        ("ref", "from"),
        TemporaryMove,
        col.ref(),
        col.day(
            "from", _("First day with the other worker, as in the sheet allocations."), "allocation__starts_on", True
        ),
        col.member("back_to", _("The worker they are to return to, by email."), required=True),
        col.day("until", _("The day their return is proposed."), required=True),
        col.member("absent", _("Who is away meanwhile, by email; empty if no one is."), "absence__worker"),
        col.day("absent_from", _("First day of that absence, as in the sheet absences."), "absence__starts_on"),
        col.member("by", _("Who arranged it, by email."), required=True),
        col.day("settled_on", _("The day it was decided; empty while it is open.")),
        col.member("settled_by", _("Who decided, by email.")),
        col.one_of("settled_as", MoveEnd),
        parents=(
            Parent("allocation", "allocations", ("ref", "from")),
            Parent("absence", "absences", ("absent", "absent_from"), optional=True),
        ),
    ),
    sheet(
        "leavings",
        _("Who gave notice, with their last day."),
        ("email", "notice_on", "nth"),
        Leaving,
        col.email(_("Who leaves, by email."), field="member"),
        col.day("notice_on", _("The day of the notice."), required=True),
        col.day("last_day", _("Their last day."), required=True),
        col.member("by", _("Who wrote it down, by email."), required=True),
        col.day("withdrawn_on", _("The day the notice was withdrawn.")),
        col.day("closed_on", _("The day on which nothing was left to do.")),
        col.nth(_("notice of one day")),
        added={"nth": col.nth_of("member", "notice_on")},
    ),
    sheet(
        "leaving_steps",
        _("What is to be done before a worker leaves."),
        ("email", "notice_on", "nth", "kind"),
        LeavingStep,
        *NOTICE,
        col.one_of("kind", LeavingStepKind, required=True),
        col.member("owner", _("Who does it, by email."), required=True),
        col.day("due_on", _("By when."), required=True),
        col.day("done_on", _("The day it was done; empty while it is open.")),
        col.member("done_by", _("Who did it, by email.")),
        whose="leaving__organisation",
        parents=(NOTICE_OF,),
        as_written=True,
        added={"leaving_nth": nth_notice()},
    ),
    sheet(
        "handovers",
        _("What a worker who leaves passes on about a person, and to which worker."),
        ("email", "notice_on", "nth", "ref"),
        Handover,
        *NOTICE,
        col.ref(),
        col.member("to", _("Who supports them next, by email.")),
        col.words(Handover, "note", _("What to know.")),
        col.day("told_on", _("The day the person was told.")),
        col.member("told_by", _("Who told them, by email.")),
        col.day("moved_on", _("From this day on they are with the next worker.")),
        whose="leaving__organisation",
        parents=(NOTICE_OF,),
        added={"leaving_nth": nth_notice()},
    ),
)
