"""Logging with a thumb, each journey with its number of taps; the four answers lie in view above the tab bar."""

from datetime import date

import pytest
from playwright.sync_api import expect

from caseload.models import Contact, DropIn, GroupSession
from tests.browser.helpers import Thumb
from tests.browser.test_group_journeys import group  # noqa: F401
from tests.factories import ClientFactory, refreshed_at_once

ANSWERS = ("no further support needed now", "would like support", "something else", "Tried, not reached")
HEARD = """addEventListener('DOMContentLoaded', () => {
    window.heard = '';  // what comes into a live region once the page is there
    new MutationObserver(changes => changes.filter(change => change.target.closest('[role=status]')).forEach(
        change => [...change.addedNodes].filter(node => !node.ariaHidden).forEach(
            node => { window.heard += node.textContent.replace(/\\s+/g, ' '); })
    )).observe(document.body, {subtree: true, childList: true});
})"""


def log_of(page, name):
    return page.locator("details.pl-log summary", has_text=f"a contact with {name}").first


@pytest.mark.parametrize("where", ["/", "/people/"], ids=["My day", "the list"])
def test_log_anybody_due_is_two_taps_and_is_read_out(page_as, worker, salote, where):
    page = page_as(worker)
    page.add_init_script(HEARD)
    page.goto(where)
    thumb = Thumb(page)
    thumb.tap(log_of(page, "Salote Fifita"))
    thumb.tap(page.get_by_role("button", name="Tried, not reached"))
    words = "Attempt with Salote Fifita logged."
    expect(
        page.locator(".pl-messages > :not([aria-hidden])", has_text=words)
    ).to_be_visible()  # after the picture of it
    assert words in page.evaluate("window.heard")
    assert thumb.taps == 2 and Contact.objects.filter(client=salote, submission_id__isnull=False).count() == 1


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without JavaScript"])
def test_log_anybody_at_all_is_three_taps(page_as, worker, today, script):
    person = ClientFactory(name="Wiremu Tamihana", supported_by=worker)
    page = page_as(worker, java_script_enabled=script)
    page.goto("/")
    thumb = Thumb(page)
    thumb.tap(page.locator(".pl-nav").get_by_role("link", name="Log"))
    thumb.tap(log_of(page, "Wiremu Tamihana"))
    thumb.tap(page.get_by_role("button", name="Reached: something else"))
    expect(page.get_by_text("Contact with Wiremu Tamihana logged.")).to_be_visible()
    assert thumb.taps == 3 and page.url.endswith("/log/") and Contact.objects.get(client=person).outcome == "other"


@pytest.mark.parametrize(
    ("where", "link"),
    [("/log/", "Record a session of Wednesday walkers"), ("/", "record the session of Wednesday walkers")],
    ids=["the Log tab", "My day"],
)
def test_a_group_session_is_two_taps(page_as, worker, group, where, link):  # noqa: F811
    group.weekday = "wednesday"
    group.save()
    page = page_as(worker)
    page.goto(where)
    thumb = Thumb(page)
    thumb.tap(page.get_by_role("link", name=link))
    thumb.tap(page.get_by_role("button", name="Save the session"))
    expect(page.get_by_text("is recorded: 6 people came.")).to_be_visible()
    assert thumb.taps == 2 and GroupSession.objects.filter(on=date(2026, 11, 11)).count() == 1


@pytest.mark.parametrize("width", [390, 320])
def test_the_four_answers_lie_in_view_above_the_tab_bar(page_as, worker, today, width):
    with refreshed_at_once():
        for number in range(8):
            ClientFactory(name=f"Person {number}", supported_by=worker)
    page = page_as(worker, viewport={"width": width, "height": 664})
    page.goto("/log/")
    last = page.locator("details.pl-log summary").last
    last.scroll_into_view_if_needed()
    last.click()
    bar = page.locator(".pl-nav").bounding_box()
    for answer in ANSWERS:
        box = page.get_by_role("button", name=answer).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= bar["y"] and box["height"] >= 44, answer
    before = page.evaluate("window.scrollY")
    page.mouse.move(width / 2, 40)
    page.mouse.wheel(0, -200)
    page.wait_for_function("before => window.scrollY < before", arg=before)  # the page behind scrolls on


def test_escape_or_a_tap_beside_it_closes_it_and_focus_goes_in_order(page_as, worker, salote):
    page = page_as(worker)
    page.goto("/log/")
    summary = log_of(page, "Salote Fifita")
    opened = page.locator("details.pl-log[open]")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert "no further support" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Escape")
    expect(opened).to_have_count(0)
    assert page.evaluate("document.activeElement.matches('details.pl-log summary')")
    summary.click()
    expect(opened).to_have_count(1)
    page.mouse.click(20, 20)
    expect(opened).to_have_count(0)


def test_on_a_desk_the_answers_stand_in_the_row_and_paper_leaves_them_out(page_as, worker, salote):
    page = page_as(worker, viewport={"width": 1280, "height": 800})
    page.goto("/log/")
    log_of(page, "Salote Fifita").click()
    form = page.locator("details.pl-log[open] form")
    assert form.evaluate("form => getComputedStyle(form).position") == "static"
    page.emulate_media(media="print")
    expect(page.locator("details.pl-log").first).to_be_hidden()


def test_the_name_of_who_agreed_is_asked_once_the_tick_is_set(page_as, worker, salote):
    page = page_as(worker)
    page.goto(f"/people/{salote.uid}/contact/")
    who = page.get_by_label("Who agreed to the words")
    expect(who).to_be_hidden()
    page.get_by_label("We wrote this note together").check()
    expect(who).to_be_visible()
    expect(who).to_have_value(salote.short_name)


def test_a_drop_in_is_saved_and_undone(page_as, worker, today):
    page = page_as(worker)
    page.goto("/log/")
    page.get_by_role("link", name="Someone dropped in").click()
    page.locator("main [name=minutes]").fill("30")
    page.get_by_role("button", name="Save the drop-in").click()
    expect(page.get_by_text("Saved: 1 person dropped in")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The drop-in is undone.")).to_be_visible()
    assert DropIn.objects.get().void_reason == "undone"
