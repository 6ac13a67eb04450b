"""Reminders go to the worker who covers from the first day away; the statement that finds them is the rule, row by row."""

import random
from datetime import date, timedelta

import pytest

from caseload import actions as caseload
from caseload.cover import actions, queries, rules
from caseload.models import Allocation, Client, TierPeriod
from caseload.waiting import actions as waiting
from peerload.home.sweep import sweep
from peerload.notices import kinds
from peerload.notices.models import Message, Notice
from peerload.staff import actions as staff
from tests import factories
from tests.long import times
from tests.shared import shared

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
PARKED_ON = date(2026, 1, 5)
DUE = date(2026, 2, 16)  # six weeks later

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_that_day(on):
    return on(DUE)


@shared(dated=True)
def absence(worker):
    return factories.AbsenceFactory(worker=worker, starts_on=DUE)


def open_notices(kind="due"):
    return {notice.recipient.name for notice in Notice.objects.filter(kind=kind, cancelled_at=None)}


MERE, TOM, ANA = "Mere Paki", "Tom Lealaiauloto", "Ana Whitford"


class TestFromTheFirstDayAway:
    def test_the_worker_who_covers_is_reminded(self, parked, organisation, absence, teammate):
        factories.CoverFactory(absence=absence, client=parked, worker=teammate)
        sweep(organisation, DUE - DAY)
        sweep(organisation, DUE)
        # What was not sent before has passed to Tom.
        assert open_notices("soon") == open_notices("due") == {TOM}

    def test_raised_goes_to_who_leads_too(self, parked, organisation, absence, teammate):
        factories.CoverFactory(absence=absence, client=parked, worker=teammate)
        sweep(organisation, DUE + WEEK)
        assert open_notices("raised") == {TOM, ANA}

    @pytest.mark.parametrize("gone", ["away", "left", "handed over"])
    def test_who_leads_where_the_cover_is_as_if_there_were_none(
        self, parked, organisation, absence, teammate, stranger, manager, gone
    ):
        factories.CoverFactory(absence=absence, client=parked, worker=teammate)
        if gone == "away":
            factories.AbsenceFactory(worker=teammate, starts_on=DUE)
        if gone == "left":
            teammate.active = False
            teammate.save()
        if gone == "handed over":
            caseload.hand_over(client_id=parked.pk, worker=stranger, on=DUE, by=manager, today=DUE)
        sweep(organisation, DUE)
        assert open_notices() == ({"Sina Mata'afa"} if gone == "handed over" else {ANA})


class TestPassingOn:
    def cover(self, absence, parked, worker, manager, day):
        given = {parked.pk: worker}
        actions.cover(absence_id=absence.pk, given=given, starts_on=day, by=manager, today=day)

    def test_named_later_the_cover_gets_what_is_unsent_and_the_worker_on_the_day_back(
        self, parked, organisation, absence, teammate, manager, on
    ):
        sweep(organisation, DUE)
        assert open_notices() == {ANA}
        self.cover(absence, parked, teammate, manager, DUE)
        sweep(organisation, DUE)
        assert open_notices() == {TOM}
        self.cover(absence, parked, None, manager, DUE)
        sweep(organisation, DUE)
        assert open_notices() == {ANA}

        back = on(DUE + DAY)
        staff.edit_absence(absence_id=absence.pk, by=manager, today=back, ends_before=back)
        sweep(organisation, back)
        assert open_notices() == {MERE}

    def test_what_was_passed_on_from_the_worker_returns_to_them(self, parked, organisation, worker, manager, on):
        sweep(organisation, DUE)
        today = on(DUE + DAY)
        absence = staff.record_absence(worker_id=worker.pk, by=manager, today=today, starts_on=today)
        sweep(organisation, DUE + DAY)
        assert open_notices() == {ANA}
        back = on(DUE + 2 * DAY)
        staff.edit_absence(absence_id=absence.pk, by=manager, today=back, ends_before=back)
        sweep(organisation, DUE + 2 * DAY)
        assert open_notices() == {MERE}

    def test_what_was_sent_stays_sent(self, parked, organisation, absence, teammate, manager):
        sweep(organisation, DUE)
        message = Message.objects.create(
            to="ana@harbourside.example",
            kind="digest",
            next_attempt_at="2026-02-16T08:00Z",
            created_at="2026-02-16T08:00Z",
        )
        Notice.objects.update(message=message)
        self.cover(absence, parked, teammate, manager, DUE)
        sweep(organisation, DUE)
        assert open_notices() == {ANA}

    def test_raised_stays_with_who_leads_and_comes_to_the_cover_as_well(
        self, parked, organisation, absence, teammate, manager
    ):
        sweep(organisation, DUE + WEEK)
        self.cover(absence, parked, teammate, manager, DUE)
        sweep(organisation, DUE + WEEK)
        assert open_notices("raised") == {TOM, ANA}

    def test_a_second_run_changes_nothing(self, parked, organisation, absence, teammate, manager):
        self.cover(absence, parked, teammate, manager, DUE)
        for _ in range(2):
            sweep(organisation, DUE)
            rows = list(Notice.objects.order_by("pk").values_list("recipient", "kind", "cancelled_at"))
        sweep(organisation, DUE)
        assert list(Notice.objects.order_by("pk").values_list("recipient", "kind", "cancelled_at")) == rows


