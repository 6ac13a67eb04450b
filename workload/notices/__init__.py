"""
Notices about the ledger, the scheme and the month, in words without names: the kinds, in the order a digest lists them.

A notice about a month without a record names the worker or the team and the month, ``worker:17:2026-10``; one about an
existing record or report names that, ``record:5``. Only `notice_subjects` writes these keys.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from peerload.core.formats import format_day
from peerload.notices.kinds import NoticeKind

from ..enums import RECORD_DUE, REPORT_DUE
from . import first_page, truth

POINTS_DIFFERED = "points_differed"
SCHEME_CHANGES = "scheme_changes"

# A prompt, as `RECORD_DUE` and `REPORT_DUE` are.
RECORD_TO_COMPLETE = (
    "record_to_complete"  # to the team's leaders, of_worker: a record is not submitted, and the worker is away
)

# News, sent by the action that causes it. The anchor is that day.
RECORD_REMINDER = "record_reminder"  # to the worker, of_worker: a manager asks them to submit it, or to agree to it
RECORD_CHANGED = (
    "record_changed"  # to the worker and those who had agreed, of_record: a submitted record is a draft again
)
RECORD_DISAGREED = "record_disagreed"  # to the other side, of_record
RECORD_OTHER_MANAGER = "record_other_manager"  # to the manager who is asked to decide, of_record
RECORD_DECIDED = (
    "record_decided"  # to the worker and the team's leaders, of_record: another manager has decided the figure
)
RECORD_ASSUMED = (
    "record_assumed"  # to the worker, of_worker: completed while they were away; does what was assumed hold?
)
RECORD_SETTLED = "record_settled"  # to the team's leaders, of_record: the worker has answered what was assumed
REPORT_SENT = "report_sent"  # to service managers, of_report
QUESTION_ASKED = "question_asked"  # to the team's leaders, of_question: a service manager asks about a report
QUESTION_ANSWERED = "question_answered"  # to service managers, of_question
ACTION_OVERDUE = "action_overdue"  # to service managers, of_action: it is not done long after its day, the anchor

KINDS = (  # in the order a digest lists them
    NoticeKind(
        REPORT_DUE,
        says=ngettext_lazy("%(count)d team report is not sent", "%(count)d team reports are not sent", "count"),
        still_true=truth.still_to_send,
        then=first_page.said_due,
        shown=first_page.reports_due,
    ),
    NoticeKind(
        RECORD_TO_COMPLETE,
        says=ngettext_lazy(
            "%(count)d monthly record of a worker who is not at work waits for you to complete it",
            "%(count)d monthly records of workers who are not at work wait for you to complete them",
            "count",
        ),
        still_true=truth.still_away,
        then=first_page.said_due,
        shown=first_page.of_workers(gettext_lazy("Is not at work. Please complete the record")),
    ),
    NoticeKind(
        RECORD_DUE,
        says=ngettext_lazy(
            "%(count)d monthly record of yours is not submitted",
            "%(count)d monthly records of yours are not submitted",
            "count",
        ),
        still_true=truth.still_to_submit,
        series="record",
        then=first_page.said_due,
        shown=first_page.own_records,
    ),
    NoticeKind(
        RECORD_REMINDER,
        says=ngettext_lazy(
            "%(count)d monthly record is asked for by your manager",
            "%(count)d monthly records are asked for by your manager",
            "count",
        ),
        still_true=truth.still_asked,
        series="record",
        stage=1,
        then=first_page.said_due,
        shown=first_page.own_records,
    ),
    NoticeKind(
        RECORD_CHANGED,
        says=ngettext_lazy(
            "%(count)d monthly record has changed, because its facts changed. Read it and submit it again",
            "%(count)d monthly records have changed, because their facts changed. Read them and submit them again",
            "count",
        ),
        still_true=truth.still_draft,
        shown=first_page.of_records(
            gettext_lazy("Is a draft again, because its facts changed. Read it, then submit it")
        ),
    ),
    NoticeKind(
        RECORD_OTHER_MANAGER,
        says=ngettext_lazy(
            "%(count)d monthly record is not agreed. You are asked to decide as another manager",
            "%(count)d monthly records are not agreed. You are asked to decide as another manager",
            "count",
        ),
        still_true=truth.still_yours_to_decide,
    ),
    NoticeKind(
        RECORD_DISAGREED,
        says=ngettext_lazy(
            "%(count)d monthly record is not agreed by the other person",
            "%(count)d monthly records are not agreed by the other person",
            "count",
        ),
        still_true=truth.still_not_agreed,
        shown=first_page.records_disagreed,
    ),
    NoticeKind(
        RECORD_DECIDED,
        says=ngettext_lazy(
            "%(count)d monthly record that was not agreed is decided by another manager",
            "%(count)d monthly records that were not agreed are decided by another manager",
            "count",
        ),
        still_true=truth.still_decided,
        shown=first_page.of_records(gettext_lazy("Another manager has decided it")),
    ),
    NoticeKind(
        REPORT_SENT,
        says=ngettext_lazy("%(count)d team report was sent", "%(count)d team reports were sent", "count"),
        still_true=truth.always,
        shown=first_page.reports_sent,
    ),
    NoticeKind(
        QUESTION_ASKED,
        says=ngettext_lazy(
            "%(count)d question about a report waits for your answer",
            "%(count)d questions about reports wait for your answer",
            "count",
        ),
        still_true=truth.still_to_answer,
        shown=first_page.questions_asked,
    ),
    NoticeKind(
        QUESTION_ANSWERED,
        says=ngettext_lazy(
            "%(count)d question about a report is answered",
            "%(count)d questions about reports are answered",
            "count",
        ),
        still_true=truth.still_answered,
        shown=first_page.questions_answered,
    ),
    NoticeKind(
        RECORD_ASSUMED,
        says=ngettext_lazy(
            "%(count)d monthly record was completed while you were away. Say whether what was assumed holds",
            "%(count)d monthly records were completed while you were away. Say whether what was assumed holds",
            "count",
        ),
        still_true=truth.still_to_settle,
        shown=first_page.own_assumptions,
    ),
    NoticeKind(
        RECORD_SETTLED,
        says=ngettext_lazy(
            "%(count)d worker who is back has answered what you assumed",
            "%(count)d workers who are back have answered what you assumed",
            "count",
        ),
        still_true=truth.still_settled,
        shown=first_page.assumptions_answered,
    ),
    NoticeKind(
        ACTION_OVERDUE,
        says=ngettext_lazy(
            "%(count)d action planned in a monthly record is long overdue",
            "%(count)d actions planned in monthly records are long overdue",
            "count",
        ),
        still_true=truth.still_overdue,
        shown=first_page.actions_overdue,
    ),
    NoticeKind(
        POINTS_DIFFERED,
        says=ngettext_lazy(
            "%(count)d nightly check found wrong points and counted them again. Tell the person who runs peerload",
            "%(count)d nightly checks found wrong points and counted them again. Tell the person who runs peerload",
            "count",
        ),
        still_true=truth.always,
        shown=first_page.points_differed,
    ),
    NoticeKind(
        SCHEME_CHANGES,
        says=ngettext_lazy("%(count)d change of the points scheme", "%(count)d changes of the points scheme", "count"),
        still_true=truth.still_published,
        each=lambda notice: (
            _("From %(day)s a new points scheme counts. See your points") % {"day": format_day(notice.anchor_on)}
        ),
        shown=first_page.scheme_changes,
    ),
)
