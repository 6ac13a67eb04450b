"""
Whatever happens to a few people over a year or two, the product says of them what the rules say, step by step.

Each run is a life drawn at random: steps that are allowed and steps that are not, days passing with the timetable or without
it. A new step is a rule here and a method of `life.Life`; what is compared is `Comparison`, both ways. The draws are the same
every time; ``LIFE_SEED=7`` draws others and ``LIFE_RUNS=2000`` that many.
"""

import os
from datetime import date
from typing import NamedTuple

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from caseload import actions, rules
from caseload.cover import actions as covering
from caseload.cover.queries import left_alone, statutory_alone
from caseload.duplicates.actions import merging
from caseload.duplicates.actions.taking_apart import take_apart
from caseload.models import Family, Merge
from caseload.temporary_moves import actions as moving
from caseload.temporary_moves.queries import proposed, standing
from caseload.waiting.queries import waiting
from peerload.core import clock
from peerload.home import sweep
from peerload.staff import actions as staff
from tests import factories
from tests.caseload.life import ACTIVE, DAY, OTHER, SIX_WEEKS, WANTED, WELL, Life, No
from tests.long import times
from workload.actions import check, create_scheme, rebuild

FIRST = date(2026, 1, 5)
RUNS = int(os.environ.get("LIFE_RUNS", times(16, 400)))
SEED = int(os.environ.get("LIFE_SEED", "1"))
PARTS = 2  # so that both cores have their share
PEOPLE = ("Hana", "Joe", "Isla", "Tane")
WORKERS = ("Mere", "Tom", "Sina")
LEADER = "Ana"

pytestmark = pytest.mark.django_db
who = st.runner().flatmap(lambda lives: st.sampled_from(list(lives.keys)))
worker, tier = st.sampled_from(WORKERS), st.sampled_from(ACTIVE)
away = st.runner().flatmap(lambda lives: st.sampled_from(list(lives.life.away)))
weeks = st.sampled_from([1, 6])
ahead, ago = st.sampled_from([0, 0, 0, 1, 9]), st.sampled_from([0, 0, 0, 1, 5, -1])
outcome = st.sampled_from([None, WELL, WELL, OTHER, WANTED])


# The steps of the sweep that are about workers' records, sessions and documents are nobody's life here.
STEPS = [step for step in sweep.STEPS[:-3] if step.counts != ("record_prompts",)]


class Comparison(NamedTuple):
    """What is compared of each person after every step; from ``six_weeks_from`` on, what a sweep brings up to date."""

    tier: str | None
    since: date | None  # of somebody not in touch: the day that came true
    worker: str | None
    decided_on: date | None
    closed_on: date | None
    allocations: int
    covered_by: str | None = None
    back_to: tuple[str, date, bool] | None = None  # who they may come back to, from when, and whether it is asked
    six_weeks_from: date | None = None
    well_days: int = 0
    a_person_decides: bool = False
    overdue: tuple | None = None
    told: tuple[tuple[str, tuple[str, ...]], ...] = ()  # each reminder that stands, and whose line it is


OBSERVED = """
    SELECT c.name, t.tier, CASE WHEN t.tier = 'inactive' THEN t.starts_on END, m.name, a.close_decided_on, a.closed_on,
        (SELECT count(*) FROM caseload_allocation o WHERE o.client_id = c.id),
        c.six_weeks_from, c.contacts_since_parked, c.kept_in_touch_on IS NOT NULL, c.tier,
        (SELECT m.name FROM caseload_cover k JOIN staff_absence s ON s.id = k.absence_id JOIN staff_member m ON m.id = k.worker_id
          WHERE k.client_id = c.id AND s.worker_id = a.worker_id AND k.starts_on <= %(on)s AND s.starts_on <= %(on)s
            AND coalesce(k.ends_before, 'infinity') > %(on)s AND coalesce(s.ends_before, 'infinity') > %(on)s),
        (SELECT json_object_agg(r.kind, ARRAY(
                SELECT m.name FROM notices_notice n JOIN staff_member m ON m.id = n.recipient_id
                 WHERE n.subject = 'client:' || c.id AND (n.kind, n.anchor_on) = (r.kind, r.anchor_on) AND n.cancelled_at IS NULL
                 ORDER BY m.name))
            FROM caseload_reminder r WHERE r.client_id = c.id AND r.cancelled_at IS NULL AND r.kind <> 'statutory')
      FROM caseload_client c
      LEFT JOIN caseload_tierperiod t
        ON t.client_id = c.id AND t.starts_on <= %(on)s AND (t.ends_before IS NULL OR t.ends_before > %(on)s)
      LEFT JOIN caseload_allocation a
        ON a.client_id = c.id AND a.starts_on <= %(on)s AND (a.ends_before IS NULL OR a.ends_before > %(on)s)
      LEFT JOIN staff_member m ON m.id = a.worker_id
     WHERE c.organisation_id = %(organisation)s
"""


