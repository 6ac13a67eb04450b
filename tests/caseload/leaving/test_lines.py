"""Lines in the digest when a worker is leaving: for those who lead, for the owner of a step, for service managers."""

from datetime import date, timedelta

import pytest

from caseload.leaving import actions
from caseload.leaving.actions import HandoverNote
from caseload.models import LeavingStep
from peerload.home.sweep import sweep
from peerload.notices import kinds
from peerload.notices.models import Notice
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared

pytestmark = pytest.mark.usefixtures("today")

DAY = timedelta(days=1)
LAST_DAY = date(2026, 11, 30)
NAMED_BY = date(2026, 11, 16)  # ten working days before it
LATER = date(2027, 1, 29)


@pytest.fixture
def give(worker, admin):
    def give(**changed):
        notice = {"member": worker, "notice_on": TODAY, "last_day": LAST_DAY, "by": admin, "today": TODAY}
        return actions.give_notice(**notice | changed)

    return give


def open_notices(kind: str = "") -> list[tuple]:
    """Return who gets what lines about leaving that are true now."""
    found = Notice.objects.filter(kind__startswith=kind or "leaving_", cancelled_at=None).order_by("pk")
    return sorted((notice.recipient.name, notice.anchor_on) for notice in kinds.still_true(found))


class TestNotice:
    def test_who_leads_the_team_is_told_of_the_last_day(self, give, manager):
        give()
        assert open_notices("leaving_notice") == [("Ana Whitford", LAST_DAY)]

    def test_the_member_who_wrote_it_is_not(self, give, manager):
        give(by=manager)
        assert open_notices("leaving_notice") == []

    def test_the_deputy_is_while_the_manager_is_away(self, give, manager, team, teammate):
        team.deputy = teammate
        team.save()
        factories.AbsenceFactory(worker=manager, starts_on=TODAY)
        give()
        assert open_notices("leaving_notice") == [("Tom Lealaiauloto", LAST_DAY)]

    def test_service_managers_are_where_it_is_the_one_who_leads(self, give, manager, team, service_manager):
        manager.home_team = team
        manager.save()
        give(member=manager)
        assert open_notices("leaving_notice") == [("Ruth Hale", LAST_DAY)]

    def test_another_last_day_is_told_instead(self, give, admin, manager):
        leaving = give()
        actions.change_last_day(leaving_id=leaving.pk, last_day=LATER, by=admin, today=TODAY)
        assert open_notices("leaving_notice") == [("Ana Whitford", LATER)]
        assert Notice.objects.get(kind="leaving_notice", anchor_on=LAST_DAY).cancelled_at

        actions.change_last_day(leaving_id=leaving.pk, last_day=LAST_DAY, by=admin, today=TODAY)
        assert open_notices("leaving_notice") == [("Ana Whitford", LAST_DAY)]

    def test_withdrawn_it_is_not_told_nor_is_anything_that_hung_on_it(self, give, admin, organisation, people):
        leaving = give()
        sweep(organisation, NAMED_BY)
        assert open_notices()
        actions.withdraw(leaving_id=leaving.pk, by=admin, today=NAMED_BY)
        assert open_notices() == []
        assert not Notice.objects.filter(kind__startswith="leaving_", cancelled_at=None).exists()
        sweep(organisation, NAMED_BY)
        assert open_notices() == []


class TestSteps:
    @pytest.fixture
    def told(self, organisation, on):
        """Sweep a day, and return to whom a step is due."""

        def told(day, kind="inform"):
            sweep(organisation, on(day))
            steps = {f"leaving_step:{step.pk}": step.kind for step in LeavingStep.objects.all()}
            found = kinds.still_true(Notice.objects.filter(kind="leaving_step_due", cancelled_at=None))
            return sorted((line.recipient.name, line.anchor_on) for line in found if steps[line.subject] == kind)

        return told

    @pytest.mark.parametrize(("day", "said"), [(date(2026, 11, 26), False), (date(2026, 11, 27), True)])
    def test_whose_it_is_is_told_when_its_day_has_come(self, give, told, day, said):
        give()
        assert told(day, "records") == [("Mere Paki", date(2026, 11, 27))] * said

    def test_once(self, give, told):
        give()
        assert told(TODAY) == told(TODAY + DAY) == [("Ana Whitford", TODAY)]

    def test_ticked_it_is_not_and_opened_again_it_is(self, give, told, manager):
        step = give().steps.get(kind="inform")
        told(TODAY)
        actions.tick_off_step(step_id=step.pk, done=True, by=manager, today=TODAY)
        assert told(TODAY) == []
        actions.tick_off_step(step_id=step.pk, done=False, by=manager, today=TODAY)
        assert told(TODAY) == [("Ana Whitford", TODAY)]

    def test_moved_with_the_last_day_it_is_told_on_its_new_day(self, give, told, admin):
        leaving = give()
        told(TODAY)
        actions.change_last_day(leaving_id=leaving.pk, last_day=LATER, by=admin, today=TODAY)
        due = leaving.steps.get(kind="inform").due_on
        assert told(due - DAY) == []
        assert told(due) == [("Ana Whitford", due)]

    def test_given_to_somebody_else_it_is_told_to_them(self, give, told, teammate, manager):
        step = give().steps.get(kind="inform")
        told(TODAY)
        actions.change_step(step_id=step.pk, owner=teammate, due_on=TODAY, by=manager)
        assert told(TODAY) == [("Tom Lealaiauloto", TODAY)]
        actions.change_step(step_id=step.pk, owner=manager, due_on=TODAY, by=manager)
        assert told(TODAY) == [("Ana Whitford", TODAY)]

    def test_while_whose_it_is_is_away_who_leads_is_told(self, give, told, worker, manager):
        give()
        factories.AbsenceFactory(worker=worker, starts_on=TODAY)
        day = date(2026, 11, 27)
        assert told(day, "records") == [("Ana Whitford", day)]

    def test_after_the_last_day_what_the_leaver_left_open_goes_to_who_leads(self, give, told, people):
        give()
        assert told(LAST_DAY + DAY, "property") == [("Ana Whitford", LAST_DAY)]


