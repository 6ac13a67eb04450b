"""Who is responsible for which next steps on a day: supported, covered, waiting, handed over, silent."""

from datetime import date, time, timedelta

import pytest

from caseload import actions as caseload
from caseload.enums import NextStepState, ResponsibleAs
from caseload.models import Client, Referral
from caseload.next_steps import queries
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


@shared(dated=True)
def step(whetu):
    return factories.NextStepFactory(client=whetu, due_on=TODAY + DAY)


def seen(member, today=TODAY, first=None, last=None):
    return queries.steps_of_member(member, first or today, last or today + WEEK, today)


def test_a_worker_sees_to_the_next_steps_of_their_people_in_order_of_day_and_hour(worker, whetu):
    late = factories.NextStepFactory(client=whetu, due_on=TODAY - DAY)
    afternoon = factories.NextStepFactory(client=whetu, due_on=TODAY, appointment=True, starts_at=time(14, 0))
    morning = factories.NextStepFactory(client=whetu, due_on=TODAY, appointment=True)
    promise = factories.NextStepFactory(client=whetu, due_on=TODAY)
    ahead = factories.NextStepFactory(client=whetu, due_on=TODAY + WEEK)
    factories.NextStepFactory(client=whetu, due_on=TODAY + WEEK + DAY)
    factories.NextStepFactory(client=whetu, due_on=TODAY, ended_as="kept", ended_on=TODAY)
    found = seen(worker)
    assert [each.pk for each in found] == [late.pk, promise.pk, morning.pk, afternoon.pk, ahead.pk]
    assert [each.state for each in found] == [
        NextStepState.LATE,
        *[NextStepState.TODAY] * 3,
        NextStepState.AHEAD,
    ]
    assert found[0].days_late == 1
    assert {(each.short_name, each.person_uid, each.responsible_as) for each in found} == {
        ("Whetu", whetu.uid, ResponsibleAs.WORKER)
    }
    assert found[2].where == "At the service"


def test_late_ones_are_left_out_where_only_days_ahead_are_asked_about(worker, whetu):
    factories.NextStepFactory(client=whetu, due_on=TODAY - DAY)
    ahead = factories.NextStepFactory(client=whetu, due_on=TODAY + DAY)
    assert [each.pk for each in seen(worker, first=TODAY + DAY)] == [ahead.pk]


def test_it_is_one_statement_whatever_there_is(worker, whetu, django_assert_num_queries):
    for n in range(3):
        factories.NextStepFactory(client=whetu, due_on=TODAY + n * DAY)
    seen(worker)
    with django_assert_num_queries(1):
        assert len(seen(worker)) == 3


def test_nobody_else_sees_to_them(step, teammate, manager, stranger):
    assert [seen(member) for member in (teammate, manager, stranger)] == [[], [], []]


def test_after_a_handover_the_new_worker_sees_to_them_and_no_row_changes(step, whetu, worker, teammate, manager):
    caseload.hand_over(client_id=whetu.pk, worker=teammate, on=TODAY, by=manager, today=TODAY)
    version = step.version
    step.refresh_from_db()
    assert seen(worker) == []
    assert [(each.pk, step.version) for each in seen(teammate)] == [(step.pk, version)]


def test_while_the_worker_is_away_the_worker_who_covers_sees_to_them(step, whetu, worker, teammate):
    absence = factories.AbsenceFactory(worker=worker, starts_on=TODAY, ends_before=TODAY + WEEK)
    factories.CoverFactory(absence=absence, client=whetu, worker=teammate)
    assert [(each.pk, each.absent, each.responsible_as) for each in seen(teammate)] == [
        (step.pk, "Mere Paki", ResponsibleAs.COVER)
    ]
    assert [each.responsible_as for each in seen(worker)] == [ResponsibleAs.WORKER]
    assert queries.responsible_members([whetu.pk], TODAY)[whetu.pk].responsible_as == ResponsibleAs.COVER
    assert queries.responsible_members([whetu.pk], TODAY + WEEK)[whetu.pk].name == "Mere Paki"
    assert seen(teammate, today=TODAY + WEEK) == []


def test_while_a_person_waits_the_member_responsible_sees_to_them(team, manager):
    person = factories.ClientFactory(organisation=team.organisation, team=team, support=None)
    Referral.objects.create(
        organisation=team.organisation, client=person, referred_on=TODAY - WEEK, owner=manager, due_on=TODAY
    )
    step = factories.NextStepFactory(client=person, due_on=TODAY)
    assert [(each.pk, each.responsible_as) for each in seen(manager)] == [(step.pk, ResponsibleAs.RESPONSIBLE)]
    assert queries.responsible_members([person.pk], TODAY)[person.pk].name == "Ana Whitford"


def test_nobody_sees_to_the_steps_of_a_person_without_a_worker(team):
    person = factories.ClientFactory(organisation=team.organisation, team=team)
    factories.NextStepFactory(client=person)
    assert queries.responsible_members([person.pk], TODAY) == {}


class TestSilent:
    def test_who_asked_not_to_be_contacted(self, step, whetu, worker):
        Client.objects.filter(pk=whetu.pk).update(contact_preference="please_dont")
        assert seen(worker) == []
        assert queries.of_person(whetu, TODAY).silent

    def test_whose_support_is_closed_from_that_day_on(self, step, whetu, worker, manager, on):
        caseload.close(client_id=whetu.pk, on=TODAY, today=TODAY, by=manager, moved_on="ended")
        for day in (TODAY, TODAY + DAY):
            on(day)
            factories.refresh_derived(whetu)
            assert seen(worker, today=day) == []
            found = queries.of_person(whetu, day)
            assert ([each.pk for each in found.steps], found.silent) == ([step.pk], True)

    def test_who_is_kept_in_touch_with_is_not_silent(self, step, whetu, worker, manager):
        caseload.keep_in_touch(client_id=whetu.pk, on=TODAY, by=worker, today=TODAY, talked=True, reason="")
        assert [each.pk for each in seen(worker)] == [step.pk]
        assert not queries.of_person(whetu, TODAY).silent


def test_the_page_of_a_person_has_what_stands_and_what_was_ended(whetu, worker):
    second = factories.NextStepFactory(client=whetu, due_on=date(2026, 12, 1))
    first = factories.NextStepFactory(client=whetu, due_on=TODAY, appointment=True)
    kept = factories.NextStepFactory(client=whetu, ended_as="kept", ended_on=TODAY, ended_by=worker)
    found = queries.of_person(whetu, TODAY)
    assert [each.pk for each in found.steps] == [first.pk, second.pk]
    assert [each.pk for each in found.now] == [first.pk]
    assert [(each.what, each.ended_as, each.ended_by) for each in found.ended] == [(kept.what, "kept", "Mere Paki")]
