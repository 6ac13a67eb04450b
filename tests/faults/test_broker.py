"""A fault in the broker never shows in a page, and nothing is lost by it."""

import os
import signal
import time
import uuid

import pytest

from caseload.models import Contact, Reminder, SweepRun
from peerload.celery import app
from peerload.local import processes
from tests.factories import ClientFactory

from .conftest import environment, running, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def contact_form(**said) -> dict:
    return {
        "submission_id": str(uuid.uuid4()),
        "on": "2026-11-12",
        "reached": "yes",
        "outcome": "no_support_needed",
        "channel": "phone",
        "minutes": "20",
        "note": "A walk by the harbour.",
        **said,
    }


def freeze(broker) -> None:
    os.kill(broker.pid, signal.SIGSTOP)


def stop(broker) -> None:
    os.kill(broker.pid, signal.SIGCONT)
    processes.stop([broker])


def test_a_contact_is_logged_while_the_broker_is_frozen_and_while_it_is_stopped(web, broker, worker):
    person = ClientFactory(supported_by=worker, support="parked")
    web.sign_in(worker)

    for n, fault in enumerate((freeze, stop), 1):
        fault(broker)
        began = time.monotonic()
        status, _, text = web.post(f"/people/{person.uid}/contact/", contact_form(on=f"2026-11-0{n}"))
        took = time.monotonic() - began

        assert status in {302, 303}, text
        assert Contact.objects.filter(client=person, note="A walk by the harbour.").count() == n
        assert took < 2, f"{took:.1f} seconds: something waited for the broker"


def test_two_beats_and_two_workers_sweep_once(broker, worker, manager):
    people = ClientFactory.create_batch(20, supported_by=worker, support="parked")
    env = environment(REDIS_URL=broker.url)
    words = ["celery", "-A", "peerload", "worker", "--pool", "solo", "-l", "ERROR"]
    with app.connection_for_write(broker.url) as line:
        for _ in range(6):  # what two beats, late and twice, would send
            app.send_task("caseload.tasks.sweep", connection=line)
    with running(*words, "-n", "one", env=env), running(*words, "-n", "two", env=env):
        wait_until(lambda: SweepRun.objects.exists())
        wait_until(lambda: not waiting_tasks(broker))

    assert Reminder.objects.filter(kind="raised").count() == len(people)


def test_a_worker_killed_while_it_sweeps_leaves_the_work_to_the_next(broker, worker, manager):
    people = ClientFactory.create_batch(20, supported_by=worker, support="parked")
    env = environment(REDIS_URL=broker.url)
    words = ["celery", "-A", "peerload", "worker", "--pool", "solo", "-l", "ERROR"]
    with app.connection_for_write(broker.url) as line:
        app.send_task("caseload.tasks.sweep", connection=line)
    with running(*words, "-n", "one", env=env) as process:
        wait_until(lambda: not waiting_tasks(broker))
        process.kill()
        process.wait()
    with app.connection_for_write(broker.url) as line:
        app.send_task("caseload.tasks.sweep", connection=line)  # the next tick
    with running(*words, "-n", "two", env=env):
        wait_until(lambda: SweepRun.objects.exists())

    assert Reminder.objects.filter(kind="raised").count() == len(people)


def waiting_tasks(broker) -> int:
    """Return how many tasks nobody has taken yet."""
    import redis

    with redis.Redis(unix_socket_path=broker.url.removeprefix("redis+socket://")) as client:
        return client.llen("celery")
