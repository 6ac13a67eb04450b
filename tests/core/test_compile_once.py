"""A prepared query answers as the same query does, for whatever it is given."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection
from django.db.models import Q

from caseload.models import Client, TierPeriod
from peerload.core.arrays import any_of
from peerload.core.compile_once import compile_once
from tests import factories

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 12)


@compile_once
def tiers(client_id: int, on: date):
    """Return the tiers of a person that day."""
    return TierPeriod.objects.on(on).filter(client=client_id).select_related("client__organisation")


@compile_once
def names(organisation_id: int, family_id: int):
    return Client.objects.filter(Q(family=family_id) | Q(family=None), organisation=organisation_id).values_list(
        "name", flat=True
    )


def test_it_answers_with_the_rows_of_the_query_for_each_value():
    people = [factories.ClientFactory(), factories.ClientFactory()]
    for person in people:
        assert tiers(person.pk, ON) == list(tiers.build(person.pk, ON))
    assert tiers(people[0].pk, date(1999, 1, 1)) == []


def test_what_is_selected_with_a_row_is_not_asked_for_again(django_assert_num_queries):
    person = factories.ClientFactory()
    service = person.organisation.name
    tiers(person.pk, ON)
    with django_assert_num_queries(1):
        [tier] = tiers(person.pk, ON)
        assert tier.client.organisation.name == service


def test_nothing_given_is_null():
    person = factories.ClientFactory()
    assert names(person.organisation_id, None) == [person.name]


def test_rows_of_values_and_a_docstring_stay_what_they_were():
    assert tiers.__doc__ == "Return the tiers of a person that day."
    assert names(0, 0) == []


@compile_once
def named_in(team_ids: list[int], organisation_id: int):
    people = Client.objects.filter(any_of("team", team_ids), organisation=organisation_id)
    return people.order_by("name").values_list("name", flat=True)


def test_keys_are_one_value_however_many_they_are(organisation):
    teams = [factories.TeamFactory(organisation=organisation) for _ in range(3)]
    people = [factories.ClientFactory(organisation=organisation, team=team) for team in teams]
    for count in (2, 0, 3):
        expected = sorted(person.name for person in people[:count])
        assert named_in([team.pk for team in teams[:count]], organisation.pk) == expected


def test_a_thread_of_its_own_sends_it_over_its_own_connection():
    tiers(0, ON)
    with ThreadPoolExecutor(1) as other:
        assert other.submit(asked_elsewhere).result() == []


def asked_elsewhere():
    try:
        return tiers(0, ON)
    finally:
        connection.close()
