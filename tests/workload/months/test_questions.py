"""A question back about a report that was sent: one line, seen by both until one who leads the team answers."""

from datetime import timedelta

import pytest
from django.urls import reverse

from peerload.notices.models import Notice
from tests import factories
from tests.conftest import TODAY
from tests.workload.months.scene import OCTOBER, act, away
from workload.models import ReportQuestion
from workload.months import actions
from workload.notices import QUESTION_ANSWERED, QUESTION_ASKED

from .test_record_page import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
DAY = timedelta(days=1)


@pytest.fixture
def report(mere, team, manager):
    """October's report, sent by the manager."""
    return actions.send(team=team, month=OCTOBER, by=manager, today=TODAY, note="")


@pytest.fixture
def asked(report, service_manager):
    return actions.ask_about_report(report=report, by=service_manager, question="Why is Mere over?", today=TODAY)


def answer(question, by, text="Two colleagues left."):
    return actions.answer_about_report(question_id=question.pk, by=by, answer=text, today=TODAY)


def page_of(report) -> str:
    return f"{reverse('team_month')}?team={report.team_id}&month=2026-10"


class TestAsking:
    def test_the_service_manager_asks_on_the_report_and_both_see_it_there(
        self, signed_in, report, service_manager, manager
    ):
        browser = signed_in(service_manager)
        ask = reverse("report_ask", args=[report.pk])
        assert ask in browser.get(page_of(report)).content.decode()
        form = words(browser.get(ask))
        assert "Do not name a person who is supported" in form
        assert browser.post(ask, {"question": "  Why is\nMere over? "}).status_code == 302
        question = ReportQuestion.objects.get()
        assert (question.question, question.asked_by) == ("Why is Mere over?", service_manager)
        assert "Why is Mere over?" in words(browser.get(page_of(report)))
        assert "Not answered yet." in words(browser.get(page_of(report)))
        said = signed_in(manager).get(page_of(report)).content.decode()
        assert "Why is Mere over?" in said and reverse("report_answer", args=[question.pk]) in said

    def test_it_stands_on_the_first_page_of_both_until_it_is_answered(self, signed_in, asked, service_manager, manager):
        above, leads = (
            "1 question about a report is not answered",
            "A question about October’s report waits for your answer",
        )
        assert above in words(signed_in(service_manager).get(reverse("team")))
        assert leads in words(signed_in(manager).get(reverse("team")))
        answer(asked, manager)
        assert above not in words(signed_in(service_manager).get(reverse("team")))
        assert "Ana Whitford has answered the question about the report" in words(
            signed_in(service_manager).get(reverse("team"))
        )
        assert leads not in words(signed_in(manager).get(reverse("team")))

    def test_without_words_or_longer_than_a_line_it_is_refused(self, signed_in, report, service_manager):
        browser, ask = signed_in(service_manager), reverse("report_ask", args=[report.pk])
        for text in ("", "   ", "x" * 301):
            assert browser.post(ask, {"question": text}).status_code == 422
        assert not ReportQuestion.objects.exists()

    def test_a_follow_up_is_another_question(self, signed_in, asked, report, service_manager, manager):
        answer(asked, manager)
        actions.ask_about_report(report=report, by=service_manager, question="Until when?", today=TODAY)
        said = words(signed_in(service_manager).get(page_of(report)))
        assert said.index("Why is Mere over?") < said.index("Two colleagues left.") < said.index("Until when?")

    def test_all_who_lead_the_team_are_told_and_the_workers_are_not(self, asked, manager, deputy, service_manager):
        actions.ask_about_report(report=asked.report, by=service_manager, question="Until when?", today=TODAY)
        told = Notice.objects.filter(kind=QUESTION_ASKED).exclude(subject=f"question:{asked.pk}")
        assert set(told.values_list("recipient", flat=True)) == {manager.pk, deputy.pk}


class TestAnswering:
    def test_the_manager_answers_once_and_the_service_manager_is_told(
        self, signed_in, asked, report, manager, deputy, service_manager
    ):
        url = reverse("report_answer", args=[asked.pk])
        browser = signed_in(manager)
        assert "Why is Mere over?" in words(browser.get(url))
        assert browser.post(url, {"answer": "Two colleagues left."}).status_code == 302
        asked.refresh_from_db()
        assert (asked.answer, asked.answered_by) == ("Two colleagues left.", manager)
        assert ReportQuestion.pgh_event_model.objects.get().answer == ""
        assert Notice.objects.get(kind=QUESTION_ANSWERED).recipient == service_manager
        again = signed_in(deputy).post(url, {"answer": "Something else."})
        assert again.status_code == 422 and "Ana Whitford has answered this question already." in words(again)
        asked.refresh_from_db()
        assert asked.answer == "Two colleagues left."

    @pytest.mark.parametrize("who", ["deputy", "who acts"])
    def test_the_deputy_answers_too_and_who_acts(self, signed_in, asked, team, manager, deputy, stranger, who):
        if who == "who acts":
            factories.ActingManagerFactory(team=team, member=stranger, absence=away(manager))
        by = deputy if who == "deputy" else stranger
        assert signed_in(by).post(reverse("report_answer", args=[asked.pk]), {"answer": "Two left."}).status_code == 302
        asked.refresh_from_db()
        assert asked.answered_by == by

    def test_who_does_not_lead_the_team_that_day_finds_no_such_question(
        self, on, signed_in, asked, team, manager, stranger, worker, other_manager, service_manager, admin
    ):
        absence = factories.AbsenceFactory(worker=manager, starts_on=TODAY - 9 * DAY, ends_before=TODAY)
        factories.ActingManagerFactory(team=team, member=stranger, absence=absence)
        for member in (stranger, worker, other_manager, service_manager, admin):
            browser = signed_in(member)
            assert browser.get(reverse("report_answer", args=[asked.pk])).status_code == 404, member
        with pytest.raises(actions.NotYourPartOfRecord):
            answer(asked, stranger)


class TestTheReport:
    def test_its_figures_pdf_and_files_say_nothing_of_it(self, signed_in, asked, report, service_manager, manager):
        answer(asked, manager)
        before = (report.points, report.limit, report.note)
        report.refresh_from_db()
        assert (report.points, report.limit, report.note) == before
        for kind in ("csv", "xlsx", "pdf"):
            url = reverse("team_month_export", args=[kind])
            taken = signed_in(service_manager).get(url, {"team": report.team_id, "month": "2026-10"})
            assert taken.status_code == 200 and b"Two colleagues left." not in taken.content

    def test_the_service_manager_reads_what_was_assumed_and_not_the_workers_words(
        self, signed_in, mere, team, manager, service_manager
    ):
        absence = away(mere)
        act(actions.complete, mere, manager, assumptions="The same people as in September.")
        report = actions.send(team=team, month=OCTOBER, by=manager, today=TODAY, note="")
        said = words(signed_in(service_manager).get(page_of(report)))
        assert (
            "Mere Paki : The same people as in September." in said
            or "Mere Paki: The same people as in September." in said
        )
        assert "The worker has not said yet whether it holds." in said
        absence.delete()
        actions.settle(worker=mere, month=OCTOBER, by=mere, today=TODAY, answer="wrong", note="Hana was new.")
        said = words(signed_in(service_manager).get(page_of(report)))
        assert "that something was different" in said and "Hana was new." not in said
