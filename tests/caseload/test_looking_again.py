"""An allocation is reviewed on its day: by the worker, or the team manager (W25)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from caseload import actions
from caseload.models import Allocation
from peerload.audit.models import Entry
from tests.factories import AllocationFactory, ClientFactory, refresh_derived
from tests.shared import shared

TODAY = date(2026, 11, 12)
PLACES = ("my_day", "team")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@shared(dated=True)
def person(worker):
    return ClientFactory(name="Tāne Rāwiri", organisation=worker.organisation, team=worker.home_team)


@pytest.fixture
def look_on(person, worker):
    """Allocate the person, to be looked at again on a day."""

    def allocated(day):
        AllocationFactory(client=person, worker=worker, review_on=day)
        refresh_derived(person)

    return allocated


def asked(browser, place) -> str:
    """Return what a page says is to be looked at again, nothing where it does not."""
    html = browser.get(reverse(place)).content.decode()
    rows = [row for row in html.split("<li>") if "/look-again/" in row]
    return " ".join(row.partition("</li>")[0] for row in rows)


@pytest.mark.parametrize(
    ("review_on", "words"),
    [
        (None, ""),
        (TODAY + timedelta(days=1), ""),
        (TODAY, "Today."),
        (TODAY - timedelta(days=1), "Since"),
    ],
    ids=["no day", "tomorrow", "today", "yesterday"],
)
@pytest.mark.parametrize("place", PLACES)
def test_it_comes_back_on_its_day(signed_in, worker, manager, look_on, place, review_on, words):
    look_on(review_on)
    html = asked(signed_in(worker if place == "my_day" else manager), place)
    assert ("Tāne Rāwiri" in html, words in html) == (bool(words), True)


@pytest.mark.parametrize("place", PLACES)
def test_nobody_is_asked_once_support_is_closed(signed_in, worker, manager, person, look_on, place):
    look_on(TODAY)
    actions.close(client_id=person.pk, on=TODAY, today=TODAY, by=worker, moved_on="ended")
    assert not asked(signed_in(worker if place == "my_day" else manager), place)


def test_the_team_says_with_whom_and_its_names_are_written_down_as_read(signed_in, manager, worker, look_on):
    look_on(TODAY)
    assert f"With {worker.name}." in asked(signed_in(manager), "team")
    read = Entry.objects.get(what="listed", subject="team")
    assert (read.member, read.counts) == (manager, {"people": 1})


def test_another_team_is_not_asked(signed_in, other_manager, other_team, look_on):
    look_on(TODAY)
    assert not asked(signed_in(other_manager), "team")


def post(browser, person, **words):
    return browser.post(reverse("look_again", args=[person.uid]), {"was": "2026-11-12"} | words, follow=True)


class TestTheAnswer:
    @pytest.fixture(autouse=True)
    def its_day_has_come(self, look_on):
        look_on(TODAY)

    def test_four_weeks_on_is_proposed(self, signed_in, worker, person):
        html = signed_in(worker).get(reverse("look_again", args=[person.uid])).content.decode()
        assert 'name="review_on" value="2026-12-10"' in html

    def test_another_day_stands_and_the_timeline_says_by_whom(self, signed_in, worker, person):
        html = post(signed_in(worker), person, review_on="2026-12-10", words="The flat is found.").content.decode()
        assert Allocation.objects.get().review_on == date(2026, 12, 10)
        line = html[html.index("Support reviewed") :]
        assert line.index(worker.name) < line.index("The flat is found.") < line.index("10 December")
        assert not asked(signed_in(worker), "my_day")

    def test_nothing_more_leaves_no_day(self, signed_in, manager, person):
        html = post(signed_in(manager), person, review_on="").content.decode()
        assert Allocation.objects.get().review_on is None
        assert "No further review is planned." in html

    @pytest.mark.parametrize(
        ("review_on", "taken"), [("2026-11-11", False), ("2026-11-12", False), ("2026-11-13", True)]
    )
    def test_the_next_time_is_ahead(self, signed_in, worker, person, review_on, taken):
        post(signed_in(worker), person, review_on=review_on)
        assert (Allocation.objects.get().review_on > TODAY) is taken

    def test_two_at_once_are_one_answer(self, signed_in, worker, manager, person):
        actions.look_again(client_id=person.pk, was=TODAY, review_on=date(2026, 12, 1), by=manager, today=TODAY)
        html = post(signed_in(worker), person, review_on="2026-12-10", words="All well").content.decode()
        assert (
            "Another person has reviewed the support meanwhile, and set the next review on 1 December 2026." in html
            and "All well" in html
        )
        assert Allocation.objects.get().review_on == date(2026, 12, 1)

    def test_the_same_answer_twice_is_one(self, signed_in, worker, person):
        for _ in range(2):
            html = post(signed_in(worker), person, review_on="2026-12-10").content.decode()
        assert html.count("<h3>Support reviewed</h3>") == 1


def test_allocating_proposes_to_look_again_after_four_weeks(signed_in, manager, team):
    waiting = ClientFactory(organisation=team.organisation, team=team, support=None)
    html = signed_in(manager).get(reverse("allocate", args=[waiting.uid])).content.decode()
    assert 'name="review_on" value="2026-12-10"' in html
