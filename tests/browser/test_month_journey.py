"""A month from the first word to the last: two workers, three managers, day by day, on phones and at desks."""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import DESK, PHONE, faults
from tests.workload.months.scene import SEPTEMBER, away, carry, record, submit
from workload import actions as work
from workload.models import TeamReport
from workload.months import actions as months

pytestmark = pytest.mark.usefixtures("scheme")


@pytest.fixture
def scheme(organisation, transactional_db):
    return work.create_scheme(organisation)


@pytest.fixture
def mere(worker):
    """A worker who has held 104 points since September: two months above the limit, the first of them reported."""
    carry(worker, 93, until=date(2026, 8, 31))
    carry(worker, 104, since=SEPTEMBER)
    factories.MonthlyRecordFactory(
        worker=worker, month=SEPTEMBER, status="reported", total=104, reason="A colleague left."
    )
    return worker


@pytest.fixture
def tom(teammate):
    """A worker with 93 points, away since the end of October."""
    carry(teammate, 93)
    away(teammate, since=date(2026, 10, 26))
    return teammate


@pytest.fixture
def ana(manager):
    """Their manager, away until the 12th of November."""
    factories.AbsenceFactory(worker=manager, starts_on=date(2026, 11, 2), ends_before=date(2026, 11, 13))
    return manager


@pytest.fixture
def lena(other_manager, other_team):
    """The manager of another team."""
    return other_manager


# What people do ---------------------------------------------------------------------------------------------------------


def begin_the_day(page):
    page.goto("/")


def follow(page, name):
    page.get_by_role("link", name=name).first.click()


def press(page, name, *, then):
    expect(page.get_by_text(then)).to_have_count(0)  # else the next step would not wait for the next page
    page.get_by_role("button", name=name).first.click()
    expect(page.get_by_text(then).first).to_be_visible()


def says_how_the_month_was(page, *, comment, would_help):
    page.locator("section", has=page.get_by_role("heading", name="In your words")).get_by_role("link").click()
    page.get_by_label("Too much").check()
    page.get_by_label("How was the month?").fill(comment)
    page.get_by_label("What would help?").fill(would_help)
    press(page, "Save", then="Your words are saved.")


def says_what_is_behind_it(page, *, causes):
    page.locator("section", has=page.get_by_role("heading", name="Above 100")).get_by_role("link", name="Write").click()
    page.get_by_label("What is behind it").fill(causes)
    press(page, "Save", then="Saved with the record.")


def asks_another_manager(page, name):
    follow(page, "Ask another manager")
    page.get_by_label(name).check()
    press(page, "Ask", then=f"{name} is asked to agree.")


def adds_an_action(page, what, *, whose, by):
    follow(page, "Add an action")
    page.get_by_label("What will be done").fill(what)
    page.get_by_label(whose).check()
    page.get_by_label("By", exact=True).fill(by)
    press(page, "Add the action", then="The action is written down.")


def sends_the_report(page, *, note=""):
    follow(page, "Send the report")
    page.get_by_label("A note with the report").fill(note)
    press(page, "Send the report", then="The report for October is sent.")


def writes_down_group_work(page, *, since):
    follow(page, "My points")
    follow(page, "Add one")
    page.get_by_label("Group work").check()
    page.get_by_label("From").fill(since)
    press(page, "Add the responsibility", then="Group work is written down from 20 October")


def what_stands(page) -> str:
    return " ".join(page.locator("main").inner_text().split())


def sees(page, *texts):
    for text in texts:
        expect(page.get_by_text(text).first).to_be_visible()


# The story --------------------------------------------------------------------------------------------------------------

ACTION = "Nobody new for four weeks"


