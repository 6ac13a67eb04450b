"""What is said beside the choice of a worker for one of many people."""

import pytest

from workload.capacity.enums import Caution
from workload.capacity.rules import Receiving, cautions, families_apart

EVERYTHING = Receiving(away=True, away_later=True, leaving=True, over_limit=True, over_hours=True)


@pytest.mark.parametrize(
    ("receiving", "moves", "said"),
    [
        (Receiving(), True, []),
        (EVERYTHING, True, list(Caution)[:-1]),
        (Receiving(over_limit=True, over_hours=True), False, [Caution.OVER_HOURS]),
        (Receiving(over_limit=True), True, [Caution.OVER_LIMIT]),
    ],
    ids=["all well", "everything, the gravest first", "cover adds no points", "a move does"],
)
def test_what_speaks_against_a_choice_is_said(receiving, moves, said):
    assert cautions(receiving, moves=moves) == said
    assert cautions(receiving, moves=moves, family_apart=True) == [*said, Caution.FAMILY_APART]


def test_a_family_is_apart_where_its_people_have_different_workers_or_only_some_have_one():
    chosen = [("one", 1), ("one", 1), ("two", 1), ("two", 2), ("three", 1), ("three", None), ("four", None)]

    assert families_apart(chosen) == {"two", "three"}
