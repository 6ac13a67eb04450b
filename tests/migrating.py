"""Migrations as a service did them that is older than the squashed ones."""

from unittest import mock

from django.db.migrations.loader import MigrationLoader


def _without_squashed(self: MigrationLoader) -> None:
    load_disk(self)
    self.disk_migrations = {key: one for key, one in self.disk_migrations.items() if not one.replaces}


load_disk = MigrationLoader.load_disk


def step_by_step():
    """Migrate by those migrations that squashed ones replace."""
    return mock.patch.object(MigrationLoader, "load_disk", _without_squashed)
