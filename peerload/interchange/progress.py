"""How far the worker has come with a file, for the page that waits for it."""

import math
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import Model

EVERY = 0.5  # seconds between two updates


@contextmanager
def progress_of(work: Model, states: Collection[str]) -> Iterator[Callable[[int, int], None]]:
    """
    Write how many rows of how many are done on a connection of its own, so that others see it before the work is committed.

    :param work: an upload or an export, with ``done_rows`` and ``all_rows``
    :param states: those in which it is under way; in another one nothing is written
    """
    second, last = connection.copy(), -math.inf
    table = connection.ops.quote_name(work._meta.db_table)

    def progress(done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last < EVERY and done < of:
            return
        last = time.monotonic()
        with second.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET done_rows = %s, all_rows = %s WHERE id = %s AND state = ANY(%s)",
                [done, of, work.pk, list(states)],
            )

    try:
        yield progress
    finally:
        second.close()
