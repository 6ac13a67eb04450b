"""Whom 24 weeks made not in touch: their last worker opens, finds and undoes it for the weeks the service sets (R54)."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from caseload import actions
from caseload.duplicates.actions.merging import merge
from caseload.models import Allocation, Client
from caseload.queries.person import may_undo_not_in_touch
from caseload.waiting.actions import write_down
from peerload.home.sweep import sweep
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
YEAR = timedelta(weeks=52)


def sees(member, person, day=TODAY) -> bool:
    return Client.objects.visible_to(member, day).filter(pk=person.pk).exists()


@shared(dated=True)
def ended(worker, today):
    return factories.ended_by_time(worker=worker, on=TODAY - 10 * DAY, name="Hana Rewi")


def undo(person) -> str:
    return reverse("undo_not_in_touch", args=[person.uid])


class TestTheLastWorker:
    def test_opens_the_person_and_undoes_it(self, signed_in, worker, ended):
        page = signed_in(worker).get(ended.get_absolute_url()).content.decode()
        assert "Hana Rewi has counted as not in touch since 2 November" in page and undo(ended) in page

        assert signed_in(worker).post(undo(ended)).status_code == 302

        ended.refresh_from_db()
        assert ended.tier == "parked" and sees(worker, ended)
        assert Allocation.objects.get(client=ended).worker == worker

    @pytest.mark.parametrize(
        ("address", "found"),
        [("people", False), ("people?q=rewi", True), ("people?support=inactive", True), ("log_pick?q=hana", True)],
    )
    def test_finds_the_person_by_name_and_in_the_list_of_those_not_in_touch(
        self, signed_in, worker, ended, address, found
    ):
        name, _, query = address.partition("?")
        page = signed_in(worker).get(f"{reverse(name)}?{query}").content.decode()
        assert ("Hana Rewi" in page) is found

    def test_logs_that_they_rang(self, signed_in, worker, ended):
        form = {
            "reached": "yes",
            "outcome": "no_support_needed",
            "on": TODAY.isoformat(),
            "submission_id": str(uuid.uuid4()),
        }
        assert signed_in(worker).post(reverse("contact_log", args=[ended.uid]), form).status_code == 303

    def test_chooses_no_worker_for_them(self, signed_in, worker, ended):
        assert signed_in(worker).get(reverse("support_again", args=[ended.uid])).status_code == 404

    @pytest.mark.parametrize(
        ("weeks", "after", "seen"),
        [
            (52, timedelta(0), True),
            (52, YEAR, True),
            (52, YEAR + DAY, False),
            (4, timedelta(weeks=4), True),
            (4, timedelta(weeks=4) + DAY, False),
            (0, timedelta(0), True),
            (0, DAY, False),
        ],
        ids=["that day", "a year on", "a day more", "four weeks", "and a day", "not at all: its day", "the day after"],
    )
    def test_sees_them_for_the_weeks_the_service_sets(self, worker, ended, organisation, weeks, after, seen):
        organisation.undo_weeks = weeks
        organisation.save()
        assert sees(worker, ended, TODAY - 10 * DAY + after) is seen

    def test_is_not_who_supported_them_before(self, worker, teammate, manager, today):
        person = factories.ClientFactory(supported_by=worker, support="parked", since=TODAY - 24 * 7 * DAY)
        actions.hand_over(client_id=person.pk, worker=teammate, on=TODAY - 60 * DAY, by=manager, today=TODAY - 60 * DAY)
        for weeks in range(4):
            factories.ContactFactory(client=person, on=TODAY - weeks * 42 * DAY, outcome="no_support_needed")
        factories.refresh_derived(person)
        sweep(person.organisation, TODAY)

        assert (sees(worker, person, TODAY + DAY), sees(teammate, person, TODAY + DAY)) == (False, True)

    def test_has_left(self, signed_in, worker, ended):
        worker.active = False
        worker.save()
        assert not sees(worker, ended)

    def test_sees_them_no_more_once_another_supports_them(self, worker, teammate, manager, ended):
        actions.support_again(
            client_id=ended.pk, on=TODAY, tier="medium", reason="", by=manager, worker=teammate, today=TODAY
        )
        assert (sees(worker, ended), sees(teammate, ended)) == (False, True)

    def test_of_an_earlier_end_sees_nothing_of_a_later_one(self, worker, teammate, manager, ended, organisation):
        actions.support_again(
            client_id=ended.pk, on=TODAY, tier="medium", reason="", by=manager, worker=teammate, today=TODAY
        )
        later = TODAY + 26 * 7 * DAY
        actions.keep_in_touch(
            client_id=ended.pk, on=TODAY + DAY, today=TODAY + DAY, talked=True, reason="", by=teammate
        )
        for weeks in (1, 7, 13, 19, 25):
            factories.ContactFactory(client=ended, on=TODAY + weeks * 7 * DAY, outcome="no_support_needed")
        factories.refresh_derived(ended)
        sweep(organisation, later)
        ended.refresh_from_db()

        assert ended.tier == "inactive"
        assert (sees(worker, ended, later + DAY), sees(teammate, ended, later + DAY)) == (False, True)


class TestNobodyElse:
    def test_gains_access(self, worker, teammate, stranger, service_manager, admin, ended):
        assert [member for member in (teammate, stranger, service_manager, admin) if sees(member, ended)] == []

    def test_undoes_it_but_who_covers_while_the_last_worker_is_away(self, signed_in, worker, teammate, ended):
        absence = factories.AbsenceFactory(worker=worker, starts_on=TODAY - 20 * DAY)
        cover = factories.CoverFactory(absence=absence, client=ended, worker=teammate)
        assert signed_in(teammate).get(undo(ended)).status_code == 200

        absence.ends_before = TODAY
        absence.save()
        assert not sees(teammate, ended) and cover.worker == teammate

    def test_of_somebody_a_manager_decided_about(self, worker, manager, today):
        person = factories.ClientFactory(supported_by=worker, support="parked", since=TODAY - 200 * DAY)
        actions.decide_not_in_touch(
            client_id=person.pk, on=TODAY - DAY, moved_on="died", reason="A call", by=manager, today=TODAY
        )
        assert not sees(worker, person) and not may_undo_not_in_touch(worker, person, TODAY)

    def test_once_they_came_back_to_wait_and_died(self, worker, manager, ended):
        fields = {"owner": manager, "action": "Ring", "due_on": TODAY, "contingency": "", "referred_on": TODAY}
        write_down(client_id=ended.pk, by=manager, today=TODAY, version="", fields=fields)
        actions.decide_not_in_touch(
            client_id=ended.pk, on=TODAY, moved_on="died", reason="A call", by=manager, today=TODAY
        )
        assert not sees(worker, ended, TODAY + DAY)


def test_the_manager_can_undo_it_after_the_weeks_of_the_last_worker(signed_in, manager, ended, organisation):
    organisation.undo_weeks = 0
    organisation.save()
    page = signed_in(manager).get(ended.get_absolute_url()).content.decode()

    assert undo(ended) in page and signed_in(manager).get(undo(ended)).status_code == 200


def test_the_last_worker_reads_please_dont_contact_me_first(signed_in, worker, ended):
    Client.objects.filter(pk=ended.pk).update(contact_preference="please_dont")
    page = signed_in(worker).get(ended.get_absolute_url()).content.decode()
    assert "Please don’t contact me." in page and "No one is reminded to make contact" in page


def test_a_manager_who_undoes_it_reads_that_the_last_worker_has_left(signed_in, manager, worker, ended):
    worker.active = False
    worker.save()
    page = signed_in(manager).get(undo(ended)).content.decode()
    assert "Mere Paki has left: hand Hana Rewi over afterwards." in page


def test_a_last_worker_who_has_left_is_not_said_to_undo_it(signed_in, manager, worker, ended):
    worker.active = False
    worker.save()
    page = signed_in(manager).get(ended.get_absolute_url()).content.decode()
    assert "Mere Paki, the last worker, has left." in page and "can undo this" not in page


def test_the_last_worker_of_a_record_entered_twice_reads_whom_to_ask(
    signed_in, worker, manager, other_manager, other_team, ended
):
    kept = factories.ClientFactory(name="Hana Rewi", team=other_team, supported_by=None, support="medium")
    merge(kept_id=kept.pk, absorbed_id=ended.pk, by=manager, today=TODAY)

    for member in (worker, manager):
        page = signed_in(member).get(ended.get_absolute_url()).content.decode()
        assert f"ask {other_manager.name}, who leads the team of the other record" in page
        assert undo(ended) not in page and str(kept.uid) not in page and "tel:" not in page
        assert signed_in(member).get(undo(ended)).status_code == 404
    assert not sees(worker, kept)
