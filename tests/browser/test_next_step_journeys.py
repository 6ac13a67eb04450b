"""A promise with a contact in four taps, an appointment moved in two, each ended in one; also without JavaScript."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from caseload.models import Contact, NextStep
from tests import factories
from tests.conftest import TODAY

FRIDAY = TODAY + timedelta(days=1)
SCRIPTS = pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])


class Thumb:
    """Taps, counted; typing is not a tap where the field is ready for it."""

    def __init__(self):
        self.taps = 0

    def tap(self, found):
        found.click()
        self.taps += 1


@pytest.fixture
def appointment(salote):
    return factories.NextStepFactory(client=salote, due_on=TODAY, appointment=True, what="")


def row(page):
    return page.locator(".pl-step").first


@SCRIPTS
def test_a_promise_with_a_contact_is_four_taps(page_as, worker, salote, script):
    page, thumb = page_as(worker, java_script_enabled=script), Thumb()
    page.goto("/")
    thumb.tap(page.locator("details.pl-log summary", has_text="a contact with Salote Fifita").first)
    thumb.tap(page.get_by_role("button", name="Reached: no further support needed now").first)
    thumb.tap(page.get_by_role("link", name="Add a next step"))
    expect(page.get_by_label("What did you promise?")).to_be_focused()
    page.keyboard.type("Ring on Friday about the housing form")
    thumb.tap(page.get_by_role("button", name="Tomorrow"))
    expect(page.get_by_text("Promised to Salote Fifita by Friday 13 November")).to_be_visible()
    assert thumb.taps == 4
    step = NextStep.objects.get()
    contact = Contact.objects.get(submission_id__isnull=False)
    assert (step.what, step.due_on, step.contact) == ("Ring on Friday about the housing form", FRIDAY, contact)


@SCRIPTS
def test_an_appointment_is_moved_in_two_taps(page_as, worker, salote, appointment, script):
    page, thumb = page_as(worker, java_script_enabled=script), Thumb()
    page.goto(f"/people/{salote.uid}/")
    thumb.tap(row(page).locator("summary", has_text="Move"))
    thumb.tap(row(page).get_by_role("button", name="Tomorrow"))
    expect(page.get_by_text("Moved. Appointment with Salote Fifita on Friday 13 November at 10:30.")).to_be_visible()
    assert thumb.taps == 2
    appointment.refresh_from_db()
    assert (appointment.due_on, appointment.times_moved) == (FRIDAY, 1)


@SCRIPTS
def test_on_my_day_every_end_is_one_tap_and_moving_two(page_as, worker, salote, appointment, script):
    page, thumb = page_as(worker, java_script_enabled=script), Thumb()
    today = page.locator(".pl-day__today .pl-row")
    page.goto("/")
    thumb.tap(today.locator("summary", has_text="Move"))
    thumb.tap(today.get_by_role("button", name="Tomorrow"))
    expect(page.get_by_text("Moved. Appointment with Salote Fifita on Friday 13 November at 10:30.")).to_be_visible()
    assert thumb.taps == 2
    for end, says in (("Kept", "kept"), ("Not kept", "not kept"), ("Call off", "called off")):
        step = factories.NextStepFactory(client=salote, due_on=TODAY, what=f"Ring the landlord, {says}")
        page.goto("/")
        thumb.taps = 0
        thumb.tap(page.locator(".pl-day__today").get_by_role("button", name=re.compile(f"^{end}")))
        expect(page.get_by_text(f"Promise to Salote Fifita {says}.")).to_be_visible()
        expect(page.get_by_role("link", name="Make another promise")).to_be_visible()
        assert thumb.taps == 1
        step.refresh_from_db()
        assert step.ended_as == says.replace(" ", "_")


@pytest.mark.parametrize("width", [320, 390])
def test_on_my_day_each_end_is_a_target_of_44_and_stands_in_one_line(page_as, worker, salote, appointment, width):
    page = page_as(worker, viewport={"width": width, "height": 664})
    page.goto("/")
    found = page.locator(".pl-day__today .pl-step__taps .btn").locator("visible=true").all()
    boxes = [each.bounding_box() for each in found]
    assert [each.inner_text().split(":")[0].strip() for each in found] == ["Kept", "Not kept", "Call off", "Move"]
    assert min(min(box["height"], box["width"]) for box in boxes) >= 44
    assert len({round(box["y"]) for box in boxes}) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@SCRIPTS
def test_kept_is_one_tap_the_contact_is_offered_and_a_wrong_tap_is_undone(page_as, worker, salote, appointment, script):
    page = page_as(worker, java_script_enabled=script)
    page.goto(f"/people/{salote.uid}/")
    row(page).get_by_role("button", name="Kept", exact=False).first.click()
    expect(page.get_by_text("Appointment with Salote Fifita kept.")).to_be_visible()
    expect(page.get_by_role("link", name="Log the contact")).to_be_visible()
    appointment.refresh_from_db()
    assert appointment.ended_as == "kept"
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    appointment.refresh_from_db()
    assert appointment.ended_as == ""


def test_every_tap_target_of_a_step_is_44_high_and_the_page_does_not_scroll_sideways(
    page_as, worker, salote, appointment
):
    for width in (320, 390):
        page = page_as(worker, viewport={"width": width, "height": 664})
        page.goto(f"/people/{salote.uid}/")
        row(page).locator("summary").click()
        for each in row(page).locator(".btn").all():
            assert each.bounding_box()["height"] >= 44, each.inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_an_appointment_beside_a_contact_is_asked_about_and_saved_once(page_as, worker, salote):
    page = page_as(worker)
    page.goto(f"/people/{salote.uid}/contact/")
    page.get_by_label("Reached", exact=True).check()
    page.get_by_label("Something else").check()
    page.get_by_label("An appointment", exact=True).check()
    page.locator("[name=next-due_on]").fill("2026-11-14")
    page.locator("[name=next-starts_at]").fill("10:30")
    page.locator("[name=next-place][value=service]").check()
    page.get_by_role("button", name="Save the contact").click()
    expect(page.get_by_text("does not work on Saturday 14 November")).to_be_visible()
    assert not NextStep.objects.exists()
    page.get_by_role("button", name="Save the contact").click()
    expect(page.get_by_text("Contact with Salote Fifita logged.")).to_be_visible()
    assert (NextStep.objects.get().contact, Contact.objects.filter(submission_id__isnull=False).count()) == (
        Contact.objects.get(submission_id__isnull=False),
        1,
    )
