"""Returns are a proposal: who comes back, who stays, and whose return is asked about again."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caseload.models import Allocation, TemporaryMove
from caseload.temporary_moves import actions
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.usefixtures("today")

UNTIL = date(2027, 2, 1)


@pytest.fixture
def move(absence, manager, worker, teammate):
    def move(*names, until=UNTIL):
        with factories.refreshed_at_once():
            people = [factories.ClientFactory(supported_by=worker, name=name) for name in names]
        receivers = {person.pk: teammate for person in people}
        actions.move(absence_id=absence.pk, receivers=receivers, on=TODAY, until=until, by=manager, today=TODAY)
        return list(TemporaryMove.objects.filter(client__in=people).order_by("pk"))

    factories.refresh_derived(workers=[worker, teammate])
    return move


@pytest.fixture
def back(absence, on):
    """It is the first of February, and Mere is back."""
    absence.ends_before = UNTIL
    absence.save()
    on(UNTIL)


URL = "/team/returns/"


def shown(answer) -> str:
    return " ".join(answer.content.decode().replace("&#x27;", "'").split())


def answers(given, **more) -> dict:
    found = {"do": "save"}
    for move, (what, day) in given.items():
        found |= {f"answer_{move.pk}": what, f"day_{move.pk}": day and day.isoformat() or ""}
    return found | more


def with_mere(worker, on=UNTIL):
    return set(Allocation.objects.on(on).filter(worker=worker).values_list("client__name", flat=True))


def test_a_return_stands_on_the_page_of_the_team_from_its_day_on(signed_in, manager, move, on):
    move("Ann", "Bea")
    browser = signed_in(manager)
    on(UNTIL - timedelta(days=1))
    assert "may move back" not in shown(browser.get(reverse("team")))
    assert "2 people of Mere Paki stay with another worker until 1 February" in shown(browser.get(URL))

    on(UNTIL)
    assert "2 people may move back to their worker" in shown(browser.get(reverse("team")))


def test_what_is_proposed_is_confirmed_at_one_press_and_foretold_right(signed_in, manager, worker, move, back):
    moves = move("Ann", "Bea")
    browser = signed_in(manager)
    page = browser.get(URL)
    assert "Back to Mere Paki" in shown(page)
    foretold = next(each.effect for each in page.context["changes"] if each.effect.worker == worker)
    assert (foretold.before.total, foretold.after.total) == (16, 15 + 2 * 3 + 2)

    answer = browser.post(URL, answers(dict.fromkeys(moves, ("back", UNTIL))), follow=True)

    assert "The decisions about 2 people are saved." in shown(answer)
    assert with_mere(worker) == {"Ann", "Bea"}
    rows = browser.get(reverse("team")).context["rows"]
    assert next(row.figures.total for row in rows if row.figures.worker.member_id == worker.pk) == foretold.after


def test_looking_changes_nothing_and_counts_what_is_chosen(signed_in, manager, worker, teammate, move, back):
    moves = move("Ann", "Bea")

    page = signed_in(manager).post(URL, answers({moves[0]: ("back", UNTIL), moves[1]: ("stays", None)}, do="look"))

    changes = {each.effect.worker: (each.effect.people, each.goes) for each in page.context["changes"]}
    assert changes == {worker: (1, 0), teammate: (0, 1)}
    assert not with_mere(worker)


def test_each_has_their_own_answer(signed_in, manager, worker, move, back, on):
    moves = move("Ann", "Bea", "Cat", "Dot")
    later = UNTIL + timedelta(days=14)
    given = {moves[0]: ("back", UNTIL), moves[1]: ("stays", None), moves[2]: ("later", later), moves[3]: ("", None)}
    browser = signed_in(manager)

    browser.post(URL, answers(given))

    assert with_mere(worker) == {"Ann"}
    assert [move.client.name for move in browser.get(URL).context["form"].moves] == ["Dot"]
    on(later)
    assert [move.client.name for move in browser.get(URL).context["form"].moves] == ["Cat", "Dot"]


@pytest.mark.parametrize("state", ["is leaving", "has left"])
def test_where_the_worker_cannot_have_them_back_it_is_said_and_staying_is_proposed(
    signed_in, manager, worker, move, on, absence, state
):
    [moved] = move("Ann")
    absence.ends_before = UNTIL
    absence.save()
    factories.LeavingFactory(member=worker, last_day=UNTIL if state == "is leaving" else UNTIL - timedelta(days=1))
    on(UNTIL)

    page = signed_in(manager).get(URL)

    assert f"Mere Paki {state}. peerload proposes that everyone stays" in shown(page)
    assert page.context["form"][f"answer_{moved.pk}"].value() == "stays"


@pytest.mark.parametrize(
    ("expected", "what", "words"),
    [
        (UNTIL + timedelta(days=1), "later", "peerload proposes to ask you again on 2 February"),
        (UNTIL, "", "No end is known"),
        (None, "", "No end is known"),
    ],
    ids=["from tomorrow", "today, and they are not", "not known"],
)
def test_where_the_worker_is_still_away_nobody_stays_for_good_by_what_is_proposed(
    signed_in, manager, move, on, absence, expected, what, words
):
    [moved] = move("Ann")
    absence.expected_back = expected
    absence.save()
    on(UNTIL)

    page = signed_in(manager).get(URL)

    assert f"Mere Paki is still away. {words}" in shown(page)
    form = page.context["form"]
    assert form[f"answer_{moved.pk}"].value() == what
    assert form[f"day_{moved.pk}"].value() == (expected if what else UNTIL)


@pytest.mark.parametrize(
    ("what", "day", "words"),
    [
        ("later", UNTIL, "Choose a later day to be asked again."),
        ("later", None, "Say on which day."),
        ("back", None, "Say on which day."),
    ],
)
def test_a_day_that_cannot_be_is_said_beside_it(signed_in, manager, move, back, what, day, words):
    [moved] = move("Ann")

    answer = signed_in(manager).post(URL, answers({moved: (what, day)}))

    assert answer.status_code == 422 and words in shown(answer)


def test_the_same_press_twice_is_one_return_and_no_refusal(signed_in, manager, worker, move, back):
    moves = move("Ann", "Bea")
    browser, given = signed_in(manager), answers(dict.fromkeys(moves, ("back", UNTIL)))

    for _ in range(2):
        assert browser.post(URL, given).status_code == 302
    assert Allocation.objects.filter(worker=worker, starts_on=UNTIL).count() == 2


def test_a_page_opened_earlier_is_refused_with_a_name(signed_in, manager, worker, move, back):
    moves = move("Ann", "Bea")
    actions.resolve_returns(answers={moves[0].pk: actions.ReturnAnswer("stays")}, by=manager, today=UNTIL)

    answer = signed_in(manager).post(URL, answers(dict.fromkeys(moves, ("back", UNTIL))))

    assert answer.status_code == 422
    assert "Nothing was changed. Ann stays with Tom Lealaiauloto" in shown(answer)
    assert not with_mere(worker)


def test_nobody_decides_about_people_of_another_team(signed_in, other_manager, other_team, move, back):
    [moved] = move("Ann")
    browser = signed_in(other_manager)

    assert "Ann" not in shown(browser.get(URL))
    assert browser.post(URL, answers({moved: ("stays", None)})).status_code == 422
    moved.refresh_from_db()
    assert moved.settled_on is None


def test_the_page_asks_as_little_for_fifty_people_as_for_five(signed_in, manager, move, back):
    browser, counts = signed_in(manager), []
    browser.get(URL)
    for more in (5, 45):
        move(*(f"Person {len(counts)}{n}" for n in range(more)))
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(URL).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
