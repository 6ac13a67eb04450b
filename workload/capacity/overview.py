"""What every worker of a team holds on a day, and what that comes to: for the team's page and for the workers needed."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from caseload import rules as caseload_rules
from caseload.enums import CASELOAD_TIERS
from caseload.queries.settings import boundary_of, cadence_of
from peerload.staff import rules as staff_rules
from peerload.staff.leaving.queries import gone_by
from peerload.staff.models import Absence, Organisation

from .. import queries, rules


class WorkerAway(NamedTuple):
    """A worker who is away that day."""

    since: date
    expected_back: date | None
    band: str
    absence_id: int

    @classmethod
    def of(cls, absence: Absence, on: date) -> "WorkerAway":
        days = staff_rules.days_away(absence.starts_on, absence.expected_back, on)
        return cls(absence.starts_on, absence.expected_back, staff_rules.absence_band(days).label, absence.pk)


class WorkerRow(NamedTuple):
    """One worker on a day."""

    worker: queries.Listed
    total: rules.Total
    people: caseload_rules.Mix
    boundary: caseload_rules.Boundary
    over: list["Over"]
    contacts_over: int
    away: WorkerAway | None
    contacts_listed: int = (
        0  # of the contacts over, those of people of the reader's teams: as many as the people list shows
    )


class Over(NamedTuple):
    """A tier, or ``total``, with more people than the boundary: a guide, not a target."""

    tier: str
    people: int
    boundary: Decimal


class OverviewSums(NamedTuple):
    """What several workers hold and support together; the boundary is that of their summed FTE (R16)."""

    workers: int
    fte: Decimal
    points: rules.TeamTotal
    over_limit: int
    people: caseload_rules.Mix
    boundary: caseload_rules.Boundary
    over: list[Over]
    contacts_over: int
    away: int

    @property
    def mix_rows(self) -> list[dict]:
        return [
            {"tier": tier, "people": people, "boundary": boundary}
            for tier, people, boundary in zip(CASELOAD_TIERS, self.people, self.boundary, strict=True)
        ]


def overview(
    organisation: Organisation,
    on: date,
    *,
    today: date,
    team_ids: Sequence[int] | None = None,
    scheme: rules.Scheme | None = None,
) -> list[WorkerRow]:
    """
    Return one row a worker listed that day, in order of name; the number of queries does not depend on how many.

    :param scheme: the scheme in force that day, where the caller has it already
    """
    workers = queries.listed(organisation, on, team_ids=team_ids)
    keys = [worker.member_id for worker in workers]
    totals = queries.totals_on(organisation, on, workers, scheme=scheme)
    people = queries.mix_on(keys, on)
    every = cadence_of(organisation)
    if on == today and team_ids is not None:
        late = queries.contacts_over_listed(keys, on, team_ids=team_ids, every=every)
    else:
        late = {key: (over, 0) for key, over in queries.contacts_over(keys, on, today=today, every=every).items()}
    away = queries.absences_on(keys, on)
    left = gone_by(on, [absence.worker_id for absence in away.values()]) if away else set()
    full_time = boundary_of(organisation)
    found = []
    for worker in workers:
        key = worker.member_id
        boundary = full_time.times(worker.fte)
        gone = WorkerAway.of(away[key], on) if key in away and key not in left else None
        over = over_boundary(people[key], boundary)
        contacts_over, listed = late.get(key, (0, 0))
        found.append(WorkerRow(worker, totals[key], people[key], boundary, over, contacts_over, gone, listed))
    return found


def over_boundary(people: caseload_rules.Mix, boundary: caseload_rules.Boundary) -> list[Over]:
    """Return the tiers above the boundary, and ``total`` where the whole is."""
    names = caseload_rules.over_boundary(people, boundary)
    return [Over(name, getattr(people, name), getattr(boundary, name)) for name in names]


def summed(found: Sequence[WorkerRow], organisation: Organisation) -> OverviewSums:
    """Return what the rows come to together."""
    fte = sum((row.worker.fte for row in found), Decimal(0))
    people = caseload_rules.Mix(*(sum(column) for column in zip(*(row.people for row in found), strict=True)))
    boundary = boundary_of(organisation).times(fte)
    return OverviewSums(
        workers=len(found),
        fte=fte,
        points=rules.team_total(row.total for row in found),
        over_limit=sum(row.total.total > row.total.limit for row in found),
        people=people,
        boundary=boundary,
        over=over_boundary(people, boundary),
        contacts_over=sum(row.contacts_over for row in found),
        away=sum(row.away is not None for row in found),
    )


def parked_needed(sums: OverviewSums, organisation: Organisation) -> Decimal:
    """Return how many contacts a week the people kept in touch with need (R49)."""
    needed = caseload_rules.parked_contacts_a_week(sums.people.parked, cadence_of(organisation))
    return caseload_rules.rounded(needed, 1)


def for_day(columns: Sequence[str], on: date, today: date) -> list[str]:
    """Return the columns as a file of a day has them: contacts of a coming day are overdue only if none is made before."""
    late = "contacts_over_7_days"
    return [f"{name}_if_none_is_made_before" if name == late and on > today else name for name in columns]
