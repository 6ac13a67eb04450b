"""People who came in without team and worker are given a team, by an admin who sees their name and nothing else."""

import pytest
from django.urls import reverse

from caseload.models import Client, ClientEvent
from caseload.waiting import actions
from peerload.audit.models import Entry
from peerload.notices.models import Notice
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@shared(dated=True)
def person(organisation):
    words = {"name": "Whetu Cole", "ref": "P0815", "phone": "021 555 0142", "contact_note": "Not on Fridays"}
    return factories.ClientFactory(organisation=organisation, support=None, **words)


def give(browser, team, *people):
    return browser.post(reverse("in_no_team"), {"team": team.pk, "people": [each.uid for each in people]}, follow=True)


def test_nobody_who_leads_or_works_in_a_team_sees_them(manager, worker, service_manager, admin, person):
    for member in (manager, worker, service_manager, admin):
        assert not Client.objects.visible_to(member, TODAY).exists()


def test_an_admin_sees_name_and_reference_alone_and_the_look_is_written_down(signed_in, admin, team, person):
    page = signed_in(admin).get(reverse("in_no_team")).content.decode()
    assert "Whetu Cole, P0815" in page
    assert person.phone not in page and "Fridays" not in page and person.get_absolute_url() not in page
    look = Entry.objects.get(what="listed", subject="in_no_team")
    assert (look.member, look.counts) == (admin, {"people": 1})


def test_a_person_with_a_team_a_worker_or_another_service_is_not_there(signed_in, admin, team, worker):
    factories.ClientFactory(organisation=team.organisation, team=team, name="With Team")
    factories.ClientFactory(supported_by=worker, team=None, name="With Worker")
    factories.ClientFactory(name="Elsewhere")
    page = signed_in(admin).get(reverse("in_no_team")).content.decode()
    assert "Everyone has a team or a worker." in page
    assert not any(name in page for name in ("With Team", "With Worker", "Elsewhere"))


def test_one_press_gives_them_a_team_whose_manager_is_told_and_sees_them(signed_in, admin, manager, team, person):
    assert "1 person is in Harbourside now." in give(signed_in(admin), team, person).content.decode()
    assert signed_in(manager).get(person.get_absolute_url()).status_code == 200
    assert [(each.recipient, each.kind) for each in Notice.objects.all()] == [(manager, "waits_here")]
    before = ClientEvent.objects.get(pgh_obj=person)
    assert (before.team_id, before.pgh_context.metadata["member"]) == (None, admin.pk)


def test_of_somebody_not_in_touch_nobody_is_told(signed_in, admin, team, organisation):
    gone = factories.ClientFactory(organisation=organisation, support="inactive")
    give(signed_in(admin), team, gone)
    assert Client.objects.get().team == team
    assert not Notice.objects.exists()


def test_who_was_given_a_team_meanwhile_keeps_it(admin, team, other_team, person):
    assert actions.give_team(client_ids=[person.pk], team=team, by=admin, today=TODAY) == 1
    assert actions.give_team(client_ids=[person.pk], team=other_team, by=admin, today=TODAY) == 0
    assert Client.objects.get().team == team


def test_a_team_of_another_service_is_not_taken(signed_in, admin, team, person):
    elsewhere = factories.TeamFactory(manager=factories.MemberFactory(role="manager"))
    assert "Select a valid choice" in give(signed_in(admin), elsewhere, person).content.decode()
    assert Client.objects.get().team is None
