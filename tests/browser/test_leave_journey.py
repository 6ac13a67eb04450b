"""Leave on a phone: a worker asks within five taps, the manager agrees within two from the team page; nothing in the way."""

from datetime import date, time

import pytest
from playwright.sync_api import expect

from peerload.staff import actions as staff
from peerload.staff.models import Absence
from tests import factories
from tests.browser.conftest import in_the_way
from tests.browser.helpers import Thumb
from wellbeing.models import LeaveRequest

FIRST, LAST = date(2026, 12, 7), date(2026, 12, 11)


@pytest.fixture
def service(organisation, manager, team, worker, teammate, service_manager, today):
    staff.begin_leave_kinds(organisation)
    factories.refresh_derived(workers=[worker, teammate])
    hana = factories.ClientFactory(supported_by=worker, name="Hana Rewi", support="high")
    factories.NextStepFactory(client=hana, appointment=True, author=worker, due_on=FIRST, starts_at=time(10))
    factories.AbsenceFactory(worker=teammate, starts_on=FIRST, expected_back=LAST, kind="Mental health day")
    return organisation


def test_a_worker_asks_within_five_taps_and_the_manager_agrees_within_two(page_as, service, worker, manager):
    page = page_as(worker)
    page.goto("/")
    thumb = Thumb(page)
    thumb.tap(page.get_by_role("link", name="Ask for leave"))
    page.get_by_label("First day").fill(FIRST.isoformat())
    page.get_by_label("Last day").fill(LAST.isoformat())
    thumb.tap(page.get_by_text("Annual leave"))
    thumb.tap(page.get_by_role("button", name="Next: what falls into these days"))
    expect(page.get_by_role("link", name="Hana Rewi").first).to_be_visible()
    expect(page.get_by_text("Also away: Tom Lealaiauloto")).to_be_visible()
    page.get_by_label("What should happen while you are away").fill("Tom sees Hana on Monday.")
    thumb.tap(page.get_by_role("button", name="Ask for this leave"))
    expect(page.get_by_text("Your request is sent.")).to_be_visible()
    assert thumb.taps <= 5

    team = page_as(manager)
    team.goto("/team/")
    thumb = Thumb(team)
    thumb.tap(team.get_by_role("link", name="1 decision waits for you: Mere Paki"))
    thumb.tap(team.get_by_role("button", name="Agree : Mere Paki"))
    expect(team.get_by_text("Agreed: Mere Paki, 7 December to 11 December.")).to_be_visible()
    assert thumb.taps <= 2
    assert Absence.objects.get(worker=worker).starts_on == FIRST


def test_nothing_is_in_the_way_of_leave_and_the_calendar(page_as, service, worker, manager, service_manager, admin):
    asked = factories.LeaveRequestFactory(worker=worker, words="Tom sees Hana.", kind="Annual leave")
    factories.LeaveRequestFactory(worker=manager, starts_on=date(2026, 11, 30), ends_before=date(2026, 12, 2))
    of_worker = ("/leave/", "/leave/ask/", f"/leave/{asked.uid}/change/", "/team/calendar/")
    of_manager = (f"/leave/{asked.uid}/", f"/leave/{asked.uid}/answer/", "/team/calendar/?month=2026-12", "/team/")
    for member, pages in (
        (worker, of_worker),
        (manager, of_manager),
        (service_manager, ("/leave/", "/team/calendar/")),
        (admin, ("/settings/leave/",)),
    ):
        assert in_the_way(page_as(member), {url: url for url in pages}) == {}
    assert LeaveRequest.objects.count() == 2
