"""Lines and why they end, what is known on a day, versions and totals: the days on both sides of each boundary."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from peerload.core.dates import DAY, FOREVER
from workload import presets, rules
from workload.enums import Band, CountedPer, Element, Ending, Window
from workload.rules import Activity, Holding, Line, Person, PostPeriod, Responsibility, Scheme, Weight, Working

ENGLAND = Working("GB-ENG")
EVER = date(2020, 1, 1)
LONG_AGO = date(2025, 1, 6)
A_DAY = date(2026, 3, 10)
NEW_UNTIL = date(2026, 4, 10)  # of a person allocated on that day: the first day they are not new
SCHEME = Scheme(presets.WEIGHTS, starts_on=EVER)


def held(tiers=((EVER, "high"),), *activities, key=1, **holding) -> Person:
    return Person(key, list(tiers), [Holding(1, **{"starts_on": A_DAY} | holding)], activities)


def ends(lines, code) -> list[tuple]:
    """When each line of a kind ends, and why."""
    return [(line.ends_before, line.ending) for line in lines if line.code == code]


# Why a line ends -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", [None, 7], ids=["one person", "a family"])
@pytest.mark.parametrize(
    ("by", "new_ends"),
    [
        (-1, (NEW_UNTIL - DAY, Ending.HANDED_OVER)),
        (0, (NEW_UNTIL, Ending.HANDED_OVER)),
        (1, (NEW_UNTIL, Ending.WINDOW)),
    ],
    ids=["the day before", "that very day", "the day after"],
)
def test_what_is_handed_over_while_it_is_new_ends_because_of_that(by, new_ends, family):
    given_on = NEW_UNTIL + by * DAY
    lines = rules.case_lines([held(ends_before=given_on)], [SCHEME], ENGLAND, family=family)
    assert ends(lines, "new") == [new_ends]
    assert ends(lines, "case") == [(given_on, Ending.HANDED_OVER)]


@pytest.mark.parametrize(
    ("closed_on", "case_ends"),
    [
        (date(2026, 4, 6), (date(2026, 4, 7), Ending.CLOSED)),
        (date(2026, 4, 7), (date(2026, 4, 8), Ending.CLOSED)),
        (date(2026, 4, 8), (date(2026, 4, 8), Ending.CLOSING)),
        (None, (date(2026, 4, 8), Ending.CLOSING)),
    ],
    ids=["day 27", "day 28", "day 29", "still open"],
)
def test_a_case_ends_by_its_closing_or_28_days_after_the_decision(closed_on, case_ends):
    ended = closed_on and closed_on + DAY
    person = held(starts_on=LONG_AGO, close_decided_on=A_DAY, closed_on=closed_on, ends_before=ended)
    assert ends(rules.case_lines([person], [SCHEME], ENGLAND), "case") == [case_ends]


@pytest.mark.parametrize(
    ("tier_from", "case_ends"),
    [
        (A_DAY + 4 * DAY, (A_DAY + 4 * DAY, Ending.TIER)),
        (A_DAY + 5 * DAY, (A_DAY + 5 * DAY, Ending.HANDED_OVER)),
        (A_DAY + 6 * DAY, (A_DAY + 5 * DAY, Ending.HANDED_OVER)),
    ],
    ids=["parked the day before", "parked on that day", "parked the day after"],
)
def test_a_case_that_is_parked_and_handed_over_ends_with_what_comes_first(tier_from, case_ends):
    person = held([(EVER, "high"), (tier_from, "parked")], ends_before=A_DAY + 5 * DAY)
    assert ends(rules.case_lines([person], [SCHEME], ENGLAND), "case") == [case_ends]


def test_a_tier_that_ends_with_the_day_it_began_leaves_no_line():
    person = held([(EVER, "high"), (A_DAY, "parked")])
    assert rules.case_lines([person], [SCHEME], ENGLAND) == []


def test_work_that_was_over_before_somebody_was_allocated_leaves_no_line():
    over, last_day = (Activity("court", LONG_AGO, A_DAY - n * DAY) for n in (1, 0))
    lines = [rules.case_lines([held(((EVER, "high"),), each)], [SCHEME], ENGLAND) for each in (over, last_day)]
    assert [ends(each, "court") for each in lines] == [[], [(A_DAY + DAY, Ending.FINISHED)]]


@pytest.mark.parametrize(
    ("finished", "why"),
    [(date(2026, 3, 18), Ending.FINISHED), (date(2026, 3, 19), Ending.WINDOW), (date(2026, 3, 20), Ending.WINDOW)],
    ids=["a day early", "on the last day", "late"],
)
def test_why_an_assessment_ends(finished, why):
    person = held(((EVER, "high"),), Activity("initial_assessment", A_DAY, finished), starts_on=LONG_AGO)
    [(_, ending)] = ends(rules.case_lines([person], [SCHEME], ENGLAND), "initial_assessment")
    assert ending == why


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (A_DAY - DAY, []),
        (A_DAY, [(A_DAY + DAY, Ending.FINISHED)]),
        (None, [(None, Ending.OPEN)]),
    ],
    ids=["ended before it began", "one day", "open"],
)
def test_why_a_responsibility_ends(until, expected):
    found = rules.worker_lines(1, [], [Responsibility("group_work", A_DAY, until)], [SCHEME], ENGLAND)
    assert ends(found, "group_work") == expected


@pytest.mark.parametrize(
    ("second", "periods"),
    [
        ((A_DAY + 9 * DAY, None), [(A_DAY, None)]),
        ((A_DAY + 10 * DAY, None), [(A_DAY, None)]),
        ((A_DAY + 11 * DAY, None), [(A_DAY, A_DAY + 10 * DAY), (A_DAY + 11 * DAY, None)]),
        ((A_DAY + 2 * DAY, A_DAY + 4 * DAY), [(A_DAY, A_DAY + 10 * DAY)]),
        ((A_DAY + 2 * DAY, A_DAY + 19 * DAY), [(A_DAY, A_DAY + 20 * DAY)]),
    ],
    ids=["overlapping", "the day after the last", "a day between", "within", "longer"],
)
def test_group_work_of_two_groups_is_one_line_where_they_meet(second, periods):
    rows = [
        Responsibility("group_work", A_DAY, A_DAY + 9 * DAY, source=1),
        Responsibility("group_work", *second, source=2),
    ]
    lines = rules.worker_lines(1, [], rows, [SCHEME], ENGLAND)
    assert [(line.starts_on, line.ends_before) for line in lines] == periods


def test_quantity_multiplies_only_where_the_row_says_so():
    rows = [Responsibility(code, A_DAY, quantity=3) for code in ("mentoring", "long_arm_supervision")]
    lines = rules.worker_lines(1, [], rows, [SCHEME], ENGLAND)
    assert {line.code: line.points for line in lines} == {"mentoring": 15, "long_arm_supervision": 5}
    assert rules.Responsibility("mentoring", A_DAY).quantity == 1


def test_a_post_has_the_stable_element_for_its_days():
    duties = [PostPeriod(LONG_AGO, A_DAY, Decimal(1), True), PostPeriod(A_DAY, None, Decimal(1), False)]
    lines = rules.worker_lines(1, duties, [], [SCHEME], ENGLAND)
    found = [(line.points, line.ends_before, line.ending) for line in sorted(lines, key=lambda line: line.starts_on)]
    assert found == [(30, A_DAY, Ending.POST), (15, None, Ending.OPEN)]


@pytest.mark.parametrize("stable", [None, 0], ids=["no row", "no points"])
def test_a_scheme_without_a_stable_element_has_none(stable):
    rows = [] if stable is None else [Weight(1, "stable", "Base", Element.STABLE, Decimal(stable))]
    assert rules.worker_lines(1, [PostPeriod(LONG_AGO, None, Decimal(1), False)], [], [Scheme(rows)], ENGLAND) == []


@pytest.mark.parametrize(
    ("code", "row"),
    [
        ("court", {}),
        ("no_such_kind", {}),
        ("group_work", {"points": Decimal(0)}),
        ("group_work", {"on": False}),
    ],
    ids=["work with a person", "no row", "no points", "switched off"],
)
def test_what_is_no_extra_responsibility_of_the_scheme_earns_nothing(code, row):
    scheme = Scheme([w._replace(**row) if w.code == code else w for w in presets.WEIGHTS])
    assert rules.worker_lines(1, [], [Responsibility(code, A_DAY)], [scheme], ENGLAND) == []


# Case units ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("second", ["court", "section_47"])
def test_two_pieces_of_work_that_share_one_count_make_one_line_a_day(second):
    work = [Activity("core_assessment", A_DAY, source=1), Activity(second, A_DAY, source=2)]
    lines = rules.case_lines([held(((EVER, "high"),), *work, starts_on=LONG_AGO)], [SCHEME], ENGLAND)
    assert sum(line.points for line in rules.standing(lines, A_DAY)) == (5 if second == "section_47" else 7)


def test_work_that_begins_on_one_day_is_taken_in_order_of_its_key():
    first, second = (Activity("leaving_care_pathway", A_DAY, source=n) for n in (1, 2))
    found = rules.earnings([second, first], SCHEME)
    assert [(each.activity.source, each.uncounted) for each in found] == [(1, None), (2, rules.Uncounted.NOT_FIRST)]


def test_whether_a_plan_is_the_first_may_be_written_down():
    found = rules.earnings([Activity("leaving_care_pathway", A_DAY, first=said) for said in (True, False)], SCHEME)
    assert [each.uncounted for each in found] == [None, rules.Uncounted.NOT_FIRST]


@pytest.mark.parametrize(
    ("starts_on", "finished_on", "overlaps"),
    [
        (A_DAY - 9 * DAY, A_DAY - DAY, False),
        (A_DAY - 9 * DAY, A_DAY, True),
        (A_DAY + 5 * DAY, None, True),
        (A_DAY + 6 * DAY, None, False),
    ],
    ids=["over the day before", "over on its first day", "begun on its last day", "begun the day after"],
)
def test_episodes_overlap_on_a_day_they_share(starts_on, finished_on, overlaps):
    episode = Activity("court", A_DAY, A_DAY + 5 * DAY, source=1)
    other = Activity("court", starts_on, finished_on, source=2)
    assert rules.overlapping(episode, [episode, other], SCHEME) == ([other] if overlaps else [])
    assert rules.overlapping(other, [episode], SCHEME) == ([episode] if overlaps else [])


@pytest.mark.parametrize("code", ["initial_assessment", "looked_after", "no_such_kind"])
def test_work_with_a_window_or_one_count_does_not_overlap(code):
    one, other = (Activity(code, A_DAY, source=n) for n in (1, 2))
    assert rules.overlapping(one, [other], SCHEME) == []


def test_another_kind_does_not_overlap():
    assert rules.overlapping(Activity("court", A_DAY, source=1), [Activity("travel", A_DAY, source=2)], SCHEME) == []


def points(lines, on) -> Decimal:
    return sum(each.points for each in rules.standing(lines, on))


@pytest.mark.parametrize(
    ("code", "per", "earned"),
    [("court", CountedPer.ROW, 4), ("court", CountedPer.CASE, 2), ("core_assessment", CountedPer.CASE, 3)],
    ids=["each entry", "once a case", "once with what shares its count"],
)
def test_a_kind_counts_each_entry_or_once_a_case(code, per, earned):
    scheme = Scheme([w._replace(per=per) if w.code == "court" else w for w in presets.WEIGHTS])
    work = [Activity(code, A_DAY + n * DAY, source=n) for n in (0, 1)]
    for family in (None, 7):
        person = held(((EVER, "high"),), *work, starts_on=LONG_AGO)
        lines = rules.case_lines([person], [scheme], ENGLAND, family=family)
        assert points(lines, A_DAY + DAY) == 2 + earned


def test_work_of_a_family_counts_through_its_last_day():
    work = Activity("court", A_DAY, A_DAY + 5 * DAY, source=1)
    lines = rules.case_lines([held(((EVER, "high"),), work, starts_on=LONG_AGO)], [SCHEME], ENGLAND, family=7)
    assert [points(lines, A_DAY + n * DAY) for n in (-1, 0, 5, 6)] == [2, 4, 4, 2]
    assert ends(lines, "court") == [(A_DAY + 6 * DAY, Ending.FINISHED)]


def test_each_tier_lasts_until_the_next_one():
    tiers = [(EVER, "high"), (A_DAY + 5 * DAY, "parked"), (A_DAY + 9 * DAY, "group")]
    lines = rules.case_lines([held(tiers, starts_on=LONG_AGO)], [SCHEME], ENGLAND)
    assert [(each.starts_on, each.ends_before) for each in lines if each.code == "case"] == [
        (LONG_AGO, A_DAY + 5 * DAY),
        (A_DAY + 9 * DAY, None),
    ]


@pytest.mark.parametrize(
    ("by", "days"), [(-1, 1), (0, None), (1, None)], ids=["the last new day", "the day after", "later"]
)
def test_a_tier_that_counts_once_a_case_is_not_new_any_more_brings_nothing_new(by, days):
    tier_from = NEW_UNTIL + by * DAY
    lines = rules.case_lines([held([(EVER, "parked"), (tier_from, "high")])], [SCHEME], ENGLAND)
    new = [line for line in lines if line.code == "new"]
    assert [(line.ends_before - line.starts_on).days for line in new] == ([days] if days else [])


def test_where_the_scheme_has_no_row_for_it_nothing_is_new():
    scheme = Scheme([w for w in presets.WEIGHTS if w.code != "new"])
    assert points(rules.case_lines([held()], [scheme], ENGLAND), A_DAY) == 2


@pytest.mark.parametrize(("minutes", "earned"), [(None, 0), (0, 0), (1, 1)])
def test_minutes_that_are_not_known_are_none(minutes, earned):
    scheme = Scheme([w._replace(condition_value=0) if w.code == "placed_far" else w for w in presets.WEIGHTS])
    placed = Activity("placed_far", A_DAY, minutes_each_way=minutes)
    [found] = rules.earnings([placed], scheme)
    assert (found.uncounted is None) is bool(earned)


def test_a_case_goes_on_from_one_version_to_the_next_with_its_points():
    heavier = [w._replace(points=Decimal(3)) if w.tier == "high" else w for w in presets.WEIGHTS]
    then = Scheme(heavier, starts_on=A_DAY)
    lines = rules.case_lines([held(starts_on=LONG_AGO)], [SCHEME, then], ENGLAND)
    assert [points(lines, A_DAY + n * DAY) for n in (-1, 0)] == [2, 3]
    same = rules.case_lines([held(starts_on=LONG_AGO)], [SCHEME, Scheme(presets.WEIGHTS, starts_on=A_DAY)], ENGLAND)
    assert ends(same, "case") == [(None, Ending.OPEN)]


# What is known on a day ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "known"), [(A_DAY - DAY, None), (A_DAY, A_DAY + DAY), (A_DAY + DAY, A_DAY + DAY)], ids=str
)
def test_a_closing_is_known_from_its_day(on, known):
    person = held(starts_on=LONG_AGO, close_decided_on=A_DAY, closed_on=A_DAY, ends_before=A_DAY + DAY)
    [holding] = rules.person_as_known(person, on).holdings
    assert holding.ends_before == known
    assert (holding.closed_on, holding.close_decided_on) == ((A_DAY, A_DAY) if known else (None, None))


@pytest.mark.parametrize(("on", "known"), [(A_DAY - DAY, None), (A_DAY, A_DAY)], ids=str)
def test_a_handover_is_known_from_the_day_it_comes(on, known):
    [holding] = rules.person_as_known(held(starts_on=LONG_AGO, ends_before=A_DAY), on).holdings
    assert holding.ends_before == known


def test_rows_dated_later_are_not_known():
    work = Activity("court", A_DAY, A_DAY + DAY)
    person = held([(A_DAY, "high"), (A_DAY + DAY, "parked")], work)
    before, then, later = (rules.person_as_known(person, A_DAY + n * DAY) for n in (-1, 0, 1))
    assert (before.tiers, before.holdings, before.activities) == ([], [], [])
    assert (len(then.tiers), len(then.holdings), then.activities[0].finished_on) == (1, 1, None)
    assert (len(later.tiers), later.activities[0].finished_on) == (2, A_DAY + DAY)


@pytest.mark.parametrize(
    ("on", "ends_on"),
    [(A_DAY - 2 * DAY, [None]), (A_DAY - DAY, [A_DAY]), (A_DAY, [A_DAY])],
    ids=["the last day but one", "the last day", "the day after"],
)
def test_the_end_of_a_post_is_known_from_its_last_day(on, ends_on):
    duties = [PostPeriod(LONG_AGO, A_DAY, Decimal(1), False)]
    assert [duty.ends_before for duty in rules.duties_as_known(duties, on)] == ends_on


@pytest.mark.parametrize(("on", "ends_on"), [(A_DAY - DAY, [None]), (A_DAY, [A_DAY, None])], ids=str)
def test_a_post_that_another_follows_ends_when_that_begins(on, ends_on):
    duties = [PostPeriod(LONG_AGO, A_DAY, Decimal(1), False), PostPeriod(A_DAY, None, Decimal(1), True)]
    assert [duty.ends_before for duty in rules.duties_as_known(duties, on)] == ends_on


@pytest.mark.parametrize(("by", "until"), [(-1, []), (0, [None]), (4, [None]), (5, [A_DAY + 5 * DAY])])
def test_a_responsibility_is_known_from_its_first_day_and_its_end_from_the_last(by, until):
    row = Responsibility("group_work", A_DAY, A_DAY + 5 * DAY)
    assert [each.until for each in rules.responsibilities_as_known([row], A_DAY + by * DAY)] == until


# Versions --------------------------------------------------------------------------------------------------------------

FIRST = Scheme([Weight(1, "stable", "Base", Element.STABLE, Decimal(15))], starts_on=EVER, name="first")
SECOND = Scheme([Weight(1, "stable", "Ground", Element.STABLE, Decimal(20))], starts_on=A_DAY, name="second")


@pytest.mark.parametrize(
    ("on", "name"),
    [(date(2019, 1, 1), "first"), (A_DAY - DAY, "first"), (A_DAY, "second"), (A_DAY + DAY, "second")],
    ids=str,
)
def test_a_version_is_in_force_from_its_first_day_and_the_first_for_the_days_before_it(on, name):
    assert rules.scheme_on([FIRST, SECOND], on).name == name
    assert rules.schemes_as_known([FIRST, SECOND], on)[-1].name == name


def test_versions_follow_each_other_without_a_day_between():
    found = rules.versions([FIRST, SECOND])
    assert [(each.starts_on, each.ends_before) for each in found] == [(date.min, A_DAY), (A_DAY, FOREVER)]


@pytest.mark.parametrize(
    ("code", "on", "said"),
    [
        ("stable", A_DAY - DAY, "Base"),
        ("stable", A_DAY, "Ground"),
        ("case", A_DAY, "Each case"),
        ("home_visit", A_DAY, "Home visit"),
    ],
)
def test_what_a_kind_of_work_is_called(code, on, said):
    assert rules.scheme_on([FIRST, SECOND], on).label(code, [FIRST, SECOND]) == said


def test_a_kind_that_its_scheme_does_not_have_is_called_as_another_calls_it():
    own = Scheme([Weight(0, "own", "Our own", Element.CASE, Decimal(1))], starts_on=EVER)
    assert SECOND.label("own", [own, SECOND]) == "Our own"


def test_a_line_is_cut_where_the_points_change_and_only_there():
    lines = rules.worker_lines(1, [PostPeriod(LONG_AGO, None, Decimal(1), False)], [], [FIRST, SECOND], ENGLAND)
    found = [(line.points, line.starts_on, line.ends_before, line.ending) for line in lines]
    assert found == [(15, LONG_AGO, A_DAY, Ending.SCHEME), (20, A_DAY, None, Ending.OPEN)]


@pytest.mark.parametrize("ends_before", [A_DAY, A_DAY + DAY], ids=["the day it begins", "a day later"])
def test_a_post_that_ends_as_a_version_begins_has_nothing_of_it(ends_before):
    lines = rules.worker_lines(1, [PostPeriod(LONG_AGO, ends_before, Decimal(1), False)], [], [FIRST, SECOND], ENGLAND)
    found = [(line.points, line.ending) for line in lines]
    assert found == ([(15, Ending.POST)] if ends_before == A_DAY else [(15, Ending.SCHEME), (20, Ending.POST)])


def test_what_a_scheme_and_a_row_are_unless_they_say_otherwise():
    scheme, row = Scheme([]), Weight(1, "own", "Own", Element.CASE, Decimal(1))
    assert (scheme.weight_on, scheme.mark, scheme.limit, scheme.close_window_days) == (True, 85, 100, 28)
    assert (row.per, row.window, row.length, row.condition_value, row.on) == (
        CountedPer.WORKER,
        Window.NONE,
        0,
        0,
        True,
    )
    assert not any(
        (scheme.stable_scales_with_fte, scheme.weight_of_cases_only, scheme.extras_inside_base, scheme.windows_run_on)
    )
    assert not any((scheme.decision_day_is_first, scheme.start_day_is_first, row.linked_to_cases))


@pytest.mark.parametrize(("first", "last_day"), [(False, 28), (True, 27)])
def test_the_last_day_on_which_points_stand_after_a_decision(first, last_day):
    assert Scheme([], decision_day_is_first=first).days_after_decision == last_day


@pytest.mark.parametrize(
    ("ends_before", "on", "past"),
    [
        (None, 28, False),
        (None, 29, True),
        (30, 29, True),
        (29, 29, False),
        (None, -40, False),
    ],
    ids=["day 28", "day 29", "given up the day after", "given up that day", "before the allocation"],
)
def test_a_decision_is_past_its_28_days_while_the_person_is_held(ends_before, on, past):
    holding = Holding(1, A_DAY - 30 * DAY, ends_before and A_DAY + ends_before * DAY, close_decided_on=A_DAY)
    assert rules.is_past_window(holding, SCHEME, A_DAY + on * DAY) is past
    assert rules.is_past_window(holding._replace(close_decided_on=None), SCHEME, A_DAY + on * DAY) is False


# Lines and totals ------------------------------------------------------------------------------------------------------


def line(starts_on, ends_before=None, points=2, **fields) -> Line:
    return Line(1, Element.CASE, "case", Decimal(points), starts_on, ends_before, **fields)


@pytest.mark.parametrize(
    ("second", "how_many"),
    [
        (line(A_DAY), 1),
        (line(A_DAY + DAY), 2),
        (line(A_DAY, points=3), 2),
        (line(A_DAY, person=1), 2),
        (line(A_DAY, family=1), 2),
        (line(A_DAY, source=1), 2),
    ],
    ids=["neighbours", "a day between", "other points", "other person", "a family", "other source"],
)
def test_equal_neighbours_are_one_line(second, how_many):
    assert len(rules.join([second, line(LONG_AGO, A_DAY)])) == how_many


@pytest.mark.parametrize(("points", "weight"), [("9.9", 0), ("10", 1), ("19.9", 1), ("20", 2), ("0", 0)])
def test_only_whole_tens_weigh(points, weight):
    assert rules.workload_weight(Decimal(points), SCHEME) == weight
    assert rules.workload_weight(Decimal(points), Scheme([], weight_on=False)) == 0


@pytest.mark.parametrize(
    ("points", "band"), [("84.9", Band.ROOM), ("85", Band.LIMITED), ("100", Band.LIMITED), ("100.1", Band.OVER)]
)
def test_little_room_begins_at_the_mark_and_over_above_the_limit(points, band):
    assert rules.band(Decimal(points), Decimal(85), Decimal(100)) == band


def test_a_team_without_a_limit_has_no_percentage():
    assert rules.team_total([]) == (0, 0, None)


@pytest.mark.parametrize(
    ("starts_on", "ends_before", "days"),
    [
        (date(2026, 2, 28), date(2026, 3, 1), []),
        (date(2026, 3, 1), date(2026, 3, 2), [2]),
        (date(2026, 3, 31), None, [31]),
        (date(2026, 4, 1), None, []),
        (date(2026, 3, 5), date(2026, 3, 31), [5, 31]),
        (date(2026, 3, 5), date(2026, 4, 1), [5]),
    ],
    ids=str,
)
def test_the_days_of_a_month_on_which_a_total_can_change(starts_on, ends_before, days):
    found = rules.days_of_change([line(starts_on, ends_before)], date(2026, 3, 1), date(2026, 3, 31))
    assert found == [date(2026, 3, 1), *(date(2026, 3, day) for day in days)]


@pytest.mark.parametrize(
    ("code", "per", "window_days"), [("own", CountedPer.ROW, 3)], ids=["a service's own row of three calendar days"]
)
def test_a_window_of_days_runs_through_its_last(code, per, window_days):
    own = Weight(0, code, "Own", Element.CASE, Decimal(1), per, Window.DAYS, window_days)
    assert rules.window_end(own, A_DAY, Scheme([own]), ENGLAND) == A_DAY + timedelta(days=4)
    assert rules.window_end(own, A_DAY, Scheme([own], start_day_is_first=True), ENGLAND) == A_DAY + timedelta(days=3)
