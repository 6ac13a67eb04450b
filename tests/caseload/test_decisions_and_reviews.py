"""Decisions about support, the results of reviews, and earlier details: rows, not history."""

from datetime import date, timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection

from caseload import actions
from caseload.duplicates.actions.merging import merge
from caseload.duplicates.actions.taking_apart import take_apart
from caseload.models import Allocation, AllocationReview, CloseDecision, ReferralChange, ReplacedParking, TierPeriod
from caseload.queries.person import decisions_of, reviews_of
from caseload.waiting import actions as waiting_actions
from caseload.waiting import queries as waiting
from tests import factories
from tests.test_migrations import a_copy, ask, migrate

TODAY = date(2026, 11, 12)
DAY = timedelta(days=1)
ROWS = (CloseDecision, AllocationReview, ReferralChange, ReplacedParking)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def look(hana, worker):
    def again(was, review_on, words, by=worker):
        who = {"client_id": hana.pk, "by": by, "today": TODAY}
        return actions.look_again(**who, was=was, review_on=review_on, words=words)

    return again


@pytest.fixture
def waits(organisation, team, manager):
    """Somebody who waits, and what writes more of it."""
    person = factories.ClientFactory(organisation=organisation, team=team, support=None, name="Whetu Cole")

    def write(by=manager, **fields):
        version = waiting.version_of(waiting.standing(person))
        fields = {"referred_on": TODAY - 10 * DAY, **fields}
        return waiting_actions.write_down(client_id=person.pk, by=by, today=TODAY, version=version, fields=fields)

    return write


def ask_for_support(person, by):
    words = {"reached": True, "outcome": "support_wanted", "submission_id": uuid4()}
    return actions.log_contact(client_id=person.pk, by=by, on=TODAY, today=TODAY, **words).contact


class TestDecisions:
    def test_each_keeps_who_decided_and_who_withdrew_it_and_why(self, hana, worker, manager):
        actions.decide_to_close(client_id=hana.pk, on=TODAY - DAY, by=worker, today=TODAY, reason="Goals met")
        actions.withdraw_decision(client_id=hana.pk, by=manager, today=TODAY, reason="Not yet")
        actions.decide_to_close(client_id=hana.pk, on=TODAY, by=manager, today=TODAY)

        first, second = decisions_of(hana.pk)
        assert (first.decided_on, first.by, first.reason) == (TODAY - DAY, worker, "Goals met")
        assert (first.withdrawn_on, first.withdrawn_by, first.withdrawn_reason) == (TODAY, manager, "Not yet")
        assert (second.decided_on, second.by, second.reason, second.withdrawn_on) == (TODAY, manager, "", None)

    def test_one_that_only_a_sheet_told_of_is_withdrawn_too(self, hana, worker):
        Allocation.objects.filter(client=hana).update(close_decided_on=TODAY - DAY)
        actions.withdraw_decision(client_id=hana.pk, by=worker, today=TODAY)
        [decision] = decisions_of(hana.pk)
        assert (decision.decided_on, decision.by, decision.withdrawn_by) == (TODAY - DAY, None, worker)

    def test_a_closing_taken_back_lets_it_stand_again(self, hana, worker):
        actions.decide_to_close(client_id=hana.pk, on=TODAY - DAY, by=worker, today=TODAY)
        self.close_and_reopen(hana, worker)
        assert hana.allocations.get().close_decided_on == TODAY - DAY
        actions.withdraw_decision(client_id=hana.pk, by=worker, today=TODAY)
        self.close_and_reopen(hana, worker)
        assert hana.allocations.get().close_decided_on is None

    def test_so_does_one_that_only_a_sheet_told_of(self, hana, worker):
        Allocation.objects.filter(client=hana).update(close_decided_on=TODAY - DAY)
        self.close_and_reopen(hana, worker)
        assert hana.allocations.get().close_decided_on == TODAY - DAY

    @staticmethod
    def close_and_reopen(person, worker):
        who = {"client_id": person.pk, "on": TODAY, "by": worker, "today": TODAY}
        actions.close(**who, moved_on="ended")
        actions.support_again(**who, tier="medium", reason="")

    def test_one_stands_at_a_time(self, hana):
        allocation = hana.allocations.get()
        CloseDecision.objects.create(allocation=allocation, decided_on=TODAY)
        with pytest.raises(IntegrityError, match="caseload_closedecision_one_stands"):
            CloseDecision.objects.create(allocation=allocation, decided_on=TODAY)

    def test_none_is_withdrawn_before_it_is_made(self, hana):
        with pytest.raises(IntegrityError, match="caseload_closedecision_withdrawn_afterwards"):
            CloseDecision.objects.create(allocation=hana.allocations.get(), decided_on=TODAY, withdrawn_on=TODAY - DAY)

    def test_none_that_stands_says_why_it_was_withdrawn(self, hana):
        with pytest.raises(IntegrityError, match="caseload_closedecision_withdrawn_afterwards"):
            CloseDecision.objects.create(
                allocation=hana.allocations.get(), decided_on=TODAY, withdrawn_reason="Not yet"
            )


