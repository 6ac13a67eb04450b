"""Several who write at once, on connections of their own."""

import os
import threading
from collections import Counter
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connections

from caseload import actions
from caseload.actions import sweep_reminders, sweeping
from caseload.actions.sweep_reminders import remind
from caseload.models import Allocation, Client, Contact, Reminder, TierPeriod
from peerload.home import tasks
from peerload.home.sweep import SweepCounts, sweep
from peerload.notices.models import Notice
from tests import factories
from tests.long import times
from workload.actions import check

from .stepping import Pair

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("today")]

TODAY = date(2026, 11, 12)
DAY = timedelta(days=1)
INTERLEAVINGS = int(os.environ.get("PEERLOAD_INTERLEAVINGS", times(60, 1000)))
PARKED_ON = TODAY - timedelta(weeks=24)


def at_once(n, does):
    """Run something n times at once; return what came of each."""
    ready, results = threading.Barrier(n), []

    def run():
        try:
            ready.wait()
            results.append(does())
        except actions.Refused as refusal:
            results.append(type(refusal).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def well_after_24_weeks(worker, **kwargs):
    """A person well by four contacts, 24 weeks after parking, today."""
    person = factories.ClientFactory(supported_by=worker, support="parked", since=PARKED_ON, **kwargs)
    for weeks in (6, 12, 18, 23):
        factories.ContactFactory(client=person, on=PARKED_ON + timedelta(weeks=weeks))
    factories.refresh_derived(person)
    return person


def test_twenty_identical_posts_are_one_contact(worker):
    person = factories.ClientFactory(supported_by=worker)
    once = uuid4()

    def log():
        return actions.log_contact(
            client_id=person.pk, by=worker, on=TODAY, today=TODAY, reached=True, outcome="other", submission_id=once
        )

    logged = at_once(20, log)
    assert Contact.objects.count() == 1
    assert Counter(one.repeated for one in logged) == {True: 19, False: 1}
    assert {one.contact.pk for one in logged} == {Contact.objects.get().pk}


def test_two_who_allocate_somebody_at_once(worker, manager, team):
    person = factories.ClientFactory(organisation=worker.organisation, team=team, support=None)

    def allocate():
        return actions.allocate(client_id=person.pk, worker=worker, on=TODAY, by=manager, today=TODAY, tier="high")

    results = at_once(4, allocate)
    assert Allocation.objects.count() == 1
    assert results.count("AlreadySupported") == 3


def test_siblings_changed_at_once_are_counted_once(worker, teammate, manager):
    family = factories.FamilyFactory(organisation=worker.organisation)
    siblings = factories.ClientFactory.create_batch(4, supported_by=worker, family=family)
    waiting = iter(siblings)

    def hand_over():
        return actions.hand_over(client_id=next(waiting).pk, worker=teammate, on=TODAY, by=manager, today=TODAY)

    at_once(4, hand_over)
    assert Allocation.objects.filter(worker=teammate).count() == 4
    assert check(worker.organisation) == []


def test_four_workers_sweeping_at_once_find_what_one_finds(worker, monkeypatch):
    """The advisory lock only saves work; without it the unique keys hold by themselves."""
    for module in (sweeping, sweep_reminders):
        monkeypatch.setattr(module, "lock_sweep", lambda organisation: None)
    for n in range(30):
        well_after_24_weeks(worker) if n % 3 else factories.ClientFactory(
            supported_by=worker, support="parked", since=TODAY - timedelta(days=36 + n)
        )
    results = at_once(4, lambda: sweep(worker.organisation, TODAY))
    total = SweepCounts()
    for counts in results:
        total = total.plus(counts)

    assert len(results) == 4 and total.inactivated == 20 and total.reminders + total.raised == 10
    assert TierPeriod.objects.filter(tier="inactive").count() == 20
    assert Reminder.objects.count() == 10
    assert Notice.objects.count() == len(set(Notice.objects.values_list("recipient", "kind", "subject")))
    assert check(worker.organisation) == []
    sweep(worker.organisation, TODAY)  # people another request had locked are found by the next
    assert Reminder.objects.count() == 10


def test_two_beats_at_once(worker):
    person = well_after_24_weeks(worker)
    at_once(4, tasks.sweep)
    person.refresh_from_db()
    assert person.tier == "inactive"
    assert TierPeriod.objects.filter(client=person, tier="inactive").count() == 1


# A contact being logged while the sweep runs -----------------------------------------------------------------------------


@pytest.fixture
def pair():
    with Pair() as pair:
        yield pair


class Race:
    """A sweep ends keeping in touch with a person while a worker logs that they asked for support."""

    def __init__(self, worker, seed, person):
        self.worker, self.seed, self.person = worker, seed, person

    @classmethod
    def many(cls, worker, n):
        """Prepare so many races at once; each begins when its person's turn has come."""
        of = {"organisation": worker.organisation}
        people = Client.objects.bulk_create(
            Client(**of, ref=f"R{n}", name="Somebody", name_key="somebody", team=worker.home_team) for n in range(n)
        )
        TierPeriod.objects.bulk_create(TierPeriod(**of, client=p, tier="parked", starts_on=PARKED_ON) for p in people)
        Allocation.objects.bulk_create(Allocation(**of, client=p, worker=worker, starts_on=PARKED_ON) for p in people)
        Contact.objects.bulk_create(
            Contact(**of, client=p, on=PARKED_ON + timedelta(weeks=weeks), reached=True, outcome="no_support_needed")
            for p in people
            for weeks in (6, 12, 18, 23)
        )
        actions.refresh_all(worker.organisation_id, TODAY)
        Client.objects.update(kept_in_touch_on=TODAY)
        return [cls(worker, seed, person) for seed, person in enumerate(people)]

    def sweep(self):
        sweeping.inactivate(self.worker.organisation, TODAY)

    def log(self):
        actions.log_contact(
            client_id=self.person.pk,
            by=self.worker,
            on=TODAY,
            today=TODAY,
            reached=True,
            outcome="support_wanted",
            tier="high",
        )

    def run(self, pair):
        Client.objects.filter(pk=self.person.pk).update(kept_in_touch_on=None)
        pair.side_by_side(self.sweep, self.log, self.seed)

    def wrongs(self):
        """Return what must not be, no matter who was first."""
        person = Client.objects.get(pk=self.person.pk)
        tiers = list(
            TierPeriod.objects.filter(client=person)
            .order_by("starts_on")
            .values_list("tier", "starts_on", "ends_before")
        )
        held = Allocation.objects.get(client=person)
        wrongs = []
        if tiers != [("parked", PARKED_ON, TODAY), ("high", TODAY, None)]:
            wrongs.append(f"tiers {tiers}")
        if (held.closed_on, held.ends_before, held.close_decided_on) != (None, None, None):
            wrongs.append(f"the allocation was closed on {held.closed_on}")
        if (person.tier, person.tier_from, person.parked_on) != ("high", TODAY, None):
            wrongs.append(f"derived columns say {person.tier}")
        if Notice.objects.filter(subject=f"client:{person.pk}", kind="inactivated", cancelled_at=None).exists():
            wrongs.append("somebody is told of an end that was none")
        return wrongs


def test_a_thousand_interleavings_of_a_contact_and_the_sweep(worker, pair):
    for race in Race.many(worker, INTERLEAVINGS):
        race.run(pair)
        assert not race.wrongs(), f"seed {race.seed}: {race.wrongs()}"
    assert check(worker.organisation) == []


SUB_QUERY = """
UPDATE caseload_client c SET tier = 'inactive', tier_from = %(on)s, parked_on = NULL, six_weeks_from = NULL,
    last_contact_on = NULL, contacts_since_parked = 0, longest_gap = 0, support_wanted_on = NULL
WHERE c.id = ANY(%(people)s) AND NOT EXISTS (
    SELECT FROM caseload_contact k WHERE k.client_id = c.id AND k.outcome = 'support_wanted' AND k.voided_at IS NULL)
RETURNING c.id, c.tier_from
"""
IDS_READ_EARLIER = """
UPDATE caseload_client c SET tier = 'inactive', tier_from = %(on)s, parked_on = NULL, six_weeks_from = NULL,
    last_contact_on = NULL, contacts_since_parked = 0, longest_gap = 0, support_wanted_on = NULL
WHERE c.id = ANY(%(people)s)
RETURNING c.id, c.tier_from
"""


@pytest.mark.parametrize("wrong", [SUB_QUERY, IDS_READ_EARLIER], ids=["a sub-query on contacts", "ids read earlier"])
def test_the_wrong_designs_are_found_out(worker, pair, monkeypatch, wrong):
    """What was seen to lose a contact elsewhere loses it here too, so that the thousand would notice."""
    monkeypatch.setattr(sweeping, "END", wrong)
    monkeypatch.setattr(sweeping, "lock_people", lambda people: {})
    for race in Race.many(worker, 200):
        try:
            race.run(pair)
        except DatabaseError:
            return  # two truths about one day: the database refuses
        if race.wrongs():
            return
    pytest.fail("the race is never lost, so the test of it says nothing")


def test_derived_columns_alone_are_enough_without_the_lock_before(worker, pair, monkeypatch):
    monkeypatch.setattr(sweeping, "lock_people", lambda people: {})
    for race in Race.many(worker, 100):
        race.run(pair)
        assert not race.wrongs(), f"seed {race.seed}: {race.wrongs()}"


def test_a_reminder_never_outlives_the_contact_that_answers_it(worker, pair):
    """The anchor moves while the reminder is written: it is not written, or cancelled."""
    for seed in range(times(60, 600)):
        person = factories.ClientFactory(supported_by=worker, support="parked", since=TODAY - timedelta(weeks=6))

        def log(person=person):
            actions.log_contact(
                client_id=person.pk,
                by=worker,
                on=TODAY,
                today=TODAY,
                reached=True,
                outcome="other",
                submission_id=uuid4(),
            )

        pair.side_by_side(lambda: remind(worker.organisation, TODAY), log, seed)
        standing = Reminder.objects.filter(client=person, cancelled_at=None)
        told = Notice.objects.filter(subject=f"client:{person.pk}", cancelled_at=None)
        assert not standing and not told, f"seed {seed}"


def test_eight_people_added_at_once_without_a_reference_have_eight(manager, team):
    def add():
        fields = {"name": "Isla Penney", "team": team}
        return actions.add_person(organisation=team.organisation, by=manager, on=TODAY, fields=fields).ref

    assert sorted(at_once(8, add)) == [f"P{n:04}" for n in range(1, 9)]
