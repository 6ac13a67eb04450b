"""The manager is away: the service manager names who acts and asks about a report, who acts answers; on a phone, in few taps."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from peerload.staff.models import ActingManager
from tests import factories
from tests.browser.conftest import in_the_way
from tests.browser.helpers import Thumb
from tests.conftest import TODAY
from workload.models import ReportQuestion
from workload.months import actions as months

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def sent(organisation, manager, team, worker, today):
    factories.refresh_derived(workers=[worker])
    report = months.send(team=team, month=OCTOBER, by=manager, today=TODAY, note="")
    factories.AbsenceFactory(worker=manager, starts_on=TODAY, expected_back=date(2026, 12, 7))
    return report


def test_a_service_manager_names_who_acts_and_gets_an_answer_about_a_report(
    page_as, sent, team, service_manager, other_manager, other_team
):
    above = page_as(service_manager)
    above.goto("/team/")
    thumb = Thumb(above)
    thumb.tap(above.get_by_role("link", name="1 team has no one at work who leads it").first)
    thumb.tap(above.get_by_role("main").get_by_role("link", name="Harbourside"))
    thumb.tap(above.get_by_role("link", name="Choose who acts").first)
    thumb.tap(above.get_by_text("Lena Okafor"))
    thumb.tap(above.get_by_role("button", name="Name who acts"))
    expect(above.get_by_text("Lena Okafor acts").first).to_be_visible()
    assert thumb.taps <= 5 and ActingManager.objects.get().member == other_manager

    above.goto(f"{reverse('team_month')}?team={team.pk}&month=2026-10")
    thumb = Thumb(above)
    thumb.tap(above.get_by_role("link", name="Ask a question"))
    above.get_by_label("Your question").fill("Why is no one agreed?")
    thumb.tap(above.get_by_role("button", name="Ask the question"))
    expect(above.get_by_text("Your question is asked.")).to_be_visible()
    assert thumb.taps <= 2

    acts = page_as(other_manager)
    acts.goto(f"/team/?team={team.pk}")
    expect(acts.get_by_role("heading", name="You act in place of Ana Whitford")).to_be_visible()
    thumb = Thumb(acts)
    thumb.tap(acts.get_by_role("link", name="A question about October’s report waits for your answer"))
    acts.get_by_label("Your answer").fill("Mere was away; she agrees this week.")
    thumb.tap(acts.get_by_role("button", name="Answer the question"))
    expect(acts.get_by_text("Mere was away; she agrees this week.")).to_be_visible()
    assert thumb.taps <= 2

    above.goto("/team/")
    above.get_by_role("link", name="Harbourside, October 2026").first.click()
    expect(above.get_by_text("Mere was away; she agrees this week.")).to_be_visible()
    assert ReportQuestion.objects.get().answered_by == other_manager


def test_nothing_is_in_the_way_of_who_acts_and_of_questions(page_as, sent, team, service_manager, other_manager):
    absence = team.manager.absences.get()
    factories.ActingManagerFactory(team=team, member=other_manager, absence=absence, starts_on=TODAY)
    question = factories.ReportQuestionFactory(report=sent, asked_by=service_manager)
    report = f"{reverse('team_month')}?team={team.pk}&month=2026-10"
    acting = f"{reverse('acting', args=[absence.pk])}?team={team.pk}"
    of_above = (acting, reverse("report_ask", args=[sent.pk]), report)
    of_acting = (reverse("report_answer", args=[question.pk]), report, f"/team/?team={team.pk}", reverse("while_away"))
    for member, pages in ((service_manager, of_above), (other_manager, of_acting)):
        assert in_the_way(page_as(member), {url: url for url in pages}, until="networkidle") == {}
