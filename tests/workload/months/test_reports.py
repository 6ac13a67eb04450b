"""A team's month, sent: frozen as it was, with whatever is not agreed yet; reminders; what it costs to look back."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from peerload.notices.models import Notice
from tests import factories
from tests.conftest import TODAY
from workload import actions as work
from workload import notices
from workload import queries as ledger
from workload.models import MonthlyRecord, TeamReport
from workload.months import actions, queries

from .scene import OCTOBER, SEPTEMBER, act, agree, away, both_agree, carry, record, submit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def send(team, by, **given):
    return actions.send(**{"team": team, "month": OCTOBER, "by": by, "today": TODAY} | given)


def rows(team, month=OCTOBER):
    return queries.worker_months(team.organisation, month, today=TODAY, team_ids=[team.pk])


class TestSending:
    def test_what_is_agreed_or_provisional_is_reported_and_the_rest_is_in_it_as_it_stands(
        self, team, manager, mere, tom
    ):
        both_agree(mere, manager)
        sina = factories.MemberFactory(organisation=team.organisation, name="Sina", in_team=team)
        factories.refresh_derived(workers=[sina])
        away(sina)
        act(actions.complete, sina, manager)

        report = send(team, manager, note="Tom and I speak on Monday.")

        assert (report.points, report.limit, report.fte) == (93 + 104 + 16, 300, 3)
        found = {r.worker_id: r.status for r in report.records.all()}
        assert found == {mere.pk: "reported", tom.pk: "draft", sina.pk: "reported"}
        assert record(tom).total == 104
        assert record(tom).lines.count() == 2

    def test_nothing_of_it_changes_any_more(self, team, manager, mere, tom):
        submit(tom)
        send(team, manager)
        before = [list(queries.as_columns(row.figures).items()) for row in rows(team)]

        for worker in (mere, tom):
            work.take_on(worker=worker, code="group_work", starts_on=date(2026, 10, 20), by=worker)
            factories.ClientFactory(supported_by=worker, since=date(2026, 10, 3))

        assert [list(queries.as_columns(row.figures).items()) for row in rows(team)] == before
        assert record(tom).status == "submitted"

    def test_agreed_after_the_report_a_record_is_reported_with_the_figure_it_was_sent_with(self, team, manager, mere):
        send(team, manager)
        work.take_on(worker=mere, code="group_work", starts_on=date(2026, 10, 20), by=mere)
        found = both_agree(mere, manager)
        assert (found.status, found.total) == ("reported", 93)

    def test_completed_after_the_report_it_is_reported_too(self, team, manager, mere):
        send(team, manager)
        away(mere)
        assert act(actions.complete, mere, manager).status == "reported"

    def test_supervision_stays_as_it_was_sent(self, team, manager, mere):
        send(team, manager)
        with pytest.raises(actions.Kept):
            act(actions.note_supervision, mere, manager, held_on=date(2026, 10, 29), next_on=None)

    @pytest.mark.parametrize(("day", "refused"), [(date(2026, 10, 31), True), (date(2026, 11, 1), False)])
    def test_a_month_is_reported_once_it_is_over(self, team, manager, mere, day, refused):
        if refused:
            with pytest.raises(actions.NotOver):
                send(team, manager, today=day)
        else:
            assert send(team, manager, today=day)

    def test_it_is_sent_once(self, team, manager, mere):
        send(team, manager)
        with pytest.raises(actions.AlreadySent, match="Ana Whitford sent this report on 12 November 2026"):
            send(team, manager)

    def test_only_the_team_manager_sends_it(self, team, mere, other_manager, service_manager):
        for somebody in (mere, other_manager, service_manager):
            with pytest.raises(actions.NotYourPartOfRecord):
                send(team, somebody)

    def test_a_team_without_anybody_has_nothing_to_report(self, organisation, manager):
        with pytest.raises(actions.NobodyListed):
            send(factories.TeamFactory(organisation=organisation, manager=manager), manager)

    def test_service_managers_are_told(self, team, manager, mere, service_manager):
        send(team, manager)
        assert Notice.objects.filter(kind=notices.REPORT_SENT, recipient=service_manager).count() == 1

    def test_one_that_was_brought_in_keeps_its_total_and_gets_a_limit(self, team, manager, mere):
        MonthlyRecord.objects.create(
            organisation=team.organisation, worker=mere, month=OCTOBER, total=88, fte=Decimal("0.5"), status="agreed"
        )
        report = send(team, manager)
        assert (report.points, report.limit, report.fte) == (88, 50, Decimal("0.5"))

    def test_one_that_was_brought_in_as_submitted_stays_so_with_the_lines_of_the_facts(self, team, manager, mere):
        MonthlyRecord.objects.create(
            organisation=team.organisation, worker=mere, month=OCTOBER, total=93, status="submitted"
        )
        send(team, manager)
        found = record(mere)
        assert (found.status, found.total, found.imported, found.lines.count()) == ("submitted", 93, False, 2)


class TestReminding:
    def test_those_who_have_still_to_act_are_owed_a_line_once_a_day(self, team, manager, mere, tom):
        both_agree(mere, manager)
        assert actions.remind(team=team, month=OCTOBER, by=manager, today=TODAY) == [tom.name]
        assert actions.remind(team=team, month=OCTOBER, by=manager, today=TODAY, workers=[tom.pk]) == [tom.name]
        assert Notice.objects.filter(kind=notices.RECORD_REMINDER).count() == 1

    def test_somebody_away_is_left_alone(self, team, manager, mere):
        away(mere)
        assert actions.remind(team=team, month=OCTOBER, by=manager, today=TODAY) == []

    def test_the_other_manager_is_reminded_of_a_record_that_is_theirs_to_decide(
        self, team, manager, mere, other_manager
    ):
        submit(mere, agree=True)
        act(
            actions.disagree, mere, manager, total=Decimal(90), note="The group has ended.", other_manager=other_manager
        )
        agree(mere, mere)
        assert actions.remind(team=team, month=OCTOBER, by=manager, today=TODAY) == ["Lena Okafor"]

    def test_only_the_team_manager_reminds(self, team, mere, other_manager):
        with pytest.raises(actions.NotYourPartOfRecord):
            actions.remind(team=team, month=OCTOBER, by=other_manager, today=TODAY)


class TestLookingBack:
    def count(self, team, month):
        schemes = ledger.schemes(team.organisation_id)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            queries.worker_months(team.organisation, month, today=TODAY, team_ids=[team.pk], schemes=schemes)
        return len(seen)

    def test_the_number_of_statements_does_not_hang_on_how_many_work_there(self, team, manager, mere, tom):
        alone = self.count(team, OCTOBER)
        for _ in range(4):
            carry(factories.MemberFactory(organisation=team.organisation, in_team=team), 104)
        assert self.count(team, OCTOBER) == alone

    def test_a_month_long_past_asks_no_more_than_the_last(self, team, manager, mere, tom):
        last = self.count(team, OCTOBER)
        assert self.count(team, date(2026, 3, 1)) <= last
        send(team, manager)
        assert self.count(team, OCTOBER) < last

    def test_sums_by_month_are_those_sent_and_else_those_of_the_facts(self, team, manager, mere, tom):
        send(team, manager)
        work.take_on(worker=mere, code="group_work", starts_on=SEPTEMBER, by=mere)
        found = queries.team_sums(team.organisation, [OCTOBER, SEPTEMBER], team_ids=[team.pk])
        assert (found[team.pk, OCTOBER].points, found[team.pk, SEPTEMBER].points) == (197, 203)
        assert found[team.pk, OCTOBER].report == TeamReport.objects.get()
        assert found[team.pk, SEPTEMBER].over == 1

    def test_a_month_not_sent_adds_up_what_is_kept_of_it(self, team, manager, mere, tom):
        factories.MonthlyRecordFactory(worker=mere, month=SEPTEMBER, status="agreed", total=88, imported=True)
        found = queries.team_sums(team.organisation, [SEPTEMBER], team_ids=[team.pk])[team.pk, SEPTEMBER]
        shown = rows(team, SEPTEMBER)
        assert found.points == sum(row.figures.total for row in shown) == 88 + 104
