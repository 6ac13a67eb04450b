"""What those who lead a team have to decide, for My day and the team page."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from caseload.actions import past_window_before
from caseload.models import Client
from peerload.staff.models import Member

from .queries import teams


class Deciding(NamedTuple):
    """People of a member's teams that the manager has to decide about."""

    without_worker: list[Client]
    asked_for_support: list[Client]
    to_review: list[Client]
    asked_not: list[Client]
    to_close: list[Client]  # with ``close_decided_on``

    def __bool__(self) -> bool:
        return any(self)

    @property
    def names(self) -> int:
        """How many names are shown on the team page, which only counts people without a worker."""
        return sum(map(len, self[1:]))

    @property
    def number(self) -> int:
        """How many people there are to decide about, each named on My day."""
        return self.names + len(self.without_worker)


def to_decide(member: Member, on: date, *, days_to_close: int | None = None) -> Deciding:
    """
    Return the people a member has to decide something about in the teams they lead.

    :param days_to_close: the days points count after a decision to close, where the caller knows them
    """
    without, asked, to_review, asked_not, decided = teams.to_decide(member, on)
    closing = past_closing(decided, member, on, days_to_close=days_to_close)
    return Deciding(without, asked, to_review, asked_not, closing)


def past_closing(people: Iterable, member: Member, on: date, *, days_to_close: int | None = None) -> list:
    """Return those of these people whose decision to close is past its window and not carried out, the oldest first (W05)."""
    decided = [each for each in people if each.close_decided_on and not getattr(each, "closed_on", None)]
    if not decided:
        return []
    if days_to_close is None:
        before = past_window_before(member.organisation_id, on)
    else:
        before = on - timedelta(days=days_to_close)
    return sorted((each for each in decided if each.close_decided_on < before), key=lambda each: each.close_decided_on)
