"""What is made once stands for the tests that ask for it, as it was made, and for no others."""

from datetime import date

import pytest
from django.db import transaction

from peerload.core import clock
from peerload.staff.models import Organisation, Team
from tests import factories
from tests.conftest import TODAY
from tests.shared import Sharing, Step, shared

pytestmark = pytest.mark.django_db
MADE_ON, MET = set(), set()


def make_a_service():
    organisation = factories.OrganisationFactory(name="Made once")
    MADE_ON.add(clock.today(organisation))
    return organisation


MADE_ONCE = {"service": (make_a_service, TODAY)}


def test_who_does_not_ask_for_it_does_not_meet_it():
    assert not Organisation.objects.filter(name="Made once").exists()


@pytest.mark.parametrize("again", [1, 2])
def test_what_a_test_changes_is_undone_in_the_database_and_in_the_object(service, again):
    assert service.name == Organisation.objects.get(pk=service.pk).name == "Made once"
    MET.add(service.pk)
    assert Organisation.objects.filter(name="Made once").count() == 1 and MADE_ON == {TODAY}

    service.name = "Changed"
    service.save()


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_has_one_of_its_own(service):
    assert service.pk not in MET and MADE_ON == {TODAY}
    assert Organisation.objects.get(name="Made once") == service


# The cast ----------------------------------------------------------------------------------------------------------------


@shared
def pier(organisation):
    return factories.TeamFactory(organisation=organisation, name="Pier")


@shared(dated=True)
def boat(pier, organisation):
    """A team that is called after the day it was made on."""
    return factories.TeamFactory(organisation=organisation, name=f"{clock.today(organisation):%d.%m.%Y}")


def teams() -> set[str]:
    return set(Team.objects.values_list("name", flat=True))


def test_a_test_meets_what_it_asks_for_alone(organisation):
    assert Organisation.objects.get() == organisation and teams() == set()


@pytest.mark.parametrize("again", [1, 2])
def test_each_test_starts_from_it_and_works_on_a_copy(pier, organisation, again):
    assert pier.organisation is organisation
    assert pier.name == Team.objects.get().name == "Pier"

    pier.name = "Changed"
    pier.save()


def test_what_depends_on_the_day_is_made_on_the_day_of_the_test(boat, today):
    assert boat.name == f"{TODAY:%d.%m.%Y}"


@pytest.mark.parametrize("change", [False, True], ids=["made on the day", "made on another"])
def test_a_test_with_a_day_of_its_own_has_its_own(on, request, change):
    day = on(date(2026, 3, 2)) if change else on(TODAY)

    assert request.getfixturevalue("boat").name == f"{day:%d.%m.%Y}"


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_makes_its_own(pier):
    assert teams() == {"Pier"} and not transaction.get_connection().in_atomic_block


class TestAnotherWay:
    """What a file says in another way is not shared, nor what is made of it."""

    @pytest.fixture
    def pier(self, organisation):
        return factories.TeamFactory(organisation=organisation, name="Wharf")

    def test_it_is_the_one_of_the_file(self, boat, pier):
        assert pier.name == "Wharf" and teams() == {"Wharf", boat.name}


def test_what_the_next_asks_for_too_is_not_made_again(django_db_blocker):
    made = []

    def step(name: str, *needs: str) -> Step:
        def make(**given):
            made.append((name, *given))
            return factories.OrganisationFactory(name=name)

        return Step(name, make, needs, None, 0)

    first, second, third = step("first"), step("second", "first"), step("third", "first")
    sharing = Sharing()
    for wanted in ([first, second], [first, second], [first, third], [first]):
        sharing.change_to(wanted, django_db_blocker)
        assert set(Organisation.objects.values_list("name", flat=True)) == {each.name for each in wanted}
    sharing.change_to([], django_db_blocker)

    assert made == [("first",), ("second", "first"), ("third", "first")]
    assert not Organisation.objects.exists()
