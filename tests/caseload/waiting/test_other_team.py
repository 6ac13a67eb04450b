"""Somebody who waits goes to another team: it is told, and the team they leave sees them no more."""

import pytest
from django.urls import reverse

from caseload import actions as caseload
from caseload.actions import PlannedAlready
from caseload.models import Client, ClientEvent, Referral
from caseload.waiting import actions
from peerload.notices import kinds
from peerload.notices.models import Notice
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@shared(dated=True)
def person(team):
    person = factories.ClientFactory(organisation=team.organisation, team=team, support=None, name="Whetu Cole")
    factories.ReferralFactory(client=person, owner=team.manager, due_on=TODAY, action="Ring her")
    return person


def go(person, team, by, **more):
    return actions.go_to_team(client_id=person.pk, team=team, by=by, today=TODAY, **more)


def open_notices() -> list[tuple[str, str]]:
    """Return who gets what, as their next digest would say it."""
    unsent = Notice.objects.filter(cancelled_at=None, message=None, subject__startswith="client:")
    return sorted((each.recipient.name, each.kind) for each in kinds.still_true(unsent.select_related("recipient")))


def press(browser, person, team, **words):
    return browser.post(reverse("other_team", args=[person.uid]), {"team": team.pk} | words, follow=True)


def test_the_team_they_leave_sees_them_no_more(signed_in, manager, other_manager, team, other_team, person):
    before = signed_in(manager)
    html = press(before, person, other_team, words="Lives up north now").content.decode()

    assert "Whetu Cole waits in Northcote now." in html
    assert before.get(person.get_absolute_url()).status_code == 404
    assert "Whetu Cole" not in before.get(reverse("waiting")).content.decode()
    there = signed_in(other_manager).get(reverse("waiting")).content.decode()
    assert "Whetu Cole" in there and "Ring her" in there


def test_where_there_is_no_other_team_nothing_is_offered(signed_in, manager, person):
    page = signed_in(manager).get(person.get_absolute_url()).content.decode()
    assert reverse("waiting_edit", args=[person.uid]) in page
    assert reverse("other_team", args=[person.uid]) not in page


def test_the_manager_of_the_other_team_is_told_once_and_without_the_name(manager, other_team, person):
    go(person, other_team, manager)
    assert open_notices() == [("Lena Okafor", "waits_here")]
    assert kinds.counted(Notice.objects.filter(kind="waits_here")) == [
        "1 person who waits for a worker has come to your team"
    ]


@pytest.mark.parametrize("after", ["supported", "passed on"])
def test_nothing_is_said_that_is_not_so_any_more(manager, other_manager, team, other_team, stranger, person, after):
    go(person, other_team, manager)
    if after == "supported":
        who = {"worker": stranger, "by": other_manager, "tier": "high"}
        caseload.allocate(client_id=person.pk, on=TODAY, today=TODAY, **who)
    else:
        go(person, team, other_manager)
    assert "waits_here" not in {kind for name, kind in open_notices() if name == "Lena Okafor"}


def test_the_person_responsible_is_so_no_more_and_the_rest_goes_along(manager, other_team, person):
    go(person, other_team, manager)
    referral = Referral.objects.get()
    assert (referral.owner, referral.action, referral.due_on) == (None, "Ring her", TODAY)


def test_a_worker_of_both_teams_stays_responsible(manager, other_team, stranger, person):
    Referral.objects.update(owner=stranger)
    go(person, other_team, manager)
    assert Referral.objects.get().owner == stranger


def test_the_history_keeps_from_which_team_by_whom_and_why(manager, team, other_team, person):
    go(person, other_team, manager, words="Lives up north now")
    before = ClientEvent.objects.filter(pgh_obj=person).latest("pgh_id")
    assert before.team_id == team.pk
    assert before.pgh_context.metadata["member"] == manager.pk
    assert before.pgh_context.metadata["reason"] == "Lives up north now"


def test_somebody_with_a_worker_stays_with_them(signed_in, manager, worker, other_team):
    supported = factories.ClientFactory(supported_by=worker)
    html = press(signed_in(manager), supported, other_team).content.decode()
    assert "so they are not waiting" in html
    assert Client.objects.get(pk=supported.pk).team == worker.home_team


def test_somebody_whose_worker_is_arranged_stays(manager, worker, other_team, person):
    later = TODAY.replace(day=20)
    caseload.allocate(client_id=person.pk, worker=worker, on=later, by=manager, tier="high", today=TODAY)
    with pytest.raises((actions.Arranged, PlannedAlready)):
        go(person, other_team, manager)


def test_somebody_not_in_touch_waits_for_nobody(manager, team, other_team):
    gone = factories.ClientFactory(organisation=team.organisation, team=team, support="inactive")
    with pytest.raises(actions.WaitsForNobody):
        go(gone, other_team, manager)


def test_a_team_that_nobody_leads_is_not_offered_and_not_taken(signed_in, manager, organisation, other_team, person):
    alone = factories.TeamFactory(organisation=organisation, name="Southcote")
    html = signed_in(manager).get(reverse("other_team", args=[person.uid])).content.decode()
    assert "Northcote" in html and "Southcote" not in html and "Harbourside</label>" not in html
    with pytest.raises(actions.NobodyLeads):
        go(person, alone, manager)


def test_the_second_press_says_that_it_is_so(manager, other_team, person):
    go(person, other_team, manager)
    with pytest.raises(actions.OfThatTeam):
        go(person, other_team, manager)
