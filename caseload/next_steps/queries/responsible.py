"""Who is responsible for the next steps of people on a day, and who is told of them the working day before."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import NamedTuple

from peerload.core import dates
from peerload.core.arrays import any_of
from peerload.core.periods import lasts_half_open
from peerload.staff.models import Absence, ClosureDay, Member, Organisation
from peerload.staff.queries import told_for_teams

from ...enums import NextStepKind, ResponsibleAs
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


def appointments_by_worker(
    worker_ids: Collection[int], first: date, last: date, today: date
) -> Counter[tuple[int, date]]:
    """
    Return how many standing appointments each of these workers is responsible for on each day of some, as known today (R92).

    Silent people are left out (R91). It is five statements for any number of workers and days.
    """
    theirs = Allocation.objects.filter(worker__in=worker_ids, starts_on__lte=last).filter(lasts_half_open(first))
    covered = Cover.objects.filter(worker__in=worker_ids, starts_on__lte=last).filter(lasts_half_open(first))
    waits = Referral.objects.standing().filter(owner__in=worker_ids)
    people = theirs.values("client").union(covered.values("client"), waits.values("client"), all=True)
    steps = NextStep.objects.standing().filter(kind=NextStepKind.APPOINTMENT, due_on__range=(first, last))
    asked = list(not_silent(steps.filter(any_of("client", people)), today).values_list("client", "due_on"))
    if not asked:
        return Counter()
    periods = _Periods.of({client for client, __ in asked}, first, last)
    found: Counter[tuple[int, date]] = Counter()
    for client, day in asked:
        if (member := periods.responsible(client, day)) is not None and member in worker_ids:
            found[member, day] += 1
    return found


class _Periods(NamedTuple):
    """Who supports, covers and waits with some people, with the days; each list by the person."""

    holds: dict[int, list[tuple[int, date, date | None]]]
    covers: dict[int, list[tuple]]
    owners: dict[int, tuple[int, date]]

    @classmethod
    def of(cls, clients: Collection[int], first: date, last: date) -> "_Periods":
        holds, covers = defaultdict(list), defaultdict(list)
        rows = Allocation.objects.filter(client__in=clients, starts_on__lte=last, closed_on=None)
        rows = rows.filter(lasts_half_open(first), worker__in=Member.objects.in_post(first).values("pk"))
        for client, *period in rows.values_list("client", "worker", "starts_on", "ends_before"):
            holds[client].append(tuple(period))
        periods = ("worker", "starts_on", "ends_before", *(f"absence__{name}" for name in _ABSENCE))
        found = Cover.objects.filter(client__in=clients, starts_on__lte=last).filter(lasts_half_open(first))
        for client, *period in found.values_list("client", *periods):
            covers[client].append(tuple(period))
        waits = Referral.objects.standing().filter(client__in=clients, owner__isnull=False)
        owners = {client: (owner, on) for client, owner, on in waits.values_list("client", "owner", "referred_on")}
        return cls(holds, covers, owners)

    def responsible(self, client: int, day: date) -> int | None:
        """Return who is responsible for a person's next steps on a day."""
        workers = [worker for worker, begins, ends in self.holds[client] if dates.contains(begins, ends, day)]
        cover = None
        for member, starts_on, ends_before, absent, away_from, away_until in self.covers[client]:
            holds = dates.contains(starts_on, ends_before, day) and dates.contains(away_from, away_until, day)
            if holds and absent in workers:
                cover = member
        owner, since = self.owners.get(client, (None, day))
        seen = rules.responsible_for(workers[0] if workers else None, cover, owner if since <= day else None)
        return seen[0] if seen else None


_ABSENCE = ("worker", "starts_on", "ends_before")
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
