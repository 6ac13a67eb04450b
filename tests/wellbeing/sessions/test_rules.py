"""When a session is due, supervision in a month's record, and who gives it while a supervisor is away."""

from datetime import date, timedelta

import pytest

from caseload.cover.rules import AbsenceFacts, Who
from wellbeing.enums import SessionKind, SessionState
from wellbeing.sessions import rules

DAY = timedelta(days=1)
HELD = date(2026, 10, 15)
DUE = date(2026, 11, 12)  # four weeks later
TODAY = date(2026, 11, 12)


def test_a_service_that_has_changed_nothing_has_the_usual_sessions():
    assert [rules.cadence({})[kind] for kind in SessionKind] == [4, 2, 4, 0, 0, 0]


def test_what_a_service_has_changed_stands_beside_the_usual():
    assert rules.cadence({"check_in": 2, "te_kairaranga": 0})[SessionKind.CHECK_IN] == 2
    assert rules.cadence({"te_kairaranga": 0})[SessionKind.TE_KAIRARANGA] == 0
    assert rules.cadence({"check_in": 2})[SessionKind.SUPERVISION] == 4


@pytest.mark.parametrize(
    ("on", "state", "late"),
    [
        (DUE - DAY, SessionState.DUE, 0),
        (DUE, SessionState.DUE, 0),
        (DUE + DAY, SessionState.LATE, 1),
        (DUE + 9 * DAY, SessionState.LATE, 9),
    ],
    ids=["the day before", "the day itself", "a day late", "nine days late"],
)
def test_a_session_is_late_from_the_day_after(on, state, late):
    standing = rules.Standing(SessionKind.SUPERVISION, 4, HELD, None, rules.due_by(HELD, 4, (), on))
    assert (standing.state(on), standing.days_late(on)) == (state, late)


@pytest.mark.parametrize(
    ("planned_on", "state"),
    [
        (TODAY - DAY, SessionState.TO_CONFIRM),
        (TODAY, SessionState.PLANNED),
        (TODAY + DAY, SessionState.PLANNED),
    ],
    ids=["yesterday", "today", "tomorrow"],
)
def test_what_is_planned_is_asked_about_once_its_day_has_passed(planned_on, state):
    assert rules.Standing(SessionKind.SUPERVISION, 4, HELD, planned_on, DUE).state(TODAY) == state


@pytest.mark.parametrize(
    ("weeks", "state"),
    [(4, SessionState.AWAY), (0, SessionState.WHEN_WANTED)],
    ids=["held every four weeks", "held when wanted"],
)
def test_while_somebody_is_away_only_what_has_a_cadence_is_due_once_back(weeks, state):
    standing = rules.Standing(SessionKind.SUPERVISION, weeks, HELD, None, None, is_away=True)
    assert standing.state(TODAY) == state


def test_without_a_post_nothing_with_a_cadence_is_due():
    standing = rules.Standing(SessionKind.SUPERVISION, 4, HELD, None, None, has_post=False)
    assert (standing.state(TODAY), standing.days_late(TODAY)) == (SessionState.NO_POST, 0)
    assert standing._replace(weeks=0).state(TODAY) == SessionState.WHEN_WANTED


def test_a_cadence_is_a_year_at_most_and_a_note_nobody_agreed_to_is_gone_after_two_weeks():
    assert (rules.LONGEST, rules.UNANSWERED) == (52, timedelta(days=14))


def test_without_a_cadence_or_a_day_to_count_from_nothing_is_due():
    assert rules.due_by(HELD, 0, (), TODAY) is None
    assert rules.due_by(None, 4, (), TODAY) is None


@pytest.mark.parametrize(
    ("away", "due"),
    [
        (AbsenceFacts(DUE), None),
        (AbsenceFacts(DUE - DAY, None, DUE + DAY), None),
        (AbsenceFacts(DUE - 10 * DAY, None, DUE - 2 * DAY), DUE),
        (AbsenceFacts(DUE - 2 * DAY, None, DUE), DUE),
    ],
    ids=["away from that day", "back tomorrow", "back before it fell due", "back on that day"],
)
def test_while_somebody_is_away_nothing_is_due(away, due):
    assert rules.due_by(HELD, 4, [away], DUE) == due


