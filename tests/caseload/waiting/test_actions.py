"""Who waits for a worker, from referral to moved on: what ends it, who is told, and what is refused."""

from datetime import date, timedelta

import pytest

from caseload import actions as caseload
from caseload.models import Client, Referral, ReferralEvent, TierPeriod
from caseload.waiting import actions, queries
from peerload.home.sweep import sweep
from peerload.notices import kinds
from peerload.notices.models import Notice
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

DAY = timedelta(days=1)


@shared(dated=True)
def person(team):
    return factories.ClientFactory(organisation=team.organisation, team=team, support=None, name="Whetu Cole")


@pytest.fixture
def write(request, manager):
    """Write down what is said of somebody who waits, as the form does: of the person, unless somebody else is named."""

    def write_down(whom=None, *, by=manager, today=TODAY, version=None, **fields):
        whom = whom or request.getfixturevalue("person")
        standing = queries.standing(whom)
        version = queries.version_of(standing) if version is None else version
        fields = {"referred_on": standing.referred_on if standing else TODAY} | fields
        return actions.write_down(client_id=whom.pk, by=by, today=today, version=version, fields=fields)

    return write_down


def listed(organisation, team, on=TODAY, **more):
    return queries.waiting(organisation, on, today=on, team_ids=[team.pk], **more)


def unsent():
    """Return the notices about people, in no digest yet and not cancelled."""
    about = Notice.objects.filter(cancelled_at=None, message=None).exclude(kind__regex="^(record|report)_")
    return about.select_related("recipient")


def open_notices() -> list[tuple[str, str]]:
    """Return who gets what, as the next digest would say it."""
    return sorted((each.recipient.name, each.kind) for each in kinds.still_true(unsent()))


class TestTheEnd:
    def test_somebody_who_waits_is_counted_until_somebody_supports_them(self, person, write, worker, manager, team):
        write(owner=manager, due_on=TODAY)
        on = date(2026, 11, 20)
        caseload.allocate(client_id=person.pk, worker=worker, on=on, by=manager, tier="high", today=TODAY)

        referral = Referral.objects.get()
        assert (referral.ended_on, referral.ended_as) == (on, "allocated")
        [row] = listed(team.organisation, team, on - DAY)
        assert (row.arranged_with, row.arranged_from, row.wait.forgotten) == ("Mere Paki", on, False)
        assert listed(team.organisation, team, on) == []

    def test_an_allocation_dated_before_the_wait_began_is_refused(self, person, write, worker, manager):
        write()
        on = date(2026, 9, 1)
        with pytest.raises(caseload.BeforeWaiting, match="has waited for a worker since 12 November 2026."):
            caseload.allocate(client_id=person.pk, worker=worker, on=on, by=manager, tier="high", today=TODAY)
        assert Referral.objects.get().ended_on is None

    def test_moving_on_ends_it_and_an_allocation_planned_falls_away(self, person, write, worker, manager):
        write()
        later = date(2026, 11, 20)
        caseload.allocate(client_id=person.pk, worker=worker, on=later, by=manager, tier="high", today=TODAY)
        assert open_notices() == [("Mere Paki", "newly_with")]

        caseload.decide_not_in_touch(
            client_id=person.pk, on=TODAY, moved_on="died", reason="Her sister rang", by=manager, today=TODAY
        )

        referral = Referral.objects.get()
        assert (referral.ended_on, referral.ended_as) == (TODAY, "moved_on")
        assert not person.allocations.exists()
        assert not unsent().exists()

    def test_a_leavers_people_are_in_the_list_without_a_referral(self, worker, team):
        person = factories.ClientFactory(supported_by=worker)
        person.allocations.update(ends_before=TODAY)

        [row] = listed(team.organisation, team)
        assert (row.name, row.since, row.owner, row.wait.forgotten) == (person.name, TODAY, None, True)

    def test_what_sheets_or_plans_bring_about_ends_it_too(self, person, write, worker, manager):
        write()
        factories.AllocationFactory(client=person, worker=worker, starts_on=TODAY)
        sweep(person.organisation, TODAY)
        assert Referral.objects.get().ended_as == "allocated"

    def test_a_person_who_moves_on_by_a_plan_does_not_wait(self, person, write):
        write()
        factories.TierPeriodFactory(client=person, tier="inactive", starts_on=TODAY + DAY)
        sweep(person.organisation, TODAY + DAY)
        referral = Referral.objects.get()
        assert (referral.ended_on, referral.ended_as) == (TODAY + DAY, "moved_on")


