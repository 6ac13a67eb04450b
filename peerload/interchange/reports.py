"""
The reports of a service, as plain data: one function a report, each with the day or the month.

Names, order and rounding are those of interchange.md; numbers are decimal strings, days ISO dates, unknown is ``None``.
No report names a person supported.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from caseload import rules as caseload_rules
from caseload.enums import CASELOAD_TIERS, Outcome, Tier
from caseload.models import Allocation, Client, Contact, Family, TierPeriod
from caseload.queries.settings import boundary_of, cadence_of
from peerload.core import dates
from peerload.core.folding import fold
from peerload.staff import rules as staff_rules
from peerload.staff.models import Absence, Member, Organisation, Post
from wellbeing.enums import Focus
from wellbeing.models import PlanLine, TimePlan
from wellbeing.plans.queries import plan_rows
from wellbeing.plans.rules.guidance import contact_over
from workload import queries as workload
from workload import rules as workload_rules
from workload.models import MonthlyRecord
from workload.months import queries as months
from workload.months import rules as month_rules

from .cell_text import plain
from .rules import LOCKED


class ReportScope(NamedTuple):
    """The scope of a report: a whole organisation, or teams or workers of it."""

    organisation: Organisation
    team_ids: list[int] | None = None
    worker_ids: list[int] | None = None

    def listed(self, on: date) -> list[workload.Listed]:
        return workload.listed(self.organisation, on, team_ids=self.team_ids, worker_ids=self.worker_ids)


def _decimal(number: Decimal | None) -> str | None:
    return None if number is None else plain(Decimal(number))


def _percent(part: Decimal, whole: Decimal) -> str | None:
    """Return a percentage with its one decimal, half up, ``None`` of nothing."""
    found = caseload_rules.percent(Decimal(part), Decimal(whole))
    return None if found is None else str(found)


def _hours(number: Decimal) -> str:
    """Return hours, or contacts a week, with at most two decimals, half up."""
    return plain(caseload_rules.rounded(Decimal(number), 2))


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


# points ----------------------------------------------------------------------------------------------------------------


def points(asked: ReportScope, on: date) -> dict:
    """Return each listed worker's points of a day as known that day, with the lines that count."""
    known = workload.points_as_known(asked.organisation, on, team_ids=asked.team_ids, worker_ids=asked.worker_ids)
    schemes = workload.schemes(asked.organisation.pk)
    named = _names(line for worker in known for line in worker.lines)
    whole = workload_rules.team_total(worker.total for worker in known)
    return {
        "on": _day(on),
        "scheme": workload_rules.scheme_on(schemes, on).name,
        "workers": [_worker_points(worker, named) for worker in known],
        "total": {
            "points": _decimal(whole.points),
            "limit": _decimal(whole.limit),
            "percent": None if whole.percent is None else str(whole.percent),
        },
    }


def _worker_points(known: workload.PointsAsKnown, named: dict) -> dict:
    total = known.total
    figures = ("fte", "stable", "extras", "cases", "subtotal", "weight", "total", "mark", "limit")
    return {
        "worker": known.worker.email,
        "team": known.worker.team_name,
        **{figure: _decimal(getattr(total, figure)) for figure in figures},
        "band": total.band.value,
        "case_count": workload_rules.case_count(known.lines),
        "lines": sorted((_line(line, named) for line in known.lines), key=_line_order),
    }


def _names(lines: Iterable[workload_rules.Line]) -> dict[tuple[str, int], str]:
    """Return the refs of people and the codes of families that lines are about."""
    lines = list(lines)
    people = {line.person for line in lines if line.person}
    families = {line.family for line in lines if line.family and not line.person}
    refs = Client.objects.filter(pk__in=people).values_list("pk", "ref")
    codes = Family.objects.filter(pk__in=families).values_list("pk", "code")
    return {("person", pk): ref for pk, ref in refs} | {("family", pk): code for pk, code in codes}


def _line(line: workload_rules.Line, named: dict) -> dict:
    ref = named.get(("person", line.person)) if line.person else named.get(("family", line.family))
    return {
        "element": line.element.value,
        "kind": line.code,
        "ref": ref,
        "points": _decimal(line.points),
        "from": _day(line.starts_on),
        "until": _day(dates.last_day(line.ends_before)),
        "reason": line.reason,
    }


_ELEMENTS = ("stable", "extra", "case")


def _line_order(line: dict) -> tuple:
    return _ELEMENTS.index(line["element"]), line["ref"] or "", line["kind"], line["from"], line["points"]


