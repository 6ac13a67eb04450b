"""Who may have which role and what is theirs; posts, hours and absences on the days around each boundary."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from peerload.staff import rules
from peerload.staff.rules import Post, Staffed

LAST_DAY = date(2026, 12, 31)
ADMIN, LEAVER, WORKER = (
    Staffed("A", "admin"),
    Staffed("L", "admin", last_day=LAST_DAY),
    Staffed("W", "peer_worker"),
)
MANAGER = Staffed("M", "manager", supports=2, manages=("North", "East"), deputises=("South",))


# Roles and sign-in -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        ({1: ADMIN}, {1: WORKER}, [1]),
        ({1: ADMIN}, {1: ADMIN._replace(active=False)}, [1]),
        ({1: ADMIN}, {1: LEAVER}, [1]),
        ({1: ADMIN, 2: LEAVER}, {1: WORKER, 2: LEAVER}, [1]),
        ({1: ADMIN, 2: ADMIN}, {1: WORKER, 2: ADMIN}, []),
        ({1: ADMIN, 2: WORKER}, {1: WORKER, 2: ADMIN}, []),
        ({1: LEAVER}, {1: LEAVER}, []),
        ({1: LEAVER}, {1: LEAVER._replace(active=False)}, [1]),
        ({1: LEAVER}, {1: WORKER}, [1]),
        ({1: WORKER}, {1: WORKER}, []),
        ({1: WORKER}, {1: WORKER._replace(active=False)}, []),
        ({1: ADMIN._replace(active=False)}, {1: WORKER}, []),
        ({}, {}, []),
    ],
)
def test_who_are_the_last_admins(before, after, lost):
    assert rules.last_admins(before, after) == lost


@pytest.mark.parametrize(
    ("member", "says"),
    [
        (WORKER, ""),
        (MANAGER, ""),
        (MANAGER._replace(role="peer_worker"), "M leads East, North. Name another person there first."),
        (MANAGER._replace(role="peer_worker", manages=()), ""),
        (MANAGER._replace(active=False), "M still supports 2 people. Hand them over first."),
        (MANAGER._replace(role="admin", supports=1), "M still supports one person. Hand them over first."),
        (MANAGER._replace(role="admin", supports=0), "M leads East, North, South. Name another person there first."),
        (MANAGER._replace(active=False, supports=0, manages=()), "M leads South. Name another person there first."),
        (WORKER._replace(active=False), ""),
        (ADMIN, ""),
    ],
)
def test_what_is_theirs_says_which_role_and_sign_in_somebody_can_have(member, says):
    assert rules.not_as_they_are(member) == says


@pytest.mark.parametrize(
    ("member", "on", "says"),
    [
        (WORKER, LAST_DAY, ""),
        (MANAGER, LAST_DAY, ""),
        (WORKER._replace(active=False), LAST_DAY, "they do not work here now"),
        (ADMIN, LAST_DAY, "Choose a peer worker or a manager"),
        (WORKER._replace(last_day=LAST_DAY), LAST_DAY, ""),
        (WORKER._replace(last_day=LAST_DAY), LAST_DAY + timedelta(days=1), "Their last day is 31 December 2026"),
    ],
)
def test_who_can_be_given_people(member, on, says):
    found = rules.cannot_support(member, on)
    assert says in found and bool(found) is bool(says)


@pytest.mark.parametrize(
    ("manager", "deputy", "wrong"),
    [
        (None, None, {}),
        (MANAGER, WORKER, {}),
        (WORKER, MANAGER, {"manager": "Choose a manager"}),
        (MANAGER, ADMIN, {"deputy": "Choose a manager or a peer worker"}),
        (MANAGER._replace(active=False), WORKER._replace(active=False), {"manager": "closed", "deputy": "closed"}),
    ],
)
def test_who_leads_a_team(manager, deputy, wrong):
    found = rules.cannot_lead(manager, deputy)
    assert found.keys() == wrong.keys()
    assert all(words in found[name] for name, words in wrong.items())


def test_refusals_name_who_or_what_it_is_about():
    assert rules.only_admin("Sam Ito") == "Sam Ito is the only admin. Make another member an admin first."
    assert rules.team_there("North") == "There is a team North already. Choose another name."


# Posts -----------------------------------------------------------------------------------------------------------------

MARCH = Post(date(2026, 3, 1), date(2026, 4, 1), Decimal("0.5"), Decimal(18))
APRIL = Post(date(2026, 4, 1), None, Decimal("0.8"))


@pytest.mark.parametrize(
    ("last_day", "ends"),
    [
        (None, [date(2026, 4, 1), None]),
        (date(2026, 3, 30), [date(2026, 3, 31)]),
        (date(2026, 3, 31), [date(2026, 4, 1)]),
        (date(2026, 4, 1), [date(2026, 4, 1), date(2026, 4, 2)]),
        (date(2026, 2, 27), []),
        (date(2026, 2, 28), []),
        (date(2026, 3, 1), [date(2026, 3, 2)]),
    ],
    ids=str,
)
def test_nobody_is_listed_after_their_last_day(last_day, ends):
    found = rules.listings([MARCH, APRIL], None, Decimal(40), last_day)
    assert [each.ends_before for each in found] == ends


@pytest.mark.parametrize(
    ("first_work_on", "first"),
    [
        (date(2026, 2, 28), (date(2026, 2, 28), date(2026, 3, 1), 1, 40, False)),
        (date(2026, 3, 1), (date(2026, 3, 1), date(2026, 4, 1), Decimal("0.5"), 18, False)),
    ],
    ids=str,
)
def test_before_the_first_post_work_counts_as_full_time_and_not_on_duty(first_work_on, first):
    found = rules.listings([MARCH, APRIL], first_work_on, Decimal(40))[0]
    assert (found.starts_on, found.ends_before, found.fte, found.weekly_hours, found.duty) == first


def test_a_post_is_not_on_duty_unless_it_says_so():
    assert (MARCH.duty, Staffed("W", "peer_worker").active, Staffed("W", "peer_worker").supports) == (False, True, 0)


@pytest.mark.parametrize(
    ("weekday", "hours"), [(0, "7.5"), (4, "7.5"), (5, "0"), (6, "0")], ids=["Monday", "Friday", "Saturday", "Sunday"]
)
def test_a_week_nobody_has_written_down_is_monday_to_friday(weekday, hours):
    assert rules.hours_on(weekday, Decimal("37.5"), None) == Decimal(hours)
    assert rules.hours_on(weekday, Decimal("37.5"), map(Decimal, range(1, 8))) == weekday + 1


@pytest.mark.parametrize(
    ("fte", "full", "hours", "monday"),
    [("0.4", "0.8", "15.00", "4.00"), ("0.3", "0.9", "10.00", "2.67"), ("0.8", "0.8", "30.00", "8.00")],
)
def test_a_part_of_a_post_has_its_part_of_the_hours_and_of_each_day(fte, full, hours, monday):
    part = rules.hours_of(Decimal(30), Decimal(fte), Decimal(full))
    days = rules.part_of_days((Decimal(8), Decimal(0)), Decimal(fte), Decimal(full))
    assert (str(part), str(days[0]), days[1]) == (hours, monday, 0)


def test_a_part_of_hours_that_follow_from_the_fte_follows_from_it_too():
    assert rules.hours_of(None, Decimal("0.4"), Decimal("0.8")) is None
    assert rules.part_of_days(None, Decimal("0.4"), Decimal("0.8")) is None


def test_hours_that_are_not_those_of_their_days_are_named_without_trailing_zeros():
    found = rules.apart_from_days(Decimal("37.50"), Decimal("30.00"))
    assert found.startswith("The days come to 30 hours, not 37.5.")


@pytest.mark.parametrize("text", ["Mon 24", "Mon 0.5", "Mon 8, Tue 7, Wed 8", "Mon-Tue 8, Thu 8"])
def test_days_with_the_same_hours_in_a_row_are_written_together(text):
    assert rules.write_days(rules.read_days(text)) == text


@pytest.mark.parametrize("text", ["Mon 24.01", "Mon 25", "Tue-Mon 8", "Mon-Wed 8, Wed 8"])
def test_a_day_has_24_hours_and_is_there_once(text):
    with pytest.raises(rules.UnreadableDays):
        rules.read_days(text)


# Names -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("namesakes", "label"),
    [
        ([], "Mere Paki"),
        (["mpaki@harbourside.example"], "Mere Paki (mere)"),
        (["mere@northcote.example"], "Mere Paki (mere@harbourside.example)"),
        (["mpaki@harbourside.example", "mere@northcote.example"], "Mere Paki (mere@harbourside.example)"),
    ],
    ids=["no one else of that name", "one other", "whose email begins alike", "one of two begins alike"],
)
def test_a_choice_tells_members_of_one_name_apart_by_their_email(namesakes, label):
    assert rules.choice_label("Mere Paki", "mere@harbourside.example", namesakes) == label


# Absences --------------------------------------------------------------------------------------------------------------

AWAY = date(2026, 6, 1)
BANDS = [(13, "under_2_weeks"), (14, "2_to_8_weeks"), (56, "2_to_8_weeks"), (57, "over_8_weeks")]


@pytest.mark.parametrize(("days", "band"), BANDS)
def test_an_absence_of_two_weeks_is_long(days, band):
    back = AWAY + timedelta(days=days)
    assert rules.is_long(AWAY, back) is (days >= 14)
    assert rules.band_expected(AWAY, back) == band


def test_an_absence_without_an_expected_return_may_be_long():
    assert rules.is_long(AWAY, None) is True
    assert (rules.band_expected(AWAY, None), rules.band_expected(None, AWAY)) == (None, None)


def test_days_away_without_an_expected_return_are_those_elapsed():
    assert [rules.days_away(AWAY, None, AWAY + timedelta(days=n)) for n in (-1, 0, 1)] == [0, 0, 1]


# The service -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "least", "most"),
    [
        ("full_time_hours", 1, 168),
        ("parked_weeks", 1, 52),
        ("inactive_weeks", 1, 104),
        ("undo_weeks", 0, 260),
        ("consecutive_over", 1, 12),
        ("boundary_high", 0, 1000),
        ("boundary_medium", 0, 1000),
        ("boundary_group", 0, 1000),
        ("boundary_parked", 0, 1000),
        ("quiet_high", 1, 365),
        ("quiet_medium", 1, 365),
        ("quiet_group", 1, 365),
    ],
)
def test_a_setting_lies_between_its_limits(setting, least, most):
    assert rules.LIMITS[setting] == (least, most)
