"""Notices about points, the scheme and the month as lines of a member's first page."""

from collections.abc import Callable
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from peerload.core import clock
from peerload.core.formats import format_day, format_month, format_weekday
from peerload.notices.kinds import FirstPageLine, Reader
from peerload.notices.models import Notice
from peerload.staff.models import Member, Team

from .. import queries, rules
from ..enums import Answer
from ..models import (
    Assumption,
    MonthlyRecord,
    MonthlyRecordQuerySet,
    ReportQuestion,
    TeamReport,
)
from ..notice_subjects import key_of, month_of
from .truth import risen_actions


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
    overdue = risen_actions(notices[0].organisation)
    found = [overdue[key_of(notice)] for notice in notices if key_of(notice) in overdue]
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
