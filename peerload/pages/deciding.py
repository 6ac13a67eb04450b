"""What waits for those who lead a team to decide, for My day and the team page."""

from datetime import date
from typing import NamedTuple

from caseload import queries
from caseload.actions import past_window_before
from caseload.models import Client
from caseload.waiting.queries import asked_not
from peerload.staff.models import Member


class Deciding(NamedTuple):
    """People of a member's teams for whom somebody who leads them decides something."""

    without_worker: list[Client]
    asked_for_support: list[Client]
    to_review: list[Client]
    asked_not: list[Client]
    to_close: list[queries.Closing]

    def __bool__(self):
        return any(self)

    @property
    def names(self) -> int:
        """How many names it shows on the team page, which only counts those without a worker."""
        return sum(map(len, self[1:]))


def to_decide(member: Member, on: date) -> Deciding:
    """Return for whom a member has to decide something in the teams they lead."""
    closing = queries.past_closing(member, on, past_window_before(member.organisation_id, on), teams=True)
    return Deciding(*queries.waiting(member, on), asked_not(member, on), closing)
