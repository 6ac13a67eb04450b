"""Whatever a service's facts are and in whichever order they are projected, the ledger says what the oracle counts."""

from datetime import timedelta
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peerload.core import events
from tests import oracle, strategies
from tests.long import times
from workload import actions, queries
from workload.actions import ledger
from workload.models import PointLine
from workload.rules import standing

from .written_down import as_listed, ends, write_down

pytestmark = pytest.mark.django_db
slowly = settings(max_examples=times(10, 100), deadline=None, suppress_health_check=list(HealthCheck))


def lines_of(organisation) -> set[tuple]:
    return set(PointLine.objects.of(organisation.pk).values_list(*actions.COLUMNS))


@slowly
@given(service=strategies.services(), order=st.randoms(use_true_random=False))
def test_projected_one_by_one_it_says_what_the_oracle_counts(service, order):
    written = write_down(service)
    steps = [{"people": [person.pk]} for person in written.people.values()]
    steps += [{"workers": [worker.pk]} for worker in written.workers.values()]
    order.shuffle(steps)
    for step in steps:
        events.send_facts_changed(written.organisation.pk, **step)

    listed = as_listed(service)
    days = ends(service) | {strategies.FIRST + timedelta(days=n) for n in range(0, strategies.LENGTH, 13)}
    keys = [worker.pk for worker in written.workers.values()]
    lines = queries.lines_between(keys, min(days), max(days))
    for on in days:
        for key, worker in written.workers.items():
            counted = oracle.count(listed, key, on)
            held = [line for line in standing(lines, on) if line.worker == worker.pk]
            assert sum(line.points for line in held) == counted.subtotal, (on, key)
            assert sum(line.code == "case" for line in held) == counted.case_count, (on, key)


@slowly
@given(service=strategies.services())
def test_projected_at_once_it_is_the_same_and_the_check_finds_nothing(service):
    written = write_down(service)
    events.send_facts_changed(written.organisation.pk, people=[person.pk for person in written.people.values()])
    events.send_facts_changed(written.organisation.pk, workers=[worker.pk for worker in written.workers.values()])
    before = lines_of(written.organisation)

    assert actions.check(written.organisation) == []
    assert actions.rebuild(written.organisation.pk) == len(before)
    assert lines_of(written.organisation) == before


@slowly
@given(service=strategies.services())
def test_recounted_in_the_background_it_is_the_same(service):
    written = write_down(service)
    actions.recount_later(written.organisation)
    with mock.patch.object(ledger, "BATCH", 2):
        actions.recount(written.organisation)
    before = lines_of(written.organisation)

    actions.rebuild(written.organisation.pk)

    assert lines_of(written.organisation) == before


@slowly
@given(service=strategies.services(), on=st.sampled_from(strategies.DAYS))
def test_as_known_on_a_day_is_what_the_ledger_says_where_nothing_lay_ahead(service, on):
    """What stands on a day does not hang on how it ends later: the report's totals are the ledger's."""
    written = write_down(service)
    actions.rebuild(written.organisation.pk)

    known = queries.points_as_known(written.organisation, on)

    workers = queries.listed(written.organisation, on)
    totals = queries.totals_on(written.organisation, on, workers)
    assert [row.worker for row in known] == workers
    assert {row.worker.member_id: row.total for row in known} == totals
