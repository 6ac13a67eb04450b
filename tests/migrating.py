"""Migrations without what takes their time: Django makes all related models anew after every field, constraint and trigger."""

from contextlib import contextmanager
from unittest import mock

import django
from django.core.management import call_command
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState


def _only_the_model(self: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
    """Return the model that changed, alone; the state notes that others are behind, and RunPython makes them all anew."""
    self.is_delayed = True
    return {(app_label, model_name)}


def _backwards(self: RunPython, app_label, schema_editor, from_state: ProjectState, to_state: ProjectState) -> None:
    """Make all models anew before the code runs: Django does so on the way forward alone."""
    from_state.clear_delayed_apps_cache()
    backwards(self, app_label, schema_editor, from_state, to_state)


backwards = RunPython.database_backwards


@contextmanager
def quickly():
    """
    Migrate in a fifth of the time, with the same statements.

    A statement needs the model that it changes. `tests/test_migrations.py` compares the tables with those Django makes.
    """
    with (
        mock.patch.object(ProjectState, "_find_reload_model", _only_the_model),
        mock.patch.object(RunPython, "database_backwards", _backwards),
    ):
        yield


def _without_squashed(self: MigrationLoader) -> None:
    load_disk(self)
    self.disk_migrations = {key: one for key, one in self.disk_migrations.items() if not one.replaces}


load_disk = MigrationLoader.load_disk


def step_by_step():
    """Migrate by those migrations that squashed ones replace, as a service did that is older than these."""
    return mock.patch.object(MigrationLoader, "load_disk", _without_squashed)


def main() -> None:
    """Migrate the database of the environment: ``python -m tests.migrating``."""
    django.setup()
    with quickly():
        call_command("migrate", verbosity=0)


if __name__ == "__main__":
    main()
