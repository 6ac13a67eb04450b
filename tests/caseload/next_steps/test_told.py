"""Who is told of next steps on the working day before, and who sees them while a worker is away or leaves."""

import re
from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from caseload.duplicates.actions.merging import merge
from caseload.duplicates.actions.taking_apart import take_apart
from caseload.models import Client, NextStep
from caseload.next_steps import actions
from peerload.home.sweep import sweep
from peerload.notices import kinds
from peerload.notices.models import Notice
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

DAY = timedelta(days=1)
FRIDAY, WEEK = TODAY + DAY, TODAY + 7 * DAY


@shared(dated=True)
def step(whetu):
    return factories.NextStepFactory(client=whetu, due_on=FRIDAY, appointment=True)


def told() -> list[str]:
    """Return who the next digest tells of next steps, as long as it is true."""
    unsent = Notice.objects.filter(kind="next_step", cancelled_at=None, message=None).select_related("recipient")
    return sorted(each.recipient.name for each in kinds.still_true(unsent))


def said(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


class TestTheDigest:
    def test_it_counts_on_the_working_day_before_without_a_name(self, step, whetu, organisation):
        factories.NextStepFactory(client=whetu, due_on=FRIDAY)
        for _ in range(2):
            sweep(organisation, TODAY)
        notices = Notice.objects.filter(kind="next_step")
        assert told() == ["Mere Paki"] * 2
        assert kinds.counted(notices) == ["2 appointments and promises are for the next working day"]

    def test_monday_is_told_from_friday_on(self, whetu, organisation, on):
        factories.NextStepFactory(client=whetu, due_on=date(2026, 11, 16))
        sweep(organisation, TODAY)
        assert told() == []
        sweep(organisation, on(FRIDAY))
        assert told() == ["Mere Paki"]

    def test_moved_or_called_off_it_is_not_told(self, step, organisation, worker):
        sweep(organisation, TODAY)
        words = {"step_id": step.pk, "by": worker, "today": TODAY}
        actions.move(**words, version=1, due_on=WEEK)
        assert told() == []
        actions.move(**words, version=2, due_on=FRIDAY)
        sweep(organisation, TODAY)
        actions.end(**words, version=3, ended_as="called_off")
        assert told() == []

    def test_the_worker_who_covers_is_told(self, step, whetu, worker, teammate, organisation):
        absence = factories.AbsenceFactory(worker=worker, starts_on=FRIDAY)
        factories.CoverFactory(absence=absence, client=whetu, worker=teammate)
        sweep(organisation, TODAY)
        assert told() == ["Tom Lealaiauloto"]

    def test_without_cover_the_team_manager_is_told(self, step, worker, organisation, team):
        factories.AbsenceFactory(worker=worker, starts_on=FRIDAY)
        sweep(organisation, TODAY)
        assert told() == ["Ana Whitford"]

    def test_nobody_is_told_of_who_asked_not_to_be_contacted(self, step, whetu, organisation):
        sweep(organisation, TODAY)
        Client.objects.filter(pk=whetu.pk).update(contact_preference="please_dont")
        assert told() == []


class TestAway:
    @pytest.fixture
    def absence(self, worker):
        return factories.AbsenceFactory(worker=worker, starts_on=FRIDAY, ends_before=WEEK)

    def test_the_page_lists_what_is_arranged_and_who_covers(self, signed_in, manager, absence, whetu, teammate, step):
        other = factories.ClientFactory(supported_by=absence.worker, name="Ana Tui")
        factories.NextStepFactory(client=other, due_on=WEEK - DAY)
        factories.NextStepFactory(client=other, due_on=WEEK, what="After the absence")
        factories.CoverFactory(absence=absence, client=whetu, worker=teammate)
        page = said(signed_in(manager).get(reverse("away", args=[absence.pk])))
        arranged = page.partition("Arranged in this time")[2]
        assert "Whetu Cole Friday 13 November, 10:30" in arranged
        assert "Tom Lealaiauloto covers" in arranged
        assert re.search("Ana Tui Ring about the housing form .* no one covers", arranged)
        assert "After the absence" not in page
        assert arranged.count("How to contact safely:") == 1  # the appointment is at the service

    def test_a_move_from_there_leads_back_there(self, signed_in, manager, absence, step):
        url = reverse("away", args=[absence.pk])
        page = signed_in(manager)
        answer = page.post(reverse("next_step_move", args=[step.uid]), {"version": 1, "back": url, "chosen": TODAY})
        assert answer.url == url
        step.refresh_from_db()
        assert step.due_on == TODAY

    @pytest.mark.parametrize("back", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
    def test_it_never_leads_elsewhere(self, signed_in, manager, step, back):
        answer = signed_in(manager).post(
            reverse("next_step_end", args=[step.uid]), {"version": 1, "back": back, "ended_as": "called_off"}
        )
        assert answer.url == reverse("people")

    def test_a_manager_of_another_team_sees_none_of_it(self, signed_in, other_manager, absence, step):
        assert signed_in(other_manager).get(reverse("away", args=[absence.pk])).status_code == 404


def test_before_a_worker_leaves_the_step_lists_what_is_arranged_after_the_last_day(signed_in, manager, worker, whetu):
    leaving = factories.LeavingFactory(member=worker, last_day=WEEK)
    factories.LeavingStepFactory(leaving=leaving, kind="open_tasks", owner=worker)
    factories.NextStepFactory(client=whetu, due_on=WEEK, what="On the last day")
    factories.NextStepFactory(client=whetu, due_on=WEEK + DAY, appointment=True, starts_at=time(9, 0))
    page = said(signed_in(manager).get(reverse("leaving", args=[worker.uid])))
    assert "1 appointment or promise lies after the last day" in page
    assert "Whetu Cole Friday 20 November, 09:00" in page
    assert "On the last day" not in page


def test_two_records_made_one_keep_every_step_and_taken_apart_each_has_its_own(whetu, manager, team):
    other = factories.ClientFactory(organisation=team.organisation, team=team, support=None, name="Whetu Cole")
    step, own = factories.NextStepFactory(client=other), factories.NextStepFactory(client=whetu)
    made = merge(kept_id=whetu.pk, absorbed_id=other.pk, by=manager, today=TODAY)
    assert set(NextStep.objects.filter(client=whetu)) == {step, own}
    take_apart(client_id=whetu.pk, merge_id=made.pk, by=manager, today=TODAY)
    assert (NextStep.objects.get(client=other), NextStep.objects.get(client=whetu)) == (step, own)
