"""
What is kept of answers, and what may be shown. Pure: no clock, no database.

Answers are added to counts as they arrive: whose they were, when they came and what else the same person answered is
in nothing that is kept (R183). There is no total and no average, and nothing is ranked (R182).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from peerload.guides.rules import AnswerChoice, Statement, SurveyContent, next_on

SMALLEST = 5  # answers from which on a result is shown
OPEN_FOR = timedelta(days=14)
LONGEST = timedelta(days=56)
CLOSES_SOON = timedelta(days=3)
YEAR = 12  # months
NO_TEAM = 0  # the group of those who were in no team when they were asked

Counts = Mapping[str, tuple[int, ...]]  # by the key of the statement, how many chose each answer, in order


# Days -----------------------------------------------------------------------------------------------------------------


class RoundState(StrEnum):
    """Where a round stands on a day."""

    PLANNED = "planned"
    OPEN = "open"
    COUNTING = "counting"  # the last day is over, the sweep has not closed it yet
    CLOSED = "closed"


def state(*, begun: bool, opens_on: date, closes_on: date, closed_on: date | None, on: date) -> RoundState:
    """Return where a round stands on a day; its last day is a day to answer on (R184)."""
    if closed_on is not None:
        return RoundState.CLOSED
    if on > closes_on:
        return RoundState.COUNTING
    return RoundState.OPEN if begun and on >= opens_on else RoundState.PLANNED


def closes_soon(closes_on: date, opens_on: date, on: date) -> bool:
    """Return whether the reminder is due: three days before the last day, of a round that is open for longer (R184)."""
    return closes_on - opens_on > CLOSES_SOON and closes_on - CLOSES_SOON <= on <= closes_on


def next_round_from(opened_on: date) -> date:
    """Return the first day on which the same people may be asked the same statements again: a year later (R187)."""
    found = next_on(opened_on, YEAR)
    if found is None:
        raise ValueError(YEAR)
    return found


def shares_statements(one: SurveyContent, other: SurveyContent) -> bool:
    """Return whether two surveys have a statement in common, by its words: a copy of a survey asks the same (R187)."""
    return bool({_words(each) for each in one.statements} & {_words(each) for each in other.statements})


def _words(statement: Statement) -> str:
    return " ".join(statement.text.split())


# The box --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BoxContent:
    """
    What is kept of an open round.

    :param answered: the primary keys of those who have answered
    :param counts: the counts of each group, by the primary key of its team or `NO_TEAM`
    """

    answered: frozenset[int]
    counts: Mapping[int, Counts]


def empty_box(groups: Iterable[int], content: SurveyContent) -> BoxContent:
    """Return a box without answers, with a place for each group."""
    none = {statement.key: (0,) * len(content.choices) for statement in content.statements}
    return BoxContent(frozenset(), dict.fromkeys(groups, none))


def add(box: BoxContent, *, member: int, part: int, answers: Mapping[str, str], content: SurveyContent) -> BoxContent:
    """
    Return the box with one member's answers added to the counts of their group (R183).

    :param part: the group the member is counted in
    :param answers: the code of an answer to every statement, by its key
    :raises KeyError: if a statement has no answer
    """
    codes = [choice.code for choice in content.choices]
    counted = {
        key: tuple(count + (code == answers[key]) for code, count in zip(codes, counts, strict=True))
        for key, counts in box.counts[part].items()
    }
    return BoxContent(box.answered | {member}, {**box.counts, part: counted})


def pack(box: BoxContent, asked: Sequence[int]) -> str:
    """
    Return a box as text, always of one length for those who are asked: a length would tell how many have answered.

    Nothing in it has an order of its own: members are in the order of their keys.

    :param asked: the primary keys of everyone who is asked
    """
    fullest = {
        group: {key: (len(asked),) * len(numbers) for key, numbers in counts.items()}
        for group, counts in box.counts.items()
    }
    return _written(box).ljust(len(_written(BoxContent(frozenset(asked), fullest))))


def _written(box: BoxContent) -> str:
    raw = {"answered": sorted(box.answered), "counts": {str(group): box.counts[group] for group in sorted(box.counts)}}
    return json.dumps(raw, separators=(",", ":"))


def unpack(text: str) -> BoxContent:
    """Return a box from the text that `pack` wrote."""
    raw = json.loads(text)
    counts = {
        int(group): {key: tuple(numbers) for key, numbers in found.items()} for group, found in raw["counts"].items()
    }
    return BoxContent(frozenset(raw["answered"]), counts)


# Results --------------------------------------------------------------------------------------------------------------


class GroupCounts(NamedTuple):
    """What may be shown of a group: how many have answered, and the counts."""

    answered: int
    counts: Counts


def results(box: BoxContent) -> dict[int | None, GroupCounts]:
    """
    Return what may be shown of a round, None for all together; nothing else of it is kept (R185).

    All together from five answers on; a team from five on too, while all that is not shown comes to five or to none, so
    that no result is found by taking one from another.
    """
    groups = {group: GroupCounts(_answers(counts), counts) for group, counts in box.counts.items()}
    everyone = _together(groups.values())
    if everyone.answered < SMALLEST:
        return {}
    shown = shown_groups({group: found.answered for group, found in groups.items()})
    return {None: everyone, **{group: groups[group] for group in sorted(shown)}}


def shown_groups(answers: Mapping[int, int]) -> set[int]:
    """Return which groups may be shown beside all together, by how many have answered in each (R185)."""
    shown = {group for group, count in answers.items() if group != NO_TEAM and count >= SMALLEST}
    everyone = sum(answers.values())
    while shown and 0 < everyone - sum(answers[group] for group in shown) < SMALLEST:
        shown.remove(min(shown, key=lambda group: (answers[group], group)))
    return shown


def _answers(counts: Counts) -> int:
    return max((sum(numbers) for numbers in counts.values()), default=0)


def _together(groups: Iterable[GroupCounts]) -> GroupCounts:
    found = list(groups)
    keys = found[0].counts if found else {}
    counts = {key: tuple(map(sum, zip(*(group.counts[key] for group in found), strict=True))) for key in keys}
    return GroupCounts(sum(group.answered for group in found), counts)


class AnswerShare(NamedTuple):
    """How many chose an answer, and how many of a hundred; ``before`` is the same of the round before."""

    choice: AnswerChoice
    number: int
    percent: int
    before: int | None
    before_percent: int | None


class StatementResult(NamedTuple):
    """How a statement was answered, answer by answer. Statements stay in their order."""

    statement: Statement
    shares: list[AnswerShare]


def distribution(
    content: SurveyContent, counts: Counts, before: tuple[SurveyContent, Counts] | None = None
) -> list[StatementResult]:
    """
    Return how each statement was answered; no average, no total, no order but that of the survey (R182).

    :param before: the round before; beside a statement only where it had the same words and the same answers
    """
    earlier = _comparable(content, *before) if before else {}
    return [
        StatementResult(statement, _shares(content, counts[statement.key], earlier.get(statement.key)))
        for statement in content.statements
    ]


def _comparable(content: SurveyContent, old: SurveyContent, counts: Counts) -> Counts:
    if [choice.code for choice in old.choices] != [choice.code for choice in content.choices]:
        return {}
    words = {each.key: _words(each) for each in old.statements}
    same = [each.key for each in content.statements if words.get(each.key) == _words(each)]
    return {key: counts[key] for key in same if key in counts}


def _shares(content: SurveyContent, now: Sequence[int], before: Sequence[int] | None) -> list[AnswerShare]:
    return [
        AnswerShare(
            choice,
            now[place],
            percent(now[place], sum(now)),
            before[place] if before else None,
            percent(before[place], sum(before)) if before else None,
        )
        for place, choice in enumerate(content.choices)
    ]


def percent(part: int, whole: int) -> int:
    """Return how many of a hundred a part is, rounded half up; 0 of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else 0
