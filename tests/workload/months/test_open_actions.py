"""Remedial actions of every month on one page, and those long overdue with the service manager."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from peerload.home.sweep import sweep
from peerload.notices.models import Notice
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared
from tests.workload.months.scene import OCTOBER, SEPTEMBER
from workload import rules
from workload.months import actions
from workload.notices import ACTION_OVERDUE

from .test_record_page import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.mark.parametrize(
    ("due_on", "told"),
    [
        (date(2026, 11, 10), False),
        (date(2026, 10, 28), False),
        (date(2026, 10, 27), True),
        (date(2026, 10, 26), True),
    ],
    ids=["due today", "13 days over", "14 days over", "15 days over"],
)
def test_the_service_manager_is_told_from_the_fourteenth_day_on(due_on, told):
    assert (due_on <= rules.latest_due_told(date(2026, 11, 10), 14)) is told


def action(worker, team, month=OCTOBER, **more):
    more.setdefault("what", "Ring Hana Rewi twice a week")
    return factories.RemedialActionFactory(record__worker=worker, record__team=team, record__month=month, **more)


@shared(dated=True)
def overdue(mere, team, manager):
    return action(mere, team, owner=manager, due_on=TODAY - timedelta(days=14))


def test_what_is_long_overdue_is_told_once_and_without_its_words(
    signed_in, overdue, mere, team, organisation, service_manager
):
    action(mere, team, month=SEPTEMBER, due_on=TODAY - timedelta(days=13), what="Not yet")
    for __ in range(2):
        sweep(organisation, TODAY)
    assert Notice.objects.filter(kind=ACTION_OVERDUE).values_list("recipient", flat=True).get() == service_manager.pk

    client = signed_in(service_manager)
    first = words(client.get(reverse("team")))
    assert "1 action from a record is long overdue" in first
    there = words(client.get(reverse("team_attention", args=["overdue-actions"])))
    assert f"{mere.name}: due" in there and f"{overdue.owner.name} does it" in there
    assert "Hana" not in first + there

    actions.tick_off_action(action_id=overdue.pk, by=overdue.owner, today=TODAY, done=True)
    assert "long overdue" not in words(client.get(reverse("team")))


def test_the_number_of_days_is_a_setting(overdue, organisation, service_manager):
    organisation.action_days = 15
    organisation.save()
    assert actions.notify_of_overdue_actions(organisation, TODAY) == 0
    assert actions.notify_of_overdue_actions(organisation, TODAY + timedelta(days=1)) == 1


def test_a_manager_finds_the_open_actions_of_every_month_overdue_first(
    signed_in, overdue, mere, team, other_team, manager
):
    action(mere, team, month=SEPTEMBER, due_on=TODAY + timedelta(days=3), what="Share the Friday kitchen")
    stranger = factories.MemberFactory(organisation=team.organisation)
    action(stranger, other_team, what="Of another team")
    client = signed_in(manager)
    assert reverse("open_actions") in client.get(reverse("team_month")).content.decode()
    said = words(client.get(reverse("open_actions")))
    assert said.index("Ring Hana Rewi") < said.index("overdue") < said.index("Share the Friday kitchen")
    assert "October" in said and "September" in said
    assert "Of another team" not in said

    done = client.post(
        reverse("action_tick_off", args=[overdue.pk]), {"page": "open_actions", "done": "yes"}, follow=True
    )
    assert "Done in the last four weeks Ring Hana Rewi" in words(done)
    again = client.post(
        reverse("action_tick_off", args=[overdue.pk]), {"page": "open_actions", "done": "no"}, follow=True
    )
    assert "Done in the last four weeks" not in words(again)


def test_a_worker_finds_their_own(signed_in, overdue, mere, tom, team):
    action(tom, team, what="About another worker")
    said = words(signed_in(mere).get(reverse("open_actions")))
    assert "Ring Hana Rewi" in said
    assert "About another worker" not in said
    newcomer = factories.MemberFactory(organisation=team.organisation)
    assert "No action is open." in words(signed_in(newcomer).get(reverse("open_actions")))


def test_of_those_done_a_worker_finds_their_own_and_those_they_did_for_others_of_four_weeks(signed_in, mere, tom, team):
    first, before = TODAY - timedelta(days=28), TODAY - timedelta(days=29)
    action(mere, team, what="Done on the first day", done_on=first)
    action(mere, team, month=SEPTEMBER, what="Done the day before", done_on=before)
    action(tom, team, owner=mere, what="Done for Tom", done_on=TODAY)
    action(tom, team, month=SEPTEMBER, what="Done by Tom for himself", done_on=TODAY)
    said = words(signed_in(mere).get(reverse("open_actions")))
    assert said.index("Done for Tom") < said.index("Done on the first day")
    assert "Done the day before" not in said and "Done by Tom for himself" not in said
    stranger = factories.MemberFactory(organisation=team.organisation)
    assert "Done for Tom" not in words(signed_in(stranger).get(reverse("open_actions")))
