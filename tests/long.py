"""How much of what can go on for ever is tried: ``make test`` a representative part, ``make test-long`` many times as much."""

import os

LONG = os.environ.get("PEERLOAD_TESTS") == "long"


def times(usual: int, long: int) -> int:
    """Return how many examples, lives or interleavings are tried in this run."""
    return long if LONG else usual
