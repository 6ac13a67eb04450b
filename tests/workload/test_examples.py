"""The worked examples of the points (S, B, C, D, H05) by their id, and the days around each boundary."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from peerload.core.dates import DAY, month_end
from tests.examples import amounts, expected
from workload import presets, rules
from workload.enums import Band, Element, Ending, Preset, Window
from workload.rules import Activity, Holding, Person, PostPeriod, Responsibility, Scheme, Working

ENGLAND = Working("GB-ENG")
NEW_ZEALAND = Working("NZ")
EVER = date(2020, 1, 1)
LONG_AGO = date(2025, 1, 6)
A_DAY = date(2026, 3, 10)
WORKER, ANOTHER = 1, 2
SCHEME = Scheme(presets.weights(Preset.CHILDREN), starts_on=EVER)
WITHOUT_WEIGHT = Scheme([], weight_on=False)


def person(key=1, *activities, since=LONG_AGO, tier="high", worker=WORKER, **holding):
    return Person(key, [(EVER, tier)], [Holding(worker, since, **holding)], activities)


def people(many, **given):
    return [person(key, **given) for key in range(1000 + many, 1000, -1)]


def lines_of(*members, family=None, working=ENGLAND, scheme=SCHEME):
    return rules.case_lines(members, [scheme], working, family=family)


def points(lines, on=A_DAY, worker=WORKER):
    return sum(line.points for line in rules.standing(lines, on) if line.worker == worker)


def last_counting_day(code, begun, working=ENGLAND):
    lines = lines_of(person(1, Activity(code, begun)), working=working)
    return next(line.ends_before - DAY for line in lines if line.code == code)


def worker_lines(*responsibilities, duty=False, fte=Decimal(1), scheme=SCHEME):
    return rules.worker_lines(WORKER, [PostPeriod(LONG_AGO, None, fte, duty)], responsibilities, [scheme], ENGLAND)


def total(supported, *responsibilities, on=A_DAY, duty=False, fte=Decimal(1), scheme=SCHEME):
    lines = worker_lines(*responsibilities, duty=duty, fte=fte, scheme=scheme)
    for member in supported:
        lines += lines_of(member, scheme=scheme)
    return rules.total_of(rules.standing(lines, on), fte=fte, scheme=scheme)


def total_being(points, fte="1"):
    return rules.total(Decimal(points), Decimal(0), Decimal(0), fte=Decimal(fte), scheme=WITHOUT_WEIGHT)


# S: elements, weight, part-time ---------------------------------------------------------------------------------------


def test_S01_thirty_cases_leave_room():
    found = total(people(30))
    assert [found.total, found.band] == expected("S01")


def test_S03_three_new_cases_reach_the_mark():
    found = total([*people(27), *[person(key, since=A_DAY) for key in range(3)]])
    assert [found.total, found.band] == expected("S03")


def test_S04_the_weight_is_whole_tens():
    assert [rules.workload_weight(Decimal(n), SCHEME) for n in (79, 80, 89, 90, 100)] == expected("S04")


def test_S05_a_hundred_is_not_over():
    totals = [rules.total(Decimal(15), Decimal(0), Decimal(n), fte=Decimal(1), scheme=SCHEME) for n in (76, 77)]
    assert [found.band for found in totals] == expected("S05")


@pytest.mark.parametrize(
    ("example", "fte", "totals"),
    [("S07", "0.5", (42, 43, 50, 51)), ("S09", "0.8", (67, 68, 80, 81))],
    ids=["S07", "S09"],
)
def test_S07_S09_part_time_marks_are_exact(example, fte, totals):
    assert [total_being(n, fte).band for n in totals] == expected(example)


def test_S10_the_stable_element_does_not_halve():
    found = total(people(10), fte=Decimal("0.5"))
    assert [found.total, found.band] == expected("S10")


def test_S12_duty_has_a_base_of_thirty():
    assert [points(worker_lines(duty=duty)) for duty in (True, False)] == expected("S12")


def test_S13_thirty_cases_on_duty():
    found = total(people(30), duty=True)
    assert [found.total, found.band] == expected("S13")


def test_S15_people_kept_in_touch_with_carry_no_points():
    parked = [person(key, tier="parked") for key in range(20)]
    assert total([*people(30), *parked]).total == expected("S15")


TEACHING = (
    Responsibility("practice_teaching", LONG_AGO, source=1),
    Responsibility("group_work", LONG_AGO, source=2),
    Responsibility("mentoring", LONG_AGO, quantity=2, source=3),
)


def test_S16_a_students_cases_add_nothing():
    found = total(people(4, student_held=True), *TEACHING)
    assert [found.extras, found.cases] == expected("S16")


def test_S17_the_practice_teachers_total():
    assert total(people(4, student_held=True), *TEACHING).total == expected("S17")


def test_S19_looked_after_and_on_a_plan_is_one_case():
    lines = lines_of(person(1, Activity("looked_after", LONG_AGO), Activity("protection_plan", LONG_AGO)), family=7)
    assert points(lines) == expected("S19")
    assert rules.case_count(rules.standing(lines, A_DAY)) == 1


def test_S20_a_family_with_children_of_all_kinds():
    lines = lines_of(
        person(1, Activity("protection_plan", LONG_AGO)),
        person(2, Activity("protection_plan", LONG_AGO)),
        person(3, Activity("looked_after", LONG_AGO)),
        person(4),
        person(5),
        family=7,
    )
    assert rules.case_count(rules.standing(lines, A_DAY)) == expected("S20")


def test_S22_a_family_is_one_case():
    lines = lines_of(*people(4), family=7)
    assert rules.case_count(rules.standing(lines, A_DAY)) == expected("S22")


def test_S23_group_work_counts_once_and_mentoring_a_person():
    group_work = [Responsibility("group_work", LONG_AGO, source=n) for n in (1, 2)]
    mentoring = Responsibility("mentoring", LONG_AGO, quantity=3)
    base = points(worker_lines())
    assert [points(worker_lines(*group_work)) - base, points(worker_lines(mentoring)) - base] == expected("S23")


def test_S24_a_working_party_counts_through_its_last_day():
    lines = worker_lines(Responsibility("working_party", date(2026, 3, 1), date(2026, 5, 31)))
    days = (date(2026, 2, 28), date(2026, 5, 31), date(2026, 6, 1))
    assert [points(lines, day) - 15 for day in days] == expected("S24")


# B: closing, newly allocated, moves -----------------------------------------------------------------------------------


def test_B01_points_stand_through_day_28():
    lines = lines_of(person(close_decided_on=date(2026, 3, 2)))
    assert [points(lines, date(2026, 3, day)) for day in (29, 30, 31)] == expected("B01")


def test_B03_the_day_of_closing_still_counts():
    closed = date(2026, 3, 12)
    lines = lines_of(person(close_decided_on=date(2026, 3, 2), closed_on=closed, ends_before=closed + DAY))
    assert points(lines, closed) == expected("B03")
    assert points(lines, closed + DAY) == 0


def test_B09_a_withdrawn_decision_lets_points_go_on():
    assert points(lines_of(person()), date(2026, 3, 31)) == expected("B09")


def test_B10_new_for_one_month():
    lines = lines_of(person(since=date(2026, 3, 10)))
    assert [points(lines, date(2026, 4, day)) for day in (9, 10)] == expected("B10")


def test_B12_every_allocation_is_new_at_exactly_one_month_end():
    def month_ends_as_new(allocated):
        new = [line for line in lines_of(person(since=allocated)) if line.code == "new"]
        ends = {month_end(allocated), month_end(month_end(allocated) + DAY)}
        return sum(bool(rules.standing(new, end)) for end in ends)

    first = date(2024, 1, 1)
    assert sorted({month_ends_as_new(first + timedelta(days=n)) for n in range(1000)}) == expected("B12")


def test_B13_a_move_ends_the_givers_points_and_is_new_to_the_receiver():
    moved = date(2026, 5, 18)
    holdings = [Holding(WORKER, LONG_AGO, moved), Holding(ANOTHER, moved)]
    lines = lines_of(Person(1, [(LONG_AGO, "high")], holdings))
    found = [points(lines, day, worker) for day in (moved - DAY, moved) for worker in (WORKER, ANOTHER)]
    assert found == expected("B13")


# C: working days, one of two, court -----------------------------------------------------------------------------------


def test_C01_seven_working_days_of_a_plain_week():
    assert last_counting_day("initial_assessment", date(2026, 3, 2)).isoformat() == expected("C01")


def test_C04_anzac_day_is_observed_on_the_monday():
    begun = date(2026, 4, 20)
    found = [last_counting_day("initial_assessment", begun, where) for where in (ENGLAND, NEW_ZEALAND)]
    assert [day.isoformat() for day in found] == expected("C04")


def test_C07_begun_on_a_saturday_before_a_bank_holiday():
    assert last_counting_day("initial_assessment", date(2026, 8, 29)).isoformat() == expected("C07")


def test_C10_fifteen_working_days_over_new_year():
    begun = date(2026, 12, 14)
    found = [last_counting_day("section_47", begun, where) for where in (ENGLAND, NEW_ZEALAND)]
    assert [day.isoformat() for day in found] == expected("C10")


def test_C12_points_over_easter():
    lines = lines_of(person(1, Activity("initial_assessment", date(2026, 4, 1))))
    days = (date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 14), date(2026, 4, 15))
    assert [points(lines, day) for day in days] == expected("C12")


def test_C14_finished_late_earns_no_longer():
    lines = lines_of(person(1, Activity("initial_assessment", date(2026, 3, 2), date(2026, 3, 20))))
    assert points(lines, date(2026, 3, 20)) == expected("C14")


def test_C15_a_core_assessment_includes_section_47():
    both = (Activity("core_assessment", date(2026, 3, 2), source=1), Activity("section_47", date(2026, 3, 9), source=2))
    assert points(lines_of(person(1, *both)), date(2026, 3, 10)) == expected("C15")


def test_C17_court_counts_from_its_first_through_its_last_day():
    lines = lines_of(person(1, Activity("court", date(2026, 2, 10), date(2026, 4, 20))))
    days = (date(2026, 2, 9), date(2026, 2, 10), date(2026, 4, 20), date(2026, 4, 21))
    assert [points(lines, day) for day in days] == expected("C17")


# D, H: the month, the team, room --------------------------------------------------------------------------------------


def test_D01_february_is_reported_by_15_march():
    assert rules.report_due_on(date(2026, 2, 1)).isoformat() == expected("D01")


def test_D02_a_sunday_aims_for_the_friday_before():
    assert rules.report_aim_on(date(2026, 2, 1), ENGLAND).isoformat() == expected("D02")


def test_D03_december_is_reported_in_january():
    assert rules.report_due_on(date(2026, 12, 1)).isoformat() == expected("D03")


def test_D05_the_month_and_its_peak():
    assessed = person(1, Activity("initial_assessment", date(2026, 6, 3), date(2026, 6, 12)))
    lines = [*worker_lines(), *(line for one in [assessed, *people(30)] for line in lines_of(one))]
    first, last = date(2026, 6, 1), date(2026, 6, 30)

    def on(day):
        return rules.total_of(rules.standing(lines, day), fte=Decimal(1), scheme=SCHEME).total

    peak_on = max(rules.days_of_change(lines, first, last), key=on)
    found = {
        "as_at": last.isoformat(),
        "total": str(on(last)),
        "peak": str(on(peak_on)),
        "peak_on": peak_on.isoformat(),
    }
    assert found == expected("D05")


def test_D13_a_team_adds_up():
    totals = [total_being(*of) for of in ((82, "1"), (45, "0.5"), (101, "1"), (63, "0.8"))]
    points, limit, percent, bands = expected("D13")
    assert rules.team_total(totals) == tuple(amounts([points, limit, percent]))
    assert [found.band for found in totals] == bands


def test_H05_spare_capacity():
    found = [total_being(*of) for of in ((70, "1"), (40, "0.5"), (60, "0.8"))]
    assert [[one.room_to_mark, one.room_to_limit] for one in found] == amounts(expected("H05"))


# What changes under the settings --------------------------------------------------------------------------------------


def children(**settings):
    return Scheme(presets.weights(Preset.CHILDREN), **settings)


def test_without_the_weight_the_total_is_the_subtotal():
    assert total(people(30), scheme=children(weight_on=False)).total == 75


def test_a_stable_element_may_scale_with_the_post():
    found = total(people(10), fte=Decimal("0.5"), scheme=children(stable_scales_with_fte=True))
    assert found.total == Decimal("29.5")


def test_the_weight_may_be_of_case_points_alone():
    found = total(people(30), scheme=children(weight_of_cases_only=True))
    assert (found.cases, found.weight, found.total) == (60, 6, 81)


def test_extras_may_lie_inside_the_base_save_practice_teaching():
    found = total(people(4, student_held=True), *TEACHING, scheme=children(extras_inside_base=True))
    assert (found.stable, found.extras, found.total) == (15, 10, 27)


def test_the_day_of_a_decision_may_be_the_first_of_the_28():
    decided = date(2026, 3, 2)
    lines = lines_of(person(close_decided_on=decided), scheme=children(decision_day_is_first=True))
    assert [points(lines, decided + n * DAY) for n in (0, 27, 28, 29)] == [2, 2, 0, 0]


def test_newly_allocated_may_count_for_its_calendar_month():
    weights = [w._replace(window=Window.CALENDAR_MONTH) if w.code == "new" else w for w in SCHEME.weights]
    lines = lines_of(person(since=A_DAY), scheme=Scheme(weights))
    by_day = [points(lines, day) for day in (date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 9), date(2026, 4, 10))]
    assert by_day == [3, 2, 2, 2]


@pytest.mark.parametrize(
    ("begun", "last"),
    [
        (date(2026, 3, 2), date(2026, 3, 10)),
        (date(2026, 2, 28), date(2026, 3, 10)),
        (date(2026, 3, 3), date(2026, 3, 11)),
    ],
    ids=["a Monday", "the Saturday before", "a Tuesday"],
)
def test_the_day_work_begins_may_be_the_first_working_day(begun, last):
    scheme = children(start_day_is_first=True)
    lines = lines_of(person(1, Activity("initial_assessment", begun)), scheme=scheme)
    assert [line.ends_before - DAY for line in lines if line.code == "initial_assessment"] == [last]


def test_fifteen_days_to_conference_may_be_calendar_days():
    weights = [w._replace(window=Window.DAYS) if w.code == "section_47" else w for w in SCHEME.weights]
    lines = lines_of(person(1, Activity("section_47", date(2026, 12, 14))), scheme=Scheme(weights))
    assert [line.ends_before - DAY for line in lines if line.code == "section_47"] == [date(2026, 12, 29)]


@pytest.mark.parametrize(
    ("runs_on", "earned"), [(False, [1, 0, 0]), (True, [1, 1, 0])], ids=["until it is finished", "to its window's end"]
)
def test_work_finished_early_may_count_to_the_end_of_its_window(runs_on, earned):
    assessed = Activity("initial_assessment", date(2026, 3, 2), finished_on=date(2026, 3, 5))
    lines = lines_of(person(1, assessed), scheme=children(windows_run_on=runs_on))
    assert [points(lines, date(2026, 3, day)) - 2 for day in (5, 11, 12)] == earned


def test_people_kept_in_touch_with_may_be_given_points():
    weights = [w._replace(points=Decimal(2)) if w.tier == "parked" else w for w in SCHEME.weights]
    supported = [*people(30), *[person(key, tier="parked") for key in range(20)]]
    assert total(supported, scheme=Scheme(weights)).total == 126


@pytest.mark.parametrize(
    ("fte", "first_at_mark", "last_within_limit"),
    [("1", 32, 38), ("0.8", 24, 29), ("0.6", 16, 20), ("0.5", 13, 15)],
    ids=["full time", "four days", "three days", "half time"],
)
def test_how_many_plain_cases_a_part_time_post_takes(fte, first_at_mark, last_within_limit):
    def band(cases):
        return rules.total(Decimal(15), Decimal(0), Decimal(2 * cases), fte=Decimal(fte), scheme=SCHEME).band

    assert [band(first_at_mark - 1), band(first_at_mark)] == [Band.ROOM, Band.LIMITED]
    assert [band(last_within_limit), band(last_within_limit + 1)] == [Band.LIMITED, Band.OVER]


# Days around a boundary -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allocated", "last_new"),
    [
        (date(2026, 3, 10), date(2026, 4, 9)),
        (date(2026, 1, 31), date(2026, 2, 27)),
        (date(2024, 1, 31), date(2024, 2, 28)),
        (date(2026, 3, 31), date(2026, 4, 29)),
        (date(2026, 12, 31), date(2027, 1, 30)),
        (date(2026, 2, 28), date(2026, 3, 27)),
    ],
    ids=[
        "mid-month",
        "January 31st",
        "January 31st, leap year",
        "thirty-one to thirty",
        "over New Year",
        "February 28th",
    ],
)
def test_new_ends_the_day_before_the_same_date_next_month(allocated, last_new):
    lines = lines_of(person(since=allocated))
    assert [points(lines, day) for day in (allocated - DAY, allocated, last_new, last_new + DAY)] == [0, 3, 3, 2]


@pytest.mark.parametrize(
    ("minutes", "earned"), [(None, 0), (119, 0), (120, 0), (121, 1)], ids=["not known", "119", "two hours", "121"]
)
def test_placed_far_is_more_than_two_hours_each_way(minutes, earned):
    placed = Activity("placed_far", LONG_AGO, minutes_each_way=minutes)
    assert points(lines_of(person(1, placed))) == 2 + earned


@pytest.mark.parametrize(
    ("closed", "last_day"),
    [(None, date(2026, 3, 30)), (date(2026, 3, 30), date(2026, 3, 30)), (date(2026, 4, 8), date(2026, 3, 30))],
    ids=["still open", "on day 28", "after day 28"],
)
def test_no_closing_lengthens_the_28_days(closed, last_day):
    ends = closed + DAY if closed else None
    lines = lines_of(person(close_decided_on=date(2026, 3, 2), closed_on=closed, ends_before=ends))
    assert [points(lines, day) for day in (last_day, last_day + DAY)] == [2, 0]


def test_somebody_past_28_days_is_noticed_while_still_held():
    holding = Holding(WORKER, LONG_AGO, close_decided_on=date(2026, 3, 2))
    found = [rules.is_past_window(holding, SCHEME, date(2026, 3, day)) for day in (30, 31)]
    assert found == [False, True]


def test_an_evidence_interview_counts_for_a_month_whatever_its_end():
    interview = Responsibility("evidence_interview", date(2026, 3, 10), date(2026, 3, 12), quantity=3)
    lines = worker_lines(interview)
    found = [
        points(lines, day) - 15 for day in (date(2026, 3, 9), date(2026, 3, 10), date(2026, 4, 9), date(2026, 4, 10))
    ]
    assert found == [0, 3, 3, 0]


def test_parking_ends_the_points_that_day_without_a_tail():
    parked = date(2026, 3, 10)
    lines = lines_of(Person(1, [(LONG_AGO, "high"), (parked, "parked")], [Holding(WORKER, LONG_AGO)]))
    assert [points(lines, day) for day in (parked - DAY, parked)] == [2, 0]
    assert [line.ending for line in lines if line.code == "case"] == [Ending.TIER]


def test_only_the_first_pathway_plan_earns():
    plans = [Activity("leaving_care_pathway", date(2026, 3, day), source=day) for day in (2, 9)]
    lines = lines_of(person(1, *plans))
    assert [points(lines, date(2026, 3, day)) for day in (1, 2, 9)] == [2, 4, 4]


def test_a_peer_service_keeps_court_and_travel_but_no_assessments():
    kept = {w.code for w in presets.weights(Preset.PEER) if w.on and w.element == Element.CASE}
    assert kept == {"case", "new", "court", "placed_far"}


def test_what_is_a_case_of_its_own_follows_the_facts_not_the_switches():
    peer = Scheme(presets.weights(Preset.PEER))
    lines = lines_of(person(1, Activity("looked_after", LONG_AGO)), person(2), family=7, scheme=peer)
    assert [line.points for line in rules.standing(lines, A_DAY)] == [2, 2]


def test_the_last_day_of_a_plan_is_still_a_case_of_its_own():
    plan = Activity("protection_plan", LONG_AGO, A_DAY)
    lines = lines_of(person(1, plan), person(2, since=A_DAY), family=7)
    assert [rules.case_count(rules.standing(lines, day)) for day in (A_DAY, A_DAY + DAY)] == [2, 1]


def test_a_family_case_is_named_by_the_family_and_its_activities_by_the_person():
    lines = rules.standing(lines_of(person(1, Activity("court", LONG_AGO)), person(2), family=7), A_DAY)
    assert {(line.code, line.person, line.family) for line in lines} == {("case", None, 7), ("court", 1, None)}


def test_a_family_case_is_new_while_its_earliest_standing_allocation_is():
    second = A_DAY
    lines = lines_of(person(1, since=second - 10 * DAY), person(2, since=second), family=7)
    new = [line for line in lines if line.code == "new"]
    assert [(line.starts_on, line.ends_before) for line in new] == [(second - 10 * DAY, date(2026, 3, 28))]


def test_two_workers_of_one_family_have_a_case_each():
    lines = lines_of(person(1), person(2, worker=ANOTHER), family=7)
    assert [points(lines, worker=worker) for worker in (WORKER, ANOTHER)] == [2, 2]


def test_what_is_dated_later_is_not_known_on_a_day():
    closes = A_DAY + 5 * DAY
    later = person(1, close_decided_on=A_DAY + DAY, closed_on=closes, ends_before=closes + DAY)
    last_days = []
    for day in (A_DAY, closes):
        standing = rules.standing(lines_of(rules.person_as_known(later, day)), day)
        last_days.append([line.ends_before and line.ends_before - DAY for line in standing])
    assert last_days == [[None], [closes]]
