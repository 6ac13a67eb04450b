"""Keeping in touch held to the oracle: random contacts, every day of more than two hundred."""

from datetime import date, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from caseload import rules
from caseload.enums import Outcome
from caseload.rules import Cadence, Reached
from tests import oracle, strategies
from tests.long import times
from tests.strategies import DAYS, FIRST

many = settings(max_examples=times(60, 1000), deadline=None)
PARKED = FIRST
STILL_THERE = [FIRST + timedelta(days=n) for n in range(260)]


def known_on(parked_on, talked, contacts, on):
    return rules.in_touch(parked_on, talked=talked, contacts=[c for c in contacts if c.on <= on])


def as_of(parked_on, talked, contacts, cadence, on) -> oracle.Parked:
    """The rules' answer about a parked person, on a day, in the oracle's words."""
    known = known_on(parked_on, talked, contacts, on)
    due = rules.due_on(known.six_weeks_from, cadence)
    state, days_over = rules.contact_state(due, on)
    return oracle.Parked(
        parked_on=known.parked_on,
        last_contact_on=known.last_contact_on,
        due_on=due,
        state=state,
        days_over=days_over,
        contacts=known.contacts_since_parked,
        longest_gap=rules.gap_on(known, on),
        period_ends_on=rules.period_ends_on(parked_on, cadence),
        outcome=rules.outcome(known, on, cadence),
        reminder=rules.reminder(due, on),
    )


@settings(max_examples=times(30, 300), deadline=None)
@given(st.booleans(), strategies.contacts(), strategies.cadences)
@example(False, [Reached(PARKED, Outcome.NO_SUPPORT_NEEDED), Reached(PARKED, Outcome.SUPPORT_WANTED)], Cadence())
def test_every_day_of_somebody_parked_is_what_the_oracle_says(talked, contacts, cadence):
    for on in STILL_THERE:
        found = as_of(PARKED, talked, contacts, cadence, on)
        assert found == oracle.parked_as_of(PARKED, talked, contacts, cadence, on), on


@many
@given(st.booleans(), strategies.contacts(), strategies.cadences, st.sampled_from(STILL_THERE))
def test_a_sweep_finds_the_day_the_oracle_finds(talked, contacts, cadence, on):
    found = rules.inactive_on(known_on(PARKED, talked, contacts, on), on, cadence)
    assert found == oracle.not_in_touch_from(PARKED, talked, contacts, cadence, on)


@many
@given(strategies.regular_contacts(), st.integers(0, 70))
def test_a_sweep_down_for_weeks_finds_the_day_it_would_have_found(contacts, days_late):
    """A sweep that runs late makes the same people inactive, on the same days, as one that runs every day."""
    cadence = Cadence()
    came_true = next((on for on in STILL_THERE if _is_inactive(contacts, cadence, on)), None)
    if came_true:
        before = [contact for contact in contacts if contact.on <= came_true]
        late = came_true + timedelta(days=days_late)
        assert rules.inactive_on(known_on(PARKED, True, before, late), late, cadence) == came_true


def _is_inactive(contacts, cadence, on: date) -> bool:
    return rules.inactive_on(known_on(PARKED, True, contacts, on), on, cadence) is not None


@many
@given(strategies.contacts(), st.booleans())
def test_the_order_of_contacts_does_not_matter(contacts, talked):
    forwards = rules.in_touch(PARKED, talked=talked, contacts=sorted(contacts))
    assert forwards == rules.in_touch(PARKED, talked=talked, contacts=sorted(contacts, reverse=True))


@many
@given(strategies.tiers(), st.sampled_from(DAYS))
def test_tier_and_parking_of_a_day(tiers, on):
    assert rules.tier_on(tiers, on) == oracle.tier_on(tiers, on)
    assert rules.parked_since(tiers, on) == oracle.parked_since(tiers, on)


@many
@given(strategies.contacts(), strategies.cadences, st.sampled_from(STILL_THERE))
def test_the_sweeps_days_cut_where_the_rule_does(contacts, cadence, on):
    known = known_on(PARKED, True, contacts, on)
    days = rules.sweep_days(on, cadence)
    assert (PARKED <= days.parked_by) == (on >= oracle.parked_as_of(PARKED, True, contacts, cadence, on).period_ends_on)
    silent_since = known.last_contact_on or PARKED
    open_gap = (on - silent_since).days
    assert (silent_since < days.silent_since) == (open_gap > 2 * 7 * cadence.parked_weeks)
