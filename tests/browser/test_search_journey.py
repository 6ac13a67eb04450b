"""Finding with a thumb and with a keyboard: one tap and the digits of a missed call, the key "/", no JavaScript."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import DESK


@pytest.fixture
def hemi(worker, today):
    return factories.ClientFactory(name="Hemi Walker", phone="021 555 0142", supported_by=worker)


def test_one_tap_and_the_digits_of_a_missed_call_find_who_called(page_as, worker, hemi):
    page, taps = page_as(worker), 0
    page.goto("/")
    sign = page.get_by_role("link", name="Search people, groups and pages")
    box = sign.bounding_box()
    assert box["width"] >= 44 and box["height"] >= 44
    sign.click()
    taps += 1
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("+64 21 555 0142")

    row = page.locator(".pl-row", has_text="Hemi Walker")
    expect(row).to_be_in_viewport()
    expect(row.get_by_role("link", name="Call Hemi Walker")).to_have_attribute("href", "tel:+64215550142")
    expect(page.get_by_role("status").filter(has_text="Found: 1 person.")).to_be_attached()
    assert taps == 1
    row.locator("summary").click()
    page.get_by_role("button", name="Tried, not reached").click()
    expect(page.get_by_text("Attempt with Hemi Walker logged.")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("+64 21 555 0142")


def test_the_key_leads_to_the_field_from_every_page_but_not_while_typing(page_as, worker, hemi):
    page = page_as(worker, viewport=DESK)
    page.goto("/me/")
    page.keyboard.press("/")
    field = page.get_by_role("searchbox", name="Search people, groups and pages")
    expect(field).to_be_focused()
    page.keyboard.type("hemi/")
    expect(field).to_have_value("hemi/")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Hemi Walker", exact=True)).to_be_visible()
    page.get_by_role("button", name="Turn this key off").click()
    expect(page.get_by_role("button", name="Turn it on")).to_be_visible()
    page.goto("/me/")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).not_to_be_focused()


def test_on_a_small_screen_the_key_opens_the_page_of_the_search(page_as, worker, today):
    page = page_as(worker)
    page.goto("/me/")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    assert page.url.endswith("/search/")


def test_without_scripts_it_is_a_form(page_as, worker, hemi):
    page = page_as(worker, java_script_enabled=False)
    page.goto("/search/")
    page.get_by_role("searchbox").fill("0142")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("link", name="Hemi Walker", exact=True)).to_be_visible()
