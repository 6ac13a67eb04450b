"""Back to waiting: no worker has capacity for a person, so they wait, on terms (A04, R78, R79)."""

from datetime import date, timedelta

import pytest

from caseload import actions as caseload
from caseload.models import Allocation, Client, Cover, Referral, TemporaryMove
from caseload.waiting import actions, queries
from peerload.home.sweep import sweep
from peerload.notices.models import Notice
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared
from workload.actions import check
from workload.models import PointLine

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

DAY = timedelta(days=1)
LATER = date(2026, 12, 1)


@shared(dated=True)
def person(worker):
    return factories.ClientFactory(supported_by=worker, name="Whetu Cole")


@pytest.fixture
def what(manager):
    return actions.WaitTerms(owner=manager, due_on=date(2026, 12, 10), contingency="She can ring the open line.")


@pytest.fixture
def back_to_waiting(manager, what):
    def wait(*people, on=TODAY, by=manager, today=TODAY, giver=None, **more):
        waits = {person.pk: what._replace(**more) for person in people}
        return actions.return_to_waiting(waits=waits, on=on, by=by, today=today, purpose="No room", giver=giver)

    return wait


def listed(team, on):
    rows = queries.waiting(team.organisation, on, today=TODAY, team_ids=[team.pk])
    return [(row.name, row.owner, row.since) for row in rows]


@pytest.mark.parametrize("day", [TODAY, LATER], ids=["today", "a day ahead"])
def test_the_workers_points_stop_that_day_and_the_person_waits_from_it_on(
    back_to_waiting, person, worker, manager, team, day
):
    [referral] = back_to_waiting(person, on=day, action="Ask Tom again.")

    assert person.allocations.get().ends_before == day
    assert (referral.owner, referral.due_on, referral.action) == (manager, date(2026, 12, 10), "Ask Tom again.")
    assert listed(team, day) == [("Whetu Cole", "Ana Whitford", day)]
    assert listed(team, day - DAY) == []
    assert not PointLine.objects.filter(client=person).exclude(ends_before__lte=day).exists()
    assert check(worker.organisation) == []
    person.refresh_from_db()
    assert person.tier == "medium"


def test_on_the_very_day_they_were_allocated_they_wait_as_before(back_to_waiting, worker, manager, team):
    person = factories.ClientFactory(organisation=team.organisation, team=team, support=None)
    factories.ReferralFactory(client=person, referred_on=TODAY, referred_by="Her sister")
    caseload.allocate(client_id=person.pk, worker=worker, on=TODAY, by=manager, tier="high", today=TODAY)

    [referral] = back_to_waiting(person)

    assert not person.allocations.exists()
    assert Referral.objects.get() == referral and referral.ended_on is None
    assert (referral.referred_by, referral.contingency) == ("Her sister", "She can ring the open line.")
    assert check(worker.organisation) == []


def test_given_for_a_day_only_they_have_waited_since_the_first(back_to_waiting, worker, manager, team):
    person = factories.ClientFactory(organisation=team.organisation, team=team, support=None)
    factories.ReferralFactory(client=person, referred_on=TODAY - 30 * DAY, referred_by="Her sister")
    caseload.allocate(client_id=person.pk, worker=worker, on=TODAY, by=manager, tier="high", today=TODAY)

    [referral] = back_to_waiting(person)

    assert Referral.objects.get() == referral
    assert (referral.referred_on, referral.referred_by, referral.ended_on) == (TODAY - 30 * DAY, "Her sister", None)


def test_chosen_again_they_wait_from_the_earlier_day(back_to_waiting, person, worker):
    back_to_waiting(person, on=LATER)
    [referral] = back_to_waiting(person, on=TODAY + DAY)

    assert Referral.objects.get() == referral
    assert referral.referred_on == person.allocations.get().ends_before == TODAY + DAY
    assert check(worker.organisation) == []