def test_what_fell_due_meanwhile_is_due_within_the_week_of_the_return():
    back = DUE + 20 * DAY
    away = AbsenceFacts(DUE - 5 * DAY, None, back)
    assert rules.due_by(HELD, 4, [away], back - DAY) is None
    assert rules.due_by(HELD, 4, [away], back) == back + 6 * DAY


def test_what_falls_due_in_one_absence_after_another_is_due_once_back_from_the_last():
    first, last = AbsenceFacts(DUE - DAY, None, DUE + 3 * DAY), AbsenceFacts(DUE + 7 * DAY, None, DUE + 20 * DAY)
    later = AbsenceFacts(DUE + 30 * DAY, None, DUE + 31 * DAY)
    back = DUE + 20 * DAY
    assert rules.due_by(HELD, 4, [first], DUE + 5 * DAY) == DUE + 9 * DAY
    assert rules.due_by(HELD, 4, [later, last, first], DUE + 31 * DAY) == back + 6 * DAY
    assert rules.due_by(HELD, 4, [first, later], DUE + 31 * DAY) == DUE + 9 * DAY


def test_what_was_late_before_somebody_was_away_stays_late():
    away = AbsenceFacts(DUE + DAY, None, DUE + 3 * DAY)
    assert rules.due_by(HELD, 4, [away], DUE + 3 * DAY) == DUE


def test_the_eve_of_a_monday_is_friday():
    monday = date(2026, 11, 16)
    eves = [monday - n * DAY for n in range(5) if rules.is_eve(monday, monday - n * DAY, "NZ-AUK", frozenset())]
    assert eves == [date(2026, 11, 15), date(2026, 11, 14), date(2026, 11, 13)]


@pytest.mark.parametrize("kind", SessionKind)
def test_only_a_debrief_is_never_regular(kind):
    assert (kind in rules.NEVER_REGULAR) is (kind == "debrief")


# The month -------------------------------------------------------------------------------------------------------------

OCTOBER = date(2026, 10, 1)


@pytest.mark.parametrize(
    ("held", "planned", "says"),
    [
        ([], [], (None, None)),
        ([date(2026, 9, 30)], [], (None, None)),
        ([date(2026, 10, 1)], [], (date(2026, 10, 1), None)),
        ([], [date(2026, 10, 1)], (None, date(2026, 10, 1))),
        ([date(2026, 10, 31)], [], (date(2026, 10, 31), None)),
        ([date(2026, 11, 1)], [], (None, date(2026, 11, 1))),
        ([date(2026, 10, 1), date(2026, 10, 29)], [date(2026, 11, 26)], (date(2026, 10, 29), date(2026, 11, 26))),
        ([date(2026, 10, 1)], [date(2026, 10, 29)], (date(2026, 10, 1), date(2026, 10, 29))),
        ([], [date(2026, 10, 29), date(2026, 11, 26)], (None, date(2026, 10, 29))),
        ([date(2026, 10, 8), date(2026, 11, 5)], [date(2026, 12, 3)], (date(2026, 10, 8), date(2026, 11, 5))),
    ],
    ids=[
        "nothing",
        "the day before the month",
        "its first day",
        "planned on its first day",
        "its last day",
        "the day after",
        "twice, and the next planned",
        "once, and another planned in it",
        "planned in it, not held",
        "the next was held since",
    ],
)
def test_a_month_says_whether_supervision_was_held_in_it_and_when_it_is_next(held, planned, says):
    found = rules.in_month(OCTOBER, held, planned)
    assert found[:2] == says
    assert found.next_was_held is (found.next_on in held)


# Who gives it ----------------------------------------------------------------------------------------------------------

