"""What comes with peerload: as many sections and items as the sources have, by category."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from peerload.guides import rules, shipped

REVIEW = [5, 5, 4, 4, 5, 5, 6, 5, 4, 6, 7, 4]  # T12: 60 items in twelve categories
OWN_REVIEW = [5, 5, 4, 4, 5, 5, 6, 5, 6, 6, 7, 4]  # T13: 62, as T12 but two more in the ninth


def counts(code) -> list[int]:
    return [len(section.items) for section in shipped.contents()[code].sections if section.items]


def test_the_counts_are_those_of_the_sources():
    assert counts("basics") == [14]
    assert (counts("work_review"), sum(REVIEW)) == (REVIEW, 60)
    assert (counts("self_review"), sum(OWN_REVIEW)) == (OWN_REVIEW, 62)


def test_the_surveys_have_the_statements_and_the_five_answers_of_the_source():
    assert (counts("recovery_workplace"), counts("psychosocial_factors")) == ([11], [13])  # T02, T06
    five = ["Strongly Agree", "Agree", "Neutral/Not Sure", "Disagree", "Strongly Disagree"]
    for code in ("recovery_workplace", "psychosocial_factors"):
        assert [choice.label for choice in shipped.contents()[code].choices] == five
    assert [statement.text for statement in shipped.contents()["psychosocial_factors"].statements] == [
        "Psychological support", "Positive organisational culture", "Clear leadership & expectations",
        "Civility & respect", "Good psychological job fit", "Growth & development", "Recognition & reward",
        "Involvement & influence", "Workload management", "Employee engagement", "Work-life balance",
        "Psychological protection", "Physical safety",
    ]  # fmt: skip
    assert all(statement.says for statement in shipped.contents()["psychosocial_factors"].statements)


def test_the_review_has_five_answers_in_order_the_last_two_rare_and_apart():
    scale = shipped.contents()["work_review"].scales["skill"]
    labels = ["Advanced", "Proficient", "Developing", "Not Enough Information", "Not Applicable"]
    assert [choice.label for choice in scale] == labels
    assert [choice.rare for choice in scale] == [False, False, False, True, True]
    assert all(choice.says for choice in scale)


def test_a_comment_is_asked_for_in_each_of_the_twelve_categories():
    sections = shipped.contents()["work_review"].sections[:12]
    asked = {section.comment_of("leader").needed_on for section in sections}
    assert asked == {("developing", "not_enough_information")}


def test_each_of_the_basics_is_said_by_the_worker_as_i():
    items = shipped.contents()["basics"].sections[0].items
    assert all(item.own.startswith("I ") and item.text.startswith("The worker ") for item in items)


@pytest.mark.parametrize("code", ["basics", "work_review", "self_review"])
def test_a_shipped_template_is_read_back_as_it_was_written(code):
    content = shipped.contents()[code]
    assert rules.parse(json.loads(json.dumps(rules.as_json(content)))) == content
    assert content.source.startswith(("Employer toolkit", "Leading thriving peer organisations"))
    words = json.dumps(rules.as_json(content)).casefold()
    assert "client" not in words and "somebody" not in words  # people are people


def test_the_command_lists_them_with_their_counts():
    out = StringIO()
    call_command("guides", format="json", stdout=out)
    found = {row["code"]: (row["shape"], row["sections"], row["items"]) for row in json.loads(out.getvalue())}
    guides = {
        "basics": ("guide", 1, 14),
        "work_review": ("guide", 13, 60),
        "self_review": ("guide", 12, 62),
        "work_plan": ("guide", 8, 16),
        "where_to": ("guide", 3, 6),
        "story_plan": ("guide", 3, 8),
        "root_cause": ("guide", 2, 2),
        "challenge": ("guide", 2, 2),
        "competencies": ("guide", 11, 74),
        "thirteen_factors": ("guide", 1, 13),
    }
    checklists = {"onboarding": ("checklist", 6, 32), "recruitment": ("checklist", 3, 10)}
    surveys = {"recovery_workplace": ("survey", 1, 11), "psychosocial_factors": ("survey", 1, 13)}
    assert guides.items() | checklists.items() | surveys.items() <= found.items()
    out = StringIO()
    call_command("guides", stdout=out)
    assert "work_review: guide, Review of the work, together, 13 sections, 60 items" in out.getvalue()
