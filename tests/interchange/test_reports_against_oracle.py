"""
Whole services held to the oracle: random facts go in as sheets, and the reports and the ledger give back what it counts.

The sheets are written from the facts by the rules of interchange.md alone, so that sheet, import, database, gathering, rules
and report stand between the two.
"""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from caseload.enums import Outcome
from caseload.rules import Cadence
from peerload.core.dates import last_day
from peerload.interchange import actions, reports
from tests import oracle, strategies
from tests.interchange import sheets
from tests.long import times
from workload import presets, queries
from workload.enums import Preset
from workload.rules import Person, Scheme, Working

TODAY = date(2027, 6, 1)  # after everything
ASKED = strategies.DAYS[5::31]
EMAILS = {worker: f"worker{worker}@harbourside.example" for worker in strategies.WORKERS}
WORKING = Working("NZ-AUK", frozenset({date(2025, 12, 29)}))

rarely = settings(
    max_examples=times(4, 40),
    deadline=None,
    phases=[Phase.reuse, Phase.generate],  # an example takes a second: none is made smaller
    # the day is the same for every example, and each takes back what it brought in
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


def yes(value: bool) -> str:
    return "yes" if value else "no"


def written(value) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def with_tier_if_held(person: Person) -> Person:
    """Somebody allocated without any tier is refused, so they have one, from long after."""
    if person.holdings and not person.tiers:
        return person._replace(tiers=[(strategies.DAYS[-1], "high")])
    return person


@st.composite
def services(draw):
    units = [draw(strategies.units(key)) for key in range(1, 13)]
    preset = draw(st.sampled_from(Preset))
    return preset, oracle.Service(
        units=[unit._replace(people=[with_tier_if_held(person) for person in unit.people]) for unit in units],
        posts={1: draw(strategies.posts())},
        responsibilities={1: draw(strategies.responsibilities())},
        schemes=[Scheme(presets.weights(preset), starts_on=date(2020, 1, 1))],
        working=WORKING,
    )


def as_sheets(preset, service: oracle.Service, contacts=(), emails=EMAILS) -> dict[str, list[dict]]:
    people, tiers, allocations, activities = [], [], [], []
    for unit in service.units:
        for person in unit.people:
            ref = f"P{person.key}"
            people.append(
                {"ref": ref, "name": f"Person {person.key}", "family": f"F{unit.family}" if unit.family else ""}
            )
            tiers += [{"ref": ref, "tier": tier, "from": start} for start, tier in person.tiers]
            allocations += [
                {
                    "ref": ref,
                    "email": emails[h.worker],
                    "from": h.starts_on,
                    "until": h.ends_before if h.closed_on is None else None,
                    "close_decided_on": h.close_decided_on,
                    "closed_on": h.closed_on,
                    "student_held": yes(h.student_held),
                }
                for h in person.holdings
            ]
            activities += [
                {
                    "ref": ref,
                    "kind": a.code,
                    "from": a.starts_on,
                    "finished_on": a.finished_on,
                    "minutes_each_way": a.minutes_each_way,
                    "first": None if a.first is None else yes(a.first),
                }
                for a in person.activities
            ]
    settings_given = {**sheets.SERVICE, "preset": preset.value}
    found = {
        "service": [{"key": key, "value": value} for key, value in settings_given.items()],
        "closures": [{"date": day, "label": "Shut"} for day in service.working.closures],
        "staff": [{"email": mail, "name": f"Worker {n}", "role": "peer_worker"} for n, mail in emails.items()],
        "people": people,
        "tiers": tiers,
        "allocations": allocations,
        "activities": activities,
        "posts": [
            {
                "email": emails[n],
                "from": p.starts_on,
                "until": last_day(p.ends_before),
                "fte": p.fte,
                "duty": yes(p.duty),
            }
            for n, posts in service.posts.items()
            for p in posts
        ],
        "responsibilities": [
            {"email": emails[n], "kind": r.code, "from": r.starts_on, "until": r.until, "quantity": r.quantity}
            for n, held in service.responsibilities.items()
            for r in held
        ],
        "contacts": list(contacts),
    }
    return {
        name: [{column: written(value) for column, value in row.items()} for row in rows]
        for name, rows in found.items()
        if rows
    }


def with_end_of_sheet(person: Person) -> Person:
    """The facts as a sheet can say them: who is closed has no other end than the closing, or the next allocation."""
    starts = [h.starts_on for h in person.holdings]
    held = []
    for h, next_start in zip(person.holdings, [*starts[1:], None], strict=False):
        ends = [day for day in (next_start, h.closed_on and h.closed_on + strategies.DAY) if day]
        held.append(h._replace(ends_before=min(ends)) if h.closed_on else h)
    return person._replace(holdings=held)


def first_work_on(service: oracle.Service, worker: int, on: date) -> date | None:
    """The first allocation or responsibility of a worker that is not ahead."""
    days = [h.starts_on for unit in service.units for p in unit.people for h in p.holdings if h.worker == worker]
    days += [held.starts_on for held in service.responsibilities.get(worker, ())]
    return min((day for day in days if day <= on), default=None)


def expected(service: oracle.Service, worker: int, on: date) -> dict | None:
    """What the oracle says of a worker on a day; nothing of somebody who is not listed."""
    posts = service.posts.get(worker, ())
    first = first_work_on(service, worker, on)
    if not oracle.is_listed(posts, first, on):
        return None
    fte = oracle.fte_on(posts, on)
    scheme = service.schemes[0]
    count = oracle.count(service, worker, on)
    if not any(post.starts_on <= on for post in posts):  # listed without a post: not on duty
        count = count._replace(stable=oracle.row_for(scheme, "stable").points)
    weight = oracle.workload_weight(count, scheme)
    total = count.subtotal + weight
    numbers = {"fte": fte, "stable": count.stable, "extras": count.extras, "cases": count.cases, "weight": weight}
    return {
        **{name: Decimal(number) for name, number in numbers.items()},
        "total": total,
        "band": oracle.band(total, fte, scheme).value,
        "case_count": count.case_count,
    }


def reported(report: dict, worker: int) -> dict | None:
    """The same of a report; its lines are asked to sum to its subtotal in passing."""
    found = next((row for row in report["workers"] if row["worker"] == EMAILS[worker]), None)
    if found is None:
        return None
    assert sum(Decimal(line["points"]) for line in found["lines"]) == Decimal(found["subtotal"])
    numbers = ("fte", "stable", "extras", "cases", "weight", "total")
    return {name: Decimal(found[name]) for name in numbers} | {name: found[name] for name in ("band", "case_count")}


@pytest.mark.django_db
@rarely
@given(given_service=services())
def test_points_of_a_service_brought_in_are_what_the_oracle_counts(on, given_service):
    on(TODAY)
    preset, service = given_service
    service = service._replace(
        units=[unit._replace(people=[with_end_of_sheet(person) for person in unit.people]) for unit in service.units]
    )
    with transaction.atomic():
        organisation = actions.bring_in(sheets.opened(as_sheets(preset, service))).organisation
        for day in ASKED:
            report = reports.points(reports.ReportScope(organisation), day)
            listed = queries.listed(organisation, day)
            ledger = queries.totals_on(organisation, day, listed)
            by_email = {worker.email: ledger[worker.member_id] for worker in listed}
            for worker, email in EMAILS.items():
                says = expected(service, worker, day)
                assert reported(report, worker) == says, (day, worker)
                if says:
                    assert by_email[email].total == says["total"], (day, worker)
        transaction.set_rollback(True)


@pytest.mark.django_db
@rarely
@given(
    contacts=st.lists(strategies.contacts(), min_size=12, max_size=12),
    talked=st.lists(st.booleans(), min_size=12, max_size=12),
)
def test_everybody_parked_in_a_service_brought_in_is_what_the_oracle_says(on, contacts, talked):
    on(TODAY)
    parked_on = strategies.FIRST
    service = oracle.Service(
        [oracle.Unit(None, [Person(n, [(parked_on, "parked")], [])]) for n in range(12)], {}, {}, [], WORKING
    )
    rows = [
        {"ref": f"P{n}", "on": contact.on, "reached": "yes", "outcome": Outcome(contact.outcome).value}
        for n, of_person in enumerate(contacts)
        for contact in of_person
    ]
    given_sheets = as_sheets(Preset.PEER, service, rows)
    for row, together in zip(given_sheets["tiers"], talked, strict=True):
        row["talked"] = yes(together)
    with transaction.atomic():
        organisation = actions.bring_in(sheets.opened(given_sheets)).organisation
        for day in ASKED:
            found = {row["ref"]: row for row in reports.parked(reports.ReportScope(organisation), day)["people"]}
            for n in range(12):
                says = oracle.parked_as_of(parked_on, talked[n], contacts[n], Cadence(), day)
                row = found[f"P{n}"]
                assert row["parked_on"] == says.parked_on.isoformat()
                assert row["last_contact_on"] == (written(says.last_contact_on) or None)
                assert row["due_on"] == says.due_on.isoformat()
                assert (row["state"], row["days_over"]) == (says.state, says.days_over)
                assert row["contacts"] == says.contacts
                assert row["period_ends_on"] == says.period_ends_on.isoformat()
                assert row["outcome"] == says.outcome
        transaction.set_rollback(True)
