"""What a guide asks and what follows from its answers, as tables."""

from copy import deepcopy
from datetime import date

import pytest

from peerload.guides import rules, shipped
from peerload.guides.rules import SideAnswers
from tests.factories import EXIT

REVIEW = shipped.contents()["work_review"]
BASICS = shipped.contents()["basics"]


def all_answered(content, side, code) -> dict:
    """Every item that a side answers, by one code."""
    return {
        (section.key, side): SideAnswers({item.key: code for item in section.items if item.is_by(side)})
        for section in content.sections
    }


# What is missing (R163) -----------------------------------------------------------------------------------------------


def with_one(code, comment="") -> dict:
    answers = all_answered(REVIEW, "leader", "proficient")
    values = answers["crisis", "leader"].values | {"crisis_2": code}
    return answers | {("crisis", "leader"): SideAnswers(values, {}, comment)}


@pytest.mark.parametrize(
    ("code", "comment", "missing"),
    [
        ("advanced", "", False),
        ("proficient", "", False),
        ("not_applicable", "", False),
        ("developing", "", True),
        ("developing", "   ", True),
        ("not_enough_information", "", True),
        ("developing", "Two calls, both with me beside.", False),
    ],
)
def test_developing_and_not_enough_information_need_a_comment(code, comment, missing):
    found = rules.lacking(REVIEW, with_one(code, comment))
    assert [(each.section.key, each.side) for each in found] == ([("crisis", "leader")] if missing else [])
    assert all("Provides reassurance to people in distress" in each.words for each in found)


def test_what_has_no_answer_is_named_by_section_and_item():
    answers = all_answered(REVIEW, "leader", "proficient")
    values = dict(answers["growth", "leader"].values)
    del values["growth_1"]
    found = rules.lacking(REVIEW, answers | {("growth", "leader"): SideAnswers(values)})
    assert [(each.section.title, each.words) for each in found] == [
        (
            "XII. Promotes growth and development",
            "An answer to “Recognizes the limits of their knowledge and seeks assistance from others when needed”",
        )
    ]
    assert len(rules.lacking(REVIEW, {})) == 12  # the worker's words and those overall are not needed


def both(worker, leader, note="") -> dict:
    """The basics answered by both alike, but for the first statement."""
    answers = all_answered(BASICS, "worker", "yes") | all_answered(BASICS, "leader", "yes")
    values = answers["basics", "worker"].values
    return answers | {
        ("basics", "worker"): SideAnswers(values | {"progress": worker}, {"progress": note}),
        ("basics", "leader"): SideAnswers(values | {"progress": leader}),
    }


@pytest.mark.parametrize(
    ("worker", "leader", "note", "missing"),
    [
        ("yes", "yes", "", 0),
        ("no", "no", "", 1),
        ("no", "yes", "", 1),
        ("yes", "no", "", 1),
        ("no", "yes", "A second screen", 0),
    ],
)
def test_a_no_and_two_different_answers_ask_what_would_help(worker, leader, note, missing):
    found = rules.lacking(BASICS, both(worker, leader, note))
    assert len(found) == missing
    assert all(each.side is None and "What would help" in each.words for each in found)
    listed = [text for group in rules.collected(BASICS, both(worker, leader, note)) for text, _ in group.rows]
    assert listed == (["The worker is making satisfactory overall progress in their position."] * bool(missing or note))


def test_answers_stand_beside_each_other_and_are_not_added_up():
    rows = rules.side_by_side(BASICS.sections[0], both("no", "yes"), BASICS.sides)
    assert [(each.side, each.value) for each in rows[0].answers] == [("worker", "No"), ("leader", "Yes")]
    assert [row.differs for row in rows] == [True] + [False] * 13


def test_what_the_worker_would_like_to_learn_is_listed_in_words():
    content = shipped.contents()["self_review"]
    written = SideAnswers({"crisis_1": "would_like_to_learn", "crisis_2": "at_ease"}, {"crisis_1": "A course?"})
    assert rules.collected(content, {("crisis", "worker"): written}) == [
        rules.Collected(
            "What I would like to learn",
            [
                (
                    "Recognizes signs of distress and threats to safety among people and in their environments",
                    ["A course?"],
                )
            ],
        )
    ]
    assert rules.lacking(content, {}) == []  # nothing of it has to be answered


# Days (R164) ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signed_on", "months", "again"),
    [
        (date(2026, 11, 12), 12, date(2027, 11, 12)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 11, 12), None, None),
    ],
)
def test_the_next_day_is_clamped_to_its_month(signed_on, months, again):
    assert rules.next_on(signed_on, months) == again


# Content --------------------------------------------------------------------------------------------------------------

ITEM = ("sections", 0, "items", 0)


def broken(path, value) -> dict:
    content = deepcopy(EXIT)
    at = content
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return content


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ((*ITEM, "kind"), "html", "Section “The conversation”, item “What went well?”: “kind” has to be one of"),
        ((*ITEM, "script"), "alert(1)", "item “What went well?”: “script” is not known here"),
        ((*ITEM, "text"), "", "Section “The conversation”, item 1: “text” is missing"),
        ((*ITEM, "text"), "x" * 301, "is too long"),
        ((*ITEM, "key"), "Well!", "“key” has to be small letters"),
        ((*ITEM, "key"), "again", "“again” is there twice"),
        ((*ITEM, "kind"), "choice", "There have to be two answers at least"),
        ((*ITEM, "kind"), "scale", "There is no scale"),
        ((*ITEM, "note"), {"label": "Why", "needed_on": ["maybe"]}, "names an answer that is not there"),
        (("sections", 0, "title"), None, "Section 1: “title” has to be a text"),
        (("sections", 0, "items"), "all", "has to be a list"),
        (("sections",), [], "one section at least"),
        (("flow",), "own", "A guide for one is begun by the worker"),
        (("cadence_months",), 1.5, "“cadence_months” has to be a whole number"),
        (("cadence_months",), True, "“cadence_months” has to be a whole number"),
        (("title",), "\x00", "signs that cannot be shown"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name_of_section_and_item(path, value, says):
    with pytest.raises(rules.BrokenContent) as refused:
        rules.parse(broken(path, value))
    assert any(says in problem for problem in refused.value.problems), refused.value.problems


@pytest.mark.parametrize("raw", [None, [], "x", 3, {}, {"sections": [None]}, {"sections": [{"items": [[]]}]}])
def test_whatever_comes_in_is_refused_and_never_breaks(raw):
    with pytest.raises(rules.BrokenContent):
        rules.parse(raw)


@pytest.mark.parametrize(
    ("words", "number"), [("12", "12"), ("0,5", "0.5"), ("1e99", None), ("NaN", None), ("x", None)]
)
def test_a_number_is_kept_as_it_is_read(words, number):
    assert rules.clean_number(words) == number
