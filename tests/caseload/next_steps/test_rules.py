"""When a next step is late, who is responsible for it, who is silent, and what is at once: the days and minutes on both sides."""

from datetime import date, time, timedelta

import pytest

from caseload.enums import NextStepState, ResponsibleAs
from caseload.next_steps import rules
from caseload.next_steps.rules import Hours, PersonStanding

DAY = timedelta(days=1)
FRIDAY = date(2026, 11, 20)
CLOSED = frozenset({date(2026, 11, 19)})


@pytest.mark.parametrize(
    ("on", "state", "late"),
    [
        (FRIDAY - DAY, NextStepState.AHEAD, 0),
        (FRIDAY, NextStepState.TODAY, 0),
        (FRIDAY + DAY, NextStepState.LATE, 1),
        (FRIDAY + 365 * DAY, NextStepState.LATE, 365),
    ],
)
def test_a_next_step_is_late_from_the_day_after_its_day(on, state, late):
    assert (rules.state(FRIDAY, on), rules.days_late(FRIDAY, on)) == (state, late)


@pytest.mark.parametrize(
    ("person", "silent"),
    [
        (PersonStanding("high", "ok", closed=False, waits=False), False),
        (PersonStanding("parked", "ok", closed=False, waits=False), False),
        (PersonStanding(None, "ok", closed=False, waits=True), False),
        (PersonStanding("inactive", "ok", closed=False, waits=False), True),
        (PersonStanding("inactive", "ok", closed=False, waits=True), False),
        (PersonStanding("medium", "ok", closed=True, waits=False), True),
        (PersonStanding("medium", "ok", closed=True, waits=True), False),
        (PersonStanding("high", "please_dont", closed=False, waits=False), True),
        (PersonStanding("high", "please_dont", closed=False, waits=True), True),
    ],
)
def test_who_moved_on_or_asked_not_to_be_contacted_is_silent(person, silent):
    assert rules.is_silent(person) is silent


@pytest.mark.parametrize(
    ("worker", "cover", "owner", "seen"),
    [
        ("Mere", None, None, ("Mere", ResponsibleAs.WORKER)),
        ("Mere", "Tom", None, ("Tom", ResponsibleAs.COVER)),
        ("Mere", None, "Ana", ("Mere", ResponsibleAs.WORKER)),
        (None, "Tom", "Ana", ("Tom", ResponsibleAs.COVER)),
        (None, None, "Ana", ("Ana", ResponsibleAs.RESPONSIBLE)),
        (None, None, None, None),
    ],
)
def test_who_sees_to_a_next_step(worker, cover, owner, seen):
    assert rules.responsible_for(worker, cover, owner) == seen


def test_the_digest_counts_on_the_working_day_before_and_on_the_days_between():
    monday = date(2026, 11, 23)
    eves = [monday - n * DAY for n in range(6) if rules.is_eve(monday, monday - n * DAY, "NZ-AUK", frozenset())]
    assert eves == [monday - DAY, monday - 2 * DAY, monday - 3 * DAY]
    assert [n for n in range(5) if rules.is_eve(FRIDAY, FRIDAY - n * DAY, "NZ-AUK", CLOSED)] == [1, 2]


@pytest.mark.parametrize(
    ("one", "other", "met"),
    [
        (("10:00", 60), ("11:00", 30), False),
        (("10:00", 60), ("10:59", 30), True),
        (("10:00", 60), ("09:00", 60), False),
        (("10:00", 60), ("09:00", 61), True),
        (("10:00", 60), ("10:15", 15), True),
        (("23:30", 60), ("23:59", 5), True),
    ],
)
def test_appointments_are_at_once_where_they_have_a_minute_in_common(one, other, met):
    first, second = (Hours(time.fromisoformat(at), minutes) for at, minutes in (one, other))
    assert rules.meet(first, second) is met
    assert rules.meet(second, first) is met
    assert rules.at_once(first, [(second, "Supervision")]) == (["Supervision"] if met else [])


@pytest.mark.parametrize(
    ("due_on", "on", "days"),
    [
        (None, date(2026, 11, 12), ["2026-11-13", "2026-11-19"]),
        (None, date(2026, 11, 14), ["2026-11-16", "2026-11-23"]),  # a Saturday: the Saturday after it is no working day
        (FRIDAY, FRIDAY, ["2026-11-23", "2026-11-27"]),
        (FRIDAY, FRIDAY - DAY, ["2026-11-23", "2026-11-27"]),
        (FRIDAY, FRIDAY + 3 * DAY, ["2026-11-23", "2026-11-24", "2026-11-30"]),
    ],
)
def test_the_days_offered_as_buttons(due_on, on, days):
    assert [str(day) for day in rules.days_offered(due_on, on, lambda day: day.weekday() < 5)] == days
