"""Two versions of a scheme beside each other: what differs, who crosses mark and limit, what is left to a part-timer. Pure."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings

from tests import strategies
from tests.long import times
from workload import presets, rules
from workload.enums import Band, Element, Window
from workload.rules import Scheme, Weight
from workload.schemes import rules as beside

A_DAY = date(2026, 3, 10)
NEW_ZEALAND = rules.Working("NZ-AUK")


def total(of, scheme=None):
    return rules.total(
        Decimal(0), Decimal(0), Decimal(of), fte=Decimal(1), scheme=scheme or Scheme([], weight_on=False)
    )


@pytest.mark.parametrize(
    ("before", "after", "mark", "limit"),
    [
        (84, 85, 1, 0),
        (85, 84, -1, 0),
        (85, 100, 0, 0),
        (100, 101, 0, 1),
        (101, 100, 0, -1),
        (84, 101, 1, 1),
        (90, 90, 0, 0),
    ],
)
def test_who_crosses_mark_and_limit(before, after, mark, limit):
    found = beside.SchemeEffect(total(before), total(after), [])
    assert (found.crosses_mark, found.crosses_limit) == (mark, limit)


def test_a_lower_mark_is_crossed_without_a_point_more():
    found = beside.SchemeEffect(total(82), total(82, Scheme([], weight_on=False, mark=Decimal(80))), [])
    assert (found.change, found.crosses_mark, found.after.band) == (0, 1, Band.LIMITED)


class TestPartTime:
    def scheme(self, **settings):
        return Scheme(presets.WEIGHTS, **settings)

    @pytest.mark.parametrize(
        ("fte", "at_mark", "within"),
        [("1", 32, 38), ("0.8", 24, 29), ("0.6", 16, 20), ("0.5", 13, 15)],
    )
    def test_how_many_plain_cases_a_post_takes(self, fte, at_mark, within):
        found = beside.margin(self.scheme(), Decimal(fte))
        assert (found.cases_at_mark, found.cases_within) == (at_mark, within)

    def test_on_duty_a_small_post_is_over_without_any_case(self):
        found = beside.margin(self.scheme(), Decimal("0.3"), duty=True)
        assert (found.stable, found.limit, found.cases_within, found.is_over_without_cases) == (30, 30, None, True)

    def test_a_stable_element_that_scales_leaves_more(self):
        assert beside.margin(self.scheme(stable_scales_with_fte=True), Decimal("0.5")).stable == Decimal("7.5")

    def test_where_cases_weigh_nothing_there_is_no_number(self):
        found = beside.margin(Scheme([]), Decimal(1))
        assert (found.cases_at_mark, found.cases_within) == (None, None)


def test_what_differs_between_two_versions():
    weights = list(presets.WEIGHTS)
    before = Scheme(weights)
    heavier = [w._replace(points=Decimal(2)) if w.code == "new" else w for w in weights if w.code != "court"]
    own = Weight(0, "own", "Own", Element.CASE, Decimal(1))
    after = Scheme([*heavier, own], mark=Decimal(80), windows_run_on=True)

    found = beside.row_changes(before, after)
    assert [
        (change.label, change.before and change.before.points, change.after and change.after.points) for change in found
    ] == [
        ("Newly allocated", 1, 2),
        ("Own", None, 1),
        ("Court work", 2, None),
    ]
    assert beside.setting_changes(before, after) == ["mark", "windows_run_on"]


@settings(max_examples=times(100, 1000), deadline=None)
@given(scheme=strategies.schemes(), on=strategies.days)
def test_the_first_day_within_a_window_is_the_first(scheme, on):
    working = rules.Working("NZ-AUK", frozenset({date(2025, 12, 29)}))
    for weight in scheme[-1].weights:
        first = beside.earliest_within(weight, scheme[-1], working, on)
        if weight.window == Window.NONE:
            assert first == date.min
            continue
        ends = [rules.window_end(weight, first - timedelta(days=n), scheme[-1], working) for n in (0, 1)]
        assert ends[0] > on >= ends[1]


def window_of(days: int, **settings) -> tuple[Weight, Scheme]:
    row = Weight(0, "own", "Own", Element.CASE, Decimal(1), window=Window.DAYS, length=days)
    return row, Scheme([row], **settings)


@pytest.mark.parametrize(
    ("days", "settings", "first"),
    [
        (3, {}, date(2026, 3, 7)),
        (3, {"start_day_is_first": True}, date(2026, 3, 8)),
        (1, {"start_day_is_first": True}, date(2026, 3, 10)),
        (0, {"start_day_is_first": True}, date(2026, 3, 11)),
        (200, {}, date(2025, 8, 22)),
    ],
    ids=["day 0 to 3", "day 1 to 3", "one day", "none", "longer than a month"],
)
def test_the_first_day_on_which_work_within_its_window_began(days, settings, first):
    row, scheme = window_of(days, **settings)
    assert beside.earliest_within(row, scheme, NEW_ZEALAND, A_DAY) == first


# What counts on a day --------------------------------------------------------------------------------------------------


def test_new_on_a_day_is_who_was_allocated_within_a_month():
    assert beside.new_since(Scheme(presets.WEIGHTS), NEW_ZEALAND, A_DAY) == date(2026, 2, 11)


@pytest.mark.parametrize(
    "rows",
    [[], [w._replace(points=Decimal(0)) for w in presets.WEIGHTS if w.code == "new"]],
    ids=["no row", "no points"],
)
def test_where_new_earns_nothing_nobody_is(rows):
    assert beside.new_since(Scheme(rows), NEW_ZEALAND, A_DAY) == date(2026, 3, 11)


@pytest.mark.parametrize(("first", "since"), [(False, date(2026, 2, 10)), (True, date(2026, 2, 11))])
def test_a_decision_of_28_days_ago_still_counts(first, since):
    assert beside.decided_since(Scheme([], decision_day_is_first=first), A_DAY) == since


@pytest.mark.parametrize("runs_on", [False, True])
def test_the_kinds_of_work_that_can_earn_anything(runs_on):
    off = {"looked_after": {"on": False}, "placed_far": {"points": Decimal(0)}}
    weights = [w._replace(**off.get(w.code, {})) for w in presets.WEIGHTS]
    found = {each.code: each for each in beside.counting(Scheme(weights, windows_run_on=runs_on), NEW_ZEALAND, A_DAY)}
    assert found.keys() == {
        "initial_assessment", "core_assessment", "section_47", "court", "protection_plan", "leaving_care_needs",
        "leaving_care_pathway",
    }  # fmt: skip
    assert found["court"] == ("court", date.min, False)
    assert found["initial_assessment"].runs_on is runs_on


# What a day would hold -------------------------------------------------------------------------------------------------


def tally(*lines) -> beside.Tally:
    found = beside.Tally()
    for code, element, count, points in lines:
        found.add(code, element, count, Decimal(points))
    return found


STABLE, GROUP_WORK = ("stable", Element.STABLE, 1, 15), ("group_work", Element.EXTRA, 1, 5)
CASES, NEW = ("case", Element.CASE, 30, 60), ("new", Element.CASE, 3, 3)
BASE = Scheme([])
BEFORE = tally(NEW, CASES, STABLE, GROUP_WORK)
AFTER = tally(STABLE, CASES, ("new", Element.CASE, 3, 6), ("court", Element.CASE, 1, 2))


def test_a_tally_sums_lines_and_points_of_a_kind_and_totals_by_element():
    twice = tally(NEW, ("new", Element.CASE, 2, 4), CASES)
    assert twice.kinds["new"] == (Element.CASE, 5, 7)
    assert tally(CASES, CASES).kinds["case"] == (Element.CASE, 60, 120)
    found = BEFORE.total(fte=Decimal(1), scheme=BASE)
    assert (found.stable, found.extras, found.cases, found.weight, found.total) == (15, 5, 63, 8, 91)


def test_what_differs_stands_by_element_with_the_weight_last():
    found = beside.effect(BEFORE, AFTER, fte=Decimal(1), schemes=(BASE, Scheme([], weight_on=False)))
    assert found.kinds == [
        ("group_work", 1, 0, 5, 0),
        ("court", 0, 1, 0, 2),
        ("new", 3, 3, 3, 6),
        ("weight", 0, 0, 8, 0),
    ]
    assert [kind.change for kind in found.kinds] == [-5, 2, 3, -8]
    assert (found.change, found.changes) == (-8, True)


def test_where_nothing_differs_there_is_no_effect():
    found = beside.effect(BEFORE, BEFORE, fte=Decimal(1), schemes=(BASE, BASE))
    assert (found.kinds, found.change, found.changes) == ([], 0, False)


@pytest.mark.parametrize(
    ("kind", "differs"),
    [
        (("new", 3, 3, 3, 3), False),
        (("new", 3, 4, 3, 3), True),
        (("new", 3, 3, 3, 4), True),
        (("new", 3, 4, 3, 4), True),
    ],
    ids=["nothing", "lines", "points", "both"],
)
def test_a_kind_differs_by_its_lines_or_its_points(kind, differs):
    assert beside.KindEffect(*kind).differs is differs


def test_an_effect_that_moves_only_the_band_is_one():
    lower = Scheme([], weight_on=False, mark=Decimal(80))
    assert beside.SchemeEffect(total(82), total(82, lower), []).changes is True
    assert beside.SchemeEffect(total(82), total(82), [beside.KindEffect("new", 1, 2, 3, 3)]).changes is True


def test_the_sums_of_a_service_count_who_crosses_which_way():
    pairs = [(84, 85), (85, 84), (100, 101), (101, 100), (99, 101), (90, 90)]
    found = beside.sums(beside.SchemeEffect(total(before), total(after), []) for before, after in pairs)
    assert found == beside.ServiceEffect(6, 5, 1, 1, 2, 1, Decimal(559), Decimal(561), Decimal(600))
    assert found.change == 2
    assert beside.sums([]) == (0, 0, 0, 0, 0, 0, 0, 0, 0)


def test_kinds_are_summed_over_workers_and_what_evens_out_is_left_out():
    kinds = [
        [("new", 1, 2, 1, 2), ("weight", 0, 0, 7, 8), ("court", 1, 0, 2, 0)],
        [("new", 2, 2, 2, 4), ("court", 0, 1, 0, 2)],
        [("group_work", 1, 1, 5, 4)],
    ]
    found = beside.kinds_of_all(
        beside.SchemeEffect(total(0), total(0), [beside.KindEffect(*each) for each in rows]) for rows in kinds
    )
    assert found == [("new", 3, 4, 3, 6), ("group_work", 1, 1, 5, 4), ("weight", 0, 0, 7, 8)]


# Part-time, once more --------------------------------------------------------------------------------------------------


def test_posts_are_shown_in_tenths_from_a_fifth_up():
    assert [str(part) for part in beside.PARTS] == ["0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1"]


@pytest.mark.parametrize(
    ("at_mark", "within", "over"), [(0, None, True), (0, 0, False), (None, None, False), (1, 2, False)]
)
def test_a_post_is_over_without_cases_where_not_even_none_are_within(at_mark, within, over):
    found = beside.Margin(Decimal(1), Decimal(85), Decimal(100), Decimal(15), at_mark, within)
    assert found.is_over_without_cases is over


def test_a_post_that_is_full_without_cases_takes_none():
    scheme = Scheme([Weight(1, "stable", "Base", Element.STABLE, Decimal(100)), *presets.WEIGHTS[2:]], weight_on=False)
    assert beside.margin(scheme, Decimal(1))[-2:] == (0, 0)
    assert beside.margin(scheme, Decimal(1), duty=True)[-2:] == (0, 0)


def test_a_post_of_which_nothing_but_cases_takes_points_takes_them_to_its_limit():
    cases = [weight for weight in presets.WEIGHTS if weight.code == "case"]
    assert beside.margin(Scheme(cases, weight_on=False), Decimal(1))[-2:] == (43, 50)
