"""
Signals that announce changed facts, for apps that derive something from them (such as the ledger).

They are sent last in the transaction that wrote the facts, and with ``send``: a receiver that fails rolls everything back.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.dispatch import Signal


class Units(NamedTuple):
    """The changes in one organisation, by primary key: people, workers (members), and families a person has left."""

    organisation_id: int
    people: frozenset[int] = frozenset()
    workers: frozenset[int] = frozenset()
    families: frozenset[int] = frozenset()


facts_changed = Signal()  # units: Units
everything_changed = Signal()  # organisation_id: of region, closure days, a scheme, an import


def send_facts_changed(
    organisation_id: int, *, people: Iterable[int] = (), workers: Iterable[int] = (), families: Iterable[int] = ()
) -> None:
    """
    Announce that facts of these people and workers have changed; call it last in the transaction.

    :param families: those that a person has left; the family each person is in now follows from the person
    """
    units = Units(organisation_id, frozenset(people), frozenset(workers), frozenset(families))
    if any(units[1:]):
        facts_changed.send(Units, units=units)


def send_everything_changed(organisation_id: int) -> None:
    """Announce a change that affects every worker of an organisation."""
    everything_changed.send(Units, organisation_id=organisation_id)
