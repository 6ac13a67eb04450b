"""A record on its way (4D): every step with its refusals, two who agree, and what a changed fact does to it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from peerload.notices.models import Notice
from tests import factories
from tests.conftest import TODAY
from tests.examples import expected
from tests.shared import shared
from workload import actions as work
from workload import notices
from workload.enums import Flag, Side
from workload.models import Agreement, MonthlyRecord, RecordLine
from workload.months import actions, queries

from .scene import LONG_AGO, OCTOBER, SEPTEMBER, act, agree, away, both_agree, carry, record, submit, version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@shared(dated=True)
def scheme(organisation):
    return work.create_scheme(organisation)


@shared(dated=True)
def mere(worker, scheme):
    """A worker with 93 points."""
    carry(worker, 93)
    return worker


@shared(dated=True)
def over(worker, scheme):
    """A worker with 104 points since October: one month above the limit."""
    carry(worker, 93, until=date(2026, 9, 30))
    carry(worker, 104, since=OCTOBER)
    return worker


@shared(dated=True)
def long_over(worker, scheme):
    """A worker with 104 points since September: two months above the limit."""
    carry(worker, 93, until=date(2026, 8, 31))
    carry(worker, 104, since=SEPTEMBER)
    return worker


def write_words(worker, **given):
    return act(actions.write_words, worker, worker, **{"comment": "", "enough": "", "would_help": ""} | given)


def write_reason(worker, by, **given):
    return act(actions.write_reason, worker, by, **{"reason": "", "causes": ""} | given)


def add_action(worker, by, **given):
    given = {"what": "Nobody new for four weeks", "owner": by, "due_on": TODAY + timedelta(days=21)} | given
    return act(actions.add_action, worker, by, **given)


def disagree(worker, by, other, **given):
    given = {"total": Decimal(97), "note": "The group counts twice a week.", "other_manager": other} | given
    return act(actions.disagree, worker, by, **given)


def sides(worker):
    return set(record(worker).agreements.values_list("side", flat=True))


class TestSubmitting:
    def test_it_keeps_the_months_figures_and_the_lines_they_stand_on(self, mere, team):
        found = submit(mere)

        assert (found.status, found.total, found.limit, found.team, found.imported) == (
            "submitted",
            93,
            100,
            team,
            False,
        )
        assert (found.peak, found.peak_on) == (93, OCTOBER)
        assert (found.completed_by, found.completed_on) == (mere, TODAY)
        assert found.scheme.name == "First scheme"
        lines = found.lines.values_list("element", "label", "points")
        assert list(lines) == [("extra", "Mentoring", 70), ("stable", "Stable element", 15)]

    def test_people_are_counted_by_tier_against_the_boundary_of_the_post(self, mere):
        for tier in ("high", "high", "parked"):
            factories.ClientFactory(supported_by=mere, support=tier)
        found = submit(mere)
        assert (found.high, found.medium, found.group, found.parked) == (2, 0, 0, 1)
        assert (found.boundary_high, found.boundary_parked) == (5, 20)

    @pytest.mark.parametrize(
        ("day", "refused"), [(date(2026, 10, 31), True), (date(2026, 11, 1), False), (date(2026, 11, 30), False)]
    )
    def test_a_month_is_submitted_once_it_is_over(self, mere, day, refused):
        if refused:
            with pytest.raises(actions.NotOver, match="from 1 November 2026 on"):
                submit(mere, today=day)
        else:
            assert submit(mere, today=day).status == "submitted"

    def test_words_may_be_kept_while_the_month_runs(self, mere):
        found = write_words(mere, month=date(2026, 11, 1), comment="Much driving.")
        assert (found.status, found.comment) == ("draft", "Much driving.")
        with pytest.raises(actions.NotOver):
            write_words(mere, month=date(2026, 12, 1), comment="Not yet.")

    def test_nobody_submits_for_somebody_else(self, mere, manager):
        with pytest.raises(actions.NotYourPartOfRecord):
            act(actions.submit, mere, manager)

    def test_it_is_submitted_once(self, mere):
        submit(mere)
        with pytest.raises(actions.RecordStepRefused):
            submit(mere)

    def test_who_is_not_in_post_on_the_last_day_has_no_record(self, team, scheme):
        leaver = factories.MemberFactory(
            organisation=team.organisation, in_team=team, post__ends_before=date(2026, 10, 31)
        )
        with pytest.raises(actions.NotListed):
            submit(leaver)

    def test_a_page_that_is_old_is_refused_and_nothing_is_written(self, mere):
        write_words(mere, comment="Mine.")
        with pytest.raises(actions.RecordChangedMeanwhile):
            write_words(mere, comment="From another page.", version=0)
        assert record(mere).comment == "Mine."


class TestAgreeing:
    def test_D07_one_agreement_is_not_enough(self, mere):
        submit(mere)
        assert agree(mere, mere).status == expected("D07")

    def test_D08_with_both_it_is_agreed(self, mere, manager):
        assert both_agree(mere, manager).status == expected("D08")

    def test_the_manager_may_agree_first(self, mere, manager):
        submit(mere)
        agree(mere, manager)
        assert agree(mere, mere).status == "agreed"

    def test_the_deputy_has_the_managers_powers(self, mere, team, teammate):
        team.deputy = teammate
        team.save()
        assert both_agree(mere, teammate).status == "agreed"

    def test_an_agreement_keeps_to_what_it_was_given(self, mere, manager):
        both_agree(mere, manager)
        assert {(a.member, a.side, a.total) for a in Agreement.objects.all()} == {
            (mere, "worker", 93),
            (manager, "manager", 93),
        }

    def test_nobody_agrees_twice(self, mere):
        submit(mere, agree=True)
        with pytest.raises(actions.RecordStepRefused):
            agree(mere, mere)

    def test_a_draft_is_not_agreed_to(self, mere, manager):
        with pytest.raises(actions.RecordStepRefused):
            agree(mere, manager)

    def test_a_worker_who_leads_their_own_team_agrees_for_the_worker_alone(self, mere, team):
        team.manager = mere
        team.save()
        submit(mere, agree=True)
        with pytest.raises(actions.RecordStepRefused):
            agree(mere, mere)
        assert sides(mere) == {"worker"}

    def test_the_database_has_no_room_for_one_person_on_both_sides(self, mere, manager):
        submit(mere, agree=True)
        with pytest.raises(IntegrityError), transaction.atomic():
            Agreement.objects.create(
                record=record(mere), member=mere, side=Side.MANAGER, total=93, at=record(mere).agreements.get().at
            )

    @pytest.mark.parametrize("who", ["teammate", "stranger", "other_manager", "service_manager", "admin"])
    def test_nobody_else_has_a_part_in_it(self, mere, who, request):
        submit(mere)
        with pytest.raises(actions.NotYourPartOfRecord):
            agree(mere, request.getfixturevalue(who))

    def test_agreed_it_stays_as_it_is(self, mere, manager, other_manager):
        both_agree(mere, manager)
        for attempt in (
            lambda: write_words(mere, comment="Later."),
            lambda: write_reason(mere, manager, reason="Later."),
            lambda: add_action(mere, manager),
            lambda: submit(mere),
            lambda: agree(mere, manager),
            lambda: disagree(mere, manager, other_manager),
        ):
            with pytest.raises(actions.Kept):
                attempt()
        assert record(mere).status == "agreed"

    def test_words_that_change_clear_the_agreement_and_words_that_do_not_leave_it(self, mere):
        submit(mere, agree=True)
        write_words(mere)
        assert sides(mere) == {"worker"}
        write_words(mere, comment="One thing more.")
        assert sides(mere) == set()
        assert record(mere).status == "submitted"

    def test_supervision_is_written_beside_and_clears_nothing(self, mere, manager):
        submit(mere, agree=True)
        act(actions.note_supervision, mere, manager, held_on=date(2026, 10, 29), next_on=date(2026, 11, 26))
        found = record(mere)
        assert (found.supervision_held_on, found.next_supervision_on) == (date(2026, 10, 29), date(2026, 11, 26))
        assert sides(mere) == {"worker"}

    @pytest.mark.parametrize(
        ("held_on", "next_on"),
        [
            (TODAY + timedelta(days=1), None),
            (date(2026, 9, 30), None),
            (date(2026, 10, 29), date(2026, 10, 29)),
            (None, date(2026, 10, 1)),
        ],
    )
    def test_days_of_supervision_that_contradict_each_other_are_refused(self, mere, held_on, next_on):
        with pytest.raises(actions.RecordContradiction):
            act(actions.note_supervision, mere, mere, held_on=held_on, next_on=next_on)


class TestAChangedFact:
    def test_D09_a_change_after_one_agreement_clears_it(self, mere):
        submit(mere, agree=True)
        work.take_on(worker=mere, code="group_work", starts_on=date(2026, 10, 20), by=mere)
        found = record(mere)
        assert [found.status, list(found.agreements.all())] == expected("D09")
        assert not found.lines.exists()
        assert Notice.objects.filter(kind=notices.RECORD_CHANGED, recipient=mere).count() == 1

    def test_a_person_allocated_within_the_month_changes_it(self, mere):
        submit(mere, agree=True)
        factories.ClientFactory(supported_by=mere, since=date(2026, 10, 20))
        assert record(mere).status == "draft"

    def test_somebody_kept_in_touch_with_counts_no_points_and_changes_it_all_the_same(self, mere):
        submit(mere, agree=True)
        factories.ClientFactory(supported_by=mere, support="parked", since=date(2026, 10, 20))
        assert record(mere).status == "draft"

    def test_a_new_post_changes_the_limit_and_with_it_the_record(self, mere, manager):
        from peerload.staff.models import Post

        submit(mere, agree=True)
        Post.objects.filter(worker=mere).update(fte=Decimal("0.5"))
        factories.refresh_derived(workers=[mere])
        assert record(mere).status == "draft"

    def test_what_begins_after_the_month_changes_nothing(self, mere):
        submit(mere, agree=True)
        factories.ClientFactory(supported_by=mere, since=date(2026, 11, 1))
        work.take_on(worker=mere, code="group_work", starts_on=date(2026, 11, 2), by=mere)
        assert record(mere).status == "submitted"
        assert sides(mere) == {"worker"}

    def test_that_something_will_end_changes_nothing(self, mere):
        held = work.take_on(worker=mere, code="group_work", starts_on=LONG_AGO, by=mere)
        submit(mere, agree=True)
        work.put_down(responsibility_id=held.pk, until=date(2026, 11, 10), by=mere)
        assert sides(mere) == {"worker"}

    def test_a_peak_that_was_wrong_changes_it(self, mere):
        submit(mere, agree=True)
        work.take_on(worker=mere, code="group_work", starts_on=date(2026, 10, 5), until=date(2026, 10, 9), by=mere)
        assert record(mere).status == "draft"

    def test_not_agreed_it_is_a_draft_again_and_the_note_is_gone(self, mere, manager, other_manager):
        submit(mere)
        disagree(mere, manager, other_manager)
        work.take_on(worker=mere, code="group_work", starts_on=date(2026, 10, 20), by=mere)
        found = record(mere)
        assert (found.status, found.disagreed_by, found.disagreement) == ("draft", None, "")

    def test_D10_an_agreed_month_is_not_rewritten(self, mere, manager):
        both_agree(mere, manager)
        before = MonthlyRecord.objects.filter(worker=mere).values().get()
        lines = list(RecordLine.objects.values())
        work.take_on(worker=mere, code="group_work", starts_on=date(2026, 10, 20), by=mere)
        rewritten = MonthlyRecord.objects.filter(worker=mere).values().get() != before
        assert rewritten is expected("D10")
        assert list(RecordLine.objects.values()) == lines

    def test_counted_anew_in_the_background_it_is_followed_too(self, mere, organisation):
        submit(mere, agree=True)
        work.create_scheme(organisation, overrides={"limit": Decimal(90)})
        work.recount_later(organisation)
        work.recount(organisation)
        assert record(mere).status == "draft"


class TestAdjustments:
    NOVEMBER = date(2026, 11, 1)

    def added(self, worker, organisation, month=NOVEMBER):
        from workload import queries as ledger

        found = queries.adjustments(organisation, month, [worker.pk], ledger.schemes(organisation.pk))
        return [(each.for_month, each.points) for each in found.get(worker.pk, [])]

    def test_a_correction_is_a_line_in_the_next_months_record(self, mere, manager, organisation):
        both_agree(mere, manager)
        assert self.added(mere, organisation) == []
        work.take_on(worker=mere, code="group_work", starts_on=date(2026, 10, 20), by=mere)
        assert self.added(mere, organisation) == [(OCTOBER, 6)]  # 5, and one more whole ten

    def test_it_stands_beside_the_total_and_never_in_it(self, mere, manager):
        both_agree(mere, manager)
        held = work.take_on(
            worker=mere, code="group_work", starts_on=date(2026, 10, 20), until=date(2026, 11, 5), by=mere
        )
        found = submit(mere, month=self.NOVEMBER, today=date(2026, 12, 1))
        assert (found.total, found.adjustment) == (93, 6)
        line = found.lines.get(for_month=OCTOBER)
        assert (line.label, line.points) == ("Correction for October 2026", 6)
        assert held.code == "group_work"

    def test_kept_there_it_is_not_added_again(self, mere, manager, organisation):
        both_agree(mere, manager)
        work.take_on(worker=mere, code="group_work", starts_on=date(2026, 10, 20), until=date(2026, 11, 5), by=mere)
        both_agree(mere, manager, month=self.NOVEMBER, today=date(2026, 12, 1))
        assert self.added(mere, organisation, date(2026, 12, 1)) == []

    def test_a_correction_taken_back_is_an_adjustment_the_other_way(self, mere, manager, organisation):
        both_agree(mere, manager)
        held = work.take_on(
            worker=mere, code="group_work", starts_on=date(2026, 10, 20), until=date(2026, 11, 5), by=mere
        )
        both_agree(mere, manager, month=self.NOVEMBER, today=date(2026, 12, 1))
        work.remove_responsibility(responsibility_id=held.pk, by=mere, reason="it was not so")
        assert self.added(mere, organisation, date(2026, 12, 1)) == [(OCTOBER, -6)]

    def test_a_submitted_record_is_opened_by_a_correction_before_it(self, mere, manager):
        both_agree(mere, manager)
        submit(mere, month=self.NOVEMBER, today=date(2026, 12, 1))
        work.take_on(worker=mere, code="group_work", starts_on=date(2026, 10, 20), until=date(2026, 11, 5), by=mere)
        assert record(mere, self.NOVEMBER).status == "draft"


class TestAboveTheLimit:
    def test_one_month_asks_for_its_reason_before_anybody_agrees(self, over, manager):
        assert submit(over).flag == Flag.REASON
        for somebody in (over, manager):
            with pytest.raises(actions.NeedsMore, match="the reason for this month"):
                agree(over, somebody)
        write_reason(over, over, reason="Two people at once.")
        agree(over, over)
        assert agree(over, manager).status == "agreed"

    def test_submitting_and_agreeing_at_once_is_one_or_nothing(self, over):
        with pytest.raises(actions.NeedsMore), transaction.atomic():
            submit(over, agree=True)
        assert version(over) == 0

    def test_a_second_month_in_a_row_asks_for_a_review_with_an_action(self, long_over, manager):
        assert submit(long_over).flag == Flag.REVIEW
        write_reason(long_over, manager, causes="A colleague is away.")
        with pytest.raises(actions.NeedsMore, match="at least one action"):
            agree(long_over, manager)
        add_action(long_over, manager)
        agree(long_over, long_over)
        assert agree(long_over, manager).status == "agreed"

    def test_the_month_before_counts_as_it_was_kept(self, long_over, manager):
        """September was agreed with less: what the facts say of it today does not open a review."""
        MonthlyRecord.objects.create(
            organisation=long_over.organisation,
            worker=long_over,
            month=SEPTEMBER,
            total=99,
            status="agreed",
            limit=100,
            mark=85,
        )
        assert submit(long_over).flag == Flag.REASON

    def test_a_provisional_month_counts(self, over, manager):
        MonthlyRecord.objects.create(
            organisation=over.organisation,
            worker=over,
            month=SEPTEMBER,
            total=101,
            status="provisional",
            limit=100,
            mark=85,
        )
        assert submit(over).flag == Flag.REVIEW

    def test_an_action_stays_open_for_both_until_it_is_done(self, long_over, manager):
        action = add_action(long_over, manager)
        assert list(queries.open_actions(long_over)) == list(queries.open_actions(manager)) == [action]
        actions.tick_off_action(action_id=action.pk, by=long_over, today=TODAY, done=True)
        actions.tick_off_action(action_id=action.pk, by=manager, today=TODAY + timedelta(days=1), done=True)
        action.refresh_from_db()
        assert action.done_on == TODAY
        assert not queries.open_actions(long_over)
        actions.tick_off_action(action_id=action.pk, by=manager, today=TODAY, done=False)
        assert list(queries.open_actions(long_over)) == [action]

    def test_a_stranger_settles_nothing(self, long_over, manager, stranger):
        action = add_action(long_over, manager)
        with pytest.raises(actions.NotYourPartOfRecord):
            actions.tick_off_action(action_id=action.pk, by=stranger, today=TODAY, done=True)

    @pytest.mark.parametrize("given", [{"what": "  "}, {"due_on": TODAY - timedelta(days=1)}])
    def test_an_action_says_what_and_by_when(self, long_over, manager, given):
        with pytest.raises(actions.RecordContradiction):
            add_action(long_over, manager, **given)

    def test_an_action_belongs_to_somebody_of_the_record(self, long_over, manager, stranger):
        with pytest.raises(actions.NotYourPartOfRecord):
            add_action(long_over, manager, owner=stranger)

    def test_an_action_added_or_taken_back_clears_the_agreements(self, long_over, manager):
        submit(long_over)
        write_reason(long_over, manager, causes="A colleague is away.")
        action = add_action(long_over, manager)
        agree(long_over, long_over)
        add_action(long_over, manager, what="Share the group")
        assert sides(long_over) == set()
        agree(long_over, long_over)
        actions.drop_action(action_id=action.pk, by=manager, version=version(long_over), today=TODAY)
        assert sides(long_over) == set()


class TestNotAgreed:
    def test_it_goes_to_another_manager_with_both_figures(self, mere, manager, other_manager):
        submit(mere, agree=True)
        found = disagree(mere, manager, other_manager)
        assert (found.status, found.total, found.disagreed_total, found.disagreed_by) == ("not_agreed", 93, 97, manager)
        assert sides(mere) == set()
        assert Notice.objects.filter(kind=notices.RECORD_OTHER_MANAGER, recipient=other_manager).exists()
        assert Notice.objects.filter(kind=notices.RECORD_DISAGREED, recipient=mere).exists()

    def test_the_other_manager_decides_and_the_first_does_not(self, mere, manager, other_manager):
        submit(mere)
        disagree(mere, mere, other_manager)
        with pytest.raises(actions.NotYourPartOfRecord):
            agree(mere, manager)
        agree(mere, mere)
        assert agree(mere, other_manager).status == "agreed"

    def test_it_needs_a_note_and_somebody_else(self, mere, manager, other_manager, teammate):
        submit(mere)
        with pytest.raises(actions.NeedsMore):
            disagree(mere, manager, other_manager, note=" ")
        for nobody in (manager, mere, teammate):
            with pytest.raises(actions.NotYourPartOfRecord):
                disagree(mere, manager, nobody)
        with pytest.raises(actions.NotYourPartOfRecord):
            disagree(mere, mere, manager)

    def test_a_draft_is_not_disagreed_with(self, mere, manager, other_manager):
        with pytest.raises(actions.RecordStepRefused):
            disagree(mere, manager, other_manager)


class TestAway:
    def test_D11_another_managers_agreement_completes_it(self, mere, manager, other_manager):
        away(manager)
        submit(mere, agree=True)
        act(actions.ask_other_manager, mere, mere, other_manager=other_manager)
        assert agree(mere, other_manager).status == expected("D11")

    def test_the_manager_who_is_away_is_not_another_manager(self, mere, manager):
        away(manager)
        submit(mere)
        with pytest.raises(actions.NotYourPartOfRecord):
            act(actions.ask_other_manager, mere, mere, other_manager=manager)

    def test_another_manager_is_not_asked_while_somebody_of_the_team_can_agree(
        self, mere, manager, other_manager, team, teammate
    ):
        submit(mere)
        with pytest.raises(actions.ManagerIsThere, match="Ana Whitford"):
            act(actions.ask_other_manager, mere, mere, other_manager=other_manager)
        away(manager)
        team.deputy = teammate
        team.save()
        with pytest.raises(actions.ManagerIsThere, match="Tom"):
            act(actions.ask_other_manager, mere, mere, other_manager=other_manager)

    def test_who_leads_their_own_team_asks_another_manager(self, mere, team, other_manager):
        team.manager = mere
        team.save()
        submit(mere, agree=True)
        act(actions.ask_other_manager, mere, mere, other_manager=other_manager)
        assert agree(mere, other_manager).status == "agreed"

    def test_D12_the_manager_completes_it_provisionally(self, mere, manager):
        away(mere)
        found = act(actions.complete, mere, manager)
        by, status, agreed = expected("D12")
        assert found.completed_by == manager and by == "manager"
        assert (found.status, list(found.agreements.all())) == (status, agreed)
        assert found.lines.count() == 2

    def test_back_again_the_provisional_record_stays_and_what_they_know_better_is_adjusted(
        self, mere, manager, organisation
    ):
        absence = away(mere)
        act(actions.complete, mere, manager)
        absence.ends_before = TODAY
        absence.save()
        work.take_on(worker=mere, code="group_work", starts_on=date(2026, 10, 20), by=mere)
        assert (record(mere).status, record(mere).total) == ("provisional", 93)
        assert TestAdjustments().added(mere, organisation) == [(OCTOBER, 6)]

    def test_nobody_is_completed_for_while_they_are_there(self, mere, manager):
        with pytest.raises(actions.WorkerIsThere):
            act(actions.complete, mere, manager)

    def test_nobody_completes_their_own(self, mere):
        away(mere)
        with pytest.raises(actions.NotYourPartOfRecord):
            act(actions.complete, mere, mere)

    def test_what_is_submitted_is_not_completed_over_it(self, mere, manager):
        submit(mere)
        away(mere)
        with pytest.raises(actions.RecordStepRefused):
            act(actions.complete, mere, manager)

    def test_above_the_limit_the_manager_says_why_so_far_as_it_is_known(self, over, manager):
        away(over)
        with pytest.raises(actions.NeedsMore):
            act(actions.complete, over, manager)
        write_reason(over, manager, reason="Two people at once, as far as I know.")
        assert act(actions.complete, over, manager).status == "provisional"


class TestBroughtIn:
    def brought(self, worker, **given):
        return MonthlyRecord.objects.create(
            organisation=worker.organisation, worker=worker, month=OCTOBER, imported=True, **given
        )

    def test_a_submitted_one_becomes_peerloads_own_when_somebody_agrees(self, mere, manager):
        self.brought(mere, total=93, status="submitted", completed_by=mere, completed_on=TODAY)
        agree(mere, manager)
        found = record(mere)
        assert (found.imported, found.status, found.lines.count()) == (False, "submitted", 2)

    def test_one_with_another_total_is_opened_by_the_first_press_and_stays_open(self, mere, manager):
        self.brought(mere, total=90, status="submitted", completed_by=mere, completed_on=TODAY)
        with pytest.raises(actions.OpenedAgain, match="The sheet says 90 points, but the records here give 93."):
            agree(mere, manager)
        found = record(mere)
        assert (found.status, found.total, found.imported, found.completed_by) == ("draft", 93, False, None)
        with pytest.raises(actions.RecordStepRefused):
            agree(mere, manager)
        assert submit(mere).total == 93

    def test_one_with_another_total_that_is_disagreed_with_is_opened_and_stays_open(self, mere, manager, other_manager):
        self.brought(mere, total=90, status="submitted", completed_by=mere, completed_on=TODAY)
        with pytest.raises(actions.OpenedAgain):
            act(actions.disagree, mere, manager, total=Decimal(97), note="Twice.", other_manager=other_manager)
        assert (record(mere).status, record(mere).disagreed_by) == ("draft", None)

    def test_one_with_another_total_is_submitted_by_its_worker_at_once(self, mere, manager):
        self.brought(mere, total=90, status="submitted", completed_by=manager, completed_on=TODAY)
        assert submit(mere, agree=True).total == 93
        assert agree(mere, manager).status == "agreed"

    def test_a_kept_one_stays_as_it_was_brought(self, mere):
        self.brought(mere, total=90, status="agreed")
        with pytest.raises(actions.Kept):
            write_words(mere, comment="Later.")
        assert (record(mere).total, record(mere).imported) == (90, True)
