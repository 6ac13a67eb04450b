"""How long the database is waited for (decision 0035)."""

import select

import psycopg2
from django.conf import settings
from django.db import connection, connections
from psycopg2.extensions import POLL_OK, POLL_READ, STATUS_SETUP, set_wait_callback


def answer_pages() -> None:
    """
    Make this a process that answers pages: it never waits for the database longer than a page may take.

    PostgreSQL is asked to end a statement itself; where it cannot, because it is frozen or unreachable, we stop waiting. The
    driver cannot COPY in such a process, and pages do not.
    """
    options = connections.settings["default"]["OPTIONS"]
    options["options"] = f"{options.get('options', '')} -c statement_timeout={settings.PAGE_STATEMENT_TIMEOUT}s".strip()
    set_wait_callback(_wait)


def _wait(line: psycopg2.extensions.connection) -> None:
    """Wait until a connection has an answer."""
    while (state := line.poll()) != POLL_OK:
        connecting = line.status == STATUS_SETUP
        patience = settings.PAGE_CONNECT_TIMEOUT if connecting else settings.PAGE_PATIENCE
        ready = select.poll()
        ready.register(line.fileno(), select.POLLIN if state == POLL_READ else select.POLLOUT)
        if not ready.poll(patience * 1000):
            raise psycopg2.OperationalError(f"The database has not answered for {patience} seconds.")


def take_time() -> None:
    """Let the rest of this transaction take as long as a whole service takes, also behind a pooler that has limits of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = '60s';"
            "SET LOCAL statement_timeout = '30min'"
        )
