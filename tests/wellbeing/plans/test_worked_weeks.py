"""The hours of every row in templates and in plans that fit; guides, days and sums on both sides of each boundary."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from caseload.rules import Cadence, Mix, rounded
from peerload.core.formats import format_list
from wellbeing.enums import Focus
from wellbeing.plans.rules import dated, grids, templates
from wellbeing.plans.rules.dated import monday_of, mondays, next_monday, week_of
from wellbeing.plans.rules.fitting import over_words, plan_that_fits
from wellbeing.plans.rules.grids import apportioned, format_hours, make_grid, totals
from wellbeing.plans.rules.guidance import guides, guides_of
from wellbeing.plans.rules.needs import AskedOfWorker, hours_needed, parting, team_sums
from wellbeing.plans.rules.templates import PART_TIME, REMOTE, TEMPLATES, Template, scaled

from .test_rules import ANCHOR, FORTY, NOTES, PUBLISHED, SAFE, A, with_hours

# Every row of the templates and of plans that fit ----------------------------------------------------------------------

EXERCISE_TO_MARKETING = (
    A.PHYSICAL_EXERCISE, A.PERSONAL_LEARNING, A.HIGH_1_1, A.MEDIUM_1_1, A.GROUPS, A.PARKED, A.CLIENT_ADMIN, A.GROUP_ADMIN,
    A.MARKETING,
)  # fmt: skip
EVERY_CYCLE = {
    A.SUPERVISION: (0, 0, 0, 1),
    A.REFLECTIVE_PRACTICE: (1, 0, 1, 0),
    A.TE_KAIRARANGA: (0, 1, 0, 0),
}


def rows_of(plan) -> list[Decimal]:
    """The hours of the rows that are the same each week, in order."""
    assert {activity: plan[activity] for activity in EVERY_CYCLE} == EVERY_CYCLE
    assert all(len(set(plan[activity])) == 1 for activity in EXERCISE_TO_MARKETING)
    return [plan[activity][0] for activity in EXERCISE_TO_MARKETING]


def hours(words: str) -> list[Decimal]:
    return list(map(Decimal, words.split()))


@pytest.mark.parametrize(
    ("template", "week", "of"),
    [
        (templates.NOTES, "2 2 12.5 3 3 1 10.5 2 3", 40),
        (templates.PUBLISHED, "2 2 13 4 3 1 10 2 2", 40),
        (REMOTE, "2 2 12.5 1.5 4.5 1 10 3 2.5", 40),
        (PART_TIME, "0.75 0.75 6.25 1.5 1.5 0.5 5.25 1 1.5", 20),
    ],
    ids=lambda each: getattr(each, "key", None),
)
def test_the_rows_of_each_template(template, week, of):
    assert rows_of(template.grid) == hours(week)
    assert template.hours == of


def test_somebody_new_begins_with_the_notes():
    assert TEMPLATES[0] == templates.NOTES


@pytest.mark.parametrize(
    ("much", "week"),
    [
        ("37.33", "1.75 1.75 11.83 2.75 2.75 1 9.75 2 2.75"),
        ("4", "0 0 1.25 0.25 0.25 0.25 1 0.25 0.25"),
    ],
)
def test_the_notes_for_other_hours_are_in_quarters_and_the_rest_goes_to_the_largest_row(much, week):
    assert rows_of(scaled(templates.NOTES, Decimal(much))) == hours(week)


def test_a_template_of_no_hours_stays_at_none():
    empty = Template("empty", "", "", Decimal(0), make_grid({}))
    assert set(totals(scaled(empty, Decimal(20)))) == {0}


@pytest.mark.parametrize(
    ("people", "groups", "much", "week", "over", "left_out"),
    [
        (Mix(5, 10, 15, 20), 2, "40", "2 2 12.5 2.75 3 1.75 10 2 3", "0.17", {A.MEDIUM_1_1: 1}),
        (Mix(1, 2, 0, 3), 0, "40", "2 2 15.25 4.5 0 0.25 10 0 5", "0", {}),
        (Mix(3, 0, 8, 10), 1, "37.33", "2 1.75 16 0 1.5 1 9.25 1 3.83", "0", {}),
        (
            Mix(8, 20, 15, 40), 2, "40", "2 2 16.5 0 0 3.5 10 0 5", "12.33",
            {A.HIGH_1_1: 2, A.GROUPS: 15, A.MEDIUM_1_1: 20},
        ),
        (Mix(high=1), 4, "40", "2 2 13.25 0 6 0 9.75 4 2", "0", {}),
        (Mix(medium=4, group=4), 0, "4", "0 0 0 1.25 0.75 0 1 0 0", "0", {}),
        (Mix(), 0, "20", "0.75 0.75 8 2 0 0 5 0 2.5", "0", {}),
        (Mix(2, 4, 0, 60), 0, "16", "0.5 0.5 3 0 0 5 4 0 2", "3.2", {A.HIGH_1_1: 1, A.MEDIUM_1_1: 4}),
    ],
    ids=["the note's", "few people", "an odd post", "far too many", "four groups", "exactly what fits", "nobody",
         "many kept in touch with"],
)  # fmt: skip
def test_the_rows_of_a_plan_that_fits(people, groups, much, week, over, left_out):
    fits = plan_that_fits(AskedOfWorker(people, groups, Cadence()), Decimal(much))
    assert rows_of(fits.plan) == hours(week)
    assert (rounded(fits.over, 2), fits.left_out) == (Decimal(over), left_out)


@pytest.mark.parametrize("quarters", range(13))
def test_a_week_of_few_hours_comes_to_its_hours_and_no_row_is_below_none(quarters):
    much = Decimal(quarters) / 4
    plan = plan_that_fits(AskedOfWorker(Mix(high=9), 1, Cadence()), much).plan
    assert [sum(week) for week in zip(*plan.values(), strict=True)] == [much] * 4
    assert min(each for row in plan.values() for each in row) >= 0


@pytest.mark.parametrize(
    ("people", "words"),
    [
        (Mix(8, 20, 15, 40), "32.3 hours of contact a week, 12.3 hours more than half of 40"),
        (
            Mix(8, 20, 15, 40),
            "It has no time left for 2 people with high support, 15 people in groups and 20 people with medium support.",
        ),
        (Mix(5, 10, 15, 20), "0.2 hours more than half of 40"),
        (Mix(5, 10, 15, 27), "0.8 hours more than half of 40"),
        (Mix(5, 10, 15, 30), "21 hours of contact a week, 1 hour more than half of 40"),
    ],
)
def test_by_how_much_people_ask_for_more_than_half(people, words):
    asked = AskedOfWorker(people, 2, Cadence())
    assert words in over_words(plan_that_fits(asked, FORTY), asked, FORTY)


@pytest.mark.parametrize(
    ("whole", "weights", "parts"),
    [
        ("10", "1 1 1", "3.5 3.25 3.25"),
        ("7.3", "3 1", "5.55 1.75"),
        ("0.2", "1 1", "0.2 0"),
        ("5", "0 0", "0 0"),
        ("0", "1 2", "0 0"),
        ("1", "1 2", "0.25 0.75"),
    ],
)
def test_a_whole_is_shared_out_in_quarters(whole, weights, parts):
    assert apportioned(Decimal(whole), hours(weights)) == hours(parts)


@pytest.mark.parametrize(
    ("much", "down", "up"), [("2.25", "2.25", "2.25"), ("2.26", "2.25", "2.5"), ("2.49", "2.25", "2.5")]
)
def test_quarters_less_and_more(much, down, up):
    assert (grids.down(Decimal(much)), grids.up(Decimal(much))) == (Decimal(down), Decimal(up))


# Guides, days and sums -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("focus", "much", "state", "guide", "apart", "share"),
    [
        (0, "5", "as_guide", "5", "0", "12.5"),
        (0, "4.75", "below", "5", "0.25", "11.9"),
        (1, "20", "as_guide", "20", "0", "50.0"),
        (1, "20.25", "over", "20", "0.25", "50.6"),
        (2, "15", "no_rule", "14.25", "0.75", "37.5"),
    ],
)
def test_a_part_of_the_week_against_its_guide(focus, much, state, guide, apart, share):
    by_focus = dict(zip(Focus, map(Decimal, ("5", "20", "15")), strict=True)) | {list(Focus)[focus]: Decimal(much)}
    found = guides(by_focus, groups=Decimal(2), marketing=Decimal("2.25"), hours=FORTY)[focus]
    assert (found.state, found.guide, found.apart, found.share) == (state, *map(Decimal, (guide, apart, share)))


def test_without_hours_a_part_of_the_week_has_no_share():
    found = guides(dict.fromkeys(Focus, Decimal(0)), groups=Decimal(0), marketing=Decimal(0), hours=Decimal(0))
    assert [each.share for each in found] == [None] * 3
    assert [each.words for each in found] == ["meets the guide", "within half", "a guide, not a rule"]


def test_the_guides_of_a_plan_are_of_its_average_week():
    found = guides_of(make_grid({**NOTES, A.MARKETING: (3, 3, 3, 7)}), FORTY)
    assert [(each.focus, each.hours, each.guide) for each in found] == [
        ("wellbeing", 5, 5),
        ("contact", Decimal("19.5"), 20),
        ("management", Decimal("16.5"), Decimal("15.75")),
    ]


@pytest.mark.parametrize(
    ("on", "monday", "following"),
    [
        (date(2026, 11, 9), date(2026, 11, 9), date(2026, 11, 16)),
        (date(2026, 11, 15), date(2026, 11, 9), date(2026, 11, 16)),
        (date(2026, 11, 16), date(2026, 11, 16), date(2026, 11, 23)),
    ],
    ids=["Monday", "Sunday", "the next Monday"],
)
def test_a_week_goes_from_monday_to_sunday(on, monday, following):
    assert (monday_of(on), next_monday(on)) == (monday, following)


def test_a_service_that_has_settled_no_anchor_counts_from_one_all_the_same():
    assert dated.ANCHOR.weekday() == 0
    assert [week_of(dated.ANCHOR + timedelta(days=n), None) for n in (-1, 0, 6, 7, 27, 28)] == [4, 1, 1, 2, 4, 1]


@pytest.mark.parametrize("on", [date(2026, 11, 2), date(2026, 11, 29)], ids=["the first day", "the last"])
def test_the_four_mondays_of_a_day(on):
    assert mondays(on, ANCHOR) == [date(2026, 11, n) for n in (2, 9, 16, 23)]


def test_sums_of_a_team_have_one_decimal_and_there_are_none_without_a_plan():
    planned = {"high_1_1": Decimal(10), "parked": Decimal(2), "supervision": Decimal("0.25")}
    found = team_sums(planned, Mix(5, 10, 15, 20), Cadence())
    assert found == tuple(map(Decimal, ("12.0", "0.3", "4.0", "20.2")))
    assert team_sums({}, Mix(5, 10, 15, 20), Cadence()) is None


@pytest.mark.parametrize(
    ("words", "said"),
    [(["one"], "one"), (["one", "two"], "one and two"), (["one", "two", "three"], "one, two and three")],
)
def test_words_are_joined_as_in_a_sentence(words, said):
    assert format_list(words) == said


@pytest.mark.parametrize(
    ("much", "said"), [("3.33", "3.3"), ("21", "21"), ("20.04", "20"), ("20.05", "20.1"), ("100", "100")]
)
def test_hours_are_said_with_one_decimal_at_most(much, said):
    assert format_hours(Decimal(much)) == said


@pytest.mark.parametrize(
    ("planned", "is_said"), [("2.75", True), ("2.76", False), ("3", False)], ids=["a quarter", "less", "enough"]
)
def test_less_than_a_quarter_of_an_hour_is_no_shortfall(planned, is_said):
    asked = AskedOfWorker(Mix(5, 10, 15, 12), 2, Cadence())
    found = parting(with_hours(NOTES, medium_1_1=planned), hours_needed(asked), FORTY)
    assert ("Medium support" in found) is is_said


def test_of_somebody_else_the_plan_is_not_called_yours():
    found = parting(PUBLISHED, hours_needed(SAFE), FORTY, own=False)
    assert found.startswith("The people they keep in touch with need 3.3 contacts a week. The plan has time for 2.")
