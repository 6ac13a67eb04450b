"""What time alone brings about, found once, whenever it is looked for."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caseload import actions, rules
from caseload.actions import sweeping
from caseload.models import Allocation, Client, Contact, Reminder, SweepRun, TierPeriod
from peerload.home.sweep import SweepCounts, sweep
from peerload.notices.models import Notice
from peerload.staff.models import Organisation
from tests import factories
from tests.long import times

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
PARKED_ON = date(2026, 1, 5)  # E01
CADENCE = rules.Cadence()

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def long_after(on):
    """Actions are told their day; what factories write is refreshed on a day later than all of them."""
    return on(date(2026, 12, 31))


def reach(person, *days, outcome="no_support_needed"):
    for day in days:
        factories.ContactFactory(client=person, on=day, outcome=outcome)
    factories.refresh_derived(person)


FOUR = [date(2026, 2, 16), date(2026, 3, 30), date(2026, 5, 11), date(2026, 6, 22)]


def open_notices(kind):
    return {(notice.recipient.name, notice.anchor_on) for notice in Notice.objects.filter(kind=kind, cancelled_at=None)}


class TestReminders:
    @pytest.mark.parametrize(
        ("day", "stage"),
        [
            (date(2026, 2, 8), None),
            (date(2026, 2, 9), "soon"),
            (date(2026, 2, 15), "soon"),
            (date(2026, 2, 16), "due"),
            (date(2026, 2, 17), "overdue"),
            (date(2026, 2, 22), "overdue"),
            (date(2026, 2, 23), "raised"),
        ],
        ids=["8 days before", "7 before", "1 before", "on the day", "1 over", "6 over", "7 over"],
    )
    def test_only_the_last_stage_reached_is_written(self, parked, organisation, day, stage):
        counts = sweep(organisation, day)

        assert list(Reminder.objects.values_list("kind", "anchor_on")) == ([(stage, PARKED_ON)] if stage else [])
        assert (counts.reminders, counts.raised) == (int(stage not in (None, "raised")), int(stage == "raised"))

    def test_a_second_run_finds_nothing(self, parked, organisation):
        day = date(2026, 2, 23)
        sweep(organisation, day)
        assert sweep(organisation, day) == SweepCounts()

    def test_raised_goes_to_the_manager_too(self, parked, organisation):
        sweep(organisation, date(2026, 2, 23))
        assert open_notices("raised") == {("Mere Paki", PARKED_ON), ("Ana Whitford", PARKED_ON)}

    def test_nobody_is_reminded_of_who_asked_not_to_be_contacted(self, parked, organisation):
        Client.objects.update(contact_preference="please_dont")
        assert sweep(organisation, date(2026, 2, 23)).reminders == 0

    def test_nobody_is_reminded_of_who_asked_for_support(self, parked, organisation):
        reach(parked, date(2026, 1, 12), outcome="support_wanted")
        assert sweep(organisation, date(2026, 3, 2)).reminders == 0

    def test_a_contact_cancels_what_is_unsent_and_undoing_it_brings_that_back(self, parked, organisation, worker):
        today = date(2026, 2, 16)
        sweep(organisation, today)
        contact = actions.log_contact(
            client_id=parked.pk, by=worker, on=today, today=today, reached=True, outcome="other"
        ).contact
        assert Reminder.objects.get().cancelled_at and not open_notices("due")

        contact.refresh_from_db()
        actions.undo_contact(contact_id=contact.pk, by=worker, today=today, now=contact.recorded_at)
        assert Reminder.objects.get().cancelled_at is None
        assert open_notices("due") == {("Mere Paki", PARKED_ON)}

    def test_asking_not_to_be_contacted_cancels_what_is_unsent(self, parked, organisation, worker):
        today, fields = date(2026, 2, 16), {"contact_preference": "please_dont"}
        sweep(organisation, today)
        actions.edit_person(client_id=parked.pk, by=worker, today=today, version=1, fields=fields)
        assert not open_notices("due")

    def test_someone_whose_support_was_closed_today_is_not_called(self, parked, organisation, worker):
        today = date(2026, 2, 16)
        actions.close(client_id=parked.pk, on=today, today=today, by=worker, moved_on="died")
        assert sweep(organisation, today).reminders == 0


class TestRecipients:
    DUE = date(2026, 2, 16)

    def test_the_worker(self, parked, organisation):
        sweep(organisation, self.DUE)
        assert open_notices("due") == {("Mere Paki", PARKED_ON)}

    def test_the_manager_from_the_first_day_away(self, parked, organisation, worker):
        factories.AbsenceFactory(worker=worker, starts_on=self.DUE)
        sweep(organisation, self.DUE)
        assert open_notices("due") == {("Ana Whitford", PARKED_ON)}

    def test_the_worker_again_on_the_first_day_back(self, parked, organisation, worker):
        factories.AbsenceFactory(worker=worker, starts_on=self.DUE - WEEK, ends_before=self.DUE)
        sweep(organisation, self.DUE)
        assert open_notices("due") == {("Mere Paki", PARKED_ON)}

    def test_the_deputy_while_the_manager_is_away_too(self, parked, organisation, worker, manager, team, teammate):
        team.deputy = teammate
        team.save()
        for member in (worker, manager):
            factories.AbsenceFactory(worker=member, starts_on=self.DUE)
        sweep(organisation, self.DUE)
        assert open_notices("due") == {("Tom Lealaiauloto", PARKED_ON)}

    def test_the_manager_where_nobody_supports_the_person(self, organisation, team):
        factories.ClientFactory(organisation=organisation, team=team, support="parked", since=PARKED_ON)
        sweep(organisation, self.DUE)
        assert open_notices("due") == {("Ana Whitford", PARKED_ON)}

    def test_never_somebody_who_left(self, parked, organisation, worker):
        worker.active = False
        worker.save()
        sweep(organisation, self.DUE)
        assert open_notices("due") == {("Ana Whitford", PARKED_ON)}

    def test_what_was_not_sent_before_somebody_went_away_passes_to_the_manager(self, parked, organisation, worker):
        sweep(organisation, self.DUE)
        factories.AbsenceFactory(worker=worker, starts_on=self.DUE + DAY)
        sweep(organisation, self.DUE + DAY)
        assert open_notices("due") == {("Ana Whitford", PARKED_ON)}


class TestTwentyFourWeeks:
    def test_the_day_it_came_true_is_written_not_the_day_of_the_sweep(self, parked, organisation):
        reach(parked, *FOUR)
        assert sweep(organisation, date(2026, 7, 20)).inactivated == 1

        rows = TierPeriod.objects.filter(client=parked).order_by("starts_on")
        assert [(row.tier, row.starts_on, row.ends_before, row.automatic) for row in rows] == [
            ("parked", PARKED_ON, FOUR[-1], False),
            ("inactive", FOUR[-1], None, True),
        ]
        held = Allocation.objects.get(client=parked)
        assert (held.close_decided_on, held.closed_on, held.ends_before) == (FOUR[-1], FOUR[-1], FOUR[-1] + DAY)
        assert held.ended_by_sweep
        parked.refresh_from_db()
        assert (parked.tier, parked.tier_from, parked.parked_on) == ("inactive", FOUR[-1], None)
        assert open_notices("inactivated") == {("Mere Paki", FOUR[-1]), ("Ana Whitford", FOUR[-1])}

    @pytest.mark.parametrize(
        ("contacts", "day", "ended"),
        [
            (FOUR, date(2026, 6, 21), 0),
            (FOUR, date(2026, 6, 22), 1),
            (FOUR[:3], date(2026, 6, 22), 0),
            ([FOUR[0], FOUR[2]], date(2026, 6, 22), 0),
            ([FOUR[0], FOUR[2], date(2026, 6, 22), date(2026, 8, 3)], date(2026, 8, 3), 1),
            (
                [date(2026, 2, 16), date(2026, 5, 12), date(2026, 6, 1), date(2026, 6, 22), date(2026, 7, 1)],
                date(2026, 7, 1),
                0,
            ),
        ],
        ids=[
            "a day before",
            "24 weeks",
            "three contacts",
            "one missed",
            "made up at 30 weeks (E08)",
            "a gap of 85 days (E09)",
        ],
    )
    def test_when_it_comes_true(self, parked, organisation, contacts, day, ended):
        reach(parked, *(c for c in contacts if c <= day))
        assert sweep(organisation, day).inactivated == ended

    def test_silence_never_ends_it(self, parked, organisation):
        assert sweep(organisation, date(2026, 12, 31)).inactivated == 0

    def test_undo_gives_back_the_very_tier_and_allocation(self, parked, organisation, manager):
        def facts():
            tiers = TierPeriod.objects.filter(client=parked).values_list(
                "pk", "tier", "starts_on", "ends_before", "automatic"
            )
            held = Allocation.objects.filter(client=parked).values_list(
                "pk", "starts_on", "ends_before", "close_decided_on", "closed_on", "ended_by_sweep"
            )
            return list(tiers), list(held)

        reach(parked, *FOUR)
        before = facts()
        sweep(organisation, FOUR[-1])
        actions.undo_not_in_touch(client_id=parked.pk, by=manager, today=FOUR[-1] + DAY)

        assert facts() == before
        assert sweep(organisation, FOUR[-1] + DAY).inactivated == 0
        assert not open_notices("inactivated")

    @pytest.mark.parametrize("days", [0, 20], ids=["on the very day", "weeks later"])
    def test_parked_anew_the_sweep_decides_again(self, parked, organisation, manager, on, days):
        reach(parked, *FOUR)
        sweep(organisation, FOUR[-1])
        undone = FOUR[-1] + DAY
        actions.undo_not_in_touch(client_id=parked.pk, by=manager, today=undone)
        again = on(undone + days * DAY)
        actions.support_again(client_id=parked.pk, on=again, tier="group", reason="", by=manager, today=again)
        actions.keep_in_touch(client_id=parked.pk, on=again, today=again, talked=True, reason="", by=manager)

        parked.refresh_from_db()
        assert parked.kept_in_touch_on is None

    def test_undo_is_for_what_the_timetable_ended(self, parked, manager):
        with pytest.raises(actions.NothingToUndo):
            actions.undo_not_in_touch(client_id=parked.pk, by=manager, today=FOUR[-1])

    def test_a_decision_to_close_made_before_is_kept(self, parked, organisation, worker, manager):
        reach(parked, *FOUR)
        decided = date(2026, 6, 10)
        actions.decide_to_close(client_id=parked.pk, on=decided, by=worker, today=FOUR[-1])
        sweep(organisation, FOUR[-1])
        assert Allocation.objects.get().close_decided_on == decided

        actions.undo_not_in_touch(client_id=parked.pk, by=manager, today=FOUR[-1])
        assert (Allocation.objects.get().close_decided_on, Allocation.objects.get().closed_on) == (decided, None)

    def test_handed_over_while_the_sweep_was_down_the_receiver_holds_one_day(
        self, parked, organisation, teammate, manager
    ):
        reach(parked, *FOUR)
        later = date(2026, 6, 29)
        actions.hand_over(client_id=parked.pk, worker=teammate, on=later, by=manager, today=later)
        sweep(organisation, date(2026, 7, 6))

        held = Allocation.objects.get(client=parked, worker=teammate)
        assert (held.closed_on, held.ends_before) == (later, later + DAY)

    def test_support_wanted_that_day_wins_over_a_quicker_sweep(self, parked, organisation, worker):
        reach(parked, *FOUR)
        sweep(organisation, FOUR[-1])
        logged = actions.log_contact(
            client_id=parked.pk,
            by=worker,
            on=FOUR[-1],
            today=FOUR[-1],
            reached=True,
            outcome="support_wanted",
            tier="high",
        )

        assert logged.back_to == "high"
        rows = (
            TierPeriod.objects.filter(client=parked)
            .order_by("starts_on")
            .values_list("tier", "starts_on", "ends_before")
        )
        assert list(rows) == [("parked", PARKED_ON, FOUR[-1]), ("high", FOUR[-1], None)]
        held = Allocation.objects.get(client=parked)
        assert (held.closed_on, held.ends_before) == (None, None)

    def test_one_row_that_cannot_be_written_does_not_stop_the_others(self, parked, organisation, worker, monkeypatch):
        other = factories.ClientFactory(supported_by=worker, support="parked", since=PARKED_ON)
        for person in (parked, other):
            reach(person, *FOUR)
        whole = sweeping.tell

        def breaks_on_one(organisation, on, about, more):
            if parked.pk in more.get("people", ()):
                raise RuntimeError("poison")
            whole(organisation, on, about, more)

        monkeypatch.setattr(sweeping, "tell", breaks_on_one)
        assert sweep(organisation, FOUR[-1]).inactivated == 1
        parked.refresh_from_db()
        other.refresh_from_db()
        assert (parked.tier, other.tier) == ("parked", "inactive")


class TestReviewsAndWindows:
    def test_too_long_a_gap_is_listed_once_a_parking(self, parked, organisation):
        day = date(2026, 6, 22)
        assert sweep(organisation, day).to_review == 1
        assert sweep(organisation, day + DAY).to_review == 0
        assert open_notices("review") == {("Ana Whitford", PARKED_ON)}

    def test_nobody_decides_about_someone_whose_support_was_closed_today(self, parked, organisation, worker):
        day = date(2026, 6, 22)
        actions.close(client_id=parked.pk, on=day, today=day, by=worker, moved_on="died")
        assert sweep(organisation, day).to_review == 0

    @pytest.mark.parametrize(
        ("day", "found"), [(date(2026, 3, 30), 0), (date(2026, 3, 31), 1)], ids=["day 28", "day 29"]
    )
    def test_a_decision_past_its_window_is_said_once(self, organisation, worker, day, found):
        person = factories.ClientFactory(supported_by=worker)
        actions.decide_to_close(client_id=person.pk, on=date(2026, 3, 2), by=worker, today=date(2026, 3, 2))
        assert sweep(organisation, day).window_notices == found
        assert sweep(organisation, day + WEEK).window_notices == 1 - found

    def test_a_withdrawn_decision_is_not_spoken_of(self, organisation, worker):
        person = factories.ClientFactory(supported_by=worker)
        actions.decide_to_close(client_id=person.pk, on=date(2026, 3, 2), by=worker, today=date(2026, 3, 2))
        sweep(organisation, date(2026, 3, 31))
        assert open_notices("window") == {("Mere Paki", date(2026, 3, 2)), ("Ana Whitford", date(2026, 3, 2))}
        actions.withdraw_decision(client_id=person.pk, by=worker, today=date(2026, 3, 31))
        assert not open_notices("window")

    def test_a_decision_is_not_spoken_of_once_somebody_else_supports_the_person(
        self, organisation, worker, teammate, on
    ):
        today = on(date(2026, 3, 31))
        person = factories.ClientFactory(supported_by=worker)
        actions.decide_to_close(client_id=person.pk, on=date(2026, 3, 2), by=worker, today=today)
        sweep(organisation, today)
        actions.hand_over(client_id=person.pk, worker=teammate, on=today, by=worker, today=today)
        assert not open_notices("window")
        assert not Reminder.objects.filter(kind="window", cancelled_at=None)

    def test_a_decision_is_not_spoken_of_once_they_are_not_in_touch(self, organisation, worker, on):
        today = on(date(2026, 3, 31))
        person = factories.ClientFactory(supported_by=worker)
        actions.decide_to_close(client_id=person.pk, on=date(2026, 3, 2), by=worker, today=today)
        sweep(organisation, today)
        actions.decide_not_in_touch(
            client_id=person.pk, on=today, moved_on="own_wish", reason="They said so.", by=worker, today=today
        )
        assert not open_notices("window")


class TestRolling:
    def test_a_planned_support_stands_from_its_day(self, parked, organisation, worker):
        sweep(organisation, date(2026, 1, 12))
        TierPeriod.objects.filter(client=parked).update(ends_before=date(2026, 1, 20))
        factories.TierPeriodFactory(client=parked, tier="high", starts_on=date(2026, 1, 20))

        sweep(organisation, date(2026, 1, 19))
        parked.refresh_from_db()
        assert parked.tier == "parked"
        sweep(organisation, date(2026, 1, 20))
        parked.refresh_from_db()
        assert (parked.tier, parked.parked_on) == ("high", None)

    def test_a_planned_hand_over_takes_the_team_along_on_its_day(
        self, organisation, worker, stranger, team, other_team
    ):
        person = factories.ClientFactory(supported_by=worker)
        sweep(organisation, date(2026, 3, 2))
        today = date(2026, 3, 3)
        actions.hand_over(client_id=person.pk, worker=stranger, on=today + WEEK, by=worker, today=today)
        for day, expected in ((today, team), (today + WEEK, other_team)):
            sweep(organisation, day)
            person.refresh_from_db()
            assert person.team == expected

    def test_a_day_before_the_last_one_rolls_nothing_back(self, organisation, worker):
        person = factories.ClientFactory(supported_by=worker, since=date(2026, 3, 2))
        sweep(organisation, date(2026, 3, 9))
        sweep(organisation, date(2026, 2, 2))

        person.refresh_from_db()
        assert person.tier == "medium"
        assert SweepRun.objects.get().swept_on == date(2026, 3, 9)


class TestCatchingUp:
    """Running once for a day equals having run on every day before (I10)."""

    @staticmethod
    def facts():
        tiers = TierPeriod.objects.order_by("client", "starts_on").values_list(
            "client__ref", "tier", "starts_on", "ends_before", "automatic"
        )
        held = Allocation.objects.order_by("client", "starts_on").values_list(
            "client__ref", "starts_on", "ends_before", "close_decided_on", "closed_on", "ended_by_sweep"
        )
        own = Client.objects.order_by("pk").values_list("ref", "tier", "tier_from", "parked_on", "six_weeks_from")
        stages = list(rules.STAGE_DAYS)[::-1]
        rows = Reminder.objects.filter(client__tier="parked").values_list("client__ref", "kind", "anchor_on")
        last = {}
        for ref, kind, anchor_on in sorted(rows, key=lambda row: stages.index(row[1]) if row[1] in stages else 9):
            last[ref, anchor_on, kind == "review"] = kind
        return list(tiers), list(held), list(own), last

    def service(self, organisation, worker):
        for n in range(12):
            since = PARKED_ON + n * DAY
            person = factories.ClientFactory(supported_by=worker, support="parked", since=since, ref=f"P{n}")
            reach(person, *(since + k * timedelta(days=40 + n % 3) for k in range(1, 2 + n % 4)))

    def test_nine_days_down(self, organisation, worker):
        from django.db import transaction

        self.service(organisation, worker)
        outcomes = []
        for days in ([date(2026, 7, 1)], [date(2026, 6, 22) + n * DAY for n in range(10)]):
            mark = transaction.savepoint()
            for day in days:
                sweep(organisation, day)
            outcomes.append(self.facts())
            transaction.savepoint_rollback(mark)

        assert outcomes[0] == outcomes[1]
        assert any(row[1] == "inactive" for row in outcomes[0][0])


class TestTheStatementIsTheRule:
    @pytest.mark.parametrize("weeks", [(6, 24), (4, 10), (1, 1)], ids=str)
    def test_row_for_row(self, organisation, worker, weeks):
        """Many made-up people at once: who is ended, and on what day, is what `rules.inactive_on` says."""
        import random

        organisation.parked_weeks, organisation.inactive_weeks = weeks
        organisation.save()
        cadence = rules.Cadence(*weeks)
        dice = random.Random(f"{weeks}")
        on = date(2026, 8, 3)
        people = _made_up_people(organisation, dice, on, cadence, 400)
        expected = {
            person.pk: rules.inactive_on(_known(person), on, cadence)
            for person in people
            if person.kept_in_touch_on is None
        }
        expected = {pk: day for pk, day in expected.items() if day}
        reviewed = {p.pk for p in people if rules.outcome(_known(p), on, cadence) == "review"}

        sweep(organisation, on)

        assert dict(Client.objects.filter(tier="inactive").values_list("pk", "tier_from")) == expected
        assert set(Reminder.objects.filter(kind="review").values_list("client", flat=True)) == reviewed - set(expected)
        if weeks != (1, 1):
            assert expected and reviewed
        stages = {
            p.pk: rules.reminder(rules.due_on(p.six_weeks_from, cadence), on)
            for p in people
            if p.pk not in expected and p.support_wanted_on is None
        }
        written = dict(Reminder.objects.exclude(kind="review").values_list("client", "kind"))
        assert written == {pk: kind for pk, kind in stages.items() if kind}


def _known(person):
    return rules.InTouch(*(getattr(person, name) for name in rules.InTouch._fields))


def _made_up_people(organisation, dice, on, cadence, n):
    """People parked at made-up times with made-up contacts, around the edges of the rule."""
    people, tiers = [], []
    for number in range(n):
        parked_on = on - cadence.whole + DAY * dice.choice([-90, -43, -42, -1, 0, 1, 30, dice.randint(-100, 60)])
        contacts, day = [], parked_on
        for _ in range(dice.randint(0, cadence.contacts_needed + 2)):
            day += DAY * dice.choice([1, cadence.between.days, cadence.between.days + 1, dice.randint(1, 95)])
            if day <= on:
                wanted = dice.random() < 0.02
                contacts.append(
                    rules.Reached(
                        day, "support_wanted" if wanted else dice.choice(["no_support_needed"] * 6 + ["other"])
                    )
                )
        known = rules.in_touch(parked_on, talked=True, contacts=contacts)
        kept = on if dice.random() < 0.05 else None
        person = Client(
            organisation=organisation, ref=f"R{number}", name="Somebody", tier="parked", tier_from=parked_on,
            kept_in_touch_on=kept, **known._asdict(),
        )  # fmt: skip
        people.append(person)
        tiers.append((person, parked_on))
    Client.objects.bulk_create(people)
    TierPeriod.objects.bulk_create(
        TierPeriod(organisation=organisation, client=person, tier="parked", starts_on=day) for person, day in tiers
    )
    return people


class TestRefreshing:
    """The statement for a whole organisation equals the rule for one person."""

    @settings(max_examples=times(20, 240), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_both_ways_are_one(self, db, data):
        from django.db import transaction

        from caseload.models import DERIVED_COLUMNS

        days = st.integers(0, 40).map(lambda n: date(2026, 3, 1) + n * DAY)
        with transaction.atomic():
            organisation = Organisation.objects.create(
                code="drawn", name="Drawn", timezone="Pacific/Auckland", region="NZ"
            )
            for ref in range(3):
                person = Client.objects.create(organisation=organisation, ref=f"D{ref}", name="Somebody")
                starts = sorted(data.draw(st.sets(days, max_size=3)))
                for start, end in zip(starts, [*starts[1:], None], strict=False):
                    TierPeriod.objects.create(
                        organisation=organisation,
                        client=person,
                        tier=data.draw(st.sampled_from(["parked", "parked", "high", "inactive"])),
                        starts_on=start,
                        ends_before=end,
                        talked=data.draw(st.booleans()),
                    )
                for day in data.draw(st.lists(days, max_size=6)):
                    outcome = data.draw(st.sampled_from(["no_support_needed", "other", "support_wanted", ""]))
                    Contact.objects.create(
                        organisation=organisation, client=person, on=day, reached=bool(outcome), outcome=outcome
                    )
            on = data.draw(days)
            actions.refresh_all(organisation.pk, on)
            rows = Client.objects.filter(organisation=organisation).order_by("pk")
            at_once = list(rows.values_list(*DERIVED_COLUMNS))
            rows.update(**dict.fromkeys(DERIVED_COLUMNS) | {"contacts_since_parked": 7, "longest_gap": 7})
            actions.refresh(list(rows.values_list("pk", flat=True)), on)
            assert at_once == list(rows.values_list(*DERIVED_COLUMNS))
            transaction.set_rollback(True)


class TestTheTimetable:
    def test_each_service_is_swept_for_its_own_day_and_a_fault_stops_no_other(self, worker, monkeypatch):
        from peerload.core import clock
        from peerload.home import tasks

        other = factories.OrganisationFactory(timezone="Europe/London")
        seen = []

        def sweep(organisation, on):
            seen.append((organisation.pk, on))
            if organisation == worker.organisation:
                raise RuntimeError("down")
            return SweepCounts()

        monkeypatch.setattr(tasks, "sweep_service", sweep)
        monkeypatch.setattr(clock, "today", lambda organisation: date(2026, 3, 2 if organisation == other else 3))
        tasks.sweep()
        assert seen == [(worker.organisation_id, date(2026, 3, 3)), (other.pk, date(2026, 3, 2))]

        tasks.sweep(from_a_newer_publisher=1)
        assert len(seen) == 4, "what failed leaves the slot open"

        monkeypatch.setattr(tasks, "sweep_service", lambda organisation, on: seen.append(on) or SweepCounts())
        tasks.sweep()
        tasks.sweep()
        assert len(seen) == 6, "the slot was done"

    def test_by_hand_it_prints_counts_and_then_zeros(self, parked, organisation, capsys):
        from django.core.management import call_command

        call_command("sweep", on=date(2026, 2, 23), organisation=organisation.code)
        call_command("sweep", on=date(2026, 2, 23))
        first, second = capsys.readouterr().out.splitlines()
        assert json.loads(first) == SweepCounts(raised=1, record_prompts=2)._asdict()  # worker and manager: January
        assert json.loads(second) == SweepCounts()._asdict()


class TestPassingOn:
    DUE = date(2026, 2, 16)

    def test_somebody_who_left_is_followed_by_the_manager(self, parked, organisation, worker):
        sweep(organisation, self.DUE)
        worker.active = False
        worker.save()
        sweep(organisation, self.DUE)
        assert open_notices("due") == {("Ana Whitford", PARKED_ON)}

    @pytest.mark.parametrize("later", [0, 60], ids=["that day", "though nobody has swept for weeks"])
    def test_once_a_person_is_handed_over_it_passes_to_their_new_worker(
        self, parked, organisation, manager, team, later
    ):
        sweep(organisation, self.DUE)
        sina = factories.MemberFactory(organisation=organisation, in_team=team, name="Sina Kale")
        actions.hand_over(client_id=parked.pk, worker=sina, on=self.DUE, by=manager, today=self.DUE)
        sweep(organisation, self.DUE + later * DAY)
        assert open_notices("due") == {("Sina Kale", PARKED_ON)}

    def test_while_everybody_is_away_nothing_is_lost(self, parked, organisation, worker, manager):
        sweep(organisation, date(2026, 2, 23))
        for member in (worker, manager):
            factories.AbsenceFactory(worker=member, starts_on=date(2026, 2, 24))
        sweep(organisation, date(2026, 2, 24))
        assert open_notices("raised") == {("Ana Whitford", PARKED_ON)}


class TestContactsLoggedLate:
    """Logged after the timetable has ended the support, for a day before or after that."""

    def log(self, person, by, on, **words):
        words = {"reached": True, "outcome": "support_wanted", "tier": "high"} | words
        return actions.log_contact(client_id=person.pk, by=by, on=on, today=date(2026, 7, 6), **words)

    def tiers(self, person):
        return list(
            TierPeriod.objects.filter(client=person)
            .order_by("starts_on")
            .values_list("tier", "starts_on", "ends_before")
        )

    def test_support_wanted_before_that_day_undoes_it(self, parked, organisation, worker):
        reach(parked, *FOUR)
        sweep(organisation, FOUR[-1])
        asked = date(2026, 6, 1)
        self.log(parked, worker, asked)
        assert self.tiers(parked) == [("parked", PARKED_ON, asked), ("high", asked, None)]
        assert Allocation.objects.get(client=parked).ends_before is None

    def test_support_wanted_weeks_after_is_a_return_for_somebody_to_arrange(self, parked, organisation, worker):
        reach(parked, *FOUR)
        sweep(organisation, FOUR[-1])
        before = self.tiers(parked)
        assert self.log(parked, worker, date(2026, 7, 6)).back_to is None
        assert self.tiers(parked) == before

    def test_being_well_changes_nothing(self, parked, organisation, worker):
        reach(parked, *FOUR)
        sweep(organisation, FOUR[-1])
        before = self.tiers(parked)
        self.log(parked, worker, FOUR[-1] - DAY, outcome="no_support_needed", tier=None)
        assert self.tiers(parked) == before
