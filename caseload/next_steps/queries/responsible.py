"""Who is responsible for the next steps of people on a day, and who is told of them the working day before."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import NamedTuple

from peerload.staff.models import Absence, ClosureDay, Member, Organisation
from peerload.staff.queries import told_for_teams

from ...enums import ResponsibleAs
from ...models import (
    Allocation,
    Cover,
    NextStep,
    Referral,
)
from .. import rules
from .rows import not_silent


class ResponsibleMember(NamedTuple):
    """Who is responsible for a person's next steps on a day, and why."""

    member_id: int
    name: str
    responsible_as: ResponsibleAs


def responsible_members(client_ids: Collection[int], on: date) -> dict[int, ResponsibleMember]:
    """Return who is responsible for the next steps of people on a day, by person (R92), in three statements."""
    members: dict[int, str] = {}

    def taken(rows: Iterable[tuple[int, int, str]]) -> dict[int, int]:
        found = {}
        for client, member, name in rows:
            found[client] = member
            members[member] = name
        return found

    holds = Allocation.objects.on(on).filter(client__in=client_ids, closed_on=None)
    holds = holds.filter(worker__in=Member.objects.in_post(on).values("pk"))
    workers = taken(holds.values_list("client", "worker", "worker__name"))
    covering = Cover.objects.holding(on).filter(client__in=client_ids)
    covers = taken(covering.values_list("client", "worker", "worker__name"))
    waiting = Referral.objects.standing().filter(client__in=client_ids, owner__isnull=False, referred_on__lte=on)
    owners = taken(waiting.values_list("client", "owner", "owner__name"))
    found = {}
    for client in client_ids:
        seen = rules.responsible_for(workers.get(client), covers.get(client), owners.get(client))
        if seen:
            found[client] = ResponsibleMember(seen[0], members[seen[0]], seen[1])
    return found


AHEAD = timedelta(days=14)  # within which lies whatever is for the next working day


def recipients(
    organisation: Organisation, on: date, *, step_ids: Collection[int] | None = None
) -> dict[int, tuple[int, date]]:
    """
    Return who is told today of steps that are for the next working day: by step, the member and the day (R93).

    It is the member responsible on its day; where that member is away, who is told for the manager of the person's team.

    :param step_ids: only these, where not all steps of the service are asked about
    """
    closures = frozenset(ClosureDay.objects.filter(organisation=organisation).values_list("on", flat=True))
    steps = NextStep.objects.standing().filter(organisation=organisation, due_on__gt=on, due_on__lte=on + AHEAD)
    steps = not_silent(steps if step_ids is None else steps.filter(pk__in=step_ids), on)
    by_day: dict[date, dict[int, tuple[int, int | None]]] = {}
    for pk, due_on, client, team in steps.values_list("pk", "due_on", "client", "client__team"):
        if rules.is_eve(due_on, on, organisation.region, closures):
            by_day.setdefault(due_on, {})[pk] = client, team
    found = {}
    for day, asked in by_day.items():
        seen = responsible_members({client for client, __ in asked.values()}, day)
        members = {each.member_id for each in seen.values()}
        away = set(Absence.objects.on(day).filter(worker__in=members).values_list("worker", flat=True))
        absent = [team for client, team in asked.values() if team and client in seen and seen[client].member_id in away]
        instead = told_for_teams(set(absent), day) if absent else {}
        for pk, (client, team) in asked.items():
            if client in seen:
                member = seen[client].member_id
                told = next(iter(instead.get(team or 0, ())), None) if member in away else member
                if told:
                    found[pk] = told, day
    return found


def subject(step_id: int) -> str:
    """Return the subject of notices about a next step."""
    return f"next_step:{step_id}"
