"""The page of drop-ins: saved once, undone within ten minutes, removed with a reason, and a person made of one."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from caseload.drop_ins import actions
from caseload.models import Client, Contact, DropIn
from peerload.audit.models import Entry
from peerload.staff.models import Team
from tests.factories import DropInFactory

TODAY = date(2026, 11, 12)


@pytest.fixture
def mine(signed_in, worker, today):
    return signed_in(worker)


def save(browser, **more):
    words = {"people": "1", "minutes": "30", "first_name": "", "on": "2026-11-12", "submission_id": str(uuid4())}
    return browser.post(reverse("drop_ins"), words | more)


def audited(what):
    return list(Entry.objects.filter(what="listed", subject=what).values_list("counts", flat=True))


def token(browser, url, name="filled_from"):
    return browser.get(url).content.decode().split(f'name="{name}" value="')[1].split('"')[0]


def test_the_log_tab_leads_there(mine):
    assert 'href="/drop-ins/"' in mine.get("/log/").content.decode()


def test_it_is_saved_and_stands_below_the_form(mine, worker):
    assert save(mine, people="2", first_name=" Kiri ").status_code == 303
    drop_in = DropIn.objects.get()
    assert (drop_in.people, drop_in.minutes, drop_in.first_name, drop_in.author) == (2, 30, "Kiri", worker)
    html = mine.get("/drop-ins/").content.decode()
    assert "Saved: 2 people dropped in" in html
    assert "2 people, 30 minutes" in " ".join(html.split()) and "Kiri" in html and "2 people, 0.5 hours" in html


def test_the_same_form_sent_twice_is_one(mine):
    submission = str(uuid4())
    assert {save(mine, submission_id=submission).status_code for __ in range(2)} == {303}
    assert DropIn.objects.count() == 1
    DropIn.objects.update(voided_at=datetime(2026, 11, 12, tzinfo=UTC), void_reason="undone")
    assert save(mine, submission_id=submission, first_name="Kiri").status_code == 303  # a name is removed with it


def test_sent_again_after_it_was_undone_it_says_that_it_does_not_count(mine):
    submission = str(uuid4())
    save(mine, submission_id=submission)
    assert "Saved: 1 person dropped in" in mine.get("/drop-ins/").content.decode()
    mine.post(f"/drop-ins/{DropIn.objects.get().uid}/undo/")
    assert "The drop-in is undone." in mine.get("/drop-ins/").content.decode()
    save(mine, submission_id=submission)
    html = mine.get("/drop-ins/").content.decode()
    assert "It does not count. To save it, fill in the form again." in html and "Saved:" not in html


@pytest.mark.parametrize(
    "other", [{"minutes": "40"}, {"people": "2"}, {"on": "2026-11-11"}, {"first_name": "Mere"}, {"first_name": ""}]
)
def test_the_same_form_with_other_details_says_that_the_first_stays(mine, other):
    submission = str(uuid4())
    save(mine, submission_id=submission, first_name="Kiri")
    mine.get("/drop-ins/")  # which says it was saved
    response = save(mine, **{"submission_id": submission, "first_name": "Kiri"} | other)
    html = response.content.decode()
    assert response.status_code == 422 and "What you sent first stays" in html and "Saved:" not in html
    drop_in = DropIn.objects.get()
    assert (drop_in.people, drop_in.minutes, drop_in.on, drop_in.first_name) == (1, 30, TODAY, "Kiri")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"people": "0"}, "Write a number"),
        ({"people": "201"}, "At most 200 people"),
        ({"minutes": ""}, "Write a number"),
        ({"minutes": "half an hour"}, "Write a number"),
        ({"minutes": "1441"}, "It lasts at most a day"),
        ({"on": "2026-11-13"}, "has not come yet"),
        ({"on": "2026-11-05", "first_name": "Kiri"}, "A first name is kept for a week"),
    ],
)
def test_what_cannot_be_is_refused_with_the_words_kept(mine, words, says):
    response = save(mine, **words)
    assert response.status_code == 422 and says in response.content.decode()
    assert not DropIn.objects.exists()


def test_it_is_undone_for_ten_minutes(mine, worker):
    drop_in = DropInFactory(author=worker, on=TODAY)
    DropIn.objects.update(recorded_at=datetime(2026, 11, 12, 1, 0, tzinfo=UTC))
    undo = reverse("drop_in_undo", args=[drop_in.uid])
    with time_machine.travel(datetime(2026, 11, 12, 1, 10, 1, tzinfo=UTC)), pytest.raises(actions.DropInTooLate):
        actions.undo_drop_in(drop_in_id=drop_in.pk, by=worker, now=datetime.now(UTC))
    DropIn.objects.update(recorded_at=datetime.now(UTC))
    assert undo in mine.get("/drop-ins/").content.decode()
    assert mine.post(undo).status_code == 302
    drop_in.refresh_from_db()
    assert (drop_in.void_reason, drop_in.voided_by) == ("undone", worker)
    assert "None yet." in mine.get("/drop-ins/").content.decode()
    assert mine.post(undo).status_code == 302  # again changes nothing


def test_later_it_is_removed_with_a_reason(mine, worker):
    drop_in = DropInFactory(author=worker, on=TODAY)
    DropIn.objects.update(recorded_at=datetime(2026, 11, 1, tzinfo=UTC))
    void = reverse("drop_in_void", args=[drop_in.uid])
    html = mine.get("/drop-ins/").content.decode()
    assert void in html and reverse("drop_in_undo", args=[drop_in.uid]) not in html
    assert mine.post(void, {"reason": "", "filled_from": token(mine, void)}).status_code == 422
    assert mine.post(void, {"reason": "Counted twice", "filled_from": token(mine, void)}).status_code == 302
    drop_in.refresh_from_db()
    assert (drop_in.void_reason, drop_in.voided_by) == ("Counted twice", worker)


def test_seeing_first_names_is_in_the_audit_by_their_number(mine, worker):
    DropInFactory(author=worker, on=TODAY)
    mine.get("/drop-ins/")
    assert audited("drop_ins") == []
    DropInFactory(author=worker, on=TODAY, first_name="Kiri")
    mine.get("/drop-ins/")
    assert audited("drop_ins") == [{"people": 1}]


def test_those_of_more_than_a_week_ago_are_not_listed(mine, worker):
    DropInFactory(author=worker, on=TODAY - timedelta(days=7))
    DropInFactory(author=worker, on=TODAY - timedelta(days=6), people=4)
    html = mine.get("/drop-ins/").content.decode()
    assert html.count("Remove from the count") + html.count(">Undo") + html.count("Undo<span") == 1
    assert "5 people, 1 hour" in html


def test_a_manager_sees_the_sums_of_their_teams_alone(signed_in, manager, worker, today):
    DropInFactory(author=worker, on=TODAY, people=3, minutes=60, first_name="Kiri")
    html = signed_in(manager).get("/drop-ins/").content.decode()
    assert "Harbourside: 3 people, 1 hour" in " ".join(html.split()) and "Kiri" not in html


# Add them -------------------------------------------------------------------------------------------------------------


def added(browser, drop_in, **more):
    url = reverse("drop_in_add", args=[drop_in.uid])
    words = {"name": "Kiri Moana", "contact_preference": "ok", "submission_id": token(browser, url, "submission_id")}
    team = Team.objects.get(name="Harbourside")
    return browser.post(url, words | {"team": team.pk, **more})


@pytest.mark.parametrize("who", ["worker", "manager"])
def test_a_person_is_made_of_one_by_the_form_of_a_new_person(request, signed_in, team, who, today):
    author = request.getfixturevalue(who)
    browser = signed_in(author)
    drop_in = DropInFactory(author=author, on=date(2026, 11, 11), people=2, minutes=40, first_name="Kiri")
    html = browser.get(reverse("drop_in_add", args=[drop_in.uid])).content.decode()
    assert 'value="Kiri"' in html and "Their contact of 11 November 2026 is logged" in html
    assert added(browser, drop_in).status_code == 302
    person, contact = Client.objects.get(), Contact.objects.get()
    assert (person.name, person.team, contact.client) == ("Kiri Moana", team, person)
    assert (contact.on, contact.minutes, contact.author) == (date(2026, 11, 11), 40, author)
    drop_in.refresh_from_db()
    assert (drop_in.contact, drop_in.first_name) == (contact, "")
    html = browser.get("/drop-ins/").content.decode()
    assert "One of them was added as a person" in html and reverse("drop_in_add", args=[drop_in.uid]) not in html


def test_a_second_one_is_refused(mine, worker, team):
    drop_in = DropInFactory(author=worker, on=TODAY, people=2)
    added(mine, drop_in)
    response = added(mine, drop_in, name="Rangi Moana")
    assert response.status_code == 422 and "A person was added from this already" in response.content.decode()
    assert Client.objects.count() == 1


def test_one_that_does_not_count_makes_no_person(mine, worker):
    drop_in = DropInFactory(author=worker, on=TODAY)
    actions.void_drop_in(drop_in_id=drop_in.pk, by=worker, reason="Counted twice", now=datetime.now(UTC))
    response = added(mine, drop_in)
    assert response.status_code == 422 and "removed already" in response.content.decode()
    assert not Client.objects.exists()
