"""Cover while a worker is away: chosen, changed, and ended by itself."""

from datetime import date, timedelta

import pytest

from caseload import actions as caseload
from caseload.cover import actions, queries
from caseload.models import Client, Cover
from peerload.staff import actions as staff
from tests import factories
from tests.conftest import TODAY
from workload.models import PointLine

from .conftest import FIRST_DAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


@pytest.fixture
def cover(absence, manager):
    def cover(given, **words):
        given = {person.pk: worker for person, worker in given.items()}
        words = {"starts_on": TODAY, "by": manager, "today": TODAY} | words
        return actions.cover(absence_id=absence.pk, given=given, **words)

    return cover


def covering(absence, on=TODAY):
    return {person.name: person.cover_name for person in queries.absent_people(absence, on)}


def periods():
    return list(Cover.objects.order_by("starts_on", "client").values_list("worker__name", "starts_on", "ends_before"))


def test_the_worker_who_covers_sees_the_person_and_the_points_stay(cover, absence, people, teammate, worker):
    hana, ioane = people
    before = list(
        PointLine.objects.order_by("pk").values_list("worker", "client", "points", "starts_on", "ends_before")
    )

    assert cover({hana: teammate}) == 1

    assert covering(absence) == {"Hana Rewi": teammate.name, "Ioane Faleolo": None}
    assert set(Client.objects.visible_to(teammate, TODAY)) == {hana}
    assert set(Client.objects.visible_to(worker, TODAY)) == {hana, ioane}
    after = list(PointLine.objects.order_by("pk").values_list("worker", "client", "points", "starts_on", "ends_before"))
    assert after == before and before


def test_saying_it_twice_changes_nothing(cover, people, teammate):
    given = dict.fromkeys(people, teammate)
    assert (cover(given), cover(given), cover(given, starts_on=TODAY + DAY)) == (2, 0, 0)
    assert Cover.objects.count() == 2


def test_somebody_else_covers_from_a_day_on_and_what_was_so_before_stays(cover, people, teammate, manager):
    hana, _ = people
    cover({hana: teammate}, starts_on=FIRST_DAY)
    cover({hana: manager})
    assert periods() == [(teammate.name, FIRST_DAY, TODAY), (manager.name, TODAY, None)]
    cover({hana: None}, starts_on=TODAY)
    assert periods() == [(teammate.name, FIRST_DAY, TODAY)]


def test_a_day_before_the_first_one_away_means_that_day(cover, people, teammate):
    cover({people[0]: teammate}, starts_on=FIRST_DAY - WEEK)
    assert periods() == [(teammate.name, FIRST_DAY, None)]


def test_planned_ahead_it_begins_with_the_absence(worker, people, teammate, manager):
    absence = staff.record_absence(worker_id=worker.pk, by=manager, today=TODAY, starts_on=TODAY + WEEK, planned=True)
    given = {people[0].pk: teammate}
    actions.cover(absence_id=absence.pk, given=given, starts_on=TODAY, by=manager, today=TODAY)
    assert not Client.objects.visible_to(teammate, TODAY).exists()
    assert Client.objects.visible_to(teammate, TODAY + WEEK).exists()