FIRST = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("away", "on", "since"),
    [
        (AbsenceFacts(FIRST, FIRST + 14 * DAY), FIRST, None),
        (AbsenceFacts(FIRST, FIRST + 15 * DAY), FIRST, FIRST),
        (AbsenceFacts(FIRST, FIRST + 15 * DAY), FIRST - DAY, None),
        (AbsenceFacts(FIRST), FIRST + 14 * DAY, None),
        (AbsenceFacts(FIRST), FIRST + 15 * DAY, FIRST + 15 * DAY),
        (AbsenceFacts(FIRST, FIRST + 20 * DAY, expected_since=FIRST + 3 * DAY), FIRST + 3 * DAY, FIRST + 3 * DAY),
        (AbsenceFacts(FIRST, FIRST + 20 * DAY, expected_since=FIRST - 3 * DAY), FIRST, FIRST),
        (AbsenceFacts(FIRST, None, FIRST + 30 * DAY), FIRST + 29 * DAY, FIRST),
        (AbsenceFacts(FIRST, None, FIRST + 30 * DAY), FIRST + 30 * DAY, None),
    ],
    ids=[
        "14 days expected",
        "15 days expected",
        "not away yet",
        "14 days passed",
        "15 days passed",
        "known on the fourth day",
        "known before the first day",
        "the last day away",
        "back",
    ],
)
def test_supervision_passes_on_once_the_supervisor_is_away_more_than_14_days(away, on, since):
    assert rules.passes_from(away, on) == since


ANA, TOM, RUTH = Who("Ana", True), Who("Tom", True), Who("Ruth", True)


@pytest.mark.parametrize(
    ("passes", "others", "gives"),
    [
        (False, [ANA, TOM, RUTH], "Lena"),
        (True, [ANA, TOM, RUTH], "Ana"),
        (True, [None, TOM, RUTH], "Tom"),
        (True, [Who("Ana", False), Who("Tom", False), RUTH], "Ruth"),
        (True, [Who("Lena", True), Who("Mere", True), RUTH], "Ruth"),
        (True, [None, None], "Lena"),
    ],
    ids=[
        "not passed on",
        "own manager",
        "deputy",
        "nobody there but a service manager",
        "neither of the two",
        "nobody",
    ],
)
def test_it_passes_to_the_first_who_is_there_and_neither_of_the_two(passes, others, gives):
    assert rules.gives("Mere", "Lena", passes, others) == gives


# Four weeks (R194) ----------------------------------------------------------------------------------------------------


def in_cycle(kind, day, led_by="", held=True):
    return rules.InCycle(SessionKind(kind), led_by, date(2026, 11, day), held)


REFLECTIVE = "reflective_practice"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], [("supervision", "", 0, 1), (REFLECTIVE, "manager", 0, 1), (REFLECTIVE, "peers", 0, 1)]),
        (
            [in_cycle("supervision", 3), in_cycle(REFLECTIVE, 4, "peers"), in_cycle(REFLECTIVE, 20, "peers", False)],
            [("supervision", "", 1, 0), (REFLECTIVE, "manager", 0, 1), (REFLECTIVE, "peers", 1, 0)],
        ),
        (
            [in_cycle(REFLECTIVE, 4), in_cycle(REFLECTIVE, 11, "manager")],
            [("supervision", "", 0, 1), (REFLECTIVE, "manager", 1, 0), (REFLECTIVE, "peers", 1, 0)],
        ),
        (
            [in_cycle(REFLECTIVE, 4, held=False)],
            [("supervision", "", 0, 1), (REFLECTIVE, "manager", 0, 0), (REFLECTIVE, "peers", 0, 1)],
        ),
    ],
    ids=["nothing yet", "two by peers", "not said fills what lacks", "planned has a day"],
)
def test_of_two_reflective_practices_in_four_weeks_one_is_the_managers_and_one_the_peers(found, expected):
    rows = rules.cycle(rules.cadence({"te_kairaranga": 0}), found)
    assert [(row.kind, row.led_by, row.held, row.open) for row in rows] == expected


def test_a_kind_on_request_or_less_often_has_a_row_only_where_there_is_one():
    weeks = rules.cadence({"te_kairaranga": 8, "supervision": 0, "reflective_practice": 4})
    assert [row.kind for row in rules.cycle(weeks, [in_cycle("debrief", 5)])] == ["reflective_practice", "debrief"]


@pytest.mark.parametrize(
    ("on", "booked"),
    [(date(2026, 11, 12), date(2026, 11, 13)), (date(2026, 11, 13), date(2026, 11, 17))],
    ids=["a Thursday", "a Friday before a closed Monday"],
)
def test_a_talk_is_booked_for_the_next_working_day(on, booked):
    assert rules.talk_on(on, "NZ-AUK", frozenset({date(2026, 11, 16)})) == booked
