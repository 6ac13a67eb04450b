"""
What every test of a run needs stays until its end, so Python's collector need not look through it again and again.

That is a million objects: modules, models, the tests themselves. Nor need it look every few hundred objects for garbage of
which a test makes little: that takes a twentieth of the time. `tests/conftest.py` takes the hooks from here.
"""

import gc

import pytest

OFTEN_ENOUGH = 50_000  # objects, some ten megabytes


@pytest.hookimpl(tryfirst=True)
def pytest_collection() -> None:
    """Collect no garbage while tests are collected: hardly anything of what is made then is garbage."""
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Set apart what is there now, and look for garbage in what comes."""
    gc.freeze()
    gc.set_threshold(OFTEN_ENOUGH)
    gc.enable()
