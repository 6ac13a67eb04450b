"""Statements sent as they stand."""

from collections.abc import Mapping, Sequence

from django.db import connection


def rows(sql: str, params: Sequence | Mapping = ()) -> list[tuple]:
    """Return all rows of a statement as tuples."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def run(sql: str, params: Sequence | Mapping = ()) -> None:
    """Run a statement that returns nothing."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
