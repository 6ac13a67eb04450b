"""The month's rules: flags, steps, corrections, the deadline, the peak; each boundary as a table."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from tests.examples import expected
from workload import rules as points
from workload.enums import Element, Flag, RecordStatus, Side
from workload.months import rules
from workload.months.rules import EarlierMonth, Lacking, RecordTransition, Turn

NEW_ZEALAND = points.Working("NZ")
OCTOBER = date(2026, 10, 1)
SCHEME = points.Scheme([], weight_on=False)


def test_D06_one_month_over_asks_for_a_reason_two_running_ask_for_a_review():
    said = []
    above: list[bool] = []
    for total in (96, 104, 103, 99, 101):
        above.insert(0, total > 100)
        flag = rules.flag(rules.months_over(above), 2)
        words = {Flag.REASON: "over: reason", Flag.REVIEW: "over: review and action"}
        said.append(words.get(flag, points.band(Decimal(total), Decimal(85), Decimal(100)).value))
    assert said == expected("D06")


@pytest.mark.parametrize(
    ("above", "months"),
    [
        ([], 0),
        ([False], 0),
        ([True], 1),
        ([True, False, True], 1),
        ([True, True, False], 2),
        ([True, None, True], 2),
        ([True, None, None, True, False, True], 2),
    ],
)
def test_a_month_not_worked_breaks_no_run_and_adds_nothing(above, months):
    assert rules.months_over(above) == months


@pytest.mark.parametrize(
    ("needed", "flags"),
    [(1, ["review"] * 3), (2, ["reason", "review", "review"]), (3, ["reason", "reason", "review"])],
)
def test_how_many_months_ask_for_a_review_is_a_setting(needed, flags):
    assert [rules.flag(months, needed).value for months in (1, 2, 3)] == flags
    assert rules.flag(0, needed) == Flag.NONE


@pytest.mark.parametrize(
    ("flag", "reason", "causes", "actions", "missing"),
    [
        (Flag.NONE, "", "", 0, []),
        (Flag.REASON, "", "", 0, [Lacking.REASON]),
        (Flag.REASON, "   ", "", 0, [Lacking.REASON]),
        (Flag.REASON, "two people at once", "", 0, []),
        (Flag.REVIEW, "", "", 0, [Lacking.CAUSES, Lacking.ACTION]),
        (Flag.REVIEW, "", "a colleague is away", 0, [Lacking.ACTION]),
        (Flag.REVIEW, "", "", 1, [Lacking.CAUSES]),
        (Flag.REVIEW, "", "a colleague is away", 1, []),
    ],
)
def test_what_a_month_above_the_limit_still_needs(flag, reason, causes, actions, missing):
    assert rules.lacking(flag, reason=reason, causes=causes, actions=actions) == missing


def test_what_is_missing_is_named_in_a_sentence():
    assert [each.words for each in Lacking] == [
        "the reason for this month",
        "what is behind it",
        "at least one action, with who does it and by when",
    ]


# 4D ---------------------------------------------------------------------------------------------------------------------

ALLOWED = {
    ("draft", "submit"): "submitted",
    ("draft", "complete"): "provisional",
    ("submitted", "change"): "draft",
    ("submitted", "disagree"): "not_agreed",
    ("submitted", "both agree"): "agreed",
    ("not_agreed", "change"): "draft",
    ("not_agreed", "both agree"): "agreed",
    ("agreed", "report"): "reported",
    ("provisional", "report"): "reported",
}


@pytest.mark.parametrize(("status", "step"), list(product(RecordStatus, RecordTransition)))
def test_every_step_leads_where_the_state_machine_says_or_nowhere(status, step):
    assert rules.after(status, step) == ALLOWED.get((status.value, step.value))


@pytest.mark.parametrize(
    ("status", "agreed", "reported", "reached"),
    [
        ("submitted", [], False, "submitted"),
        ("submitted", ["worker"], False, expected("D07")),
        ("submitted", ["manager"], False, "submitted"),
        ("submitted", ["worker", "manager"], False, expected("D08")),
        ("not_agreed", ["manager"], False, "not_agreed"),
        ("not_agreed", ["worker", "manager"], False, "agreed"),
        ("submitted", ["worker", "manager"], True, "reported"),
    ],
)
def test_both_sides_are_needed_and_one_is_not_enough(status, agreed, reported, reached):
    sides = [Side(side) for side in agreed]
    assert rules.status_with(RecordStatus(status), sides, is_in_report=reported) == reached


@pytest.mark.parametrize(
    ("status", "agreed", "away", "other", "turns"),
    [
        ("draft", [], False, False, [Turn.WORKER]),
        ("draft", [], True, False, [Turn.MANAGER_FOR_WORKER]),
        ("submitted", [], False, False, [Turn.WORKER_TO_AGREE, Turn.MANAGER]),
        ("submitted", ["worker"], False, False, [Turn.MANAGER]),
        ("submitted", ["worker"], False, True, [Turn.OTHER_MANAGER]),
        ("submitted", ["manager"], False, False, [Turn.WORKER_TO_AGREE]),
        ("not_agreed", [], False, True, [Turn.WORKER_TO_AGREE, Turn.OTHER_MANAGER]),
        ("agreed", ["worker", "manager"], False, False, []),
        ("provisional", [], True, False, []),
        ("reported", [], False, False, []),
    ],
)
def test_whose_turn_it_is(status, agreed, away, other, turns):
    found = rules.must_act(
        RecordStatus(status), [Side(side) for side in agreed], worker_is_away=away, has_other_manager=other
    )
    assert found == turns


# The deadline -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "days_left", "late"),
    [
        (date(2026, 11, 1), 14, False),
        (date(2026, 11, 14), 1, False),
        (date(2026, 11, 15), 0, False),
        (date(2026, 11, 16), -1, True),
    ],
)
def test_the_15th_is_in_time_and_the_16th_is_late(on, days_left, late):
    found = rules.deadline(OCTOBER, on, NEW_ZEALAND)
    assert (found.due_on, found.aim_on) == (date(2026, 11, 15), date(2026, 11, 13))
    assert (found.days_left, found.is_late, found.days_late) == (days_left, late, max(-days_left, 0))


def test_another_managers_agreement_comes_in_time_through_the_14th():
    assert rules.other_manager_until(OCTOBER) == date(2026, 11, 14)


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ((2026, 10), (2026, 10), [(2026, 10)]),
        ((2026, 9), (2026, 10), [(2026, 9), (2026, 10)]),
        ((2025, 12), (2026, 2), [(2025, 12), (2026, 1), (2026, 2)]),
        ((2026, 11), (2026, 10), [(2026, 10)]),
        ((2024, 1), (2026, 1), [*((2024, n) for n in range(1, 13)), *((2025, n) for n in range(1, 13)), (2026, 1)]),
    ],
    ids=["one", "two", "over the year", "the first lies after the last", "two years"],
)
def test_the_months_from_one_through_another(first, last, months):
    assert rules.months_from(date(*first, 1), date(*last, 1)) == [date(*month, 1) for month in months]


@pytest.mark.parametrize("month", [date(2026, 2, 1), date(2026, 12, 1)], ids=str)
def test_after_a_month_comes_the_first(month):
    found = rules.first_of(month)
    assert (found.day, rules.before(found, 1)) == (1, [month])


def test_months_before_a_january_go_back_a_year():
    assert rules.before(date(2026, 2, 1), 3) == [date(2026, 1, 1), date(2025, 12, 1), date(2025, 11, 1)]


# The peak -------------------------------------------------------------------------------------------------------------------


def line(points_, starts_on, ends_before=None, element=Element.CASE):
    return points.Line(1, element, "case", Decimal(points_), starts_on, ends_before)


DUTY = points.PostPeriod(date(2026, 1, 1), None, Decimal(1), False)


def the_peak(*lines, duties=(DUTY,), schemes=(SCHEME,), first=OCTOBER):
    return rules.peak(lines, duties, schemes, first, date(2026, 10, 31))


def test_the_peak_is_the_first_day_at_the_highest_total():
    found = the_peak(
        line(50, date(2026, 9, 1)),
        line(5, date(2026, 10, 3), date(2026, 10, 13)),
        line(5, date(2026, 10, 20), date(2026, 10, 22)),
    )
    assert found == (Decimal(55), date(2026, 10, 3))


def test_what_ends_on_a_day_and_what_begins_on_it_are_never_both_there():
    found = the_peak(line(50, date(2026, 9, 1), date(2026, 10, 9)), line(40, date(2026, 10, 9)))
    assert found == (Decimal(50), OCTOBER)


def test_every_element_counts_but_not_what_ended_before_the_days_asked_about():
    found = the_peak(
        line(15, date(2026, 9, 1), element=Element.STABLE),
        line(5, date(2026, 9, 1), element=Element.EXTRA),
        line(20, date(2026, 9, 1)),
        line(30, date(2026, 8, 1), date(2026, 9, 30)),
        line(30, date(2026, 8, 1), OCTOBER),
    )
    assert found == (Decimal(40), OCTOBER)


@pytest.mark.parametrize(
    ("begins", "peak"),
    [
        (date(2026, 10, 30), (Decimal(55), date(2026, 10, 30))),
        (date(2026, 10, 31), (Decimal(55), date(2026, 10, 31))),
        (date(2026, 11, 1), (Decimal(50), OCTOBER)),
    ],
    ids=["the last day but one", "the last day", "the day after"],
)
def test_the_last_day_of_the_month_is_looked_at_and_no_later_one(begins, peak):
    assert the_peak(line(50, date(2026, 9, 1)), line(5, begins)) == peak


def test_days_before_the_post_are_not_looked_at():
    duty = DUTY._replace(starts_on=date(2026, 10, 10))
    found = the_peak(line(50, date(2026, 9, 1), date(2026, 10, 9)), line(40, date(2026, 9, 9)), duties=[duty])
    assert found == (Decimal(40), date(2026, 10, 10))
    assert the_peak(line(50, date(2026, 9, 1)), duties=[]) is None


def test_a_scheme_that_begins_within_the_month_counts_from_its_day():
    weighted = points.Scheme([], weight_on=True, starts_on=date(2026, 10, 15))
    first = points.Scheme([], weight_on=False, starts_on=date(2026, 1, 1))
    assert the_peak(line(50, date(2026, 9, 1)), schemes=[first, weighted]) == (Decimal(55), date(2026, 10, 15))


# Corrections -----------------------------------------------------------------------------------------------------------------

JULY, AUGUST, SEPTEMBER = date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)


@pytest.mark.parametrize(
    ("months", "compared"),
    [
        ([], []),
        ([EarlierMonth(SEPTEMBER, True, Decimal(80))], [SEPTEMBER]),
        ([EarlierMonth(SEPTEMBER, True)], []),
        ([EarlierMonth(SEPTEMBER, True), EarlierMonth(AUGUST, True, Decimal(80))], []),
        ([EarlierMonth(SEPTEMBER, False), EarlierMonth(AUGUST, True, Decimal(80))], [AUGUST]),
        (
            [EarlierMonth(SEPTEMBER, True, Decimal(80), imported=True), EarlierMonth(AUGUST, True, Decimal(80))],
            [AUGUST],
        ),
        (
            [
                EarlierMonth(SEPTEMBER, True, Decimal(80)),
                EarlierMonth(AUGUST, True, Decimal(70)),
                EarlierMonth(JULY, True),
            ],
            [SEPTEMBER, AUGUST],
        ),
    ],
)
def test_corrections_stand_in_the_first_open_record_after_their_month(months, compared):
    assert [month.month for month in rules.to_compare(months)] == compared


@pytest.mark.parametrize(
    ("kept", "today", "adjusted", "added"),
    [
        ("80", "80", "0", "0"),
        ("80", "82", "0", "2"),
        ("80", "82", "2", "0"),
        ("80", "80", "2", "-2"),
        ("80", "79.99949", "0", "-0.001"),
    ],
)
def test_an_adjustment_is_what_has_changed_since_and_is_not_adjusted_yet(kept, today, adjusted, added):
    assert rules.adjustment(Decimal(kept), Decimal(today), Decimal(adjusted)) == Decimal(added)


@pytest.mark.parametrize(
    ("points_", "kept"), [("1.0005", "1.001"), ("1.00049", "1.000"), ("1", "1.000")], ids=["half up", "down", "whole"]
)
def test_a_record_keeps_points_with_three_decimals(points_, kept):
    assert str(rules.stored(Decimal(points_))) == kept


def test_corrections_reach_a_year_back():
    assert rules.BACK == 12


@pytest.mark.parametrize(
    ("status", "brought", "becomes"),
    [
        ("submitted", "80", "submitted"),
        ("submitted", "80.001", "draft"),
        ("not_agreed", "79", "draft"),
        ("not_agreed", "80", "not_agreed"),
        ("draft", "79", "draft"),
        ("agreed", "79", "agreed"),
        ("reported", "79", "reported"),
    ],
)
def test_a_record_brought_in_with_another_total_than_the_facts_say_is_a_draft(status, brought, becomes):
    assert rules.brought_in_as(RecordStatus(status), Decimal(brought), Decimal("80.0001")) == becomes


@pytest.mark.parametrize(
    ("next_on", "held", "on", "asked"),
    [
        (date(2026, 11, 12), False, date(2026, 11, 11), False),
        (date(2026, 11, 12), False, date(2026, 11, 12), False),
        (date(2026, 11, 12), False, date(2026, 11, 13), True),
        (date(2026, 11, 12), True, date(2026, 11, 13), False),
        (None, False, date(2026, 11, 13), False),
    ],
    ids=["the day before", "that day", "the day after", "held", "none planned"],
)
def test_a_supervision_planned_for_a_day_gone_by_is_asked_about(next_on, held, on, asked):
    assert rules.Supervision(None, next_on, held).is_unconfirmed(on) is asked