def test_the_statement_is_the_rule_row_for_row(organisation, manager, team):
    """Many made-up people: whose worker, cover and leaders are here, away, gone or not there at all."""
    dice = random.Random("cover")
    teams = [team, factories.TeamFactory(organisation=organisation, manager=None)]
    for n in range(8):
        leads = factories.MemberFactory(organisation=organisation, role="manager", name=f"Leader {n}")
        deputy = factories.MemberFactory(organisation=organisation, in_team=team, name=f"Deputy {n}")
        with_deputy = {"deputy": deputy} if n % 2 else {}
        teams.append(factories.TeamFactory(organisation=organisation, manager=leads, **with_deputy))
    workers = [factories.MemberFactory(organisation=organisation, in_team=dice.choice(teams)) for _ in range(40)]
    absences, here = {}, {}
    for member in organisation.members.all():
        fate = dice.choice(["here", "here", "away", "back", "ahead", "left"])
        days = {"away": (-3, None), "back": (-3, 0), "ahead": (1, None)}
        if fate in days:
            first, end = days[fate]
            absences[member.pk] = factories.AbsenceFactory(
                worker=member, starts_on=DUE + first * DAY, ends_before=None if end is None else DUE + end * DAY
            )
        if fate == "left":
            member.active = False
            member.save()
        here[member.pk] = {"away": False, "left": None}.get(fate, True)
    people = []
    for n in range(times(120, 300)):
        worker = dice.choice([*workers, None])
        person = Client.objects.create(
            organisation=organisation, ref=f"R{n}", name="Somebody", team=dice.choice(teams), tier="parked",
            tier_from=PARKED_ON, parked_on=PARKED_ON, six_weeks_from=PARKED_ON,
        )  # fmt: skip
        TierPeriod.objects.create(organisation=organisation, client=person, tier="parked", starts_on=PARKED_ON)
        if worker:
            Allocation.objects.create(organisation=organisation, client=person, worker=worker, starts_on=PARKED_ON)
        absence = absences.get(worker.pk) if worker else None
        cover = dice.choice([*workers, None]) if absence else None
        if cover:
            first = max(absence.starts_on, DUE + dice.choice([-3, 0, 1]) * DAY)
            if absence.ends_before is None or first < absence.ends_before:
                factories.CoverFactory(absence=absence, client=person, worker=cover, starts_on=first)
            cover = cover if first <= DUE and (absence.ends_before is None or absence.ends_before > DUE) else None
        people.append((person, worker, cover))

    def who(member):
        return rules.Who(member.pk, here[member.pk]) if member and here[member.pk] is not None else None

    def leader(team):
        both = [each for each in (who(team.manager), who(team.deputy)) if each]
        return next((each for each in both if each.here), both[0] if both else None)

    expected = {
        (rules.member_to_remind(who(worker), who(cover), leader(person.team)), f"client:{person.pk}")
        for person, worker, cover in people
    }
    for _ in range(2):
        sweep(organisation, DUE)
        found = Notice.objects.filter(kind="due", cancelled_at=None).values_list("recipient", "subject")
        assert set(found) == {pair for pair in expected if pair[0] is not None}
        assert len(found) == len(set(found))


