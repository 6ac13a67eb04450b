"""After an import PostgreSQL knows how much there is of everything that came in, so that it plans the next page for that."""

import re
from contextlib import contextmanager
from datetime import date

import pytest
from django.apps import apps
from django.db import connection

from peerload.interchange import actions, demo_data, files

pytestmark = pytest.mark.django_db

BOOKKEEPING = {"audit", "interchange"}  # a row or two an import


def filled() -> dict[str, int]:
    """Return how many rows our tables have, those of the history among them."""
    tables = {
        model._meta.db_table
        for app in apps.get_app_configs()
        for model in app.get_models()
        if model._meta.managed and (model.__module__.startswith(("peerload.", "caseload", "workload", "wellbeing")))
    }
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(tables):
            if table.partition("_")[0] not in BOOKKEEPING:
                cursor.execute(f"SELECT count(*) FROM {table}")
                found[table] = cursor.fetchone()[0]
    return found


@contextmanager
def analysed():
    """Collect the tables that are ANALYZEd inside."""
    tables: set[str] = set()

    def note(execute, sql, params, many, context):
        if sql.startswith("ANALYZE"):
            tables.update(re.findall(r'"(\w+)"', sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield tables


def changed(before: dict[str, int]) -> set[str]:
    return {table for table, count in filled().items() if count != before[table]}


def test_an_import_renews_the_statistics_of_every_table_it_filled(on):
    on(date(2026, 11, 27))
    before = filled()

    with analysed() as tables:
        actions.bring_in(files.open_path(demo_data.HARBOURSIDE))

    assert {"caseload_client", "caseload_contact", "workload_pointline", "staff_post"} <= changed(before)
    assert changed(before) - tables == set()
