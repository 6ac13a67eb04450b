"""
What is dear to make is made once for tests in a row; each test starts from it, and what a test changes is undone.

**The cast.** A fixture that is made of nothing but other such fixtures, and of `today`, says `@shared` in place of
`@pytest.fixture`::

    @shared
    def team(organisation, manager):
        return factories.TeamFactory(organisation=organisation, name="Harbourside", manager=manager)

People and their points depend on the day: what makes any says `@shared(dated=True)`. Nothing else has to be said: the tests of a
file run in the order of what they ask for, and what the next test asks for and stands already is not made again. A test meets
what it asks for and nothing more. Such a fixture is no generator, and hands out no function.

**A world of a file.** A file says which of its fixtures is such a one, what makes it and on what day, and the fixture hands out
its copy::

    MADE_ONCE = {"service": (one_of_everything, TODAY)}


    @pytest.fixture
    def service(made_once, on):
        on(TODAY)
        return made_once

What stands is made step by step, each in a transaction within that of the step before; a test runs within a savepoint of its
own, on a copy of the objects. A test that commits has all of it made for itself. `tests/conftest.py` takes the hooks from here.
"""

from collections.abc import Callable
from contextlib import ExitStack
from copy import deepcopy
from datetime import date
from functools import partial
from inspect import signature
from itertools import count, takewhile
from time import monotonic
from typing import Any, NamedTuple

import pytest
from django.db import transaction

from peerload.core import clock

Made = tuple[Callable[[], Any], date]
TODAY = date(2026, 11, 12)  # a Thursday
LONG = 20  # seconds after which a connection is asked whether it is still there


class Step(NamedTuple):
    """What makes one thing, of those made before and on a day; ``place`` is its place among all steps."""

    name: str
    make: Callable[..., Any]
    needs: tuple[str, ...]
    day: date | None
    place: int

    def made_of(self, values: dict[str, Any]) -> Any:
        """Make it, on the day."""
        given = {**values, "db": None, "today": TODAY}
        with pytest.MonkeyPatch.context() as patch:
            if self.day is not None:
                patch.setattr(clock, "today", lambda organisation: self.day)
            return self.make(**{name: given[name] for name in self.needs})


