"""Rows into tables, set by set: COPY for new ones, COPY and one UPDATE for changed ones."""

import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Field, Model

AT_ONCE = 5_000  # rows of one COPY; after each, progress is reported


def insert(
    model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]], progress: Callable[[int], None]
) -> list[tuple[int, int]]:
    """
    Copy new rows into a model's table; return their primary keys, as pairs of the first and the last of an unbroken run.

    :param fields: those the rows give; the others take the model's defaults
    """
    usual = _with_defaults(model, fields)
    table = model._meta.db_table
    runs: list[tuple[int, int]] = []
    columns = _columns(model, ["id", *fields, *(field.name for field in usual)])
    for chunk in _chunks(rows):
        with connection.cursor() as cursor:
            keys = _next_keys(cursor, table, len(chunk))
            full = [
                (key, *row, *(field.get_default() for field in usual)) for key, row in zip(keys, chunk, strict=True)
            ]
            _copy(cursor, table, columns, full)
        for key in keys:
            if runs and runs[-1][1] == key - 1:
                runs[-1] = (runs[-1][0], key)
            else:
                runs.append((key, key))
        progress(len(chunk))
    return runs


def _next_keys(cursor: CursorWrapper, table: str, count: int) -> list[int]:
    cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
    return [key for (key,) in cursor.fetchall()]


def update(
    model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]], progress: Callable[[int], None]
) -> int:
    """Write changed rows: each begins with its primary key, then the fields' values. Return how many."""
    table, columns, count = model._meta.db_table, _columns(model, fields), 0
    names = ", ".join(columns)
    for chunk in _chunks(rows):
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMP TABLE coming ON COMMIT DROP AS SELECT id, {names} FROM {table} WHERE false")
            _copy(cursor, "coming", ["id", *columns], chunk)
            pairs = ", ".join(f"{column} = coming.{column}" for column in columns)
            cursor.execute(f"UPDATE {table} SET {pairs} FROM coming WHERE coming.id = {table}.id")
            cursor.execute("DROP TABLE coming")
        count += len(chunk)
        progress(len(chunk))
    return count


def _columns(model: type[Model], fields: Sequence[str]) -> list[str]:
    return [f'"{model._meta.get_field(field).column}"' for field in fields]


def _with_defaults(model: type[Model], given: Sequence[str]) -> list[Field]:
    """Return the fields that a row not giving them has a value for, which the database would not know."""
    return [
        field
        for field in model._meta.concrete_fields
        if field.name not in given
        and not field.primary_key
        and not field.has_db_default()  # type: ignore[attr-defined]  # Django has it, its stubs do not
        and field.get_default() is not None
    ]


def _chunks(rows: Iterable[Sequence[Any]]) -> Iterable[list[Sequence[Any]]]:
    rows = iter(rows)
    while chunk := list(islice(rows, AT_ONCE)):
        yield chunk


def _copy(cursor: CursorWrapper, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    lines = io.StringIO("".join("\t".join(map(_field, row)) + "\n" for row in rows))
    cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", lines)


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _field(value: object) -> str:
    """Return a value as COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, dict):
        return json.dumps(value).translate(_ESCAPES)
    if isinstance(value, tuple):
        return f"{{{','.join(map(str, value))}}}"  # an array of numbers
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)


def renew_statistics() -> None:
    """
    Have PostgreSQL renew its statistics, after many rows came or went at once.

    Until then it plans with the earlier numbers of rows, for every service in the database.
    """
    ours = ("staff", "caseload", "workload", "wellbeing")
    tables = [model._meta.db_table for app in ours for model in apps.get_app_config(app).get_models()]
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, sorted(tables)))}")
