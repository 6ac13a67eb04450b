"""What pieces of work come to, what of it is set against the plan, and what several studies may show."""

from datetime import date
from decimal import Decimal

import pytest

from caseload.rules import Mix
from wellbeing.enums import Focus, PlanActivity, SessionKind, StudyKind
from wellbeing.plans.rules.grids import GridRow, rows_of_service
from wellbeing.time import rules

FIRST, LAST = date(2026, 11, 9), date(2026, 11, 22)
MEDIUM, GROUPS, PARKED, HIGH = StudyKind.MEDIUM_1_1, StudyKind.GROUPS, StudyKind.PARKED, StudyKind.HIGH_1_1
NOBODY = Mix()


def pieces(kind, *minutes):
    return [rules.Piece(kind, each) for each in minutes]


@pytest.mark.parametrize(
    ("minutes", "middle", "half"),
    [
        ([40], 40, None),
        ([30, 45], 38, None),
        ([10, 20, 30, 40], 25, None),
        ([10, 20, 30, 40, 50], 30, (20, 40)),
        ([60, 60, 60, 60, 600], 60, (60, 60)),
    ],
    ids=["one", "two, half up", "four have no quartiles", "five have", "one long day moves nothing"],
)
def test_the_middle_of_pieces_is_their_median_and_quartiles_need_five(minutes, middle, half):
    [found] = rules.findings(pieces(MEDIUM, *minutes))
    assert (found.pieces, found.middle, found.half, found.minutes) == (len(minutes), middle, half, sum(minutes))


@pytest.mark.parametrize(
    ("last", "hours"),
    [(date(2026, 11, 9), 7), (date(2026, 11, 15), 7), (date(2026, 11, 16), "6.125"), (LAST, "3.5")],
    ids=["a day is no week", "a week", "eight days", "two weeks"],
)
def test_hours_a_week_are_over_the_days_of_the_study(last, hours):
    assert rules.hours_a_week(420, FIRST, last) == Decimal(hours)


@pytest.mark.parametrize(
    ("kind", "minutes", "said"),
    [
        (MEDIUM, 80, "A meeting with a person with medium support took 1 h 20 (median). The plan allows 1 h."),
        (MEDIUM, 70, "A meeting with a person with medium support took 1 h 10 (median). The plan allows 1 h."),
        (MEDIUM, 69, None),
        (GROUPS, 105, "A group session took 1 h 45 (median). The plan allows 1 h 30."),
        (
            PARKED,
            20,
            "A contact with a person you keep in touch with took 20 min (median). The plan allows 30 min.",
        ),
        (StudyKind.TRAVEL, 90, None),
    ],
    ids=str,
)
def test_where_the_middle_parts_from_the_plan_by_ten_minutes_it_is_said(kind, minutes, said):
    found = rules.findings(pieces(kind, *[minutes] * 5))
    assert rules.parting(found, NOBODY, FIRST, LAST) == ([said] if said else [])
    assert rules.parting(rules.findings(pieces(kind, *[minutes] * 4)), NOBODY, FIRST, LAST) == []


@pytest.mark.parametrize(
    ("high", "said"),
    [
        (4, ["Each person with high support had 1 h 15 a week; the plan allows 2 h 30."]),
        (2, []),
        (0, []),
    ],
    ids=["ten hours for four in two weeks", "as reckoned", "nobody"],
)
def test_high_support_is_reckoned_a_person_a_week_however_many_meetings(high, said):
    found = rules.findings(pieces(HIGH, *[60] * 10))
    assert rules.parting(found, Mix(high=high), FIRST, LAST) == said


def test_other_work_is_not_reckoned_a_person_with_high_support():
    assert rules.parting(rules.findings(pieces(StudyKind.TRAVEL, *[60] * 10)), Mix(high=1), FIRST, LAST) == []


