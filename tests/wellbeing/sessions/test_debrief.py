""" "Was that hard?" leads to a debrief that really is arranged: with a day, and without a word of what happened."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests import factories
from tests.conftest import TODAY
from tests.shared import shared
from wellbeing.models import Session

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)


@shared(dated=True)
def link(worker):
    return f"{reverse('session_book', args=[worker.uid])}?kind=debrief"


def test_after_a_contact_was_logged_a_debrief_can_be_arranged(signed_in, worker, today, link):
    person = factories.ClientFactory(supported_by=worker, support="parked")
    form = {"answer": "other", "submission_id": "9f3c43f8-2c58-4d6e-9ad5-8f5f2b1b9e11"}
    page = signed_in(worker).post(reverse("contact_log", args=[person.uid]), form, follow=True).content.decode()
    assert f'href="{link}"' in page

    assert f'href="{link}"' in signed_in(worker).get(reverse("mine_add", args=["debrief"])).content.decode()


def test_the_form_begins_with_who_gives_supervision_and_books_it(signed_in, worker, manager, today, link):
    page = signed_in(worker).get(link).content.decode()
    assert f'value="{manager.uid}" selected' in page and "not what happened" in page

    form = {"kind": "debrief", "planned_on": TOMORROW.isoformat(), "with_member": manager.uid, "minutes": "60"}
    assert signed_in(worker).post(link, form).status_code == 302
    session = Session.objects.get()
    assert (session.kind, session.planned_on, session.with_member) == ("debrief", TOMORROW, manager)


def test_the_manager_reads_that_it_is_booked_on_the_team_page_and_the_sessions_of_the_team(
    signed_in, worker, manager, today, link
):
    team = reverse("team_sessions")
    assert "Debrief" not in signed_in(manager).get(team).content.decode()
    form = {"kind": "debrief", "planned_on": TOMORROW.isoformat(), "with_member": manager.uid, "minutes": "60"}
    signed_in(worker).post(link, form)

    assert "Mere Paki would like to talk" in signed_in(manager).get(reverse("team")).content.decode()
    assert "Debrief" in signed_in(manager).get(team).content.decode()


def test_no_service_sets_how_often_there_is_one(signed_in, admin):
    assert "Debrief" not in signed_in(admin).get(reverse("session_cadence")).content.decode()


def test_one_tap_tells_the_supervisor_and_books_it_without_a_reason(signed_in, worker, manager, today):
    page = signed_in(worker).post(reverse("session_talk"), follow=True).content.decode()
    assert f"{manager.name} is told that you would like to talk" in page
    session = Session.objects.get()
    assert (session.kind, session.planned_on, session.with_member) == ("debrief", TOMORROW, manager)

    again = signed_in(worker).post(reverse("session_talk"), follow=True).content.decode()
    assert "is booked for" in again and "already" in again and Session.objects.count() == 1
    assert f"{worker.name} would like to talk" in signed_in(manager).get(reverse("team")).content.decode()


def test_while_the_manager_is_away_who_leads_meanwhile_is_told(signed_in, worker, manager, team, today):
    team.deputy = factories.MemberFactory(organisation=team.organisation, role="manager")
    team.save()
    factories.AbsenceFactory(worker=manager, starts_on=TOMORROW, ends_before=TOMORROW + timedelta(days=3))
    signed_in(worker).post(reverse("session_talk"))
    assert Session.objects.get().with_member == team.deputy


def test_where_no_one_gives_supervision_a_colleague_is_chosen(signed_in, worker, team, today, link):
    team.manager = team.deputy = None
    team.save()
    answer = signed_in(worker).post(reverse("session_talk"))
    assert answer.url == link and not Session.objects.exists()


def test_the_four_weeks_show_what_is_held_and_book_what_lacks(signed_in, worker, today):
    factories.SessionFactory(worker=worker, kind="reflective_practice", led_by="peers", held_on=TODAY)
    page = signed_in(worker).get(reverse("my_sessions")).content.decode()
    assert "These four weeks" in page and "kind=reflective_practice&amp;led_by=manager" in page
    form = {"kind": "supervision", "planned_on": TOMORROW.isoformat(), "with_name": "Ngaire", "minutes": "60"}
    answer = signed_in(worker).post(reverse("session_book", args=[worker.uid]), form | {"led_by": "peers"})
    assert answer.status_code == 422 and "Only reflective practice" in answer.content.decode()
