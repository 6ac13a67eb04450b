"""When a group meets, and who is ticked beforehand."""

from datetime import date

import pytest

from caseload.groups import rules

TUESDAY, WEDNESDAY, THURSDAY = date(2026, 11, 10), date(2026, 11, 11), date(2026, 11, 12)
LONG_AGO = date(2025, 1, 6)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (TUESDAY, date(2026, 11, 4)),
        (WEDNESDAY, WEDNESDAY),
        (THURSDAY, WEDNESDAY),
        (date(2027, 1, 1), date(2026, 12, 30)),
    ],
    ids=["the day before", "the day itself", "the day after", "over the new year"],
)
def test_the_last_usual_day(on, expected):
    assert rules.last_usual_day("wednesday", on) == expected


@pytest.mark.parametrize(
    ("weekday", "since", "last", "expected"),
    [
        ("wednesday", LONG_AGO, None, WEDNESDAY),
        ("wednesday", LONG_AGO, date(2026, 11, 4), WEDNESDAY),
        ("wednesday", LONG_AGO, WEDNESDAY, THURSDAY),
        ("wednesday", LONG_AGO, THURSDAY, THURSDAY),
        ("wednesday", WEDNESDAY, None, WEDNESDAY),
        ("wednesday", THURSDAY, None, THURSDAY),
        ("thursday", LONG_AGO, None, THURSDAY),
        ("", LONG_AGO, None, THURSDAY),
    ],
    ids=[
        "never recorded",
        "recorded last week",
        "this week is recorded",
        "this week is recorded, a day late",
        "its first day",
        "begun after the usual day",
        "today is the usual day",
        "without a usual day",
    ],
)
def test_the_day_that_is_offered(weekday, since, last, expected):
    assert rules.day_to_log(weekday, THURSDAY, since=since, last=last) == expected


@pytest.mark.parametrize(
    ("weekday", "since", "last", "expected"),
    [
        ("thursday", LONG_AGO, WEDNESDAY, THURSDAY),
        ("thursday", LONG_AGO, THURSDAY, None),
        ("wednesday", LONG_AGO, None, WEDNESDAY),
        ("wednesday", WEDNESDAY, None, WEDNESDAY),
        ("wednesday", THURSDAY, None, None),
        ("wednesday", LONG_AGO, WEDNESDAY, None),
        ("", LONG_AGO, None, None),
    ],
    ids=["today", "today, recorded", "yesterday", "its first day", "begun after it", "recorded", "without a usual day"],
)
def test_a_session_is_to_be_recorded_from_its_day_until_it_is(weekday, since, last, expected):
    assert rules.to_record(weekday, THURSDAY, since=since, last=last) == expected


@pytest.mark.parametrize(
    ("weekday", "on", "since", "ends_before", "last", "expected"),
    [
        ("wednesday", TUESDAY, LONG_AGO, None, None, WEDNESDAY),
        ("wednesday", WEDNESDAY, LONG_AGO, None, None, WEDNESDAY),
        ("wednesday", WEDNESDAY, LONG_AGO, None, WEDNESDAY, date(2026, 11, 18)),
        ("wednesday", THURSDAY, LONG_AGO, None, None, date(2026, 11, 18)),
        ("wednesday", TUESDAY, THURSDAY, None, None, date(2026, 11, 18)),
        ("wednesday", TUESDAY, LONG_AGO, THURSDAY, None, WEDNESDAY),
        ("wednesday", TUESDAY, LONG_AGO, WEDNESDAY, None, None),
        ("", TUESDAY, LONG_AGO, None, None, None),
    ],
    ids=[
        "the day before",
        "the day itself",
        "recorded today",
        "the day after",
        "not begun yet",
        "its last day",
        "over before",
        "without a usual day",
    ],
)
def test_when_it_meets_next(weekday, on, since, ends_before, last, expected):
    assert rules.next_on(weekday, on, since=since, ends_before=ends_before, last=last) == expected


FIRST, SECOND, THIRD = date(2026, 11, 4), WEDNESDAY, date(2026, 11, 18)


@pytest.mark.parametrize(
    ("weekday", "first", "last", "expected"),
    [
        ("wednesday", FIRST, THIRD, [FIRST, SECOND, THIRD]),
        ("wednesday", date(2026, 11, 5), date(2026, 11, 17), [SECOND]),
        ("wednesday", WEDNESDAY, WEDNESDAY, [SECOND]),
        ("wednesday", date(2026, 11, 5), TUESDAY, []),
        ("wednesday", THURSDAY, WEDNESDAY, []),
        ("", FIRST, THIRD, []),
    ],
    ids=[
        "from one to another",
        "the days between",
        "one day",
        "none in a week",
        "ends before it begins",
        "no usual day",
    ],
)
def test_the_usual_days_from_a_day_through_another(weekday, first, last, expected):
    assert rules.usual_days(weekday, first, last) == expected


def test_ticked_is_who_came_last_time_and_is_still_there():
    assert rules.same_as_last_time([1, 2, 4], [1, 2, 3]) == {1, 2}


@pytest.mark.parametrize(
    ("weekday", "day", "another"),
    [
        ("wednesday", WEDNESDAY, False),
        ("wednesday", TUESDAY, True),
        ("wednesday", THURSDAY, True),
        ("", TUESDAY, False),
    ],
)
def test_a_day_that_is_not_the_usual_one(weekday, day, another):
    assert rules.is_another_day(weekday, day) is another


def test_a_session_takes_an_hour_and_a_half():
    assert rules.USUAL_MINUTES == 90


def test_two_groups_have_two_names():
    assert rules.group_there("Kitchen") == "There is a group called “Kitchen” already. Choose another name."
