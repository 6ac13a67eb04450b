"""Moving an absent worker's people until a date, and what becomes of it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from caseload import actions as caseload
from caseload.models import Allocation, TemporaryMove
from caseload.temporary_moves import actions, queries
from caseload.temporary_moves.actions import ReturnAnswer
from peerload.home.sweep import sweep
from peerload.notices.models import Notice
from peerload.staff import actions as staff
from peerload.staff.rules import ReturnStep
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared
from workload.models import PointLine

pytestmark = pytest.mark.usefixtures("today")

UNTIL = date(2027, 2, 1)
DAY = timedelta(days=1)


@pytest.fixture
def move(absence, manager):
    def move(receivers, *, until=UNTIL, on=TODAY):
        receivers = {person.pk: worker for person, worker in receivers.items()}
        return actions.move(absence_id=absence.pk, receivers=receivers, on=on, until=until, by=manager, today=TODAY)

    return move


@pytest.fixture
def moved(move, people, teammate):
    """All three are with Tom until 1 February."""
    move(dict.fromkeys(people, teammate))
    return list(TemporaryMove.objects.order_by("pk"))


@shared(dated=True)
def back(absence):
    """Mere is back on 1 February."""
    absence.ends_before = UNTIL
    absence.save()


def answer(moves, what, day=None, *, by, today=UNTIL):
    return actions.resolve_returns(answers={move.pk: ReturnAnswer(what, day) for move in moves}, by=by, today=today)


def who(person, on):
    return Allocation.objects.on(on).get(client=person).worker


# Moving ----------------------------------------------------------------------------------------------------------------


def test_people_are_moved_until_a_date_at_once_with_their_points(moved, people, worker, teammate, manager, absence):
    assert {(each.client, each.back_to, each.until, each.absence) for each in moved} == {
        (person, worker, UNTIL, absence) for person in people
    }
    assert {who(person, TODAY) for person in people} == {teammate}
    assert {who(person, TODAY - DAY) for person in people} == {worker}
    given = Allocation.objects.get(client=people[0], worker=teammate)
    assert given.purpose == "Mere Paki is away, until 1 February 2027"
    new = PointLine.objects.filter(code="new", starts_on=TODAY, worker=teammate)
    assert {line.ends_before for line in new} == {date(2026, 12, 12)} and new.count() == 3


def test_moving_for_good_is_a_handover_and_no_return_is_proposed(move, people, teammate):
    move({people[0]: teammate}, until=None)

    assert who(people[0], TODAY) == teammate
    assert not TemporaryMove.objects.exists()


def test_the_same_press_twice_is_one_move(move, people, teammate):
    receivers = dict.fromkeys(people, teammate)

    assert [move(receivers), move(receivers)] == [3, 3]
    assert Allocation.objects.filter(worker=teammate).count() == TemporaryMove.objects.count() == 3


@pytest.mark.parametrize("until", [None, date(2027, 3, 1)], ids=["for good", "until another day"])
def test_the_same_people_until_another_day_is_not_the_same_press(move, moved, people, teammate, until):
    with pytest.raises(actions.MovedMeanwhile, match=f"{people[0].name} is with Tom Lealaiauloto"):
        move({people[0]: teammate}, until=until)


def test_one_who_was_moved_elsewhere_leaves_everybody_where_they_are(move, people, worker, teammate, manager):
    caseload.hand_over(client_id=people[1].pk, worker=manager, on=TODAY, by=manager, today=TODAY)

    with pytest.raises(actions.MovedMeanwhile, match=f"{people[1].name} is with Ana Whitford"):
        move(dict.fromkeys(people, teammate))
    assert not Allocation.objects.filter(worker=teammate).exists()
    assert not TemporaryMove.objects.exists()


@pytest.mark.parametrize(("until", "refused"), [(TODAY, True), (TODAY + DAY, False)], ids=["the same day", "the next"])
def test_a_move_lasts_a_day_at_least(move, people, teammate, until, refused):
    if refused:
        with pytest.raises(actions.NotAfter):
            move({people[0]: teammate}, until=until)
    else:
        assert move({people[0]: teammate}, until=until) == 1


def test_a_month_that_is_reported_refuses_the_move(move, people, teammate, monkeypatch):
    monkeypatch.setattr("workload.queries.unreported_from", lambda workers, on: UNTIL)

    with pytest.raises(caseload.MonthReported):
        move({people[0]: teammate})


def test_a_person_with_the_absent_worker_until_a_date_is_moved_on(move, moved, people, teammate, manager, worker):
    """Nobody stands between two returns: the later move is the one that is asked about."""
    sick = factories.AbsenceFactory(worker=teammate, starts_on=TODAY + DAY)
    actions.move(
        absence_id=sick.pk, receivers={people[0].pk: manager}, on=TODAY + DAY, until=UNTIL, by=manager, today=TODAY
    )

    found = TemporaryMove.objects.filter(client=people[0]).order_by("pk")
    assert [(each.settled_as, each.back_to) for each in found] == [("overtaken", worker), ("", teammate)]


@pytest.mark.parametrize("for_good", [False, True], ids=["until a date", "for good in between"])
def test_back_from_a_second_move_the_first_return_is_asked_about_again(
    moved, people, worker, teammate, stranger, manager, for_good
):
    """Until February with Tom; Tom is away and they are with Kiri until mid-December."""
    person, until = people[0], date(2026, 12, 15)
    if for_good:
        for to, day in ((manager, TODAY + DAY), (teammate, TODAY + 2 * DAY)):
            caseload.hand_over(client_id=person.pk, worker=to, on=day, by=manager, today=TODAY)
    begins = TODAY + 3 * DAY
    sick = factories.AbsenceFactory(worker=teammate, starts_on=begins, ends_before=until)
    actions.move(absence_id=sick.pk, receivers={person.pk: stranger}, on=begins, until=until, by=manager, today=begins)

    for _ in range(2):  # the same press twice
        second = TemporaryMove.objects.get(client=person, back_to=teammate)
        assert answer([second], "back", until, by=manager, today=until) == 1

    assert who(person, until) == teammate
    standing = TemporaryMove.objects.standing().filter(client=person)
    expected = [] if for_good else [(worker.pk, UNTIL)]
    assert list(standing.values_list("back_to", "until")) == expected
    assert not queries.proposed(UNTIL - DAY).filter(client=person).exists()
    assert queries.proposed(UNTIL).filter(client=person).exists() is not for_good


@pytest.mark.parametrize("again", [1, 2], ids=["once", "the same press twice"])
def test_moved_on_the_day_they_came_they_come_back_to_whom_they_were_with_before(
    again, moved, people, worker, teammate, manager, stranger, absence
):
    """Tom never had them for a day, so nobody is asked whether they come back to him."""
    sick = factories.AbsenceFactory(worker=teammate, starts_on=TODAY)
    press = {"absence_id": sick.pk, "receivers": {people[0].pk: stranger}, "on": TODAY, "until": date(2026, 12, 15)}
    for _ in range(again):
        assert actions.move(**press, by=manager, today=TODAY) == 1

    [second] = TemporaryMove.objects.filter(client=people[0])
    assert (second.back_to, second.absence, second.until) == (worker, absence, date(2026, 12, 15))
    assert (who(people[0], TODAY), who(people[0], TODAY - DAY)) == (stranger, worker)
    assert queries.proposed(date(2026, 12, 15)).get().client == people[0]

    absence.ends_before = TODAY + 5 * DAY
    absence.save()
    assert answer([second], "back", TODAY + 5 * DAY, by=manager, today=TODAY + 5 * DAY) == 1
    assert who(people[0], TODAY + 5 * DAY) == worker


def test_moved_back_on_the_day_they_came_nobody_asks_for_them(moved, people, worker, teammate, manager):
    sick = factories.AbsenceFactory(worker=teammate, starts_on=TODAY)
    receivers = {people[0].pk: worker}
    actions.move(absence_id=sick.pk, receivers=receivers, on=TODAY, until=UNTIL, by=manager, today=TODAY)

    assert who(people[0], TODAY) == worker
    assert not TemporaryMove.objects.filter(client=people[0]).exists()


# What else happens meanwhile -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["hand over", "close", "not in touch"])
def test_a_return_is_not_asked_about_once_something_else_has_come(how, moved, people, worker, teammate, manager):
    key, person = people[0].pk, people[0]
    later = TODAY + DAY
    if how == "hand over":
        caseload.hand_over(client_id=key, worker=manager, on=later, by=manager, today=later)
    elif how == "close":
        caseload.close(client_id=key, on=later, today=later, by=manager, moved_on="ended")
    else:
        caseload.keep_in_touch(client_id=key, on=TODAY, today=TODAY, talked=True, reason="", by=manager)
        caseload.decide_not_in_touch(
            client_id=key, on=later + timedelta(weeks=25), by=manager, reason="x", moved_on="own_wish",
            today=later + timedelta(weeks=25),
        )  # fmt: skip

    assert TemporaryMove.objects.get(client=person).settled_as == "overtaken"
    assert queries.proposed(UNTIL).filter(client=person).count() == 0
    assert queries.proposed(UNTIL).count() == 2


def test_a_person_not_in_touch_by_the_timetable_does_not_come_back_and_with_the_undo_may(
    moved, people, teammate, manager, organisation
):
    person, parked = people[0], date(2026, 5, 1)
    factories.TierPeriodFactory._meta.model.objects.filter(client=person).update(ends_before=parked)
    factories.TierPeriodFactory(client=person, tier="parked", starts_on=parked)
    for weeks in (6, 12, 18, 24):
        factories.ContactFactory(client=person, on=parked + timedelta(weeks=weeks), author=teammate)
    factories.refresh_derived(person)
    sweep(organisation, TODAY)
    assert TemporaryMove.objects.get(client=person).settled_as == "overtaken"

    caseload.undo_not_in_touch(client_id=person.pk, by=manager, today=TODAY)

    assert TemporaryMove.objects.get(client=person).settled_as == ""


# Coming back -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "count"), [(UNTIL - DAY, 0), (UNTIL, 3), (UNTIL + 30 * DAY, 3)])
def test_a_return_is_proposed_from_its_day_on_and_nothing_moves_by_itself(
    moved, people, teammate, manager, organisation, day, count
):
    sweep(organisation, day)

    assert queries.count_proposed_to(manager, day) == len(queries.proposed_to(manager, day)) == count
    assert {who(person, day) for person in people} == {teammate}


def test_a_return_is_proposed_as_soon_as_the_worker_is_back(moved, absence, manager):
    staff.edit_absence(absence_id=absence.pk, by=manager, today=TODAY, ends_before=date(2026, 12, 1))

    assert queries.count_proposed_to(manager, date(2026, 11, 30)) == 0
    assert queries.count_proposed_to(manager, date(2026, 12, 1)) == 3


def test_with_steps_each_comes_back_at_the_day_agreed_for_them(moved, absence, manager):
    first = date(2026, 12, 1)
    staff.plan_return(absence_id=absence.pk, steps=[ReturnStep(first, 0.4)], full_from=UNTIL, by=manager, today=TODAY)
    staff.edit_absence(absence_id=absence.pk, by=manager, today=TODAY, ends_before=first)
    actions.change_until(untils={moved[0].pk: first}, by=manager, today=TODAY)

    assert [each.pk for each in queries.proposed(first)] == [moved[0].pk]
    assert queries.proposed(UNTIL).count() == 3


def test_coming_back_is_a_handover_newly_allocated_to_the_worker(moved, back, people, worker, teammate, manager):
    assert answer(moved, "back", UNTIL, by=manager) == 3

    assert {who(person, UNTIL) for person in people} == {worker}
    assert {who(person, UNTIL - DAY) for person in people} == {teammate}
    assert PointLine.objects.filter(code="new", starts_on=UNTIL, worker=worker).count() == 3
    assert set(TemporaryMove.objects.values_list("settled_as", "settled_by")) == {("returned", manager.pk)}
    assert not queries.proposed(UNTIL).exists()


def test_some_come_back_some_stay_and_some_are_asked_about_again(moved, back, people, worker, teammate, manager):
    later = date(2027, 3, 1)
    answers = {
        moved[0].pk: ReturnAnswer("back", UNTIL + DAY),
        moved[1].pk: ReturnAnswer("stays"),
        moved[2].pk: ReturnAnswer("later", later),
    }
    actions.resolve_returns(answers=answers, by=manager, today=UNTIL)

    assert [who(person, UNTIL + DAY) for person in people] == [worker, teammate, teammate]
    assert [each.pk for each in queries.proposed(later)] == [moved[2].pk]


def test_the_same_answer_twice_is_one_return(moved, back, worker, manager):
    for _ in range(2):
        assert answer(moved, "back", UNTIL, by=manager) == 3
    assert Allocation.objects.filter(worker=worker, starts_on=UNTIL).count() == 3


def test_another_answer_from_a_page_opened_earlier_is_refused_with_a_name(moved, back, people, worker, manager):
    answer(moved[:1], "stays", by=manager)

    with pytest.raises(actions.DecidedMeanwhile, match=f"{people[0].name} stays with Tom Lealaiauloto"):
        answer(moved, "back", UNTIL, by=manager)
    assert not Allocation.objects.filter(worker=worker, starts_on=UNTIL).exists()


def test_nobody_comes_back_to_a_worker_who_is_still_away(moved, manager):
    with pytest.raises(actions.NotBack, match="Mere Paki is away on 1 February 2027, .* not recorded"):
        answer(moved, "back", UNTIL, by=manager)


def test_a_refused_return_says_what_helps_and_that_helps(moved, absence, worker, people, manager):
    """The day they are expected is no return; the day written down as their return is one."""
    expected = UNTIL + 3 * DAY
    absence.expected_back = expected
    absence.save()
    with pytest.raises(actions.NotBack, match="Record the return first, under Away"):
        answer(moved, "back", expected, by=manager)

    absence.ends_before = expected
    absence.save()
    with pytest.raises(actions.NotBack, match="back on 4 February 2027. Choose that day"):
        answer(moved, "back", expected - DAY, by=manager)
    answer(moved, "back", expected, by=manager)
    assert {who(person, expected) for person in people} == {worker}


@pytest.mark.parametrize("day", [None, UNTIL], ids=["no day", "today"])
def test_asking_again_is_on_a_later_day(moved, manager, day):
    with pytest.raises(actions.NotAfter):
        answer(moved, "later", day, by=manager)


def test_nothing_to_move_or_to_answer_is_said(move, manager):
    with pytest.raises(actions.NobodyChosen):
        move({})
    with pytest.raises(actions.NobodyChosen):
        answer([], "stays", by=manager)


# Who is told -----------------------------------------------------------------------------------------------------------


def test_who_leads_is_told_once_for_each_day_agreed_until_it_is_decided(moved, manager, organisation):
    def told():
        sweep(organisation, UNTIL)
        return Notice.objects.filter(kind="may_return", recipient=manager).count()

    assert [told(), told()] == [3, 3]
    answer(moved[:1], "later", UNTIL + DAY, by=manager)
    sweep(organisation, UNTIL + DAY)
    assert Notice.objects.filter(kind="may_return").count() == 4


def test_a_deputy_is_told_while_the_manager_is_away(moved, manager, team, stranger, organisation):
    team.deputy = stranger
    team.save()
    factories.AbsenceFactory(worker=manager, starts_on=UNTIL)
    sweep(organisation, UNTIL)

    assert set(Notice.objects.filter(kind="may_return").values_list("recipient", flat=True)) == {stranger.pk}


def test_what_was_decided_is_not_told_any_more(moved, manager, organisation):
    from caseload.notices.away import still_proposed

    sweep(organisation, UNTIL)
    answer(moved[:1], "stays", by=manager)
    answer(moved[1:2], "later", UNTIL + DAY, by=manager)
    found = list(Notice.objects.filter(kind="may_return").order_by("pk"))

    assert len(still_proposed(found)) == 1


@pytest.mark.parametrize(
    "broken",
    [{"settled_on": TODAY}, {"settled_as": "stays"}],
    ids=["settled somehow", "settled some day"],
)
def test_the_database_refuses_half_a_decision(moved, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        TemporaryMove.objects.filter(pk=moved[0].pk).update(**broken)
