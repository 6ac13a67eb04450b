"""No record comes to rest where nobody can go on with it: whatever leaves, comes back or is settled differently meanwhile."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from peerload.notices.kinds import Reader
from peerload.notices.models import Notice
from peerload.staff.models import Post
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared
from workload import actions as work
from workload import notices
from workload import queries as points
from workload.models import Scheme
from workload.months import actions, queries

from .scene import OCTOBER, act, agree, away, both_agree, record, submit, version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@shared(dated=True)
def disagreed(mere, manager, other_manager):
    """A record that its manager does not agree to; another manager decides."""
    submit(mere)
    disagree(mere, manager, other_manager)
    return mere


def disagree(worker, by, other):
    return act(actions.disagree, worker, by, total=Decimal(97), note="The group counts twice.", other_manager=other)


def ask(worker, other, by=None):
    return act(actions.ask_other_manager, worker, by or worker, other_manager=other)


class TestAWorkerWhoHasLeft:
    @pytest.fixture
    def gone(self, mere):
        mere.active = False
        mere.save()
        return mere

    def test_is_completed_for_as_somebody_away_is(self, gone, manager):
        assert act(actions.complete, gone, manager).status == "provisional"

    def test_whose_sign_in_is_closed_is_completed_for_too(self, mere, manager):
        mere.user.is_active = False
        mere.user.save()
        assert act(actions.complete, mere, manager).status == "provisional"

    def test_is_not_reminded(self, gone, team, manager):
        assert actions.remind(team=team, month=OCTOBER, by=manager, today=TODAY) == []


class TestASettingThatChanges:
    """The boundary and the months that make a review are settings: no fact changes, and no projection tells anybody."""

    def test_a_record_that_says_otherwise_is_opened_again_by_the_one_who_agrees(self, mere, manager, organisation):
        submit(mere, agree=True)
        organisation.boundary_high = 8
        organisation.save()

        with pytest.raises(actions.RecordChangedMeanwhile):
            agree(mere, manager)

        assert record(mere).status == "draft"
        assert not record(mere).agreements.exists()
        assert Notice.objects.filter(kind=notices.RECORD_CHANGED, recipient=mere).exists()
        assert both_agree(mere, manager).status == "agreed"

    def test_in_a_report_it_is_a_draft_with_the_figures_sent(self, mere, team, manager, organisation):
        submit(mere, agree=True)
        organisation.boundary_high = 8
        organisation.save()
        actions.send(team=team, month=OCTOBER, by=manager, today=TODAY)
        found = record(mere)
        assert (found.status, found.boundary_high, found.lines.count()) == ("draft", 8, 2)
        assert not found.agreements.exists()
        assert both_agree(mere, manager).status == "reported"


class TestAnotherManager:
    def test_who_was_asked_while_the_manager_was_away_does_not_keep_the_manager_out(self, mere, manager, other_manager):
        absence = away(manager)
        submit(mere, agree=True)
        ask(mere, other_manager)
        absence.delete()
        assert agree(mere, manager).status == "agreed"

    def test_who_was_to_decide_is_not_asked_any_more_once_a_fact_has_opened_the_record(self, disagreed, manager):
        work.take_on(worker=disagreed, code="group_work", starts_on=date(2026, 10, 20), by=disagreed)
        assert record(disagreed).other_manager is None
        assert both_agree(disagreed, manager).status == "agreed"

    def test_where_the_one_who_was_to_decide_has_left_somebody_else_is_asked(
        self, disagreed, manager, other_manager, organisation
    ):
        other_manager.active = False
        other_manager.save()
        third = factories.MemberFactory(organisation=organisation, role="manager", name="Ngaire Moa")
        ask(disagreed, third, by=manager)
        agree(disagreed, disagreed)
        assert agree(disagreed, third).status == "agreed"

    def test_neither_of_the_two_is_the_other_manager(self, mere, manager, organisation):
        submit(mere)
        with pytest.raises(actions.NotYourPartOfRecord):
            disagree(mere, mere, manager)

    @pytest.mark.parametrize("by", ["worker", "manager"])
    def test_the_manager_who_does_not_agree_is_not_made_the_one_to_decide_later(self, disagreed, manager, by, request):
        with pytest.raises(actions.NotYourPartOfRecord):
            ask(disagreed, manager, by=request.getfixturevalue(by))

    def test_the_deputy_leads_the_team_and_does_not_decide(self, mere, manager, team, teammate):
        team.deputy = teammate
        team.save()
        submit(mere, agree=True)
        with pytest.raises(actions.NotYourPartOfRecord):
            disagree(mere, manager, teammate)

    def test_either_figure_can_be_decided_and_the_worker_is_asked_to_agree_to_it(
        self, disagreed, manager, other_manager, organisation
    ):
        agree(disagreed, disagreed)  # to 93
        found = agree(disagreed, other_manager, total=Decimal(97))
        assert (found.status, found.total, found.decided_by, found.counted) == ("not_agreed", 97, other_manager, 93)
        assert [given.side for given in found.agreements.all()] == ["manager"]
        told = Notice.objects.filter(kind=notices.RECORD_DECIDED)
        assert {notice.recipient for notice in told} == {disagreed, manager}

        found = agree(disagreed, disagreed)
        assert (found.status, found.total) == ("agreed", 97)
        schemes = points.schemes(organisation.pk)
        assert not queries.adjustments(organisation, date(2026, 11, 1), [disagreed.pk], schemes)

    def test_a_figure_decided_after_the_report_was_sent_is_adjusted_in_the_next_month(
        self, disagreed, manager, other_manager, team, organisation
    ):
        actions.send(team=team, month=OCTOBER, by=manager, today=TODAY)
        found = agree(disagreed, other_manager, total=Decimal(97))
        assert (found.total, found.decided_total) == (93, 97)
        assert agree(disagreed, disagreed).status == "reported"
        schemes = points.schemes(organisation.pk)
        [added] = queries.adjustments(organisation, date(2026, 11, 1), [disagreed.pk], schemes)[disagreed.pk]
        assert (added.for_month, added.points) == (OCTOBER, 4)
        assert added.words == "93 points were kept; with what another manager decided it is 97"

    def test_a_decision_goes_into_the_report_and_a_changed_fact_takes_it_back(
        self, disagreed, manager, other_manager, team
    ):
        agree(disagreed, other_manager, total=Decimal(97))
        work.take_on(worker=disagreed, code="group_work", starts_on=date(2026, 10, 20), by=disagreed)
        assert (record(disagreed).status, record(disagreed).decided_by) == ("draft", None)
        submit(disagreed)
        disagree(disagreed, manager, other_manager)
        agree(disagreed, other_manager, total=Decimal(97))
        report = actions.send(team=team, month=OCTOBER, by=manager, today=TODAY)
        assert report.points == 97

    def test_words_after_a_decision_leave_it_standing(self, disagreed, other_manager):
        agree(disagreed, other_manager, total=Decimal(97))
        words = {"comment": "Much driving.", "enough": "", "would_help": ""}
        found = act(actions.write_words, disagreed, disagreed, **words)
        assert [(given.member, given.total) for given in found.agreements.all()] == [(other_manager, 97)]
        found = agree(disagreed, disagreed)
        assert (found.status, found.total) == ("agreed", 97)

    def test_actions_and_reasons_after_a_decision_leave_it_standing(self, disagreed, manager, other_manager):
        agree(disagreed, other_manager, total=Decimal(97))
        given = {"what": "Share the group", "owner": manager, "due_on": TODAY}
        action = act(actions.add_action, disagreed, manager, **given)
        actions.drop_action(action_id=action.pk, by=manager, version=version(disagreed), today=TODAY)
        act(actions.write_reason, disagreed, manager, reason="A court case.", causes="")
        assert agree(disagreed, disagreed).status == "agreed"

    def test_a_decision_ends_the_line_that_the_figure_is_not_agreed(self, disagreed, other_manager):
        found = list(Notice.objects.filter(kind=notices.RECORD_DISAGREED))
        assert notices.truth.still_not_agreed(found) == {notice.pk for notice in found} != set()
        reader = Reader(disagreed, TODAY)
        assert [line.words for line in notices.first_page.records_disagreed(found, reader)] == [
            "Ana Whitford does not agree with the figure"
        ]
        agree(disagreed, other_manager, total=Decimal(97))
        assert notices.truth.still_not_agreed(found) == set()

    def test_no_third_figure_is_decided(self, disagreed, other_manager):
        with pytest.raises(actions.RecordContradiction, match="Choose one of the two figures: 93 or 97."):
            agree(disagreed, other_manager, total=Decimal(95))

    def test_it_is_not_theirs_any_more_once_the_manager_has_agreed(self, mere, manager, other_manager):
        absence = away(manager)
        submit(mere)
        ask(mere, other_manager)
        absence.delete()
        assert list(queries.to_decide(other_manager, TODAY)) == [record(mere)]
        agree(mere, manager)
        assert not queries.to_decide(other_manager, TODAY)
        with pytest.raises(actions.RecordStepRefused, match="Ana Whitford has agreed to this record already."):
            agree(mere, other_manager)

    def test_nobody_is_left_out_where_somebody_could_decide(self, mere, manager, other_manager):
        submit(mere)
        with pytest.raises(actions.NotYourPartOfRecord):
            disagree(mere, manager, None)

    def test_who_has_decided_is_not_told_again_that_they_are_asked(self, mere, manager, other_manager):
        absence = away(manager)
        submit(mere)
        ask(mere, other_manager)
        agree(mere, other_manager)
        absence.delete()
        found = list(Notice.objects.filter(kind=notices.RECORD_OTHER_MANAGER))
        assert notices.truth.still_yours_to_decide(found) == set()


class TestAWorkerWhoMovesTeam:
    @pytest.fixture
    def moved(self, mere, team, other_team):
        """Words were written while the month ran; then the worker moved."""
        words = {"comment": "Much driving.", "enough": "", "would_help": ""}
        act(actions.write_words, mere, mere, today=date(2026, 10, 8), **words)
        Post.objects.filter(worker=mere).update(ends_before=date(2026, 10, 12))
        factories.PostFactory(worker=mere, team=other_team, starts_on=date(2026, 10, 12))
        factories.refresh_derived(workers=[mere])
        return mere

    def test_the_record_is_agreed_with_who_leads_the_team_of_the_months_last_day(self, moved, manager, other_manager):
        submit(moved, agree=True)
        with pytest.raises(actions.NotYourPartOfRecord):
            agree(moved, manager)
        assert agree(moved, other_manager).status == "agreed"

    def test_the_draft_is_completed_by_them_too(self, moved, other_manager):
        away(moved)
        assert act(actions.complete, moved, other_manager).status == "provisional"


class TestAVersionTakenBack:
    def test_a_draft_of_a_month_it_was_to_count_does_not_keep_it(self, mere, admin, organisation):
        from workload.schemes import actions as schemes

        draft = schemes.begin_draft(organisation=organisation, by=admin, on=TODAY)
        draft = schemes.change_settings(
            scheme_id=draft.pk, version=draft.version, fields={"starts_on": TODAY + timedelta(days=7)}
        )
        schemes.publish(scheme_id=draft.pk, version=draft.version, by=admin)
        words = {"comment": "Much driving.", "enough": "", "would_help": ""}
        act(actions.write_words, mere, mere, month=date(2026, 11, 1), **words)
        draft = schemes.take_back(scheme_id=draft.pk, by=admin, on=TODAY)
        schemes.delete_draft(scheme_id=draft.pk, version=draft.version)
        assert Scheme.objects.count() == 1

    def test_a_record_that_is_opened_again_does_not_keep_it_either(self, mere):
        submit(mere, agree=True)
        work.take_on(worker=mere, code="group_work", starts_on=date(2026, 10, 20), by=mere)
        assert record(mere).scheme is None


class TestAnActionTakenBack:
    def test_is_neither_settled_nor_taken_back_again(self, mere, manager):
        given = {"what": "Share the group", "owner": manager, "due_on": TODAY}
        action = act(actions.add_action, mere, manager, **given)
        drop = {"action_id": action.pk, "by": manager, "today": TODAY}
        actions.drop_action(version=version(mere), **drop)
        with pytest.raises(actions.RecordStepRefused, match="has removed this action meanwhile"):
            actions.drop_action(version=version(mere), **drop)
        with pytest.raises(actions.RecordStepRefused, match="has removed this action meanwhile"):
            actions.tick_off_action(done=True, **drop)


class TestAMonthThatRuns:
    def test_nobody_is_reminded_of_it(self, mere, team, manager):
        with pytest.raises(actions.NotOver):
            actions.remind(team=team, month=date(2026, 11, 1), by=manager, today=TODAY)
        assert not Notice.objects.filter(kind=notices.RECORD_REMINDER).exists()


class TestAWorkerWhoCameIntoAMonthThatIsSent:
    @pytest.fixture
    def late(self, mere, team, manager):
        """A post written down after the report was sent, from before the month's end on."""
        actions.send(team=team, month=OCTOBER, by=manager, today=TODAY)
        late = factories.MemberFactory(organisation=team.organisation, name="Sina", in_team=team)
        factories.refresh_derived(workers=[late])
        return late

    def test_their_record_is_agreed_all_the_same(self, late, manager):
        assert both_agree(late, manager).status == "agreed"

    def test_their_row_is_not_put_into_the_report(self, late, team):
        rows = queries.worker_months(team.organisation, OCTOBER, today=TODAY, team_ids=[team.pk])
        assert [row.name for row in rows] == ["Mere Paki"]
        [own] = queries.worker_months(team.organisation, OCTOBER, today=TODAY, worker_ids=[late.pk])
        assert (own.name, own.figures.total) == ("Sina", 16)


class TestWhilePointsAreCountedAnew:
    @pytest.fixture
    def recounting(self, mere, organisation):
        submit(mere, agree=True)
        work.recount_later(organisation)
        return mere

    def test_nothing_is_kept_for_good_until_they_are(self, recounting, team, teammate, manager, organisation):
        away(teammate)
        for attempt in (
            lambda: agree(recounting, manager),
            lambda: act(actions.complete, teammate, manager),
            lambda: actions.send(team=team, month=OCTOBER, by=manager, today=TODAY),
        ):
            with pytest.raises(actions.BeingCounted):
                attempt()
        work.recount(organisation)
        assert agree(recounting, manager).status == "agreed"
        assert act(actions.complete, teammate, manager).status == "provisional"
        assert actions.send(team=team, month=OCTOBER, by=manager, today=TODAY)

    def test_what_was_reported_is_agreed_to_all_the_same(self, mere, team, manager, organisation):
        submit(mere, agree=True)
        actions.send(team=team, month=OCTOBER, by=manager, today=TODAY)
        work.recount_later(organisation)
        assert agree(mere, manager).status == "reported"
