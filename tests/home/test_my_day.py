"""My day: people to contact, in which order, and people never to contact."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from caseload.enums import ContactPreference
from tests.factories import (
    AbsenceFactory,
    AllocationFactory,
    ClientFactory,
    ContactFactory,
    CoverFactory,
    NextStepFactory,
    refresh_derived,
)

TODAY = date(2026, 11, 12)


def parked(worker, name, *, due_in, **kwargs):
    """Somebody kept in touch with whose next contact is due in so many days."""
    since = TODAY + timedelta(days=due_in) - timedelta(weeks=6)
    return ClientFactory(name=name, supported_by=worker, support="parked", since=since, **kwargs)


@pytest.fixture
def my_day(signed_in, today, worker):
    """Return My day of the worker as text; ``my_day("?q=...")``."""

    def read(query=""):
        response = signed_in(worker).get("/" + query)
        assert response.status_code == 200
        return response.content.decode()

    return read


@pytest.mark.parametrize(
    ("due_in", "group"),
    [
        (-9, "Contact overdue"),
        (-1, "Contact overdue"),
        (0, "Due today"),
        (1, "Due within a week"),
        (7, "Due within a week"),
        (8, None),
    ],
    ids=["nine days over", "one day over", "today", "tomorrow", "seventh day", "eighth day"],
)
def test_a_contact_stands_in_the_group_of_its_due_day(my_day, worker, due_in, group):
    parked(worker, "Salote Fifita", due_in=due_in)
    groups = {
        name for name in ("Contact overdue", "Due today", "Due within a week") if f"</svg>{name}</h3>" in my_day()
    }
    assert groups == ({group} if group else set())


def test_the_first_sentence_says_what_the_day_asks_for(my_day, worker):
    parked(worker, "Salote Fifita", due_in=-3)
    parked(worker, "Hemi Ngata", due_in=-9)
    parked(worker, "Wiremu Tamihana", due_in=0)
    assert "Two contacts are overdue and one is due today." in my_day()


def test_the_longest_overdue_comes_first(my_day, worker):
    parked(worker, "Salote Fifita", due_in=-3)
    parked(worker, "Hemi Ngata", due_in=-9)
    html = my_day()
    assert html.index("Hemi Ngata") < html.index("Salote Fifita")


def test_how_to_contact_safely_stands_in_the_row(my_day, worker):
    parked(worker, "Salote Fifita", due_in=0, contact_how="Text first. No voicemail.")
    assert "Text first. No voicemail." in my_day()


def test_nobody_is_prompted_to_contact_who_asked_not_to_be(my_day, worker):
    parked(worker, "Salote Fifita", due_in=-3, contact_preference=ContactPreference.PLEASE_DONT)
    html = my_day()
    assert "No contact is due today or within a week." in html
    assert "3 days over" not in html
    assert "Please don’t contact. It is their choice." in html


def test_people_of_a_teammate_are_not_there(my_day, teammate):
    parked(teammate, "Salote Fifita", due_in=0)
    assert "Salote" not in my_day()


def test_people_are_listed_longest_without_contact_first(my_day, worker):
    for name, day in (("Ana Beck", date(2026, 11, 1)), ("Ben Cole", date(2026, 10, 1)), ("Cy Dunn", date(2026, 11, 9))):
        person = ClientFactory(name=name, supported_by=worker)
        ContactFactory(client=person, on=day, author=worker)
        refresh_derived(person)
    html = my_day()
    assert html.index("Ben Cole") < html.index("Ana Beck") < html.index("Cy Dunn")


def test_a_search_narrows_whatever_the_case_and_the_accents(my_day, worker):
    ClientFactory(name="Tāne Rāwiri", supported_by=worker)
    ClientFactory(name="Isla Penney", supported_by=worker)
    html = my_day("?q=TANE+raw")
    assert "Tāne Rāwiri" in html and "Isla Penney" not in html


def test_a_search_that_finds_nobody_says_so(my_day, worker):
    ClientFactory(name="Isla Penney", supported_by=worker)
    assert "No one matches “zz”" in my_day("?q=zz")


def test_while_typing_only_the_rows_are_sent(signed_in, today, worker):
    ClientFactory(name="Isla Penney", supported_by=worker)
    html = signed_in(worker).get("/?q=isla", headers={"HX-Request": "true"}).content.decode()
    assert "Isla Penney" in html and "<html" not in html


def test_points_are_shown_with_their_band(my_day, worker):
    ClientFactory(name="Isla Penney", supported_by=worker)
    refresh_derived(workers=[worker])
    html = my_day()
    assert "points held (room)" in html
    assert "of 100" in html


def test_somebody_a_student_holds_is_there_and_not_counted(my_day, worker):
    person = ClientFactory(name="Isla Penney")
    AllocationFactory(client=person, worker=worker, student_held=True)
    refresh_derived(person)
    html = my_day()
    assert "supported by a student, not counted" in html
    assert "<b>0 <small>of 50</small></b>" in html


def test_a_person_who_asked_for_support_while_parked_is_named(my_day, worker):
    person = ClientFactory(name="Paora Baker", supported_by=worker, support="parked", since=date(2026, 10, 1))
    ContactFactory(client=person, on=date(2026, 11, 10), outcome="support_wanted")
    refresh_derived(person)
    assert "Asked for support" in my_day()


def test_a_manager_who_supports_nobody_begins_with_the_team(signed_in, today, manager, team):
    assert signed_in(manager).get("/").headers["Location"] == "/team/"


def test_a_manager_who_supports_people_sees_who_waits(signed_in, today, manager, team):
    ClientFactory(name="Isla Penney", supported_by=manager, team=team)
    ClientFactory(name="Paora Baker", team=team, organisation=team.organisation)
    html = signed_in(manager).get("/").content.decode()
    assert "Waiting for you to decide" in html and "Paora Baker" in html


@pytest.mark.parametrize("count", [2, 200])
def test_the_number_of_queries_does_not_grow_with_people(signed_in, today, worker, count, django_assert_num_queries):
    for n in range(count):
        parked(worker, f"Person {n}", due_in=n % 60 - 10)
    ClientFactory(supported_by=worker, since=today)
    mine = signed_in(worker)
    mine.get("/")
    with django_assert_num_queries(QUERIES):
        mine.get("/")


QUERIES = 25


def test_the_worker_who_covers_has_these_people_in_a_part_of_their_own_and_in_no_figure(my_day, worker, teammate):
    hana = parked(teammate, "Hana Rewi", due_in=-1)
    absence = AbsenceFactory(worker=teammate)
    for person in (hana, ClientFactory(supported_by=teammate, name="Ioane Faleolo")):
        CoverFactory(absence=absence, client=person, worker=worker)
    ClientFactory(supported_by=teammate, name="Sefa Leota")
    refresh_derived(workers=[worker])

    html = my_day()

    part = html[html.index(f"You cover for {teammate.name}") :]
    assert part.index("Hana Rewi") < part.index("All other people you cover") < part.index("Ioane Faleolo")
    assert reverse("contact_log", args=[hana.uid]) in part
    assert "no contact yet, with their worker since" in part
    assert "Sefa Leota" not in html
    assert "<b>0 <small>of 50</small></b>" in html and "<b>0</b>" in html
    assert "You cover for Tom Lealaiauloto." in html


def test_a_contact_by_the_worker_who_covers_is_theirs_and_the_person_stays_the_workers(
    signed_in, today, worker, teammate
):
    person = parked(teammate, "Hana Rewi", due_in=0)
    absence = AbsenceFactory(worker=teammate)
    CoverFactory(absence=absence, client=person, worker=worker)
    client = signed_in(worker)

    client.post(reverse("contact_log", args=[person.uid]), {"answer": "no_support_needed", "submission_id": uuid4()})

    assert person.contacts.get().author == worker
    assert person.allocations.get().worker == teammate
    assert "due today" not in client.get("/").content.decode().split("You cover for")[-1]


def test_a_manager_who_only_covers_has_a_day_of_their_own(signed_in, today, manager, team, worker):
    person = ClientFactory(supported_by=worker, name="Hana Rewi")
    absence = AbsenceFactory(worker=worker)
    CoverFactory(absence=absence, client=person, worker=manager)

    html = signed_in(manager).get("/").content.decode()

    assert "Hana Rewi" in html
    assert ">My day<" in html


@pytest.mark.parametrize(
    ("due_in", "shown"),
    [(-20, True), (0, True), (7, True), (8, False)],
    ids=["late", "today", "seventh day", "eighth day"],
)
def test_what_was_promised_stands_on_my_day_with_what_can_be_done(my_day, worker, due_in, shown):
    person = ClientFactory(name="Salote Fifita", supported_by=worker)
    NextStepFactory(client=person, what="Ring about the housing form.", due_on=TODAY + timedelta(days=due_in))
    html = my_day()
    assert ("Promises and appointments this week" in html) == shown
    assert ("Ring about the housing form." in html) == shown
    assert ('value="kept"' in html) == shown


def test_what_a_teammate_promised_stands_on_their_day_alone(my_day, teammate):
    person = ClientFactory(name="Salote Fifita", supported_by=teammate)
    NextStepFactory(client=person, what="Ring about the housing form.", due_on=TODAY)
    assert "Ring about the housing form." not in my_day()
