"""Logging a contact with a thumb: two taps, no signal, a double tap, Back, reload, signed out, no JavaScript."""

import re

from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from caseload.models import Contact
from tests.browser.conftest import session_cookie
from tests.browser.scene import parked


def open_log(page, name):
    """Open the four answers of a row; the sheet of another one is closed first, as a tap beside it does."""
    page.evaluate("document.querySelectorAll('details.pl-log[open]').forEach(each => { each.open = false })")
    page.locator("details.pl-log summary", has_text=f"a contact with {name}").first.click()


def contacts(person):
    """The contacts logged in the browser; those of the scene have no submission."""
    return Contact.objects.filter(client=person, submission_id__isnull=False)


def test_two_taps_log_a_contact_and_a_third_undoes_it(page_as, worker, salote):
    page = page_as(worker)
    page.goto("/")
    open_log(page, "Salote Fifita")
    page.get_by_role("button", name="Reached: no further support needed now").click()
    expect(page.get_by_text("Contact with Salote Fifita logged.")).to_be_visible()
    assert [(c.reached, c.outcome) for c in contacts(salote)] == [(True, "no_support_needed")]
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("is undone")).to_be_visible()
    assert contacts(salote).get().voided_at is not None


def test_a_lost_signal_keeps_the_words_and_sends_them_once(page_as, signal, worker, salote):
    page = page_as(worker)
    page.goto(f"/people/{salote.uid}/contact/")
    page.get_by_label("Reached", exact=True).check()
    page.get_by_label("Something else").check()
    page.locator("main textarea[name=note]").fill("Talked about the move. She is glad.")
    signal.lose(page.context)
    page.get_by_role("button", name="Save the contact").click()
    expect(page.get_by_text("No signal. Your words are still on this page")).to_be_visible()
    expect(page.locator("main textarea[name=note]")).to_have_value("Talked about the move. She is glad.")
    assert not contacts(salote).exists()
    signal.find(page.context)
    expect(page.get_by_text("Contact with Salote Fifita logged.")).to_be_visible()
    assert contacts(salote).get().note == "Talked about the move. She is glad."


def test_an_answer_that_was_lost_on_the_way_back_is_not_logged_twice(page_as, worker, salote):
    page = page_as(worker)
    page.goto("/")
    lost = []

    def lose_the_first_answer(route):
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)
            route.abort("connectionreset")

    page.route("**/contact/", lose_the_first_answer)
    open_log(page, "Salote Fifita")
    page.get_by_role("button", name="Tried, not reached").click()
    expect(page.get_by_text("No signal.")).to_be_visible()
    assert contacts(salote).count() == 1
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.get_by_text("Attempt with Salote Fifita logged.")).to_be_visible()
    assert contacts(salote).count() == 1


def test_two_people_logged_without_a_signal_are_both_sent(page_as, signal, worker, salote):
    hemi = parked(worker, "Hēmi Ngata", due_in=-9)
    page = page_as(worker)
    page.goto("/")
    signal.lose(page.context)
    for name in ("Salote Fifita", "Hēmi Ngata"):
        open_log(page, name)
        form = page.locator("details.pl-log[open] form").filter(has_text=name.split()[0])
        form.get_by_role("button", name="Reached: no further support needed now").click()
        expect(form.get_by_text("No signal.")).to_be_visible()
    signal.find(page.context)
    expect(page.get_by_text(re.compile(r"Contact with .+ logged\."))).to_be_visible()  # only once both are
    assert (contacts(salote).count(), contacts(hemi).count()) == (1, 1)


def test_leaving_with_unsent_words_asks_first(page_as, worker, salote):
    page = page_as(worker)
    page.goto(f"/people/{salote.uid}/contact/")
    page.locator("main textarea[name=note]").fill("Not sent yet.")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Cancel").click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    expect(page.locator("main textarea[name=note]")).to_have_value("Not sent yet.")


def test_a_double_click_is_one_contact(page_as, worker, salote):
    page = page_as(worker)
    page.goto("/")
    open_log(page, "Salote Fifita")
    page.get_by_role("button", name="Reached: no further support needed now").dblclick()
    expect(page.get_by_text("Contact with Salote Fifita logged.")).to_be_visible()
    assert contacts(salote).count() == 1


def test_back_and_reload_log_nothing_more(page_as, worker, salote):
    page = page_as(worker)
    page.goto("/")
    page.goto(f"/people/{salote.uid}/contact/")
    page.get_by_label("Tried, not reached").check()
    page.get_by_role("button", name="Save the contact").click()
    expect(page.get_by_text("Attempt with Salote Fifita logged.")).to_be_visible()
    page.reload()
    page.go_back()
    page.go_forward()
    assert contacts(salote).count() == 1


def test_an_expired_sign_in_keeps_the_words_until_they_are_sent(page_as, worker, salote, live_server):
    page = page_as(worker)
    page.goto(f"/people/{salote.uid}/contact/")
    page.get_by_label("Reached", exact=True).check()
    page.get_by_label("Something else").check()
    page.locator("main textarea[name=note]").fill("Written while the sign-in ran out.")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save the contact").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    expect(page.locator("main textarea[name=note]")).to_have_value("Written while the sign-in ran out.")
    assert not contacts(salote).exists()
    page.context.add_cookies([session_cookie(worker, live_server.url)])  # signed in again in another window
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_text("Contact with Salote Fifita logged.")).to_be_visible()
    assert contacts(salote).get().note == "Written while the sign-in ran out."


