"""Questions back about reports that were sent."""

from collections.abc import Collection
from datetime import date

from peerload.staff.models import Member, Organisation, Team
from workload.models import ReportQuestion, ReportQuestionQuerySet, TeamReport


def questions_of(report: TeamReport) -> list[ReportQuestion]:
    """Return the questions about a report, in the order they were asked, with who asked and who answered."""
    return list(report.questions.select_related("asked_by", "answered_by").order_by("asked_at", "pk"))


def questions_answered_by(member: Member, on: date) -> ReportQuestionQuerySet:
    """Return the questions of the teams that a member leads on a day: answered or not."""
    return ReportQuestion.objects.filter(report__team__in=Team.objects.led_by(member, on))


def open_questions(team_ids: Collection[int]) -> list[ReportQuestion]:
    """Return the questions about reports of these teams that wait for an answer, the oldest first."""
    found = ReportQuestion.objects.open().filter(report__team__in=team_ids).select_related("report")
    return list(found.order_by("asked_at", "pk"))


def open_questions_by_team(
    organisation: Organisation, *, team_ids: Collection[int] | None = None
) -> dict[int, list[date]]:
    """Return the months asked about of each question that waits for an answer, oldest question first, by team."""
    found = ReportQuestion.objects.open().filter(report__organisation=organisation)
    if team_ids is not None:
        found = found.filter(report__team__in=team_ids)
    months: dict[int, list[date]] = {}
    for team, month in found.order_by("asked_at", "pk").values_list("report__team", "report__month"):
        months.setdefault(team, []).append(month)
    return months
