"""A manager who is away is recorded as such by the deputy, a service manager or an admin."""

from datetime import timedelta

import pytest
from django.urls import reverse

from peerload.staff.models import Absence
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared
from tests.workload.months.scene import submit

pytestmark = pytest.mark.usefixtures("today")
DAY = timedelta(days=1)


@shared(dated=True)
def deputy(organisation, team):
    team.deputy = factories.MemberFactory(organisation=organisation, name="Dev Rao", in_team=team)
    team.save()
    return team.deputy


def record(browser, who):
    return browser.post(reverse("absence_add"), {"worker": who.pk, "starts_on": TODAY.isoformat(), "planned": "no"})


def tight(answer) -> str:
    return " ".join(answer.content.decode().replace("&#x27;", "'").split())


def offered(browser) -> set[str]:
    field = browser.get(reverse("absence_add")).context["form"].fields["worker"]
    return {member.name for member in field.queryset}


@pytest.mark.parametrize("above", ["service_manager", "admin"])
def test_where_there_is_no_deputy_somebody_above_the_team_records_it(signed_in, request, manager, team, above):
    browser = signed_in(request.getfixturevalue(above))
    assert offered(browser) == {"Ana Whitford"}

    answer = record(browser, manager)

    absence = Absence.objects.get()
    assert answer.status_code == 302 and answer.url == f"{reverse('acting', args=[absence.pk])}?team={team.pk}"
    assert (absence.worker, absence.starts_on) == (manager, TODAY)
    url = reverse("absence_edit", args=[absence.pk])
    assert url in browser.get(reverse("absences")).content.decode() and browser.get(url).status_code == 200


@pytest.mark.parametrize("above", ["service_manager", "admin"])
def test_while_the_deputy_is_here_they_record_it_too_and_the_deputy_acts(signed_in, request, manager, deputy, above):
    browser = signed_in(request.getfixturevalue(above))
    assert offered(browser) == {"Ana Whitford", "Dev Rao"}
    answer = record(browser, manager)
    assert answer.status_code == 302 and answer.url == reverse("absences")
    assert "Dev Rao leads the team." in tight(browser.get(reverse("absences")))

    browser = signed_in(deputy)
    assert "Ana Whitford" in offered(browser)


def test_the_deputy_records_it_themself(signed_in, manager, deputy):
    browser = signed_in(deputy)
    assert record(browser, manager).status_code == 302 and Absence.objects.get().worker == manager


def test_it_is_recorded_ahead_with_the_day_expected_back_and_then_the_return(signed_in, admin, manager, deputy):
    browser = signed_in(admin)
    days = {"starts_on": (TODAY + 5 * DAY).isoformat(), "expected_back": (TODAY + 20 * DAY).isoformat()}
    browser.post(reverse("absence_add"), {"worker": manager.pk, "planned": "yes", **days})
    absence = Absence.objects.get()
    assert absence.planned and absence.expected_back == TODAY + 20 * DAY
    changed = {**days, "planned": "yes", "ends_before": (TODAY + 18 * DAY).isoformat()}
    assert browser.post(reverse("absence_edit", args=[absence.pk]), changed).status_code == 302
    absence.refresh_from_db()
    assert absence.ends_before == TODAY + 18 * DAY


def test_an_admin_records_nothing_of_workers_and_of_another_service(signed_in, admin, worker, manager, team):
    elsewhere = factories.TeamFactory(manager=factories.MemberFactory(role="manager"))
    assert record(signed_in(admin), worker).status_code == 422
    assert record(signed_in(admin), elsewhere.manager).status_code == 422
    absence = factories.AbsenceFactory(worker=worker)
    assert signed_in(admin).get(reverse("absence_edit", args=[absence.pk])).status_code == 404


def test_then_the_worker_can_ask_another_manager_to_agree(signed_in, admin, worker, manager, other_manager, other_team):
    submit(worker, agree=True)
    ask = reverse("record_other_manager", args=[worker.uid, "2026-10"])
    page = reverse("record", args=[worker.uid, "2026-10"])
    assert ask not in signed_in(worker).get(page).content.decode()

    record(signed_in(admin), manager)

    assert ask in signed_in(worker).get(page).content.decode()


def test_the_first_pages_of_those_above_the_teams_lead_to_it(signed_in, admin, service_manager, team):
    for member in (admin, service_manager):
        assert f'href="{reverse("absences")}"' in signed_in(member).get("/", follow=True).content.decode()