def test_words_are_not_sent_as_somebody_elses(page_as, worker, manager, salote, live_server):
    page = page_as(worker)
    page.goto(f"/people/{salote.uid}/contact/")
    page.get_by_label("Tried, not reached").check()
    Session.objects.all().delete()
    page.get_by_role("button", name="Save the contact").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.context.add_cookies([session_cookie(manager, live_server.url)])
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_text("Someone else is signed in")).to_be_visible()
    assert not contacts(salote).exists()


def test_a_refused_form_says_why_and_keeps_the_words(page_as, worker, salote):
    page = page_as(worker)
    page.goto(f"/people/{salote.uid}/")
    page.get_by_text("With a note or another day").click()
    page.get_by_label("Reached", exact=True).check()
    page.get_by_label("Something else").check()
    page.locator("main [name=minutes]").fill("half an hour")
    page.locator("main textarea[name=note]").fill("Talked about the move.")
    page.get_by_role("button", name="Save the contact").click()
    expect(page.get_by_text("Write the minutes as a number").first).to_be_visible()
    expect(page.locator("main textarea[name=note]")).to_have_value("Talked about the move.")
    page.locator("main [name=minutes]").fill("30")
    page.get_by_role("button", name="Save the contact").click()
    expect(page.get_by_text("Contact with Salote Fifita logged.")).to_be_visible()
    assert contacts(salote).get().minutes == 30


def test_words_about_somebody_handed_over_meanwhile_stay_on_the_page(page_as, worker, teammate, salote):
    page = page_as(worker)
    page.goto(f"/people/{salote.uid}/contact/")
    page.get_by_label("Tried, not reached").check()
    page.locator("main textarea[name=note]").fill("Her sister answered.")
    salote.allocations.update(worker=teammate)
    page.get_by_role("button", name="Save the contact").click()
    expect(page.get_by_text("This could not be saved")).to_be_visible()
    expect(page.locator("main textarea[name=note]")).to_have_value("Her sister answered.")


def test_support_wanted_asks_which_only_then(page_as, worker, salote):
    page = page_as(worker)
    page.goto(f"/people/{salote.uid}/contact/")
    page.get_by_label("Reached", exact=True).check()
    expect(page.get_by_text("Which support, from that day on?")).to_be_hidden()
    page.get_by_label("Would like support").check()
    expect(page.get_by_text("Which support, from that day on?")).to_be_visible()
    page.get_by_label("High").check()
    page.get_by_role("button", name="Save the contact").click()
    expect(page.get_by_text("Back to high support")).to_be_visible()


def test_it_all_works_without_javascript(page_as, worker, salote):
    page = page_as(worker, java_script_enabled=False)
    page.goto("/")
    open_log(page, "Salote Fifita")
    page.get_by_role("button", name="Reached: no further support needed now").click()
    expect(page.get_by_text("Contact with Salote Fifita logged.")).to_be_visible()
    page.get_by_role("link", name="Add a note").click()
    page.locator("main textarea[name=note]").fill("Sleeping better.")
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("The note to the contact with Salote Fifita is saved.")).to_be_visible()
    page.goto("/")
    page.locator("main").get_by_role("searchbox").fill("fifi")
    page.keyboard.press("Enter")
    expect(page.locator("#found").get_by_role("link", name="Salote Fifita").first).to_be_visible()
    assert contacts(salote).get().note == "Sleeping better."


def test_nothing_is_kept_in_the_browser(page_as, signal, worker, salote):
    page = page_as(worker)
    page.goto(f"/people/{salote.uid}/contact/")
    page.locator("main textarea[name=note]").fill("Talked about the move.")
    signal.lose(page.context)
    page.get_by_role("button", name="Save the contact").click()
    kept = page.evaluate(
        "async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]"
    )
    assert kept == [0, 0, 0]


def test_the_search_of_my_day_leads_to_what_it_finds(page_as, worker, salote):
    for n in range(12):
        parked(worker, f"Somebody {n}", due_in=30)
    page = page_as(worker)
    page.goto("/")
    page.locator("main").get_by_role("searchbox").fill("fifi")
    page.keyboard.press("Enter")
    expect(page.locator("#found .pl-row__name")).to_have_text(["Salote Fifita"])
    expect(page).to_have_url(re.compile(r"/search/\?q=fifi"))


def test_a_list_is_the_same_after_looking_at_somebody_and_logging(page_as, worker, salote):
    for name, due_in in (("Hēmi Ngata", -1), ("Sione Chen", -1), ("Wiremu Tamihana", 5)):
        parked(worker, name, due_in=due_in)
    page = page_as(worker)
    page.goto("/people/")
    page.locator("summary", has_text="Filter and order").click()
    page.get_by_label("Contact").focus()
    page.get_by_label("Contact").select_option("overdue")
    expect(page.locator("#rows tbody tr")).to_have_count(3)
    expect(page.get_by_role("status").filter(has_text="3 people found.")).to_be_visible()
    expect(page.get_by_label("Contact")).to_be_focused()
    page.get_by_label("In order of").select_option("due")
    page.wait_for_url("**sort=due**")
    here = page.url
    assert "contact=overdue" in here and "sort=due" in here
    page.get_by_role("link", name="Salote Fifita").click()
    page.get_by_role("button", name="Tried, not reached").click()
    expect(page.get_by_text("Attempt with Salote Fifita logged.")).to_be_visible()
    page.locator("a.pl-back").click()
    expect(page.locator("#rows tbody tr")).to_have_count(3)
    assert page.url == here
