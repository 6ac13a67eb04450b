"""Migrations go forward from nothing, back to nothing, and forward again; what a service has outlives them."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from tests.interchange.sheets import MERE, TOM, small, text
from tests.processes import database_url

ROOT = Path(__file__).resolve().parents[1]
APPS = ["interchange", "wellbeing", "workload", "caseload", "notices", "audit", "staff"]  # each before what it rests on


@pytest.fixture
def empty_database(transactional_db):
    """A database of its own beside the tests', by its address."""
    name = f"{connection.settings_dict['NAME']}_empty"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
        yield database_url().rpartition("/")[0] + f"/{name}"
        cursor.execute(f'DROP DATABASE "{name}"')


@pytest.fixture
def manage(empty_database):
    """Run a command on the empty database: ``manage("migrate", "workload", "0001")``."""
    told = {
        **os.environ,
        "DATABASE_URL": empty_database,
        "SECRET_KEY": "only-for-tests",
        "PRIVATE_KEYS": settings.PRIVATE_KEYS[0],
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }

    def run(*words):
        command = [sys.executable, "manage.py", *map(str, words)]
        done = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True)
        assert not done.returncode, done.stderr

    return run


def test_migrations_go_forward_back_to_nothing_and_forward_again(manage):
    manage("migrate", "-v0")
    for app in APPS:
        manage("migrate", "-v0", app, "zero")
    manage("migrate", "-v0")


# A service that is there already --------------------------------------------------------------------------------------

MONTHS = [
    {
        "email": MERE,
        "month": "2026-08",
        "total": "83.5",
        "stable": "15",
        "cases": "61.5",
        "weight": "7",
        "status": "agreed",
    },
    {"email": MERE, "month": "2026-09", "total": "104", "fte": "1", "status": "reported", "reason": "Two were away."},
    {"email": TOM, "month": "2026-09", "total": "77", "status": "provisional"},
    {"email": TOM, "month": "2026-10", "total": "78", "status": "draft"},
]
WORK = {
    "activities": [{"ref": "H1", "kind": "court", "from": "2026-02-02", "finished_on": ""}],
    "responsibilities": [{"email": MERE, "kind": "practice_teaching", "from": "2026-01-05", "until": ""}],
    "records": MONTHS,
}


@pytest.fixture
def service(manage, tmp_path):
    """A service by the complete scheme, with work and months, as it was brought in."""
    manage("migrate", "-v0")
    sheets = small(**WORK)
    sheets["service"].append({"key": "preset", "value": "children"})
    for name, rows in sheets.items():
        (tmp_path / f"{name}.csv").write_bytes(text(rows))
    manage("import_service", tmp_path)


@pytest.fixture
def ask(empty_database):
    """Ask the service's database, in a connection that does not stay."""

    def ask(statement):
        with closing(psycopg2.connect(empty_database)) as visitor, visitor, visitor.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    return ask


COLUMNS = """
    SELECT c.table_name, string_agg(quote_ident(c.column_name), ', ' ORDER BY c.column_name)
      FROM information_schema.columns c WHERE c.table_name LIKE 'workload\\_%' GROUP BY c.table_name
"""


def test_the_months_and_the_scheme_of_a_service_outlive_their_migration_both_ways(service, manage, ask):
    ask("""
        INSERT INTO workload_scheme (organisation_id, name, starts_on, workload_weight, stable_scales_with_fte, mark, "limit",
            close_window_days, weight_of_cases_only, extras_inside_base, decision_day_is_first, start_day_is_first,
            windows_run_on, version)
        SELECT id, 'A draft', '2027-01-01', true, false, 90, 110, 28, false, false, false, false, false, 1
        FROM staff_organisation RETURNING id
    """)
    manage("migrate", "-v0", "workload", "0001")
    columns = dict(ask(COLUMNS))

    def rows():
        return {table: sorted(ask(f"SELECT {names} FROM {table}"), key=repr) for table, names in columns.items()}

    before = rows()
    assert len(before["workload_monthlyrecord"]) == len(MONTHS)
    assert ask("SELECT name FROM workload_scheme") == [("First scheme",)]
    assert before["workload_weight"] and before["workload_pointline"]

    for back in (True, False):
        manage("migrate", "-v0", "workload")
        assert rows() == before
        assert ask("SELECT DISTINCT published_at IS NOT NULL FROM workload_scheme") == [(True,)]
        assert ask("SELECT DISTINCT code FROM workload_weight WHERE linked_to_cases") == [("practice_teaching",)]
        assert ask("SELECT DISTINCT imported, adjustment, flag, version FROM workload_monthlyrecord") == [
            (True, 0, "none", 1)
        ]
        if back:
            manage("migrate", "-v0", "workload", "0001")
            assert rows() == before
    manage("check_points")


def test_who_supports_whom_and_its_history_outlive_their_migration_both_ways(service, manage, ask):
    def rows():
        return [sorted(ask(f"SELECT {OF_BOTH} FROM caseload_{table}"), key=repr) for table in ("allocation", EVENTS)]

    manage("migrate", "-v0", "caseload", "0001")
    before = rows()
    assert before[0]
    for version in ("0002", "0001"):
        manage("migrate", "-v0", "caseload", version)
        assert rows() == before
        if version == "0002":
            assert ask("SELECT DISTINCT note, over_reason FROM caseload_allocation") == [("", "")]
        ask(f"UPDATE caseload_allocation SET purpose = purpose || '{version}' RETURNING id")
        allocations, events = rows()
        assert len(events) == len(before[1]) + len(allocations)
        before = [allocations, events]


EVENTS = "allocationevent"
OF_BOTH = (
    "id, client_id, worker_id, starts_on, ends_before, close_decided_on, closed_on, purpose, first_action, review_on"
)


def test_people_who_are_there_already_are_found_again_by_name_and_phone(service, manage, ask):
    found = "SELECT words_key, phone_key FROM caseload_client ORDER BY id"
    manage("migrate", "-v0", "caseload", "0005")
    assert ask("UPDATE caseload_client SET phone = '+64 21 555 0142' RETURNING id")
    history = ask("SELECT count(*) FROM caseload_clientevent")

    manage("migrate", "-v0")

    assert ask(found) and all(words and phone == "15550142" for words, phone in ask(found))
    assert ask("SELECT count(*) FROM caseload_clientevent") == history
