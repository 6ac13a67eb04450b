"""Questions back about reports that were sent."""

from collections import Counter
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


def open_questions_by_team(organisation: Organisation, *, team_ids: Collection[int] | None = None) -> Counter[int]:
    """Return how many questions wait for an answer in each team of a service, or in these."""
    found = ReportQuestion.objects.open().filter(report__organisation=organisation)
    if team_ids is not None:
        found = found.filter(report__team__in=team_ids)
    return Counter(found.values_list("report__team", flat=True))
