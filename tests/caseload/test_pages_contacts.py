"""Logging a contact: once whatever happens, undone for ten minutes, struck through later, and no word lost."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from caseload import actions
from caseload.models import Attendance, Client, Contact, TierPeriod
from tests import factories
from tests.factories import ClientFactory, ContactFactory, refresh_derived

TODAY = date(2026, 11, 12)
BACK_END = "allauth.account.auth_backends.AuthenticationBackend"


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
def test_one_tap_logs_what_it_says_today(mine, tane, worker, answer, reached, outcome):
    response = tap(mine, tane, answer)
    contact = Contact.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, "/people/")
    assert (contact.on, contact.reached, contact.outcome, contact.author) == (TODAY, reached, outcome, worker)
    assert (contact.minutes, contact.channel, contact.note) == (None, "", "")


def test_the_next_page_says_what_was_logged_and_offers_to_undo_it(mine, tane):
    mine.get("/")
    response = mine.post(url(tane), {"answer": "other", "submission_id": str(uuid.uuid4())}, follow=True)
    html = response.content.decode()
    assert response.redirect_chain == [("/", 303)]
    assert "Contact with Tāne Rāwiri logged." in html and "Undo" in html and "Add a note" in html


def test_after_a_minute_what_was_logged_is_one_line_that_opens(mine, tane):
    tap(mine, tane)
    recorded_at = Contact.objects.get().recorded_at
    for seconds, folded in ((59, False), (60, True), (599, True)):
        with time_machine.travel(recorded_at + timedelta(seconds=seconds), tick=False):
            html = mine.get("/people/").content.decode()
        assert "logged.</strong>" in html and ">Undo<" in html
        assert ('<details class="pl-messages pl-logged">' in html) is folded
        assert ("Was that hard?" in html) is not folded


def test_undo_takes_the_contact_back_and_says_so(mine, tane):
    mine.get("/")
    tap(mine, tane)
    html = mine.post(reverse("contact_undo", args=[Contact.objects.get().uid]), follow=True).content.decode()
    assert Contact.objects.get().voided_at is not None
    assert "is undone" in html and "Undo" not in html


def test_undo_is_over_after_ten_minutes(mine, tane):
    tap(mine, tane)
    contact = Contact.objects.get()
    with time_machine.travel(contact.recorded_at + timedelta(minutes=10, seconds=1), tick=False):
        html = mine.post(reverse("contact_undo", args=[contact.uid]), follow=True).content.decode()
    contact.refresh_from_db()
    assert contact.voided_at is None
    assert "more than ten minutes ago" in html


def test_the_same_form_twice_is_one_contact(mine, tane):
    words = full()
    first, second = mine.post(url(tane), words), mine.post(url(tane), words)
    assert (first.status_code, second.status_code) == (303, 303)
    assert Contact.objects.count() == 1


def test_the_same_form_with_other_words_shows_both_and_saves_one(mine, tane):
    words = full()
    mine.post(url(tane), words)
    response = mine.post(url(tane), {**words, "note": "Quite another note."})
    html = response.content.decode()
    assert response.status_code == 409
    assert "Talked about the course." in html and "Quite another note." in html
    assert Contact.objects.count() == 1


def test_the_other_words_can_be_saved_as_another_contact(mine, tane):
    words = full()
    mine.post(url(tane), words)
    html = mine.post(url(tane), {**words, "note": "Quite another note."}).content.decode()
    again = html.split('name="submission_id" value="')[1].split('"')[0]
    assert again != words["submission_id"]
    mine.post(url(tane), {**words, "note": "Quite another note.", "submission_id": again})
    assert Contact.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_twenty_taps_at_once_are_one_contact(worker, tane):
    words = {"answer": "no_support_needed", "submission_id": str(uuid.uuid4())}
    phone = Browser()
    phone.force_login(worker.user, backend=BACK_END)

    def post(_):
        one = Browser()
        one.cookies = phone.cookies
        try:
            return one.post(url(tane), words).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, range(20)))
    assert set(answers) == {303}
    assert Contact.objects.count() == 1


def test_a_future_day_is_refused_in_words_and_what_was_typed_stays(mine, tane):
    html = mine.post(url(tane), full(on="2026-12-11")).content.decode()
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
        ("on", "0001-01-01", "Check the year."),
        ("on", "31/02/2026", "Write the day as in"),
        ("note", "x" * 8001, "8000"),
    ],
)
def test_a_refusal_is_a_sentence_beside_the_field(mine, tane, field, value, words):
    html = mine.post(url(tane), full(**{field: value})).content.decode()
    assert words in html
    assert not Contact.objects.exists()


def test_an_attempt_has_no_outcome_though_one_was_ticked(mine, tane):
    mine.post(url(tane), full(reached="no"))
    assert Contact.objects.get().outcome == ""


def test_support_wanted_asks_which_and_is_active_that_day(mine, tane):
    mine.post(url(tane), full(outcome="support_wanted", tier="high"))
    period = TierPeriod.objects.get(client=tane, tier="high")
    assert period.starts_on == date(2026, 11, 11)


def test_undoing_support_wanted_keeps_in_touch_again(mine, tane):
    mine.get("/")
    html = mine.post(
        url(tane), {"answer": "support_wanted", "submission_id": str(uuid.uuid4())}, follow=True
    ).content.decode()
    assert "Back to medium support from 12 November 2026." in html
    mine.post(reverse("contact_undo", args=[Contact.objects.get().uid]))
    tane.refresh_from_db()
    assert tane.tier == "parked"


def test_somebody_not_parked_is_not_asked_which_support(mine, worker, today):
    active = ClientFactory(name="Isla Penney", supported_by=worker)
    assert "Which support" not in mine.get(url(active)).content.decode()


def test_a_note_can_be_added_after_one_tap(mine, tane):
    tap(mine, tane)
    contact = Contact.objects.get()
    html = mine.post(
        reverse("contact_note", args=[contact.uid]),
        {"note": "Sleeping better.", "minutes": "15", "channel": "text"},
        follow=True,
    ).content.decode()
    contact.refresh_from_db()
    assert (contact.note, contact.minutes, contact.channel) == ("Sleeping better.", 15, "text")
    assert "is saved" in html


def test_striking_through_asks_for_a_reason_and_keeps_the_words(mine, tane, worker):
    contact = ContactFactory(client=tane, author=worker, note="With the wrong person.")
    where = reverse("contact_void", args=[contact.uid])
    assert "Write down why" in mine.post(where, {"reason": " "}).content.decode()
    mine.post(where, {"reason": "That was somebody else"})
    html = mine.get(reverse("person", args=[tane.uid])).content.decode()
    assert "<s>With the wrong person.</s>" in html
    assert "Removed from the count by Mere Paki: That was somebody else" in html


def test_words_about_somebody_else_are_left_out_at_once(mine, tane, worker):
    contact = ContactFactory(client=tane, author=worker, note="With the wrong person.")
    mine.post(reverse("contact_void", args=[contact.uid]), {"reason": "That was somebody else", "leave_out": "on"})
    html = mine.get(reverse("person", args=[tane.uid])).content.decode()
    assert "With the wrong person." not in html and "Removed from the count by Mere Paki" in html


def test_words_of_an_entry_struck_through_long_ago_can_still_be_left_out(mine, tane, worker):
    contact = ContactFactory(client=tane, author=worker, note="With the wrong person.")
    mine.post(reverse("contact_void", args=[contact.uid]), {"reason": "That was somebody else"})
    where = reverse("contact_words", args=[contact.uid])
    assert where in mine.get(reverse("person", args=[tane.uid])).content.decode()
    html = mine.post(where, follow=True).content.decode()
    assert "With the wrong person." not in html and where not in html
    assert Contact.pgh_event_model.objects.filter(note="With the wrong person.").exists()
    assert "There is no note to delete." in mine.post(where, follow=True).content.decode()


def test_a_contact_logged_for_the_wrong_person_moves_with_its_words_and_both_are_due_anew(mine, tane, worker):
    other = ClientFactory(name="Losa Right", supported_by=worker, support="parked", since=date(2026, 6, 12))
    refresh_derived(tane, other)
    before = Client.objects.get(pk=tane.pk).six_weeks_from
    contact = ContactFactory(client=tane, author=worker, on=TODAY, note="Her sister is home.", minutes=20)
    refresh_derived(tane)
    assert Client.objects.get(pk=tane.pk).six_weeks_from == TODAY

    where = reverse("contact_void", args=[contact.uid])
    assert "Choose who it was about." in mine.post(where, {"wrong": "somebody_else"}).content.decode()
    mine.post(where, {"wrong": "somebody_else", "other": other.uid})

    moved = Contact.objects.standing().get()
    assert (moved.client, moved.note, moved.minutes, moved.author) == (other, "Her sister is home.", 20, worker)
    assert Client.objects.get(pk=tane.pk).six_weeks_from == before
    assert Client.objects.get(pk=other.pk).six_weeks_from == TODAY
    assert "Her sister is home." not in mine.get(reverse("person", args=[tane.uid])).content.decode()
    assert "Her sister is home." in mine.get(reverse("person", args=[other.uid])).content.decode()


def test_a_contact_moves_to_ones_own_people_only(mine, tane, worker, teammate):
    theirs = ClientFactory(name="Somebody Else’s", supported_by=teammate)
    ClientFactory(name="Losa Right", supported_by=worker)
    contact = ContactFactory(client=tane, author=worker)
    where = reverse("contact_void", args=[contact.uid])
    page = mine.get(where).content.decode()
    assert "Losa Right" in page and theirs.name not in page
    answer = mine.post(where, {"wrong": "somebody_else", "other": theirs.uid})
    assert answer.status_code == 422 and not Contact.objects.exclude(voided_at=None).exists()


def test_support_wanted_by_somebody_else_puts_them_back_and_nobody_else(mine, tane, worker):
    other = ClientFactory(name="Losa Right", supported_by=worker, support="parked", since=date(2026, 6, 12))
    refresh_derived(other)
    tap(mine, tane, "support_wanted")
    assert Client.objects.get(pk=tane.pk).tier != "parked"
    contact = Contact.objects.get()
    mine.post(reverse("contact_void", args=[contact.uid]), {"wrong": "somebody_else", "other": other.uid})
    assert Client.objects.get(pk=tane.pk).tier == "parked"
    assert Client.objects.get(pk=other.pk).tier == "medium"


def test_coming_to_a_group_is_moved_by_its_session(tane, worker):
    other = ClientFactory(supported_by=worker)
    contact = ContactFactory(client=tane, author=worker, channel="group")
    group = factories.GroupFactory(facilitated_by=worker, people=[tane])
    session = factories.GroupSessionFactory(group=group)
    Attendance.objects.create(organisation=tane.organisation, session=session, client=tane, came=True, contact=contact)
    with pytest.raises(actions.CameToSession):
        actions.move_contact(contact_id=contact.pk, to_id=other.pk, by=worker, today=TODAY)


@pytest.mark.parametrize("where", ["/", "/people/", "person"])
def test_the_next_to_try_reads_that_a_person_was_tried_and_by_whom(mine, tane, manager, where):
    ContactFactory(client=tane, author=manager, on=TODAY, reached=False, outcome="")
    Contact.objects.update(recorded_at=datetime(2026, 11, 12, 1, 5, tzinfo=UTC))
    address = reverse("person", args=[tane.uid]) if where == "person" else where
    assert "Tried today 14:05 by Ana Whitford, not reached" in mine.get(address).content.decode()


@pytest.mark.parametrize("where", ["/", "/people/", "person"])
def test_an_attempt_is_over_once_they_were_reached(mine, tane, manager, where):
    ContactFactory(client=tane, author=manager, on=TODAY - timedelta(days=1), reached=False, outcome="")
    ContactFactory(client=tane, author=manager, on=TODAY)
    address = reverse("person", args=[tane.uid]) if where == "person" else where
    main = mine.get(address).content.decode()
    assert "not reached</span>" not in main


def test_a_page_that_keeps_its_words_is_told_where_to_go(mine, tane):
    response = mine.post(url(tane), full(back="person"), headers={"X-Peerload-Keeps-Words": "1"})
    assert response.json() == {"next": reverse("person", args=[tane.uid])}


@pytest.mark.parametrize("who", ["teammate", "stranger", "other_manager", "service_manager", "admin"])
def test_a_member_who_may_not_see_a_person_cannot_log_either(request, signed_in, tane, who):
    other = signed_in(request.getfixturevalue(who))
    assert other.get(url(tane)).status_code == 404
    assert tap(other, tane).status_code == 404
    assert not Contact.objects.exists()


def test_the_manager_of_the_team_logs_too(signed_in, tane, manager):
    assert tap(signed_in(manager), tane).status_code == 303


def test_log_in_the_navigation_finds_the_person_first(mine, tane):
    html = mine.get("/log/?q=rawiri").content.decode()
    assert "Tāne Rāwiri" in html and url(tane) in html


def test_an_answer_that_is_none_opens_the_whole_form(mine, tane):
    html = tap(mine, tane, "sideways").content.decode()
    assert "Fill in the whole form below" in html
    assert not Contact.objects.exists()
