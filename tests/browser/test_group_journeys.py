"""A group with a thumb: the same as last week, all but one, in two taps; without a signal, and without JavaScript."""

import re
from datetime import date, time

import pytest
from playwright.sync_api import expect

from caseload.groups.actions.sessions import log_session
from caseload.models import Attendance, Contact, GroupMeeting, GroupSession
from tests.browser.conftest import in_the_way
from tests.browser.helpers import Thumb
from tests.factories import ClientFactory, GroupFactory

TODAY = date(2026, 11, 12)
NAMES = ("Hana Rewi", "Joe Marsh", "Sione Vea", "Tāne Rāwiri", "Isla Penney", "Salote Fifita", "Wiremu Tamihana")


@pytest.fixture
def group(worker, teammate, today):
    """A group of seven, two of whom a teammate supports; six came a week ago."""
    people = [
        ClientFactory(name=name, supported_by=teammate if n > 4 else worker, support="medium" if n == 1 else "group")
        for n, name in enumerate(NAMES)
    ]
    group = GroupFactory(facilitated_by=worker, people=people, name="Wednesday walkers")
    log_session(
        group_id=group.pk,
        by=worker,
        on=date(2026, 11, 4),
        today=TODAY,
        minutes=90,
        came={person.pk: "" for person in people[1:]},
        facilitators=[worker.pk],
        note="Along the harbour. Rain at the end.",
    )
    return group


def last_week(page):
    page.goto("/log/")
    page.get_by_role("link", name="Record a session of Wednesday walkers").click()


def came():
    session = GroupSession.objects.get(on=date(2026, 11, 11))
    return set(Attendance.objects.filter(session=session, came=True).values_list("client__name", flat=True))


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without JavaScript"])
def test_the_same_as_last_week_all_but_one_is_two_taps(page_as, worker, group, script):
    page = page_as(worker, java_script_enabled=script)
    last_week(page)
    page.get_by_label("Isla Penney").first.uncheck()
    page.get_by_role("button", name="Save the session").click()
    expect(page.get_by_text("The session of 11 November 2026 is recorded: 5 people came.")).to_be_visible()
    assert came() == set(NAMES) - {"Hana Rewi", "Isla Penney"}
    assert Contact.objects.filter(on=date(2026, 11, 11), channel="group", minutes=90).count() == 5


def test_a_lost_signal_keeps_the_ticks_and_sends_them_once(page_as, signal, worker, group):
    page = page_as(worker)
    last_week(page)
    page.get_by_label("Hana Rewi").first.check()
    signal.lose(page.context)
    page.get_by_role("button", name="Save the session").click()
    expect(page.get_by_text("No signal. Your words are still on this page")).to_be_visible()
    assert GroupSession.objects.count() == 1
    signal.find(page.context)
    expect(page.get_by_text("is recorded: 7 people came.")).to_be_visible()
    assert GroupSession.objects.count() == 2


def test_who_wants_support_is_said_beside_the_ticks(page_as, worker, group):
    page = page_as(worker)
    last_week(page)
    page.get_by_text("If a person told you how they are").click()
    page.get_by_role("combobox", name="Sione Vea").select_option("Would like support")
    page.get_by_role("button", name="Save the session").click()
    expect(page.get_by_text("is recorded: 6 people came.")).to_be_visible()
    assert Contact.objects.get(client__name="Sione Vea", on=date(2026, 11, 11)).outcome == "support_wanted"


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without JavaScript"])
def test_a_meeting_is_moved_from_my_day_in_three_taps_and_my_day_shows_the_new_hour(page_as, worker, group, script):
    type(group).objects.update(weekday="friday", starts_at=time(10, 30))
    page = page_as(worker, java_script_enabled=script)
    page.goto("/")
    thumb = Thumb(page)
    week = page.get_by_role("region", name="This week")
    expect(week).to_contain_text("10:30 Wednesday walkers")
    thumb.tap(week.get_by_role("link", name="Wednesday walkers"))
    thumb.tap(page.get_by_role("link", name=re.compile("Move or change.*Friday 13 November")))
    page.get_by_label("Time").fill("14:15")
    thumb.tap(page.get_by_role("button", name="Save the meeting"))
    expect(page.get_by_text("Wednesday walkers meets on Friday 13 November at 14:15.")).to_be_visible()
    assert thumb.taps == 3 and page.viewport_size["width"] == 390
    page.goto("/")
    expect(week).to_contain_text("14:15 Wednesday walkers")


def test_a_lost_signal_keeps_the_words_of_a_meeting(page_as, signal, worker, group):
    type(group).objects.update(weekday="friday", starts_at=time(10, 30))
    page = page_as(worker)
    page.goto(f"/groups/{group.uid}/meetings/2026-11-13/")
    page.get_by_label("Where it meets").fill("The boat shed")
    signal.lose(page.context)
    page.get_by_role("button", name="Save the meeting").click()
    expect(page.get_by_text("No signal. Your words are still on this page")).to_be_visible()
    assert not GroupMeeting.objects.exists()
    signal.find(page.context)
    expect(page.get_by_text("meets on Friday 13 November at 10:30.")).to_be_visible()
    assert GroupMeeting.objects.get().place == "The boat shed"


PAGES = {
    "groups": "/groups/",
    "a group": "/groups/{group}/",
    "record a session": "/groups/{group}/session/",
    "a meeting": "/groups/{group}/meetings/2026-11-18/",
    "somebody joins": "/groups/{group}/members/add/",
    "strike through": "/groups/sessions/{session}/void/",
    "log, whom": "/log/",
    "My day": "/",
}
LEADERS = {
    "groups": "/groups/",
    "a group": "/groups/{group}/",
    "a new group": "/groups/add/",
    "change it": "/groups/{group}/edit/",
    "close it": "/groups/{group}/close/",
    "who facilitates": "/groups/{group}/facilitators/add/",
}


@pytest.mark.parametrize(("who", "pages"), [("worker", PAGES), ("manager", LEADERS)], ids=["worker", "manager"])
def test_nothing_is_in_anybodys_way(page_as, request, group, who, pages):
    uids = {"group": group.uid, "session": GroupSession.objects.get().uid}
    page = page_as(request.getfixturevalue(who))
    assert in_the_way(page, {name: url.format(**uids) for name, url in pages.items()}, summaries=3) == {}
