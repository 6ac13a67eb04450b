"""Somebody leaves: their fifty people go to others from one screen, with a few clicks."""

from datetime import date

import pytest
from playwright.sync_api import expect

from caseload.leaving import actions
from caseload.models import Allocation
from tests import factories
from tests.browser.conftest import DESK, in_the_way
from tests.conftest import TODAY
from workload import actions as work

LAST_DAY = date(2026, 11, 30)
PEOPLE = 50


@pytest.fixture
def leaving(organisation, manager, team, worker, teammate, today):
    work.create_scheme(organisation)
    for name in ("Hana Wirihana", "Sione Latu", "Aroha Tane"):
        factories.MemberFactory(organisation=organisation, name=name, in_team=team)
    with factories.refreshed_at_once():
        for n in range(PEOPLE):
            factories.ClientFactory(
                supported_by=worker, name=f"Person {n:02}", support=("high", "medium", "group")[n % 3]
            )
    factories.ClientFactory.create_batch(12, supported_by=teammate)
    work.rebuild(organisation.pk)
    return actions.give_notice(member=worker, notice_on=TODAY, last_day=LAST_DAY, by=manager, today=TODAY)


def test_fifty_people_are_handed_over_from_one_screen_in_at_most_six_clicks(page_as, manager, worker, leaving):
    page, clicks = page_as(manager, viewport=DESK), []

    def click(button):
        clicks.append(button)
        button.click()

    page.goto("/team/")
    click(page.get_by_role("link", name="Hand over 50 people of Mere Paki"))
    click(page.get_by_role("button", name="Propose who moves to which worker"))
    expect(page.get_by_text("Everyone has a next worker.")).to_be_visible()
    click(page.get_by_role("button", name="Hand over 50 people"))
    expect(page.get_by_text("50 people are handed over from 1 December 2026 on.")).to_be_visible()

    assert len(clicks) <= 6
    assert Allocation.objects.filter(starts_on=date(2026, 12, 1)).exclude(worker=worker).count() == PEOPLE
    assert page.strangers == []


def test_without_scripts_a_notice_is_written_down_and_people_are_handed_over(page_as, manager, worker, team, today):
    factories.MemberFactory(organisation=team.organisation, name="Hana Wirihana", in_team=team)
    factories.ClientFactory(supported_by=worker, name="Hine Te Ao")
    page = page_as(manager, java_script_enabled=False)
    page.goto("/away/")
    page.get_by_role("link", name="Record that a worker is leaving").click()
    page.get_by_label("Who").select_option("Mere Paki")
    page.get_by_label("Last day").fill("2026-11-30")
    page.get_by_role("button", name="Record the notice").click()
    page.get_by_role("link", name="Hand over 1 person").click()
    page.get_by_label("Note about Hine Te Ao").fill("Likes mornings.")
    page.get_by_role("button", name="Propose who moves to which worker").click()
    expect(page.get_by_label("Note about Hine Te Ao")).to_have_value("Likes mornings.")
    page.get_by_role("button", name="Hand over 1 person").click()

    expect(page.get_by_text("One person is handed over")).to_be_visible()
    assert Allocation.objects.get(starts_on=date(2026, 12, 1)).first_action == "Likes mornings."


def test_nothing_is_in_the_way_of_leaving(page_as, manager, worker, leaving):
    urls = ["/team/", "/leaving/add/", f"/leaving/steps/{leaving.steps.first().pk}/"]
    urls += [f"/leaving/{worker.uid}/{end}" for end in ("", "people/", "last-day/")]
    page = page_as(manager)
    assert in_the_way(page, dict(zip(urls, urls, strict=True)), summaries=0, until="networkidle") == {}