# parked ----------------------------------------------------------------------------------------------------------------


def parked(asked: ReportScope, on: date) -> dict:
    """Return the people parked that day, by ref, as known that day (*Parked*)."""
    organisation = asked.organisation
    every = cadence_of(organisation)
    working = workload.working(organisation)
    since = _parked_since(organisation, on)
    reached = _reached(since, on)
    held = _held_by(since, on)
    workers = _workers(organisation, on)
    people = []
    for pk, ref, team_id in Client.objects.filter(pk__in=since).values_list("pk", "ref", "team_id"):
        worker = workers.get(held.get(pk))
        if not _is_asked(asked, worker, team_id):
            continue
        parked_on, talked = since[pk]
        known = caseload_rules.in_touch(parked_on, talked=talked, contacts=reached[pk])
        due_on = caseload_rules.due_on(known.six_weeks_from, every)
        state, over = caseload_rules.contact_state(due_on, on)
        people.append(
            {
                "ref": ref,
                "worker": worker.email if worker else None,
                "parked_on": _day(parked_on),
                "last_contact_on": _day(known.last_contact_on),
                "due_on": _day(due_on),
                "aim_on": _day(dates.working_day_on_or_before(due_on, working.region, working.closures)),
                "state": state.value,
                "days_over": over,
                "contacts": known.contacts_since_parked,
                "period_ends_on": _day(caseload_rules.period_ends_on(parked_on, every)),
                "outcome": caseload_rules.outcome(known, on, every).value,
            }
        )
    people.sort(key=lambda person: str(person["ref"]))
    return {"on": _day(on), "people": people}


def _parked_since(organisation: Organisation, on: date) -> dict[int, tuple[date, bool]]:
    """Return since when people are parked that day, and whether that was talked about, by person."""
    rows = TierPeriod.objects.on(on).filter(organisation=organisation, tier=Tier.PARKED)
    return {pk: (starts_on, talked) for pk, starts_on, talked in rows.values_list("client_id", "starts_on", "talked")}


def _reached(people: Iterable[int], on: date) -> dict[int, list[caseload_rules.Reached]]:
    contacts = Contact.objects.reached().filter(client_id__in=list(people), on__lte=on)
    found = defaultdict(list)
    for pk, day, outcome in contacts.values_list("client_id", "on", "outcome"):
        found[pk].append(caseload_rules.Reached(day, Outcome(outcome)))
    return found


def _held_by(people: Iterable[int], on: date) -> dict[int, int]:
    """Return the worker of each person that day, those held by a student among them."""
    return dict(Allocation.objects.on(on).filter(client_id__in=list(people)).values_list("client_id", "worker_id"))


class _Worker(NamedTuple):
    pk: int
    email: str
    name_key: str
    team_id: int | None


def _workers(organisation: Organisation, on: date) -> dict[int, _Worker]:
    """Return every member with the team of their post that day, else of their profile."""
    teams = dict(Post.objects.written_for(on).filter(organisation=organisation).values_list("worker_id", "team_id"))
    members = Member.objects.filter(organisation=organisation)
    return {
        pk: _Worker(pk, email, name_key, teams.get(pk) or home)
        for pk, email, name_key, home in members.values_list("pk", "user__email", "name_key", "home_team_id")
    }


def _is_asked(asked: ReportScope, worker: _Worker | None, team_id: int | None) -> bool:
    """Return whether a person is in scope; without a worker their own team decides."""
    if asked.worker_ids is not None and (worker is None or worker.pk not in asked.worker_ids):
        return False
    return asked.team_ids is None or (worker.team_id if worker else team_id) in asked.team_ids


# caseload --------------------------------------------------------------------------------------------------------------


def caseload_mix(asked: ReportScope, on: date) -> dict:
    """Return people by tier against the boundary, by worker and by team (P01, P12)."""
    listed = asked.listed(on)
    every, boundary = cadence_of(asked.organisation), boundary_of(asked.organisation)
    tiers = _tiers_held([worker.member_id for worker in listed], on)
    workers, teams = [], defaultdict(list)
    for worker in listed:
        held = caseload_rules.mix(tiers[worker.member_id])
        workers.append({"worker": worker.email, **_mix(held, worker.fte, worker.weekly_hours, boundary, every)})
        teams[worker.team_name].append((held, worker.fte, worker.weekly_hours))
    return {
        "on": _day(on),
        "workers": workers,
        "teams": [
            {"team": name, **_mix(*_summed(teams[name]), boundary, every)}
            for name in sorted(teams, key=lambda name: (name is None, fold(name or "")))
        ],
    }


