"""
How much is tried of what could go on for ever, or is many times the same: all sampling of the tests is decided here.

``make test`` tries a part that represents all of it, ``make test-long`` all of it and many times as many random examples.
"""

import os
from collections.abc import Callable, Hashable, Iterable
from random import Random
from typing import TypeVar

LONG = os.environ.get("PEERLOAD_TESTS") == "long"
Example = TypeVar("Example")


def times(usual: int, long: int) -> int:
    """Return how many examples, lives or interleavings are tried in this run."""
    return long if LONG else usual


def first_met(*, long: bool | None = None) -> Callable[[Hashable, Hashable], bool]:
    """
    Return a function that says whether a reader is the first to meet a kind; in a long run each reader is a first one.

    It is for what many readers are offered and what costs a page each, as a link that stands on everybody's page.

    :param long: whether the run is a long one; by default what the environment says
    """
    met: set[Hashable] = set()

    def is_first(reader: Hashable, kind: Hashable) -> bool:
        one = (reader, kind) if (LONG if long is None else long) else kind
        return one not in met and not met.add(one)

    return is_first


def covering(
    examples: Iterable[Example], kinds: Callable[[Example], Iterable[Hashable]], *, long: bool | None = None
) -> list[Example]:
    """
    Return the examples tried in this run: in a long run all of them, otherwise so many that each kind is met at least once.

    Which examples stand for their kinds is the same in every run. They come in the order in which they are given.

    :param kinds: the kinds that an example belongs to
    :param long: whether the run is a long one; by default what the environment says
    """
    examples = list(examples)
    if LONG if long is None else long:
        return examples
    belongs = [set(kinds(example)) for example in examples]
    # Mixed, so that what stands for one kind is not always the first of another.
    mixed = list(range(len(examples)))
    Random(0).shuffle(mixed)
    met, kept = set(), []
    for worth in range(max(map(len, belongs), default=0), 0, -1):  # those first that stand for most
        for number in mixed:
            if len(belongs[number] - met) >= worth:
                met |= belongs[number]
                kept.append(number)
    return [examples[number] for number in sorted(kept)]
