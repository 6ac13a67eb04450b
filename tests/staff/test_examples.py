"""The worked examples of absences (H01, H03) by their id, and who is listed on the days around a post."""

from datetime import date
from decimal import Decimal

import pytest

from peerload.staff import rules
from peerload.staff.rules import Post
from tests import oracle
from tests.examples import expected

FIRST_DAY_AWAY = date(2026, 6, 1)


def band(expected_back, on=FIRST_DAY_AWAY):
    return rules.absence_band(rules.days_away(FIRST_DAY_AWAY, expected_back, on))


def test_H01_fourteen_and_fifty_six_days_are_in_the_middle():
    back = (date(2026, 6, 14), date(2026, 6, 15), date(2026, 7, 27), date(2026, 7, 28))
    assert [band(day) for day in back] == expected("H01")


def test_H03_a_later_return_counts_at_once():
    assert [band(date(2026, 6, 29)), band(date(2026, 8, 10), date(2026, 6, 10))] == expected("H03")


@pytest.mark.parametrize(
    ("on", "days"),
    [(date(2026, 6, 1), 14), (date(2026, 6, 15), 14), (date(2026, 6, 16), 15)],
    ids=["first", "back", "late"],
)
def test_an_absence_is_the_longer_of_elapsed_and_expected(on, days):
    assert rules.days_away(FIRST_DAY_AWAY, date(2026, 6, 15), on) == days


@pytest.mark.parametrize(
    ("back_on", "on", "away"),
    [
        (None, date(2026, 5, 31), False),
        (None, date(2026, 6, 1), True),
        (date(2026, 6, 15), date(2026, 6, 14), True),
        (date(2026, 6, 15), date(2026, 6, 15), False),
    ],
    ids=["the day before", "the first day", "the last day", "back at work"],
)
def test_away_until_the_first_day_at_work_again(back_on, on, away):
    assert rules.is_away(FIRST_DAY_AWAY, back_on, on) is away


HALF_TIME = Post(date(2026, 3, 1), date(2026, 4, 1), Decimal("0.5"))
DAYS = [date(2026, 2, 14), date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)]


@pytest.mark.parametrize("on", DAYS, ids=str)
@pytest.mark.parametrize(
    ("posts", "first_work_on"),
    [
        ([], None),
        ([], date(2026, 2, 20)),
        ([HALF_TIME], None),
        ([HALF_TIME], date(2026, 2, 20)),
        ([HALF_TIME], date(2026, 3, 9)),
    ],
    ids=["nothing", "work, no post", "post, no work", "work before the post", "work within the post"],
)
def test_who_is_listed_on_a_day_and_with_what_post(posts, first_work_on, on):
    found = [
        listing
        for listing in rules.listings(posts, first_work_on, Decimal(40))
        if listing.starts_on <= on and (listing.ends_before is None or on < listing.ends_before)
    ]
    assert len(found) == oracle.is_listed(posts, first_work_on, on)
    if found:
        assert found[0].fte == oracle.fte_on(posts, on)
        assert found[0].weekly_hours == found[0].fte * 40
