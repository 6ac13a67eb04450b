"""Who waits stands in order of what is most urgent, and is late from the day after the one by which something was to be done."""

from datetime import date, timedelta

import pytest

from caseload.rules import before_waiting
from caseload.waiting.rules import Wait

TODAY = date(2026, 11, 12)


def wait(days=3, *, statutory=False, responsible=True, since=-10, arranged=False) -> Wait:
    """Somebody who waits; ``days`` until something is to be done, ``since`` so many days before or after today."""
    due_on, known_since = (None if n is None else TODAY + timedelta(days=n) for n in (days, since))
    return Wait(statutory, responsible, due_on, known_since, arranged)


def test_they_stand_in_order_of_what_is_most_urgent():
    expected = {
        "statutory, no one responsible": wait(9, statutory=True, responsible=False),
        "statutory, two days late": wait(-2, statutory=True),
        "statutory": wait(9, statutory=True),
        "not known since when, no day": wait(None, since=None),
        "no one responsible": wait(responsible=False, since=-20),
        "no day": wait(None),
        "nine days late": wait(-9),
        "one day late": wait(-1),
        "longest, arranged though late": wait(-5, since=-30, arranged=True),
        "longer, due today": wait(0, since=-12),
        "arranged, no one responsible": wait(None, responsible=False, since=-11, arranged=True),
        "due in three days": wait(3),
    }
    in_other_order = list(expected)[::-1]
    found = sorted(in_other_order, key=lambda name: expected[name].place(TODAY))
    assert found == list(expected)


@pytest.mark.parametrize(
    ("days", "late"),
    [(-9, 9), (-1, 1), (0, 0), (1, 0), (None, 0)],
    ids=["nine", "the day after", "today", "ahead", "no day"],
)
def test_it_is_late_from_the_day_after(days, late):
    assert wait(days).days_late(TODAY) == late
    assert wait(days, arranged=True).days_late(TODAY) == 0


@pytest.mark.parametrize(("since", "days"), [(-10, 10), (0, 0), (None, None)])
def test_how_long_they_have_waited(since, days):
    assert wait(since=since).days(TODAY) == days


@pytest.mark.parametrize(
    ("days", "responsible", "arranged", "forgotten"),
    [
        (3, True, False, False),
        (None, True, False, True),
        (3, False, False, True),
        (None, False, False, True),
        (None, False, True, False),
    ],
)
def test_without_anybody_responsible_or_a_day_somebody_is_forgotten(days, responsible, arranged, forgotten):
    assert wait(days, responsible=responsible, arranged=arranged).forgotten is forgotten


def test_somebody_who_waits_is_arranged_for_by_no_default():
    assert Wait(False, True, None, None).arranged is False


def test_nobody_can_be_allocated_before_they_waited():
    assert "has waited for a worker since 1 November 2026" in before_waiting("Ofa", date(2026, 11, 1))
