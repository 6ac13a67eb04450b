"""A fault of the database shows as a calm page, and the site recovers by itself."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from peerload.local import folder, processes
from peerload.local.postgres import THROWAWAY, Postgres
from tests.local.processes_seen import children_of

from .conftest import PROJECT, environment, serving, wait_until


def freeze(server, signal_: int) -> None:
    """Send a signal to every process of a PostgreSQL: each backend waits where it is."""
    os.killpg(server.pid, signal_)  # the postmaster leads a session of its own
    for child in children_of(server.pid):
        os.kill(child, signal_)


def at_once(times: int, do) -> list:
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(lambda _: do(), range(times)))


def test_a_frozen_or_stopped_database_is_a_calm_page_and_its_return_needs_no_restart(db, static_root):
    with folder.temporary() as data:
        postgres = Postgres(data, settings=THROWAWAY)
        server = postgres.start()
        env = environment(
            DATABASE_URL=postgres.url,
            REDIS_URL="redis://127.0.0.1:1/0",
            DJANGO_SETTINGS_MODULE="tests.faults.impatient",
        )
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=PROJECT, env=env, check=True)
        try:
            with serving(static_root, env) as web:
                before = web.get("/account/login/")[0]
                web.cookies = {"sessionid": "anything"}
                freeze(server, signal.SIGSTOP)
                began = time.monotonic()
                frozen = at_once(8, lambda: web.get("/people/"))
                took = time.monotonic() - began
                web.cookies, cookies = {}, web.cookies
                health = web.get("/healthz")
                web.cookies = cookies
                freeze(server, signal.SIGCONT)
                wait_until(lambda: web.get("/people/")[0] == 302)

                os.kill(server.pid, signal.SIGQUIT)  # as a power cut would
                server.wait()
                status, _, text = web.get("/people/")
                posted = web.post("/people/add/", {"name": "Ofa", "contact_note": "after three"})
                server = postgres.start()
                wait_until(lambda: web.get("/people/")[0] == 302)
        finally:
            processes.stop([server], signal.SIGINT, seconds=30)

    assert before == 200
    assert {answer for answer, _, _ in frozen} == {503}
    assert all("othing" in page and "lost" in page for _, _, page in frozen)
    assert took < 20, "eight people and four threads: each waits for an answer, then for a new connection"
    assert health[0] == 503 and "does not answer" in health[2]
    assert status == 503
    assert "othing" in text and "lost" in text
    assert "Traceback" not in text
    assert posted[0] == 503
    assert "after three" in posted[2], "what was typed is still on the page"