class TestComingBack:
    @pytest.fixture
    def back(self, worker, write):
        """Somebody who had moved on, came back and waits."""
        person = factories.ClientFactory(supported_by=worker, support="medium", name="Moana Reid")
        person.allocations.update(ends_before=date(2026, 6, 1), closed_on=date(2026, 5, 31))
        TierPeriod.objects.filter(client=person, tier="medium").update(ends_before=date(2026, 6, 1))
        factories.TierPeriodFactory(client=person, tier="inactive", starts_on=date(2026, 6, 1))
        factories.refresh_derived(person)
        write(person)
        return person

    def test_they_wait_on_the_same_record(self, back, team):
        [row] = listed(team.organisation, team)
        assert (row.name, row.tier, row.since) == ("Moana Reid", None, TODAY)
        assert queries.counts(team.organisation, TODAY, today=TODAY)[team.pk].waiting == 1
        assert Client.objects.get(pk=back.pk).tier == "inactive"

    def test_the_sweep_leaves_them_waiting(self, back):
        sweep(back.organisation, TODAY + DAY)
        assert Referral.objects.standing().exists()

    def test_a_new_allocation_has_its_own_date_and_the_old_one_keeps_its_own(self, back, teammate, manager):
        caseload.allocate(client_id=back.pk, worker=teammate, on=TODAY, by=manager, tier="high", today=TODAY)
        first, second = back.allocations.order_by("starts_on")
        assert (first.closed_on, second.starts_on, second.closed_on) == (date(2026, 5, 31), TODAY, None)

    def test_they_may_move_on_from_waiting_with_a_reason_of_its_own(self, back, manager, team):
        caseload.decide_not_in_touch(
            client_id=back.pk, on=TODAY, moved_on="moved_away", reason="To Dunedin", by=manager, today=TODAY
        )
        assert listed(team.organisation, team) == []
        assert [tier.moved_on for tier in back.tiers.order_by("starts_on")] == ["", "", "moved_away"]

    def test_a_person_not_in_touch_who_waits_for_nobody_does_not_move_on_twice(self, back, manager):
        stop = {"client_id": back.pk, "on": TODAY, "moved_on": "died", "reason": "x", "by": manager, "today": TODAY}
        caseload.decide_not_in_touch(**stop)
        with pytest.raises(caseload.SameSupport):
            caseload.decide_not_in_touch(**stop)

    class TestArrangedAhead:
        """A worker begins next week."""

        @pytest.fixture(autouse=True)
        def arranged(self, today, back, teammate, manager):
            caseload.allocate(
                client_id=back.pk, worker=teammate, on=TODAY + 7 * DAY, by=manager, tier="high", today=TODAY
            )

        def test_support_again_is_refused_with_the_day(self, back, manager, worker):
            with pytest.raises(caseload.PlannedAlready, match="from 19 November 2026 on"):
                caseload.support_again(
                    client_id=back.pk, on=TODAY, tier="high", reason="Asked", by=manager, worker=worker, today=TODAY
                )
            assert Client.objects.get(pk=back.pk).tier == "inactive"

        def test_they_may_move_on_and_the_plan_falls_away(self, back, manager, team):
            stop = {"client_id": back.pk, "on": TODAY, "moved_on": "died", "reason": "x", "by": manager, "today": TODAY}
            caseload.decide_not_in_touch(**stop)

            assert not back.allocations.filter(starts_on__gte=TODAY).exists()
            assert back.tiers.order_by("starts_on").last().moved_on == "died"
            assert Referral.objects.get().ended_as == "moved_on"
            assert listed(team.organisation, team, TODAY + 7 * DAY) == []
            with pytest.raises(caseload.SameSupport):
                caseload.decide_not_in_touch(**stop)

        def test_writing_down_more_says_with_whom_and_from_when(self, back, write):
            with pytest.raises(actions.Arranged, match=r"Tom Lealaiauloto supports Moana Reid from 19 November 2026"):
                write(back, action="Ring back")


