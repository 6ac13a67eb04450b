"""The worked examples G of the four weeks by their ids, and what is true of every plan that fits."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caseload.rules import PARKED_HOURS, Cadence, Mix, most_contact_hours, percent
from peerload.staff.rules import hours_on
from tests.examples import amounts, expected
from wellbeing.enums import Focus, PlanActivity
from wellbeing.plans.rules import templates
from wellbeing.plans.rules.dated import WorkDay, mondays, real_week, week_of
from wellbeing.plans.rules.fitting import over_words, plan_that_fits
from wellbeing.plans.rules.grids import (
    FIXED,
    QUARTER,
    GridRow,
    a_week,
    down,
    format_hours,
    make_grid,
    middle,
    of_focus,
    rows_of_service,
    totals,
)
from wellbeing.plans.rules.guidance import (
    ADMIN_SHARE,
    WELLBEING_SHARE,
    AgainstGuide,
    contact_over,
    guides,
    guides_of,
    not_adding_up,
    whole_percents,
)
from wellbeing.plans.rules.needs import AskedOfWorker, contact_needed, hours_needed, parting, team_sums
from wellbeing.plans.rules.templates import TEMPLATES, Template, every_week, scaled

A, FORTY = PlanActivity, Decimal(40)
PUBLISHED, NOTES = templates.PUBLISHED.grid, templates.NOTES.grid
SAFE = AskedOfWorker(Mix(5, 10, 15, 20), 2, Cadence())  # the practice note's own caseload of one worker


def a_week_of(grid):
    return [a_week(of_focus(grid, focus)) for focus in Focus]


def shares(hours, whole=FORTY):
    return [str(percent(Decimal(each), whole)) for each in hours]


# Worked examples -------------------------------------------------------------------------------------------------------


def test_G01_the_published_table_has_its_hours_in_each_week():
    assert [of_focus(PUBLISHED, focus) for focus in Focus] == expected("G01")
    assert totals(PUBLISHED) == [40, 40, 40, 40]


def test_G02_shares_have_one_decimal_and_come_to_a_hundred():
    found = [guide.share for guide in guides_of(PUBLISHED, FORTY)]
    assert [str(share) for share in found] == expected("G02")
    assert sum(found) == Decimal("100.0")


def test_G03_the_whole_per_cents_of_the_table_come_to_a_hundred_and_one():
    found = whole_percents(a_week_of(PUBLISHED), FORTY)
    assert [found, sum(found)] == expected("G03")


def test_G04_published_contact_is_an_hour_over_half():
    assert contact_over(a_week_of(PUBLISHED)[1], FORTY) == expected("G04")
    assert [guide.words for guide in guides_of(PUBLISHED, FORTY)] == [
        "meets the guide",
        "1 h over half",
        "a guide, not a rule",
    ]


def test_G05_exactly_half_is_within():
    assert contact_over(Decimal(20), FORTY) == expected("G05")


def test_G06_the_labels_of_the_rows_have_shares_of_their_own():
    assert shares([5, 20, 15]) == expected("G06")


def test_G07_the_notes_beside_the_table_stay_within_half():
    hours, share = expected("G07")
    contact = a_week_of(NOTES)[1]
    assert Fraction(contact) == Fraction(hours)
    assert contact * 100 / FORTY == Decimal(share)
    assert totals(NOTES) == [40, 40, 40, 40]


def test_G10_the_most_contact_goes_by_the_available_hours():
    found = [most_contact_hours(Decimal(hours)) for hours in ("40", "37.5", "32", "24", "20")]
    assert [Fraction(each) for each in found] == [Fraction(str(each)) for each in expected("G10")]


def test_G13_four_weeks_have_their_sessions():
    order = (A.SUPERVISION, A.REFLECTIVE_PRACTICE, A.PHYSICAL_EXERCISE, A.PERSONAL_LEARNING, A.TE_KAIRARANGA)
    assert [sum(NOTES[activity]) for activity in order] == amounts(expected("G13"))
    assert sum(of_focus(NOTES, Focus.WELLBEING)) == 20


def test_G15_administration_is_guided_by_half_of_contact():
    found = [Decimal(contact) * ADMIN_SHARE for contact in ("20", "21", "19.5")]
    assert [Fraction(each) for each in found] == [Fraction(str(each)) for each in expected("G15")]


# Templates -------------------------------------------------------------------------------------------------------------


def test_half_a_post_keeps_its_sessions_and_halves_its_shares():
    half = scaled(templates.PUBLISHED, Decimal(20))
    assert [half[activity] for activity in FIXED] == [PUBLISHED[activity] for activity in FIXED]
    assert a_week_of(half) == [
        Decimal("2.5"),
        Decimal("10.5"),
        Decimal(7),
    ]  # 4 of the cycle's 10 h are sessions (R72)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.key)
@pytest.mark.parametrize("hours", ["40", "37.5", "32", "24", "20", "37.33"])
def test_a_template_comes_to_the_hours_of_the_worker_who_takes_it(template, hours):
    assert set(totals(scaled(template, Decimal(hours)))) == {Decimal(hours)}


# Weeks -----------------------------------------------------------------------------------------------------------------

ANCHOR = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("on", "week"),
    [
        (date(2026, 11, 2), 1),
        (date(2026, 11, 8), 1),
        (date(2026, 11, 9), 2),
        (date(2026, 11, 29), 4),
        (date(2026, 11, 30), 1),
        (date(2026, 11, 1), 4),
        (date(2026, 10, 5), 1),
    ],
    ids=[
        "the anchor",
        "its Sunday",
        "the next Monday",
        "the last day",
        "the next cycle",
        "before it",
        "a cycle before",
    ],
)
def test_a_week_has_its_number_from_the_anchor_both_ways(on, week):
    assert week_of(on, ANCHOR) == week


def test_the_four_weeks_of_a_day_begin_with_week_one():
    found = mondays(date(2026, 11, 26), ANCHOR)
    assert [week_of(day, ANCHOR) for day in found] == [1, 2, 3, 4]


def week(by_day=None, away="", shut=""):
    """A week of Monday to Sunday; ``away`` and ``shut`` mark their days with an x."""
    return [WorkDay(hours_on(n, FORTY, by_day), away[n : n + 1] == "x", shut[n : n + 1] == "x") for n in range(7)]


@pytest.mark.parametrize(
    ("away", "hours"), [("", "40"), ("x", "32"), ("xx", "24"), ("xxxxx", "0"), ("xxxxxxx", "0"), ("     xx", "40")]
)
def test_each_working_day_away_takes_a_fifth_of_a_week(away, hours):
    assert real_week(week(away=away)).hours == Decimal(hours)


FOUR_DAYS = (Decimal(8), Decimal(8), Decimal(0), Decimal(10), Decimal(0), Decimal(4), Decimal(0))


@pytest.mark.parametrize(
    ("away", "shut", "left"),
    [
        ("", "", (0, 0, 30)),
        ("x", "", (1, 0, 22)),
        ("  x", "  x", (0, 0, 30)),
        ("", "   x", (0, 1, 20)),
        ("x", "x", (0, 1, 22)),
        ("     x", "", (1, 0, 26)),
        ("xxxxxxx", "", (4, 0, 0)),
    ],
    ids=["all of it", "a day away", "a day without work", "a holiday", "shut while away", "a Saturday", "a whole week"],
)
def test_leave_and_closures_take_off_the_hours_of_the_days_somebody_works(away, shut, left):
    assert real_week(week(FOUR_DAYS, away, shut)) == left


# Guides and sentences --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wellbeing", "words"),
    [("4.5", "0.5 h below the guide"), ("5", "meets the guide"), ("6", "meets the guide")],
)
def test_wellbeing_is_said_to_be_below_its_guide_and_never_above(wellbeing, words):
    by_focus = dict(zip(Focus, (Decimal(wellbeing), Decimal(20), Decimal(15)), strict=True))
    first = guides(by_focus, groups=Decimal(2), marketing=Decimal(2), hours=FORTY)[0]
    assert first.words == words


def with_hours(grid, **hours):
    return make_grid({**grid, **every_week(**hours)})


def test_the_published_plan_parts_from_what_its_own_caseload_asks_for():
    assert parting(PUBLISHED, hours_needed(SAFE), FORTY) == (
        "The people you keep in touch with need 3.3 contacts a week. Your plan has time for 2. "
        "Contact takes 21 of 40 hours, 1 more than half."
    )


def test_the_largest_shortfall_is_said_first_two_at_most_and_then_what_is_over_half():
    asked = AskedOfWorker(Mix(8, 20, 15, 20), 2, Cadence())
    found = parting(PUBLISHED, hours_needed(asked), FORTY)
    assert found == (
        "High support needs 20 hours a week. Your plan has time for 13. "
        "Medium support needs 6 hours a week. Your plan has time for 4. "
        "Contact takes 21 of 40 hours, 1 more than half."
    )


def test_the_largest_shortfall_is_not_the_largest_need():
    asked = AskedOfWorker(Mix(6, 30, 15, 20), 2, Cadence())
    assert parting(PUBLISHED, hours_needed(asked), FORTY).startswith(
        "Medium support needs 9 hours a week. Your plan has time for 4. "
        "High support needs 15 hours a week. Your plan has time for 13. "
    )


def test_nothing_is_said_where_plan_and_need_agree():
    asked = AskedOfWorker(Mix(5, 10, 15, 12), 2, Cadence())
    assert parting(NOTES, hours_needed(asked), FORTY) == ""


@pytest.mark.parametrize(
    ("high", "words"),
    [
        ((19, 9, 9, 9), "In week 1 contact takes 26 of 40 hours."),
        ((13, 13, 13, 13), ""),
        (
            (14, 13, 13, 16),
            "Contact takes 21 of 40 hours, 1 more than half. "
            "In week 1 contact takes 21 of 40 hours. In week 4 contact takes 23 of 40 hours.",
        ),
    ],
)
def test_a_week_with_more_than_half_is_named_also_where_the_four_together_stay_within(high, words):
    grid = make_grid({**NOTES, A.HIGH_1_1: high})  # beside seven hours of other contact
    assert parting(grid, hours_needed(AskedOfWorker(Mix(), 0, Cadence())), FORTY) == words


def test_a_contact_that_does_not_show_in_the_figures_is_no_parting():
    grid = with_hours(NOTES, parked="1.66", medium_1_1="2.8")  # 3.32 contacts a week, and 3.33 are needed
    assert parting(grid, hours_needed(SAFE), FORTY) == ""


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, ""),
        ({"marketing": 1}, "The weeks come to 38 hours each; the post has 40."),
    ],
)
def test_a_plan_that_does_not_come_to_the_hours_says_so(changed, words):
    assert not_adding_up(with_hours(NOTES, **changed), FORTY) == words


def test_weeks_that_are_apart_alike_are_named_where_the_others_add_up():
    grid = make_grid({**NOTES, A.MARKETING: (1, 1, 3, 1)})
    says = "Week 1 comes to 38, week 2 to 38, week 4 to 38 hours; the post has 40."
    assert not_adding_up(grid, FORTY) == says


def test_one_week_that_does_not_add_up_is_named():
    grid = make_grid({**NOTES, A.MARKETING: (3, 3, 1, 5)})
    assert not_adding_up(grid, FORTY) == "Week 3 comes to 38, week 4 to 42 hours; the post has 40."


# Need ------------------------------------------------------------------------------------------------------------------


def test_people_ask_for_hours_by_their_support():
    needed = hours_needed(SAFE)
    assert [needed[each] for each in (A.HIGH_1_1, A.MEDIUM_1_1, A.GROUPS)] == [Decimal("12.5"), 3, 3]
    assert format_hours(needed[A.PARKED] / PARKED_HOURS) == "3.3"
    assert needed[A.CLIENT_ADMIN] == contact_needed(needed) / 2
    assert needed[A.GROUP_ADMIN] == 2


def test_groups_are_counted_from_people_where_nobody_facilitates_one():
    alone = hours_needed(AskedOfWorker(Mix(group=15), 0, Cadence()))
    assert alone[A.GROUPS] == 3
    assert hours_needed(AskedOfWorker(Mix(group=15), 3, Cadence()))[A.GROUPS] == Decimal("4.5")


# A plan that fits ------------------------------------------------------------------------------------------------------


def test_the_caseload_of_the_note_asks_for_ten_minutes_more_than_half():
    fits = plan_that_fits(SAFE, FORTY)
    assert fits.plan[A.PARKED] == (Decimal("1.75"),) * 4 and fits.left_out == {A.MEDIUM_1_1: 1}
    assert over_words(fits, SAFE, FORTY) == (
        "The people you support need 20.2 hours of contact a week, 0.2 hours more than half of 40. "
        "The plan that fits puts keeping in touch first. It has no time left for 1 person with medium support. "
        "Talk about it with your team manager."
    )


def test_eighteen_people_kept_in_touch_are_the_most_that_fits():
    eighteen = AskedOfWorker(Mix(5, 10, 15, 18), 2, Cadence())
    fits = plan_that_fits(eighteen, FORTY)
    assert (fits.over, fits.left_out, a_week_of(fits.plan)[1]) == (0, {}, 20)
    assert over_words(fits, eighteen, FORTY) == ""


def test_what_is_left_over_is_room_for_people_to_come():
    few = AskedOfWorker(Mix(1, 2, 0, 3), 0, Cadence())
    fits = plan_that_fits(few, FORTY)
    assert a_week_of(fits.plan)[1] == 20 and not parting(fits.plan, hours_needed(few), FORTY)


CASELOADS = st.builds(
    AskedOfWorker,
    st.builds(Mix, *[st.integers(0, 40)] * 4),
    st.integers(0, 5),
    st.builds(Cadence, st.integers(1, 12)),
)
HOURS = st.decimals(2, 60, places=2).map(lambda hours: down(hours)) | st.decimals(2, 60, places=2)


@settings(suppress_health_check=[HealthCheck.too_slow])  # of a machine that is busy with something else
@given(CASELOADS, HOURS)
def test_a_plan_that_fits_comes_to_the_hours_and_never_passes_half(asked, hours):
    plan = plan_that_fits(asked, hours).plan
    assert totals(plan) == [hours] * 4
    assert all(each <= most_contact_hours(hours) for each in of_focus(plan, Focus.CONTACT))
    assert all(each >= 0 for weeks in plan.values() for each in weeks)


@given(CASELOADS, HOURS)
def test_a_plan_that_fits_keeps_in_touch_before_anything_else(asked, hours):
    plan, needed = plan_that_fits(asked, hours).plan, hours_needed(asked)
    kept = a_week(plan[A.PARKED])
    if kept < needed[A.PARKED]:
        assert a_week_of(plan)[1] == kept
    else:
        assert kept - needed[A.PARKED] < QUARTER


@given(CASELOADS, HOURS)
def test_a_plan_that_fits_keeps_the_wellbeing_guide(asked, hours):
    plan = plan_that_fits(asked, hours).plan
    assert all(each >= hours * WELLBEING_SHARE for each in of_focus(plan, Focus.WELLBEING))


@given(CASELOADS, HOURS)
def test_a_plan_that_fits_hides_nothing(asked, hours):
    fits = plan_that_fits(asked, hours)
    over = contact_needed(hours_needed(asked)) - most_contact_hours(hours)
    assert fits.over == max(over, 0)
    assert bool(fits.left_out) or over <= QUARTER


# What happened ---------------------------------------------------------------------------------------------------------


def test_what_was_logged_is_the_middle_of_the_weeks_with_anything_logged():
    weeks = [{A.HIGH_1_1: Decimal(hours)} for hours in (10, 14, 0, 12)]
    found = middle(weeks)
    assert (found[A.HIGH_1_1], found[A.GROUPS]) == (12, 0)
    assert middle([{}, {A.GROUPS: Decimal(0)}]) == {}


# A service's own rows (R68) -----------------------------------------------------------------------------------------

PEER_SPACE = GridRow("peer_space", "Peer space", Focus.WELLBEING)
OUTREACH = GridRow("outreach", "Outreach", Focus.CONTACT)
TRAVEL = GridRow("travel", "Travel", Focus.MANAGEMENT)
ROWS = rows_of_service({"te_kairaranga": "Cultural supervision"}, [PEER_SPACE, OUTREACH, TRAVEL])


def test_a_service_has_the_rows_of_the_practice_note_under_its_own_names_and_then_its_own():
    assert [row.label for row in ROWS if row.focus == Focus.WELLBEING] == [
        "Supervision",
        "Reflective practice",
        "Cultural supervision",
        "Physical exercise",
        "Personal learning",
        "Peer space",
    ]
    assert [row.code for row in ROWS if row.focus == Focus.CONTACT][-1] == "outreach"
    assert [row.code for row in ROWS if row.focus == Focus.MANAGEMENT][-1] == "travel"


def test_hours_of_a_row_the_service_adds_count_in_its_part_of_the_week():
    plan = make_grid({**NOTES, **every_week(peer_space=1, outreach=2, travel=3)}, ROWS)
    added = [after - before for before, after in zip(a_week_of(NOTES), a_week_of(plan), strict=True)]
    assert added == [1, 2, 3]
    assert guides_of(plan, FORTY)[1].state == AgainstGuide.OVER  # 19.5 and 2 of outreach are more than half
    assert totals(plan) == [46] * 4


def test_a_template_with_a_services_own_row_scales_that_row_too_and_still_comes_to_the_hours():
    grid = make_grid({**NOTES, "peer_space": (1,) * 4, "physical_exercise": (1,) * 4, "travel": (0,) * 4}, ROWS)
    half = scaled(Template("own", "own", "", FORTY, grid), Decimal(20))
    assert totals(half) == [20] * 4
    assert 0 < sum(half["peer_space"]) < 4
    assert half["supervision"] == NOTES["supervision"]


def test_a_plan_that_fits_leaves_a_services_own_rows_for_people_to_fill_in():
    plan = plan_that_fits(SAFE, FORTY, ROWS).plan
    assert [sum(plan[row.code]) for row in (PEER_SPACE, OUTREACH, TRAVEL)] == [0, 0, 0]
    assert plan.rows == ROWS
    assert totals(plan) == [40] * 4


def test_hours_in_a_row_that_is_not_there_are_refused():
    with pytest.raises(KeyError, match="naps"):
        make_grid({"naps": (1,) * 4})


def test_sums_of_a_team_count_a_row_where_the_service_has_put_it():
    planned = {"high_1_1": Decimal(10), "outreach": Decimal(2), "peer_space": Decimal(1)}
    sums = team_sums(planned, Mix(), Cadence(), ROWS)
    assert (sums.contact, sums.wellbeing) == (12, 1)
