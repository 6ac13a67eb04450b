"""What machines ask the site, and what they are told when something is wrong."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from peerload.core import clock
from peerload.notices import probe
from peerload.notices.models import Tick

pytestmark = pytest.mark.django_db


def swept(minutes: int) -> None:
    moment = clock.now() - timedelta(minutes=minutes)
    Tick.objects.create(job="sweep", slot=moment, done_at=moment)


def answer(path: str) -> tuple[int, dict]:
    response = Client().get(path)
    return response.status_code, response.json()


def test_all_is_well():
    swept(14)
    assert answer("/healthz") == (200, {"status": "ok", "database": "ok", "worker": "ok"})
    assert answer("/healthz/live") == (200, {"status": "ok"})
    assert answer("/healthz/worker") == (200, {"status": "ok", "worker": "ok"})


@pytest.mark.parametrize("minutes", [None, 46, 3 * 24 * 60])
def test_a_worker_that_is_dead_is_told_and_nobody_restarts_web_for_it(minutes):
    if minutes:
        swept(minutes)
    Tick.objects.create(job="sweep", slot=clock.now(), done_at=None)  # begun, never finished
    Tick.objects.create(job="tidy", slot=clock.now(), done_at=clock.now())

    status, said = answer("/healthz")
    assert (status, said["status"]) == (200, "degraded")
    assert "look at worker, beat and broker" in said["worker"] and ("since" in said["worker"]) == bool(minutes)
    assert answer("/healthz/worker") == (503, {"status": "failing", "worker": said["worker"]})


class Coded(Exception):
    """What the driver raises, with the code that PostgreSQL gave."""

    def __init__(self, code: str | None):
        self.pgcode = code


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("53100", "its disk is full"),
        ("25006", "it can only be read"),
        ("42501", "its user may not write"),
        ("XX001", "it refuses to write (XX001)"),
        (None, "it does not answer"),
    ],
)
@pytest.mark.parametrize("statement", [probe.SPILL, probe.PROBE])
def test_a_database_that_cannot_be_written_is_503_with_the_reason(code, reason, statement):
    def fail(execute, sql, *rest):
        if sql != statement:
            return execute(sql, *rest)
        raise DatabaseError("postgres://peerload:secret@db") from Coded(code)

    with connection.execute_wrapper(fail):
        said = answer("/healthz")
    assert said == (503, {"status": "failing", "database": f"The database cannot be used: {reason}."})


def test_a_database_that_can_only_be_read_is_503():
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
    assert answer("/healthz") == (
        503,
        {"status": "failing", "database": "The database cannot be used: it can only be read."},
    )


def test_asking_leaves_nothing_behind():
    answer("/healthz")
    assert not Tick.objects.exists()


def test_the_probe_reaches_the_disk():
    with connection.cursor() as cursor:
        cursor.execute(probe.LITTLE_MEMORY)
        cursor.execute(f"EXPLAIN (ANALYZE) {probe.SPILL}")
        assert "Disk:" in " ".join(line for (line,) in cursor.fetchall())
