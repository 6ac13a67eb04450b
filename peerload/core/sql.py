"""Statements sent as they stand."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

Params = Sequence[Any] | Mapping[str, Any]


def rows(sql: str, params: Params = ()) -> list[tuple[Any, ...]]:
    """Return all rows of a statement as tuples."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def run(sql: str, params: Params = ()) -> None:
    """Run a statement that returns nothing."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
