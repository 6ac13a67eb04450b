"""The list of people: whose it is, what narrows it, in which order, and that it stays as it was left."""

import re
from datetime import date, timedelta

import pytest

from peerload.audit.models import Entry
from peerload.core.folding import fold
from tests.factories import AllocationFactory, ClientFactory, ContactFactory, refresh_derived, refreshed_at_once

TODAY = date(2026, 11, 12)


def names(response) -> list[str]:
    """The people in order, as the table has them."""
    return [row.record.name for row in response.context["table"].paginated_rows]


@pytest.fixture
def people(worker, teammate, team, today):
    """Everybody once: by tier, by worker, waiting, and not in touch."""

    def parked(name, due_in, **kwargs):
        since = TODAY + timedelta(days=due_in) - timedelta(weeks=6)
        return ClientFactory(name=name, supported_by=worker, support="parked", since=since, **kwargs)

    ClientFactory(name="Ana High", supported_by=worker, support="high")
    ClientFactory(name="Tāne Rāwiri", supported_by=worker, support="medium")
    ClientFactory(name="Tom's Person", supported_by=teammate)
    parked("Owen Over", -1)
    parked("Tod Today", 0)
    parked("Wes Week", 7)
    parked("Lara Later", 8)
    parked("Petra Please", -1, contact_preference="please_dont")
    ClientFactory(name="Whetu Waiting", team=team, organisation=team.organisation, support=None)
    gone = ClientFactory(name="Moana Moved", team=team, organisation=team.organisation, support="inactive")
    AllocationFactory(client=gone, worker=worker, ends_before=date(2025, 8, 1))


DUE = ["Owen Over", "Tod Today", "Wes Week"]  # before everybody else
MINE = [*DUE, "Ana High", "Lara Later", "Petra Please", "Tāne Rāwiri"]


def test_a_worker_sees_their_own_people_what_is_due_first(signed_in, worker, people):
    assert names(signed_in(worker).get("/people/")) == MINE


def test_a_manager_sees_the_teams_people_and_those_who_wait(signed_in, manager, people):
    found = names(signed_in(manager).get("/people/"))
    assert found[:3] == DUE
    assert found[3:] == sorted([*MINE[3:], "Tom's Person", "Whetu Waiting"], key=fold)


def test_of_two_overdue_the_longer_comes_first_and_a_closed_one_is_not_due(signed_in, worker, people):
    since = TODAY - timedelta(weeks=12)
    ClientFactory(name="Zoe Longest", supported_by=worker, support="parked", since=since)
    closed = ClientFactory(name="Abe Closed", supported_by=worker, support="parked", since=since)
    closed.allocations.update(closed_on=TODAY, ends_before=TODAY + timedelta(days=1))
    found = names(signed_in(worker).get("/people/"))
    assert found[:2] == ["Zoe Longest", "Owen Over"]
    assert found.index("Abe Closed") > 3


def test_another_order_is_chosen_among_the_filters(signed_in, worker, people):
    response = signed_in(worker).get("/people/?sort=name")
    assert names(response) == sorted(MINE, key=fold)
    assert '<option value="name" selected>Name</option>' in response.content.decode()


@pytest.mark.parametrize("who", ["service_manager", "admin"])
def test_a_member_who_sees_totals_only_has_no_list(request, signed_in, people, who):
    assert signed_in(request.getfixturevalue(who)).get("/people/").status_code == 404


def test_another_team_sees_nobody_of_ours(signed_in, other_manager, other_team, people):
    assert names(signed_in(other_manager).get("/people/")) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("support=high", ["Ana High"]),
        ("contact=overdue", ["Owen Over"]),
        ("contact=today", ["Tod Today"]),
        ("contact=week", ["Wes Week"]),
        ("contact=later", ["Lara Later"]),
        ("contact=please_dont", ["Petra Please"]),
        ("q=tane", ["Tāne Rāwiri"]),
        ("q=RAWIRI+t", ["Tāne Rāwiri"]),
        ("q=%25", []),
        ("q=toms", []),
        ("q=o&contact=overdue", ["Owen Over"]),
    ],
)
def test_a_worker_narrows_the_list(signed_in, worker, people, query, found):
    assert names(signed_in(worker).get(f"/people/?{query}")) == found


