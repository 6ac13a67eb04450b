"""When a group meets, and who is ticked beforehand."""

from datetime import date, time
from uuid import UUID

import pytest

from caseload.groups import rules
from peerload.core import dates

TUESDAY, WEDNESDAY, THURSDAY = date(2026, 11, 10), date(2026, 11, 11), date(2026, 11, 12)
LONG_AGO = date(2025, 1, 6)
FRIDAY, SUNDAY = date(2026, 11, 13), date(2026, 11, 15)
NEXT_WEEK, IN_TWO_WEEKS = date(2026, 11, 18), date(2026, 11, 25)


def usual(weekday="wednesday", since=LONG_AGO, ends_before=None):
    return rules.Usual(weekday, since, ends_before, time(10, 30), 90, "The hall")


def changed(on, usual_on=None, off=False):
    """Return what a row says of a meeting: another day of a usual one, or an extra one."""
    return rules.Meeting(on, usual_on, time(14, 0), 60, "The library", off, UUID(int=on.toordinal()), 1)


def days(found):
    return [each.on for each in found]


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
    assert rules.day_to_log(usual(weekday, since), [], THURSDAY, last=last) == expected


@pytest.mark.parametrize(
    ("weekday", "since", "last", "expected"),
    [
        ("thursday", LONG_AGO, WEDNESDAY, THURSDAY),
        ("thursday", LONG_AGO, THURSDAY, None),
        ("wednesday", LONG_AGO, None, WEDNESDAY),
        ("wednesday", WEDNESDAY, None, WEDNESDAY),
        ("wednesday", THURSDAY, None, None),
        ("wednesday", LONG_AGO, WEDNESDAY, None),
        ("friday", LONG_AGO, None, date(2026, 11, 6)),
        ("", LONG_AGO, None, None),
    ],
    ids=[
        "today",
        "today, recorded",
        "yesterday",
        "its first day",
        "begun after it",
        "recorded",
        "six days ago",
        "no usual day",
    ],
)
def test_a_session_is_to_be_recorded_from_its_day_until_it_is(weekday, since, last, expected):
    found = rules.to_record(usual(weekday), [], THURSDAY, since=since, last=last)
    assert days(found) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("changes", "on", "last", "expected"),
    [
        ([changed(WEDNESDAY, WEDNESDAY, off=True)], WEDNESDAY, None, []),
        ([changed(WEDNESDAY, WEDNESDAY, off=True)], THURSDAY, None, []),
        ([changed(FRIDAY, WEDNESDAY)], WEDNESDAY, None, []),
        ([changed(FRIDAY, WEDNESDAY)], THURSDAY, None, []),
        ([changed(FRIDAY, WEDNESDAY)], FRIDAY, None, [FRIDAY]),
        ([changed(FRIDAY, WEDNESDAY)], SUNDAY, None, [FRIDAY]),
        ([changed(FRIDAY, WEDNESDAY)], SUNDAY, FRIDAY, []),
        ([changed(TUESDAY, WEDNESDAY)], WEDNESDAY, None, [TUESDAY]),
        ([changed(FRIDAY, WEDNESDAY, off=True)], FRIDAY, None, []),
        ([changed(FRIDAY)], FRIDAY, None, [WEDNESDAY, FRIDAY]),
        ([changed(FRIDAY)], FRIDAY, WEDNESDAY, [FRIDAY]),
        ([changed(FRIDAY)], NEXT_WEEK, WEDNESDAY, [FRIDAY, NEXT_WEEK]),
        ([changed(FRIDAY)], date(2026, 11, 19), WEDNESDAY, [FRIDAY, NEXT_WEEK]),
        ([changed(FRIDAY)], date(2026, 11, 20), WEDNESDAY, [NEXT_WEEK]),
    ],
    ids=[
        "called off, on its day",
        "called off, the day after",
        "moved, on its usual day",
        "moved, the day before the new day",
        "moved, on the new day",
        "moved, after the new day",
        "moved and recorded",
        "moved to the day before",
        "moved, then called off",
        "the usual and an extra one",
        "the usual recorded, an extra one today",
        "an extra one five days ago, the usual today",
        "six days ago",
        "seven days ago",
    ],
)
def test_what_is_to_be_recorded_follows_a_meeting_that_is_moved_or_called_off(changes, on, last, expected):
    found = rules.to_record(usual(), changes, on, since=on - rules.WEEK + dates.DAY, last=last)
    found = [each for each in found if each.on >= TUESDAY]
    assert days(found) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([], [WEDNESDAY, NEXT_WEEK, IN_TWO_WEEKS]),
        ([changed(FRIDAY, WEDNESDAY)], [FRIDAY, NEXT_WEEK, IN_TWO_WEEKS]),
        ([changed(WEDNESDAY, WEDNESDAY)], [WEDNESDAY, NEXT_WEEK, IN_TWO_WEEKS]),
        ([changed(NEXT_WEEK, NEXT_WEEK, off=True)], [WEDNESDAY, IN_TWO_WEEKS]),
        ([changed(FRIDAY)], [WEDNESDAY, FRIDAY, NEXT_WEEK, IN_TWO_WEEKS]),
        ([changed(FRIDAY, off=True)], [WEDNESDAY, NEXT_WEEK, IN_TWO_WEEKS]),
        ([changed(NEXT_WEEK)], [WEDNESDAY, NEXT_WEEK, IN_TWO_WEEKS]),
        ([changed(date(2026, 12, 2), IN_TWO_WEEKS)], [WEDNESDAY, NEXT_WEEK]),
        ([changed(TUESDAY, NEXT_WEEK)], [TUESDAY, WEDNESDAY, IN_TWO_WEEKS]),
        ([changed(IN_TWO_WEEKS, date(2026, 12, 2))], [WEDNESDAY, NEXT_WEEK, IN_TWO_WEEKS]),
        ([changed(FRIDAY, WEDNESDAY), changed(WEDNESDAY)], [WEDNESDAY, FRIDAY, NEXT_WEEK, IN_TWO_WEEKS]),
    ],
    ids=[
        "as usual",
        "moved",
        "another hour",
        "called off",
        "an extra one",
        "an extra one called off",
        "an extra one on a usual day",
        "moved out of the days asked about",
        "moved to the first of them",
        "moved to the last of them",
        "another one on the day it was moved from",
    ],
)
def test_the_meetings_between_two_days(changes, expected):
    assert days(rules.standing(usual(), changes, TUESDAY, IN_TWO_WEEKS)) == expected


