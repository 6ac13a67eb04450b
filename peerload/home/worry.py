"""If we are worried about a person: what helps and who to call, in their words, and who to call when the service is closed."""

from typing import NamedTuple

from caseload.models import Client
from peerload.core.phones import Dial, dials_in


class LineToCall(NamedTuple):
    """A line of words, and the telephone numbers in it."""

    words: str
    dials: list[Dial]


class Worry(NamedTuple):
    """What to do if we are worried about a person: what helps and who to call, as they said it; who to call tonight."""

    helps: list[str]
    call: list[LineToCall]
    tonight: LineToCall | None

    @property
    def is_theirs(self) -> bool:
        """Whether they have said anything themselves."""
        return bool(self.helps or self.call)


def worry_of(found: Client) -> Worry | None:
    """Return what to do if we are worried about a person; None where nothing is written down."""
    service = found.organisation
    words = {"helps": found.worry_helps, "call": found.worry_call, "tonight": service.tonight_line}
    return if_worried(**words, region=service.region)


def if_worried(*, helps: str, call: str, tonight: str, region: str) -> Worry | None:
    """
    Return what a person's page shows if we are worried about them, or None where nothing is written down (R125).

    :param tonight: the service's own line, for when it is closed
    """
    told = Worry(
        _lines(helps),
        [LineToCall(line, dials_in(line, region)) for line in _lines(call)],
        LineToCall(tonight, dials_in(tonight, region)) if tonight else None,
    )
    return told if any(told) else None


def _lines(words: str) -> list[str]:
    return [line.strip() for line in words.splitlines() if line.strip()]
