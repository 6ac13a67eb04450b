"""Logging a contact: once whatever happens, undone for ten minutes, struck through later, and no word lost."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from caseload.models import Contact, TierPeriod
from tests.factories import ClientFactory, ContactFactory

TODAY = date(2026, 11, 12)
BACK_END = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def person(worker, today):
    return ClientFactory(name="Tāne Rāwiri", supported_by=worker, support="parked", since=date(2026, 10, 1))


@pytest.fixture
def mine(signed_in, worker, person):
    return signed_in(worker)


def url(person):
    return reverse("contact_log", args=[person.uid])


def tap(mine, person, answer="no_support_needed", **more):
    return mine.post(url(person), {"answer": answer, "submission_id": str(uuid.uuid4()), **more})


def full(**more):
    return {
        "reached": "yes",
        "outcome": "other",
        "channel": "phone",
        "on": "2026-11-11",
        "minutes": "20",
        "note": "Talked about the course.",
        "submission_id": str(uuid.uuid4()),
        **more,
    }


@pytest.mark.parametrize(
    ("answer", "reached", "outcome"),
    [
        ("no_support_needed", True, "no_support_needed"),
        ("support_wanted", True, "support_wanted"),
        ("other", True, "other"),
        ("not_reached", False, ""),
    ],
)
def test_one_tap_logs_what_it_says_today(mine, person, worker, answer, reached, outcome):
    response = tap(mine, person, answer)
    contact = Contact.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, "/people/")
    assert (contact.on, contact.reached, contact.outcome, contact.author) == (TODAY, reached, outcome, worker)
    assert (contact.minutes, contact.channel, contact.note) == (None, "", "")


def test_the_next_page_says_what_was_logged_and_offers_to_undo_it(mine, person):
    mine.get("/")
    response = mine.post(url(person), {"answer": "other", "submission_id": str(uuid.uuid4())}, follow=True)
    html = response.content.decode()
    assert response.redirect_chain == [("/", 303)]
    assert "Contact with Tāne Rāwiri logged." in html and "Undo" in html and "Add a note" in html


def test_undo_takes_the_contact_back_and_says_so(mine, person):
    mine.get("/")
    tap(mine, person)
    html = mine.post(reverse("contact_undo", args=[Contact.objects.get().uid]), follow=True).content.decode()
    assert Contact.objects.get().voided_at is not None
    assert "is taken back" in html and "Undo" not in html


def test_undo_is_over_after_ten_minutes(mine, person):
    tap(mine, person)
    contact = Contact.objects.get()
    with time_machine.travel(contact.recorded_at + timedelta(minutes=10, seconds=1), tick=False):
        html = mine.post(reverse("contact_undo", args=[contact.uid]), follow=True).content.decode()
    contact.refresh_from_db()
    assert contact.voided_at is None
    assert "more than ten minutes ago" in html


def test_the_same_form_twice_is_one_contact(mine, person):
    words = full()
    first, second = mine.post(url(person), words), mine.post(url(person), words)
    assert (first.status_code, second.status_code) == (303, 303)
    assert Contact.objects.count() == 1


def test_the_same_form_with_other_words_shows_both_and_saves_one(mine, person):
    words = full()
    mine.post(url(person), words)
    response = mine.post(url(person), {**words, "note": "Quite another note."})
    html = response.content.decode()
    assert response.status_code == 409
    assert "Talked about the course." in html and "Quite another note." in html
    assert Contact.objects.count() == 1


def test_the_other_words_can_be_saved_as_another_contact(mine, person):
    words = full()
    mine.post(url(person), words)
    html = mine.post(url(person), {**words, "note": "Quite another note."}).content.decode()
    again = html.split('name="submission_id" value="')[1].split('"')[0]
    assert again != words["submission_id"]
    mine.post(url(person), {**words, "note": "Quite another note.", "submission_id": again})
    assert Contact.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_twenty_taps_at_once_are_one_contact(worker, person):
    words = {"answer": "no_support_needed", "submission_id": str(uuid.uuid4())}
    phone = Browser()
    phone.force_login(worker.user, backend=BACK_END)

    def post(_):
        one = Browser()
        one.cookies = phone.cookies
        try:
            return one.post(url(person), words).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, range(20)))
    assert set(answers) == {303}
    assert Contact.objects.count() == 1


def test_a_future_day_is_refused_in_words_and_what_was_typed_stays(mine, person):
    html = mine.post(url(person), full(on="2026-12-11")).content.decode()
    assert "11 December 2026 has not come yet. Today is 12 November 2026." in html
    assert "Talked about the course." in html
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("minutes", "half an hour", "Write the minutes as a number, for example 30."),
        ("minutes", "1441", "A contact lasts at most a day"),
        ("minutes", "-5", "Write the minutes as a number"),
        ("outcome", "", "Say how they are going"),
        ("reached", "", "Say whether you reached them."),
        ("on", "0001-01-01", "Look at the year again."),
        ("on", "31/02/2026", "Write the day as in"),
        ("note", "x" * 8001, "8000"),
    ],
)
def test_a_refusal_is_a_sentence_beside_the_field(mine, person, field, value, words):
    html = mine.post(url(person), full(**{field: value})).content.decode()
    assert words in html
    assert not Contact.objects.exists()


def test_an_attempt_has_no_outcome_though_one_was_ticked(mine, person):
    mine.post(url(person), full(reached="no"))
    assert Contact.objects.get().outcome == ""


def test_support_wanted_asks_which_and_is_active_that_day(mine, person):
    mine.post(url(person), full(outcome="support_wanted", tier="high"))
    period = TierPeriod.objects.get(client=person, tier="high")
    assert period.starts_on == date(2026, 11, 11)


def test_undoing_support_wanted_keeps_in_touch_again(mine, person):
    mine.get("/")
    html = mine.post(
        url(person), {"answer": "support_wanted", "submission_id": str(uuid.uuid4())}, follow=True
    ).content.decode()
    assert "Back to medium support from 12 November 2026." in html
    mine.post(reverse("contact_undo", args=[Contact.objects.get().uid]))
    person.refresh_from_db()
    assert person.tier == "parked"


def test_somebody_not_parked_is_not_asked_which_support(mine, worker, today):
    active = ClientFactory(name="Isla Penney", supported_by=worker)
    assert "Which support" not in mine.get(url(active)).content.decode()


def test_a_note_can_be_added_after_one_tap(mine, person):
    tap(mine, person)
    contact = Contact.objects.get()
    html = mine.post(
        reverse("contact_note", args=[contact.uid]),
        {"note": "Sleeping better.", "minutes": "15", "channel": "text"},
        follow=True,
    ).content.decode()
    contact.refresh_from_db()
    assert (contact.note, contact.minutes, contact.channel) == ("Sleeping better.", 15, "text")
    assert "is saved" in html


def test_striking_through_asks_for_a_reason_and_keeps_the_words(mine, person, worker):
    contact = ContactFactory(client=person, author=worker, note="With the wrong person.")
    where = reverse("contact_void", args=[contact.uid])
    assert "Write down why" in mine.post(where, {"reason": " "}).content.decode()
    mine.post(where, {"reason": "That was somebody else"})
    html = mine.get(reverse("person", args=[person.uid])).content.decode()
    assert "<s>With the wrong person.</s>" in html
    assert "Struck through by Mere Paki: That was somebody else" in html


def test_a_page_that_keeps_its_words_is_told_where_to_go(mine, person):
    response = mine.post(url(person), full(back="person"), headers={"X-Peerload-Keeps-Words": "1"})
    assert response.json() == {"next": reverse("person", args=[person.uid])}


def test_a_fresh_token_says_whose_it_is(mine, worker):
    assert mine.get("/contacts/token/").json()["by"] == str(worker.uid)


def test_nobody_signed_out_gets_a_token(client, db):
    assert client.get("/contacts/token/").status_code == 302


@pytest.mark.parametrize("who", ["teammate", "stranger", "other_manager", "service_manager", "admin"])
def test_whoever_may_not_see_a_person_cannot_log_either(request, signed_in, person, who):
    other = signed_in(request.getfixturevalue(who))
    assert other.get(url(person)).status_code == 404
    assert tap(other, person).status_code == 404
    assert not Contact.objects.exists()


def test_the_manager_of_the_team_logs_too(signed_in, person, manager):
    assert tap(signed_in(manager), person).status_code == 303


def test_log_in_the_navigation_finds_the_person_first(mine, person):
    html = mine.get("/log/?q=rawiri").content.decode()
    assert "Tāne Rāwiri" in html and url(person) in html


def test_an_answer_that_is_none_opens_the_whole_form(mine, person):
    html = tap(mine, person, "sideways").content.decode()
    assert "Here is the whole form" in html
    assert not Contact.objects.exists()
