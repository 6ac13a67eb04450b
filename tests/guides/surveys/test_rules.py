"""What of a survey may be shown, on each side of the limits; and what the box gives away by its length: nothing."""

from datetime import date
from itertools import product

import pytest

from peerload.guides import shipped
from peerload.guides.surveys import rules

SURVEY = shipped.contents()["recovery_workplace"]
KEYS = [statement.key for statement in SURVEY.statements]
AGREE = dict.fromkeys(KEYS, "agree")


def box_of(answers: dict[int, int]) -> rules.BoxContent:
    """So many answers in each group."""
    box, member = rules.empty_box(answers, SURVEY), 0
    for group, count in answers.items():
        for _ in range(count):
            member += 1
            box = rules.add(box, member=member, part=group, answers=AGREE, content=SURVEY)
    return box


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        ({1: 4}, {}),
        ({1: 5}, {None: 5, 1: 5}),  # four show nothing, five do
        ({1: 3, 2: 2}, {None: 5}),
        ({1: 5, 2: 5}, {None: 10, 1: 5, 2: 5}),
        ({1: 5, 2: 1}, {None: 6}),  # six less these five would be the one of the other team
        ({1: 5, 2: 4}, {None: 9}),
        ({1: 6, rules.NO_TEAM: 4}, {None: 10}),  # nor is what is left of the service four managers
        ({1: 6, rules.NO_TEAM: 5}, {None: 11, 1: 6}),  # who are in no team are no group to show
        ({1: 9, 2: 3}, {None: 12}),  # two teams are not shown with their sum where one is hidden
        ({1: 9, 2: 3, 3: 2}, {None: 14, 1: 9}),  # what is hidden comes to five
        ({1: 9, 2: 5, 3: 3}, {None: 17, 1: 9}),  # the smaller is hidden, too, so that the three are not found
        ({1: 9, 2: 5, 3: 3, 4: 2}, {None: 19, 1: 9, 2: 5}),
        ({1: 5, 2: 0}, {None: 5, 1: 5}),  # no one in the other team has answered: there is no one to find
        ({}, {}),
    ],
)
def test_what_is_shown_of_a_round(answers, shown):
    found = rules.results(box_of(answers))
    assert {group: each.answered for group, each in found.items()} == shown
    for each in found.values():
        assert each.counts == dict.fromkeys(KEYS, (0, each.answered, 0, 0, 0))


def test_no_sum_of_what_is_shown_and_no_difference_leaves_one_to_four():
    """All services of four groups with up to seven answers each: from shown counts no smaller group is worked out."""
    for counts in product(range(8), repeat=4):
        answers = dict(enumerate(counts, 1))
        shown, everyone = rules.shown_groups(answers), sum(counts)
        if everyone < rules.SMALLEST:
            continue
        for taken in product((0, 1), repeat=len(shown)):
            rest = everyone - sum(answers[group] for group, take in zip(sorted(shown), taken, strict=True) if take)
            assert rest == 0 or rest >= rules.SMALLEST


def test_the_box_has_one_length_whatever_is_in_it():
    asked = range(1, 13)
    box = rules.empty_box([1, 2], SURVEY)
    lengths = {len(rules.pack(box, asked))}
    for member in asked:
        box = rules.add(box, member=member, part=1 + member % 2, answers=AGREE, content=SURVEY)
        assert rules.unpack(rules.pack(box, asked)) == box
        lengths.add(len(rules.pack(box, asked)))
    assert len(lengths) == 1


def test_the_box_is_the_same_in_whatever_order_the_answers_came():
    people = [(member, dict.fromkeys(KEYS, code)) for member, code in ((3, "agree"), (9, "neutral"), (4, "disagree"))]
    boxes = []
    for order in (people, people[::-1]):
        box = rules.empty_box([1], SURVEY)
        for member, answers in order:
            box = rules.add(box, member=member, part=1, answers=answers, content=SURVEY)
        boxes.append(rules.pack(box, [3, 4, 9]))
    assert boxes[0] == boxes[1]


def test_an_answer_that_is_missing_is_not_counted():
    with pytest.raises(KeyError):
        rules.add(rules.empty_box([1], SURVEY), member=1, part=1, answers={KEYS[0]: "agree"}, content=SURVEY)


OPENS, LAST = date(2026, 11, 12), date(2026, 11, 26)


@pytest.mark.parametrize(
    ("begun", "closed_on", "day", "state"),
    [
        (False, None, date(2026, 11, 11), "planned"),
        (False, None, OPENS, "planned"),  # until the sweep has asked anyone
        (True, None, OPENS, "open"),
        (True, None, LAST, "open"),
        (True, None, date(2026, 11, 27), "counting"),
        (True, LAST, LAST, "closed"),
    ],
)
def test_where_a_round_stands(begun, closed_on, day, state):
    assert rules.state(begun=begun, opens_on=OPENS, closes_on=LAST, closed_on=closed_on, on=day) == state


@pytest.mark.parametrize(
    ("opens_on", "day", "soon"),
    [
        (OPENS, date(2026, 11, 22), False),
        (OPENS, date(2026, 11, 23), True),
        (OPENS, LAST, True),
        (OPENS, date(2026, 11, 27), False),
        (date(2026, 11, 23), LAST, False),  # open for three days: one line is enough
        (date(2026, 11, 22), LAST, True),
    ],
)
def test_the_reminder_comes_once_three_days_before_the_last(opens_on, day, soon):
    assert rules.closes_soon(LAST, opens_on, day) is soon


def test_a_year_is_from_opening_to_opening_clamped_to_the_month():
    assert rules.next_round_from(OPENS) == date(2027, 11, 12)
    assert rules.next_round_from(date(2028, 2, 29)) == date(2029, 2, 28)


def test_last_years_answers_stand_beside_the_same_words_only():
    counts = dict.fromkeys(KEYS, (1, 2, 2, 0, 0))
    rows = rules.distribution(SURVEY, counts, (SURVEY, dict.fromkeys(KEYS, (0, 4, 0, 0, 4))))
    first = rows[0].shares
    assert [(share.number, share.percent, share.before, share.before_percent) for share in first] == [
        (1, 20, 0, 0), (2, 40, 4, 50), (2, 40, 0, 0), (0, 0, 0, 0), (0, 0, 4, 50)
    ]  # fmt: skip
    assert [row.statement for row in rows] == SURVEY.statements  # in the order of the survey, not of the answers
    other = shipped.contents()["psychosocial_factors"]
    assert rules.distribution(SURVEY, counts, (other, {}))[0].shares[0].before is None
    assert rules.shares_statements(SURVEY, SURVEY) and not rules.shares_statements(SURVEY, other)


def test_halves_of_a_percent_are_rounded_up():
    assert [rules.percent(1, 8), rules.percent(1, 3), rules.percent(2, 3), rules.percent(0, 0)] == [13, 33, 67, 0]