class Team:
    """Three workers and their manager, written down once for all the lives."""

    def __init__(self):
        self.organisation = factories.OrganisationFactory()
        of = {"organisation": self.organisation}
        self.manager = factories.MemberFactory(**of, name=LEADER, role="manager")
        self.team = factories.TeamFactory(**of, manager=self.manager)
        self.workers = {name: factories.MemberFactory(**of, name=name, in_team=self.team) for name in WORKERS}
        create_scheme(self.organisation)
        rebuild(self.organisation.pk)


class LivesOfPeople(RuleBasedStateMachine):
    """The product on the one side, `life.Life` on the other."""

    def __init__(self, team: Team, patch):
        super().__init__()
        self.all = team
        self.life = Life(FIRST, LEADER)
        self.swept_on = None
        self.just_swept = False  # so that what is unsent is with its reader of today
        self.keys: dict[str, int] = {}
        self.absences: dict[str, int] = {}
        patch.setattr(clock, "today", lambda organisation: self.life.today)
        patch.setattr(sweep, "STEPS", STEPS)
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def teardown(self):
        try:
            assert check(self.all.organisation) == []
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    # Workers ----------------------------------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        return self.life.today

    def both(self, by_the_rules, does, *people: str) -> bool:
        """Do a step both ways, or have it refused both ways; whatever it was, the invariants look at what came of it."""
        if any(self.life.goes_on_in(name) for name in people):
            return False  # no page changes a record that goes on in another
        self.just_swept = False
        try:
            by_the_rules()
        except No as no:
            try:
                does()
            except actions.Refused:
                return False
            raise AssertionError(f"done, though the rules say: {no}") from None
        does()
        return True

    def act(self, action, name: str, **words):
        return action(client_id=self.keys[name], by=self.all.manager, today=self.today, **words)

    # Steps ------------------------------------------------------------------------------------------------------------

    @initialize(statutory=st.booleans(), tiers=st.tuples(tier, tier))
    def two_of_a_family_are_supported(self, statutory, tiers):
        for name, tier in zip(PEOPLE, tiers, strict=False):
            self.somebody_is_written_down(name, statutory, True)
            self.allocate(name, WORKERS[0], tier, 0)

    @precondition(lambda self: len(self.keys) < len(PEOPLE))
    @rule(statutory=st.booleans(), family=st.booleans())
    def somebody_is_new(self, statutory, family):
        self.somebody_is_written_down(PEOPLE[len(self.keys)], statutory, family)

    def somebody_is_written_down(self, name, statutory, family):
        kin = Family.objects.get_or_create(organisation=self.all.organisation, code="F")[0] if family else None
        fields = {"name": name, "statutory": statutory, "family": kin, "team": self.all.team}
        person = actions.add_person(
            organisation=self.all.organisation, by=self.all.manager, on=self.today, fields=fields
        )
        self.keys[name] = person.pk
        self.life.add(name, statutory=statutory)

    @rule(name=who, worker=worker, tier=tier | st.none(), ahead=ahead)
    def allocate(self, name, worker, tier, ahead):
        self.both(
            lambda: self.life.allocate(name, worker, tier=tier, ahead=ahead),
            lambda: self.act(
                actions.allocate, name, worker=self.all.workers[worker], tier=tier, on=self.today + ahead * DAY
            ),
            name,
        )

    @rule(name=who, worker=worker, ahead=ahead)
    def hand_over(self, name, worker, ahead):
        self.both(
            lambda: self.life.hand_over(name, worker, ahead=ahead),
            lambda: self.act(actions.hand_over, name, worker=self.all.workers[worker], on=self.today + ahead * DAY),
            name,
        )

    @rule(giver=worker, receiver=worker)
    def hand_over_everybody_of_one_worker_twice(self, giver, receiver):
        """The second time nobody is the giver's any more, so nobody is moved twice."""
        theirs = self.life.supported_by(giver)
        given = {self.keys[name]: actions.NextWorker(self.all.workers[receiver]) for name in theirs}

        def many():
            actions.hand_over_many(
                given=given,
                giver=self.all.workers[giver],
                on=self.today,
                by=self.all.manager,
                purpose="",
                today=self.today,
            )

        for _ in range(2 if theirs else 0):
            done = self.both(lambda: self.life.hand_over_many(dict.fromkeys(theirs, receiver), giver), many)
        assert not theirs or not done

    @rule(name=who)
    def decide_to_close(self, name):
        self.both(
            lambda: self.life.decide_to_close(name),
            lambda: self.act(actions.decide_to_close, name, on=self.today),
            name,
        )

    @rule(name=who)
    def withdraw(self, name):
        self.both(lambda: self.life.withdraw(name), lambda: self.act(actions.withdraw_decision, name), name)

    @rule(name=who)
    def close(self, name):
        self.both(
            lambda: self.life.close(name), lambda: self.act(actions.close, name, on=self.today, moved_on="ended"), name
        )

    @rule(name=who, tier=tier)
    def change_tier(self, name, tier):
        self.both(
            lambda: self.life.change_tier(name, tier),
            lambda: self.act(actions.change_tier, name, on=self.today, tier=tier, reason=""),
            name,
        )

    @rule(name=who, talked=st.booleans())
    def keep_in_touch(self, name, talked):
        self.both(
            lambda: self.life.keep_in_touch(name, talked=talked),
            lambda: self.act(actions.keep_in_touch, name, on=self.today, talked=talked, reason=""),
            name,
        )

    @rule(name=who, tier=tier, worker=worker | st.none())
    def support_again(self, name, tier, worker):
        self.both(
            lambda: self.life.support_again(name, tier, worker),
            lambda: self.act(
                actions.support_again, name, on=self.today, tier=tier, reason="", worker=self.all.workers.get(worker)
            ),
            name,
        )

    @rule(name=who, own_wish=st.booleans())
    def decide_not_in_touch(self, name, own_wish):
        moved_on = "own_wish" if own_wish else "ended"
        self.both(
            lambda: self.life.decide_not_in_touch(name, own_wish=own_wish),
            lambda: self.act(actions.decide_not_in_touch, name, on=self.today, moved_on=moved_on, reason="x"),
            name,
        )

    @rule(name=who)
    def undo_not_in_touch(self, name):
        self.both(
            lambda: self.life.undo_not_in_touch(name),
            lambda: self.act(actions.undo_not_in_touch, name),
            name,
        )

    @rule(
        name=who,
        outcome=st.sampled_from([None, WELL, WELL, OTHER, WANTED]),
        ago=st.sampled_from([0, 0, 0, 1, 5, -1]),
        tier=tier | st.none(),
    )
    def log(self, name, outcome, ago, tier):
        said = {"on": self.today - ago * DAY, "reached": bool(outcome), "outcome": outcome or "", "tier": tier}
        self.both(
            lambda: self.life.log(name, outcome=outcome, ago=ago, tier=tier),
            lambda: self.act(actions.log_contact, name, **said),
            name,
        )

    # While a worker is away ---------------------------------------------------------------------------------------

    @rule(name=worker)
    def somebody_is_away(self, name):
        def record():
            absence = staff.record_absence(
                worker_id=self.all.workers[name].pk, by=self.all.manager, today=self.today, starts_on=self.today
            )
            self.absences[name] = absence.pk

        if name not in self.life.away:
            self.both(lambda: self.life.goes_away(name), record)

    @precondition(lambda self: self.life.away)
    @rule(name=away)
    def somebody_is_back(self, name):
        if self.life.away[name].first < self.today:
            back = {"absence_id": self.absences[name], "by": self.all.manager}
            self.both(
                lambda: self.life.is_back(name),
                lambda: staff.edit_absence(**back, today=self.today, ends_before=self.today),
            )

    @precondition(lambda self: self.life.away)
    @rule(absent=away, worker=worker | st.none(), of=st.sets(who))
    def cover(self, absent, worker, of):
        """No names are everybody who is theirs."""
        of = of or self.life.supported_by(absent)
        if of and worker != absent:
            given = dict.fromkeys(of, worker)
            self.both(
                lambda: self.life.cover(given, absent),
                lambda: covering.cover(**self.given(given, absent), starts_on=self.today),
                *of,
            )

    @precondition(lambda self: self.life.away)
    @rule(absent=away, worker=worker, weeks=weeks | st.none(), of=st.sets(who), twice=st.booleans())
    def move(self, absent, worker, weeks, of, twice):
        """By the same press sent twice nobody is moved twice. No names are everybody who is theirs."""
        of = of or self.life.supported_by(absent)
        given = dict.fromkeys(of, worker)
        days = {"on": self.today, "until": weeks and self.today + weeks * 7 * DAY}
        words = self.given(given, absent)
        words["receivers"] = words.pop("given")
        for _ in range(twice + 1 if of else 0):
            self.both(lambda: self.life.move(given, absent, weeks=weeks), lambda: moving.move(**words, **days), *of)

    @rule(absent=worker, worker=worker, weeks=weeks, days=st.sampled_from([0, 3, 9]))
    def somebody_is_away_and_the_people_move(self, absent, worker, weeks, days):
        """Seldom drawn step by step."""
        self.somebody_is_away(absent)
        self.life.today += days * DAY
        self.move(absent, worker, weeks, set(), False)

    def given(self, given: dict[str, str | None], absent: str) -> dict:
        by_key = {self.keys[name]: self.all.workers.get(worker) for name, worker in given.items()}
        return {"absence_id": self.absences[absent], "given": by_key, "by": self.all.manager, "today": self.today}

    @precondition(lambda self: self.life.elsewhere())
    @rule(
        name=st.runner().flatmap(lambda lives: st.sampled_from(lives.life.elsewhere())),
        what=st.sampled_from([moving.BACK, moving.BACK, moving.STAYS, moving.LATER]),
        weeks=weeks,
    )
    def decide_about_a_return(self, name, what, weeks):
        """Also before it is asked: a page that stayed open, or somebody who is back sooner."""
        by_the_rules = {
            moving.BACK: lambda: self.life.come_back(name),
            moving.STAYS: lambda: self.life.stay(name),
            moving.LATER: lambda: self.life.ask_again(name, weeks=weeks),
        }
        on = {moving.BACK: self.today, moving.STAYS: None, moving.LATER: self.today + weeks * 7 * DAY}
        asked = standing(self.today).get(client=self.keys[name])
        answers = {asked.pk: moving.ReturnAnswer(what, on[what])}
        self.both(
            by_the_rules[what],
            lambda: moving.resolve_returns(answers=answers, by=self.all.manager, today=self.today),
            name,
        )

    # Entered twice ------------------------------------------------------------------------------------------------

    @rule(kept=who, absorbed=who, worker=worker | st.none())
    def make_one_record(self, kept, absorbed, worker):
        """Its pages are for records that go on."""
        if kept != absorbed:
            keys = {
                "kept_id": self.keys[kept],
                "absorbed_id": self.keys[absorbed],
                "worker": self.all.workers.get(worker),
            }
            self.both(
                lambda: self.life.merge(kept, absorbed, worker=worker),
                lambda: merging.merge(**keys, by=self.all.manager, today=self.today),
                kept,
                absorbed,
            )

    @precondition(lambda self: self.life.merges)
    @rule(name=st.runner().flatmap(lambda lives: st.sampled_from([merge.absorbed for merge in lives.life.merges])))
    def make_two_records_again(self, name):
        merge = Merge.objects.standing().get(absorbed=self.keys[name])
        self.both(
            lambda: self.life.take_apart(name),
            lambda: take_apart(client_id=self.keys[name], merge_id=merge.pk, by=self.all.manager, today=self.today),
        )

    # Days pass ----------------------------------------------------------------------------------------------------

    @rule(days=st.sampled_from([1, 7, 29, 41, 42, 43, 60]))
    def days_pass_by_the_timetable(self, days):
        self.life.today += days * DAY
        self.sweep()

    @rule(days=st.integers(1, 60))
    def days_pass_without_it(self, days):
        self.life.today += days * DAY

    @rule(name=who, weeks=st.integers(5, 6), swept=st.booleans())
    def somebody_is_well_for_half_a_year(self, name, weeks, swept):
        """What only 24 weeks bring about is seldom drawn step by step."""
        self.keep_in_touch(name, True)
        for _ in range(5 if weeks < 6 else 4):
            self.life.today += weeks * 7 * DAY
            self.log(name, WELL, 0, None)
        if swept:
            self.sweep()

    @rule(name=who)
    def somebody_is_decided_upon_and_forgotten(self, name):
        self.decide_to_close(name)
        self.days_pass_by_the_timetable(29)

    @rule()
    def sweep(self):
        self.life.sweep()
        sweep.sweep(self.all.organisation, self.today)
        self.swept_on, self.just_swept = self.today, True

    # What is compared -------------------------------------------------------------------------------------------------

    @invariant()
    def the_product_says_what_the_rules_say(self):
        said = self.observed()
        assert said == {name: self.expected(name) for name in self.life.people}

    @invariant()
    def nobody_statutory_waits_in_silence(self):
        alone = {
            name
            for name, person in self.life.people.items()
            if person.statutory and person.holder(self.today) is None and person.tier(self.today) != "inactive"
        }
        if alone:
            found = waiting(self.all.organisation, self.today, today=self.today, team_ids=[self.all.team.pk])
            assert alone == {row.name for row in found if row.wait.statutory}
        red = statutory_alone(self.all.organisation, self.today, today=self.today)
        assert self.life.statutory_alone() == {
            name for name, key in self.keys.items() if key in {row[0] for row in red}
        }

    @invariant()
    def nobody_is_left_alone_in_silence(self):
        found = left_alone(self.all.organisation, self.today, team_ids=[self.all.team.pk])
        assert self.life.left_alone() == {row.name: (row.people, row.nobody, row.statutory) for row in found}

    def observed(self) -> dict[str, Comparison]:
        with connection.cursor() as cursor:
            cursor.execute(OBSERVED, {"on": self.today, "organisation": self.all.organisation.pk})
            rows = cursor.fetchall()
        assert len(rows) == len(self.keys), "somebody is two things, or with two workers, on one day"
        asked = set(proposed(self.today).values_list("pk", flat=True))
        moves = {
            move.client_id: (move.back_to.name, move.until, move.pk in asked)
            for move in standing(self.today).select_related("back_to")
        }
        found = {}
        for name, tier, since, worker, decided, closed, allocations, *columns, cover, told in rows:
            found[name] = Comparison(
                tier, since, worker, decided, closed, allocations, cover, moves.get(self.keys[name])
            )
            if self.swept_on == self.today:
                six_weeks_from, well_days, kept, own_tier = columns
                assert own_tier == tier
                due = six_weeks_from and rules.due_on(six_weeks_from, rules.Cadence())
                found[name] = found[name]._replace(
                    six_weeks_from=six_weeks_from,
                    well_days=well_days,
                    a_person_decides=kept and bool(six_weeks_from),
                    overdue=due
                    and (str(rules.contact_state(due, self.today)[0]), rules.contact_state(due, self.today)[1]),
                    told=self.told(told or {}),
                )
        return found

    def told(self, told) -> tuple:
        return tuple((kind, tuple(sorted(told[kind])) if self.just_swept else ()) for kind in sorted(told))

    def expected(self, name: str) -> Comparison:
        on, person = self.today, self.life.people[name]
        tier, held = person.tier(on), person.holder(on)
        said = Comparison(
            tier,
            person.since(on) if tier == "inactive" else None,
            held and held.worker,
            held and held.decided,
            held and held.closed,
            len(person.held),
            (cover := person.cover(on)) and cover.worker,
            (moved := person.moved(on)) and (moved.back_to, moved.until, moved.asked(on)),
        )
        if self.swept_on != on:
            return said
        said = said._replace(told=self.told(self.life.told(person)))
        if not person.parked(on):
            return said
        over = (on - person.six_weeks_from(on) - SIX_WEEKS).days
        return said._replace(
            six_weeks_from=person.six_weeks_from(on),
            well_days=person.well_days(on),
            a_person_decides=person.kept,
            overdue=("upcoming" if over < 0 else "overdue" if over else "due", max(over, 0)),
        )


@pytest.mark.parametrize("part", range(PARTS))
def test_the_product_lives_by_the_rules(part, monkeypatch):
    team = Team()
    lives = seed(SEED * 1000 + part)(lambda: LivesOfPeople(team, monkeypatch))
    run_state_machine_as_test(
        lives,
        settings=settings(
            max_examples=RUNS // PARTS,
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
            print_blob=False,
        ),
    )
