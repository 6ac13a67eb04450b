"""Coming back in steps: the plan, how many fit at each, and who is asked about when."""

from datetime import date

import pytest
from django.urls import reverse

from caseload.models import TemporaryMove
from caseload.temporary_moves import actions
from peerload.staff import actions as staff
from peerload.staff.rules import ReturnStep
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared

pytestmark = pytest.mark.usefixtures("today")

FIRST, FULL = date(2027, 2, 1), date(2027, 3, 15)
UNTIL = date(2027, 2, 10)


@pytest.fixture
def url(absence):
    return reverse("steps_back", args=[absence.pk])


@shared(dated=True)
def moved(absence, manager, worker, teammate):
    """Sixteen of Mere's people are with Tom."""
    factories.refresh_derived(workers=[worker, teammate])
    with factories.refreshed_at_once():
        people = [factories.ClientFactory(supported_by=worker, name=f"Person {n:02}") for n in range(16)]
    receivers = {person.pk: teammate for person in people}
    actions.move(absence_id=absence.pk, receivers=receivers, on=TODAY, until=UNTIL, by=manager, today=TODAY)


@shared(dated=True)
def plan(absence, manager):
    staff.plan_return(absence_id=absence.pk, steps=[ReturnStep(FIRST, 0.4)], full_from=FULL, by=manager, today=TODAY)


PLANNED = {"do": "plan", "day_0": FIRST.isoformat(), "fte_0": "0.4", "full_from": FULL.isoformat()}


def shown(answer) -> str:
    return " ".join(answer.content.decode().replace("&#x27;", "'").split())


def picked(answer) -> list[str]:
    return [field.value() for _, field in answer.context["moves"]]


def test_steps_are_agreed_and_stand_on_the_page_and_on_the_workers_day(signed_in, manager, worker, url):
    answer = signed_in(manager).post(url, PLANNED, follow=True)

    assert "The steps of Mere Paki are agreed." in shown(answer)
    assert [(step.post.starts_on, float(step.post.fte)) for step in answer.context["steps"]] == [
        (FIRST, 0.4),
        (FULL, 1),
    ]
    page = shown(signed_in(worker).get(reverse("my_day")))
    assert "From 1 February 2027: 0.4 of full time. From 15 March 2027: your full post again." in page


def test_once_the_full_post_has_begun_nothing_is_said_any_more(signed_in, worker, plan, on):
    factories.ClientFactory(supported_by=worker)
    browser = signed_in(worker)
    on(date(2027, 3, 14))
    assert "Now: 0.4 of full time" in shown(browser.get(reverse("my_day")))

    on(FULL)
    assert "Your way back" not in shown(browser.get(reverse("my_day")))


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({"fte_0": ""}, "Give each step a day and an FTE."),
        ({"day_0": ""}, "Give each step a day and an FTE."),
        ({"fte_0": "0"}, "FTE has to be above 0."),
        ({"fte_0": "1"}, "A step has to be less than the full post"),
        ({"day_0": "2026-11-11"}, "has passed"),
        ({"full_from": ""}, "Say when the full post begins again."),
    ],
)
def test_what_contradicts_is_refused_and_stays_as_typed(signed_in, manager, worker, url, posted, words):
    answer = signed_in(manager).post(url, PLANNED | posted)

    assert answer.status_code == 422 and words in shown(answer)
    assert answer.context["plan"]["fte_0"].value() == (PLANNED | posted)["fte_0"]
    assert worker.posts.count() == 1


def test_each_step_says_how_many_fit_back_in(signed_in, manager, url, plan, moved):
    """40 points: 15 + 7 x 3 = 36 weighs 3. Six weeks later those seven weigh 2 each, and the other nine fit."""
    answer = signed_in(manager).get(url)

    assert [(step.total.total, step.total.limit, step.fits) for step in answer.context["steps"]] == [
        (16, 40, 7),
        (16, 100, 9),
    ]


def test_who_has_no_room_at_any_step_is_said(signed_in, manager, worker, url, plan, moved):
    factories.ClientFactory.create_batch(24, supported_by=worker)  # 15 + 48 + 6 = 69 of the 40 of the first step

    answer = signed_in(manager).get(url)

    assert [step.fits for step in answer.context["steps"]] == [0, 9]
    assert "7 people have no room at any step" in shown(answer)


def test_returns_are_shared_over_the_steps_and_kept_at_one_press(signed_in, manager, url, plan, moved, on):
    browser = signed_in(manager)
    shared = picked(browser.post(url, {"do": "share"}))
    assert (shared.count(FIRST.isoformat()), shared.count(FULL.isoformat())) == (7, 9)
    assert set(TemporaryMove.objects.values_list("until", flat=True)) == {UNTIL}

    moves = TemporaryMove.objects.order_by("client__name_key")
    posted = {f"until_{move.pk}": day for move, day in zip(moves, shared, strict=True)}
    answer = browser.post(url, posted | {"do": "keep"}, follow=True)

    assert "Another day is agreed for 16 people." in shown(answer)
    assert TemporaryMove.objects.filter(until=FIRST).count() == 7
    on(FIRST)
    assert "7 people may move back to their worker" in shown(browser.get(reverse("returns")))


def test_a_step_chosen_by_hand_stays(signed_in, manager, url, plan, moved):
    first = TemporaryMove.objects.order_by("client__name_key").first()

    answer = signed_in(manager).post(url, {"do": "share", f"until_{first.pk}": FULL.isoformat()})

    assert picked(answer)[0] == FULL.isoformat()


def test_a_day_that_is_no_step_cannot_be_posted(signed_in, manager, url, plan, moved):
    first = TemporaryMove.objects.order_by("client__name_key").first()

    answer = signed_in(manager).post(url, {"do": "keep", f"until_{first.pk}": "2027-02-02"})

    assert answer.status_code == 422 and "Choose again for Person 00." in shown(answer)