class TestRefusals:
    def test_the_absent_worker_does_not_cover_for_themselves(self, cover, people, worker):
        with pytest.raises(actions.CannotCover, match="the one who is away"):
            cover({people[0]: worker})

    def test_nor_somebody_who_is_away_on_the_first_day(self, cover, people, teammate):
        factories.AbsenceFactory(worker=teammate, starts_on=TODAY)
        with pytest.raises(actions.CannotCover, match="away on 12 November 2026 themselves"):
            cover({people[0]: teammate})

    def test_nor_somebody_who_leaves_before_the_worker_is_back(self, cover, absence, people, teammate):
        factories.LeavingFactory(member=teammate, last_day=date(2026, 11, 30))
        with pytest.raises(actions.CannotCover, match="their last day is 30 November 2026"):
            cover({people[0]: teammate})
        absence.expected_back = date(2026, 11, 30)
        absence.save()
        assert cover({people[0]: teammate}) == 1

    @pytest.mark.parametrize("role", ["admin", "service_manager"])
    def test_nor_somebody_who_sees_no_people(self, cover, people, organisation, role):
        with pytest.raises(actions.CannotCover, match="do not support people"):
            cover({people[0]: factories.MemberFactory(organisation=organisation, role=role)})

    def test_nor_somebody_of_another_service_or_who_has_left(self, cover, people, teammate):
        teammate.active = False
        teammate.save()
        for who in (teammate, factories.MemberFactory()):
            with pytest.raises(actions.CannotCover):
                cover({people[0]: who})

    def test_only_the_absent_workers_people_and_then_nobody_at_all_is_covered(self, cover, people, teammate, stranger):
        elsewhere = factories.ClientFactory(supported_by=stranger, name="Sefa Leota")
        with pytest.raises(
            actions.NotWithAbsentWorker, match="Sefa Leota is not supported by Mere Paki on 12 November 2026"
        ):
            cover({people[0]: teammate, elsewhere: teammate})
        assert not Cover.objects.exists()

    def test_not_from_the_day_they_are_back(self, cover, absence, people, teammate):
        absence.ends_before = TODAY
        absence.save()
        with pytest.raises(actions.AbsenceOver, match="back on 12 November 2026"):
            cover({people[0]: teammate})


class TestItEndsByItself:
    @pytest.fixture(autouse=True)
    def covered(self, cover, people, teammate):
        cover(dict.fromkeys(people, teammate), starts_on=FIRST_DAY)

    def seen(self, teammate, on=TODAY):
        return Client.objects.visible_to(teammate, on).count()

    def test_when_the_worker_is_back(self, absence, manager, teammate):
        staff.edit_absence(absence_id=absence.pk, by=manager, today=TODAY, ends_before=TODAY)
        assert (self.seen(teammate, TODAY - DAY), self.seen(teammate)) == (2, 0)
        assert {row[2] for row in periods()} == {TODAY}

    def test_and_it_goes_on_when_they_turn_out_to_be_away_longer(self, absence, manager, teammate):
        staff.edit_absence(absence_id=absence.pk, by=manager, today=TODAY, ends_before=TODAY)
        staff.edit_absence(absence_id=absence.pk, by=manager, today=TODAY, ends_before=None)
        assert self.seen(teammate, TODAY + WEEK) == 2

    def test_when_the_person_is_handed_over_or_closed(self, people, manager, stranger, teammate, worker):
        hana, ioane = people
        caseload.hand_over(client_id=hana.pk, worker=stranger, on=TODAY, by=manager, today=TODAY)
        assert self.seen(teammate) == 1
        caseload.close(client_id=ioane.pk, on=TODAY, today=TODAY, by=manager, moved_on="ended")
        assert (self.seen(teammate), self.seen(teammate, TODAY + DAY)) == (1, 0)

    def test_when_who_takes_over_is_away_in_turn_somebody_can_cover_anew(self, people, manager, stranger, teammate):
        caseload.hand_over(client_id=people[0].pk, worker=stranger, on=TODAY, by=manager, today=TODAY)
        theirs = factories.AbsenceFactory(worker=stranger, starts_on=TODAY)
        given = {people[0].pk: manager}
        assert actions.cover(absence_id=theirs.pk, given=given, starts_on=TODAY, by=manager, today=TODAY) == 1

    @pytest.mark.parametrize("days", [-3, 2], ids=["earlier", "later"])
    def test_it_begins_with_the_absence_when_that_moves(self, absence, manager, days):
        staff.edit_absence(absence_id=absence.pk, by=manager, today=TODAY, starts_on=FIRST_DAY + days * DAY)
        assert {row[1] for row in periods()} == {FIRST_DAY + days * DAY}

    def test_an_absence_that_ends_before_somebody_else_covers_ends_that_too(self, cover, absence, people, manager):
        cover({people[0]: manager}, starts_on=TODAY)
        staff.edit_absence(absence_id=absence.pk, by=manager, today=TODAY, ends_before=TODAY - DAY)
        assert {row[2] for row in periods()} == {TODAY - DAY} and len(periods()) == 2
