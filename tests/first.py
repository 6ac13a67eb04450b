"""
A pytest plugin: files with a test that takes ten seconds and more come first, so that no process is left alone with one.

The processes of a run begin with a part each of all tests in their order. One that is done with its part takes half of what
another still has, from the end. So what comes first is never what all wait for.
"""

from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
FIRST = (
    "tests/local/test_run.py",
    "tests/browser/test_everything_journey.py",
    "tests/browser/test_pages_of_months.py",
    "tests/home/test_rows_read.py",
    "tests/test_migrations.py",
    "tests/faults/test_database.py",
    "tests/browser/test_sizes_and_senses.py",
    "tests/faults/test_pgbouncer.py",
    "tests/browser/test_month_journey.py",
    "tests/browser/test_pages_of_people.py",
    "tests/local/test_environment.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list) -> None:
    """Let them come first, in this order; all others stay as they are."""
    places = {PROJECT / name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))
