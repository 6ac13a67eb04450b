"""Which goals stand and which are history (R120), which days are right (R121), and about which people more is asked (R124)."""

from datetime import date, timedelta

import pytest

from caseload import rules
from caseload.enums import Tier, WrongDay
from caseload.goals.rules import GoalDays, in_order

TODAY = date(2026, 11, 12)
DAY = timedelta(days=1)


def test_goals_that_stand_are_read_from_the_oldest_and_history_from_the_latest():
    goals = {
        "let go yesterday": GoalDays(TODAY - 9 * DAY, TODAY - DAY),
        "since today, the first": GoalDays(TODAY),
        "since today, another": GoalDays(TODAY),
        "reached long ago": GoalDays(TODAY - 8 * DAY, TODAY - 7 * DAY),
        "reached today": GoalDays(TODAY - 9 * DAY, TODAY),
        "let go today": GoalDays(TODAY - 9 * DAY, TODAY),
        "since long ago": GoalDays(TODAY - 9 * DAY),
    }

    standing, ended = in_order((days, name) for name, days in goals.items())

    assert standing == ["since long ago", "since today, the first", "since today, another"]
    assert ended == ["reached today", "let go today", "let go yesterday", "reached long ago"]


def test_no_goal_is_left_out():
    goals = [(GoalDays(TODAY - n * DAY, TODAY if n % 2 else None), n) for n in range(7)]
    standing, ended = in_order(goals)
    assert sorted([*standing, *ended]) == list(range(7))


@pytest.mark.parametrize(
    ("begins", "ends", "wrong"),
    [
        (TODAY, None, None),
        (TODAY + DAY, None, WrongDay.AHEAD),
        (TODAY, TODAY, None),
        (TODAY - DAY, TODAY, None),
        (TODAY - DAY, TODAY + DAY, WrongDay.AHEAD),
        (TODAY, TODAY - DAY, WrongDay.BEFORE),
        (TODAY + DAY, TODAY, WrongDay.AHEAD),
    ],
    ids=["today", "tomorrow", "the same day", "a day later", "ends tomorrow", "ends before", "begins tomorrow"],
)
def test_a_day_that_has_not_come_and_days_in_the_wrong_order_are_refused(begins, ends, wrong):
    assert rules.wrong_day(begins, ends, TODAY) == wrong


@pytest.mark.parametrize(
    ("tier", "waits", "merged", "asks"),
    [
        (Tier.HIGH, False, False, True),
        (Tier.PARKED, False, False, True),
        (None, False, False, True),
        (Tier.INACTIVE, False, False, False),
        (Tier.INACTIVE, True, False, True),
        (Tier.HIGH, False, True, False),
        (Tier.INACTIVE, True, True, False),
    ],
    ids=["supported", "kept in touch with", "without support", "moved on", "came back", "merged", "merged and waits"],
)
def test_nothing_new_is_asked_of_a_person_who_moved_on(tier, waits, merged, asks):
    assert rules.asks_for_more(tier, waits=waits, merged=merged) is asks
