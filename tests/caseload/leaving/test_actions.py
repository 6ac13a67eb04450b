"""Notice, checklist, the receiver of each person, and the end of sign-in."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from caseload import actions as caseload
from caseload.leaving import actions, queries
from caseload.leaving.actions import HandoverNote
from caseload.models import Allocation, Handover, LeavingStep, Referral
from caseload.waiting.actions import WaitTerms
from peerload.core import clock
from peerload.home.sweep import sweep
from peerload.notices.models import Notice
from peerload.staff import actions as staff
from peerload.staff.leaving import actions as of_staff
from peerload.staff.models import Leaving, LeavingEvent
from tests import factories
from tests.conftest import TODAY
from workload.actions import check
from workload.models import PointLine

pytestmark = pytest.mark.usefixtures("today")

LAST_DAY = date(2026, 11, 30)
AFTER = date(2026, 12, 1)


def hand_over(leaving, manager, receivers, *, on=AFTER, words=None):
    return actions.hand_over_all(
        leaving_id=leaving.pk, receivers=receivers, words=words or {}, on=on, by=manager, today=TODAY
    )


# Notice ----------------------------------------------------------------------------------------------------------------


def test_a_notice_makes_the_checklist_with_owner_and_day(leaving, worker, manager):
    steps = {step.kind: step for step in leaving.steps.all()}

    assert len(steps) == 9
    assert (steps["inform"].owner, steps["inform"].due_on) == (manager, TODAY)
    assert (steps["records"].owner, steps["records"].due_on) == (worker, date(2026, 11, 27))
    assert steps["handover"].due_on == date(2026, 11, 23)


def test_an_admin_gives_notice_and_the_manager_of_the_team_owns_the_steps(worker, admin, manager):
    leaving = actions.give_notice(member=worker, notice_on=TODAY, last_day=LAST_DAY, by=admin, today=TODAY)

    assert leaving.steps.get(kind="handover").owner == manager


def test_a_notice_is_given_once(leaving, worker, manager):
    with pytest.raises(of_staff.LeavingAlready, match="Mere Paki is recorded already"):
        actions.give_notice(member=worker, notice_on=TODAY, last_day=LAST_DAY, by=manager, today=TODAY)


def test_nobody_leaves_before_their_notice(worker, manager):
    with pytest.raises(of_staff.BeforeNotice, match="12 November 2026"):
        actions.give_notice(member=worker, notice_on=TODAY, last_day=date(2026, 11, 11), by=manager, today=TODAY)


def test_nobody_writes_down_their_own_notice(worker):
    with pytest.raises(of_staff.CannotLeave):
        actions.give_notice(member=worker, notice_on=TODAY, last_day=LAST_DAY, by=worker, today=TODAY)


def test_the_only_admin_stays_and_of_two_one_may_leave(admin, manager, organisation):
    notice = {"notice_on": TODAY, "last_day": LAST_DAY, "by": manager, "today": TODAY}
    with pytest.raises(of_staff.CannotLeave, match="the only admin"):
        actions.give_notice(member=admin, **notice)

    second = factories.MemberFactory(organisation=organisation, role="admin", name="Second Admin")
    actions.give_notice(member=admin, **notice)

    with pytest.raises(of_staff.CannotLeave, match="Second Admin is the only admin"):
        actions.give_notice(member=second, **notice)


def test_another_last_day_moves_the_steps_that_are_open(leaving, manager):
    done, still = leaving.steps.get(kind="inform"), leaving.steps.get(kind="records")
    actions.tick_off_step(step_id=done.pk, done=True, by=manager, today=TODAY)

    actions.change_last_day(leaving_id=leaving.pk, last_day=date(2027, 1, 29), by=manager, today=TODAY)

    was = done.due_on
    done.refresh_from_db(), still.refresh_from_db()
    assert (done.due_on, still.due_on) == (was, date(2027, 1, 28))
    assert LeavingEvent.objects.filter(pgh_obj_id=leaving.pk, last_day=LAST_DAY).exists()


def test_what_is_withdrawn_does_not_change_any_more(leaving, manager, worker):
    actions.withdraw(leaving_id=leaving.pk, by=manager, today=TODAY)

    with pytest.raises(of_staff.NotLeaving, match="withdrawn on 12 November 2026"):
        actions.change_last_day(leaving_id=leaving.pk, last_day=LAST_DAY, by=manager, today=TODAY)
    assert actions.give_notice(member=worker, notice_on=TODAY, last_day=LAST_DAY, by=manager, today=TODAY)


def test_a_step_ticked_twice_keeps_its_day_and_can_be_opened_again(leaving, worker, manager):
    step = leaving.steps.get(kind="records")
    actions.tick_off_step(step_id=step.pk, done=True, by=worker, today=TODAY)
    actions.tick_off_step(step_id=step.pk, done=True, by=manager, today=TODAY + timedelta(days=1))
    step.refresh_from_db()
    assert (step.done_on, step.done_by) == (TODAY, worker)

    actions.tick_off_step(step_id=step.pk, done=False, by=manager, today=TODAY)
    step.refresh_from_db()
    assert (step.done_on, step.done_by) == (None, None)


def test_a_step_gets_another_owner_and_day(leaving, teammate, manager):
    step = leaving.steps.get(kind="property")

    actions.change_step(step_id=step.pk, owner=teammate, due_on=date(2026, 11, 27), by=manager)

    step.refresh_from_db()
    assert (step.owner, step.due_on) == (teammate, date(2026, 11, 27))


@pytest.mark.parametrize(
    "broken",
    [
        lambda leaving, worker: Leaving.objects.filter(pk=leaving.pk).update(last_day=date(2026, 1, 1)),
        lambda leaving, worker: Leaving.objects.filter(pk=leaving.pk).update(withdrawn_on=TODAY, closed_on=AFTER),
        lambda leaving, worker: Leaving.objects.filter(pk=leaving.pk).update(closed_on=LAST_DAY),
        lambda leaving, worker: LeavingStep.objects.filter(leaving=leaving).update(done_on=TODAY),
        lambda leaving, worker: Handover.objects.create(
            leaving=leaving, client=factories.ClientFactory(supported_by=worker), told_on=TODAY
        ),
        lambda leaving, worker: Handover.objects.create(
            leaving=leaving, client=factories.ClientFactory(supported_by=worker), moved_on=TODAY
        ),
    ],
    ids=["last day before notice", "withdrawn and closed", "closed on the last day", "done by nobody", "told by nobody",
         "moved to nobody"],
)  # fmt: skip
def test_the_database_refuses_what_cannot_be(leaving, worker, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        broken(leaving, worker)


# The list --------------------------------------------------------------------------------------------------------------


def test_only_what_was_written_changes(leaving, people, worker, teammate, manager):
    first, second, third = (person.pk for person in people)
    words = {first: HandoverNote("Likes mornings.", True), second: HandoverNote("Has a dog.")}
    actions.keep(leaving_id=leaving.pk, words=words, by=worker, today=TODAY)

    later = TODAY + timedelta(days=1)
    actions.keep(
        leaving_id=leaving.pk,
        words={first: HandoverNote(told=True)},
        receivers={first: teammate},
        by=manager,
        today=later,
    )

    found = {row.client_id: (row.to, row.note, row.told_on, row.told_by) for row in leaving.handovers.all()}
    assert found == {
        first: (teammate, "Likes mornings.", TODAY, worker),
        second: (None, "Has a dog.", None, None),
    }
    assert third not in found


def test_everybody_is_handed_over_at_once_with_note_and_points(leaving, people, worker, teammate, manager):
    receivers = {people[0].pk: teammate, people[1].pk: teammate, people[2].pk: manager}
    words = {people[0].pk: HandoverNote("Likes mornings.")}

    assert hand_over(leaving, manager, receivers, words=words) == 3

    given = {each.client_id: each for each in Allocation.objects.filter(starts_on=AFTER)}
    assert {key: each.worker for key, each in given.items()} == receivers
    assert given[people[0].pk].first_action == "Likes mornings."
    assert given[people[1].pk].purpose == "Mere Paki is leaving"
    assert not queries.still_theirs(worker.pk, AFTER).exists()
    assert set(leaving.handovers.values_list("moved_on", flat=True)) == {AFTER}
    new = PointLine.objects.filter(code="new", starts_on=AFTER).values_list("worker", "client")
    assert set(new) == {(receivers[key].pk, key) for key in receivers}
    assert not PointLine.objects.filter(worker=worker, client__in=people, ends_before=None).exists()


def test_points_handed_over_at_once_are_those_of_one_after_another(leaving, worker, teammate, manager):
    family = factories.FamilyFactory(organisation=worker.organisation)
    people = [factories.ClientFactory(supported_by=worker, family=family if n < 2 else None) for n in range(4)]

    def lines():
        facts = ("worker", "element", "code", "points", "starts_on", "ends_before", "client", "family")
        return sorted(PointLine.objects.values_list(*facts), key=repr)

    def one_by_one():
        for person in people:
            caseload.hand_over(client_id=person.pk, worker=teammate, on=AFTER, by=manager, today=TODAY)

    sid = transaction.savepoint()
    one_by_one()
    expected = lines()
    transaction.savepoint_rollback(sid)

    hand_over(leaving, manager, {person.pk: teammate for person in people})

    assert lines() == expected


def test_one_refusal_leaves_everybody_where_they_are_and_says_who(leaving, people, worker, teammate, manager):
    caseload.hand_over(client_id=people[1].pk, worker=manager, on=TODAY, by=manager, today=TODAY)

    with pytest.raises(caseload.NotSupported, match=f"{people[1].name} is supported by Ana Whitford"):
        hand_over(leaving, manager, {person.pk: teammate for person in people}, words={people[0].pk: HandoverNote("x")})

    assert not Allocation.objects.filter(worker=teammate).exists()
    assert not leaving.handovers.exists()


def test_a_month_that_is_reported_says_from_which_day_it_can_be(leaving, people, teammate, manager, monkeypatch):
    monkeypatch.setattr("workload.queries.unreported_from", lambda workers, on: AFTER)

    with pytest.raises(caseload.MonthReported, match=f"{people[0].name} can be handed over from 1 December 2026"):
        hand_over(leaving, manager, {people[0].pk: teammate}, on=TODAY)


def test_the_same_press_twice_hands_over_once(leaving, people, teammate, manager):
    receivers = {person.pk: teammate for person in people}

    assert [hand_over(leaving, manager, receivers), hand_over(leaving, manager, receivers)] == [3, 3]

    assert Allocation.objects.filter(worker=teammate).count() == 3


def test_a_person_handed_over_already_goes_to_nobody_else(leaving, people, teammate, manager):
    hand_over(leaving, manager, {people[0].pk: teammate})

    with pytest.raises(actions.HandedOverMeanwhile, match=f"{people[0].name} is handed over from 1 December 2026"):
        hand_over(leaving, manager, {people[0].pk: manager})


@pytest.mark.parametrize(
    ("today", "day", "refused"),
    [
        (TODAY, AFTER, False),
        (TODAY, AFTER + timedelta(days=1), True),
        (AFTER + timedelta(days=3), AFTER + timedelta(days=3), False),
        (AFTER + timedelta(days=3), AFTER + timedelta(days=4), True),
    ],
    ids=["the day after", "a day later", "at once, late", "tomorrow, late"],
)
def test_nobody_is_handed_over_from_a_day_that_leaves_them_with_nobody(
    leaving, people, teammate, manager, on, today, day, refused
):
    on(today)
    words = {"leaving_id": leaving.pk, "words": {}, "on": day, "by": manager, "today": today}
    receivers = {people[0].pk: teammate}
    if refused:
        with pytest.raises(actions.LeavesAGap, match="last day is 30 November 2026"):
            actions.hand_over_all(receivers=receivers, **words)
        assert not leaving.handovers.exists()
    else:
        assert actions.hand_over_all(receivers=receivers, **words) == 1


def test_nobody_chosen_is_said(leaving, manager):
    with pytest.raises(actions.NoReceiverChosen):
        hand_over(leaving, manager, {})


@pytest.mark.parametrize(("day", "refused"), [(LAST_DAY, False), (AFTER, True)], ids=["last day", "day after"])
def test_somebody_leaving_is_given_people_until_their_last_day(leaving, worker, teammate, manager, day, refused):
    person = factories.ClientFactory(supported_by=teammate)
    hand = {"client_id": person.pk, "worker": worker, "on": day, "by": manager, "today": TODAY}

    if refused:
        with pytest.raises(caseload.NotAWorker, match="Their last day is 30 November 2026"):
            caseload.hand_over(**hand)
    else:
        assert caseload.hand_over(**hand).worker == worker


# Another day, or they stay, once people are handed over ----------------------------------------------------------------


def holders(person) -> list[tuple]:
    rows = Allocation.objects.filter(client=person).order_by("starts_on")
    return [(each.worker.name, each.starts_on, each.ends_before) for each in rows]


@pytest.mark.parametrize(
    ("last_day", "today", "first"),
    [
        (date(2026, 11, 16), TODAY, date(2026, 11, 17)),
        (date(2026, 11, 16), date(2026, 11, 20), date(2026, 11, 20)),
        (date(2026, 12, 18), TODAY, AFTER),
    ],
    ids=["the day after an earlier one", "today, once that has passed", "a later one changes nothing"],
)
def test_no_last_day_leaves_anybody_handed_over_with_nobody(
    leaving, people, teammate, manager, on, last_day, today, first
):
    hand_over(leaving, manager, {person.pk: teammate for person in people})
    on(today)

    actions.change_last_day(leaving_id=leaving.pk, last_day=last_day, by=manager, today=today)

    for person in people:
        assert holders(person) == [
            ("Mere Paki", factories.LONG_AGO, first),
            ("Tom Lealaiauloto", first, None),
        ]
    assert set(leaving.handovers.values_list("moved_on", flat=True)) == {first}
    assert set(Notice.objects.filter(cancelled_at=None).values_list("recipient", "anchor_on")) >= {(teammate.pk, first)}
    assert check(manager.organisation) == []


def test_a_person_who_was_to_be_the_leavers_after_the_last_day_goes_on_at_once(
    leaving, worker, teammate, manager, stranger
):
    person = factories.ClientFactory(supported_by=stranger)
    later = date(2026, 11, 20)
    caseload.hand_over(client_id=person.pk, worker=worker, on=later, by=manager, today=TODAY)
    hand_over(leaving, manager, {person.pk: teammate})

    actions.change_last_day(leaving_id=leaving.pk, last_day=date(2026, 11, 16), by=manager, today=TODAY)

    assert holders(person) == [
        ("Sina Mata'afa", factories.LONG_AGO, later),
        ("Tom Lealaiauloto", later, None),
    ]


def test_a_notice_withdrawn_leaves_with_them_whom_nobody_else_has_yet(leaving, people, worker, teammate, manager):
    gone, stays, onwards = people
    hand_over(leaving, manager, {gone.pk: teammate}, on=TODAY)
    hand_over(leaving, manager, {stays.pk: teammate, onwards.pk: teammate})
    caseload.hand_over(client_id=onwards.pk, worker=manager, on=date(2027, 1, 4), by=manager, today=TODAY)

    assert actions.withdraw(leaving_id=leaving.pk, by=manager, today=TODAY) == (1, 2, 0)

    assert holders(stays) == [("Mere Paki", factories.LONG_AGO, None)]
    assert [name for name, _, _ in holders(gone)] == ["Mere Paki", "Tom Lealaiauloto"]
    assert [name for name, _, _ in holders(onwards)] == ["Mere Paki", "Tom Lealaiauloto", "Ana Whitford"]
    told = Notice.objects.filter(kind="newly_with", recipient=teammate, anchor_on=AFTER, cancelled_at=None)
    assert told.count() == 1  # of the one who goes on from there
    assert check(manager.organisation) == []


def wait(leaving, manager, people, on=AFTER):
    waits = {person.pk: WaitTerms(owner=manager, due_on=on, contingency="The open group.") for person in people}
    actions.hand_over_all(leaving_id=leaving.pk, receivers={}, words={}, waits=waits, on=on, by=manager, today=TODAY)


@pytest.mark.parametrize(
    ("last_day", "from_day"),
    [(date(2026, 11, 16), date(2026, 11, 17)), (date(2026, 12, 18), AFTER)],
    ids=["brought forward", "put back"],
)
def test_who_is_to_wait_is_never_without_anybody_in_between(leaving, people, worker, manager, last_day, from_day):
    wait(leaving, manager, people)

    actions.change_last_day(leaving_id=leaving.pk, last_day=last_day, by=manager, today=TODAY)

    assert set(Referral.objects.values_list("referred_on", flat=True)) == {from_day}
    assert set(Allocation.objects.values_list("ends_before", flat=True)) == {from_day}
    assert check(worker.organisation) == []


def test_once_a_notice_is_withdrawn_those_who_were_to_wait_stay(leaving, people, worker, manager):
    wait(leaving, manager, people[:2])
    wait(leaving, manager, people[2:], on=TODAY)

    assert actions.withdraw(leaving_id=leaving.pk, by=manager, today=TODAY) == (2, 0, 1)

    assert Referral.objects.get().client == people[2]
    assert set(Allocation.objects.on(AFTER).filter(worker=worker).values_list("client", flat=True)) == {
        person.pk for person in people[:2]
    }
    assert check(worker.organisation) == []


# The end ---------------------------------------------------------------------------------------------------------------


def at(monkeypatch, moment: datetime):
    """Set the moment itself, so that a day is found by the service's own zone."""
    monkeypatch.undo()
    monkeypatch.setattr(clock, "now", lambda: moment.astimezone(UTC))


