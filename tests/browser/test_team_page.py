"""The team page on a phone and a desk: what needs the manager is on the first screen, a worker is one row that opens."""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import DESK
from tests.conftest import TODAY
from tests.home.test_attention import CASES, hold
from tests.workload.months.scene import carry

NAMES = (
    "Hinewai Rangi",
    "Tom Lealaiauloto",
    "Mere Paki",
    "Priya Nair",
    "Sione Faleafa",
    "Wiremu Tamahori",
    "Ana Fonoti",
    "Losa Tuilaepa",
    "Rangimarie Te Whata",
    "Kahurangi Ihaka",
)
PHONE, SCREEN = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
BOTTOMS = "all => all.map(each => [each.getBoundingClientRect().height, each.getBoundingClientRect().bottom])"


@pytest.fixture
def busy(organisation, team, manager, today):
    """A team with everything that can need its manager at once, of workers with long names; and a second team."""
    workers = {
        kind: factories.MemberFactory(organisation=organisation, in_team=team, name=name)
        for kind, name in zip((*CASES, "over", "little"), NAMES, strict=True)
    }
    for kind, begin in CASES.items():
        begin(organisation=organisation, team=team, manager=manager, worker=workers[kind], teammate=workers["little"])
    carry(workers["over"], 110)
    carry(workers["little"], 93)
    factories.AbsenceFactory(worker=workers["over"], starts_on=TODAY, planned=False)
    second = factories.TeamFactory(organisation=organisation, name="Waterfront", manager=manager)
    away = factories.MemberFactory(organisation=organisation, in_team=second, name="Zed Two")
    hold(away, 2, team=second)
    factories.AbsenceFactory(worker=away)
    factories.SessionFactory(worker=workers["little"], planned_on=date(2026, 11, 20), held_on=None)
    return team


def test_what_needs_a_manager_is_on_the_first_screen_in_a_busy_team(page_as, manager, busy):
    page = page_as(manager, viewport=PHONE)
    page.goto(f"/team/?team={busy.pk}")
    for size in (PHONE, SCREEN):
        page.set_viewport_size(size)
        lines = page.locator(".pl-needs li").evaluate_all(BOTTOMS)
        assert len(lines) >= 11
        assert max(bottom for _, bottom in lines) <= size["height"], lines
        assert all(44 <= height <= 57.5 for height, _ in lines), lines
        rows = page.locator(".pl-crew > tbody > tr").evaluate_all(BOTTOMS)
        assert len(rows) == 10
        # the one row with a longer name beside everything a row can have takes a second line of the name
        assert sorted(height for height, _ in rows)[-2] <= 72 and max(height for height, _ in rows) <= 96, rows
        urgent = page.locator(".pl-needs li:has(.pl-needs__now)").evaluate_all(BOTTOMS)
        menu = page.locator(".pl-nav").bounding_box()
        first_screen = menu["y"] if size == PHONE else size["height"]
        assert len(urgent) >= 6 and max(bottom for _, bottom in urgent) <= first_screen, urgent
        assert [each in urgent for each in lines] == sorted((each in urgent for each in lines), reverse=True)
    page.set_viewport_size({"width": 320, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_row_opens_and_the_order_stays_without_scripts(page_as, manager, busy):
    page = page_as(manager, viewport=DESK, java_script_enabled=False)
    page.goto("/team/")
    page.get_by_role("link", name="Harbourside", exact=True).click()
    page.get_by_role("columnheader", name="Total").get_by_role("link", name="Total").click()
    expect(page.locator("[aria-sort] [aria-current]")).to_have_text("Total")
    page.goto("/team/")
    page.get_by_label("Team", exact=True).select_option("Harbourside")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("[aria-sort] [aria-current]")).to_have_text("Total")
    row = page.locator(".pl-crew > tbody > tr").first
    width = row.bounding_box()["width"]
    row.get_by_text("More").click()
    expect(row.get_by_text("No supervision was held yet.")).to_be_visible()
    assert row.locator("details").bounding_box()["width"] > 0.9 * width
    line = page.get_by_role("link", name="2 contacts overdue by a week or more")
    line.click()
    expect(page.get_by_text("2 people found.")).to_be_visible()
