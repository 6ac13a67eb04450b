"""When a step is due, what is wrong with a checklist, and what comes with peerload."""

import json
from datetime import date

import pytest

from caseload.enums import LeavingStepKind
from caseload.leaving import rules as leaving
from peerload.guides import rules as content_rules
from peerload.guides import shipped
from peerload.guides.checklists import rules
from peerload.guides.rules import Offset
from tests.factories import CHECKLIST

WEDNESDAY = date(2026, 4, 8)  # Good Friday is 3 April, Easter Monday 6 April
CALENDAR = rules.Calendar("NZ-AUK")


@pytest.mark.parametrize(
    ("number", "unit", "when", "anchor", "closures", "due"),
    [
        (0, "working_days", "after", WEDNESDAY, (), WEDNESDAY),
        (0, "working_days", "after", date(2026, 4, 4), (), date(2026, 4, 7)),
        (0, "working_days", "before", date(2026, 4, 4), (), date(2026, 4, 2)),
        (2, "working_days", "before", WEDNESDAY, (), date(2026, 4, 2)),
        (2, "working_days", "before", WEDNESDAY, (date(2026, 4, 2),), date(2026, 4, 1)),
        (1, "working_days", "after", date(2026, 4, 2), (), date(2026, 4, 7)),
        (1, "working_days", "after", date(2026, 4, 2), (date(2026, 4, 7),), WEDNESDAY),
        (3, "days", "before", WEDNESDAY, (), date(2026, 4, 2)),
        (1, "days", "after", date(2026, 4, 2), (), date(2026, 4, 7)),
        (7, "days", "after", WEDNESDAY, (), date(2026, 4, 15)),
        (1, "months", "after", date(2027, 1, 31), (), date(2027, 3, 1)),
        (1, "months", "before", date(2027, 3, 31), (), date(2027, 2, 26)),
        (12, "months", "after", date(2028, 2, 29), (), date(2029, 2, 28)),
    ],
    ids=[
        "on the day", "on a Saturday of Easter, after", "on a Saturday of Easter, before", "back over Easter",
        "back over Easter and a closure", "on over Easter", "on over Easter and a closure", "days back land on Easter Sunday",
        "days on land on Good Friday", "a week on", "a month on ends with February, a Sunday",
        "a month back ends with February, a Sunday", "a year on from a leap day",
    ],
)  # fmt: skip
def test_a_step_is_due_on_a_working_day_away_from_the_anchor(number, unit, when, anchor, closures, due):
    found = rules.due_on(Offset(number, unit, when), anchor, rules.Calendar("NZ-AUK", frozenset(closures)))
    assert found == due


def test_no_step_is_due_before_its_checklist_began():
    saturday = date(2026, 4, 4)
    assert rules.due_on(Offset(9, "days", "before"), WEDNESDAY, CALENDAR, not_before=saturday) == saturday


@pytest.mark.parametrize(
    ("due", "on", "done", "not_needed", "state"),
    [
        (WEDNESDAY, date(2026, 4, 7), False, False, "ahead"),
        (WEDNESDAY, WEDNESDAY, False, False, "due"),
        (WEDNESDAY, date(2026, 4, 9), False, False, "late"),
        (WEDNESDAY, date(2026, 4, 9), True, False, "done"),
        (WEDNESDAY, date(2026, 4, 9), False, True, "not_needed"),
    ],
)
def test_a_step_is_late_from_the_day_after_its_own(due, on, done, not_needed, state):
    assert rules.state_of(due, on, done=done, not_needed=not_needed) == state


@pytest.mark.parametrize(
    ("on", "week"), [(date(2026, 4, 7), None), (WEDNESDAY, 1), (date(2026, 4, 14), 1), (date(2026, 4, 15), 2)]
)
def test_weeks_are_counted_from_the_first_day(on, week):
    assert rules.week_of(WEDNESDAY, on) == week


def test_three_working_days_over_are_counted_without_easter():
    assert rules.over_from(date(2026, 4, 2), CALENDAR) == date(2026, 4, 9)