class TestWhoIsTold:
    def test_the_member_who_becomes_responsible_is_told_unless_they_did_it_themselves(self, write, manager, worker):
        write(owner=manager)
        assert open_notices() == []
        write(owner=worker)
        assert open_notices() == [("Mere Paki", "waits_for")]

    def test_the_member_responsible_before_is_told_nothing_more(self, write, worker, teammate):
        write(owner=worker)
        write(owner=teammate)
        assert open_notices() == [("Tom Lealaiauloto", "waits_for")]

    @pytest.mark.parametrize(
        ("day", "told"),
        [
            (date(2026, 11, 19), []),
            (date(2026, 11, 20), [("Mere Paki", "waiting_due")]),
            (date(2026, 11, 21), [("Mere Paki", "waiting_overdue")]),
            (date(2026, 11, 26), [("Mere Paki", "waiting_overdue")]),
            (date(2026, 11, 27), [("Ana Whitford", "waiting_raised"), ("Mere Paki", "waiting_raised")]),
        ],
        ids=["the day before", "on the day", "a day over", "six days over", "a week over"],
    )
    def test_on_the_day_and_a_week_over(self, write, person, worker, day, told):
        write(by=worker, owner=worker, due_on=date(2026, 11, 20))
        assert sweep(person.organisation, day).waiting == (1 if told else 0)
        assert open_notices() == told
        assert sweep(person.organisation, day).waiting == 0

    def test_while_they_are_away_or_nobody_is_responsible_it_goes_to_who_leads_the_team(self, write, person, worker):
        factories.AbsenceFactory(worker=worker)
        write(by=worker, owner=worker, due_on=TODAY)
        sweep(person.organisation, TODAY)
        assert ("Ana Whitford", "waiting_due") in open_notices()
        assert not any(name == "Mere Paki" for name, _ in open_notices())

    def test_another_day_takes_it_back_and_so_does_a_worker(self, write, person, worker, manager):
        write(by=worker, owner=worker, due_on=TODAY)
        sweep(person.organisation, TODAY)
        write(by=worker, owner=worker, due_on=TODAY + DAY)
        assert not unsent().exists()
        write(by=worker, owner=worker, due_on=TODAY)
        assert open_notices() == [("Mere Paki", "waiting_due")]
        caseload.allocate(client_id=person.pk, worker=worker, on=TODAY, by=worker, tier="high", today=TODAY)
        assert not unsent().exists()


class TestRefusals:
    def test_somebody_supported_waits_for_nobody(self, worker, write):
        with pytest.raises(actions.Supported, match="Mere Paki supports"):
            write(factories.ClientFactory(supported_by=worker))

    def test_nobody_waits_from_a_day_ahead(self, write):
        with pytest.raises(actions.TooSoon):
            write(referred_on=TODAY + DAY)

    def test_two_waits_do_not_overlap(self, write, person):
        factories.ReferralFactory(client=person, ended_on=date(2026, 11, 5), ended_as="moved_on")
        with pytest.raises(actions.WaitedThen, match="5 November 2026"):
            write(referred_on=date(2026, 11, 4))
        assert write(referred_on=date(2026, 11, 5)).ended_on is None

    def test_the_person_responsible_is_of_the_team(self, write, stranger):
        with pytest.raises(actions.NotOfTheTeam):
            write(owner=stranger)

    def test_where_nobody_can_take_them_there_is_a_day_to_look_again(self, write):
        with pytest.raises(actions.NeedsDay):
            write(contingency="Rings the helpline")

    def test_two_who_write_at_once_see_each_other_and_the_history_keeps_both(self, write):
        opened = ""
        write(action="Ring back")
        with pytest.raises(caseload.EditedMeanwhile) as refusal:
            write(action="Write", version=opened)
        assert refusal.value.current.action == "Ring back"
        write(action="Write")
        assert [event.action for event in ReferralEvent.objects.all()] == ["Ring back"]
