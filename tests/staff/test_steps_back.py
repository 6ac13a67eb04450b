"""Coming back to work in steps: dated posts that replace each other until the full one."""

from datetime import date
from decimal import Decimal

import pytest

from peerload.staff import actions
from peerload.staff.models import Post
from peerload.staff.rules import ReturnStep
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared
from workload import queries as workload

pytestmark = pytest.mark.usefixtures("today")

FIRST, SECOND, FULL = date(2026, 12, 1), date(2027, 1, 4), date(2027, 2, 1)
STEPS = [ReturnStep(FIRST, Decimal("0.4")), ReturnStep(SECOND, Decimal("0.6"))]


@shared(dated=True)
def absence(worker):
    return factories.AbsenceFactory(worker=worker, starts_on=date(2026, 5, 4), expected_back=FIRST)


@pytest.fixture
def plan(absence, manager):
    def plan(steps=STEPS, full_from=FULL, today=TODAY):
        return actions.plan_return(absence_id=absence.pk, steps=steps, full_from=full_from, by=manager, today=today)

    return plan


def posts(worker):
    return [(post.starts_on, post.ends_before, float(post.fte)) for post in worker.posts.order_by("starts_on")]


def test_each_step_is_a_post_until_the_next_and_the_last_is_the_full_one(plan, absence, worker, team):
    plan()

    assert posts(worker) == [
        (factories.LONG_AGO, FIRST, 1.0),
        (FIRST, SECOND, 0.4),
        (SECOND, FULL, 0.6),
        (FULL, None, 1.0),
    ]
    assert {post.team for post in absence.steps.all()} == {team}


@pytest.mark.parametrize(
    ("day", "limit"),
    [
        (date(2026, 11, 30), 100),
        (FIRST, 40),
        (date(2027, 1, 3), 40),
        (SECOND, 60),
        (date(2027, 1, 31), 60),
        (FULL, 100),
    ],
)
def test_the_limit_follows_the_steps(plan, worker, day, limit):
    plan()

    [listed] = workload.listed(worker.organisation, day, worker_ids=[worker.pk])
    assert workload.totals_on(worker.organisation, day, [listed])[worker.pk].limit == limit
    assert listed.weekly_hours == 40 * listed.fte


def test_hours_of_their_own_shrink_with_the_post(plan, worker):
    Post.objects.filter(worker=worker).update(weekly_hours=Decimal("37.5"))

    assert [post.weekly_hours for post in plan()] == [Decimal("15.00"), Decimal("22.50"), Decimal("37.50")]


def test_replanning_replaces_what_has_not_begun_and_keeps_what_has(plan, worker):
    plan()
    later = date(2026, 12, 15)

    plan([ReturnStep(date(2027, 1, 11), Decimal("0.5"))], date(2027, 3, 1), today=later)

    assert posts(worker)[1:] == [
        (FIRST, date(2027, 1, 11), 0.4),
        (date(2027, 1, 11), date(2027, 3, 1), 0.5),
        (date(2027, 3, 1), None, 1.0),
    ]


def test_a_plan_that_has_begun_can_end_earlier_but_not_without_a_full_post(plan, worker):
    plan()
    later = date(2026, 12, 15)
    with pytest.raises(actions.Contradicts, match="when the full post begins again"):
        plan([], None, today=later)

    plan([], later, today=later)
    assert posts(worker)[1:] == [(FIRST, later, 0.4), (later, None, 1.0)]


def test_a_plan_is_taken_back_before_it_begins(plan, worker):
    plan()
    plan([], None)

    assert posts(worker) == [(factories.LONG_AGO, None, 1.0)]


def test_a_post_that_ends_still_ends(plan, worker):
    Post.objects.filter(worker=worker).update(ends_before=date(2027, 7, 1))
    plan()
    assert worker.posts.get(starts_on=FULL).ends_before == date(2027, 7, 1)

    plan([], None)
    assert posts(worker) == [(factories.LONG_AGO, date(2027, 7, 1), 1.0)]


def test_who_had_no_post_comes_back_to_a_full_one(absence, plan, worker):
    worker.posts.all().delete()
    plan()

    assert posts(worker)[-1] == (FULL, None, 1.0)


@pytest.mark.parametrize(
    ("steps", "full_from", "words"),
    [
        ([ReturnStep(date(2026, 11, 11), Decimal("0.4"))], FULL, "11 November 2026 has passed"),
        ([STEPS[1], STEPS[0]], FULL, "1 December 2026 is not after 4 January 2027"),
        ([STEPS[0], STEPS[0]], FULL, "is not after"),
        (STEPS, SECOND, "4 January 2027 is not after 4 January 2027"),
        ([ReturnStep(FIRST, Decimal(1))], FULL, "A step has to be less than the full post, which is 1."),
        (STEPS, None, "when the full post begins again"),
        ([], FULL, "at least one step"),
    ],
    ids=["in the past", "backwards", "twice on a day", "full before the last", "as much as the full post",
         "never full", "no step"],
)  # fmt: skip
def test_steps_that_contradict_are_refused_in_a_sentence(plan, worker, steps, full_from, words):
    with pytest.raises(actions.Contradicts, match=words):
        plan(steps, full_from)
    assert len(posts(worker)) == 1


def test_no_step_begins_before_somebody_is_back(plan, absence):
    absence.ends_before = date(2026, 12, 7)
    absence.save()

    with pytest.raises(actions.Contradicts, match="is back on 7 December 2026"):
        plan()


def test_another_post_ahead_is_not_overwritten(plan, worker, team):
    Post.objects.filter(worker=worker).update(ends_before=date(2027, 1, 15))
    factories.PostFactory(worker=worker, team=team, starts_on=date(2027, 1, 15), fte="0.8")

    plan(STEPS, date(2027, 1, 11))  # ends where the next begins
    assert posts(worker)[-2:] == [
        (date(2027, 1, 11), date(2027, 1, 15), 1.0),
        (date(2027, 1, 15), None, 0.8),
    ]


def test_the_same_steps_sent_again_leave_no_second_trace_in_the_history(plan, worker):
    first = [post.pk for post in plan()]
    traces = Post.pgh_event_model.objects.count()

    assert [post.pk for post in plan()] == first
    assert Post.pgh_event_model.objects.count() == traces
    assert plan(full_from=date(2027, 2, 8))[-1].starts_on == date(2027, 2, 8)
