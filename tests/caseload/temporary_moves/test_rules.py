"""Which workers have capacity for which people, the size of a cover post, and who comes back at which step."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.rules import Boundary, Cadence, Mix, projected_contact_hours
from caseload.temporary_moves import rules
from caseload.temporary_moves.rules import Bundle, Returning

# Sharing out -----------------------------------------------------------------------------------------------------------


def share(bundles, limits):
    """Share points out to receivers with so much room each."""
    bundles = [Bundle(key, Decimal(points), *statutory) for key, points, *statutory in bundles]
    return rules.share_out(bundles, list(limits), lambda receiver, points: Decimal(limits[receiver]) - points)


@pytest.mark.parametrize(
    ("bundles", "limits", "found"),
    [
        ([("a", 2)], {"Ana": 10, "Ben": 20}, {"a": "Ben"}),
        ([("a", 2)], {"Ana": 20, "Ben": 20}, {"a": "Ana"}),
        ([("a", 2), ("b", 2), ("c", 2)], {"Ana": 20, "Ben": 20}, {"a": "Ana", "b": "Ben", "c": "Ana"}),
        ([("a", 2)], {"Ana": 2}, {"a": "Ana"}),
        ([("a", 2)], {"Ana": 1}, {}),
        ([("a", 2), ("b", 3)], {"Ana": 4}, {"b": "Ana"}),
        ([("a", 3), ("b", 2, True)], {"Ana": 4}, {"b": "Ana"}),
        ([("a", 2)], {}, {}),
        ([("a", 0)], {"Ana": -5}, {}),
    ],
    ids=[
        "most room", "first in name among equals", "room shrinks as it is taken", "exactly at the limit", "nobody above it",
        "the heaviest first", "statutory before all", "nobody to give to", "who is over takes nobody",
    ],
)  # fmt: skip
def test_a_proposal_goes_by_room_and_never_above_a_limit(bundles, limits, found):
    assert share(bundles, limits) == found


def test_every_worker_proposed_fits():
    bundles = [(n, 2 + n % 2) for n in range(50)]
    limits = {"Ana": 31, "Ben": 47, "Cleo": 30, "Dan": 5}

    found = share(bundles, limits)

    points = dict(bundles)
    for receiver, limit in limits.items():
        assert sum(points[key] for key, chosen in found.items() if chosen == receiver) <= limit
    assert len(found) > 40


def test_who_stays_within_boundary_and_hours_comes_before_who_has_more_room():
    bundles = [Bundle(key, Decimal(3)) for key in "abcd"]
    limits = {"Ana": 6, "Ben": 30}

    found = rules.share_out(
        bundles,
        list(limits),
        lambda receiver, points: limits[receiver] - points,
        lambda receiver, keys: receiver == "Ana" or len(keys) < 2,
    )

    # one to Ben, who has most room; then as many as fit to Ana; the last again to Ben, whom a boundary does not stop
    assert found == {"a": "Ben", "b": "Ana", "c": "Ana", "d": "Ben"}


def test_a_boundary_never_leaves_anybody_without_a_receiver_who_has_room():
    found = rules.share_out([Bundle("a", Decimal(3))], ["Ana"], lambda *_: Decimal(5), lambda *_: False)

    assert found == {"a": "Ana"}


@given(
    points=st.lists(st.integers(0, 30), max_size=20),
    limits=st.lists(st.integers(-5, 60), max_size=5),
    within=st.functions(like=lambda receiver, keys: True, returns=st.booleans(), pure=True),
)
def test_nobody_is_ever_proposed_above_a_limit_and_everybody_at_most_once(points, limits, within):
    bundles = [Bundle(n, Decimal(weight), statutory=n % 3 == 0) for n, weight in enumerate(points)]
    receivers = list(range(len(limits)))

    found = rules.share_out(
        bundles,
        receivers,
        lambda each, taken: limits[each] - taken,
        lambda receiver, keys: within(receiver, tuple(keys)),
    )

    taken = {each: sum(points[key] for key, chosen in found.items() if chosen == each) for each in receivers}
    assert all(taken[each] <= limits[each] for each in set(found.values()))
    left = [points[n] for n in range(len(points)) if n not in found]
    assert not any(taken[each] + min(left) <= limits[each] for each in receivers if left)


TIERS = {"high": Mix(high=1), "medium": Mix(medium=1), "parked": Mix(parked=1), "both": Mix(high=1, medium=1)}


@pytest.mark.parametrize(
    ("people", "more", "most_hours", "within"),
    [
        (Mix(high=4), "high", 20, True),
        (Mix(high=5), "high", 20, False),
        (Mix(high=6), "medium", 20, True),
        (Mix(5, 10, 15, 19), "parked", 100, True),
        (Mix(5, 10, 15, 20), "parked", 100, False),
        (Mix(6, 10, 15, 19), "parked", 100, False),
        (Mix(high=5), "both", 100, False),
        (Mix(high=3), "high", 10, True),
        (Mix(high=3), "high", "9.9", False),
    ],
    ids=["up to the boundary", "above it", "another tier above it", "the whole up to it", "the whole above it",
         "the whole above it, the tier within", "one tier of two above it",
         "hours up to the most", "hours above it"],
)  # fmt: skip
def test_somebody_stays_within_up_to_boundary_and_hours(people, more, most_hours, within):
    found = rules.stays_within(people, TIERS[more], Boundary(), Decimal(most_hours), Cadence())

    assert found is within


# Sharing out who covers ------------------------------------------------------------------------------------------------

BY_SIGN = {"h": Mix(high=1), "m": Mix(medium=1), "g": Mix(group=1), "p": Mix(parked=1)}


def covered(people: str, hours: dict[str, float]) -> dict[int, str]:
    """Share out who covers: ``h m g p`` by support, a capital is statutory; hours a week each worker has left."""
    bundles = [rules.ToCover(n, BY_SIGN[sign.lower()], sign.isupper()) for n, sign in enumerate(people)]
    left = {worker: Decimal(str(most)) for worker, most in hours.items()}
    return rules.share_cover(bundles, list(hours), left, Cadence())


@pytest.mark.parametrize(
    ("people", "hours", "found"),
    [
        ("pgmh", {"Ana": 2.5}, {3: "Ana"}),
        ("pgmh", {"Ana": 2.8}, {3: "Ana", 2: "Ana"}),
        ("hP", {"Ana": 2.5}, {1: "Ana"}),
        ("hh", {"Ana": 5, "Ben": 5}, {0: "Ana", 1: "Ben"}),
        ("h", {"Ana": 4, "Ben": 5}, {0: "Ben"}),
        ("h", {"Ana": 2.4}, {}),
        ("hm", {"Ana": 2.4}, {1: "Ana"}),
        ("h", {}, {}),
        ("p", {"Ana": -1}, {}),
    ],
    ids=[
        "who needs it most first", "up to the hours", "statutory above all", "shared", "most hours left",
        "nobody beyond the hours", "who still fits", "nobody to cover", "who has too much already",
    ],
)  # fmt: skip
def test_cover_goes_by_need_up_to_the_hours(people, hours, found):
    assert covered(people, hours) == found


def test_a_half_time_worker_covers_those_who_need_it_most_of_fifty_people():
    people = "p" * 20 + "g" * 15 + "m" * 10 + "h" * 5

    found = covered(people, {"Sione": 7.5})

    assert [people[n] for n in found] == ["h", "h", "h"]


@given(people=st.text("hmgpHMGP", max_size=30), hours=st.lists(st.integers(0, 12), min_size=1, max_size=4))
def test_nobody_covers_beyond_their_hours_and_nobody_is_left_whom_somebody_could_still_cover(people, hours):
    given_hours = {str(n): each for n, each in enumerate(hours)}

    found = covered(people, given_hours)

    def asked(of) -> Decimal:
        return sum((projected_contact_hours(BY_SIGN[people[n].lower()], Cadence()) for n in of), Decimal(0))

    left = {
        worker: most - asked(n for n, who in found.items() if who == worker) for worker, most in given_hours.items()
    }
    assert min(left.values()) >= 0
    assert all(asked([n]) > max(left.values()) for n in range(len(people)) if n not in found)


# A cover post ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weekly", "full_time", "hours", "fte"),
    [("40", "40", "20", "0.5"), ("32", "40", "16", "0.4"), ("37.5", "37.5", "18.75", "0.5"), ("0", "40", "0", "0")],
    ids=["full time", "R78: 0.4 of full time", "hours of another service", "no hours"],
)
def test_a_cover_post_has_at_most_half_the_hours(weekly, full_time, hours, fte):
    assert rules.most_cover(Decimal(weekly), Decimal(full_time)) == (Decimal(hours), Decimal(fte))


def in_post(limit, stable=15):
    """Return the room of a post without anybody: stable element, points, and one for every ten of both."""
    return lambda points: limit - (stable + points) - (stable + points) // 10


@pytest.mark.parametrize(
    ("bundles", "limit", "people"),
    [
        ([(3, 1)] * 30, 50, 10),
        ([(3, 1)] * 30, 40, 7),
        ([(3, 1)] * 10, 50, 10),
        ([(0, 1)] * 20 + [(3, 1)] * 30, 40, 27),
        ([(3, 4)] + [(4, 1)] * 10, 40, 8),
        ([(3, 1)], 16, 0),
        ([(3, 1)], 19, 1),
        ([(3, 1)], 18, 0),
        ([(4, 1), (2, 1), (2, 1)], 20, 2),
        ([], 50, 0),
    ],
    ids=["half a post", "0.4 of a post", "all of them", "kept in touch with weigh nothing", "a family is one case",
         "the stable element fills it", "exactly at the limit", "a point over it", "the lightest first", "nobody"],
)  # fmt: skip
def test_so_many_fit_in_a_cover_post(bundles, limit, people):
    assert rules.how_many_fit([(Decimal(points), n) for points, n in bundles], in_post(Decimal(limit))) == people


# Coming back in steps --------------------------------------------------------------------------------------------------


def back(bundles, limits):
    """Share returns over steps with so much room each; new points, where given, fall off with the next step."""
    steps = len(limits)
    made = []
    for key, points, new, *statutory in bundles:
        weights = [[Decimal(points + new * (later == step)) for later in range(step, steps)] for step in range(steps)]
        made.append(Returning(key, weights, *statutory))
    return rules.over_steps(made, steps, lambda step, taken: Decimal(limits[step]) - taken)


@pytest.mark.parametrize(
    ("bundles", "limits", "found"),
    [
        ([("a", 2, 0)], [10, 20], {"a": 0}),
        ([("a", 2, 0), ("b", 2, 0)], [3, 20], {"a": 0, "b": 1}),
        ([("a", 2, 0)], [2], {"a": 0}),
        ([("a", 2, 1)], [2, 3], {"a": 1}),
        ([("a", 2, 0), ("b", 3, 0)], [4, 5], {"b": 0, "a": 1}),
        ([("a", 3, 0), ("b", 2, 0, True)], [4, 5], {"b": 0, "a": 1}),
        ([("a", 2, 1), ("b", 2, 1)], [3, 5], {"a": 0, "b": 1}),
        ([("a", 3, 0), ("b", 3, 0)], [3, 4], {"a": 0}),
        ([("a", 2, 0)], [10, 1], {}),
        ([("a", 2, 0)], [], {}),
        ([], [10], {}),
    ],
    ids=["at the first step", "no room there at the next", "exactly at the limit", "new points count",
         "the heaviest first", "statutory before all", "new points have fallen off by the next step",
         "who fits at no step is left", "room at a step must last", "no steps", "nobody"],
)  # fmt: skip
def test_people_come_back_at_the_first_step_with_room(bundles, limits, found):
    assert back(bundles, limits) == found


def test_a_step_chosen_by_hand_takes_its_room_before_anybody_is_proposed():
    made = [Returning(key, [[Decimal(2), Decimal(2)], [Decimal(2)]]) for key in "ab"]

    found = rules.over_steps(made, 2, lambda step, taken: Decimal([2, 10][step]) - taken, {"b": 0})

    assert found == {"a": 1}


def test_the_heaviest_is_whose_points_are_most_at_any_step():
    made = [
        Returning("light at first", [[Decimal(3), Decimal(3)], [Decimal(3)]]),
        Returning("heavy at first", [[Decimal(5), Decimal(2)], [Decimal(2)]]),
    ]

    found = rules.over_steps(made, 2, lambda step, taken: Decimal(5) - taken)

    assert found == {"heavy at first": 0, "light at first": 1}


@given(
    bundles=st.lists(st.tuples(st.integers(0, 10), st.integers(0, 3)), max_size=15),
    limits=st.lists(st.integers(-5, 60), max_size=6),
)
def test_no_step_is_ever_filled_above_its_limit(bundles, limits):
    found = back([(n, points, new) for n, (points, new) in enumerate(bundles)], limits)

    for step, limit in enumerate(limits):
        held = [bundles[n][0] + bundles[n][1] * (at == step) for n, at in found.items() if at <= step]
        assert not held or sum(held) <= limit


def test_nobody_is_statutory_unless_it_is_said():
    nobody = (Bundle("a", Decimal(2)), rules.ToCover("a", Mix()), Returning("a", []))
    assert not any(each.statutory for each in nobody)