def test_a_phase_is_over_once_its_last_day_is():
    onboarding = shipped.of_shape(content_rules.ChecklistContent)["onboarding"]
    four_weeks = date(2026, 3, 11)
    last = rules.due_on(Offset(28, "days", "before"), WEDNESDAY, CALENDAR)
    assert rules.over_before(onboarding, WEDNESDAY, last, CALENDAR) == set()
    assert len(rules.over_before(onboarding, WEDNESDAY, last + rules.dates.DAY, CALENDAR)) == 11
    assert last == four_weeks


BROKEN = [
    ({"phases": []}, "A checklist needs one phase at least."),
    ({"subject": "leaver"}, "The last day is the anchor"),
    ({"text": "Meet", "offset": {"number": -1, "unit": "days", "when": "after"}}, "First week”, step “Meet”: “number” has"),
    ({"text": "Meet", "owner": "leader", "subject": "service"}, "This checklist is about the service"),
    ({"text": "", "owner": "subject"}, "Phase “First week”, step 1: “text” is missing."),
    ({"opens": "https://example.org"}, "“opens” has to be one of"),
    ({"ticks": [{"key": "a", "text": "x"}, {"key": "a", "text": "y"}]}, "“a” is there twice."),
    ({"style": "color: red"}, "“style” is not known here."),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "says"), BROKEN)
def test_what_is_wrong_is_named_by_phase_and_step(changed, says):
    raw = json.loads(json.dumps(CHECKLIST))
    of_step = {name: value for name, value in changed.items() if name not in raw}
    raw |= {name: value for name, value in changed.items() if name in raw}
    if raw["phases"]:
        raw["phases"][0]["steps"][0] |= of_step
    with pytest.raises(content_rules.BrokenContent) as broken:
        content_rules.parse(raw)
    assert any(says in problem for problem in broken.value.problems)


# What comes with peerload ---------------------------------------------------------------------------------------------


def counts(code) -> list[int]:
    return [len(phase.items) for phase in shipped.contents()[code].sections]


def test_the_counts_are_those_of_the_sources():
    assert counts("onboarding") == [11, 5, 3, 1, 5, 7]  # the last are ours
    parts = {step.key: len(step.ticks) for step in shipped.contents()["onboarding"].steps if step.ticks}
    assert parts == {
        "background_check": 3, "logistics": 5, "paperwork": 7, "orientation": 6, "copies": 4, "programme": 10, "training": 3,
    }  # fmt: skip
    assert sum(counts("recruitment")) == 10
    assert counts("leaving") == [9]


@pytest.mark.parametrize("code", ["onboarding", "recruitment"])
def test_the_words_of_the_source_stand_beside_each_step(code):
    content = shipped.contents()[code]
    steps = [step for phase in content.sections if phase.key != "ours" for step in phase.items]
    assert all(step.hint for step in steps) and content.source
    ours = json.dumps([[step.text, step.says, [tick.text for tick in step.ticks]] for step in steps]).casefold()
    assert not [word for word in ("w-4", "i-9", "dmv", "hipaa", "client", "consumer") if word in ours]


def test_the_steps_of_the_scheme_say_that_they_are_ours():
    assert "All steps and days here are ours." in shipped.contents()["implementation"].says
    assert "Do not write names of candidates here." in shipped.contents()["recruitment"].says


def test_the_steps_before_a_worker_leaves_say_what_their_kinds_do():
    steps = shipped.contents()["leaving"].steps
    assert {step.key: step.text for step in steps} == {kind.value: str(kind.label) for kind in LeavingStepKind}
    assert {step.key: step.offset for step in steps} == leaving.OFFSETS
    owners = {"leader": leaving.Owner.LEADER, "subject": leaving.Owner.LEAVER}
    assert [(step.key, owners[step.owner]) for step in steps] == [(step.kind, step.owner) for step in leaving.STEPS]


@pytest.mark.parametrize("code", ["onboarding", "recruitment", "implementation", "leaving"])
def test_a_shipped_checklist_is_read_back_as_it_was_written(code):
    content = shipped.contents()[code]
    assert content_rules.parse(json.loads(json.dumps(content_rules.as_json(content)))) == content