def _tiers_held(workers: Sequence[int], on: date) -> dict[int, list[str]]:
    """Return the tiers of the people each worker holds that day, those held by a student left out."""
    held = dict(
        Allocation.objects.on(on).counted().filter(worker_id__in=workers).values_list("client_id", "worker_id")
        if workers
        else ()
    )
    found = defaultdict(list)
    tiers = TierPeriod.objects.on(on).filter(client_id__in=list(held), tier__in=CASELOAD_TIERS)
    for client, tier in tiers.values_list("client_id", "tier"):
        found[held[client]].append(tier)
    return found


def _summed(rows: list[tuple[caseload_rules.Mix, Decimal, Decimal]]) -> tuple[caseload_rules.Mix, Decimal, Decimal]:
    mixes, ftes, hours = zip(*rows, strict=True)
    whole = caseload_rules.Mix(*(sum(tier) for tier in zip(*mixes, strict=True)))
    return whole, sum(ftes, Decimal(0)), sum(hours, Decimal(0))


def _mix(
    people: caseload_rules.Mix,
    fte: Decimal,
    hours: Decimal,
    boundary: caseload_rules.Boundary,
    every: caseload_rules.Cadence,
) -> dict:
    most = boundary.times(fte)
    needed = caseload_rules.projected_contact_hours(people, every)
    return {
        "fte": _decimal(fte),
        **people._asdict(),
        "total": people.total,
        "boundary": {**{tier: _decimal(n) for tier, n in most._asdict().items()}, "total": _decimal(most.total)},
        "over": caseload_rules.over_boundary(people, most),
        "parked_contacts_needed_per_week": _hours(caseload_rules.parked_contacts_a_week(people.parked, every)),
        "projected_contact_hours": _hours(needed),
        "projected_contact_percent": _percent(needed, hours),
    }


# absences --------------------------------------------------------------------------------------------------------------


def absences(asked: ReportScope, on: date) -> dict:
    """Return who is away that day (*Absences*)."""
    workers = _workers(asked.organisation, on)
    away = Absence.objects.on(on).filter(organisation=asked.organisation)
    rows = [(workers[pk], *rest) for pk, *rest in away.values_list("worker_id", "starts_on", "expected_back")]
    rows.sort(key=lambda row: (row[0].name_key, row[0].email))
    found = []
    for worker, starts_on, expected_back in rows:
        if not _is_asked(asked, worker, None):
            continue
        days = staff_rules.days_away(starts_on, expected_back, on)
        found.append(
            {
                "worker": worker.email,
                "from": _day(starts_on),
                "days": days,
                "band": staff_rules.absence_band(days).value,
                "expected_back": _day(expected_back),
            }
        )
    return {"on": _day(on), "workers": found}


# plan ------------------------------------------------------------------------------------------------------------------


def plan(asked: ReportScope, on: date) -> dict:
    """Return the hours planned in each of the four weeks against the post's weekly hours of that day."""
    listed = asked.listed(on)
    hours: dict[tuple, Decimal] = defaultdict(Decimal)
    held = TimePlan.objects.in_force(on).filter(worker__in=[worker.member_id for worker in listed])
    lines = PlanLine.objects.filter(plan__in=held)
    written = list(lines.values_list("plan__worker", "week", "activity", "hours"))
    rows = plan_rows(asked.organisation.pk, also={code for _, _, code, _ in written})
    focus_of = {row.code: row.focus for row in rows}
    for worker, week, code, planned in written:
        hours[worker, week, focus_of[code]] += planned
    return {
        "workers": [
            {
                "worker": worker.email,
                "weeks": [
                    _week(week, [hours[worker.member_id, week, focus] for focus in Focus], worker.weekly_hours)
                    for week in range(1, 5)
                ],
            }
            for worker in listed
        ]
    }


def _week(week: int, planned: list[Decimal], available: Decimal) -> dict:
    wellbeing, contact, management = planned
    return {
        "week": week,
        "wellbeing": _hours(wellbeing),
        "contact": _hours(contact),
        "management": _hours(management),
        "total": _hours(sum(planned)),
        "available": _hours(available),
        "contact_percent": _percent(contact, available),
        "wellbeing_percent": _percent(wellbeing, available),
        "management_percent": _percent(management, available),
        "contact_over": _hours(contact_over(contact, available)),
    }


