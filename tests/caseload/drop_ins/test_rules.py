"""What a drop-in counts (R88), in which words, for how long a first name is kept (R89), and how far the sums go back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.drop_ins import rules
from caseload.drop_ins.rules import Counted

TODAY = date(2026, 11, 12)
DAY = timedelta(days=1)


@given(people=st.integers(1, 200), minutes=st.integers(1, 1440))
def test_heads_and_minutes_are_counted_here_or_as_a_contact_never_both(people, minutes):
    assert rules.counted(people, minutes, became_person=False) == (people, minutes)
    assert rules.counted(people, minutes, became_person=True) == (people - 1, 0)


@pytest.mark.parametrize(
    ("counted", "hours", "words"),
    [
        (Counted(), Decimal("0"), "0 people, 0 hours"),
        (Counted(1, 60), Decimal("1"), "1 person, 1 hour"),
        (Counted(2, 62), Decimal("1"), "2 people, 1 hour"),
        (Counted(2, 63), Decimal("1.1"), "2 people, 1.1 hours"),
        (Counted(3, 130), Decimal("2.2"), "3 people, 2.2 hours"),
    ],
    ids=["nothing", "one of each", "rounded down", "half a tenth is rounded up", "several"],
)
def test_a_count_says_people_and_hours_to_a_tenth(counted, hours, words):
    assert (counted.hours, counted.words) == (hours, words)


@pytest.mark.parametrize(("days", "kept"), [(0, True), (6, True), (7, False), (8, False)])
def test_a_first_name_is_kept_for_seven_days_with_the_day_of_the_drop_in(days, kept):
    assert rules.name_is_kept(TODAY - days * DAY, TODAY) is kept


def test_a_sum_begins_with_the_first_of_28_days():
    assert rules.first_summed(TODAY) == date(2026, 10, 16)
