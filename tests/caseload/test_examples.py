"""The worked examples of keeping in touch (E) and of the caseload boundary (F) by their id."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from caseload import rules
from caseload.enums import Outcome, ReminderKind
from caseload.rules import Boundary, Cadence, Mix, Reached
from peerload.core import dates
from peerload.core.dates import DAY
from tests.examples import amounts, expected

CADENCE = Cadence()
PARKED = date(2026, 1, 5)
WELL, WANTED = Outcome.NO_SUPPORT_NEEDED, Outcome.SUPPORT_WANTED


def day(month, of_month):
    return date(2026, month, of_month)


def known(*contacts, talked=True, parked_on=PARKED):
    """The facts about a person from days on which they said all is well, or from (day, outcome)."""
    reached = [Reached(*(c if isinstance(c, tuple) else (c, WELL))) for c in contacts]
    return rules.in_touch(parked_on, talked=talked, contacts=reached)


def due(*contacts, **given):
    return rules.due_on(known(*contacts, **given).six_weeks_from, CADENCE)


def outcome(on, *contacts):
    """The outcome on a day, from the contacts up to it."""
    return rules.outcome(known(*(c for c in contacts if c <= on)), on, CADENCE)


# E: keeping in touch --------------------------------------------------------------------------------------------------

ON_TIME = (day(2, 16), day(3, 30), day(5, 11), day(6, 22))


def test_E01_four_contacts_on_time_make_24_weeks():
    dues = [due(*ON_TIME[:n]) for n in range(4)]
    assert [d.isoformat() for d in [*dues, rules.period_ends_on(PARKED, CADENCE)]] == expected("E01")


def test_E02_upcoming_due_and_overdue():
    assert [list(rules.contact_state(due(), day(2, n))) for n in (15, 16, 17)] == expected("E02")


def test_E03_the_next_six_weeks_run_from_the_contact():
    assert due(day(2, 24)).isoformat() == expected("E03")


def test_E05_an_attempt_changes_nothing():
    assert due().isoformat() == expected("E05")


def test_E08_one_missed_contact_costs_six_weeks():
    contacts = (day(2, 16), day(5, 11), day(6, 22), day(8, 3))
    at_24_weeks = outcome(day(6, 22), *contacts)
    then = rules.inactive_on(known(*contacts), day(8, 3), CADENCE)
    assert [at_24_weeks, then.isoformat(), outcome(day(8, 3), *contacts)] == expected("E08")


def test_E09_after_85_days_without_contact_a_manager_decides():
    contacts = (day(2, 16), day(5, 12), day(6, 22), day(7, 20))
    assert known(*contacts).contacts_since_parked == 4
    assert outcome(day(7, 20), *contacts) == expected("E09")


def test_E11_late_contacts_push_the_outcome_out_by_themselves():
    contacts = (day(2, 24), day(4, 7), day(5, 19), day(6, 30))
    assert [outcome(on, *contacts) for on in (day(6, 22), day(6, 30))] == expected("E11")


def test_E13_support_wanted_is_never_inactivated_later():
    found = known(day(2, 16), (day(3, 30), WANTED))
    assert [rules.outcome(found, on, CADENCE) for on in (day(3, 30), day(9, 1))] == expected("E13")
    assert rules.inactive_on(found, day(12, 31), CADENCE) is None


def test_E15_six_weeks_are_dates_not_hours():
    parked = day(3, 16)
    midnight = datetime(2026, 3, 16, tzinfo=ZoneInfo("Pacific/Auckland"))
    by_hours = (midnight.astimezone(ZoneInfo("UTC")) + timedelta(hours=42 * 24)).astimezone(midnight.tzinfo).date()
    assert [due(parked_on=parked).isoformat(), by_hours.isoformat()] == expected("E15")


def test_E19_aim_for_the_working_day_before():
    found = [
        dates.working_day_on_or_before(day(4, 27), "NZ"),
        dates.working_day_on_or_before(day(12, 25), "GB-ENG"),
        dates.working_day_on_or_before(day(4, 6), "GB-ENG"),
    ]
    assert [d.isoformat() for d in found] == expected("E19")


def test_E22_twenty_parked_people_need_more_contacts_than_the_published_week_plans():
    needed, in_six_weeks, weeks_for_all = expected("E22")
    assert Fraction(20, CADENCE.parked_weeks) == Fraction(needed)
    assert rules.rounded(rules.parked_contacts_a_week(20, CADENCE), 2) == Decimal("3.33")
    planned = 2
    assert [planned * CADENCE.parked_weeks, 20 // planned] == [in_six_weeks, weeks_for_all]


# F: the boundary ------------------------------------------------------------------------------------------------------

ONE = Boundary()


def test_F01_one_and_two_workers_at_the_boundary():
    two = ONE.times(Decimal(2))
    found = [
        rules.over_boundary(Mix(5, 10, 15, 20), ONE),
        rules.over_boundary(Mix(10, 20, 30, 40), two),
        ONE.total,
        two.total,
    ]
    assert found == expected("F01")


def test_F02_a_tier_may_be_over_while_the_whole_is_not():
    assert rules.over_boundary(Mix(6, 10, 15, 19), ONE) == expected("F02")


def test_F04_half_a_post_has_half_the_boundary():
    half = ONE.times(Decimal("0.5"))
    boundary, within, over = expected("F04")
    assert {**half._asdict(), "total": half.total} == amounts(boundary)
    assert rules.over_boundary(Mix(2, 5, 7, 10), half) == within
    assert rules.over_boundary(Mix(3, 5, 7, 10), half) == over


@pytest.mark.parametrize(
    ("people", "room"),
    [
        (Mix(), (5, 10, 15, 20)),
        (Mix(5, 10, 15, 20), (0, 0, 0, 0)),
        (Mix(6, 9, 15, 20), (-1, 1, 0, 0)),
    ],
    ids=["nobody", "at the boundary", "one tier over"],
)
def test_P01_the_room_in_each_tier(people, room):
    assert rules.capacity_by_tier(people, ONE) == room
    assert rules.capacity_by_tier(people, ONE.times(Decimal("0.5"))) == tuple(
        n - most / 2 for n, most in zip(room, ONE, strict=True)
    )


@pytest.mark.parametrize(
    ("people", "needed", "most"),
    [
        (Mix(), (0, 0, 0, 0), 0),
        (Mix(10, 20, 30, 40), (2, 2, 2, 2), 2),
        (Mix(11, 20, 30, 40), ("2.2", 2, 2, 2), "2.2"),
        (Mix(0, 0, 0, 41), (0, 0, 0, "2.05"), "2.05"),
    ],
    ids=["nobody", "two workers", "one more in high", "one more kept in touch with"],
)
def test_P14_the_workers_needed_are_those_of_the_tier_that_needs_most(people, needed, most):
    found = rules.workers_needed(people, ONE)
    assert found == tuple(map(Decimal, needed))
    assert found.most == Decimal(most)


def test_P14_a_tier_the_boundary_leaves_out_asks_for_nobody():
    found = rules.workers_needed(Mix(5, 0, 0, 3), ONE._replace(parked=Decimal(0)))
    assert (found.high, found.parked, found.most) == (1, None, 1)


@pytest.mark.parametrize(("days", "new"), [(-1, False), (0, True), (13, True), (14, False)])
def test_W25_somebody_is_new_with_a_worker_for_two_weeks(days, new):
    assert rules.is_new(date(2026, 11, 12), date(2026, 11, 12) + timedelta(days=days)) is new


def test_F07_the_hours_a_mix_asks_for():
    hours, percent = expected("F07")
    found = rules.projected_contact_hours(Mix(6, 10, 15, 15), CADENCE)
    assert found == Fraction(hours)
    assert rules.percent(found, Decimal(40)) == Decimal(percent)


# Days around a boundary -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "kind"),
    [
        (day(2, 8), None),
        (day(2, 9), ReminderKind.SOON),
        (day(2, 15), ReminderKind.SOON),
        (day(2, 16), ReminderKind.DUE),
        (day(2, 17), ReminderKind.OVERDUE),
        (day(2, 22), ReminderKind.OVERDUE),
        (day(2, 23), ReminderKind.RAISED),
    ],
    ids=["8 days before", "a week before", "the day before", "the day", "1 day over", "6 days over", "a week over"],
)
def test_only_the_last_stage_of_a_reminder_reached(on, kind):
    assert rules.reminder(day(2, 16), on) == kind


@pytest.mark.parametrize(
    ("on", "found"),
    [(day(6, 21), "not_yet"), (day(6, 22), "inactivate"), (day(8, 3), "inactivate"), (day(8, 4), "awaiting_contact")],
    ids=["day 167", "day 168", "six weeks later", "overdue"],
)
def test_the_outcome_of_four_contacts_on_time(on, found):
    assert rules.outcome(known(*ON_TIME), on, CADENCE) == found


@pytest.mark.parametrize(
    ("on", "found"), [(day(6, 30), "awaiting_contact"), (day(7, 1), "review")], ids=["84 days", "85 days"]
)
def test_a_gap_still_open_counts(on, found):
    """The last contact was on 7 April."""
    assert rules.outcome(known(day(2, 16), day(3, 1), day(3, 20), day(4, 7)), on, CADENCE) == found


def test_a_sweep_that_was_down_for_nine_weeks_finds_the_day_it_would_have_found_then():
    late = day(6, 22) + timedelta(weeks=9)
    assert rules.inactive_on(known(*ON_TIME), late, CADENCE) == day(6, 22)
    assert rules.inactive_on(known(*ON_TIME), day(6, 21), CADENCE) is None


def test_without_a_parking_talk_the_six_weeks_run_from_the_contact_before():
    before = PARKED - 10 * DAY
    assert due(before, talked=False) == before + timedelta(weeks=6)
    assert due(before, talked=True) == PARKED + timedelta(weeks=6)
    assert due(talked=False) == PARKED + timedelta(weeks=6)


def test_two_contacts_on_one_day_count_once():
    assert known(day(2, 16), day(2, 16)).contacts_since_parked == 1


def test_a_contact_with_another_outcome_moves_the_due_date_but_does_not_count():
    found = known((day(2, 16), Outcome.OTHER))
    assert (found.contacts_since_parked, found.six_weeks_from) == (0, day(2, 16))


def test_a_cadence_that_does_not_divide_needs_one_contact_more():
    assert Cadence(parked_weeks=5, inactive_weeks=24).contacts_needed == 5


def test_parking_again_starts_anew():
    tiers = [(day(1, 5), "parked"), (day(3, 2), "parked"), (day(4, 6), "high")]
    assert [rules.parked_since(tiers, on) for on in (day(3, 1), day(3, 2), day(4, 6))] == [day(1, 5), day(3, 2), None]
