"""Duties while a worker is away, their days, and who covers the people they support."""

from datetime import date, timedelta

import pytest

from caseload.cover import rules
from caseload.cover.rules import AbsenceFacts, DutyDue, Who
from caseload.enums import Duty

MONDAY = date(2026, 6, 1)  # the first day away of H01 and H03; a public holiday in New Zealand, so GB-ENG here
REGION = "GB-ENG"
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


def kinds(away, on):
    return [(due.kind.value, due.by) for due in rules.duties(away, on, REGION)]


def of(kind, away, on):
    return [due.by for due in rules.duties(away, on, REGION) if due.kind == kind]


class TestUnderTwoWeeks:
    def test_planned_leave_is_prepared_by_the_last_working_day_before_it(self):
        away = AbsenceFacts(MONDAY, expected_back=date(2026, 6, 8), planned=True)
        friday = date(2026, 5, 29)
        assert kinds(away, friday) == [
            ("cover_plan", friday),
            ("out_of_office", friday),
            ("urgent_items", MONDAY),
        ]

    def test_a_closure_day_moves_that_on(self):
        found = rules.duties(AbsenceFacts(MONDAY, planned=True), MONDAY, REGION, frozenset({date(2026, 5, 29)}))
        assert found[0] == DutyDue(date(2026, 5, 28), Duty.COVER_PLAN)

    @pytest.mark.parametrize("planned", [False, None], ids=["not planned", "not said"])
    def test_otherwise_it_is_due_on_the_first_day(self, planned):
        assert {by for _, by in kinds(AbsenceFacts(MONDAY, planned=planned), MONDAY)} == {MONDAY}


class TestTwoToEightWeeks:
    BACK = date(2026, 6, 22)  # 21 days

    def test_a_review_each_seven_days_up_to_today_and_the_next_one(self):
        away = AbsenceFacts(MONDAY, expected_back=self.BACK)
        for on, reviews in (
            (MONDAY - WEEK, 1),
            (MONDAY, 1),
            (MONDAY + 6 * DAY, 1),
            (MONDAY + WEEK, 2),
            (MONDAY + 20 * DAY, 3),
            (self.BACK, 4),
        ):
            found = of(Duty.WEEKLY_REVIEW, away, on)
            assert found == [MONDAY + (n + 1) * WEEK for n in range(reviews)], on

    def test_none_falls_on_or_after_the_day_they_are_back(self):
        away = AbsenceFacts(MONDAY, expected_back=self.BACK, ends_before=MONDAY + 2 * WEEK)
        assert of(Duty.WEEKLY_REVIEW, away, self.BACK) == [MONDAY + WEEK]

    @pytest.mark.parametrize(("days", "reviews"), [(13, 0), (14, 2)], ids=["13 days", "14 days"])
    def test_without_an_expectation_they_begin_when_it_has_lasted_two_weeks(self, days, reviews):
        found = of(Duty.WEEKLY_REVIEW, AbsenceFacts(MONDAY), MONDAY + days * DAY)
        assert found == [MONDAY + 2 * WEEK, MONDAY + 3 * WEEK][:reviews]

    def test_put_back_later_nobody_is_asked_for_reviews_of_weeks_gone_by(self):
        away = AbsenceFacts(MONDAY, expected_back=date(2026, 6, 29), expected_since=date(2026, 6, 10))
        assert of(Duty.WEEKLY_REVIEW, away, date(2026, 6, 10)) == [date(2026, 6, 15)]


class TestOverEightWeeks:
    def test_H03_put_back_beyond_eight_weeks_the_service_manager_step_is_due_that_very_day(self):
        before = AbsenceFacts(MONDAY, expected_back=date(2026, 6, 29), planned=False)
        after = before._replace(expected_back=date(2026, 8, 10), expected_since=date(2026, 6, 10))

        assert of(Duty.SERVICE_MANAGER, before, date(2026, 6, 9)) == []
        assert of(Duty.SERVICE_MANAGER, after, date(2026, 6, 10)) == [date(2026, 6, 10)]

    @pytest.mark.parametrize(
        ("days", "due"), [(56, []), (57, [MONDAY + 57 * DAY]), (90, [MONDAY + 57 * DAY])], ids=["56", "57", "90"]
    )
    @pytest.mark.parametrize("planned", [False, None], ids=["not planned", "not said"])
    def test_or_on_the_day_it_has_lasted_so_long(self, days, due, planned):
        assert of(Duty.SERVICE_MANAGER, AbsenceFacts(MONDAY, planned=planned), MONDAY + days * DAY) == due

    def test_whichever_is_first(self):
        away = AbsenceFacts(MONDAY, expected_back=MONDAY + 80 * DAY, expected_since=MONDAY + 70 * DAY, planned=False)
        assert of(Duty.SERVICE_MANAGER, away, MONDAY + 71 * DAY) == [MONDAY + 57 * DAY]

    @pytest.mark.parametrize(
        ("back", "over"),
        [(date(2026, 7, 27), False), (date(2026, 7, 28), True)],
        ids=["56 days (H01)", "57 days (H01)"],
    )
    def test_planned_everybody_has_somebody_before_it(self, back, over):
        found = of(Duty.LEAVER_STEPS, AbsenceFacts(MONDAY, expected_back=back, planned=True), MONDAY - 30 * DAY)
        assert found == ([date(2026, 5, 29)] if over else [])

    def test_planned_and_put_back_meanwhile_that_is_due_at_once(self):
        away = AbsenceFacts(MONDAY, expected_back=date(2026, 8, 10), planned=True, expected_since=date(2026, 6, 10))
        assert of(Duty.LEAVER_STEPS, away, date(2026, 6, 10)) == [date(2026, 6, 10)]

    def test_once_back_what_was_expected_counts_no_more(self):
        away = AbsenceFacts(MONDAY, expected_back=date(2026, 8, 10), ends_before=date(2026, 6, 19), planned=False)
        assert of(Duty.SERVICE_MANAGER, away, date(2026, 6, 19)) == []

    def test_duties_come_by_their_day_and_those_of_one_day_in_the_order_of_the_source(self):
        away = AbsenceFacts(MONDAY, expected_back=date(2026, 8, 10), expected_since=MONDAY + 2 * WEEK, planned=False)
        assert kinds(away, MONDAY + 2 * WEEK) == [
            ("cover_plan", MONDAY),
            ("out_of_office", MONDAY),
            ("urgent_items", MONDAY),
            ("weekly_review", MONDAY + 2 * WEEK),
            ("service_manager", MONDAY + 2 * WEEK),
            ("weekly_review", MONDAY + 3 * WEEK),
        ]


