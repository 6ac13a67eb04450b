"""
Notices about the ledger, the scheme and the month, in words without names, and whether each is still true.

A notice about a month without a record names the worker or the team and the month, ``worker:17:2026-10``; one about an
existing record or report names that, ``record:5``. Only `notice_subjects` writes these keys.
"""

from collections.abc import Callable, Mapping
from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from peerload.core import clock
from peerload.core.formats import format_day, format_month, format_weekday
from peerload.notices.kinds import FirstPageLine, NoticeKind, Reader
from peerload.notices.models import Notice
from peerload.staff.models import Member, Organisation, Post, Team
from peerload.staff.queries import acted_until, leader_keys

from . import queries, rules
from .enums import RECORD_DUE, REPORT_DUE, Answer, RecordStatus, Side
from .models import (
    KEPT,
    Assumption,
    MonthlyRecord,
    MonthlyRecordQuerySet,
    RemedialAction,
    ReportQuestion,
    Scheme,
    TeamReport,
)
from .notice_subjects import key_of, month_of

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


# Whether it is still true ----------------------------------------------------------------------------------------------


def always(notices: list[Notice]) -> set[int]:
    """Return all notices: a finding, or a report that was sent, stays true."""
    return {notice.pk for notice in notices}


def still_to_submit(notices: list[Notice]) -> set[int]:
    """Return the notices about months whose record waits for the worker: none, or a draft."""
    about = {notice.pk: month_of(notice) for notice in notices}
    done = queries.months_submitted(*map(set, zip(*about.values(), strict=True)))
    return {pk for pk, whose in about.items() if whose not in done}


def still_asked(notices: list[Notice]) -> set[int]:
    """Return the notices about months whose record waits for the worker to submit it, or to agree to it."""
    about = {notice.pk: month_of(notice) for notice in notices}
    workers, months = map(set, zip(*about.values(), strict=True))
    records = MonthlyRecord.objects.filter(worker__in=workers, month__in=months)
    done = records.filter(Q(status__in=KEPT) | Q(agreements__side=Side.WORKER))
    done = set(done.values_list("worker_id", "month"))
    return {pk for pk, whose in about.items() if whose not in done}


def still_away(notices: list[Notice]) -> set[int]:
    """Return the notices about months whose record waits for a worker who is away today, or cannot sign in."""
    waiting = still_to_submit(notices)
    workers = {month_of(notice)[0] for notice in notices}
    on = clock.today(notices[0].organisation)
    at_work = set(Member.objects.at_work(on).filter(pk__in=workers).values_list("pk", flat=True))
    true = {notice.pk for notice in notices if notice.pk in waiting and month_of(notice)[0] not in at_work}
    teams = dict(Member.objects.filter(pk__in=workers).values_list("pk", "home_team"))
    posts = Post.objects.written_for(on).filter(worker__in=workers, team__isnull=False)
    teams |= dict(posts.values_list("worker", "team"))
    return _of_leaders(true, notices, {notice.pk: teams.get(month_of(notice)[0]) for notice in notices})


def still_to_send(notices: list[Notice]) -> set[int]:
    """Return the notices about months whose report the team has not sent."""
    about = {notice.pk: month_of(notice) for notice in notices}
    sent = queries.months_reported(*map(set, zip(*about.values(), strict=True)))
    true = {pk for pk, whose in about.items() if whose not in sent}
    return _of_leaders(true, notices, {pk: team for pk, (team, __) in about.items()})


def _of_leaders(true: set[int], notices: list[Notice], teams: Mapping[int, int | None]) -> set[int]:
    """
    Leave out the notices to members who acted in a team and do not lead it any more.

    :param teams: by primary key of the notice
    """
    ended = acted_until({notice.recipient_id for notice in notices}, clock.today(notices[0].organisation))
    return true - {notice.pk for notice in notices if (notice.recipient_id, teams.get(notice.pk)) in ended}


def still_draft(notices: list[Notice]) -> set[int]:
    """Return the notices about records that are drafts."""
    return _about(notices, MonthlyRecord.objects.filter(status=RecordStatus.DRAFT))