class TestReviews:
    def test_a_look_that_leaves_the_day_as_it_is_keeps_its_words(self, hana, look, worker):
        look(None, TODAY + DAY, "Ring the landlord")
        look(TODAY + DAY, TODAY + DAY, "They rang back")
        assert [(each.by, each.words, each.next_on) for each in reviews_of(hana.pk)] == [
            (worker, "Ring the landlord", TODAY + DAY),
            (worker, "They rang back", TODAY + DAY),
        ]

    def test_a_form_sent_twice_is_one_look(self, hana, look):
        for _ in range(2):
            look(None, TODAY + DAY, "Ring the landlord")
        assert len(reviews_of(hana.pk)) == 1

    def test_the_next_is_later(self, hana):
        with pytest.raises(IntegrityError, match="caseload_allocationreview_next_is_later"):
            AllocationReview.objects.create(allocation=hana.allocations.get(), looked_on=TODAY, next_on=TODAY)


class TestWaiting:
    def test_what_was_written_before_is_kept_with_who_changed_it(self, waits, worker):
        waits(action="Ring", due_on=TODAY + DAY)
        referral = waits(action="Write", due_on=TODAY + DAY, by=worker)
        waits(action="Write", due_on=TODAY + DAY)  # saved, and nothing changed
        [change] = referral.changes.all()
        assert (change.action, change.changed_on, change.by) == ("Ring", TODAY, worker)

    def test_a_merge_taken_back_brings_back_what_was_written_of_waiting_that_was_dropped(
        self, organisation, team, worker, manager
    ):
        kept, absorbed = (
            factories.ClientFactory(organisation=organisation, name="Kai Ngata", supported_by=worker, team=team)
            for _ in range(2)
        )
        planned = waiting_actions.WaitTerms(manager, TODAY + 9 * DAY, "The open group")
        waiting_actions.return_to_waiting(
            waits={absorbed.pk: planned}, on=TODAY + 5 * DAY, by=manager, today=TODAY, purpose="No room"
        )
        ReferralChange.objects.create(referral=absorbed.referrals.get(), changed_on=TODAY, by=manager, action="Visit")
        made = merge(kept_id=kept.pk, absorbed_id=absorbed.pk, by=manager, today=TODAY)
        assert not ReferralChange.objects.exists()

        take_apart(client_id=kept.pk, merge_id=made.pk, by=manager, today=TODAY)

        assert [each.action for each in absorbed.referrals.get().changes.all()] == ["Visit"]


def test_a_contact_taken_back_lets_keeping_in_touch_that_began_that_day_stand_again(hana, worker, manager):
    said = {"talked": False, "reason": "Wanted a pause"}
    actions.keep_in_touch(client_id=hana.pk, on=TODAY, today=TODAY, by=manager, **said)
    contact = ask_for_support(hana, worker)
    assert TierPeriod.objects.on(TODAY).get(client=hana).tier == "medium"
    TierPeriod.pgh_event_model.objects.all().delete()

    actions.void_contact(contact_id=contact.pk, by=worker, today=TODAY, reason="About somebody else")

    period = TierPeriod.objects.on(TODAY).get(client=hana)
    assert (period.tier, period.talked, period.reason, period.by) == ("parked", False, "Wanted a pause", manager)
    assert not ReplacedParking.objects.exists()


# From before there were rows -----------------------------------------------------------------------------------------


@pytest.fixture
def everything_done(hana, look, waits, worker, manager):
    """Do everything that is written down, as the history has it."""
    actions.decide_to_close(client_id=hana.pk, on=TODAY, by=worker, today=TODAY, reason="Goals met")
    actions.withdraw_decision(client_id=hana.pk, by=manager, today=TODAY)
    actions.decide_to_close(client_id=hana.pk, on=TODAY, by=manager, today=TODAY)
    look(None, TODAY + DAY, "Ring the landlord")
    look(TODAY + DAY, None, "")
    closed = factories.ClientFactory(supported_by=worker, name="Moana Rei")
    actions.close(client_id=closed.pk, on=TODAY, today=TODAY, by=worker, moved_on="ended")
    waits(action="Ring", owner=manager)
    waits(action="Write", by=worker)
    paused = factories.ClientFactory(supported_by=worker, name="Ofa Ward")
    actions.keep_in_touch(client_id=paused.pk, on=TODAY, today=TODAY, talked=False, reason="A pause", by=worker)
    ask_for_support(paused, worker)
    for model in (Allocation, waiting.Referral):
        model.pgh_event_model.objects.update(pgh_created_at=f"{TODAY} 12:00+13:00")


def rows() -> dict[str, list[dict]]:
    return {
        model.__name__: sorted(
            model.objects.values(*(f.attname for f in model._meta.fields if f.name != "id")), key=str
        )
        for model in ROWS
    }


def test_what_only_the_history_told_becomes_the_rows_that_are_written_today(everything_done):
    written = rows()
    assert all(written.values())
    for model in ROWS:
        model.objects.all().delete()

    import_module("caseload.migrations.0015_decisions_from_history").from_history(apps, None)

    assert rows() == written


def test_imports_are_no_looks_and_no_reasons(hana, worker):
    with actions.history(worker, "import"):
        hana.allocations.update(review_on=TODAY + DAY, close_decided_on=TODAY)
    import_module("caseload.migrations.0015_decisions_from_history").from_history(apps, None)
    assert not AllocationReview.objects.exists()
    assert [(each.by, each.reason) for each in CloseDecision.objects.all()] == [(worker, "")]


@pytest.mark.django_db(transaction=True)
def test_the_migration_goes_back_and_forward_with_what_was_decided(everything_done):
    connection.commit()
    with a_copy():
        written = rows()
        migrate("caseload", "0013")
        assert "caseload_closedecision" not in connection.introspection.table_names()
        assert ask("SELECT count(*) FROM caseload_allocation WHERE close_decided_on IS NOT NULL") == [(2,)]

        migrate("caseload")

        assert rows() == written
