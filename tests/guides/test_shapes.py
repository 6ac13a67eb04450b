"""The shapes of templates: each is read by a module of its own, and found by it."""

import json

import pytest

from peerload.guides import rules, shipped
from peerload.guides.enums import Shape
from peerload.guides.rules.shapes import READERS
from peerload.guides.views.templates import SHAPE_HTML

SURVEY = {
    "shape": "survey",
    "title": "How we work",
    "purpose": "Two statements about the workplace.",
    "lead": "My organisation ...",
    "choices": [{"code": "agree", "label": "Agree"}, {"code": "disagree", "label": "Disagree"}],
    "sections": [
        {"key": "all", "title": "All", "items": [{"key": "a", "text": "listens"}, {"key": "b", "text": "rests"}]}
    ],
}


def test_every_shape_is_read_and_shown():
    assert set(READERS) == set(SHAPE_HTML) == set(Shape)
    assert {code for kind in (rules.Content, rules.SurveyContent) for code in shipped.of_shape(kind)} <= set(
        shipped.ORDER
    )


def test_a_survey_is_read_back_as_it_was_written_and_a_guide_needs_no_shape():
    survey = rules.parse(SURVEY)
    assert (survey.shape, survey.items, [each.key for each in survey.statements]) == ("survey", 2, ["a", "b"])
    assert rules.parse(json.loads(json.dumps(rules.as_json(survey)))) == survey
    guide = rules.as_json(shipped.contents()["basics"])
    assert "shape" not in guide and rules.parse(guide | {"shape": "guide"}) == shipped.contents()["basics"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"shape": "poll"}, "“shape” has to be one of"),
        ({"shape": ["survey"]}, "“shape” has to be one of"),
        ({"flow": "own"}, "“flow” is not known here."),
        ({"choices": SURVEY["choices"][:1]}, "The answers: There have to be two answers at least."),
        ({"choices": [SURVEY["choices"][0]] * 2}, "The answers: “agree” is there twice."),
        ({"sections": []}, "A survey needs one section at least."),
        ({"sections": [{"key": "all", "title": "All"}]}, "Section “All”: There is no statement in it."),
        ({"sections": [{"key": "all", "title": "All", "items": [{"key": "a", "text": "x", "kind": "words"}]}]},
         "Section “All”, item “x”: “kind” is not known here."),
        ({"sections": SURVEY["sections"] * 2}, "“all” is there twice."),
    ],
)  # fmt: skip
def test_a_broken_survey_is_refused_by_name_of_section_and_item(change, problem):
    with pytest.raises(rules.BrokenContent) as refused:
        rules.parse(SURVEY | change)
    assert any(problem in each for each in refused.value.problems)
