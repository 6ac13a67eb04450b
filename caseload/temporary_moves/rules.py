"""Which workers have capacity for which people, the size of a temporary cover post, and who returns at which step. Pure."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Generic, NamedTuple, TypeVar

from ..rules import Boundary, Cadence, Mix, projected_contact_hours

K = TypeVar("K", bound=Hashable)  # of people
R = TypeVar("R", bound=Hashable)  # of a receiver

# Sharing out -----------------------------------------------------------------------------------------------------------


class Bundle(NamedTuple, Generic[K]):
    """People who go to one receiver together: a person, or those of a family. Points are as newly allocated."""

    key: K
    points: Decimal
    statutory: bool = False


def share_out(
    bundles: Iterable[Bundle[K]],
    receivers: Sequence[R],
    points_left: Callable[[R, Decimal], Decimal],
    within: Callable[[R, Sequence[K]], bool] = lambda receiver, keys: True,
) -> dict[K, R]:
    """
    Propose a receiver for each bundle: the one with most capacity left, the first of the receivers among equals.

    No one is proposed above their limit; a bundle that fits nowhere is left for a member to decide (R78). Statutory
    ones come first, for they must have a worker (R79), then the heaviest. Workers who stay within the boundary and the
    contact hours come before those who would not: a guide, so it decides nothing else (R64).

    :param receivers: in order of name
    :param points_left: given a receiver and further points taken on, the points then left up to the limit
    :param within: given a receiver and the bundles they would have taken, whether they stay within boundary and hours
    """
    taken: dict[R, list[K]] = {each: [] for each in receivers}
    points = dict.fromkeys(receivers, Decimal(0))
    found: dict[K, R] = {}

    @cache
    def left(receiver: R, taken_on: Decimal) -> Decimal:
        return points_left(receiver, taken_on)

    for bundle in sorted(bundles, key=lambda bundle: (not bundle.statutory, -bundle.points)):
        fitting = [each for each in receivers if left(each, points[each] + bundle.points) >= 0]
        if fitting:
            # Most room first: the first of those within boundary and hours is then the one chosen.
            fitting.sort(key=lambda each: -left(each, points[each]))
            chosen = next((each for each in fitting if within(each, [*taken[each], bundle.key])), fitting[0])
            taken[chosen].append(bundle.key)
            points[chosen] += bundle.points
            found[bundle.key] = chosen
    return found


class ToCover(NamedTuple, Generic[K]):
    """People covered by one worker together: a person, or those of a family, by support."""

    key: K
    people: Mix
    statutory: bool = False

    @property
    def need(self) -> tuple[bool, int]:
        """Return the sort key of people: statutory first, then high support, medium, group, kept in touch with."""
        return not self.statutory, next((place for place, n in enumerate(self.people) if n), len(self.people))


def share_cover(
    bundles: Iterable[ToCover[K]], receivers: Sequence[R], hours: Mapping[R, Decimal], cadence: Cadence
) -> dict[K, R]:
    """
    Propose who covers each bundle, those who need it most first: the receiver with most contact hours left.

    Cover adds no points, so points do not decide (R77); it asks for hours (P08). No one is proposed beyond the hours
    they have left. People no one can cover are left out, for the team manager to cover or to decide.

    :param receivers: in order of name, the first of them among equals
    :param hours: the contact hours a week each has left
    """
    left = {each: hours[each] for each in receivers}
    found = {}
    for bundle in sorted(bundles, key=lambda bundle: bundle.need):
        asked = projected_contact_hours(bundle.people, cadence)
        most = max(receivers, key=lambda each: left[each], default=None)
        if most is not None and asked <= left[most]:
            left[most] -= asked
            found[bundle.key] = most
    return found


def together(*people: Mix) -> Mix:
    """Return several people by tier as one."""
    return Mix(*map(sum, zip(*people, strict=True)))


def stays_within(people: Mix, more: Mix, boundary: Boundary, most_hours: Decimal, cadence: Cadence) -> bool:
    """
    Return whether a worker stays within boundary and contact hours with further people (P01, P08).

    Tiers without a further person are not checked; the whole, and the hours a week, always are.
    """
    then = together(people, more)
    added = [(n, most) for n, add, most in zip(then, more, boundary, strict=True) if add]
    hours = projected_contact_hours(then, cadence)
    return all(n <= most for n, most in added) and then.total <= boundary.total and hours <= most_hours


# A temporary cover post ------------------------------------------------------------------------------------------------

COVER_SHARE = Decimal("0.5")  # at most this share of the absent worker's hours (A09)


class CoverPostLimit(NamedTuple):
    """The most a temporary cover post may be: hours a week, and the FTE they come to, both exact."""

    hours: Decimal
    fte: Decimal


def most_cover(weekly_hours: Decimal, full_time_hours: Decimal) -> CoverPostLimit:
    """Return the largest cover post for a worker of so many hours: half of them (A09, R78)."""
    hours = weekly_hours * COVER_SHARE
    return CoverPostLimit(hours, hours / full_time_hours)


def how_many_fit(bundles: Iterable[tuple[Decimal, int]], points_left: Callable[[Decimal], Decimal]) -> int:
    """
    Return how many people, the lightest first, fit in a post that has none yet.

    :param bundles: (points, people) of each person or family, newly allocated
    :param points_left: given points taken on, the points then left up to the limit
    """
    points, people = Decimal(0), 0
    for more, how_many in sorted(bundles):
        points += more
        if points_left(points) < 0:
            break
        people += how_many
    return people


# Coming back in steps --------------------------------------------------------------------------------------------------


class Returning(NamedTuple, Generic[K]):
    """
    Who comes back to one worker together.

    :param points: at each step at which they may come back, what they would hold at that step and each later one
    """

    key: K
    points: Sequence[Sequence[Decimal]]
    statutory: bool = False


def over_steps(
    bundles: Iterable[Returning[K]],
    steps: int,
    points_left: Callable[[int, Decimal], Decimal],
    chosen: Mapping[K, int] = MappingProxyType({}),
) -> dict[K, int]:
    """
    Propose at which step each comes back: the first one with capacity, then and at every later step (R80).

    Statutory ones come first, then the heaviest. No one is proposed above the limit of any step; people who fit at none
    are left out.

    :param points_left: given a step and points come back until then, the points then left up to the limit of that step
    :param chosen: the steps chosen already, by key: they use capacity first, and are not proposed
    """
    bundles = list(bundles)
    taken = [Decimal(0)] * steps
    for bundle in bundles:
        if bundle.key in chosen:
            for later, more in enumerate(bundle.points[chosen[bundle.key]], start=chosen[bundle.key]):
                taken[later] += more
    found = {}
    for bundle in sorted(
        (bundle for bundle in bundles if bundle.key not in chosen),
        key=lambda each: (not each.statutory, -max(map(max, each.points), default=Decimal(0))),
    ):
        for step, points in enumerate(bundle.points):
            then = dict(enumerate(points, start=step))
            if all(points_left(later, taken[later] + more) >= 0 for later, more in then.items()):
                for later, more in then.items():
                    taken[later] += more
                found[bundle.key] = step
                break
    return found
