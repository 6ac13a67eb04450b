"""Two versions of a scheme beside each other: what differs, who crosses mark and limit, what is left to a part-timer. Pure."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings

from tests import strategies
from workload import presets, rules
from workload.enums import Band, Element, Window
from workload.rules import Scheme, Weight
from workload.schemes import rules as beside


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
    found = beside.Effect(total(before), total(after), [])
    assert (found.crosses_mark, found.crosses_limit) == (mark, limit)


def test_a_lower_mark_is_crossed_without_a_point_more():
    found = beside.Effect(total(82), total(82, Scheme([], weight_on=False, mark=Decimal(80))), [])
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


@settings(max_examples=300, deadline=None)
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