def test_the_member_responsible_sees_the_person_from_that_day_on(back_to_waiting, person, teammate):
    back_to_waiting(person, on=LATER, owner=teammate)

    assert [list(Client.objects.visible_to(teammate, on)) for on in (TODAY, LATER)] == [[], [person]]


def test_statutory_status_waits_for_a_worker(back_to_waiting, person, manager):
    """R79"""
    back_to_waiting(person, on=LATER)

    with pytest.raises(caseload.IsToWait, match="^Whetu Cole waits for a worker from 1 December 2026 on. Hand"):
        who = {"client_id": person.pk, "by": manager, "today": TODAY}
        caseload.edit_person(**who, version=person.version, fields={"statutory": True})
    person.refresh_from_db()
    assert not person.statutory


def test_a_person_with_statutory_status_cannot_wait(back_to_waiting, worker):
    person = factories.ClientFactory(supported_by=worker, name="Kiri Tane", statutory=True)

    with pytest.raises(caseload.NeedsSomebody, match="^Kiri Tane has statutory status: a worker must support them"):
        back_to_waiting(person)
    assert person.allocations.get().ends_before is None


def test_one_refusal_leaves_everybody_where_they_are(back_to_waiting, person, worker):
    others = [factories.ClientFactory(supported_by=worker, statutory=n == 1) for n in range(2)]

    with pytest.raises(caseload.NeedsSomebody):
        back_to_waiting(person, *others)
    assert not Referral.objects.exists()
    assert not Allocation.objects.exclude(ends_before=None).exists()


def test_a_month_that_is_reported_says_from_which_day_it_can_be(back_to_waiting, person, monkeypatch):
    monkeypatch.setattr("workload.queries.unreported_from", lambda workers, on: LATER)

    with pytest.raises(caseload.MonthReported, match="Whetu Cole can wait from 1 December 2026 on"):
        back_to_waiting(person)


@pytest.mark.parametrize(
    ("more", "refused", "says"),
    [
        ({"due_on": TODAY - DAY}, actions.NeedsDay, "waits from 12 November 2026 on"),
        ({"owner": "stranger"}, actions.NotOfTheTeam, "neither leads"),
        ({"owner": "leaver"}, actions.NotOfTheTeam, "neither leads"),
    ],
    ids=["looked at again before", "of another team", "gone by then"],
)  # fmt: skip
def test_what_holds_is_looked_at_by_somebody_who_is_there(
    back_to_waiting, person, request, teammate, manager, more, refused, says
):
    if more.get("owner") == "leaver":
        factories.LeavingFactory(member=teammate, last_day=TODAY - DAY)
        more = {"owner": teammate}
    elif "owner" in more:
        more = {"owner": request.getfixturevalue("stranger")}

    with pytest.raises(refused, match=says):
        back_to_waiting(person, **more)


def test_a_person_who_is_another_workers_by_then_is_named(back_to_waiting, person, worker, teammate, manager):
    caseload.hand_over(client_id=person.pk, worker=teammate, on=TODAY, by=manager, today=TODAY)

    with pytest.raises(
        caseload.NotSupported, match="Whetu Cole is supported by Tom Lealaiauloto on 12 November 2026, not by"
    ):
        back_to_waiting(person, giver=worker)


def test_a_person_handed_over_from_a_later_day_does_not_wait_before(back_to_waiting, person, teammate, manager):
    caseload.hand_over(client_id=person.pk, worker=teammate, on=LATER, by=manager, today=TODAY)

    with pytest.raises(caseload.PlannedAlready):
        back_to_waiting(person)


def test_the_person_responsible_is_told_unless_they_said_so_themselves(
    back_to_waiting, person, worker, teammate, manager
):
    back_to_waiting(person, owner=teammate)
    back_to_waiting(factories.ClientFactory(supported_by=worker), owner=manager)

    told = Notice.objects.filter(kind="waits_for", cancelled_at=None)
    assert [(each.recipient, each.subject) for each in told] == [(teammate, f"client:{person.pk}")]


