"""A new worker's first ninety days: begun with one press, ticked with one press, by moving the day; without scripts, too."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from peerload.guides.checklists.models import ChecklistRun
from tests import factories
from tests.browser.conftest import DESK, faults


def press(page, label, about):
    return page.get_by_role("button", name=re.compile(rf"^{label}\s*: {about}"))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_first_ninety_days_of_a_new_worker(page_as, manager, team, today, on, scripts):
    sione = factories.MemberFactory(organisation=team.organisation, in_team=team, name="Sione Faleafa")
    sione.posts.update(starts_on=date(2026, 11, 16))

    # Before the first day: the team manager begins it with one press, and ticks what was for them.
    ana = page_as(manager, viewport=DESK, java_script_enabled=scripts)
    ana.goto("/team/")
    press(ana, "Begin", "Onboarding, Sione Faleafa").click()
    expect(ana.get_by_text("The checklist has begun.")).to_be_visible()
    expect(ana.get_by_text("0 of 21 steps are done.")).to_be_visible()
    ana.get_by_role("button", name="Schedule", exact=True).click()
    expect(ana.get_by_role("button", name="Schedule", exact=True)).to_have_attribute("aria-pressed", "true")
    for task in ("Confirm the first day", "Put an orientation folder together"):
        press(ana, "Mark as done", task).click()
    expect(ana.get_by_text("2 of 21 steps are done.")).to_be_visible()
    if scripts:
        assert faults(ana) == []

    # In the second week: one step is for Sione on My day, and one press ticks it.
    on(date(2026, 11, 23))
    page = page_as(sione, java_script_enabled=scripts)
    page.goto("/")
    card = page.locator("section", has=page.get_by_role("heading", name="Checklists"))
    expect(card.get_by_text("Week 2: 2 steps are for you.")).to_be_visible()
    press(card, "Done", "Look at the Wellness Action Plan").click()
    expect(page.get_by_text("Week 2: one step is for you.")).to_be_visible()
    page.get_by_role("link", name="Onboarding").first.click()
    expect(page.get_by_text("It is week 2 since the first day")).to_be_visible()
    expect(press(page, "Mark as done", "Take part in the orientation programme")).to_be_visible()
    expect(press(page, "Mark as done", "Say who the mentor is")).to_have_count(0)
    if scripts:
        assert faults(page) == []

    # In the fourth week the manager sees what is late, and says that a step is not needed.
    on(date(2026, 12, 9))
    ana.goto("/team/")
    card = ana.locator("section", has=ana.get_by_role("heading", name="Checklists"))
    expect(card.get_by_text("steps are for you.")).to_be_visible()
    card.get_by_role("link", name="Onboarding: Sione Faleafa").first.click()
    ana.locator("#step-copies").get_by_role("link", name="Change").click()
    ana.get_by_label("Not needed", exact=True).check()
    ana.get_by_role("button", name="Save").click()
    expect(ana.get_by_text("Write why it is not needed.").first).to_be_visible()
    ana.get_by_label("Why it is not needed").fill("They are on file already.")
    ana.get_by_role("button", name="Save").click()
    expect(ana.locator("#step-copies").get_by_text("They are on file already.")).to_be_visible()

    # After ninety days all is done, and it is on no first page.
    run = ChecklistRun.objects.get()
    run.steps.filter(not_needed_on=None).update(done_on=date(2027, 2, 15), done_by=manager)
    on(date(2027, 2, 15))
    for each in (ana, page):
        each.goto("/")
        expect(each.get_by_role("heading", name="Checklists")).to_have_count(0)