def test_every_activity_and_every_session_is_of_a_kind_and_the_plan_is_read_whole():
    kinds = {rules.kind_of(each) for each in (*PlanActivity, *SessionKind)}
    assert kinds == set(StudyKind) - {StudyKind.TRAVEL, StudyKind.OTHER}
    plan = dict.fromkeys(PlanActivity, Decimal(1))
    assert sum(rules.planned_hours(kind, plan) for kind in kinds) == len(PlanActivity)
    assert rules.planned_hours(StudyKind.TRAVEL, plan) is None and rules.planned_hours(MEDIUM, {}) is None


def test_rows_that_a_service_adds_are_measured_and_planned_with_the_kind_of_their_part_of_the_week():
    added = [
        GridRow("travel", "Travel", Focus.MANAGEMENT),
        GridRow("team_meeting", "Team meeting", Focus.MANAGEMENT),
        GridRow("outreach", "Outreach", Focus.CONTACT),
    ]
    rows = rows_of_service({}, added)
    kinds = [rules.kind_of(row.code, rows) for row in added]
    assert kinds == [StudyKind.TRAVEL, StudyKind.MEETINGS, StudyKind.OTHER]
    plan = {"travel": Decimal(2), "team_meeting": Decimal(1), "marketing": Decimal(3)}
    assert [rules.planned_hours(kind, plan, rows) for kind in kinds] == [2, 4, 0]


def test_of_fewer_than_three_nothing_is_shown():
    assert rules.together([pieces(MEDIUM, 60), pieces(MEDIUM, 50), []]) is None


def test_a_kind_that_fewer_than_three_had_is_left_out():
    studies = [pieces(MEDIUM, 60) + pieces(GROUPS, 90), pieces(MEDIUM, 50, 70), pieces(MEDIUM, 80) + pieces(GROUPS, 95)]
    assert rules.together(studies) == rules.Together(3, [rules.KindMeasured(MEDIUM, 4, 65, None, 260)])


# Outside contacts ------------------------------------------------------------------------------------------------------


def test_time_is_logged_today_and_for_yesterday():
    assert rules.open_days(date(2026, 11, 1)) == (date(2026, 11, 1), date(2026, 10, 31))


def test_time_is_logged_for_what_is_written_nowhere_else():
    rows = rows_of_service({}, [GridRow("travel", "Travel", Focus.MANAGEMENT)])
    assert [row.code for row in rules.outside(rows)] == [
        "physical_exercise", "personal_learning", "client_admin", "group_admin", "marketing", "travel",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ended_on", "last"), [(None, date(2026, 11, 22)), (date(2026, 11, 12), date(2026, 11, 12))], ids=["whole", "ended"]
)
def test_a_study_takes_fourteen_days_or_until_it_is_ended(ended_on, last):
    assert rules.last_day(FIRST, ended_on) == last


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "0 min"), (59, "59 min"), (60, "1 h"), (61, "1 h 1"), (119, "1 h 59"), (120, "2 h")],
)
def test_minutes_are_said_as_people_do(minutes, said):
    assert rules.spell(minutes) == said


def test_what_is_offered_at_one_tap():
    assert rules.MINUTES == (15, 30, 60)
    assert rules.PIECE_MINUTES == (5, 10, 15, 30, 45, 60, 90)
    assert rules.LISTED_DAYS == 14


@pytest.mark.parametrize(
    ("kind", "minutes", "is_said"),
    [
        (kind, guide + by, abs(by) >= 10)
        for kind, guide in ((MEDIUM, 60), (GROUPS, 90), (PARKED, 30))
        for by in (-10, -9, 9, 10)
    ],
)
def test_nine_minutes_beside_the_guide_are_not_said(kind, minutes, is_said):
    assert bool(rules.parting(rules.findings(pieces(kind, *[minutes] * 5)), NOBODY, FIRST, LAST)) is is_said


@pytest.mark.parametrize(("minutes", "is_said"), [(140, True), (141, False), (159, False), (160, True)], ids=str)
def test_nor_are_nine_minutes_a_person_with_high_support(minutes, is_said):
    found = rules.findings(pieces(HIGH, *[Decimal(minutes) * 2 / 5] * 5))
    assert bool(rules.parting(found, Mix(high=1), FIRST, LAST)) is is_said
