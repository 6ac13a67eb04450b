"""Which days leave can have, what falls into them, and who answers."""

from datetime import date

import pytest

from wellbeing.leave import rules
from wellbeing.leave.rules import LeaveSpan

TODAY = date(2026, 11, 12)  # a Thursday


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


@pytest.mark.parametrize(
    ("first", "last", "begun_on", "field"),
    [
        ("11-12", "11-12", None, None),  # today, a single day
        ("11-11", "11-12", None, "starts_on"),
        ("11-09", "11-20", "11-09", None),  # it has begun, and its first day stays
        ("11-10", "11-20", "11-09", "starts_on"),
        ("11-09", "11-11", "11-09", "last_day"),  # and may not end in the past
        ("11-20", "11-19", None, "last_day"),
    ],
)
def test_the_days_that_can_be_asked_for(first, last, begun_on, field):
    found = rules.refuse_days(day(first), day(last), TODAY, begun_on=begun_on and day(begun_on))
    assert (found and found[0]) == field


@pytest.mark.parametrize(("days", "refused"), [(365, False), (366, True)])
def test_leave_lasts_a_year_at_most(days, refused):
    assert bool(rules.refuse_days(TODAY, TODAY + days * rules.DAY, TODAY)) is refused


AWAY, ASKED = [LeaveSpan(day("11-16"), day("11-21"))], [LeaveSpan(day("12-07"), day("12-12"))]


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        ("11-13", "11-15", ""),
        ("11-13", "11-16", "away from 16 November to 20 November"),
        ("11-20", "11-25", "away from 16 November to 20 November"),
        ("11-21", "12-06", ""),
        ("12-06", "12-07", "asked for leave from 7 December to 11 December"),
        ("12-11", "12-11", "asked for leave from 7 December to 11 December"),
        ("12-12", "12-18", ""),
    ],
)
def test_leave_overlaps_no_absence_and_no_other_request(first, last, says):
    sentence = rules.refuse_overlap(day(first), day(last), AWAY, ASKED, TODAY)
    assert says in sentence if says else sentence == ""


def test_an_absence_without_an_end_stands_against_every_later_day():
    sentence = rules.refuse_overlap(day("12-30"), day("12-30"), [LeaveSpan(day("11-09"), None)], [], TODAY)
    assert sentence == "You are away from 9 November already, without a return date. Choose other days."
    assert rules.refuse_overlap(day("11-08"), day("11-08"), [LeaveSpan(day("11-09"), None)], [], TODAY) == ""


def works(on: date) -> bool:
    """Monday to Thursday, and not on 16 December."""
    return on.weekday() < 4 and on != day("12-16")


@pytest.mark.parametrize(
    ("first", "last", "days", "back"),
    [
        ("12-07", "12-11", 4, "12-14"),  # a week: Friday is no day of theirs
        ("12-10", "12-10", 1, "12-14"),  # Thursday: back on Monday
        ("12-11", "12-13", 0, "12-14"),
        ("12-14", "12-15", 2, "12-17"),  # the day after is shut
    ],
)
def test_the_days_of_work_and_the_day_back_follow_the_post_and_the_service(first, last, days, back):
    assert rules.work_days(day(first), day(last), works) == days
    assert rules.back_on(day(last), works) == day(back)


def test_a_worker_without_days_of_work_is_back_the_day_after():
    assert rules.back_on(day("12-11"), lambda on: False) == day("12-12")


@pytest.mark.parametrize(
    ("since", "quiet"),
    [
        ("11-23", "12-07"),  # 14 days on the first day
        ("11-10", "12-07"),  # for long already: from the first day on
        ("11-27", "12-11"),  # on the last day
        ("11-28", None),  # the day after
    ],
)
def test_a_person_with_high_support_stands_there_when_they_will_be_quiet_for_long(since, quiet):
    assert rules.quiet_on(day(since), 14, day("12-07"), day("12-11")) == (quiet and day(quiet))


def test_what_has_no_days_of_quiet_is_never_quiet():
    assert rules.quiet_on(day("01-01"), None, day("12-07"), day("12-11")) is None


MERE, ANA, DEV, RUTH, LENA = 1, 2, 3, 4, 5
ALL = {MERE, ANA, DEV, RUTH, LENA}


@pytest.mark.parametrize(
    ("worker", "manages", "leads", "above", "here", "answers"),
    [
        (MERE, False, [ANA, DEV], [RUTH], ALL, [ANA, DEV]),  # a worker: who leads the team
        (DEV, False, [ANA, DEV], [RUTH], ALL, [ANA]),  # the deputy: the manager
        (ANA, True, [ANA, DEV], [RUTH], ALL, [RUTH]),  # the manager: the service manager
        (ANA, True, [ANA, DEV], [], ALL, [DEV]),  # no service manager: who else leads
        (MERE, False, [], [RUTH], ALL, [RUTH]),  # no one leads the team
        (DEV, False, [DEV], [RUTH], ALL, [RUTH]),  # no one else leads it
        (MERE, False, [], [], {MERE}, []),
        # while who is asked is away, the next at work as well
        (MERE, False, [ANA, DEV], [RUTH], {DEV, RUTH}, [ANA, DEV]),
        (MERE, False, [ANA, DEV], [RUTH], {RUTH, LENA}, [ANA, DEV, RUTH]),
        (MERE, False, [ANA], [RUTH], {LENA}, [ANA, LENA]),
        (ANA, True, [ANA, DEV], [RUTH], {DEV, LENA}, [RUTH, LENA]),
        (ANA, True, [ANA, DEV], [RUTH], {DEV}, [RUTH, DEV]),
        (ANA, True, [ANA, DEV], [RUTH], {ANA}, [RUTH]),  # no one at all: it waits
    ],
)
def test_who_answers(worker, manages, leads, above, here, answers):
    assert rules.answering(worker, manages, leads, above, [LENA], here=here) == answers


def test_days_are_said_shortly():
    assert rules.say_days(day("12-07"), day("12-07"), TODAY) == "7 December"
    assert rules.say_days(day("12-28"), date(2027, 1, 3), TODAY) == "28 December to 3 January 2027"
