"""Django's own ``migrate``, quicker where the database is fresh: a first start, a test run."""

from contextlib import nullcontext
from typing import Any

from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from peerload.core.fresh_tables import quickly


class Command(migrate.Command):
    def handle(self, *args: Any, database: str, **options: Any) -> None:
        is_fresh = not MigrationRecorder(connections[database]).has_table()
        with quickly() if is_fresh else nullcontext():
            super().handle(*args, database=database, **options)
