"""A part represents all: each kind is met in every run, and a long run tries everything."""

from itertools import product

from tests.long import covering, first_met

ROLES, PAGES, METHODS = "abcde", range(12), ("GET", "POST")
EVERY = list(product(ROLES, PAGES, METHODS))


def kinds(example):
    role, page, method = example
    yield page, method
    yield role, page


def test_a_part_meets_each_kind_with_fewer_examples():
    part = covering(EVERY, kinds, long=False)

    assert {kind for one in part for kind in kinds(one)} == {kind for one in EVERY for kind in kinds(one)}
    assert len(part) < 0.6 * len(EVERY)


def test_the_part_is_the_same_in_every_run_and_in_the_order_given():
    part = covering(EVERY, kinds, long=False)

    assert part == covering(EVERY, kinds, long=False) == sorted(part, key=EVERY.index)


def test_a_part_is_not_always_the_first_of_its_kind():
    assert {method for _, _, method in covering(EVERY, lambda one: [one[:2]], long=False)} == set(METHODS)


def test_a_long_run_tries_everything():
    assert covering(EVERY, kinds, long=True) == EVERY


def test_a_link_is_followed_by_the_first_reader_in_a_long_run_by_each():
    usual, long = first_met(long=False), first_met(long=True)
    asked = [("worker", "team"), ("worker", "team"), ("manager", "team"), ("manager", "points")]

    assert [usual(*one) for one in asked] == [True, False, False, True]
    assert [long(*one) for one in asked] == [True, False, True, True]