class TestTheWorkerWhoCoversIsTold:
    def lines(self, member):
        return kinds.counted(
            kinds.still_true(Notice.objects.filter(recipient=member, cancelled_at=None, kind="covered"))
        )

    @pytest.fixture
    def people(self, worker):
        return factories.ClientFactory.create_batch(3, supported_by=worker)

    def test_of_how_many_and_from_when(self, people, absence, teammate, manager, on):
        given = {person.pk: teammate for person in people}
        actions.cover(absence_id=absence.pk, given=given, starts_on=DUE, by=manager, today=DUE)
        said = "3 people are covered by you while their worker is away. The first from 16 February on"
        assert self.lines(teammate) == [said]

        actions.cover(absence_id=absence.pk, given={people[0].pk: None}, starts_on=DUE, by=manager, today=DUE)
        assert self.lines(teammate)[0].startswith("2 people")
        staff.edit_absence(absence_id=absence.pk, by=manager, today=DUE, starts_on=DUE + DAY)
        assert self.lines(teammate)[0].endswith("17 February on")
        back = on(DUE + 2 * DAY)
        staff.edit_absence(absence_id=absence.pk, by=manager, today=back, ends_before=back)
        assert self.lines(teammate) == []

    @pytest.mark.parametrize("begins", [DUE, DUE + WEEK], ids=["now", "ahead"])
    @pytest.mark.parametrize("how", ["closed", "handed over"])
    def test_but_of_nobody_who_has_died_or_gone_to_somebody_else(
        self, people, absence, worker, teammate, manager, stranger, begins, how
    ):
        who = {"client_id": people[0].pk, "on": DUE, "by": manager, "today": DUE}
        absence = staff.edit_absence(absence_id=absence.pk, by=manager, today=DUE, starts_on=begins)
        given = {person.pk: teammate for person in people[:2]}
        actions.cover(absence_id=absence.pk, given=given, starts_on=begins, by=manager, today=DUE)
        if how == "closed":
            caseload.close(**who, moved_on="died")
        else:
            caseload.hand_over(**who, worker=stranger)
        [line] = self.lines(teammate)
        assert line.startswith("1 person is covered by you")

    def test_but_not_of_what_they_wrote_down_themselves(self, people, absence, manager):
        given = {person.pk: manager for person in people}
        actions.cover(absence_id=absence.pk, given=given, starts_on=DUE, by=manager, today=DUE)
        assert self.lines(manager) == []


