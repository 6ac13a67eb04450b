"""A student holds a person: their worker sees them, answers for them, and gets no points for them (R6, S16)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from caseload import actions
from caseload import rules as caseload_rules
from caseload.models import TemporaryMove
from caseload.queries.held import held_by
from peerload.notices.models import Notice
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared
from workload import queries, rules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@shared(dated=True)
def person(worker):
    person = factories.ClientFactory(name="Hana Moss", supported_by=worker, since=date(2026, 1, 5))
    factories.refresh_derived(person)
    return person


def points(worker, on=TODAY) -> int:
    [found] = queries.foreseen(worker.organisation, on, on, worker_ids=[worker.pk])[:1]
    return sum(line.points for line in rules.standing(found.known.lines, on) if line.element == "case")


def say(client, person, on=TODAY, student="yes"):
    form = {"on": on.isoformat(), "student": student}
    return client.post(reverse("mark_held_by_student", args=[person.uid]), form, follow=True)


def test_from_the_day_a_student_holds_somebody_their_points_are_not_counted_and_before_it_they_were(
    signed_in, manager, worker, person
):
    answer = say(signed_in(manager), person)
    assert "A student of Mere Paki supports Hana Moss from 12 November 2026 on." in answer.content.decode()
    assert (points(worker, TODAY - timedelta(days=1)), points(worker)) == (2, 0)
    assert "Supported by the worker again" in answer.content.decode()


def test_when_the_student_has_finished_the_worker_is_newly_allocated(signed_in, manager, worker, person):
    say(signed_in(manager), person, date(2026, 11, 1))
    say(signed_in(manager), person, student="no")
    assert (points(worker, date(2026, 11, 11)), points(worker)) == (0, 3)


def test_from_the_first_day_of_the_allocation_it_is_a_correction(signed_in, manager, worker, person):
    say(signed_in(manager), person, date(2026, 1, 5))
    assert person.allocations.count() == 1 and person.allocations.get().student_held
    assert points(worker) == 0


def test_the_worker_reads_whom_students_hold_beside_their_points(signed_in, manager, worker, person):
    say(signed_in(manager), person)
    page = " ".join(signed_in(worker).get(reverse("my_points")).content.decode().split())
    assert "Supported by a student, not counted</h2>" in page
    assert f'<a href="{person.get_absolute_url()}">Hana Moss</a>' in page


@pytest.mark.parametrize("decided", [True, False], ids=["closing", "until a set day"])
def test_what_has_to_be_decided_first_is_said(manager, worker, teammate, person, decided):
    if decided:
        actions.decide_to_close(client_id=person.pk, on=TODAY, by=manager, today=TODAY)
    else:
        allocation = person.allocations.get()
        absence = factories.AbsenceFactory(worker=teammate)
        TemporaryMove.objects.create(
            organisation=person.organisation,
            client=person,
            allocation=allocation,
            absence=absence,
            back_to=teammate,
            until=date(2026, 12, 1),
            by=manager,
        )
    with pytest.raises(actions.FirstDecide):
        actions.mark_held_by_student(client_id=person.pk, student=True, on=TODAY, by=manager, today=TODAY)


def test_what_is_so_already_is_refused_and_changes_nothing(manager, worker, person):
    with pytest.raises(actions.HeldThatWay, match="Mere Paki supports Hana Moss already"):
        actions.mark_held_by_student(client_id=person.pk, student=False, on=TODAY, by=manager, today=TODAY)
    assert person.allocations.count() == 1


def test_a_form_says_which_of_the_two_it_asks_for(signed_in, manager, worker, person):
    client = signed_in(manager)
    page = client.get(reverse("mark_held_by_student", args=[person.uid])).content.decode()
    assert 'name="student" value="yes"' in page
    say(client, person)

    answer = say(client, person)
    assert "A student of Mere Paki supports Hana Moss already" in answer.content.decode()
    assert person.allocations.order_by("starts_on").last().student_held


@pytest.mark.parametrize("student", ["", "perhaps"])
def test_a_form_that_says_neither_is_refused(signed_in, manager, worker, person, student):
    answer = say(signed_in(manager), person, student=student)
    assert "Open this page again" in answer.content.decode()
    assert not person.allocations.get().student_held


def test_a_worker_who_has_held_somebody_for_long_has_nobody_new(signed_in, manager, worker, person):
    say(signed_in(manager), person)
    assert not Notice.objects.filter(recipient=worker, kind="newly_with").exists()
    assert "New with you" not in signed_in(worker).get(reverse("my_day")).content.decode()


@pytest.mark.parametrize(
    ("earlier", "since"),
    [
        ([], TODAY),
        ([(date(2026, 1, 5), TODAY)], date(2026, 1, 5)),
        ([(date(2026, 1, 5), date(2026, 11, 11))], TODAY),
        ([(date(2026, 1, 5), date(2026, 3, 1)), (date(2026, 3, 1), TODAY)], date(2026, 1, 5)),
    ],
    ids=["newly", "without a day between", "with a day between", "twice"],
)
def test_since_when_somebody_is_with_a_worker(earlier, since):
    assert caseload_rules.first_day_with(TODAY, earlier) == since


@pytest.mark.parametrize(
    ("earlier", "since"),
    [
        ([], date(2026, 10, 1)),
        ([(date(2026, 1, 5), date(2026, 10, 1))], date(2026, 1, 5)),
        ([(date(2026, 1, 5), date(2026, 9, 30))], date(2026, 10, 1)),
        ([(date(2026, 1, 5), date(2026, 3, 1)), (date(2026, 3, 1), date(2026, 10, 1))], date(2026, 1, 5)),
        ([(date(2026, 1, 5), date(2026, 3, 1)), (date(2026, 4, 1), date(2026, 10, 1))], date(2026, 4, 1)),
    ],
    ids=["newly", "without a day between", "with a day between", "twice", "a gap before"],
)
def test_a_row_says_with_the_worker_since_the_first_day_without_a_gap(worker, teammate, earlier, since):
    person = factories.ClientFactory(name="Hana Moss", supported_by=worker, since=date(2026, 10, 1))
    for starts_on, ends_before in earlier:
        factories.AllocationFactory(client=person, worker=worker, starts_on=starts_on, ends_before=ends_before)
    factories.AllocationFactory(
        client=person, worker=teammate, starts_on=date(2025, 6, 1), ends_before=date(2026, 1, 5)
    )
    [held] = held_by(worker, TODAY)
    assert (held.since, held.quiet_since) == (since, since)


def test_a_student_mark_leaves_a_person_with_their_worker_since_the_first_day(signed_in, manager, worker, person):
    say(signed_in(manager), person, date(2026, 11, 1))
    say(signed_in(manager), person, student="no")
    [held] = held_by(worker, TODAY)
    assert held.since == date(2026, 1, 5)
