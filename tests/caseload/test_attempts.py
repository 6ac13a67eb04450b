"""An attempt stays on the row of a person until a contact reaches them (R86), and the Log tab offers the four answers."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from caseload.models import Contact
from caseload.queries.in_touch import Tried
from tests.factories import AbsenceFactory, ClientFactory, ContactFactory, CoverFactory, GroupFactory, refresh_derived

TODAY = date(2026, 11, 12)  # a Thursday
DAY = timedelta(days=1)


def tried(person, author, at, **more):
    contact = ContactFactory(client=person, author=author, on=TODAY, reached=False, outcome="", **more)
    Contact.objects.filter(pk=contact.pk).update(recorded_at=at)


def morning(hour, minute=0):
    """A moment of that morning in Auckland."""
    return datetime(2026, 11, 11, 11 + hour, minute, tzinfo=UTC)


WHERE = ["/", "/people/", "/log/", "/log/?q=rawiri", "person"]


@pytest.mark.parametrize("where", WHERE)
def test_several_attempts_of_a_day_are_counted(signed_in, tane, worker, manager, where):
    tried(tane, worker, morning(8))
    tried(tane, manager, morning(9, 40))
    tried(tane, worker, morning(9, 50), voided_at=morning(9, 55), void_reason="Another person")
    address = reverse("person", args=[tane.uid]) if where == "person" else where
    html = signed_in(worker).get(address).content.decode()
    assert "Tried two times today, last at 09:40 by Ana Whitford, not reached" in html


@pytest.mark.parametrize("where", WHERE)
def test_attempts_before_they_were_reached_that_day_are_over(signed_in, tane, worker, where):
    tried(tane, worker, morning(8))
    reached = ContactFactory(client=tane, author=worker, on=TODAY)
    Contact.objects.filter(pk=reached.pk).update(recorded_at=morning(9))
    tried(tane, worker, morning(9, 40))
    address = reverse("person", args=[tane.uid]) if where == "person" else where
    html = signed_in(worker).get(address).content.decode()
    assert "Tried today 09:40 by Mere Paki, not reached" in html


def test_the_one_who_covers_reads_it_too(signed_in, tane, worker, teammate):
    absence = AbsenceFactory(worker=worker, starts_on=TODAY - DAY)
    CoverFactory(absence=absence, client=tane, worker=teammate, starts_on=TODAY - DAY)
    tried(tane, worker, morning(8))
    for where in ("/", "/log/", "/people/"):
        assert "Tried today 08:00 by Mere Paki" in signed_in(teammate).get(where).content.decode(), where


def test_an_attempt_told_without_a_signal_says_the_minute_of_the_phone(signed_in, tane, worker):
    tried(tane, worker, morning(9), said_at=morning(8, 10))
    assert "Tried today 08:10" in signed_in(worker).get("/log/").content.decode()
    assert Tried.among(Contact.objects.all()).at == morning(8, 10)


# The Log tab ----------------------------------------------------------------------------------------------------------


def order(html, *names):
    return sorted(names, key=lambda name: html.index(f">{name}</a>"))


def test_people_due_come_first_then_those_logged_last_then_by_name(signed_in, tane, worker, today):
    late = ClientFactory(name="Zoe Late", supported_by=worker, support="parked", since=date(2026, 8, 1))
    later = ClientFactory(name="Yara Later", supported_by=worker, support="parked", since=date(2026, 9, 1))
    silent = ClientFactory(
        name="Xan Silent",
        supported_by=worker,
        support="parked",
        since=date(2026, 8, 1),
        contact_preference="please_dont",
    )
    recent = ClientFactory(name="Willa Recent", supported_by=worker)
    ContactFactory(client=recent, author=worker, on=TODAY - DAY)
    refresh_derived(late, later, silent, recent, tane)
    html = signed_in(worker).get("/log/").content.decode()
    names = ["Zoe Late", "Yara Later", "Tāne Rāwiri", "Willa Recent", "Xan Silent"]
    assert order(html, *reversed(names)) == names


def test_each_row_has_the_four_answers_and_comes_back_here(signed_in, tane, worker):
    browser = signed_in(worker)
    html = browser.get("/log/").content.decode()
    assert html.count('name="answer"') == 4 and f'action="{reverse("contact_log", args=[tane.uid])}"' in html
    found = browser.get("/log/?q=tane", headers={"HX-Request": "true"}).content.decode()
    assert found.count('name="answer"') == 4 and "1 person found" in found and "<html" not in found
    submission = html.split('name="submission_id" value="')[1].split('"')[0]
    answer = {"answer": "other", "submission_id": submission, "back": "list"}
    response = browser.post(reverse("contact_log", args=[tane.uid]), answer)
    assert response.headers["Location"] == "/log/"
    assert "Contact with Tāne Rāwiri logged." in browser.get("/log/").content.decode()


def test_groups_that_meet_today_stand_above_the_people(signed_in, tane, worker, team):
    GroupFactory(name="Any day", facilitated_by=worker)
    html = signed_in(worker).get("/log/").content.decode()
    assert html.index("Tāne Rāwiri</a>") < html.index("Any day")
    GroupFactory(name="Thursday kitchen", facilitated_by=worker, weekday="thursday")
    html = signed_in(worker).get("/log/").content.decode()
    assert html.index("Thursday kitchen") < html.index("Any day") < html.index("Tāne Rāwiri</a>")
