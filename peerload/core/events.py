"""
The one bell that is rung when a fact that carries points has changed.

An action, an import or a sweep calls `changed` last in its transaction; the apps that derive something from those facts (the
ledger, today) registers at start. An exception of a listener rolls everything back.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple


class Units(NamedTuple):
    """What has changed in one organisation, by primary key: people, workers (members), families somebody has left."""

    organisation_id: int
    people: frozenset[int] = frozenset()
    workers: frozenset[int] = frozenset()
    families: frozenset[int] = frozenset()


_listeners: list[Callable[[Units], None]] = []
_all_listeners: list[Callable[[int], None]] = []


def listen(listener: Callable[[Units], None], *, everything: Callable[[int], None]) -> None:
    """Register a listener for changed units, and one for a whole organisation changed at once."""
    _listeners.append(listener)
    _all_listeners.append(everything)


def changed(
    organisation_id: int, *, people: Iterable[int] = (), workers: Iterable[int] = (), families: Iterable[int] = ()
) -> None:
    """
    Say that facts of these people and workers have changed; call it last in the transaction.

    :param families: those a person has left; the family each person is in now follows from the person
    """
    units = Units(organisation_id, frozenset(people), frozenset(workers), frozenset(families))
    if any(units[1:]):
        for listener in _listeners:
            listener(units)


def everything_changed(organisation_id: int) -> None:
    """Say that something touching everybody has changed: region, closure days, a scheme, an import."""
    for listener in _all_listeners:
        listener(organisation_id)
