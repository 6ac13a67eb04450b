"""What waits for a manager who is away, on the first page of who acts in their place."""

from collections.abc import Sequence
from typing import NamedTuple

from django.urls import reverse

from peerload.staff import access
from peerload.staff import queries as staff
from peerload.staff.models import ActingManager
from workload import queries, rules
from workload.teams.attention import AttentionLine

from . import attention_lines
from .attention import OfReader, gather
from .attention_lines import TeamPlace


class ActingCard(NamedTuple):
    """A team in which the reader acts: whose place they take, and what waits there."""

    acting: ActingManager
    url: str
    lines: Sequence[AttentionLine]


def rows_of(request: access.MemberRequest) -> list[ActingManager]:
    """Return in which teams the reader acts today; who was never named is not asked about."""
    return staff.acting_now(request.member, request.on) if request.member.was_named_to_act else []


def cards(request: access.MemberRequest) -> list[ActingCard]:
    """Return what waits in each team in which the reader acts today, as its team page has it."""
    rows = rows_of(request)
    if not rows:
        return []
    teams = {row.team_id: row.team for row in rows}
    scheme = rules.scheme_on(queries.schemes(request.organisation.pk), request.on)
    found = gather(request.member, list(teams.values()), request.on, today=request.on, scheme=scheme)
    cards = []
    for row in rows:
        url = f"{reverse('team')}?team={row.team_id}"
        here = found.of(row.team_id, first=False)._replace(mine=OfReader())
        cards.append(ActingCard(row, url, attention_lines.lines(here, TeamPlace(row.team, url, True))))
    return cards
