"""The frame of every page: the way round by role, the page one is on, the service's name."""

import re

import pytest
from django.urls import reverse

from tests import factories

WAYS = {
    "worker": ["My day", "People", "Log a contact", "My points", "My weeks", "My records"],
    "manager": ["My team", "People", "Waiting for a worker", "Records", "Away"],
    "service_manager": ["Teams", "Reports"],
    "admin": ["Staff", "Teams", "Service", "Import", "Messages"],
}


def entries(page) -> list[tuple[str, str]]:
    """Return (label, address) of the main navigation."""
    nav = re.search(r'<nav class="pl-nav".*?</nav>', page.content.decode(), re.S)[0]
    found = re.findall(r'<a href="([^"]+)"[^>]*>(.*?)</a>', nav, re.S)
    before_words = r".*</svg>\s*(?:<span[^>]*>[^<]*</span><span[^>]*>)?|<[^>]+>"
    return [(re.sub(before_words, "", label, flags=re.S).strip(), url) for url, label in found]


def current(page, *, nav: str = "pl-nav") -> list[str]:
    found = re.search(rf'<nav class="{nav}".*?</nav>', page.content.decode(), re.S)[0]
    return re.findall(r'<a href="([^"]+)" aria-current="page"', found)


@pytest.mark.parametrize("who", WAYS)
def test_each_role_has_its_way_round_and_every_way_opens(request, signed_in, team, today, who):
    client = signed_in(request.getfixturevalue(who))
    ways = entries(client.get(reverse("account")))

    assert [label for label, _ in ways] == WAYS[who]
    for label, url in ways:
        page = client.get(url)
        assert page.status_code == 200, label
        assert current(page) == [url], label


def test_a_deputy_has_the_team_beside_their_own_day_and_five_ways_on_a_phone(signed_in, worker, other_team, today):
    other_team.deputy = worker
    other_team.save()
    page = signed_in(worker).get(reverse("account"))

    assert [label for label, _ in entries(page)] == [*WAYS["worker"], "My team", "Away"]
    assert page.content.decode().count('<li class="pl-nav__desk">') == 3


def test_a_manager_who_supports_people_has_a_day_of_their_own(signed_in, manager, team, today):
    factories.ClientFactory(supported_by=manager, team=team)

    assert ("My day", "/") in entries(signed_in(manager).get(reverse("account")))


def test_a_manager_who_supports_people_has_five_ways_on_a_phone(signed_in, manager, team, today):
    factories.ClientFactory(supported_by=manager, team=team)

    page = signed_in(manager).get(reverse("account"))

    assert len(entries(page)) - page.content.decode().count('<li class="pl-nav__desk">') == 5


def test_a_workers_record_belongs_to_the_managers_records(signed_in, manager, worker, today):
    assert current(signed_in(manager).get(reverse("record", args=[worker.uid, "2026-10"]))) == [reverse("team_month")]


OWN_PAGES = ["my_weeks", "my_sessions", "leave", "mine", "my_adjustments", "growth"]


@pytest.mark.parametrize("here", OWN_PAGES)
def test_ones_own_pages_lead_to_each_other_and_belong_to_my_weeks(signed_in, worker, today, here):
    page = signed_in(worker).get(reverse(here))

    ways = re.search(r'<nav class="pl-ways".*?</nav>', page.content.decode(), re.S)[0]
    assert re.findall(r'href="([^"]+)"', ways) == [reverse(name) for name in OWN_PAGES]
    assert current(page) == [reverse("my_weeks")]
    assert current(page, nav="pl-ways") == [reverse(here)]


def test_ones_own_pages_stand_on_the_account_where_a_phone_finds_them(signed_in, worker, service_manager, today):
    page = signed_in(worker).get(reverse("account")).content.decode()
    assert all(f'href="{reverse(name)}"' in page for name in OWN_PAGES)

    page = signed_in(service_manager).get(reverse("my_sessions")).content.decode()
    assert "pl-ways" not in page


def test_a_page_below_an_entry_marks_it(signed_in, admin, today):
    assert current(signed_in(admin).get(reverse("staff_add"))) == [reverse("staff")]


def test_the_service_stands_on_the_sign_in_where_there_is_one_only(client, organisation):
    assert "To Harbourside Peer Support." in client.get(reverse("account_login")).content.decode()

    factories.OrganisationFactory(name="Another service")

    assert "Another service" not in client.get(reverse("account_login")).content.decode()


@pytest.mark.parametrize("who", WAYS)
def test_the_day_begins_where_the_role_says(request, signed_in, team, today, who):
    begins = {"worker": None, "manager": "team", "service_manager": "team", "admin": "settings"}[who]

    answer = signed_in(request.getfixturevalue(who)).get("/")

    assert answer.status_code == 200 if begins is None else answer.url == reverse(begins)
