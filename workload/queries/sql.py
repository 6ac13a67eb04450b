"""Statements sent as they stand."""

from collections.abc import Mapping, Sequence

from django.db import connection

LAST = 2**63 - 1


def rows(sql: str, params: Sequence | Mapping = ()) -> list[tuple]:
    """Return all rows of a statement as tuples."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def run(sql: str, params: Sequence = ()) -> None:
    """Run a statement that returns nothing."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
