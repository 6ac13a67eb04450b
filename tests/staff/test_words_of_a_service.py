"""A service says what it calls the people it supports, and reads it where they are named together."""

import pytest
from django.urls import reverse

from tests import factories
from tests.staff.test_pages import service

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def whaiora(signed_in, admin, organisation):
    sent = service(organisation, person_noun="whaiora", people_noun="whaiora")
    assert signed_in(admin).post(reverse("service"), sent).status_code == 302
    organisation.refresh_from_db()
    return organisation


def page(client, name) -> str:
    return " ".join(client.get(reverse(name)).content.decode().split())


def test_the_menu_the_list_and_my_day_say_the_word_that_the_service_has_chosen(signed_in, whaiora, worker):
    factories.ClientFactory(supported_by=worker)
    people = page(signed_in(worker), "people")
    assert "<h1>Whaiora I support</h1>" in people and "> 1 whaiora <" in people
    assert "Whaiora</a>" in people  # the menu
    my_day = page(signed_in(worker), "my_day")
    assert "whaiora I support</a>" in my_day and "people I support" not in my_day.lower()


def test_without_a_choice_they_are_people(signed_in, worker):
    factories.ClientFactory(supported_by=worker)
    people = page(signed_in(worker), "people")
    assert "<h1>People I support</h1>" in people and "> 1 person <" in people
