"""What people do to people's support, and what is refused."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from caseload import actions
from caseload.enums import Tier
from caseload.models import Allocation, Client, Contact, TierPeriod
from tests import factories
from tests.shared import shared

TODAY = date(2026, 11, 12)
DAY = timedelta(days=1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@shared(dated=True)
def parked(worker):
    """Somebody kept in touch with since 5 October, medium before."""
    person = factories.ClientFactory(supported_by=worker, name="Hana Rewi")
    actions.keep_in_touch(client_id=person.pk, on=date(2026, 10, 5), today=TODAY, talked=True, reason="", by=worker)
    return Client.objects.get(pk=person.pk)


@shared(dated=True)
def waiting(organisation, team):
    return factories.ClientFactory(organisation=organisation, team=team, support=None, name="Joe Marsh")


def tiers_of(person):
    rows = TierPeriod.objects.filter(client=person).order_by("starts_on")
    return [(row.tier, row.starts_on, row.ends_before) for row in rows]


def log(person, by, on=TODAY, **words):
    words = {"reached": True, "outcome": "no_support_needed", "submission_id": uuid4()} | words
    return actions.log_contact(client_id=person.pk, by=by, on=on, today=TODAY, **words)


class TestSupport:
    def test_a_new_support_ends_the_one_that_stood(self, hana, worker):
        actions.change_tier(client_id=hana.pk, on=TODAY, tier="high", reason="", by=worker, today=TODAY)

        assert tiers_of(hana) == [("medium", factories.LONG_AGO, TODAY), ("high", TODAY, None)]
        hana.refresh_from_db()
        assert (hana.tier, hana.tier_from) == ("high", TODAY)

    def test_a_second_change_on_one_day_takes_the_place_of_the_first(self, hana, worker):
        for tier in ("high", "group"):
            actions.change_tier(client_id=hana.pk, on=TODAY, tier=tier, reason="", by=worker, today=TODAY)

        assert tiers_of(hana) == [("medium", factories.LONG_AGO, TODAY), ("group", TODAY, None)]

    def test_the_same_support_again_is_refused(self, hana, worker):
        with pytest.raises(actions.SameSupport, match="since 6 January 2025 already"):
            actions.change_tier(client_id=hana.pk, on=TODAY, tier="medium", reason="", by=worker, today=TODAY)

    def test_a_change_before_the_last_one_is_refused(self, hana, worker):
        actions.change_tier(client_id=hana.pk, on=TODAY, tier="high", reason="", by=worker, today=TODAY)

        with pytest.raises(actions.BeforeWhatStands, match="since 12 November 2026"):
            actions.change_tier(client_id=hana.pk, on=TODAY - DAY, tier="group", reason="", by=worker, today=TODAY)

    def test_a_change_may_lie_ahead_and_stands_from_its_day(self, hana, worker):
        actions.change_tier(client_id=hana.pk, on=TODAY + DAY, tier="high", reason="", by=worker, today=TODAY)

        hana.refresh_from_db()
        assert hana.tier == "medium"

    def test_a_change_today_leaves_the_plan_ahead(self, hana, worker):
        actions.change_tier(client_id=hana.pk, on=TODAY + DAY, tier="high", reason="", by=worker, today=TODAY)
        actions.change_tier(client_id=hana.pk, on=TODAY, tier="group", reason="", by=worker, today=TODAY)

        assert [row[0] for row in tiers_of(hana)] == ["medium", "group", "high"]

    @pytest.mark.parametrize("tier", ["parked", "inactive", ""], ids=["parked", "inactive", "none"])
    def test_only_support_is_a_support(self, hana, worker, tier):
        with pytest.raises(actions.NeedsTier):
            actions.change_tier(client_id=hana.pk, on=TODAY, tier=tier, reason="", by=worker, today=TODAY)


class TestKeepingInTouch:
    def test_the_six_weeks_run_from_the_conversation(self, parked):
        assert (parked.tier, parked.parked_on, parked.six_weeks_from) == (
            "parked",
            date(2026, 10, 5),
            date(2026, 10, 5),
        )

    def test_without_a_conversation_they_run_from_the_last_contact_before(self, hana, worker):
        log(hana, worker, on=date(2026, 9, 30))
        actions.keep_in_touch(client_id=hana.pk, on=TODAY, today=TODAY, talked=False, reason="", by=worker)

        hana.refresh_from_db()
        assert hana.six_weeks_from == date(2026, 9, 30)

    def test_it_cannot_begin_tomorrow(self, hana, worker):
        with pytest.raises(actions.NotYet, match="13 November 2026 has not come yet"):
            actions.keep_in_touch(client_id=hana.pk, on=TODAY + DAY, today=TODAY, talked=True, reason="", by=worker)

    def test_it_cannot_begin_twice(self, parked, worker):
        with pytest.raises(actions.SameSupport, match="already"):
            actions.keep_in_touch(client_id=parked.pk, on=TODAY, today=TODAY, talked=True, reason="", by=worker)

    def test_it_needs_support_before(self, waiting, worker):
        with pytest.raises(actions.NotActive):
            actions.keep_in_touch(client_id=waiting.pk, on=TODAY, today=TODAY, talked=True, reason="", by=worker)

    def test_support_again_is_the_same_allocation(self, parked, worker):
        actions.support_again(client_id=parked.pk, on=TODAY, tier="high", reason="", by=worker, today=TODAY)

        assert Allocation.objects.get(client=parked).starts_on == factories.LONG_AGO
        parked.refresh_from_db()
        assert (parked.tier, parked.parked_on, parked.six_weeks_from) == ("high", None, None)

    def test_parked_again_the_weeks_start_anew(self, parked, worker):
        log(parked, worker, on=date(2026, 10, 20))
        actions.support_again(client_id=parked.pk, on=date(2026, 11, 2), tier="high", reason="", by=worker, today=TODAY)
        actions.keep_in_touch(client_id=parked.pk, on=TODAY, today=TODAY, talked=True, reason="", by=worker)

        parked.refresh_from_db()
        assert (parked.parked_on, parked.contacts_since_parked) == (TODAY, 0)


class TestContacts:
    def test_a_contact_moves_the_six_weeks(self, parked, worker):
        log(parked, worker)

        parked.refresh_from_db()
        assert (parked.six_weeks_from, parked.last_contact_on, parked.contacts_since_parked) == (TODAY, TODAY, 1)
        assert parked.longest_gap == 38

    def test_an_attempt_changes_nothing(self, parked, worker):
        log(parked, worker, reached=False, outcome="")

        parked.refresh_from_db()
        assert (parked.six_weeks_from, parked.last_reached_on) == (date(2026, 10, 5), None)

    def test_two_contacts_on_one_day_count_once(self, parked, worker):
        log(parked, worker)
        log(parked, worker)

        parked.refresh_from_db()
        assert parked.contacts_since_parked == 1

    def test_tomorrow_is_refused(self, parked, worker):
        with pytest.raises(actions.NotYet):
            log(parked, worker, on=TODAY + DAY)

    @pytest.mark.parametrize(
        ("reached", "outcome"), [(True, ""), (False, "other")], ids=["reached without outcome", "attempt with outcome"]
    )
    def test_the_outcome_belongs_to_having_reached_somebody(self, parked, worker, reached, outcome):
        with pytest.raises(actions.NeedsOutcome):
            log(parked, worker, reached=reached, outcome=outcome)

    def test_the_same_submission_is_one_contact(self, parked, worker):
        once = uuid4()
        first, second = (log(parked, worker, submission_id=once) for _ in range(2))

        assert (first.repeated, second.repeated) == (False, True)
        assert first.contact == second.contact
        assert Contact.objects.count() == 1

    def test_the_same_submission_in_other_words_is_refused_with_the_first(self, parked, worker):
        once = uuid4()
        first = log(parked, worker, submission_id=once)

        with pytest.raises(actions.ContactSaidDifferently) as refusal:
            log(parked, worker, submission_id=once, note="And another thing")
        assert refusal.value.contact == first.contact

    def test_support_wanted_puts_back_to_the_last_support_from_that_day(self, parked, worker):
        logged = log(parked, worker, on=TODAY - DAY, outcome="support_wanted")

        assert logged.back_to == Tier.MEDIUM
        assert tiers_of(parked)[1:] == [("parked", date(2026, 10, 5), TODAY - DAY), ("medium", TODAY - DAY, None)]
        assert TierPeriod.objects.get(because_of=logged.contact).tier == "medium"

    def test_support_wanted_takes_the_support_that_was_chosen(self, parked, worker):
        assert log(parked, worker, outcome="support_wanted", tier="high").back_to == Tier.HIGH

    def test_support_wanted_on_the_parking_day_itself_takes_its_place_and_gives_it_back(self, parked, worker):
        logged = log(parked, worker, on=date(2026, 10, 5), outcome="support_wanted", tier="high")
        assert [row[0] for row in tiers_of(parked)] == ["medium", "high"]

        actions.undo_contact(contact_id=logged.contact.pk, by=worker, today=TODAY, now=logged.contact.recorded_at)
        assert [row[0] for row in tiers_of(parked)] == ["medium", "parked"]
        parked.refresh_from_db()
        assert parked.parked_on == date(2026, 10, 5)

    def test_undoing_takes_back_the_support_too(self, parked, worker):
        logged = log(parked, worker, outcome="support_wanted")
        before = tiers_of(parked)[:2]
        actions.undo_contact(contact_id=logged.contact.pk, by=worker, today=TODAY, now=logged.contact.recorded_at)

        assert len(before) == 2
        assert tiers_of(parked)[-1] == ("parked", date(2026, 10, 5), None)
        parked.refresh_from_db()
        assert (parked.tier, parked.support_wanted_on, parked.last_contact_on) == ("parked", None, None)

    @pytest.mark.parametrize(("minutes", "late"), [(10, False), (11, True)], ids=["after ten minutes", "after eleven"])
    def test_undo_lasts_ten_minutes(self, parked, worker, minutes, late):
        contact = log(parked, worker).contact
        contact.refresh_from_db()
        now = contact.recorded_at + timedelta(minutes=minutes)
        if late:
            with pytest.raises(actions.TooLate):
                actions.undo_contact(contact_id=contact.pk, by=worker, today=TODAY, now=now)
        else:
            actions.undo_contact(contact_id=contact.pk, by=worker, today=TODAY, now=now)
        contact.refresh_from_db()
        assert (contact.voided_at is None) is late

    def test_somebody_elses_contact_is_not_undone(self, parked, worker, teammate):
        contact = log(parked, worker).contact
        with pytest.raises(actions.NotTheAuthor):
            actions.undo_contact(contact_id=contact.pk, by=teammate, today=TODAY, now=contact.recorded_at)

    def test_voiding_recomputes_what_followed(self, parked, worker, manager):
        contact = log(parked, worker).contact
        actions.void_contact(contact_id=contact.pk, by=manager, today=TODAY, reason="Another person's")

        parked.refresh_from_db()
        assert (parked.six_weeks_from, parked.contacts_since_parked) == (date(2026, 10, 5), 0)
        with pytest.raises(actions.VoidedAlready):
            actions.void_contact(contact_id=contact.pk, by=manager, today=TODAY, reason="Again")

    def test_voiding_needs_a_reason(self, parked, worker):
        with pytest.raises(actions.NeedsReason):
            actions.void_contact(contact_id=log(parked, worker).contact.pk, by=worker, today=TODAY, reason=" ")

    def test_a_note_may_be_added_by_the_author(self, parked, worker):
        contact = log(parked, worker).contact
        actions.annotate_contact(contact_id=contact.pk, by=worker, note=" All well ", minutes=20)

        contact.refresh_from_db()
        assert (contact.note, contact.minutes, contact.channel) == ("All well", 20, "")


class TestAllocations:
    def test_somebody_waiting_is_allocated_with_a_support(self, waiting, worker, manager):
        actions.allocate(
            client_id=waiting.pk,
            worker=worker,
            on=TODAY,
            by=manager,
            today=TODAY,
            tier="high",
            terms=actions.Terms(purpose="Settling in"),
        )

        waiting.refresh_from_db()
        assert (waiting.tier, waiting.team) == ("high", worker.home_team)
        assert Allocation.objects.get(client=waiting).purpose == "Settling in"

    def test_without_a_support_it_is_refused(self, waiting, worker, manager):
        with pytest.raises(actions.NeedsTier):
            actions.allocate(client_id=waiting.pk, worker=worker, on=TODAY, by=manager, today=TODAY)
        assert not Allocation.objects.exists()

    def test_somebody_supported_is_handed_over_instead(self, hana, teammate, manager):
        with pytest.raises(actions.AlreadySupported, match="supported by Mere Paki"):
            actions.allocate(client_id=hana.pk, worker=teammate, on=TODAY, by=manager, today=TODAY, tier="high")

    def test_a_worker_who_left_is_given_nobody(self, waiting, worker, manager):
        worker.active = False
        worker.save()
        with pytest.raises(actions.NotAWorker):
            actions.allocate(client_id=waiting.pk, worker=worker, on=TODAY, by=manager, today=TODAY, tier="high")

    def test_handing_over_ends_the_givers_allocation_that_day(self, hana, worker, teammate, manager):
        actions.hand_over(client_id=hana.pk, worker=teammate, on=TODAY, by=manager, today=TODAY)

        rows = (
            Allocation.objects.filter(client=hana)
            .order_by("starts_on")
            .values_list("worker", "starts_on", "ends_before")
        )
        assert list(rows) == [(worker.pk, factories.LONG_AGO, TODAY), (teammate.pk, TODAY, None)]

    def test_handing_over_to_the_same_worker_is_refused(self, hana, worker, manager):
        with pytest.raises(actions.SameWorker):
            actions.hand_over(client_id=hana.pk, worker=worker, on=TODAY, by=manager, today=TODAY)

    def test_somebody_nobody_supports_cannot_be_handed_over(self, waiting, worker, manager):
        with pytest.raises(actions.NotSupported):
            actions.hand_over(client_id=waiting.pk, worker=worker, on=TODAY, by=manager, today=TODAY)

    def test_a_planned_hand_over_keeps_the_team_until_its_day(self, hana, stranger, manager, team):
        actions.hand_over(client_id=hana.pk, worker=stranger, on=TODAY + DAY, by=manager, today=TODAY)
        hana.refresh_from_db()
        assert hana.team == team

        with pytest.raises(actions.PlannedAlready):
            actions.hand_over(client_id=hana.pk, worker=stranger, on=TODAY, by=manager, today=TODAY)

    def test_handed_over_to_another_team_the_person_goes_with_it(self, hana, stranger, manager, other_team):
        actions.hand_over(client_id=hana.pk, worker=stranger, on=TODAY, by=manager, today=TODAY)
        hana.refresh_from_db()
        assert hana.team == other_team


class TestClosing:
    def test_the_worker_holds_the_closing_day_and_the_day_after_says_not_in_touch(self, hana, worker):
        held = actions.close(client_id=hana.pk, on=TODAY, today=TODAY, by=worker, moved_on="ended")

        assert (held.close_decided_on, held.closed_on, held.ends_before) == (TODAY, TODAY, TODAY + DAY)
        assert tiers_of(hana)[-1] == ("inactive", TODAY + DAY, None)
        assert TierPeriod.objects.get(client=hana, tier="inactive").moved_on == "ended"

    def test_the_decision_stands_until_it_is_withdrawn(self, hana, worker):
        actions.decide_to_close(client_id=hana.pk, on=TODAY, by=worker, today=TODAY)
        with pytest.raises(actions.AlreadyDecided):
            actions.decide_to_close(client_id=hana.pk, on=TODAY, by=worker, today=TODAY)
        actions.withdraw_decision(client_id=hana.pk, by=worker, today=TODAY)
        with pytest.raises(actions.NothingDecided):
            actions.withdraw_decision(client_id=hana.pk, by=worker, today=TODAY)

        assert Allocation.objects.get(client=hana).close_decided_on is None
        event = Allocation.pgh_event_model.objects.filter(close_decided_on=TODAY).get()
        assert event.pgh_context.metadata["member"] == worker.pk

    @pytest.mark.parametrize("what", ["decide", "close"])
    def test_tomorrow_is_refused(self, hana, worker, what):
        with pytest.raises(actions.NotYet):
            if what == "decide":
                actions.decide_to_close(client_id=hana.pk, on=TODAY + DAY, by=worker, today=TODAY)
            else:
                actions.close(client_id=hana.pk, on=TODAY + DAY, today=TODAY, by=worker, moved_on="ended")

    def test_closing_before_the_decision_is_refused(self, hana, worker):
        actions.decide_to_close(client_id=hana.pk, on=TODAY, by=worker, today=TODAY)
        with pytest.raises(actions.BeforeWhatStands, match="The decision to close was made on 12 November 2026"):
            actions.close(client_id=hana.pk, on=TODAY - DAY, today=TODAY, by=worker, moved_on="ended")

    def test_closing_twice_is_refused(self, hana, worker):
        actions.close(client_id=hana.pk, on=TODAY, today=TODAY, by=worker, moved_on="ended")
        with pytest.raises(actions.NotSupported):
            actions.close(client_id=hana.pk, on=TODAY, today=TODAY, by=worker, moved_on="ended")

    def test_support_again_after_a_dropped_plan_has_no_end(self, hana, worker, teammate, manager):
        actions.keep_in_touch(client_id=hana.pk, on=TODAY, today=TODAY, talked=True, reason="", by=worker)
        later = TODAY + 9 * DAY
        actions.hand_over(client_id=hana.pk, worker=teammate, on=later, by=manager, today=TODAY)
        who = {"client_id": hana.pk, "on": TODAY, "reason": "Said so.", "by": manager, "today": TODAY}
        actions.decide_not_in_touch(moved_on="own_wish", **who)

        actions.support_again(tier="high", **who)

        assert hana.allocations.on(later).get().worker == worker

    def test_closing_drops_what_was_planned(self, hana, worker, teammate, manager):
        actions.hand_over(client_id=hana.pk, worker=teammate, on=TODAY + 7 * DAY, by=manager, today=TODAY)
        actions.change_tier(client_id=hana.pk, on=TODAY + 7 * DAY, tier="high", reason="", by=manager, today=TODAY)
        actions.close(client_id=hana.pk, on=TODAY, today=TODAY, by=worker, moved_on="moved_away")

        assert Allocation.objects.filter(client=hana).count() == 1
        assert tiers_of(hana)[-1] == ("inactive", TODAY + DAY, None)

    def test_a_decision_after_24_weeks_ends_it_that_day(self, worker, manager):
        since = date(2026, 5, 28)  # 24 weeks before
        person = factories.ClientFactory(supported_by=worker, support="parked", since=since)
        actions.decide_not_in_touch(
            client_id=person.pk, on=TODAY, moved_on="ended", reason="No answer since May", by=manager, today=TODAY
        )

        held = Allocation.objects.get(client=person)
        assert (held.close_decided_on, held.closed_on, held.ends_before) == (TODAY, TODAY, TODAY + DAY)
        assert tiers_of(person) == [("parked", since, TODAY), ("inactive", TODAY, None)]

    @pytest.mark.parametrize(
        ("since", "moved_on", "refused"),
        [
            (date(2026, 5, 29), "ended", actions.TooEarly),
            (date(2026, 5, 29), "own_wish", None),
            (date(2026, 11, 11), "died", None),
        ],
        ids=["a day before 24 weeks", "their own wish", "somebody died"],
    )
    def test_before_24_weeks_only_for_a_reason_to_stop(self, worker, manager, since, moved_on, refused):
        person = factories.ClientFactory(supported_by=worker, support="parked", since=since)

        def decide():
            actions.decide_not_in_touch(
                client_id=person.pk, on=TODAY, moved_on=moved_on, reason="Said so", by=manager, today=TODAY
            )

        if refused:
            with pytest.raises(refused):
                decide()
        else:
            decide()
            person.refresh_from_db()
            assert person.tier == "inactive"

    def test_somebody_who_comes_back_is_a_new_allocation(self, hana, worker, manager):
        actions.close(client_id=hana.pk, on=TODAY - 7 * DAY, today=TODAY, by=worker, moved_on="ended")
        with pytest.raises(actions.NeedsWorker):
            actions.support_again(client_id=hana.pk, on=TODAY, tier="group", reason="", by=manager, today=TODAY)
        actions.support_again(
            client_id=hana.pk, on=TODAY, tier="group", reason="", by=manager, today=TODAY, worker=worker
        )

        assert Allocation.objects.filter(client=hana, starts_on=TODAY, worker=worker).exists()
        hana.refresh_from_db()
        assert hana.tier == "group"


class TestWhoSomebodyIs:
    def test_somebody_new_gets_the_next_reference(self, organisation, manager, team):
        factories.ClientFactory(organisation=organisation, ref="P0041")
        person = actions.add_person(
            organisation=organisation, by=manager, on=TODAY, fields={"name": "Eru Tane", "team": team}
        )

        assert (person.ref, person.version) == ("P0042", 1)

    def test_a_reference_belongs_to_one_person(self, hana, organisation, manager):
        with pytest.raises(actions.RefTaken):
            actions.add_person(organisation=organisation, by=manager, on=TODAY, fields={"name": "Eru", "ref": hana.ref})

    def test_two_who_edit_see_each_other(self, hana, worker):
        actions.edit_person(client_id=hana.pk, by=worker, today=TODAY, version=1, fields={"phone": "555 0100"})
        with pytest.raises(actions.EditedMeanwhile) as refusal:
            actions.edit_person(client_id=hana.pk, by=worker, today=TODAY, version=1, fields={"phone": "555 0199"})

        assert refusal.value.current.phone == "555 0100"

    def test_joining_a_family_by_its_code(self, hana, worker):
        kin = factories.ClientFactory(
            organisation=hana.organisation,
            family=factories.FamilyFactory(organisation=hana.organisation, code="F1"),
        )
        edited = actions.edit_person(client_id=hana.pk, by=worker, today=TODAY, version=1, fields={"family": "F1"})
        assert edited.family == kin.family


def test_nothing_is_written_when_a_receiver_fails(hana, teammate, manager):
    """An exception of a receiver that derives something rolls everything back."""
    from peerload.core.events import facts_changed

    def break_down(**announced):
        raise RuntimeError("the ledger is broken")

    facts_changed.connect(break_down)
    try:
        with pytest.raises(RuntimeError):
            actions.hand_over(client_id=hana.pk, worker=teammate, on=TODAY, by=manager, today=TODAY)
    finally:
        facts_changed.disconnect(break_down)
    assert Allocation.objects.get(client=hana).worker_id != teammate.pk
