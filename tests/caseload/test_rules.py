"""Keeping in touch and the boundary, beside the worked examples: the days and numbers on both sides of each boundary."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from caseload import rules
from caseload.enums import ACTIVE_TIERS, Outcome, ReminderKind
from caseload.rules import Boundary, Cadence, InTouch, Mix, Reached
from peerload.core.dates import DAY

CADENCE = Cadence()
PARKED = date(2026, 1, 5)
NO_NEED, WANTED = Outcome.NO_SUPPORT_NEEDED, Outcome.SUPPORT_WANTED


def known(*contacts, talked=True) -> InTouch:
    """What contacts say, each so many days after parking and with an outcome."""
    reached = [Reached(PARKED + n * DAY, outcome) for n, outcome in contacts]
    return rules.in_touch(PARKED, talked=talked, contacts=reached)


# What contacts say -----------------------------------------------------------------------------------------------------


def test_a_contact_on_the_day_of_parking_is_parking_itself():
    found = known((0, NO_NEED))
    assert (found.contacts_since_parked, found.last_contact_on, found.six_weeks_from) == (0, None, PARKED)


def test_if_parking_was_not_talked_about_the_last_contact_before_it_counts():
    found = known((-30, NO_NEED), (-10, NO_NEED), (0, NO_NEED), talked=False)
    assert found.six_weeks_from == PARKED - 10 * DAY
    assert known((-10, NO_NEED), (7, NO_NEED), talked=False).six_weeks_from == PARKED + 7 * DAY


@pytest.mark.parametrize(
    ("days", "longest"),
    [((), 0), ((5,), 5), ((5, 12), 7), ((5, 8), 5), ((12, 5, 40), 28)],
    ids=["none", "one", "the later is longer", "the first is longer", "in any order"],
)
def test_the_longest_gap_lies_between_parking_and_contacts(days, longest):
    assert known(*((n, NO_NEED) for n in days)).longest_gap == longest


def test_the_first_time_support_was_wanted_since_parking_counts():
    assert known((-3, WANTED), (20, WANTED), (9, WANTED), (4, NO_NEED)).support_wanted_on == PARKED + 9 * DAY
    assert known((-3, WANTED), (0, WANTED)).support_wanted_on is None


@pytest.mark.parametrize(("since", "gap"), [(0, 0), (84, 84), (85, 85)])
def test_without_a_contact_the_gap_is_open_since_parking(since, gap):
    assert rules.gap_on(known(), PARKED + since * DAY) == gap


def test_of_a_closed_and_an_open_gap_the_longer_counts():
    found = known((50, NO_NEED), (60, NO_NEED))
    assert [rules.gap_on(found, PARKED + n * DAY) for n in (61, 110, 111)] == [50, 50, 51]


# What 24 weeks say -----------------------------------------------------------------------------------------------------


def test_three_contacts_are_not_enough_and_the_fourth_is_the_day():
    contacts = [(n, NO_NEED) for n in (42, 84, 126)]
    late = PARKED + 175 * DAY
    assert rules.inactive_on(known(*contacts), PARKED + 168 * DAY, CADENCE) is None
    assert rules.inactive_on(known(*contacts, (175, NO_NEED)), late - DAY, CADENCE) is None
    assert rules.inactive_on(known(*contacts, (175, NO_NEED)), late, CADENCE) == late
    assert rules.inactive_on(known(*contacts, (175, NO_NEED)), late + 30 * DAY, CADENCE) == late


@pytest.mark.parametrize(
    ("parked", "inactive", "needed", "longest"),
    [(6, 24, 4, 84), (6, 25, 5, 84), (6, 23, 4, 84), (8, 24, 3, 112), (1, 1, 1, 14), (52, 1, 1, 728)],
)
def test_what_a_cadence_asks_for(parked, inactive, needed, longest):
    found = Cadence(parked, inactive)
    assert (found.contacts_needed, found.longest_gap_days) == (needed, longest)
    assert (found.between, found.whole) == (timedelta(weeks=parked), timedelta(weeks=inactive))


def test_a_service_that_has_changed_nothing_has_six_and_24_weeks():
    assert CADENCE == (6, 24)


def test_the_days_a_sweep_compares_with_are_those_of_the_rules():
    on = PARKED + 168 * DAY
    found = rules.sweep_days(on, CADENCE)
    assert (found.parked_by, found.silent_since) == (PARKED, on - 84 * DAY)


@pytest.mark.parametrize("kind", list(ReminderKind))
def test_a_stage_is_reached_by_who_was_contacted_so_long_ago_and_not_by_who_was_a_day_later(kind):
    on = date(2026, 11, 12)
    anchor = rules.anchored_by(kind, on, CADENCE)
    assert rules.reminder(rules.due_on(anchor, CADENCE), on) == kind
    assert rules.reminder(rules.due_on(anchor + DAY, CADENCE), on) != kind


# The boundary ----------------------------------------------------------------------------------------------------------


def test_people_who_are_not_in_touch_are_in_no_tier():
    assert rules.mix(["high", "parked", "inactive", "group", "high", "medium"]) == Mix(2, 1, 1, 1)


@pytest.mark.parametrize(
    ("people", "over"),
    [
        (Mix(5, 10, 15, 20), []),
        (Mix(5, 11, 15, 20), ["medium", "total"]),
        (Mix(5, 10, 16, 19), ["group"]),
        (Mix(0, 0, 0, 21), ["parked"]),
        (Mix(6, 11, 16, 21), ["high", "medium", "group", "parked", "total"]),
    ],
)
def test_each_tier_and_the_whole_are_checked(people, over):
    assert rules.over_boundary(people, Boundary()) == over


def test_a_boundary_that_leaves_every_tier_out_asks_for_nobody():
    assert rules.workers_needed(Mix(1, 1, 1, 1), Boundary(*[Decimal(0)] * 4)).most == 0


@pytest.mark.parametrize(
    ("people", "hours"),
    [
        (Mix(high=2), "5"),
        (Mix(medium=10), "3"),
        (Mix(group=15), "3"),
        (Mix(parked=12), "1"),
        (Mix(), "0"),
    ],
    ids=["high", "medium", "group", "parked", "nobody"],
)
def test_the_hours_each_tier_asks_for(people, hours):
    assert rules.projected_contact_hours(people, CADENCE) == Decimal(hours)


@pytest.mark.parametrize(("hours", "most"), [("40", "20"), ("37.5", "18.75"), ("0", "0")])
def test_half_of_the_hours_is_the_most_for_contact(hours, most):
    assert rules.most_contact_hours(Decimal(hours)) == Decimal(most)


@pytest.mark.parametrize(
    ("value", "places", "shown"), [("2.25", 1, "2.3"), ("2.24", 1, "2.2"), ("2.5", 0, "3"), ("2.125", 2, "2.13")]
)
def test_values_are_rounded_half_up(value, places, shown):
    assert str(rules.rounded(Decimal(value), places)) == shown


@pytest.mark.parametrize(("part", "whole", "percent"), [("1", "8", "12.5"), ("1", "3", "33.3"), ("1", "0", None)])
def test_percentages_have_one_decimal_and_there_is_none_of_nothing(part, whole, percent):
    assert rules.percent(Decimal(part), Decimal(whole)) == (percent and Decimal(percent))


# With a worker ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("earlier", "first"),
    [
        ([], 10),
        ([(5, 10)], 5),
        ([(5, 9)], 10),
        ([(5, 11)], 10),
        ([(5, 10), (1, 5)], 1),
        ([(1, 4), (5, 10)], 5),
        ([(10, None)], 10),
    ],
    ids=["alone", "right before", "a day between", "still running", "two in a row", "one further back", "open"],
)
def test_somebody_is_with_a_worker_since_the_first_day_without_a_break(earlier, first):
    def day(n):
        return n and date(2026, 11, n)

    assert rules.first_day_with(day(10), [(day(begin), day(end)) for begin, end in earlier]) == day(first)


TIERS = [(date(2026, 3, 1), "high"), (date(2026, 3, 10), "parked")]


@pytest.mark.parametrize(
    ("day", "tier", "parked_since"),
    [
        (date(2026, 2, 28), None, None),
        (date(2026, 3, 1), "high", None),
        (date(2026, 3, 9), "high", None),
        (date(2026, 3, 10), "parked", date(2026, 3, 10)),
        (date(2026, 4, 10), "parked", date(2026, 3, 10)),
    ],
    ids=str,
)
def test_a_tier_lasts_until_the_next_begins(day, tier, parked_since):
    assert rules.tier_on(TIERS, day) == tier
    assert rules.parked_since(TIERS, day) == parked_since


def test_an_allocation_is_looked_at_again_after_four_weeks_which_is_also_how_long_it_counts_as_lately():
    assert rules.LOOK_AGAIN == rules.LATELY == timedelta(days=28)


# My day ----------------------------------------------------------------------------------------------------------------

FIRST_DAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("tier", "days", "quiet"),
    [
        ("high", 13, False),
        ("high", 14, True),
        ("medium", 27, False),
        ("medium", 28, True),
        ("group", 41, False),
        ("group", 42, True),
        ("parked", 400, False),
        ("inactive", 400, False),
        (None, 400, False),
    ],
)
def test_a_person_is_quiet_for_long_from_the_day_of_their_support_on(tier, days, quiet):
    assert rules.is_quiet(tier, PARKED, PARKED + days * DAY, rules.QuietFrom()) is quiet


def test_the_last_day_in_a_query_is_that_of_the_rule():
    days = rules.QuietFrom(10, 20, 30)
    for tier in ACTIVE_TIERS:
        last = days.last_day(tier, PARKED)
        assert [rules.is_quiet(tier, day, PARKED, days) for day in (last, last + DAY)] == [True, False]


@pytest.mark.parametrize(
    ("first_day", "on", "expected"),
    [
        (FIRST_DAY, FIRST_DAY - DAY, False),
        (FIRST_DAY, FIRST_DAY, True),
        (FIRST_DAY, FIRST_DAY + 6 * DAY, True),
        (FIRST_DAY, FIRST_DAY + 7 * DAY, False),
        (None, FIRST_DAY, False),
    ],
    ids=["the day before", "first day", "seventh day", "eighth day", "no post recorded"],
)
def test_the_first_week_is_seven_days(first_day, on, expected):
    assert rules.is_first_week(first_day, on) is expected


LEFT = date(2026, 3, 2)  # the day after the last day in post
BACK = LEFT + timedelta(weeks=13)
EARLY = date(2024, 5, 6)
AGAIN = BACK + DAY + timedelta(weeks=13)


@pytest.mark.parametrize(
    ("posts", "on", "began"),
    [
        ([], BACK, None),
        ([(FIRST_DAY, None)], FIRST_DAY - DAY, FIRST_DAY),
        ([(EARLY, LEFT), (BACK, None)], BACK, BACK),
        ([(EARLY, LEFT), (BACK - DAY, None)], BACK, EARLY),
        ([(EARLY, LEFT), (LEFT, None)], BACK, EARLY),
        ([(EARLY, LEFT), (BACK, None)], BACK - DAY, EARLY),
        ([(EARLY, LEFT), (BACK, BACK + DAY), (BACK + DAY, None)], BACK + 2 * DAY, BACK),
        ([(EARLY, LEFT), (EARLY + DAY, LEFT - DAY), (BACK, None)], BACK, BACK),
        ([(EARLY, LEFT), (EARLY + DAY, LEFT - DAY), (BACK - DAY, None)], BACK, EARLY),
        ([(EARLY, None), (BACK, None)], BACK, EARLY),
        ([(EARLY, LEFT), (BACK, BACK + DAY), (AGAIN, None)], BACK + 400 * DAY, AGAIN),
    ],
    ids=[
        "no post recorded",
        "a first post ahead",
        "back after 13 weeks",
        "back after 13 weeks less a day",
        "the next post at once",
        "before the day they come back",
        "with a step after it",
        "a shorter post within the first",
        "13 weeks since that one, not since the first",
        "an open post",
        "back twice",
    ],
)
def test_a_worker_who_comes_back_after_13_weeks_begins_anew(posts, on, began):
    assert rules.first_day_of_worker(posts, on) == began


@pytest.mark.parametrize(
    ("due", "on", "first_day", "expected"),
    [
        (FIRST_DAY - 9 * DAY, FIRST_DAY, FIRST_DAY, ("due", 0)),
        (FIRST_DAY - DAY, FIRST_DAY + 6 * DAY, FIRST_DAY, ("due", 0)),
        (FIRST_DAY - 9 * DAY, FIRST_DAY + 7 * DAY, FIRST_DAY, ("overdue", 7)),
        (FIRST_DAY, FIRST_DAY, FIRST_DAY, ("due", 0)),
        (FIRST_DAY, FIRST_DAY + DAY, FIRST_DAY, ("overdue", 1)),
        (FIRST_DAY + 9 * DAY, FIRST_DAY, FIRST_DAY, ("upcoming", 0)),
        (FIRST_DAY - 9 * DAY, FIRST_DAY, None, ("overdue", 9)),
    ],
    ids=[
        "due before, on the first day",
        "due before, on the seventh day",
        "due before, after the first week",
        "due on the first day",
        "due on the first day, a day later",
        "due ahead",
        "no post recorded",
    ],
)
def test_nothing_is_late_for_a_worker_that_could_not_be_done(due, on, first_day, expected):
    assert rules.state_for_worker(due, on, first_day) == expected


def test_people_quiet_for_long_are_read_by_support_then_never_contacted_then_the_longest():
    people = {
        "medium, longest": ("medium", True, date(2026, 1, 1)),
        "high, lately": ("high", True, date(2026, 10, 2)),
        "high, long ago": ("high", True, date(2026, 10, 1)),
        "group, never": ("group", False, date(2026, 1, 1)),
        "high, never": ("high", False, date(2026, 10, 3)),
    }
    order = sorted(people, key=lambda who: rules.quiet_order(*people[who]))
    assert order == ["high, never", "high, long ago", "high, lately", "medium, longest", "group, never"]


# What is left out, and how long ----------------------------------------------------------------------------------------


def test_a_service_that_has_changed_nothing_has_the_numbers_of_the_source():
    """P01, P05 and P06. Where a rule is asked about no one, there is no one."""
    assert rules.Boundary() == (5, 10, 15, 20)
    assert rules.Cadence() == (6, 24)
    assert rules.Mix() == (0, 0, 0, 0)


def test_coming_back_and_the_wait_for_a_signal_have_their_lengths():
    assert (rules.COMING_BACK.days, rules.LOOKED_BACK.days) == (52 * 7, 104 * 7)
    assert timedelta(seconds=rules.LONGEST_WAIT) == timedelta(days=31)
    assert timedelta(seconds=rules.WAITED) == timedelta(minutes=1)
