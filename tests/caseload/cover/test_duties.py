"""Duties through the real path: an absence written down, its list, ticks, and the lines of the digest."""

from datetime import date, timedelta

import pytest

from caseload.cover import actions, queries
from caseload.enums import Duty
from caseload.models import DutyDone
from peerload.home.sweep import sweep
from peerload.notices import kinds
from peerload.notices.models import Notice
from peerload.staff import actions as staff
from tests import factories

DAY = timedelta(days=1)
FIRST_DAY = date(2026, 6, 1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(worker, manager):
    def recorded(today=FIRST_DAY, **fields):
        who = {"worker_id": worker.pk, "by": manager, "today": today}
        return staff.record_absence(**who, starts_on=FIRST_DAY, **fields)

    return recorded


def due(absence, kind, on):
    return [(row.by, bool(row.done)) for row in queries.duties(absence, on) if row.kind == kind]


def told(organisation, on):
    """Sweep, and return who gets what lines about absences that are true."""
    sweep(organisation, on)
    found = kinds.still_true(Notice.objects.filter(kind__startswith="absence_", cancelled_at=None).order_by("pk"))
    return sorted((notice.recipient.name, notice.kind, notice.anchor_on) for notice in found)


def test_H03_holds_for_what_is_written_down(record, manager, on):
    absence = record(on(FIRST_DAY), planned=False, expected_back=date(2026, 6, 29))
    today = on(date(2026, 6, 10))
    assert due(absence, Duty.SERVICE_MANAGER, today) == []
    absence = staff.edit_absence(absence_id=absence.pk, by=manager, today=today, expected_back=date(2026, 8, 10))
    assert due(absence, Duty.SERVICE_MANAGER, today) == [(today, False)]


def test_put_back_further_it_stays_apparent_since_the_first_day_it_was(record, manager, on):
    absence = record(on(date(2026, 6, 10)), expected_back=date(2026, 8, 10), planned=False)
    today = on(date(2026, 6, 20))
    absence = staff.edit_absence(absence_id=absence.pk, by=manager, today=today, expected_back=date(2026, 9, 10))
    assert due(absence, Duty.SERVICE_MANAGER, date(2026, 6, 20)) == [(date(2026, 6, 10), False)]


def test_a_tick_says_who_and_when_and_is_taken_back(record, manager, on):
    today = on(FIRST_DAY)
    absence = record()
    words = {"absence_id": absence.pk, "kind": Duty.COVER_PLAN, "due_on": FIRST_DAY, "by": manager}

    actions.tick_off_duty(**words, done=True, today=today)
    actions.tick_off_duty(**words, done=True, today=today + DAY)
    assert [(tick.by, tick.done_on) for tick in DutyDone.objects.all()] == [(manager, today)]
    staff.edit_absence(absence_id=absence.pk, by=manager, today=today, starts_on=FIRST_DAY + 2 * DAY)
    absence.refresh_from_db()
    assert due(absence, Duty.COVER_PLAN, today) == [(FIRST_DAY + 2 * DAY, True)]

    moved = words | {"due_on": FIRST_DAY + 2 * DAY}
    with pytest.raises(actions.DutyMoved):
        actions.tick_off_duty(**words, done=False, today=today)
    actions.tick_off_duty(**moved, done=False, today=today)
    assert not DutyDone.objects.exists()


class TestLines:
    def test_who_leads_is_owed_a_line_when_a_day_has_come_and_no_longer_once_it_is_ticked(
        self, record, organisation, manager, on
    ):
        on(FIRST_DAY)
        absence = record(expected_back=date(2026, 6, 22))
        ana = "Ana Whitford"
        assert told(organisation, FIRST_DAY) == [(ana, "absence_cover_plan", FIRST_DAY)]

        words = {"absence_id": absence.pk, "kind": "cover_plan", "due_on": FIRST_DAY, "by": manager}
        actions.tick_off_duty(**words, done=True, today=FIRST_DAY)
        assert told(organisation, FIRST_DAY) == []
        week = on(date(2026, 6, 8))
        assert told(organisation, week) == [(ana, "absence_weekly_review", week)]
        assert sweep(organisation, week).duty_notices == 0

    def test_beyond_eight_weeks_unplanned_the_service_manager_is_told_too(
        self, record, organisation, manager, service_manager, on
    ):
        today = on(date(2026, 6, 10))
        record(today, expected_back=date(2026, 8, 10), planned=False)
        found = [row for row in told(organisation, today) if "8_weeks" in row[1] or "service_manager" in row[1]]
        assert found == [
            ("Ana Whitford", "absence_service_manager", today),
            ("Ruth Hale", "absence_over_8_weeks", today),
        ]

    def test_the_deputy_is_while_the_manager_is_away(self, record, organisation, team, teammate, manager, on):
        team.deputy = teammate
        team.save()
        on(FIRST_DAY)
        factories.AbsenceFactory(worker=manager, starts_on=FIRST_DAY - DAY)
        record()
        assert ("Tom Lealaiauloto", "absence_cover_plan", FIRST_DAY) in told(organisation, FIRST_DAY)

    def test_where_nobody_is_left_who_leads_service_managers_are_told_until_there_is_a_deputy(
        self, organisation, team, teammate, manager, service_manager, on
    ):
        on(FIRST_DAY)
        factories.AbsenceFactory(worker=manager, starts_on=FIRST_DAY)
        assert told(organisation, FIRST_DAY) == []  # they support nobody

        factories.ClientFactory(supported_by=manager, team=team)
        assert told(organisation, FIRST_DAY) == [("Ruth Hale", "absence_no_deputy", FIRST_DAY)]
        lines = Notice.objects.filter(kind="absence_no_deputy")
        assert kinds.counted(kinds.still_true(lines)) == [
            "1 absence leaves people with no one covering, and no one at work leads the team. "
            "Choose who acts in place of the manager"
        ]

        team.deputy = teammate
        team.save()
        assert kinds.still_true(lines) == []
        assert ("Tom Lealaiauloto", "absence_cover_plan", FIRST_DAY) in told(organisation, FIRST_DAY)

    def test_nothing_more_is_asked_once_they_are_back(self, record, organisation, manager, on):
        on(FIRST_DAY)
        absence = record()
        assert told(organisation, FIRST_DAY)
        back = on(FIRST_DAY + 2 * DAY)
        staff.edit_absence(absence_id=absence.pk, by=manager, today=back, ends_before=back)
        assert told(organisation, back) == []

    def test_planned_leave_asks_on_the_last_working_day_before_it(self, record, organisation, on):
        friday = on(date(2026, 5, 29))
        record(planned=True, expected_back=date(2026, 6, 8))
        assert told(organisation, friday - DAY) == []
        assert told(organisation, friday) == [("Ana Whitford", "absence_cover_plan", friday)]

    def test_a_digest_says_it_without_a_name(self, record, organisation, on):
        on(FIRST_DAY)
        record()
        told(organisation, FIRST_DAY)
        about = Notice.objects.filter(kind__startswith="absence_")
        assert kinds.counted(about) == ["1 absence in your team has no plan for who covers"]

    def test_their_number_does_not_decide_how_many_queries(self, record, organisation, team, on):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        on(FIRST_DAY)
        record()
        with CaptureQueriesContext(connection) as one:
            actions.notify_of_duties(organisation, FIRST_DAY)
        for _ in range(4):
            factories.AbsenceFactory(
                worker=factories.MemberFactory(organisation=organisation, in_team=team), starts_on=FIRST_DAY
            )
        with CaptureQueriesContext(connection) as many:
            assert actions.notify_of_duties(organisation, FIRST_DAY) == 4
        assert len(many) == len(one)