def still_not_agreed(notices: list[Notice]) -> set[int]:
    """Return the notices about records not agreed or decided yet; a report that was sent does not change that (R42)."""
    true = _about(notices, MonthlyRecord.objects.filter(status=RecordStatus.NOT_AGREED, decided_by=None))
    return _of_leaders(true, notices, _teams_of_records(notices))


def still_decided(notices: list[Notice]) -> set[int]:
    """Return the notices about records whose decision is still in force: no fact has opened the record since."""
    true = _about(notices, MonthlyRecord.objects.filter(decided_by__isnull=False))
    return _of_leaders(true, notices, _teams_of_records(notices))


def still_settled(notices: list[Notice]) -> set[int]:
    """Return the notices about records whose worker has answered what was assumed, to those who lead the team."""
    return _of_leaders(always(notices), notices, _teams_of_records(notices))


def _teams_of_records(notices: list[Notice]) -> dict[int, int | None]:
    """Return the team of the record that each notice is about, by primary key of the notice."""
    about = {notice.pk: key_of(notice) for notice in notices}
    teams = dict(MonthlyRecord.objects.filter(pk__in=about.values()).values_list("pk", "team"))
    return {pk: teams.get(record) for pk, record in about.items()}


def still_yours_to_decide(notices: list[Notice]) -> set[int]:
    """Return the notices whose record still waits for the recipient: asked, or able to while the one asked is away."""
    records = set(map(key_of, notices))
    asked = MonthlyRecord.objects.filter(pk__in=records).exclude(status__in=KEPT)
    asked = asked.exclude(agreements__side=Side.MANAGER)
    asked = list(asked.filter(other_manager__isnull=False))
    deciding = {record.pk: {record.other_manager_id} for record in asked}
    for pk, instead in queries.in_place_of_asked(asked, clock.today(notices[0].organisation)).items():
        deciding[pk] |= instead
    return {notice.pk for notice in notices if notice.recipient_id in deciding.get(key_of(notice), ())}


def _about(notices: list[Notice], records: MonthlyRecordQuerySet) -> set[int]:
    """Return the notices whose subject is one of these records."""
    about = {notice.pk: int(notice.subject.partition(":")[2]) for notice in notices}
    true = set(records.filter(pk__in=about.values()).values_list("pk", flat=True))
    return {pk for pk, record in about.items() if record in true}


def still_overdue(notices: list[Notice]) -> set[int]:
    """Return the notices about actions that are still not done, and still late enough for the service manager (R142)."""
    risen = _risen(notices[0].organisation)
    return {notice.pk for notice in notices if key_of(notice) in risen}


def _risen(organisation: Organisation) -> dict[int, RemedialAction]:
    return {each.pk: each for each in queries.risen_actions(organisation, clock.today(organisation))}


def still_to_answer(notices: list[Notice]) -> set[int]:
    """Return the notices about questions that wait for an answer, to members who lead the team today."""
    asked = dict(ReportQuestion.objects.open().filter(pk__in=map(key_of, notices)).values_list("pk", "report__team"))
    leaders = leader_keys(set(asked.values()), clock.today(notices[0].organisation)) if asked else {}
    return {
        notice.pk for notice in notices if (team := asked.get(key_of(notice))) and notice.recipient_id in leaders[team]
    }


def still_answered(notices: list[Notice]) -> set[int]:
    """Return the notices about questions that are answered; an import may be undone."""
    answered = ReportQuestion.objects.exclude(answered_by=None).filter(pk__in=map(key_of, notices))
    true = set(answered.values_list("pk", flat=True))
    return {notice.pk for notice in notices if key_of(notice) in true}


def still_to_settle(notices: list[Notice]) -> set[int]:
    """Return the notices about months whose worker has not said whether what was assumed holds (W23)."""
    about = {notice.pk: month_of(notice) for notice in notices}
    workers, months = map(set, zip(*about.values(), strict=True))
    waiting = Assumption.objects.filter(record__worker__in=workers, record__month__in=months, answer="")
    waiting = set(waiting.values_list("record__worker_id", "record__month"))
    return {pk for pk, whose in about.items() if whose in waiting}


def still_published(notices: list[Notice]) -> set[int]:
    """Return the notices about versions of the scheme that are published and start on the same day."""
    about = {notice.pk: (int(notice.subject.partition(":")[2]), notice.anchor_on) for notice in notices}
    schemes = Scheme.objects.published().filter(pk__in={scheme_id for scheme_id, __ in about.values()})
    true = set(schemes.values_list("pk", "starts_on"))
    return {pk for pk, subject in about.items() if subject in true}


