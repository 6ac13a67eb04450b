"""
Advisory locks of PostgreSQL: every number in one place, each used once.

A lock has a class, its purpose, and a key, its object: a service, a worker, an upload. It is held until the transaction
ends, never for a session, so that it holds behind a pooler too.
"""

from enum import IntEnum, unique

from django.db import connection


@unique
class Lock(IntEnum):
    """The class of a lock; an existing number keeps its meaning, because two versions may run side by side."""

    LEDGER = 1_884_610  # a service: shared while points are projected, exclusive while they are rebuilt
    SWEEP = 1_884_611  # a service: one sweep at a time
    RECEIVING = 1_884_612  # a worker: people are allocated to them one after another
    UPLOAD = 1_884_613  # an upload: held while it is read or imported
    FORM = 1_884_614  # a row, or a member, by the checksum of its name: forms about it are processed in turn
    EXPORT = 1_884_616  # an export: held while it is made
    LEAVE = 1_884_617  # a worker: their requests for leave are asked and answered one after another
    NAMING = 1_884_615  # a service: references and names of teams are given one after another; 0: addresses of staff


def wait_for(lock: Lock, key: int) -> None:
    """Take a lock, waiting until its holder's transaction has ended."""
    _ask("SELECT pg_advisory_xact_lock(%s, %s)", lock, key)


def share(lock: Lock, key: int) -> None:
    """Take a lock together with others who share it, waiting for a holder who does not."""
    _ask("SELECT pg_advisory_xact_lock_shared(%s, %s)", lock, key)


def try_to_take(lock: Lock, key: int) -> bool:
    """Take a lock unless another transaction has it; return whether it is ours now."""
    return bool(_ask("SELECT pg_try_advisory_xact_lock(%s, %s)", lock, key))


def _ask(statement: str, lock: Lock, key: int) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, [int(lock), key])
        return cursor.fetchone()[0]
