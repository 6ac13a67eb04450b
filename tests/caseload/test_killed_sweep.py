"""A worker that is killed in the middle of a sweep leaves nothing that the next run does not put right."""

import os
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from caseload.models import Allocation, Client, Reminder, TierPeriod
from peerload.home.sweep import SweepCounts, sweep
from peerload.notices.models import Notice
from tests import factories
from tests.processes import database_url
from workload.actions import check

from .sweep_and_die import POINTS

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 12)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("today")]


def service(code):
    """A small service: some whose 24 weeks are over, some due, some for a manager to decide."""
    organisation = factories.OrganisationFactory(code=code)
    manager = factories.MemberFactory(organisation=organisation, name="Ana", role="manager")
    team = factories.TeamFactory(organisation=organisation, manager=manager)
    worker = factories.MemberFactory(organisation=organisation, name="Mere", in_team=team)
    for n in range(16):
        since = TODAY - timedelta(weeks=24) - timedelta(days=n % 3)
        person = factories.ClientFactory(supported_by=worker, support="parked", since=since, ref=f"P{n}")
        for weeks in (6, 12, 18, 23) if n % 4 else ():
            factories.ContactFactory(client=person, on=since + timedelta(weeks=weeks))
        factories.refresh_derived(person)
    factories.ClientFactory(supported_by=worker, support="parked", since=TODAY - timedelta(weeks=6), ref="P99")
    return organisation


def found(organisation):
    """Everything a sweep writes, without keys and moments."""
    of = {"organisation": organisation}
    return {
        "people": list(
            Client.objects.filter(**of)
            .order_by("ref")
            .values_list("ref", "tier", "tier_from", "parked_on", "six_weeks_from")
        ),
        "tiers": list(
            TierPeriod.objects.filter(**of)
            .order_by("client__ref", "starts_on")
            .values_list("client__ref", "tier", "starts_on", "ends_before", "automatic")
        ),
        "allocations": list(
            Allocation.objects.filter(**of)
            .order_by("client__ref")
            .values_list("client__ref", "close_decided_on", "closed_on", "ends_before", "ended_by_sweep")
        ),
        "reminders": list(
            Reminder.objects.filter(**of, cancelled_at=None)
            .order_by("client__ref", "kind")
            .values_list("client__ref", "kind", "anchor_on", "on")
        ),
        "notices": sorted(
            (recipient, kind, about(subject), anchor_on)
            for recipient, kind, subject, anchor_on in Notice.objects.filter(**of, cancelled_at=None).values_list(
                "recipient__name", "kind", "subject", "anchor_on"
            )
        ),
    }


def about(subject):
    """Name what a notice is about, alike in both services."""
    of_what, key, *month = subject.split(":")
    return Client.objects.get(pk=key).ref if of_what == "client" else (of_what, *month)


@pytest.fixture(scope="module")
def sweeper(django_db_setup):
    """A process that forks for each sweep."""
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "peerload.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "PRIVATE_KEYS": settings.PRIVATE_KEYS[0],
        "REDIS_URL": "redis://127.0.0.1:1/0",  # nobody there: a sweep does not ask the broker for anything
    }
    words = [sys.executable, "-m", "tests.caseload.sweep_and_die"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, cwd=ROOT, env=environment, **pipes) as process:
        yield process


def sweep_and_die(sweeper, point, organisation) -> int:
    """Let somebody sweep who is killed; return how the process ended."""
    print(point, organisation.code, TODAY.isoformat(), sep="\t", file=sweeper.stdin, flush=True)
    return int(sweeper.stdout.readline())


@pytest.mark.parametrize("point", POINTS)
def test_run_again_it_equals_one_that_nobody_killed(sweeper, point):
    killed, whole = service("killed"), service("whole")
    sweep(whole, TODAY)

    assert sweep_and_die(sweeper, point, killed) == -signal.SIGKILL
    assert point == "after commit" or found(killed) != found(whole)

    sweep(killed, TODAY)
    assert found(killed) == found(whole)
    assert check(killed) == []
    assert sweep(killed, TODAY) == SweepCounts()