@pytest.mark.parametrize(
    ("since", "ends_before", "expected"),
    [
        (WEDNESDAY, None, [WEDNESDAY, FRIDAY]),
        (THURSDAY, None, [FRIDAY]),
        (date(2026, 11, 14), None, []),
        (LONG_AGO, date(2026, 11, 14), [WEDNESDAY, FRIDAY]),
        (LONG_AGO, FRIDAY, [WEDNESDAY]),
        (LONG_AGO, WEDNESDAY, []),
    ],
    ids=["its first day", "begun after the usual day", "begun later", "its last day", "ended before it", "ended"],
)
def test_no_meeting_lies_outside_the_days_of_its_group(since, ends_before, expected):
    group = usual(since=since, ends_before=ends_before)
    assert days(rules.standing(group, [changed(FRIDAY)], TUESDAY, SUNDAY)) == expected


def test_a_meeting_has_its_own_hour_and_place_and_else_the_usual_ones():
    moved, as_usual = rules.standing(usual(), [changed(FRIDAY, WEDNESDAY)], TUESDAY, NEXT_WEEK)
    assert (moved.starts_at, moved.minutes, moved.place) == (time(14, 0), 60, "The library")
    assert (as_usual.starts_at, as_usual.minutes, as_usual.place) == (time(10, 30), 90, "The hall")
    assert (moved.key, as_usual.key, moved.is_moved, as_usual.is_moved) == ("2026-11-11", "2026-11-18", True, False)


def test_what_is_ahead_names_what_is_called_off_and_goes_on_after_it():
    off = [changed(day, day, off=True) for day in (WEDNESDAY, NEXT_WEEK)]
    assert days(rules.ahead(usual(), off, TUESDAY, last=None, most=3)) == [WEDNESDAY, NEXT_WEEK, IN_TWO_WEEKS]
    assert rules.next_meeting(usual(), off, TUESDAY, last=None).on == IN_TWO_WEEKS


def test_a_group_without_a_usual_day_meets_when_it_is_planned():
    planned = [changed(FRIDAY), changed(date(2027, 3, 5))]
    assert days(rules.ahead(usual(""), planned, TUESDAY, last=None, most=3)) == [FRIDAY, date(2027, 3, 5)]
    assert rules.next_meeting(usual(""), planned, TUESDAY, last=FRIDAY).on == date(2027, 3, 5)
    assert rules.day_to_log(usual(""), planned, SUNDAY, last=None) == FRIDAY


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
    found = rules.next_meeting(usual(weekday, since, ends_before), [], on, last=last)
    assert (found and found.on) == expected


FIRST, SECOND, THIRD = date(2026, 11, 4), WEDNESDAY, date(2026, 11, 18)


@pytest.mark.parametrize(
    ("weekday", "first", "last", "expected"),
    [
        ("wednesday", FIRST, THIRD, [FIRST, SECOND, THIRD]),
        ("wednesday", date(2026, 11, 5), date(2026, 11, 17), [SECOND]),
        ("wednesday", WEDNESDAY, WEDNESDAY, [SECOND]),
        ("wednesday", date(2026, 11, 5), TUESDAY, []),
        ("wednesday", THURSDAY, WEDNESDAY, []),
        ("wednesday", date(2026, 12, 24), date(2027, 1, 5), [date(2026, 12, 30)]),
        ("wednesday", date(9999, 12, 29), date.max, [date(9999, 12, 29)]),
        ("wednesday", date(9999, 12, 30), date.max, []),
        ("monday", date.min, date.min, [date.min]),
        ("", FIRST, THIRD, []),
    ],
    ids=[
        "from one to another",
        "the days between",
        "one day",
        "none in a week",
        "ends before it begins",
        "over the new year",
        "the last of all",
        "none before days end",
        "the first day of all",
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
    assert rules.is_another_day(usual(weekday), [], day) is another


def test_a_meeting_that_was_moved_is_usual_on_its_new_day_alone():
    moved = [changed(FRIDAY, WEDNESDAY)]
    assert [rules.is_another_day(usual(), moved, day) for day in (WEDNESDAY, FRIDAY, NEXT_WEEK)] == [True, False, False]


def test_a_session_takes_an_hour_and_a_half():
    assert rules.USUAL_MINUTES == 90


def test_two_groups_have_two_names():
    assert rules.group_there("Kitchen") == "There is a group called “Kitchen” already. Choose another name."