MIDNIGHT = datetime(2026, 12, 1, 0, 0, tzinfo=ZoneInfo("Pacific/Auckland"))


@pytest.mark.parametrize(
    ("moment", "status"),
    [(MIDNIGHT - timedelta(seconds=1), 200), (MIDNIGHT, 403), (MIDNIGHT + timedelta(days=3), 403)],
    ids=["the last second of the last day", "midnight where the service is", "days after"],
)
def test_sign_in_ends_with_the_last_day_where_the_service_is(leaving, worker, signed_in, monkeypatch, moment, status):
    at(monkeypatch, moment)
    browser = signed_in(worker)

    assert browser.get(reverse("my_day")).status_code == status


def test_sign_in_ends_though_people_are_still_theirs_and_closing_waits(leaving, people, worker, teammate, manager, on):
    on(AFTER)
    assert of_staff.close_those_gone(worker.organisation, AFTER) == 0
    worker.refresh_from_db(), worker.user.refresh_from_db()
    assert (worker.active, worker.user.is_active) == (True, False)

    actions.hand_over_all(
        leaving_id=leaving.pk,
        receivers={person.pk: teammate for person in people},
        words={},
        on=AFTER,
        by=manager,
        today=AFTER,
    )
    assert of_staff.close_those_gone(worker.organisation, AFTER) == 1

    worker.refresh_from_db(), leaving.refresh_from_db()
    assert (worker.active, leaving.closed_on) == (False, AFTER)
    assert worker.posts.get().ends_before == AFTER
    assert not PointLine.objects.filter(worker=worker, ends_before=None).exists()


