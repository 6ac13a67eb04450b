"""When a plan is looked at again, and who is in their first week."""

from datetime import date

import pytest

from wellbeing.enums import DocumentKind
from wellbeing.private import rules


@pytest.mark.parametrize(
    ("looked_at_on", "again_on"),
    [
        (date(2026, 5, 12), date(2026, 11, 12)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 6, 30)),
        (date(2026, 6, 30), date(2026, 12, 30)),
    ],
    ids=["same date", "end of February", "leap year", "over the year", "into December"],
)
def test_a_plan_is_looked_at_after_six_months(looked_at_on, again_on):
    assert rules.look_again_on(looked_at_on) == again_on


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_every_kind_has_headings(kind):
    assert rules.HEADINGS[kind]


def test_what_is_kept_is_found_again_by_the_names_it_was_kept_under():
    """The words are kept under these names: one of another name would lose what was written."""
    words = {kind.value: list(headings) for kind, headings in rules.HEADINGS.items() if len(headings) == 1}
    assert list(rules.HEADINGS[DocumentKind.WELLNESS_PLAN]) == [
        *("keeps_me_well", "makes_it_hard", "signs", "i_can_do", "others_can_do", "manager_to_know", "after_a_hard_day")
    ]
    assert list(rules.HEADINGS[DocumentKind.DEBRIEF]) == ["happened", "need", "talk_to"]
    assert words == dict.fromkeys(["learning", "exercise", "check_in"], ["words"])


def test_a_plan_is_one_and_everything_else_is_dated_notes():
    assert set(rules.NOTES) == set(DocumentKind) - {DocumentKind.WELLNESS_PLAN}


BEGINS_ON = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("on", "asked_on"),
    [
        (date(2026, 3, 31), None),
        (date(2026, 4, 1), None),
        (date(2026, 9, 29), None),
        (date(2026, 9, 30), date(2026, 9, 30)),
        (date(2026, 10, 6), date(2026, 9, 30)),
        (date(2026, 10, 7), None),
        (date(2027, 3, 30), None),
        (date(2027, 3, 31), date(2027, 3, 31)),
        (date(2027, 4, 6), date(2027, 3, 31)),
        (date(2027, 4, 7), None),
        (date(2029, 9, 30), date(2029, 9, 30)),
        (date(2032, 3, 31), date(2032, 3, 31)),
        (date(2026, 3, 30), None),
        (date(2025, 9, 30), None),
    ],
    ids=str,
)
def test_every_six_months_they_are_asked_for_a_week(on, asked_on):
    assert rules.asked_again_on(BEGINS_ON, on) == asked_on


@pytest.mark.parametrize(
    ("on", "is_first_week"),
    [(date(2026, 3, 30), False), (BEGINS_ON, True), (date(2026, 4, 6), True), (date(2026, 4, 7), False)],
    ids=["the day before", "the first day", "the seventh", "the eighth"],
)
def test_the_first_week_has_seven_days(on, is_first_week):
    assert rules.in_first_week(BEGINS_ON, on) is is_first_week
