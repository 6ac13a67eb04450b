"""A manager gives people to workers: how many clicks it takes from the first page after sign-in."""

import pytest
from playwright.sync_api import expect

from caseload.models import Allocation, Cover
from tests import factories
from tests.browser.conftest import DESK, PHONE
from tests.conftest import TODAY

PEOPLE, WORKERS = 50, 12
OUT_OF_SIGHT = """() => {
    const sums = document.querySelector('.pl-sums').getBoundingClientRect();
    return sums.top < -1 || sums.height < 60 || sums.height > window.innerHeight * (window.innerWidth < 992 ? .26 : 1);
}"""


class Clicks:
    """What a manager clicks, counted."""

    def __init__(self, page):
        self.page, self.n = page, 0

    def __call__(self, role: str, name: str) -> None:
        self.n += 1
        self.page.get_by_role(role, name=name).first.click()


@pytest.fixture
def crew(organisation, manager, team, worker, teammate, today):
    workers = [
        factories.MemberFactory(organisation=organisation, in_team=team, name=f"Helper N{n:02}") for n in range(WORKERS)
    ]
    factories.refresh_derived(workers=[worker, teammate, *workers])


@pytest.fixture
def fifty(crew, worker):
    with factories.refreshed_at_once():
        for n in range(PEOPLE):
            support = ("high", "medium", "group", "parked")[n % 4]
            factories.ClientFactory(supported_by=worker, name=f"Person {n:02}", support=support, statutory=n == 7)


def test_a_waiting_person_is_allocated_and_another_handed_over_in_four_clicks_each(
    page_as, manager, organisation, team, worker, crew
):
    hine = factories.ClientFactory(organisation=organisation, team=team, support=None, name="Hine Te Ao")
    kiri = factories.ClientFactory(supported_by=worker, name="Kiri Tane")
    page = page_as(manager, viewport=DESK)

    click = Clicks(page)
    page.goto("/team/")
    click("link", "Waiting")
    click("link", "Allocate Hine Te Ao")
    expect(page.get_by_role("radio", name="Medium")).to_be_checked()
    click("radio", "Helper N03")
    click("button", "Allocate")
    expect(page.get_by_text("Hine Te Ao is allocated to Helper N03")).to_be_visible()
    assert click.n <= 4 and Allocation.objects.get(client=hine).worker.name == "Helper N03"

    click = Clicks(page)
    page.goto("/team/")
    page.get_by_role("searchbox").first.fill("Kiri")
    page.keyboard.press("Enter")
    click("link", "Kiri Tane")
    click("link", "Hand over")
    click("radio", "Helper N05")
    click("button", "Hand over")
    expect(page.get_by_text("Kiri Tane is handed over to Helper N05")).to_be_visible()
    assert click.n <= 4 and Allocation.objects.on(TODAY).get(client=kiri).worker.name == "Helper N05"
    assert page.strangers == []


def must_follow_each_choice(page, sums) -> None:
    """Sums and warnings follow a choice, without a button; without a signal they say that they are old."""
    tom = sums.get_by_role("listitem").filter(has_text="Tom")
    expect(page.get_by_role("button", name="See what these choices change")).to_be_hidden()
    for n in range(0, 48, 4):
        page.get_by_label(f"What happens for Person {n:02}").select_option("move")
        page.get_by_label(f"Worker for Person {n:02}").fill("Tom")
    page.get_by_label("Worker for Person 47").focus()
    expect(tom).to_contain_text("takes 12 people")
    expect(page.get_by_role("listitem").filter(has_text="Person 04")).to_contain_text(
        "more contact hours than half of the post"
    )
    page.context.set_offline(True)
    page.get_by_label("What happens for Person 44").select_option("cover")
    expect(page.get_by_text("No signal: these figures are from before your last choice.")).to_be_visible()
    expect(page.get_by_role("button", name="See what these choices change")).to_be_visible()
    expect(tom).to_contain_text("takes 12 people")
    page.context.set_offline(False)
    expect(tom).to_contain_text("takes 11 people")
    expect(page.get_by_text("No signal")).to_be_hidden()
    for n in range(0, 44, 4):
        page.get_by_label(f"What happens for Person {n:02}").select_option("cover")
    expect(page.get_by_text("50 are covered.")).to_be_visible()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_fifty_people_of_an_absent_worker_are_covered_by_need_with_the_sums_in_view(
    page_as, manager, worker, fifty, size
):
    factories.AbsenceFactory(worker=worker, starts_on=TODAY, expected_back=None)
    page = page_as(manager, viewport=size)
    click = Clicks(page)

    page.goto("/team/")
    click("link", "Away")
    click("link", "Cover board of Mere Paki")
    click("button", "Propose who covers each person")
    expect(page.get_by_text("50 are covered.")).to_be_visible()
    page.get_by_label("Worker for Person 30").scroll_into_view_if_needed()
    assert not page.evaluate(OUT_OF_SIGHT)
    sums = page.locator(".pl-sums")
    must_follow_each_choice(page, sums)
    page.get_by_label("Worker for Person 30").fill("Tom")
    click("button", "Save who covers and who moves")

    expect(page.get_by_text("50 people are covered.")).to_be_visible()
    assert click.n <= 5
    assert Cover.objects.count() == PEOPLE and Cover.objects.get(client__name="Person 30").worker.name.startswith("Tom")
    assert page.strangers == []