APPARENT = {
    "the day before it has lasted so long": (AbsenceFacts(MONDAY), 13, None),
    "it has lasted so long": (AbsenceFacts(MONDAY), 14, 14),
    "expected from the start": (AbsenceFacts(MONDAY, MONDAY + 14 * DAY), 0, 0),
    "a day less is expected": (AbsenceFacts(MONDAY, MONDAY + 13 * DAY), 0, None),
    "expected from a later day": (AbsenceFacts(MONDAY, MONDAY + 14 * DAY, expected_since=MONDAY + 3 * DAY), 5, 3),
    "back a day before it": (AbsenceFacts(MONDAY, ends_before=MONDAY + 13 * DAY), 20, None),
    "back on that day, written down later": (
        AbsenceFacts(MONDAY, ends_before=MONDAY + 14 * DAY, expected_since=MONDAY + 15 * DAY), 20, 14
    ),
    "back long after": (AbsenceFacts(MONDAY, ends_before=MONDAY + 30 * DAY, expected_since=MONDAY + 29 * DAY), 40, 14),
}  # fmt: skip


@pytest.mark.parametrize(("away", "on", "apparent"), APPARENT.values(), ids=APPARENT)
def test_when_it_is_known_that_an_absence_lasts_two_weeks(away, on, apparent):
    expected = None if apparent is None else MONDAY + apparent * DAY
    assert rules.apparent_on(away, 14, MONDAY + on * DAY) == expected


class TestTicks:
    def test_what_is_done_once_is_done_when_the_days_move(self):
        moved = AbsenceFacts(MONDAY + WEEK, expected_back=MONDAY + 2 * WEEK, planned=True)
        found = rules.duties(moved, MONDAY + WEEK, REGION)
        ticks = [("cover_plan", date(2026, 5, 29)), ("out_of_office", MONDAY)]
        assert rules.open_on(found, ticks, MONDAY + WEEK) == [DutyDue(MONDAY + WEEK, Duty.URGENT_ITEMS)]

    @pytest.mark.parametrize(
        ("ticked", "belongs"),
        [(-1, False), (0, False), (1, True), (7, True), (8, False)],
        ids=["the week before", "the review before", "the day after it", "the day itself", "the week after"],
    )
    def test_a_weekly_review_stays_with_its_week(self, ticked, belongs):
        review = DutyDue(MONDAY + WEEK, Duty.WEEKLY_REVIEW)
        assert rules.belongs(review, "weekly_review", MONDAY + ticked * DAY) is belongs

    def test_what_is_not_due_yet_is_not_asked_for(self):
        found = rules.duties(AbsenceFacts(MONDAY), MONDAY - DAY, REGION)
        assert rules.open_on(found, [], MONDAY - DAY) == []


HERE, GONE = True, False


@pytest.mark.parametrize(
    ("worker", "cover", "leader", "told"),
    [
        (Who("worker", HERE), Who("cover", HERE), Who("leader", HERE), "worker"),
        (Who("worker", GONE), Who("cover", HERE), Who("leader", HERE), "cover"),
        (Who("worker", GONE), Who("cover", GONE), Who("leader", HERE), "leader"),
        (Who("worker", GONE), None, Who("leader", GONE), "leader"),
        (Who("worker", GONE), None, None, "worker"),
        (None, None, Who("leader", HERE), "leader"),
        (None, None, None, None),
    ],
    ids=["here", "away", "cover away too", "all away", "no leader", "no worker", "nobody"],
)
def test_who_is_reminded(worker, cover, leader, told):
    assert rules.member_to_remind(worker, cover, leader) == told


@pytest.mark.parametrize(
    ("expected_back", "ends_before", "on", "until"),
    [
        (date(2026, 6, 15), None, MONDAY, date(2026, 6, 15)),
        (date(2026, 6, 15), None, date(2026, 6, 14), date(2026, 6, 15)),
        (date(2026, 6, 15), None, date(2026, 6, 15), date(2026, 8, 10)),
        (date(2026, 6, 15), None, date(2026, 6, 20), date(2026, 8, 15)),
        (None, None, MONDAY, date(2026, 7, 27)),
        (date(2026, 6, 15), date(2026, 6, 10), MONDAY, date(2026, 6, 10)),
    ],
    ids=["expected", "the day before", "expected today", "expected by now", "nothing expected", "back earlier"],
)
def test_cover_lasts_until_the_return_or_else_for_eight_weeks(expected_back, ends_before, on, until):
    assert rules.lasts_until(AbsenceFacts(MONDAY, expected_back, ends_before), on) == until