# month -----------------------------------------------------------------------------------------------------------------


def month(asked: ReportScope, first: date, *, today: date) -> dict:
    """
    Return a month's figures as at its last day, with the peak, and the record beside them (*Month*, R38).

    The figures follow today's facts; agreed ones are beside them. A month is late if, from the 16th on, a team in scope
    has not sent its report.

    :param first: the month's first day
    """
    organisation, last = asked.organisation, dates.month_end(first)
    listed = asked.listed(last)
    schemes = workload.schemes(organisation.pk)
    totals = workload.totals_on(organisation, last, listed)
    peaks = months.peaks_of(organisation, first, listed, schemes)
    records = _records(listed, first)
    over = {pk for pk, total in totals.items() if _is_over(total, records.get(pk))}
    runs = months.months_over(organisation, first, over, schemes)
    deadline = month_rules.deadline(first, today, workload.working(organisation))
    return {
        "month": f"{first:%Y-%m}",
        "as_at": _day(last),
        "due_on": _day(deadline.due_on),
        "aim_on": _day(deadline.aim_on),
        "late": deadline.is_late and not _all_sent(listed, first),
        "workers": [
            {
                "worker": worker.email,
                "total": _decimal(totals[worker.member_id].total),
                "peak": _decimal(peaks[worker.member_id].total),
                "peak_on": _day(peaks[worker.member_id].on),
                "band": totals[worker.member_id].band.value,
                "flag": month_rules.flag(runs.get(worker.member_id, 0), organisation.consecutive_over).value,
                "record": record.status if (record := records.get(worker.member_id)) else "none",
                "agreed_total": _decimal(record.total) if record and record.status in LOCKED else None,
            }
            for worker in listed
        ],
    }


def _records(listed: Sequence[workload.Listed], first: date) -> dict[int, MonthlyRecord]:
    found = MonthlyRecord.objects.filter(worker_id__in=[worker.member_id for worker in listed], month=first)
    return {record.worker_id: record for record in found}


def _is_over(total: workload_rules.Total, record: MonthlyRecord | None) -> bool:
    """Return whether a month lies above the limit: by its record where that is kept."""
    if record is None or not record.is_kept:
        return total.total > total.limit
    limit = record.limit
    if limit is None:
        limit = total.limit * record.fte / total.fte if record.fte else total.limit
    return record.total > limit


def _all_sent(listed: Sequence[workload.Listed], first: date) -> bool:
    """Return whether every team of the listed workers has sent its report; workers in no team have no one to report them."""
    teams = {worker.team_id for worker in listed if worker.team_id}
    return workload.months_reported(teams, [first]) == {(team, first) for team in teams}


# As rows ---------------------------------------------------------------------------------------------------------------

BY_DAY = {"points": points, "parked": parked, "caseload": caseload_mix, "absences": absences, "plan": plan}
NAMES = (*BY_DAY, "month")
_MIX = (
    "fte high medium group parked total boundary_high boundary_medium boundary_group boundary_parked boundary_total over "
    "parked_contacts_needed_per_week projected_contact_hours projected_contact_percent"
)
COLUMNS = {
    name: tuple(columns.split())
    for name, columns in {
        "points": "worker team fte stable extras cases subtotal weight total mark limit band case_count",
        "parked": "ref worker parked_on last_contact_on due_on aim_on state days_over contacts period_ends_on outcome",
        "caseload": f"worker {_MIX} team",
        "absences": "worker from days band expected_back",
        "plan": "worker week wellbeing contact management total available contact_percent wellbeing_percent "
        "management_percent contact_over",
        "month": "worker total peak peak_on band flag record agreed_total",
    }.items()
}  # columns of a report as one table, also without rows


def rows_of(report: dict) -> dict[str, list[dict]]:
    """
    Return a report as flat rows by the name of its list, for CSV and xlsx.

    Details of a row have the row's worker in front: the lines of points, the weeks of a plan.
    """
    found = {}
    for name, rows in report.items():
        if not isinstance(rows, list):
            continue
        found[name] = [_flat(row) for row in rows]
        for row in rows:
            for inner in ("lines", "weeks"):
                if inner in row:
                    found.setdefault(inner, []).extend({"worker": row["worker"], **each} for each in row[inner])
    if "weeks" in found:
        del found["workers"]
    return found


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            flat |= {f"{name}_{inner}": each for inner, each in value.items()}
        elif name == "over":
            flat[name] = " ".join(value)
        elif not isinstance(value, list):
            flat[name] = value
    return flat
