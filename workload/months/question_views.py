"""Pages of a question back about a report that was sent: the service manager asks, one who leads the team answers."""

from functools import cached_property
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.formats import format_month
from peerload.staff import access, concurrency
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage
from workload.models import ReportQuestion, TeamReport

from . import actions, forms, queries


def report_page(report: TeamReport) -> str:
    """Return the page of a report, which both readers have under one address."""
    return f"{reverse('team_month')}?team={report.team_id}&month={report.month:%Y-%m}#questions"


@access.requires(Capability.SEE_TOTALS)
@concurrency.creates
class ReportAsk(FormPage):
    """Ask those who lead the team one line about their report."""

    form_class = forms.QuestionForm
    title = gettext_lazy("A question about the report")
    save = gettext_lazy("Ask the question")

    @cached_property
    def report(self) -> TeamReport:
        reports = TeamReport.objects.filter(organisation=self.request.organisation).select_related("team")
        return get_object_or_404(reports, pk=self.kwargs["pk"])

    @property
    def back(self) -> tuple[str, str]:
        return report_page(self.report), self._name

    @property
    def _name(self) -> str:
        return _("%(team)s, %(month)s") % {"team": self.report.team.name, "month": format_month(self.report.month)}

    @property
    def heading(self) -> str:
        return _("Ask about %(report)s") % {"report": self._name}

    @property
    def lead(self) -> str:
        return _("The question stands on the first page of those who lead the team until one of them answers.")

    def act(self, data: dict[str, Any]) -> str:
        actions.ask_about_report(report=self.report, by=self.request.member, question=data["question"], today=self.on)
        return _("Your question is asked. You are told when it is answered.")


def find_question(request: access.MemberRequest, pk: int) -> ReportQuestion:
    rows = queries.questions_answered_by(request.member, request.on)
    return get_object_or_404(rows.select_related("report__team", "asked_by", "answered_by"), pk=pk)


@access.requires(Capability.LEAD_TEAM)
class ReportAnswer(FormPage):
    """Answer a question about a report of a team one leads."""

    form_class = forms.AnswerForm
    title = gettext_lazy("A question about the report")
    save = gettext_lazy("Answer the question")

    @cached_property
    def question(self) -> ReportQuestion:
        return find_question(self.request, self.kwargs["pk"])

    @property
    def back(self) -> tuple[str, str]:
        report = self.question.report
        return report_page(report), _("%(team)s, %(month)s") % {
            "team": report.team.name,
            "month": format_month(report.month),
        }

    @property
    def heading(self) -> str:
        return _("%(name)s asks") % {"name": self.question.asked_by.name}

    @property
    def lead(self) -> str:
        return self.question.question

    def act(self, data: dict[str, Any]) -> str:
        actions.answer_about_report(
            question_id=self.question.pk, by=self.request.member, answer=data["answer"], today=self.on
        )
        return _("Your answer is sent. It stands with the report.")