class Sharing:
    """What stands in the database at the moment: steps, and after each of them all that was made."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.values: list[dict[str, Any]] = []
        self.transactions: list[ExitStack] = []
        self.used_at = 0.0
        self.blocker: Any = None
        self.copied: tuple[Any, dict[str, Any]] = (None, {})

    def change_to(self, wanted: list[Step], blocker) -> None:
        """Make what the next test asks for, unless it stands already; what it does not ask for is gone."""
        self.blocker = blocker
        if not self.steps and not wanted:
            return
        with blocker.unblock():
            kept = len(list(takewhile(lambda pair: pair[0] is pair[1], zip(self.steps, wanted, strict=False))))
            if not self._stands():
                kept = 0
            while len(self.steps) > kept:
                self._take_away()
            for step in wanted[kept:]:
                self._add(step)
        self.used_at = monotonic()

    def copy_for(self, item) -> dict[str, Any]:
        """Return a copy of what stands for a test, the same one whenever it asks."""
        if self.copied[0] is not item:
            self.copied = (item, deepcopy(self.values[-1]) if self.values else {})
        return self.copied[1]

    def _stands(self) -> bool:
        connection = transaction.get_connection()
        if not connection.in_atomic_block or connection.closed_in_transaction:
            return False
        return monotonic() - self.used_at < LONG or connection.is_usable()

    def _add(self, step: Step) -> None:
        before = deepcopy(self.values[-1]) if self.values else {}
        with ExitStack() as stack:
            stack.enter_context(transaction.atomic())
            stack.callback(transaction.set_rollback, True)
            value = step.made_of(before)
            transaction.get_connection().check_constraints()
            self.transactions.append(stack.pop_all())
        self.steps.append(step)
        self.values.append({**before, step.name: value})

    def _take_away(self) -> None:
        self.steps.pop()
        self.values.pop()
        # The live server, when it stops, may have closed the connection, and with it the transaction.
        with self.transactions.pop() as stands:
            if not transaction.get_connection().in_atomic_block:
                stands.pop_all()


sharing = Sharing()


# What a test asks for --------------------------------------------------------------------------------------------------

PLACES = count()
WORLDS: dict[Made, Step] = {}


def shared(make: Callable[..., Any] | None = None, *, dated: bool = False) -> Any:
    """
    Say that a fixture is made of nothing but others of its kind and of `today`, so that it may stand for many tests.

    :param dated: what is made depends on the day, as people and their points do
    """
    if make is None:
        return partial(shared, dated=dated)
    of = signature(make)
    needs = tuple(of.parameters)
    place = next(PLACES)
    steps = {day: Step(make.__name__, make, needs, day, place) for day in ((None, TODAY) if dated else (None,))}

    def fixture(request, **given):
        stands = _wanted(request.node).get(make.__name__) in steps.values()
        return sharing.copy_for(request.node)[make.__name__] if stands else make(**given)

    asks = [signature(fixture).parameters["request"], *of.parameters.values()]
    fixture.__signature__, fixture.__doc__, fixture.steps = of.replace(parameters=asks), make.__doc__, steps
    return pytest.fixture(name=make.__name__)(fixture)


def _declared(item) -> dict[str, Made]:
    return getattr(getattr(item, "module", None), "MADE_ONCE", {})


def _world(item) -> Step | None:
    """Return the world of its file that a test asks for."""
    for name, (make, day) in _declared(item).items():
        if name in item.fixturenames:
            return WORLDS.setdefault((make, day), Step("made_once", make, (), day, len(WORLDS)))
    return None


def _cast(item) -> dict[str, Step]:
    """
    Return what a test asks for of the cast, but what its file says in another way, and what is made of that.

    What depends on the day is made for the test itself where it sets a day of its own.
    """
    ways, found = item._fixtureinfo.name2fixturedefs, {}
    day = TODAY if "today" in item.fixturenames else None
    kinds = [getattr(ways[name][-1].func, "steps", {}) for name in item.fixturenames if name in ways]
    for steps in sorted(filter(None, kinds), key=lambda steps: steps[None].place):
        step = steps.get(day, steps[None])
        settled = len(steps) == 1 or day is not None or "on" not in item.fixturenames
        if settled and set(step.needs) <= found.keys() | {"db", "today"}:
            found[step.name] = step
    return found


def _commits(item) -> bool:
    """Return whether what a test writes is there for other connections; it shares nothing."""
    marker = item.get_closest_marker("django_db")
    return bool({"transactional_db", "live_server"} & set(item.fixturenames)) or bool(
        marker and marker.kwargs.get("transaction")
    )


WANTED = pytest.StashKey[dict[str, Step]]()


def _wanted(item) -> dict[str, Step]:
    """Return what has to stand for a test, in order."""
    if WANTED not in item.stash:
        world = _world(item)
        item.stash[WANTED] = {} if _commits(item) else _cast(item) if world is None else {world.name: world}
    return item.stash[WANTED]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items) -> None:
    """Let those tests of a file that share something come one after the other, those with a world first."""
    files: dict[Any, int] = {}
    for item in items:
        files.setdefault(item.path, len(files))

    def order(item) -> tuple[int, bool, list[int]]:
        return files[item.path], _world(item) is None, [step.place for step in _wanted(item).values()]

    items.sort(key=order)


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef, request) -> None:
    """Change what is there before pytest-django opens the transaction of a test, whatever other fixtures it has."""
    if fixturedef.argname == "_django_db_helper":
        sharing.change_to([*_wanted(request.node).values()], request.getfixturevalue("django_db_blocker"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item) -> None:
    """Let nothing stand while a test runs that has no database: it may take minutes, or ask another process for ours."""
    if sharing.steps and "db" not in item.fixturenames and not item.get_closest_marker("django_db"):
        sharing.change_to([], sharing.blocker)


@pytest.fixture
def made_once(db, request):
    """Return a copy of what was made once, so that no test meets the objects of another."""
    return _world(request.node).made_of({}) if _commits(request.node) else sharing.copy_for(request.node)["made_once"]


@pytest.fixture
def service(made_once):
    """Return the service that the file of the test says is made once."""
    return made_once


@pytest.fixture
def world(made_once, today, caplog):
    """Return the world of members and pages that the file of the test says is made once, today."""
    caplog.set_level("CRITICAL", logger="django.request")  # a refusal is no news here
    return made_once
