"""Four weeks, from the published template to plan against fact: a phone, a desk, and no script."""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import DESK, faults
from tests.browser.test_month_journey import begin_the_day, follow, press, sees


@pytest.fixture
def mere(worker, organisation, transactional_db):
    """A worker who supports one person more than the note has for one worker."""
    organisation.cycle_anchor = date(2026, 11, 2)
    organisation.save()
    for support, people in (("high", 5), ("medium", 10), ("group", 15), ("parked", 20)):
        factories.ClientFactory.create_batch(people, supported_by=worker, support=support)
    factories.ClientFactory(supported_by=worker, support="high", name="Aroha Ngata")
    return worker


def logs_a_contact(page, person, *, minutes):
    page.goto(f"/people/{person.uid}/contact/")
    page.get_by_label("Reached", exact=True).check()
    page.get_by_label("Something else").check()
    page.locator("main [name=minutes]").fill(minutes)
    page.get_by_role("button", name="Save the contact").click()
    expect(page.get_by_text("Undo").first).to_be_visible()


def test_a_worker_takes_the_suggested_plan_has_it_agreed_and_sees_plan_against_fact(page_as, on, mere, manager):
    aroha = mere.allocations.get(client__name="Aroha Ngata").client
    phone, desk = page_as(mere, java_script_enabled=False), page_as(manager, viewport=DESK)
    on(date(2026, 11, 12))
    begin_the_day(phone)
    follow(phone, "No time plan is agreed yet")
    follow(phone, "from the practice note’s table")
    sees(phone, "Contact takes 21 of 40 hours, 1 more than half.", "1 h over half")
    sees(phone, "The people you keep in touch with need 3.3 contacts a week. Your plan has time for 2.")

    follow(phone, "See a plan that fits")
    sees(phone, "within half", "The plan that fits puts keeping in touch first")
    press(phone, "Propose this plan to Ana Whitford", then="Proposed to Ana Whitford.")

    begin_the_day(desk)
    sees(desk, "decisions wait for you: Mere Paki", "A time plan to agree, from 16 November")
    follow(desk, "time plan")
    assert not faults(desk)
    press(desk, "Agree to this plan", then="Agreed. It is in force from 16 November 2026.")

    for day in (16, 17, 19):
        on(date(2026, 11, day))
        logs_a_contact(phone, aroha, minutes="150")
    begin_the_day(phone)
    sees(phone, "7.5", "of 20 planned hours of contact are logged so far")

    on(date(2026, 11, 23))
    follow(phone, "planned hours of contact are logged so far")
    row = phone.locator("tr", has_text="High-intensity, one to one")
    expect(row.locator("td").last).to_have_text("7.5")
    phone.wait_for_load_state("load")  # the width of a page whose style sheet is still on its way says nothing
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    assert not phone.strangers + desk.strangers
