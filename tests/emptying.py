"""
A test that commits leaves empty tables: those that hold rows are emptied, and the others let be.

Django truncates all of them, which makes each and its indexes anew: a fifth of a second after each such test. It is still done
so where anybody else stays in the database: what the site of a browser test still answers may write a row meanwhile.
"""

from contextlib import contextmanager
from unittest import mock

from django.db.backends.postgresql.operations import DatabaseOperations

truncate = DatabaseOperations.sql_flush
OTHERS = """
    SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
                      AND backend_type = 'client backend')
"""


def _others_stay(cursor) -> bool:
    """Return whether anybody else is in the database, and stays: a connection takes some milliseconds to end."""
    for _ in range(10):
        cursor.execute(OTHERS)
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT pg_sleep(0.01)")
    return True


def _only_what_holds_rows(self: DatabaseOperations, style, tables, **how) -> list[str]:
    """Return the statements that delete all rows, at once and past the triggers that write or keep history."""
    names = [self.quote_name(table) for table in tables]
    with self.connection.cursor() as cursor:
        if _others_stay(cursor):
            return truncate(self, style, tables, **how)
        cursor.execute(f"SELECT {', '.join(f'EXISTS (SELECT FROM {name})' for name in names)}")
        filled = [name for name, holds in zip(names, cursor.fetchone(), strict=True) if holds]
    if not filled:
        return []
    *others, last = [f"DELETE FROM {name}" for name in filled]
    first = ", ".join(f"t{n} AS ({delete})" for n, delete in enumerate(others))
    return [
        *(f"ALTER TABLE {name} DISABLE TRIGGER USER" for name in filled),
        f"WITH {first} {last}" if first else last,
        "SET CONSTRAINTS ALL IMMEDIATE",  # a table with checks to come is not altered
        *(f"ALTER TABLE {name} ENABLE TRIGGER USER" for name in filled),
    ]


@contextmanager
def emptied_where_rows_are():
    """Flush the database of the tests in a tenth of the time."""
    with (
        mock.patch.object(DatabaseOperations, "sql_flush", _only_what_holds_rows),
        # Rows of content types and permissions, which nothing here reads, need not be made again.
        mock.patch("django.core.management.commands.flush.emit_post_migrate_signal"),
    ):
        yield