def test_a_month_goes_from_the_first_word_to_the_adjustment(page_as, on, mere, tom, ana, lena, team):
    phone, desk, desk_next_door = page_as(mere), page_as(ana, viewport=DESK), page_as(lena, viewport=DESK)

    on(date(2026, 11, 2))  # Mere says how October was. Ana is away, so she asks Lena.
    begin_the_day(phone)
    sees(phone, "It is prepared for you. Read it, say how the month was, and submit it.")
    follow(phone, "My October")
    sees(phone, "Before anyone agrees, write down what is behind it and at least one action", "A colleague left.")
    says_how_the_month_was(phone, comment="Two crises in one week.", would_help="A second group leader")
    says_what_is_behind_it(phone, causes="The post next door is still empty.")
    press(phone, "Submit, and agree later", then="Submitted.")
    asks_another_manager(phone, "Lena Okafor")

    on(date(2026, 11, 3))  # Lena finds it on her first page, and says what will be done, by whom and when.
    begin_the_day(desk_next_door)
    follow(desk_next_door, "Mere Paki, October 2026")
    sees(desk_next_door, "Two crises in one week.", "The post next door is still empty.")
    adds_an_action(desk_next_door, ACTION, whose="Ana Whitford", by="2026-11-30")

    on(date(2026, 11, 4))
    begin_the_day(phone)
    sees(phone, ACTION, "You still have to agree to it.")
    follow(phone, "My October")
    press(phone, "I agree to 104 points", then="You have agreed.")

    on(date(2026, 11, 5))
    begin_the_day(desk_next_door)
    follow(desk_next_door, "Mere Paki, October 2026")
    press(desk_next_door, "I agree to 104 points", then="Agreed by both.")

    on(date(2026, 11, 13))  # Ana is back: Tom is not, so she completes his record.
    begin_the_day(desk)
    sees(desk, "October’s report is due in 2 days", ACTION)
    follow(desk, "See what is missing")
    sees(desk, "Tom Lealaiauloto is not at work: the manager completes it")
    follow(desk, "Tom Lealaiauloto")
    follow(desk, "Complete it for Tom Lealaiauloto")
    desk.get_by_label("What you assumed, and why").fill("The same people as in September.")
    press(desk, "Complete it", then="Completed while Tom Lealaiauloto is not at work.")
    sees(desk, "completed, 13 November, provisional")

    on(date(2026, 11, 14))
    begin_the_day(desk)
    follow(desk, "Read and send it")
    sees(desk, "Every record is complete. You can send the report.")
    sends_the_report(desk, note="Tom is expected back in December.")
    sees(desk, "Sent on 14 November 2026 by Ana Whitford", "Tom is expected back in December.")
    report = desk.url

    for page in (phone, desk):  # What will be done stays in sight until it is.
        begin_the_day(page)
        sees(page, ACTION)
    on(date(2026, 11, 20))
    press(desk, "Mark as done", then="Done.")
    for page in (phone, desk):
        begin_the_day(page)
        expect(page.get_by_text(ACTION)).to_have_count(0)

    on(date(2026, 12, 3))  # Mere finds that she forgot a group. October stays as it was reported.
    follow(phone, "Records")
    follow(phone, "October 2026")
    desk.goto(report)
    reported = what_stands(phone), what_stands(desk)
    assert "104 of 100" in reported[0] and "197 of 200" in reported[1]
    begin_the_day(phone)
    writes_down_group_work(phone, since="2026-10-20")
    follow(phone, "Records")
    follow(phone, "October 2026")
    desk.reload()
    assert (what_stands(phone), what_stands(desk)) == reported

    follow(phone, "November 2026")
    sees(phone, "Correction for October 2026: +6.", "Submit and agree to 110 points")
    assert record(mere).status == record(tom).status == "reported"
    assert not phone.strangers + desk.strangers + desk_next_door.strangers


def test_a_month_is_submitted_agreed_and_sent_without_javascript(page_as, worker, manager, team, today):
    carry(worker, 93)
    phone = page_as(worker, java_script_enabled=False)
    desk = page_as(manager, viewport=DESK, java_script_enabled=False)

    begin_the_day(phone)
    follow(phone, "My October")
    press(phone, "Submit and agree to 93 points", then="Submitted, and you have agreed.")

    begin_the_day(desk)
    follow(desk, "See what is missing")
    follow(desk, "Mere Paki")
    press(desk, "I agree to 93 points", then="Agreed by both.")
    follow(desk, "Team report for October")
    sends_the_report(desk)
    sees(desk, "Sent on 12 November 2026 by Ana Whitford")
    assert (record(worker).status, TeamReport.objects.get().points) == ("reported", 93)


