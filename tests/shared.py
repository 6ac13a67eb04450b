"""
What is dear to make is made once for a file of tests; each test starts from it, and what a test changes is undone.

A file says which of its fixtures is such a one, what makes it and on what day, and the fixture hands out its copy::

    MADE_ONCE = {"service": (one_of_everything, TODAY)}


    @pytest.fixture
    def service(made_once, on):
        on(TODAY)
        return made_once

It stands in a transaction around the tests that ask for the fixture, each of which runs within a savepoint of its own. Tests
that do not ask for it do not meet it: they run after the others, when it is gone. `tests/conftest.py` takes the hooks from here.
"""

from collections.abc import Callable
from contextlib import ExitStack
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from peerload.core import clock

Made = tuple[Callable[[], Any], date]


class Sharing:
    """What stands in the database at the moment, if anything."""

    def __init__(self) -> None:
        self.made: Made | None = None
        self.value = None
        self.transaction = ExitStack()

    def change_to(self, made: Made | None, blocker) -> None:
        """Make what the next test asks for, unless it stands already; what stood before is gone."""
        if made is self.made:
            return
        with blocker.unblock():
            # The live server, when it stops, may have closed the connection, and with it the transaction.
            with self.transaction.pop_all() as stands:
                if not transaction.get_connection().in_atomic_block:
                    stands.pop_all()
            self.made = self.value = None
            if made is not None:
                self._keep(*made)
                self.made = made

    def _keep(self, make: Callable[[], Any], day: date) -> None:
        with ExitStack() as stack:
            stack.enter_context(transaction.atomic())
            stack.callback(transaction.set_rollback, True)
            self.value = _make(make, day)
            self.transaction = stack.pop_all()


sharing = Sharing()


def _make(make: Callable[[], Any], day: date) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "today", lambda organisation: day)
        return make()


def _declared(item) -> dict[str, Made]:
    return getattr(getattr(item, "module", None), "MADE_ONCE", {})


def _wanted(item) -> Made | None:
    """Return what a test wants to be there."""
    return next((made for name, made in _declared(item).items() if name in item.fixturenames), None)


def _commits(item) -> bool:
    """Return whether what a test writes is there for other connections; it shares nothing."""
    marker = item.get_closest_marker("django_db")
    return bool({"transactional_db", "live_server"} & set(item.fixturenames)) or bool(
        marker and marker.kwargs.get("transaction")
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items) -> None:
    """Let those tests of a file that share something come first, one after the other."""
    place = {}
    for item in items:
        place.setdefault(item.path, len(place))

    def order(item) -> tuple[int, int]:
        declared = list(_declared(item).values())
        wanted = _wanted(item)
        return place[item.path], len(declared) if wanted is None else declared.index(wanted)

    items.sort(key=order)


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef, request) -> None:
    """Change what is there before pytest-django opens the transaction of a test, whatever other fixtures it has."""
    if fixturedef.argname == "_django_db_helper":
        wanted = None if _commits(request.node) else _wanted(request.node)
        sharing.change_to(wanted, request.getfixturevalue("django_db_blocker"))


@pytest.fixture
def made_once(db, request):
    """Return a copy of what was made once, so that no test meets the objects of another."""
    return _make(*_wanted(request.node)) if _commits(request.node) else deepcopy(sharing.value)


@pytest.fixture
def service(made_once):
    """Return the service that the file of the test says is made once."""
    return made_once


@pytest.fixture
def world(made_once, today, caplog):
    """Return the world of members and pages that the file of the test says is made once, today."""
    caplog.set_level("CRITICAL", logger="django.request")  # a refusal is no news here
    return made_once
