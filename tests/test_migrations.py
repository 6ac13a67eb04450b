"""Migrations go forward from nothing, back to nothing, and forward again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

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


def test_migrations_go_forward_back_to_nothing_and_forward_again(empty_database):
    told = {
        **os.environ,
        "DATABASE_URL": empty_database,
        "SECRET_KEY": "only-for-tests",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }

    def migrate(*words):
        command = [sys.executable, "manage.py", "migrate", "-v0", *words]
        done = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True)
        assert not done.returncode, done.stderr

    migrate()
    for app in APPS:
        migrate(app, "zero")
    migrate()
