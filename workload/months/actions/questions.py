"""A question back about a report that was sent: asked by a service manager, answered by one who leads the team (R172)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from caseload.actions import history
from peerload.core import clock
from peerload.notices.actions import cancel, notify
from peerload.staff.access import leads_team
from peerload.staff.enums import Role
from peerload.staff.models import Member
from workload.models import ReportQuestion, TeamReport
from workload.notice_subjects import of_question
from workload.notices import QUESTION_ANSWERED, QUESTION_ASKED

from .. import queries
from .refusals import NeedsMore, NotYourPartOfRecord, RecordStepRefused


@transaction.atomic
def ask_about_report(*, report: TeamReport, by: Member, question: str, today: date) -> ReportQuestion:
    """
    Ask those who lead a team one line about a report that was sent; a follow-up is another question.

    :raises NeedsMore: if there are no words
    """
    words = " ".join(question.split())
    if not words:
        raise NeedsMore(_("Write your question."))
    asked = ReportQuestion.objects.create(report=report, question=words, asked_by=by, asked_at=clock.now())
    leaders = queries.leaders_of(report.team, today)
    notify(recipients=leaders, kind=QUESTION_ASKED, subject=of_question(asked.pk), anchor_on=today)
    return asked


@transaction.atomic
def answer_about_report(*, question_id: int, by: Member, answer: str, today: date) -> ReportQuestion:
    """
    Answer a question about a report, once, with a line; the one who asked is told.

    :raises NeedsMore: if there are no words
    :raises NotYourPartOfRecord: if the member does not lead the team that day
    :raises RecordStepRefused: if it is answered already
    """
    rows = ReportQuestion.objects.select_for_update(of=("self",), no_key=True)
    question = rows.select_related("report__team", "asked_by", "answered_by").get(pk=question_id)
    words = " ".join(answer.split())
    if not words:
        raise NeedsMore(_("Write your answer."))
    if not leads_team(by, question.report.team, today):
        raise NotYourPartOfRecord(_("Only one who leads the team can answer."))
    if question.answered_by:
        raise RecordStepRefused(_("%(name)s has answered this question already.") % {"name": question.answered_by.name})
    question.answer, question.answered_by, question.answered_at = words, by, clock.now()
    with history(by, "answered"):
        question.save(update_fields=["answer", "answered_by", "answered_at"])
    about = of_question(question.pk)
    cancel(subjects=[about], kinds=[QUESTION_ASKED])
    above = Member.objects.active().filter(organisation=question.report.organisation_id, role=Role.SERVICE_MANAGER)
    notify(recipients=above, kind=QUESTION_ANSWERED, subject=about, anchor_on=today)
    return question