# By when ---------------------------------------------------------------------------------------------------------------


def said_due(notices: list[Notice]) -> str:
    """Say when the latest of these months is due; while that lies ahead, with the working day to aim for (R39)."""
    organisation = notices[0].organisation
    month = max(month for __, month in map(month_of, notices))
    due_on = rules.report_due_on(month)
    aim_on = rules.report_aim_on(month, queries.working(organisation))
    words = (
        _("The report is due on %(due)s")
        if aim_on == due_on or aim_on < clock.today(organisation)
        else _("The report is due on %(due)s, so aim for %(aim)s")
    )
    return words % {"due": format_weekday(due_on), "aim": format_weekday(aim_on)}


# On the first page ----------------------------------------------------------------------------------------------------


def reports_due(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about reports that are not sent; those of the team whose page it is have a section of their own."""
    about = [month_of(notice) for notice in notices]
    teams = Team.objects.in_bulk([key for key, __ in about])
    return [
        FirstPageLine(
            f"{teams[key].name}, {format_month(month)}",
            f"{reverse('team_month')}?team={key}&month={month:%Y-%m}",
            ". ".join([_("The report is not sent"), said_due([notice])]),
            "journal-check",
        )
        for notice, (key, month) in zip(notices, about, strict=True)
        if key != reader.team_id
    ]


def reports_sent(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about reports that were sent, with a link to them."""
    keys = {int(notice.subject.partition(":")[2]) for notice in notices}
    reports = TeamReport.objects.filter(pk__in=keys).select_related("team").order_by("-month", "team__name")
    url = reverse("team_month")
    return [
        FirstPageLine(
            f"{report.team.name}, {format_month(report.month)}",
            f"{url}?team={report.team_id}&month={report.month:%Y-%m}",
            _("The report was sent"),
            "journal-check",
        )
        for report in reports
    ]


def questions_asked(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about questions to answer; the page of their team has a line of its own for them."""
    return [
        FirstPageLine(
            _report_label(each.report),
            reverse("report_answer", args=[each.pk]),
            _("%(name)s asks about the report") % {"name": each.asked_by.name},
            "chat-left-text",
        )
        for each in _questions(notices)
        if each.report.team_id != reader.team_id
    ]


def questions_answered(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about questions that were answered, with a link to the report."""
    url = reverse("team_month")
    return [
        FirstPageLine(
            _report_label(each.report),
            f"{url}?team={each.report.team_id}&month={each.report.month:%Y-%m}",
            _("%(name)s has answered the question about the report") % {"name": each.answered_by.name},
            "chat-left-text",
        )
        for each in _questions(notices)
        if each.answered_by
    ]


def _questions(notices: list[Notice]) -> QuerySet[ReportQuestion]:
    rows = ReportQuestion.objects.filter(pk__in=map(key_of, notices)).order_by("asked_at", "pk")
    return rows.select_related("report__team", "asked_by", "answered_by")


def _report_label(report: TeamReport) -> str:
    return f"{report.team.name}, {format_month(report.month)}"


def own_records(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about the reader's own records; My day has a section of its own."""
    months = sorted({month for __, month in map(month_of, notices)}) if reader.leads else []
    words = _("Your monthly record waits for you")
    return [
        FirstPageLine(
            _("My %(month)s") % {"month": format_month(month)},
            _record_url(reader.member, month),
            words,
            "journal-check",
        )
        for month in months
    ]


def of_workers(words: str) -> Callable:
    """Return what shows notices about a worker's month: the worker by name, with a link to the record."""

    def shown(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
        workers = Member.objects.in_bulk([month_of(notice)[0] for notice in notices])
        about = sorted({month_of(notice) for notice in notices}, key=lambda each: (each[1], each[0]))
        return [_about_month(workers[key], month, words, reader) for key, month in about]

    return shown


def of_records(words: str) -> Callable:
    """Return a function that shows notices about a record: whose and which month, with a link to it."""

    def shown(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
        return [_about_month(record.worker, record.month, words, reader) for record in _records(notices)]

    return shown


def records_disagreed(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about records that are not agreed, each with the name of the member who does not agree."""
    return [
        _about_month(
            record.worker,
            record.month,
            _("%(disagreed_by)s does not agree with the figure") % {"disagreed_by": record.disagreed_by.name},
            reader,
        )
        for record in _records(notices).filter(disagreed_by__isnull=False).select_related("worker", "disagreed_by")
    ]


def _records(notices: list[Notice]) -> MonthlyRecordQuerySet:
    keys = {int(notice.subject.partition(":")[2]) for notice in notices}
    return MonthlyRecord.objects.filter(pk__in=keys).select_related("worker").order_by("month", "pk")


def _about_month(worker: Member, month: date, words: str, reader: Reader) -> FirstPageLine:
    label = _("My %(month)s") if worker.pk == reader.member.pk else _("%(worker)s, %(month)s")
    label %= {"worker": worker.name, "month": format_month(month)}
    return FirstPageLine(label, _record_url(worker, month), str(words), "journal-check")


def _record_url(worker: Member, month: date) -> str:
    return reverse("record", args=[worker.uid, f"{month:%Y-%m}"])


def own_assumptions(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about the reader's own months completed while they were away; My day has a section of its own."""
    months = sorted({month for __, month in map(month_of, notices)}) if reader.leads else []
    return [
        FirstPageLine(
            _("My %(month)s") % {"month": format_month(month)},
            reverse("record_settle", args=[reader.member.uid, f"{month:%Y-%m}"]),
            _("It was completed while you were away. Say whether what was assumed holds"),
            "journal-check",
        )
        for month in months
    ]


def assumptions_answered(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about records whose worker has said whether what was assumed holds."""
    answers = dict(Assumption.objects.filter(record__in=map(key_of, notices)).values_list("record_id", "answer"))
    words = {
        Answer.HOLDS: _("Is back and says that what you assumed holds"),
        Answer.WRONG: _("Is back and says that something was different"),
    }
    return [
        _about_month(record.worker, record.month, words[Answer(answers[record.pk])], reader)
        for record in _records(notices)
        if answers.get(record.pk)
    ]


def actions_overdue(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about actions long overdue: whose record, who does it and since when, without its words (R142)."""
    risen = _risen(notices[0].organisation)
    found = [risen[key_of(notice)] for notice in notices if key_of(notice) in risen]
    return [
        FirstPageLine(
            _("%(worker)s, %(month)s") % {"worker": each.record.worker.name, "month": format_month(each.record.month)},
            reverse("team_attention", args=["overdue-actions"]),
            _("An action of %(owner)s was due on %(day)s") % {"owner": each.owner.name, "day": format_day(each.due_on)},
            "hourglass-split",
        )
        for each in found
    ]


def points_differed(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return the line about what a nightly check has found."""
    words = _("A nightly check found wrong points and counted them again. Tell the person who runs peerload")
    return [FirstPageLine(_("Points"), reverse("scheme"), words, "exclamation-triangle")]


def scheme_changes(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return a line for each version of the scheme that has been published."""
    url = reverse("my_points")
    days = sorted({notice.anchor_on for notice in notices})
    return [
        FirstPageLine(
            _("My points"),
            url,
            _("From %(day)s a new points scheme counts") % {"day": format_day(day)},
            "bar-chart-steps",
        )
        for day in days
    ]


# The kinds ------------------------------------------------------------------------------------------------------------

KINDS = (  # in the order a digest lists them
    NoticeKind(
        REPORT_DUE,
        says=ngettext_lazy("%(count)d team report is not sent", "%(count)d team reports are not sent", "count"),
        still_true=still_to_send,
        then=said_due,
        shown=reports_due,
    ),
    NoticeKind(
        RECORD_TO_COMPLETE,
        says=ngettext_lazy(
            "%(count)d monthly record of a worker who is not at work waits for you to complete it",
            "%(count)d monthly records of workers who are not at work wait for you to complete them",
            "count",
        ),
        still_true=still_away,
        then=said_due,
        shown=of_workers(gettext_lazy("Is not at work. Please complete the record")),
    ),
    NoticeKind(
        RECORD_DUE,
        says=ngettext_lazy(
            "%(count)d monthly record of yours is not submitted",
            "%(count)d monthly records of yours are not submitted",
            "count",
        ),
        still_true=still_to_submit,
        series="record",
        then=said_due,
        shown=own_records,
    ),
    NoticeKind(
        RECORD_REMINDER,
        says=ngettext_lazy(
            "%(count)d monthly record is asked for by your manager",
            "%(count)d monthly records are asked for by your manager",
            "count",
        ),
        still_true=still_asked,
        series="record",
        stage=1,
        then=said_due,
        shown=own_records,
    ),
    NoticeKind(
        RECORD_CHANGED,
        says=ngettext_lazy(
            "%(count)d monthly record has changed, because its facts changed. Read it and submit it again",
            "%(count)d monthly records have changed, because their facts changed. Read them and submit them again",
            "count",
        ),
        still_true=still_draft,
        shown=of_records(gettext_lazy("Is a draft again, because its facts changed. Read it, then submit it")),
    ),
    NoticeKind(
        RECORD_OTHER_MANAGER,
        says=ngettext_lazy(
            "%(count)d monthly record is not agreed. You are asked to decide as another manager",
            "%(count)d monthly records are not agreed. You are asked to decide as another manager",
            "count",
        ),
        still_true=still_yours_to_decide,
    ),
    NoticeKind(
        RECORD_DISAGREED,
        says=ngettext_lazy(
            "%(count)d monthly record is not agreed by the other person",
            "%(count)d monthly records are not agreed by the other person",
            "count",
        ),
        still_true=still_not_agreed,
        shown=records_disagreed,
    ),
    NoticeKind(
        RECORD_DECIDED,
        says=ngettext_lazy(
            "%(count)d monthly record that was not agreed is decided by another manager",
            "%(count)d monthly records that were not agreed are decided by another manager",
            "count",
        ),
        still_true=still_decided,
        shown=of_records(gettext_lazy("Another manager has decided it")),
    ),
    NoticeKind(
        REPORT_SENT,
        says=ngettext_lazy("%(count)d team report was sent", "%(count)d team reports were sent", "count"),
        still_true=always,
        shown=reports_sent,
    ),
    NoticeKind(
        QUESTION_ASKED,
        says=ngettext_lazy(
            "%(count)d question about a report waits for your answer",
            "%(count)d questions about reports wait for your answer",
            "count",
        ),
        still_true=still_to_answer,
        shown=questions_asked,
    ),
    NoticeKind(
        QUESTION_ANSWERED,
        says=ngettext_lazy(
            "%(count)d question about a report is answered",
            "%(count)d questions about reports are answered",
            "count",
        ),
        still_true=still_answered,
        shown=questions_answered,
    ),
    NoticeKind(
        RECORD_ASSUMED,
        says=ngettext_lazy(
            "%(count)d monthly record was completed while you were away. Say whether what was assumed holds",
            "%(count)d monthly records were completed while you were away. Say whether what was assumed holds",
            "count",
        ),
        still_true=still_to_settle,
        shown=own_assumptions,
    ),
    NoticeKind(
        RECORD_SETTLED,
        says=ngettext_lazy(
            "%(count)d worker who is back has answered what you assumed",
            "%(count)d workers who are back have answered what you assumed",
            "count",
        ),
        still_true=still_settled,
        shown=assumptions_answered,
    ),
    NoticeKind(
        ACTION_OVERDUE,
        says=ngettext_lazy(
            "%(count)d action planned in a monthly record is long overdue",
            "%(count)d actions planned in monthly records are long overdue",
            "count",
        ),
        still_true=still_overdue,
        shown=actions_overdue,
    ),
    NoticeKind(
        POINTS_DIFFERED,
        says=ngettext_lazy(
            "%(count)d nightly check found wrong points and counted them again. Tell the person who runs peerload",
            "%(count)d nightly checks found wrong points and counted them again. Tell the person who runs peerload",
            "count",
        ),
        still_true=always,
        shown=points_differed,
    ),
    NoticeKind(
        SCHEME_CHANGES,
        says=ngettext_lazy("%(count)d change of the points scheme", "%(count)d changes of the points scheme", "count"),
        still_true=still_published,
        each=lambda notice: (
            _("From %(day)s a new points scheme counts. See your points") % {"day": format_day(notice.anchor_on)}
        ),
        shown=scheme_changes,
    ),
)
