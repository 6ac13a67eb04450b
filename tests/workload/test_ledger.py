"""The ledger is what the rules say of the facts, whichever way the facts came to be."""

from datetime import date
from decimal import Decimal

import pytest

from peerload import facts
from tests import factories
from workload import actions, queries
from workload.models import PointLine

JANUARY = date(2026, 1, 5)


def written(organisation) -> set[tuple]:
    """The ledger without its primary keys, so that two ledgers can be compared."""
    return set(PointLine.objects.of(organisation.pk).values_list(*actions.COLUMNS))


def keys(organisation) -> set[int]:
    return set(PointLine.objects.of(organisation.pk).values_list("pk", flat=True))


def test_a_person_with_a_worker_is_two_points_and_a_new_one_three(organisation, worker):
    factories.ClientFactory(supported_by=worker, since=JANUARY)

    total = lambda on: queries.totals_on(organisation, on, queries.listed(organisation, on))[worker.pk].cases  # noqa: E731
    assert [total(date(2026, 1, day)) for day in (4, 5)] == [0, 3]
    assert [total(date(2026, 2, day)) for day in (4, 5)] == [3, 2]


def test_a_worker_in_post_has_a_stable_element(organisation, worker):
    facts.changed(organisation.pk, workers=[worker.pk])

    assert [line.points for line in queries.lines_on([worker.pk], JANUARY)] == [15]


def test_projecting_again_writes_nothing(organisation, worker):
    people = [factories.ClientFactory(supported_by=worker, since=JANUARY) for _ in range(3)]
    before = keys(organisation)

    facts.changed(organisation.pk, people=[person.pk for person in people], workers=[worker.pk])

    assert before < keys(organisation)  # the stable element has come, the rest has stayed
    after = keys(organisation)
    facts.changed(organisation.pk, people=[person.pk for person in people], workers=[worker.pk])
    assert keys(organisation) == after


def test_a_rebuild_writes_what_single_steps_have_written(organisation, worker, teammate):
    family = factories.FamilyFactory(organisation=organisation)
    for holder in (worker, worker, teammate):
        person = factories.ClientFactory(supported_by=holder, family=family, since=JANUARY)
        factories.ActivityFactory(client=person, starts_on=date(2026, 2, 2))
        factories.settle(person)
    factories.ResponsibilityFactory(worker=worker)
    factories.settle(workers=[worker, teammate])
    before = written(organisation)

    assert actions.rebuild(organisation.pk) == len(before)

    assert written(organisation) == before
    assert actions.check(organisation) == []


@pytest.mark.parametrize("fte", [Decimal("0.333"), Decimal("1.5")])
def test_a_stable_element_that_scales_is_kept_to_the_last_digit(organisation, worker, fte):
    actions.create_scheme(organisation, "peer", {"stable_scales_with_fte": True})
    worker.posts.update(fte=fte)
    facts.changed(organisation.pk, workers=[worker.pk])

    assert [line.points for line in queries.lines_on([worker.pk], JANUARY)] == [15 * fte]
    assert actions.check(organisation) == []
