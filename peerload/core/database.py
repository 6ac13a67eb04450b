"""How long the database is waited for (decision 0035), and what it is asked about itself."""

import select

import psycopg2
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, connections, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg2.extensions import POLL_OK, POLL_READ, STATUS_SETUP, set_wait_callback

# How long we wait ------------------------------------------------------------------------------------------------------


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


def renew_statistics() -> None:
    """
    Have PostgreSQL renew its statistics, after many rows came or went at once.

    Until then it plans with the earlier numbers of rows, for every service in the database.
    """
    ours = ("staff", "caseload", "workload", "wellbeing")
    tables = [model._meta.db_table for app in ours for model in apps.get_app_config(app).get_models()]
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, sorted(tables)))}")


# What it says of itself ------------------------------------------------------------------------------------------------

PROBE = "INSERT INTO notices_tick (job, slot) VALUES ('probe', 'epoch')"
# A sort that does not fit into so little memory is written to the disk, which fails as soon as there is no room. By two columns:
# PostgreSQL 18 does not count the memory of a sort by one.
LITTLE_MEMORY = "SET LOCAL work_mem = '64kB'"
SPILL = """
SELECT count(*) FROM (
    SELECT n, repeat(md5(n::text), 32) AS filler FROM generate_series(1, 512) AS n ORDER BY n % 7, filler OFFSET 0
) AS spilled
"""
REASONS = {
    "53100": gettext_lazy("its disk is full"),
    "25006": gettext_lazy("it can only be read"),
    "42501": gettext_lazy("its user may not write"),
}


def fault() -> str:
    """Write something that is taken back; return why that cannot be done, in a few words without addresses, or ``""``."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(LITTLE_MEMORY)
            cursor.execute(SPILL)
            cursor.execute(PROBE)
            transaction.set_rollback(True)
    except (DatabaseError, InterfaceError) as error:
        code: str = getattr(error.__cause__, "pgcode", None) or ""
        if code in REASONS:
            return str(REASONS[code])
        return _("it refuses to write (%(code)s)") % {"code": code} if code else _("it does not answer")
    return ""
