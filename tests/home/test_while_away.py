"""A manager who is back reads in one list what was decided in their teams meanwhile, and who decided it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from caseload import actions as caseload
from peerload.staff import actions as staff
from tests import factories
from tests.conftest import TODAY
from tests.workload.months.scene import OCTOBER, act, submit
from workload.models import Agreement
from workload.months import actions as months

pytestmark = pytest.mark.usefixtures("today")
DAY = timedelta(days=1)


def tight(answer) -> str:
    return " ".join(answer.content.decode().replace("&#x27;", "'").replace("&amp;", "&").split())


@pytest.fixture
def absent(manager):
    return factories.AbsenceFactory(worker=manager, starts_on=TODAY - 5 * DAY)


@pytest.fixture
def stand_in(absent, team, stranger, service_manager):
    """Who acts since the day before yesterday."""
    return factories.ActingManagerFactory(
        team=team, member=stranger, absence=absent, starts_on=TODAY - 2 * DAY, by=service_manager
    ).member


def listed(browser) -> list[tuple[str, str, str]]:
    return [(each.by, each.label, each.words) for each in browser.get(reverse("while_away")).context["done"]]


def test_what_was_decided_meanwhile_and_by_whom(
    signed_in, mere, team, manager, absent, stand_in, service_manager, other_team
):
    person = factories.ClientFactory(name="Whetu Waiting", team=team, organisation=team.organisation, support=None)
    caseload.allocate(client_id=person.pk, worker=mere, on=TODAY, by=stand_in, today=TODAY, tier="medium")
    submit(mere, agree=True)
    act(months.agree, mere, stand_in, reason="")
    Agreement.objects.update(at=datetime(2026, 11, 12, 1, 30, tzinfo=UTC))
    months.send(team=team, month=OCTOBER, by=stand_in, today=TODAY, note="")
    elsewhere = factories.ClientFactory(
        name="Not Theirs", team=other_team, organisation=team.organisation, support=None
    )
    staff.edit_absence(absence_id=absent.pk, by=service_manager, today=TODAY, ends_before=TODAY + DAY)

    found = listed(signed_in(manager))

    name = stand_in.name
    assert set(found) == {
        (service_manager.name, "Harbourside", "Sina Mata'afa acts in your place"),
        (name, "Whetu Waiting", "Is with Mere Paki"),
        (name, "Whetu Waiting", "Support: medium"),
        (name, "Mere Paki, October 2026", "Record agreed to at 93 points"),
        (name, "Harbourside", "Report of October 2026 sent"),
    }, elsewhere
    browser = signed_in(manager)
    for each in browser.get(reverse("while_away")).context["done"]:
        assert browser.get(each.url).status_code == 200, each.url


def test_what_workers_did_and_what_they_did_themself_is_left_out(
    signed_in, worker, hana, team, manager, absent, deputy
):
    waiting = factories.ClientFactory(name="Whetu Waiting", team=team, organisation=team.organisation, support=None)
    caseload.allocate(client_id=waiting.pk, worker=worker, on=TODAY, by=manager, today=TODAY, tier="medium")
    theirs = factories.ClientFactory(name="Ofa Ward", team=team, organisation=team.organisation, support=None)
    factories.TierPeriodFactory(client=theirs, tier="group", starts_on=TODAY, by=worker)
    assert listed(signed_in(manager)) == []
    assert "Nothing was decided in your place." in tight(signed_in(manager).get(reverse("while_away")))


def test_the_first_page_leads_to_it_for_eight_weeks_after_the_return(on, signed_in, manager, team, absent):
    absent.ends_before = TODAY
    absent.save()
    link = f'href="{reverse("while_away")}"'
    assert link in tight(signed_in(manager).get(reverse("team")))
    on(TODAY + 57 * DAY)
    assert link not in tight(signed_in(manager).get(reverse("team")))
    assert "You were not away in the last eight weeks." in tight(signed_in(manager).get(reverse("while_away")))


def test_workers_and_those_above_have_no_such_page(signed_in, team, worker, service_manager, admin):
    for member in (worker, service_manager, admin):
        assert signed_in(member).get(reverse("while_away")).status_code == 404
