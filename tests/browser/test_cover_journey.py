"""Somebody is away: the board shares their people out until a date, the day comes, and the manager confirms the return."""

from datetime import date

import pytest
from playwright.sync_api import expect

from caseload.models import Allocation
from caseload.temporary_moves import actions
from peerload.staff import actions as staff
from peerload.staff.models import Absence
from peerload.staff.rules import ReturnStep
from tests import factories
from tests.browser.conftest import DESK, in_the_way
from tests.conftest import TODAY

BACK = date(2027, 2, 1)
PEOPLE = 12


@pytest.fixture
def people(organisation, manager, team, worker, teammate, today):
    factories.refresh_derived(workers=[worker, teammate])
    kinds = ("high", "medium", "group")
    with factories.refreshed_at_once():
        return [
            factories.ClientFactory(supported_by=worker, name=f"Person {n:02}", support=kinds[n % 3])
            for n in range(PEOPLE)
        ]


def test_people_move_until_a_date_and_come_back_when_it_is_confirmed_without_scripts(
    page_as, manager, worker, teammate, people, on
):
    page = page_as(manager, viewport=DESK, java_script_enabled=False)
    page.goto("/away/add/")
    page.get_by_label("Who").select_option("Mere Paki")
    page.get_by_label("First day away").fill(TODAY.isoformat())
    page.get_by_label("Expected back").fill(BACK.isoformat())
    page.get_by_role("button", name="Record the absence").click()
    page.goto("/away/")
    page.get_by_role("link", name="Cover board of Mere Paki").click()
    page.get_by_role("button", name="Propose who moves to which worker").click()
    expect(page.get_by_text("Moving 12 people adds")).to_be_visible()
    page.get_by_role("button", name="Save who covers and who moves").click()
    expect(page.get_by_text("12 people move until 1 February 2027.")).to_be_visible()
    assert Allocation.objects.on(TODAY).filter(worker=teammate).count() == PEOPLE

    staff.edit_absence(absence_id=Absence.objects.get().pk, by=manager, today=TODAY, ends_before=BACK)
    on(BACK)
    page.goto("/team/")
    page.get_by_role("link", name="Decide who moves back").click()
    page.get_by_label("What about Person 00").select_option("stays")
    page.get_by_role("button", name="Confirm who moves back").click()

    expect(page.get_by_text("The decisions about 12 people are saved.")).to_be_visible()
    assert Allocation.objects.on(BACK).filter(worker=worker).count() == PEOPLE - 1


def test_nothing_is_in_the_way_of_cover_and_the_way_back(page_as, manager, worker, teammate, people):
    absence = factories.AbsenceFactory(worker=worker, starts_on=date(2026, 5, 4), expected_back=TODAY)
    receivers = {person.pk: teammate for person in people[:6]}
    actions.move(absence_id=absence.pk, receivers=receivers, on=TODAY, until=BACK, by=manager, today=TODAY)
    for number, move in enumerate(manager.organisation.temporarymove_set.all()):
        if number < 3:
            move.until = TODAY
            move.save()
    steps = [ReturnStep(date(2026, 12, 7), 0.4), ReturnStep(date(2027, 1, 11), 0.6)]
    staff.plan_return(absence_id=absence.pk, steps=steps, full_from=BACK, by=manager, today=TODAY)
    pages = (f"/away/{absence.pk}/board/", f"/away/{absence.pk}/steps/", "/team/returns/", "/team/", "/away/")

    assert in_the_way(page_as(manager), {url: url for url in pages}, until="networkidle") == {}