@pytest.mark.parametrize(("today", "closed"), [(LAST_DAY, 0), (AFTER, 1)], ids=["last day", "day after"])
def test_the_sweep_closes_who_has_left(leaving, worker, on, today, closed):
    on(today)
    sweep(worker.organisation, today)
    sweep(worker.organisation, today)

    worker.refresh_from_db()
    assert worker.active is not bool(closed)


def test_another_last_day_or_a_withdrawal_opens_sign_in_again(leaving, people, worker, manager, on):
    on(AFTER)
    of_staff.close_those_gone(worker.organisation, AFTER)

    actions.change_last_day(leaving_id=leaving.pk, last_day=date(2026, 12, 4), by=manager, today=TODAY)
    worker.user.refresh_from_db()
    assert worker.user.is_active

    on(date(2026, 12, 5))
    of_staff.close_those_gone(worker.organisation, date(2026, 12, 5))
    actions.withdraw(leaving_id=leaving.pk, by=manager, today=date(2026, 12, 5))
    worker.user.refresh_from_db()
    assert worker.user.is_active


def test_leaving_one_service_leaves_the_other_open(leaving, worker, on):
    factories.MemberFactory(user=worker.user)
    on(AFTER)

    of_staff.close_those_gone(worker.organisation, AFTER)

    worker.user.refresh_from_db()
    assert worker.user.is_active


def test_who_leads_a_team_stays_open_until_somebody_else_does(manager, team, admin):
    actions.give_notice(member=manager, notice_on=TODAY, last_day=TODAY, by=admin, today=TODAY)

    assert of_staff.close_those_gone(team.organisation, TODAY + timedelta(days=1)) == 0


def test_a_sign_in_is_not_closed_while_somebody_will_be_theirs(worker, teammate, manager, admin):
    person = factories.ClientFactory(supported_by=teammate)
    caseload.hand_over(client_id=person.pk, worker=worker, on=AFTER, by=manager, today=TODAY)

    with pytest.raises(staff.StillNeeded, match="still supports one person"):
        staff.edit_member(
            member_id=worker.pk, by=admin, on=TODAY, name="Mere", role="peer_worker", home_team=None, active=False
        )