def test_a_manager_narrows_to_a_worker_or_to_those_without(signed_in, manager, teammate, people):
    mine = signed_in(manager)
    assert names(mine.get(f"/people/?worker={teammate.uid}")) == ["Tom's Person"]
    assert names(mine.get("/people/?worker=none")) == ["Whetu Waiting"]


def test_a_manager_finds_who_is_not_in_touch_only_when_asking(signed_in, manager, people):
    assert names(signed_in(manager).get("/people/?support=inactive")) == ["Moana Moved"]


@pytest.mark.parametrize(
    "sort", ["name", "-name", "tier", "due", "-due", "quiet", "-quiet", "worker", "nonsense", "pk; drop"]
)
def test_every_order_has_everybody(signed_in, manager, people, sort):
    assert len(names(signed_in(manager).get("/people/", {"sort": sort}))) == 9


@pytest.mark.parametrize("query", ["support=nonsense", "worker=nonsense", "contact=nonsense", "page=999", "page=x"])
def test_an_address_that_means_nothing_breaks_nothing(signed_in, manager, people, query):
    assert signed_in(manager).get(f"/people/?{query}").status_code == 200


def test_the_name_is_the_link_and_please_dont_is_never_overdue(signed_in, worker, people):
    html = signed_in(worker).get("/people/?q=petra").content.decode()
    assert 'class="pl-table__name"' in html
    assert "please don’t contact" in html and "over</span>" not in html


@pytest.mark.parametrize(
    ("phone", "please_dont", "called"),
    [
        ("021 555 0142", False, ["tel:+64215550142"]),
        ("021 555 0142, work 09 379 2222", False, ["tel:+64215550142", "tel:+6493792222"]),
        ("ask her sister", False, []),
        ("", False, []),
        ("021 555 0142", True, []),
    ],
    ids=["a number", "two", "no number in it", "no phone", "asked not to be contacted"],
)
def test_a_row_has_log_and_calls_only_who_may_be_called(signed_in, worker, today, phone, please_dont, called):
    preference = "please_dont" if please_dont else "ok"
    ClientFactory(name="Ana High", supported_by=worker, phone=phone, contact_preference=preference)
    html = signed_in(worker).get("/people/").content.decode()
    assert re.findall(r'href="(tel:[^"]*)"', html) == called
    assert html.count('name="answer"') == 4


def test_a_row_says_how_to_contact_safely(signed_in, worker, today):
    ClientFactory(name="Ana High", supported_by=worker, contact_how="Text first. No voicemail.")
    assert "Text first. No voicemail." in signed_in(worker).get("/people/").content.decode()


@pytest.mark.parametrize(
    ("query", "is_open"),
    [("", False), ("?q=tane", False), ("?q=&support=&contact=&sort=", False)]
    + [("?support=high", True), ("?contact=overdue", True), ("?worker=none", True), ("?sort=name", True)],
)
def test_filters_are_folded_away_until_one_is_on(signed_in, manager, people, query, is_open):
    html = signed_in(manager).get(f"/people/{query}").content.decode()
    assert f'<details class="pl-fold"{" open" if is_open else ""}>' in html


def test_the_last_contact_is_shown(signed_in, worker, today):
    person = ClientFactory(name="Ana High", supported_by=worker)
    ContactFactory(client=person, on=date(2026, 10, 2))
    refresh_derived(person)
    assert "2 October" in signed_in(worker).get("/people/").content.decode()


def test_looking_at_the_list_is_written_down_with_its_count(signed_in, worker, people):
    signed_in(worker).get("/people/?q=rawiri")
    entry = Entry.objects.get(what=Entry.What.LISTED)
    assert (entry.subject, entry.counts) == ("people", {"people": 1})


def test_pages_are_turned(signed_in, worker, today):
    with refreshed_at_once():
        for n in range(30):
            ClientFactory(name=f"Person {n:02}", supported_by=worker)
    mine = signed_in(worker)
    assert len(names(mine.get("/people/"))) == 25
    assert names(mine.get("/people/?page=2"))[0] == "Person 25"


@pytest.mark.parametrize("count", [2, 60])
def test_the_number_of_queries_does_not_grow_with_people(
    signed_in, manager, worker, today, count, django_assert_num_queries
):
    with refreshed_at_once():
        for n in range(count):
            ClientFactory(name=f"Person {n}", supported_by=worker, support="parked", since=date(2026, 10, 1))
    mine = signed_in(manager)
    mine.get("/people/")
    with django_assert_num_queries(QUERIES):
        mine.get("/people/")


QUERIES = 10