def test_a_move_until_a_date_is_overtaken_and_cover_holds_no_more(back_to_waiting, person, worker, teammate):
    absence = factories.AbsenceFactory(worker=worker, starts_on=TODAY)
    factories.CoverFactory(absence=absence, client=person, worker=teammate)
    TemporaryMove.objects.create(
        organisation=person.organisation, client=person, allocation=person.allocations.get(), until=LATER,
        absence=None, back_to=teammate, by=teammate,
    )  # fmt: skip

    back_to_waiting(person)

    assert TemporaryMove.objects.get().settled_as == "overtaken"
    assert not Cover.objects.holding(TODAY).exists()


def test_a_person_who_stays_after_all_is_asked_about_again(back_to_waiting, person, worker, teammate, manager):
    TemporaryMove.objects.create(
        organisation=person.organisation, client=person, allocation=person.allocations.get(), until=LATER,
        absence=None, back_to=teammate, by=teammate,
    )  # fmt: skip
    back_to_waiting(person, on=LATER)

    actions.stay(client_ids=[person.pk], giver=worker, by=manager, today=TODAY)

    assert TemporaryMove.objects.get().settled_as == ""
    assert person.allocations.get().ends_before is None and not Referral.objects.exists()


class TestTheWayBack:
    def test_from_the_waiting_list_they_are_allocated_any_day(self, back_to_waiting, person, worker, manager, team):
        back_to_waiting(person)
        caseload.allocate(client_id=person.pk, worker=worker, on=TODAY + DAY, by=manager, today=TODAY)

        referral = Referral.objects.get()
        assert (referral.ended_on, referral.ended_as) == (TODAY + DAY, "allocated")
        assert check(worker.organisation) == []

    @pytest.mark.parametrize(
        ("day", "waited"),
        [(LATER - DAY, False), (LATER, False), (LATER + DAY, True)],
        ids=["before", "that day", "after"],
    )
    def test_a_person_who_is_to_wait_and_has_a_worker_by_then_never_waited(
        self, back_to_waiting, person, teammate, manager, worker, day, waited
    ):
        back_to_waiting(person, on=LATER)
        gives = caseload.hand_over if day < LATER else caseload.allocate
        gives(client_id=person.pk, worker=teammate, on=day, by=manager, today=TODAY)

        assert list(Referral.objects.values_list("ended_on", flat=True)) == ([day] if waited else [])
        assert check(worker.organisation) == []

    def test_the_sweep_leaves_what_is_planned(self, back_to_waiting, person, worker):
        back_to_waiting(person, on=LATER)
        sweep(person.organisation, TODAY)
        assert Referral.objects.standing().count() == 1
        sweep(person.organisation, LATER)
        assert Referral.objects.standing().count() == 1

    def test_a_person_who_moves_on_before_it_waits_for_nobody(self, back_to_waiting, person, manager):
        back_to_waiting(person, on=LATER)
        caseload.close(client_id=person.pk, on=TODAY, today=TODAY, by=manager, moved_on="died")

        assert not Referral.objects.exists()
        assert not Notice.objects.filter(kind="waits_for", cancelled_at=None).exists()

    def test_whom_24_weeks_have_shown_to_be_well_before_it_waits_for_nobody(self, back_to_waiting, worker, on):
        person = factories.ClientFactory(supported_by=worker, support="parked", since=date(2026, 5, 29))
        for day in (date(2026, 7, 9), date(2026, 8, 19), date(2026, 9, 29), date(2026, 11, 9)):
            factories.ContactFactory(client=person, on=day)
        factories.refresh_derived(person)
        back_to_waiting(person, on=LATER)

        on(date(2026, 11, 20))
        sweep(person.organisation, date(2026, 11, 20))

        person.refresh_from_db()
        assert person.tier == "inactive"
        assert not Referral.objects.exists()
