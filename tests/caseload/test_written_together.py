"""A note written together: who agreed to the words is kept beside them, and goes with them (R87)."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from caseload import actions
from caseload.models import Contact
from tests.factories import ClientFactory, ContactFactory
from tests.shared import shared

TODAY = date(2026, 11, 12)
SAYS = "Written together with Hana, who agreed to these words"


@shared(dated=True)
def person(worker, today):
    return ClientFactory(name="Hana Rewi", called="Hana", supported_by=worker)


def save(mine, person, **more):
    words = {"reached": "yes", "outcome": "other", "on": "2026-11-12", "note": "We talked.", **more}
    return mine.post(reverse("contact_log", args=[person.uid]), {"submission_id": str(uuid.uuid4()), **words})


def test_the_form_offers_it_with_the_name_the_person_likes(mine, person):
    html = mine.get(reverse("contact_log", args=[person.uid])).content.decode()
    assert "We wrote this note together" in html and 'value="Hana"' in html


def test_the_timeline_says_who_agreed(mine, person):
    assert save(mine, person, together="on", written_with="Hana").status_code == 303
    assert Contact.objects.get().written_with == "Hana"
    assert SAYS in mine.get(reverse("person", args=[person.uid])).content.decode()


def test_without_the_tick_the_filled_in_name_is_not_kept(mine, person):
    save(mine, person, written_with="Hana")
    assert Contact.objects.get().written_with == ""
    assert "Written together" not in mine.get(reverse("person", args=[person.uid])).content.decode()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"note": "", "written_with": "Hana"}, "Write the note you agreed on together"),
        ({"written_with": " "}, "Write who agreed to the words"),
    ],
)
def test_agreeing_needs_words_and_a_name(mine, person, words, says):
    response = save(mine, person, together="on", **words)
    assert response.status_code == 422 and says in response.content.decode()
    assert not Contact.objects.exists()


def test_no_way_in_keeps_an_agreement_to_nothing(person, worker):
    asked = {"client_id": person.pk, "by": worker, "on": TODAY, "today": TODAY, "reached": True, "outcome": "other"}
    with pytest.raises(actions.Refused, match="Write the note"):
        actions.log_contact(**asked, written_with="Hana")
    contact = actions.log_contact(**asked).contact
    with pytest.raises(actions.Refused, match="Write the note"):
        actions.annotate_contact(contact_id=contact.pk, by=worker, note="", written_with="Hana")


def test_a_note_added_just_after_can_be_written_together_too(mine, person, worker):
    contact = ContactFactory(client=person, author=worker, on=TODAY)
    note = reverse("contact_note", args=[contact.uid])
    token = mine.get(note).content.decode().split('name="filled_from" value="')[1].split('"')[0]
    words = {"note": "We talked.", "together": "on", "written_with": "Hana and her sister", "filled_from": token}
    assert mine.post(note, words).status_code in (302, 303)
    contact.refresh_from_db()
    assert contact.written_with == "Hana and her sister"
    html = mine.get(note).content.decode()
    assert 'value="Hana and her sister"' in html and 'id="id_together" checked' in html


def test_the_same_form_sent_with_other_words_asks_with_the_tick_as_it_was(mine, person):
    submission = str(uuid.uuid4())
    save(mine, person, submission_id=submission)
    response = save(mine, person, submission_id=submission, together="on", written_with="Hana")
    html = response.content.decode()
    assert response.status_code == 409 and 'id="id_together" checked' in html


def test_who_agreed_is_removed_with_the_words(person, worker):
    written = {"client": person, "author": worker, "on": TODAY, "note": "Of the summer", "written_with": "Hana"}
    with_words, without = ContactFactory(**written), ContactFactory(**written)
    actions.void_contact(contact_id=with_words.pk, by=worker, today=TODAY, reason="Wrong day")
    actions.void_contact(contact_id=without.pk, by=worker, today=TODAY, reason="Wrong day", leave_out=True)
    left = Contact.objects.order_by("pk").values_list("note", "written_with")
    assert list(left) == [("Of the summer", "Hana"), ("", "")]
    actions.leave_out_words(contact_id=with_words.pk, by=worker)
    assert set(left.all()) == {("", "")}


def test_a_note_moved_to_the_person_it_was_about_carries_their_name(person, worker):
    other = ClientFactory(name="Rangi Moana", called="", supported_by=worker)
    written = {"client": person, "author": worker, "on": TODAY, "note": "Of the summer"}
    filled_in = ContactFactory(**written, written_with="Hana")
    by_hand = ContactFactory(**written, written_with="Rangi and his aunt")
    for contact in (filled_in, by_hand):
        actions.move_contact(contact_id=contact.pk, to_id=other.pk, by=worker, today=TODAY)
    moved = Contact.objects.filter(client=other).order_by("pk").values_list("written_with", flat=True)
    assert list(moved) == [other.short_name, "Rangi and his aunt"]
