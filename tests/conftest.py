"""The fixed cast of the tests, and the day it is."""

from datetime import date
from unittest import mock

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection

from caseload.leaving import actions as leaving_actions
from peerload.core import clock
from workload import actions as work

from . import factories
from .emptying import emptied_where_rows_are
from .garbage import pytest_collection, pytest_collection_finish  # noqa: F401
from .shared import (  # noqa: F401
    TODAY,
    made_once,
    pytest_collection_modifyitems,
    pytest_fixture_setup,
    pytest_runtest_setup,
    service,
    shared,
    sharing,
    world,
)
from .workload.months.scene import carry


def end_other_sessions(database: str) -> None:
    """
    End whatever else is in a database: a browser not closed yet keeps a thread of the live server, and that a connection.

    PostgreSQL's own workers, as autovacuum, are left to it.
    """
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
            [database],
        )


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The database of the tests, which nobody is in any more when it is removed."""
    with emptied_where_rows_are():
        yield
    sharing.change_to([], django_db_blocker)
    with django_db_blocker.unblock():
        end_other_sessions(connection.settings_dict["NAME"])


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    """Passwords are kept as in production, but with next to no work: a sign-in would take a quarter of a second."""
    with mock.patch.multiple(Argon2PasswordHasher, time_cost=1, memory_cost=8, parallelism=1):
        yield


@pytest.fixture
def on(monkeypatch):
    """Say what day it is: ``on(date(2026, 3, 2))``."""

    def set_day(day: date):
        monkeypatch.setattr(clock, "today", lambda organisation: day)
        return day

    return set_day


@pytest.fixture
def today(on):
    """Thursday 12 November 2026, everywhere."""
    return on(TODAY)


@shared
def organisation(db):
    return factories.OrganisationFactory()


@shared
def manager(organisation):
    return factories.MemberFactory(organisation=organisation, name="Ana Whitford", role="manager")


@shared
def team(organisation, manager):
    return factories.TeamFactory(organisation=organisation, name="Harbourside", manager=manager)


@shared
def worker(organisation, team):
    return factories.MemberFactory(organisation=organisation, name="Mere Paki", in_team=team)


@shared
def teammate(organisation, team):
    return factories.MemberFactory(organisation=organisation, name="Tom Lealaiauloto", in_team=team)


@shared
def other_manager(organisation):
    return factories.MemberFactory(organisation=organisation, name="Lena Okafor", role="manager")


@shared
def other_team(organisation, other_manager):
    return factories.TeamFactory(organisation=organisation, name="Northcote", manager=other_manager)


@shared
def stranger(organisation, other_team):
    """A peer worker of another team."""
    return factories.MemberFactory(organisation=organisation, name="Sina Mata'afa", in_team=other_team)


@shared
def service_manager(organisation):
    return factories.MemberFactory(organisation=organisation, name="Ruth Hale", role="service_manager")


@shared
def admin(organisation):
    return factories.MemberFactory(organisation=organisation, name="Sam Ito", role="admin")


@pytest.fixture
def signed_in(client):
    """Return a client signed in as a member: ``signed_in(worker).get("/")``."""

    def sign_in(member):
        client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def mine(signed_in, worker):
    """A client signed in as the worker."""
    return signed_in(worker)


# People, and a worker who goes ------------------------------------------------------------------------------------------


@shared(dated=True)
def hana(worker):
    """A person with medium support of the worker since long ago."""
    return factories.ClientFactory(supported_by=worker, name="Hana Rewi")


@shared(dated=True)
def waiting(team, today):
    """A person who waits for a worker of the team."""
    return factories.ClientFactory(name="Whetu Waiting", team=team, organisation=team.organisation, support=None)


@shared(dated=True)
def absence(worker):
    """The worker is away since Monday, until the first of February."""
    return factories.AbsenceFactory(worker=worker, starts_on=date(2026, 11, 9), expected_back=date(2027, 2, 1))


@shared(dated=True)
def leaving(worker, manager):
    """The worker has given notice, with a last day of 30 November."""
    return leaving_actions.give_notice(
        member=worker, notice_on=TODAY, last_day=date(2026, 11, 30), by=manager, today=TODAY
    )


# A month to report -------------------------------------------------------------------------------------------------------


@shared(dated=True)
def mere(worker, organisation):
    """A worker with 93 points by the peer scheme."""
    work.create_scheme(organisation)
    carry(worker, 93)
    return worker


@shared(dated=True)
def tom(teammate, mere):
    """A worker of the same team, above the limit with 104 points."""
    carry(teammate, 104)
    return teammate


@shared(dated=True)
def deputy(organisation, team):
    """The deputy of the team."""
    team.deputy = factories.MemberFactory(organisation=organisation, name="Hemi Cook", in_team=team)
    team.save()
    return team.deputy
