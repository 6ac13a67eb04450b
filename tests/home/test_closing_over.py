"""The 28 days after a decision to close run out: who has to act reads it on every page that could say so."""

from datetime import timedelta

import pytest
from django.urls import reverse

from caseload import actions
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.usefixtures("today")
DAY = timedelta(days=1)
LAST = TODAY - 28 * DAY  # decided then, the points stand through today


@pytest.fixture
def decided(worker):
    def decided(on):
        person = factories.ClientFactory(supported_by=worker, name="Sione Fifita")
        actions.decide_to_close(client_id=person.pk, on=on, by=worker, today=TODAY)
        return person

    return decided


def page(client, name, query="", *args) -> str:
    return " ".join(client.get(reverse(name, args=args) + query).content.decode().split())


@pytest.mark.parametrize(("decided_on", "over"), [(LAST, False), (LAST - DAY, True), (LAST - 90 * DAY, True)])
@pytest.mark.parametrize(("who", "name"), [("worker", "my_day"), ("manager", "team")])
def test_the_first_page_says_close_or_withdraw_once_the_days_are_over(
    request, signed_in, decided, who, name, decided_on, over
):
    person = decided(decided_on)
    html = page(signed_in(request.getfixturevalue(who)), name)
    links = [f'href="{reverse(each, args=[person.uid])}"' in html for each in ("close", "close_withdraw")]
    assert links == [over, over] and ("should be closed by now" in html) is over


@pytest.mark.parametrize(("decided_on", "over"), [(LAST, False), (LAST - DAY, True)])
def test_the_person_and_the_list_say_it_too(signed_in, worker, decided, decided_on, over):
    person, mine = decided(decided_on), signed_in(worker)
    assert ("should be closed by now" in page(mine, "person", "", person.uid)) is over
    assert ("should be closed by now" in page(mine, "people")) is over


@pytest.mark.parametrize(
    ("support", "found"),
    [("closing", {"Sione Fifita", "Ben Short"}), ("closing_over", {"Sione Fifita"})],
    ids=["decided", "over"],
)
def test_the_list_is_narrowed_to_those_decided_and_to_those_whose_days_are_over(
    signed_in, worker, decided, support, found
):
    decided(LAST - DAY)
    later = factories.ClientFactory(supported_by=worker, name="Ben Short")
    actions.decide_to_close(client_id=later.pk, on=TODAY, by=worker, today=TODAY)
    factories.ClientFactory(supported_by=worker, name="Cara Lane")
    html = page(signed_in(worker), "people", f"?support={support}")
    assert {name for name in ("Sione Fifita", "Ben Short", "Cara Lane") if name in html} == found


@pytest.mark.parametrize("how", ["closed", "withdrawn"])
def test_done_it_is_said_no_more(signed_in, worker, manager, decided, how):
    person = decided(LAST - DAY)
    if how == "closed":
        actions.close(client_id=person.pk, on=TODAY, today=TODAY, by=worker, moved_on="ended")
    else:
        actions.withdraw_decision(client_id=person.pk, by=worker, today=TODAY)
    for who, name in ((worker, "my_day"), (manager, "team"), (worker, "people")):
        assert "should be closed by now" not in page(signed_in(who), name)


def test_the_manager_reads_with_whom_they_are(signed_in, manager, decided):
    decided(LAST - DAY)
    assert "With Mere Paki. Decision to close support:" in page(signed_in(manager), "team")
