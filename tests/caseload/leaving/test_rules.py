"""By when each step is done."""

from datetime import date

import pytest

from caseload.enums import LeavingStepKind
from caseload.leaving import rules

NOTICE = date(2026, 11, 2)
TUESDAY = date(2026, 12, 15)
CHRISTMAS = date(2026, 12, 25)


def test_every_step_of_the_source_is_there_once():
    assert sorted(step.kind for step in rules.STEPS) == sorted(LeavingStepKind)


def test_the_leaver_tells_people_and_closes_up_and_the_leader_sees_to_the_rest():
    owned = {step.kind.value for step in rules.STEPS if step.owner == rules.Owner.LEAVER}
    assert owned == {"told", "open_tasks", "records", "property"}


@pytest.mark.parametrize(
    ("kind", "last_day", "closures", "due_on"),
    [
        ("property", TUESDAY, (), TUESDAY),
        ("records", TUESDAY, (), date(2026, 12, 14)),
        ("handover", TUESDAY, (), date(2026, 12, 8)),
        ("handover", TUESDAY, (date(2026, 12, 10),), date(2026, 12, 7)),
        ("inform", TUESDAY, (), date(2026, 11, 17)),
        ("inform", date(2026, 11, 20), (), NOTICE),
        ("property", CHRISTMAS, (), date(2026, 12, 24)),
        ("records", CHRISTMAS, (), date(2026, 12, 23)),
        ("property", NOTICE, (), NOTICE),
    ],
    ids=[
        "on the last day", "one day before", "five before, over a weekend", "a closure day is none", "four weeks before",
        "never before the notice", "the last day is a holiday", "one before a holiday", "leaving at once",
    ],
)  # fmt: skip
def test_a_step_is_due_so_many_working_days_before_the_last_day(kind, last_day, closures, due_on):
    found = rules.due_on(kind, last_day, notice_on=NOTICE, region="NZ-AUK", closures=frozenset(closures))

    assert found == due_on


@pytest.mark.parametrize(
    ("today", "moves_on"),
    [
        (date(2026, 12, 1), date(2026, 12, 16)),
        (TUESDAY, date(2026, 12, 16)),
        (date(2026, 12, 16), date(2026, 12, 16)),
        (date(2026, 12, 20), date(2026, 12, 20)),
    ],
    ids=["weeks before", "on the last day", "the day after", "late"],
)
def test_people_go_on_the_day_after_the_last_day_or_at_once_when_it_has_passed(today, moves_on):
    assert rules.moves_on(TUESDAY, today) == moves_on


@pytest.mark.parametrize(
    ("kind", "due_on"),
    [
        ("inform", date(2026, 11, 17)),
        ("replacement", date(2026, 11, 24)),
        ("recruitment", date(2026, 11, 24)),
        ("capacity", date(2026, 11, 24)),
        ("told", date(2026, 12, 1)),
        ("handover", date(2026, 12, 8)),
        ("open_tasks", date(2026, 12, 10)),
        ("records", date(2026, 12, 14)),
        ("property", TUESDAY),
    ],
)
def test_each_step_has_its_day(kind, due_on):
    assert rules.due_on(kind, TUESDAY, notice_on=NOTICE, region="NZ-AUK") == due_on


@pytest.mark.parametrize(
    ("last_day", "named_by"), [(TUESDAY, date(2026, 12, 1)), (date(2026, 11, 6), NOTICE)], ids=["ten before", "notice"]
)
def test_by_the_day_people_are_told_everybody_has_somebody_to_go_to(last_day, named_by):
    assert rules.named_by(last_day, notice_on=NOTICE, region="NZ-AUK") == named_by