class TestStatutory:
    """A05, R79: nobody with statutory status is without a worker unnoticed."""

    def told(self, organisation, day):
        sweep(organisation, day)
        found = kinds.still_true(Notice.objects.filter(kind="statutory", cancelled_at=None))
        return {notice.recipient.name for notice in found}

    def test_who_leads_and_the_service_manager_are_told_at_once_and_once(
        self, organisation, worker, team, service_manager, stranger, manager
    ):
        factories.ClientFactory(organisation=organisation, team=team, statutory=True, support=None)
        factories.ClientFactory(organisation=organisation, team=team)
        assert self.told(organisation, DUE) == {ANA, "Ruth Hale"}
        assert sweep(organisation, DUE + DAY).statutory == 0
        assert kinds.counted(Notice.objects.filter(recipient=service_manager)) == [
            "1 person with statutory status has no worker now"
        ]

    def test_somebody_whose_worker_is_away_counts_until_somebody_here_covers(
        self, organisation, absence, parked, teammate, manager
    ):
        Client.objects.update(statutory=True)
        assert self.told(organisation, DUE) == {ANA}
        actions.cover(absence_id=absence.pk, given={parked.pk: teammate}, starts_on=DUE, by=manager, today=DUE)
        assert self.told(organisation, DUE) == set()

    @pytest.mark.parametrize("how", ["away", "leaves"])
    def test_left_alone_again_when_the_cover_goes_is_another_time(
        self, organisation, absence, parked, teammate, manager, how
    ):
        Client.objects.update(statutory=True)
        assert self.told(organisation, DUE) == {ANA}
        actions.cover(absence_id=absence.pk, given={parked.pk: teammate}, starts_on=DUE, by=manager, today=DUE)
        if how == "away":
            factories.AbsenceFactory(worker=teammate, starts_on=DUE + 2 * DAY)
        else:
            factories.LeavingFactory(member=teammate, notice_on=DUE, last_day=DUE + DAY)
        days = [sweep(organisation, DUE + n * DAY).statutory for n in (1, 2, 3)]
        assert days == [0, 1, 0]

    def test_left_alone_again_when_the_covers_sign_in_is_closed_from_that_local_day(
        self, organisation, absence, parked, teammate, manager, team
    ):
        Client.objects.update(statutory=True)
        actions.cover(absence_id=absence.pk, given={parked.pk: teammate}, starts_on=DUE, by=manager, today=DUE)
        as_it_is = {"role": teammate.role, "home_team": team, "by": manager, "on": DUE + 2 * DAY}
        staff.edit_member(member_id=teammate.pk, **as_it_is, name=teammate.name, active=False)
        staff.edit_member(member_id=teammate.pk, **as_it_is, name="Tom L.", active=False)

        closed = DUE + 2 * DAY
        for day in (closed, closed + DAY):
            found = queries.statutory_alone(organisation, day, today=day)
            assert [(person, since) for person, _, since in found] == [(parked.pk, closed)]

    def test_alone_since_the_first_of_what_took_the_cover_away(self, organisation, absence, parked, teammate, manager):
        Client.objects.update(statutory=True)
        actions.cover(absence_id=absence.pk, given={parked.pk: teammate}, starts_on=DUE, by=manager, today=DUE)
        factories.AbsenceFactory(worker=teammate, starts_on=DUE + DAY)
        factories.LeavingFactory(member=teammate, notice_on=DUE, last_day=DUE + 3 * DAY)
        day = DUE + 5 * DAY
        [(_, _, since)] = queries.statutory_alone(organisation, day, today=day)
        assert since == DUE + DAY

    def test_who_has_a_worker_or_is_not_in_touch_needs_nobody(self, organisation, worker, team):
        factories.ClientFactory(supported_by=worker, statutory=True)
        factories.ClientFactory(organisation=organisation, team=team, statutory=True, support="inactive")
        assert self.told(organisation, DUE) == set()

    def test_without_a_worker_again_is_another_time(self, organisation, worker, team, manager):
        person = factories.ClientFactory(organisation=organisation, team=team, statutory=True, since=PARKED_ON)
        assert self.told(organisation, DUE) == {ANA}
        caseload.allocate(client_id=person.pk, worker=worker, on=DUE, by=manager, today=DUE)
        assert self.told(organisation, DUE) == set()
        Allocation.objects.update(ends_before=DUE + DAY)
        assert sweep(organisation, DUE + DAY).statutory == 1

    @pytest.mark.parametrize(
        ("last_day", "told"), [(DUE, set()), (DUE - DAY, {ANA, "Ruth Hale"})], ids=["until", "after"]
    )
    def test_a_worker_who_has_left_is_responsible_for_nobody_after_their_last_day(
        self, organisation, worker, manager, team, service_manager, on, last_day, told
    ):
        factories.ClientFactory(supported_by=worker, statutory=True)
        factories.LeavingFactory(member=worker, notice_on=PARKED_ON, last_day=last_day, by=manager)
        assert self.told(organisation, DUE) == told
        assert sweep(organisation, on(DUE + WEEK)).statutory == (0 if told else 1)

    def test_nor_does_whose_sign_in_is_closed_and_somebody_who_covers_does(
        self, organisation, worker, team, teammate, manager
    ):
        person = factories.ClientFactory(supported_by=worker, statutory=True)
        worker.active = False
        worker.save()
        assert self.told(organisation, DUE) == {ANA}
        absence = factories.AbsenceFactory(worker=worker, starts_on=DUE)
        actions.cover(absence_id=absence.pk, given={person.pk: teammate}, starts_on=DUE, by=manager, today=DUE)
        assert self.told(organisation, DUE) == set()

    def test_who_is_back_after_leaving_once_supports_people_as_anybody_does(self, organisation, worker, manager):
        factories.LeavingFactory(
            member=worker, notice_on=PARKED_ON, last_day=PARKED_ON, closed_on=PARKED_ON + DAY, by=manager
        )
        factories.ClientFactory(supported_by=worker, statutory=True)
        assert self.told(organisation, DUE) == set()

    def test_nobody_is_called_to_see_to_somebody_who_died_today(self, organisation, absence, parked, manager):
        Client.objects.update(statutory=True)
        assert self.told(organisation, DUE) == {ANA}
        caseload.close(client_id=parked.pk, on=DUE, today=DUE, by=manager, moved_on="died")
        assert self.told(organisation, DUE) == set()
        assert queries.statutory_alone(organisation, DUE, today=DUE) == []

    def test_who_has_come_back_and_waits_again_is_another_time(self, organisation, team, manager):
        person = factories.ClientFactory(organisation=organisation, team=team, statutory=True, since=PARKED_ON)
        assert self.told(organisation, DUE) == {ANA}
        caseload.decide_not_in_touch(
            client_id=person.pk, on=DUE, today=DUE, by=manager, moved_on="moved_away", reason="x"
        )
        assert self.told(organisation, DUE + DAY) == set()
        back = DUE + 2 * DAY
        fields = {"referred_on": back}
        waiting.write_down(client_id=person.pk, by=manager, today=back, version="", fields=fields)
        assert sweep(organisation, back).statutory == 1
        assert [since for _, _, since in queries.statutory_alone(organisation, back, today=back)] == [back]
