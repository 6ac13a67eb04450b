"""After a test that commits no row is left, and the tables keep history as before."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from caseload.models import Client
from tests import factories


def filled() -> set[str]:
    """Return the tables that hold rows."""
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"(SELECT '{table}' FROM \"{table}\" LIMIT 1)" for table in tables))
        return {table for (table,) in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_every_table_is_empty_and_its_triggers_are_on():
    for _ in range(2):
        team = factories.TeamFactory()
        worker = factories.MemberFactory(organisation=team.organisation, in_team=team)
        person = factories.ClientFactory(supported_by=worker)
        Client.objects.filter(pk=person.pk).update(name="Another name")  # which history keeps
        assert {"caseload_client", "caseload_clientevent", "staff_member", "workload_pointline"} <= filled()

        call_command("flush", interactive=False, verbosity=0)

        assert filled() == set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
def test_nothing_to_empty_is_no_fault():
    call_command("flush", interactive=False, verbosity=0)

    assert filled() == set()