@shared(dated=True)
def people(worker):
    return factories.ClientFactory.create_batch(2, supported_by=worker)


class TestNobodyToGoTo:
    @pytest.fixture(autouse=True)
    def above(self, service_manager):
        return service_manager

    @pytest.mark.parametrize(("day", "said"), [(NAMED_BY - DAY, False), (NAMED_BY, True)])
    def test_service_managers_are_told_ten_working_days_before(self, give, on, organisation, people, day, said):
        give()
        sweep(organisation, on(day))
        assert open_notices("leaving_nobody") == [("Ruth Hale", LAST_DAY)] * said

    def test_at_once_where_the_notice_is_shorter(self, give, organisation, people):
        give(last_day=TODAY + DAY)
        sweep(organisation, TODAY)
        assert open_notices("leaving_nobody") == [("Ruth Hale", TODAY + DAY)]

    def test_not_where_a_receiver_is_named_or_they_are_handed_over(
        self, give, on, organisation, people, teammate, admin
    ):
        leaving = give()
        sweep(organisation, on(NAMED_BY))
        first, second = people
        who = {"leaving_id": leaving.pk, "by": admin, "today": NAMED_BY}
        actions.hand_over_all(receivers={first.pk: teammate}, words={}, on=LAST_DAY + DAY, **who)
        assert open_notices("leaving_nobody") == [("Ruth Hale", LAST_DAY)]
        actions.keep(words={second.pk: HandoverNote()}, receivers={second.pk: teammate}, **who)
        assert open_notices("leaving_nobody") == []

    def test_not_where_nobody_is_theirs(self, give, on, organisation):
        give()
        sweep(organisation, on(NAMED_BY))
        assert open_notices("leaving_nobody") == []

    def test_a_service_manager_is_not_told_of_their_own_people(self, give, on, organisation, service_manager):
        factories.ClientFactory(supported_by=service_manager)
        give(member=service_manager)
        sweep(organisation, on(NAMED_BY))
        assert open_notices("leaving_nobody") == []

    def test_another_last_day_is_asked_about_anew(self, give, on, organisation, people, admin):
        leaving = give()
        sweep(organisation, on(NAMED_BY))
        actions.change_last_day(leaving_id=leaving.pk, last_day=LATER, by=admin, today=NAMED_BY)
        assert open_notices("leaving_nobody") == []
        sweep(organisation, on(date(2027, 1, 15)))
        assert open_notices("leaving_nobody") == [("Ruth Hale", LATER)]


def test_a_digest_says_it_without_a_name(give, on, organisation, people, service_manager):
    give()
    sweep(organisation, on(NAMED_BY))
    told = {
        kind: kinds.counted(Notice.objects.filter(kind=kind))
        for kind in ("leaving_notice", "leaving_step_due", "leaving_nobody")
    }
    assert told == {
        "leaving_notice": ["1 colleague of your team is leaving. The last day is 30 November"],
        "leaving_step_due": ["5 steps before a worker leaves are due"],
        "leaving_nobody": [
            "1 colleague is leaving and some of their people have no next worker yet. The last day is 30 November"
        ],
    }


def test_how_many_are_leaving_does_not_decide_how_many_queries(give, on, organisation, team, people, service_manager):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    give()
    with CaptureQueriesContext(connection) as one:
        actions.notify_of_steps(organisation, on(NAMED_BY))
    for _ in range(3):
        another = factories.MemberFactory(organisation=organisation, in_team=team)
        factories.ClientFactory(supported_by=another)
        give(member=another)
    with CaptureQueriesContext(connection) as many:
        assert actions.notify_of_steps(organisation, NAMED_BY) > 3
    assert len(many) == len(one)
