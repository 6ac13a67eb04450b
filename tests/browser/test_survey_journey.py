"""A survey in the browser: an admin opens it, five answer, four would show nothing, five do."""

import pytest
from django.test import Client as Browser
from django.urls import reverse
from playwright.sync_api import expect

from peerload.guides.surveys.models import SurveyRound
from peerload.notices.models import Notice
from tests import factories
from tests.browser.conftest import BACK_END, DESK, faults
from tests.guides.surveys.test_rounds import words


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_admin_opens_a_survey_and_five_answers_make_its_result(page_as, worker, team, admin, today, scripts):
    mates = [factories.MemberFactory(organisation=worker.organisation, in_team=team) for _ in range(5)]
    sam = page_as(admin, viewport=DESK, java_script_enabled=scripts)
    sam.goto("/settings/guides/")
    sam.locator("main").get_by_role("link", name="Surveys").click()
    sam.get_by_role("link", name="Open a survey").click()
    sam.get_by_label("How recovery-oriented is our workplace?").check()
    sam.get_by_label("Who is asked").select_option(label="Harbourside")
    sam.get_by_role("button", name="Open the survey").click()
    expect(sam.get_by_text("0 of 6 answered")).to_be_visible()

    # Mere answers from her first page: eleven taps and one to send.
    mere = page_as(worker, java_script_enabled=scripts)
    mere.goto("/")
    mere.get_by_role("link", name="How recovery-oriented is our workplace?").click()
    expect(mere.get_by_text("No one can see what you answer")).to_be_visible()
    taps = 0
    for statement in mere.locator("fieldset.pl-field").all():
        statement.get_by_label("Agree", exact=True).check()
        taps += 1
    mere.get_by_role("button", name="Send my answers").click()
    expect(mere.get_by_text("Thank you, you have answered.")).to_be_visible()
    assert taps == 11
    if scripts:
        assert faults(mere) == []
    mere.goto("/")
    expect(mere.get_by_role("link", name="How recovery-oriented is our workplace?")).to_have_count(0)

    found = SurveyRound.objects.get()
    for mate in mates[:3]:
        answer_by_client(found, mate)
    sam.reload()
    expect(sam.get_by_text("4 of 6 answered")).to_be_visible()
    expect(sam.get_by_text(mates[0].name)).to_have_count(0)
    answer_by_client(found, mates[3])
    sam.get_by_role("link", name="Close it now").click()
    sam.get_by_role("button", name="Close it now").click()
    expect(sam.get_by_text("5 of 6 answered")).to_be_visible()

    assert Notice.objects.filter(kind="survey_result", recipient=worker).exists()
    mere.goto("/")
    mere.get_by_role("link", name="How recovery-oriented is our workplace?").click()
    expect(mere.get_by_text("5 people answered.")).to_be_visible()
    expect(mere.get_by_text("5 (100%)")).to_have_count(11)
    if scripts:
        assert faults(mere) == []


def answer_by_client(found, member):
    browser = Browser()
    browser.force_login(member.user, backend=BACK_END)
    assert browser.post(reverse("survey", args=[found.uid]), words(found)).status_code == 302
