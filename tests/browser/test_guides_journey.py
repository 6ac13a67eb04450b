"""A service makes a guide of its own in the browser; two fill it in, sign it and print it. No code, no migration."""

import pytest
from playwright.sync_api import expect

from peerload.guides.models import Guide
from tests.browser.conftest import DESK, faults


def press(page, name, *, then):
    page.get_by_role("button", name=name, exact=True).first.click()
    expect(page.get_by_text(then).first).to_be_visible()


def follow(page, name):
    page.locator("main").get_by_role("link", name=name).first.click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_service_makes_an_exit_conversation_and_two_fill_it_in(page_as, worker, manager, team, admin, today, scripts):
    # Sam makes it: words, yes or no, any of some answers.
    sam = page_as(admin, viewport=DESK, java_script_enabled=scripts)
    sam.goto("/settings/guides/")
    follow(sam, "Make a guide")
    sam.get_by_label("Name", exact=True).fill("Exit conversation")
    sam.get_by_label("What it is for, in one sentence").fill("Before a worker leaves.")
    sam.get_by_label("Heading of the first section").fill("The conversation")
    press(sam, "Make it", then="Now write what it asks.")
    sam.locator("[name=item-0-text]").fill("What went well?")
    sam.locator("[name=item-1-text]").fill("Would you come back?")
    sam.locator("[name=item-1-kind]").select_option(label="Yes or no")
    sam.locator("[name=item-1-by]").select_option(label="The worker")
    sam.locator("[name=item-1-needed]").check()
    press(sam, "Save, and add more", then="Saved as a draft.")
    sam.locator("[name=item-2-text]").fill("What made you decide?")
    sam.locator("[name=item-2-kind]").select_option(label="Any of some answers")
    sam.locator("[name=item-2-choices]").fill("Another job\nMy health\nSomething else")
    sam.locator("[name=item-2-by]").select_option(label="The worker")
    press(sam, "Save, and add more", then="Saved as a draft.")
    sam.locator("[name=item-3-text]").fill("What is handed over")
    sam.locator("[name=item-3-kind]").select_option(label="A table of words")
    sam.locator("details", has=sam.locator("[name=item-3-rows]")).last.locator("> summary").click()
    sam.locator("[name=item-3-rows]").fill("Keys\nPhone")
    sam.locator("[name=item-3-columns]").fill("For")
    sam.locator("[name=item-3-by]").select_option(label="The team manager")
    press(sam, "Save", then="Draft, not published")
    follow(sam, "Preview")
    expect(sam.get_by_text("Another job · My health · Something else")).to_be_visible()
    if scripts:
        assert faults(sam) == []
    sam.go_back()
    press(sam, "Publish", then="Version 1 is published.")

    # Ana begins it with Mere, writes and shares.
    ana = page_as(manager, viewport=DESK, java_script_enabled=scripts)
    ana.goto("/team/growth/")
    follow(ana, "Exit conversation")
    press(ana, "Begin", then="Where it stands")
    follow(ana, "Write my part")
    ana.get_by_label("What went well?").fill("Friday kitchen, which you began.")
    ana.locator("[name=a_section_1_4-0-0]").fill("Tom has them")
    press(ana, "Save", then="Saved.")
    follow(ana, "Share it with Mere Paki")
    press(ana, "Share it", then="It is shared.")

    # Mere reads it from the first page, and writes her own part.
    mere = page_as(worker, java_script_enabled=scripts)
    mere.goto("/")
    mere.get_by_role("link", name="Exit conversation").first.click()
    expect(mere.get_by_text("Friday kitchen, which you began.")).to_be_visible()
    expect(mere.get_by_text("Tom has them")).to_be_visible()
    follow(mere, "Write my part")
    mere.get_by_label("Yes", exact=True).check()
    mere.get_by_label("My health").check()
    press(mere, "Save", then="Saved.")
    press(mere, "Sign: we have talked about it", then="You have signed it.")
    if scripts:
        assert faults(mere) == []

    # Ana changes a word: Mere's signature is cleared, and both sign again.
    ana.reload()
    follow(ana, "Change")
    ana.get_by_label("What went well?").fill("Friday kitchen, which you began, and the choir.")
    press(ana, "Save", then="The signature given before is cleared")
    press(ana, "Sign: we have talked about it", then="You have signed it.")
    mere.reload()
    press(mere, "Sign: we have talked about it", then="You have both signed it.")
    with mere.expect_download() as download:
        follow(mere, "Print as PDF")
    assert download.value.suggested_filename == f"guide-{Guide.objects.get().uid}.pdf"
    expect(mere.get_by_role("link", name="Change")).to_have_count(0)
