"""For random services: the figures of a coming day, asked today, are those asked on the day, once it has been swept."""

import os
from datetime import date, timedelta
from unittest import mock

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caseload import actions as caseload
from caseload.cover import queries as cover
from caseload.enums import CASELOAD_TIERS
from caseload.leaving import actions as leaving
from caseload.models import Allocation, Contact, TierPeriod
from peerload.core import clock
from peerload.home.sweep import sweep
from peerload.staff.models import Absence, ClosureDay, Member
from tests import factories, oracle, strategies
from tests.long import times
from tests.workload.written_down import Written, write_down
from workload import actions, queries, rules
from workload.capacity import overview, workers_needed
from workload.points.ahead import AHEAD
from workload.teams import sums as team_sums

pytestmark = pytest.mark.django_db
TODAY = strategies.DAYS[60]
RUNS = int(os.environ.get("AHEAD_RUNS", times(8, 100)))
some = settings(max_examples=RUNS, deadline=None, suppress_health_check=list(HealthCheck))
ahead = st.integers(1, 130).map(lambda n: TODAY + timedelta(days=n))


@st.composite
def services(draw) -> oracle.Service:
    """Return a service with posts and responsibilities of every worker, not of one alone."""
    service = draw(strategies.services())
    return service._replace(
        posts={worker: draw(strategies.posts()) for worker in strategies.WORKERS},
        responsibilities={worker: draw(strategies.responsibilities()) for worker in strategies.WORKERS},
    )


@st.composite
def absences(draw) -> tuple[date, date | None, date | None]:
    """Return the first day away, the day they are expected and the first day back, as far as each is known."""
    first = TODAY + timedelta(days=draw(st.integers(-30, 100)))
    expected, back = (draw(st.none() | st.integers(1, 80).map(lambda n: first + timedelta(days=n))) for _ in range(2))
    return first, expected, back


def figures(organisation, on: date, today: date) -> dict:
    """Return what pages and exports say of a day, as it is known on another."""
    rows, service = team_sums.teams_overview(organisation, on, today=today)
    needed, whole = workers_needed.resources(organisation, on, today=today)
    return {
        "workers": overview.overview(organisation, on, today=today),
        "teams": rows,
        "service": service,
        "workers needed": (needed, whole),
        "statutory": sorted(cover.statutory_alone(organisation, on, today=today)),
    }


def in_touch(organisation, on: date) -> int:
    """Return how many people are in touch on a day, without those a student holds for a worker in post."""
    people = TierPeriod.objects.on(on).filter(client__organisation=organisation, tier__in=CASELOAD_TIERS)
    with_students = Allocation.objects.on(on).filter(student_held=True, worker__in=Member.objects.in_post(on))
    return people.exclude(client__in=with_students.values("client")).count()


def know_more(written: Written, last_days, away, contacts, manager: Member) -> None:
    """Write down who leaves, who is away and whom somebody has reached; nobody has said that no support is needed."""
    for worker, (first, expected, back) in zip(written.workers.values(), away, strict=False):
        Absence.objects.create(
            organisation=written.organisation, worker=worker, starts_on=first, expected_back=expected, ends_before=back
        )
    for worker, last_day in zip(written.workers.values(), last_days, strict=False):
        if last_day:
            leaving.give_notice(member=worker, notice_on=TODAY, last_day=last_day, by=manager, today=TODAY)
    author = next(iter(written.workers.values()))
    for person, days in zip(written.people.values(), contacts, strict=False):
        Contact.objects.bulk_create(
            factories.ContactFactory.build(
                organisation=written.organisation,
                client=person,
                author=author,
                on=TODAY - timedelta(days=day),
                outcome="other",
            )
            for day in days
        )


@some
@given(
    service=services(),
    on=ahead,
    last_days=st.lists(st.none() | ahead | st.just(TODAY), max_size=2),
    away=st.lists(absences(), max_size=3),
    contacts=st.lists(st.sets(st.integers(0, 70), max_size=3), max_size=5),
    shut=st.sets(ahead, max_size=2),
)
def test_a_coming_day_comes_as_it_was_foretold(service, on, last_days, away, contacts, shut):
    with transaction.atomic(), mock.patch.object(clock, "today", lambda organisation: clock_says[0]):
        clock_says = [TODAY]
        written = write_down(service)
        organisation = written.organisation
        manager = factories.MemberFactory(organisation=organisation, role="manager")
        ClosureDay.objects.bulk_create(
            ClosureDay(organisation=organisation, on=day) for day in shut - service.working.closures
        )
        know_more(written, last_days, away, contacts, manager)
        actions.rebuild(organisation.pk)
        caseload.refresh_all(organisation.pk, TODAY)
        sweep(organisation, TODAY)

        foretold = figures(organisation, on, TODAY)
        assert sum(foretold["workers needed"][1].people) == in_touch(organisation, on), "supported and waiting"
        known = queries.foreseen(
            organisation, TODAY, TODAY + AHEAD, worker_ids=[w.pk for w in written.workers.values()]
        )
        schemes = queries.schemes(organisation.pk)
        changes = {each.known.worker: rules.changes_ahead(each.known, schemes, TODAY, TODAY + AHEAD) for each in known}

        clock_says[0] = on
        sweep(organisation, on)
        came = figures(organisation, on, on)

        assert foretold == came
        if on <= TODAY + AHEAD:
            last = {worker: [each for each in found if each.on <= on][-1].total for worker, found in changes.items()}
            there = {row.worker.member_id: row.total for row in came["workers"]}
            assert {worker: total for worker, total in last.items() if total.fte} == there
        transaction.set_rollback(True)
