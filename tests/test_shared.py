"""What is made once for a file stands for the tests that ask for it, as it was made, and for no others."""

import pytest

from peerload.core import clock
from peerload.staff.models import Organisation
from tests import factories
from tests.conftest import TODAY

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
