"""Migrations go forward from nothing, back to nothing, and forward again; what a service has outlives them."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection

from tests.conftest import end_other_sessions
from tests.interchange.sheets import MERE, TOM, small, text

APPS = ["interchange", "wellbeing", "workload", "caseload", "notices", "audit", "staff"]  # each before what it rests on


@pytest.fixture
def a_copy(transactional_db):
    """
    A copy of the tests' database in its place: migrated from nothing, as that one was at the start, and with no rows.

    So the way forward is gone once for all the tests, and a copy takes no time.
    """
    tests = connection.settings_dict["NAME"]
    copy = f"{tests}_copy"
    end_other_sessions(tests)  # nobody is in a database that is copied
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{copy}"')
        cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{tests}"')
    connection.settings_dict["NAME"] = copy
    try:
        assert "caseload_client" in connection.introspection.table_names()
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = tests
        ContentType.objects.clear_cache()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{copy}"')


def migrate(*where):
    """Migrate to a place: ``migrate("workload", "0001")``."""
    call_command("migrate", *where, verbosity=0)


def test_migrations_go_forward_back_to_nothing_and_forward_again(a_copy):
    for app in APPS:  # in one go it would take twice as long: less and less is left to be made anew
        migrate(app, "zero")
    ours = {name.partition("_")[0] for name in connection.introspection.table_names()} & set(APPS)
    assert not ours
    migrate()


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
def service(a_copy, tmp_path, capsys):
    """A service by the complete scheme, with work and months, as it was brought in."""
    sheets = small(**WORK)
    sheets["service"].append({"key": "preset", "value": "children"})
    for name, rows in sheets.items():
        (tmp_path / f"{name}.csv").write_bytes(text(rows))
    call_command("import_service", tmp_path)


def ask(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


TABLES = "SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'workload\\_%'"


def tables_of_workload() -> dict[str, dict[str, list]]:
    """Return everything in workload's tables: by table, by column, the values in order of primary key."""
    found = {}
    with connection.cursor() as cursor:
        for (table,) in ask(TABLES):
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            names, rows = [column.name for column in cursor.description], cursor.fetchall()
            found[table] = {name: [row[n] for row in rows] for n, name in enumerate(names)}
    return found


def what_both_know(tables, others) -> dict[str, dict[str, list]]:
    """Return the columns that others have as well."""
    return {
        table: {name: tables[table][name] for name in tables[table].keys() & others[table].keys()}
        for table in tables.keys() & others.keys()
    }


def test_the_months_and_the_scheme_of_a_service_outlive_their_migration_both_ways(service):
    as_brought_in = tables_of_workload()
    assert len(as_brought_in["workload_monthlyrecord"]["id"]) == len(MONTHS)
    ask("""
        INSERT INTO workload_scheme (organisation_id, name, starts_on, workload_weight, stable_scales_with_fte, mark, "limit",
            close_window_days, weight_of_cases_only, extras_inside_base, decision_day_is_first, start_day_is_first,
            windows_run_on, version)
        SELECT id, 'A draft', '2027-01-01', true, false, 90, 110, 28, false, false, false, false, false, 1
        FROM staff_organisation RETURNING id
    """)

    migrate("workload", "0001")

    before = tables_of_workload()
    assert before.keys() < as_brought_in.keys()
    assert before == what_both_know(as_brought_in, before)
    assert ask("SELECT name FROM workload_scheme") == [("First scheme",)]
    assert before["workload_weight"]["id"] and before["workload_pointline"]["id"]

    migrate("workload")

    assert what_both_know(tables_of_workload(), before) == before
    assert ask("SELECT DISTINCT published_at IS NOT NULL FROM workload_scheme") == [(True,)]
    assert ask("SELECT DISTINCT code FROM workload_weight WHERE linked_to_cases") == [("practice_teaching",)]
    assert ask("SELECT DISTINCT imported, adjustment, flag, version FROM workload_monthlyrecord") == [
        (True, 0, "none", 1)
    ]
    call_command("check_points")


def test_who_supports_whom_and_its_history_outlive_their_migration_both_ways(service):
    def rows():
        return [sorted(ask(f"SELECT {OF_BOTH} FROM caseload_{table}"), key=repr) for table in ("allocation", EVENTS)]

    migrate("caseload", "0001")
    before = rows()
    assert before[0]
    for version in ("0002", "0001"):
        migrate("caseload", version)
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


def test_people_who_are_there_already_are_found_again_by_name_and_phone(service):
    found = "SELECT words_key, phone_key FROM caseload_client ORDER BY id"
    migrate("caseload", "0005")
    assert ask("UPDATE caseload_client SET phone = '+64 21 555 0142' RETURNING id")
    history = ask("SELECT count(*) FROM caseload_clientevent")

    migrate("caseload")

    assert ask(found) and all(words and phone == "15550142" for words, phone in ask(found))
    assert ask("SELECT count(*) FROM caseload_clientevent") == history