def test_the_second_to_save_sees_both_and_loses_nothing(page_as, mere, manager, today):
    phone, desk = page_as(mere), page_as(manager, viewport=DESK)
    for page in (phone, desk):
        page.goto(f"/records/{mere.uid}/2026-10/reason/")
    desk.get_by_label("What is behind it").fill("The post next door is still empty.")
    phone.get_by_label("What is behind it").fill("Two court cases.")

    press(desk, "Save", then="Saved with the record.")
    press(phone, "Save", then="The record has changed while you were writing")

    sees(phone, "The post next door is still empty.")
    assert not faults(phone)
    expect(phone.get_by_label("What is behind it")).to_have_value("Two court cases.")
    phone.get_by_label("What is behind it").fill("The post next door is still empty. Two court cases.")
    press(phone, "Save", then="Saved with the record.")
    sees(phone, "The post next door is still empty. Two court cases.")
    assert record(mere).causes == "The post next door is still empty. Two court cases."


# The month in one sitting -------------------------------------------------------------------------------------------------


@pytest.fixture
def twelve(organisation, team, worker):
    """Twelve workers of one team, who have all submitted October."""
    names = ["Amiria", "Ben", "Cleo", "Dan", "Ema", "Fetu", "Gus", "Hana", "Ivy", "Jo", "Kahu"]
    workers = [worker, *(factories.MemberFactory(organisation=organisation, name=f"{name} Tua") for name in names)]
    for each in workers:
        if each != worker:
            factories.PostFactory(worker=each, team=team)
        carry(each, 93, until=date(2026, 9, 30))
        carry(each, 99, since=date(2026, 10, 1))
        submit(each, agree=True)
    return workers


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_twelve_records_are_agreed_in_fourteen_clicks_and_the_report_is_sent_in_two_more(
    page_as, on, twelve, manager, size
):
    on(date(2026, 11, 10))
    page = page_as(manager, viewport=size, java_script_enabled=False)
    clicks = 0

    def click(role, name):
        nonlocal clicks
        found = page.get_by_role(role, name=name).first
        box = found.bounding_box()
        if name in ("Agree and next", "Agree"):
            assert box["y"] + box["height"] <= size["height"], "the button is below the first screen"
        with page.expect_navigation():
            found.click()
        clicks += 1

    begin_the_day(page)
    click("link", "See what is missing")
    assert "Records to agree: 12 of 12" in what_stands(page)
    click("link", "Agree one after the other")
    assert "Record 1 of 12, October" in what_stands(page)
    for number in range(2, 13):
        click("button", "Agree and next")
        assert f"Record {number} of 12, October" in what_stands(page)
    click("button", "Agree")
    assert "12 of 12 records are complete." in what_stands(page)
    assert clicks <= 15
    assert {record(each).status for each in twelve} == {"agreed"}

    clicks = 0
    begin_the_day(page)
    click("link", "Read and send it")
    click("link", "Send the report")
    click("button", "Send the report")
    assert "The report for October is sent." in what_stands(page)
    assert clicks <= 3
    assert TeamReport.objects.count() == 1


# The report reaches its reader ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_service_manager_finds_why_a_worker_of_team_three_is_over_in_three_clicks(
    page_as, on, organisation, manager, service_manager, size
):
    workers = []
    for name in ("One", "Two", "Three"):
        team = factories.TeamFactory(organisation=organisation, name=f"Team {name}", manager=manager)
        workers.append(factories.MemberFactory(organisation=organisation, in_team=team, name=f"Worker {name}"))
        carry(workers[-1], 93, until=date(2026, 9, 30))
        carry(workers[-1], 110, since=date(2026, 10, 1))
        submit(workers[-1])
        months.send(team=team, month=date(2026, 10, 1), by=manager, today=date(2026, 11, 12))
    on(date(2026, 11, 20))
    page = page_as(service_manager, viewport=size, java_script_enabled=False)
    clicks = 0

    def click(name):
        nonlocal clicks
        with page.expect_navigation():
            page.get_by_role("link", name=name, exact=True).first.click()
        clicks += 1

    begin_the_day(page)
    click("sent : Team Three")
    assert "Who has not agreed, and why" in what_stands(page)
    click("Worker Three")
    assert clicks <= 3
    said = what_stands(page)
    assert "110 of 100 points" in said and "Extra responsibilities" in said and "Over the limit: the reasons" in said
