"""A fault of the database shows as a calm page, and the site recovers by itself."""

import os
import signal
import subprocess
import sys

from peerload.local import folder, processes
from peerload.local.postgres import THROWAWAY, Postgres

from .conftest import PROJECT, environment, serving, wait_until


def test_a_stopped_database_is_a_calm_page_and_its_return_needs_no_restart(db, static_root):
    with folder.temporary() as data:
        postgres = Postgres(data, settings=THROWAWAY)
        server = postgres.start()
        env = environment(DATABASE_URL=postgres.url, REDIS_URL="redis://127.0.0.1:1/0")
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=PROJECT, env=env, check=True)
        try:
            with serving(static_root, env) as web:
                before = web.get("/account/login/")[0]
                os.kill(server.pid, signal.SIGQUIT)  # as a power cut would
                server.wait()
                web.cookies = {"sessionid": "anything"}
                status, _, text = web.get("/people/")
                posted = web.post("/people/add/", {"name": "Ofa", "contact_note": "after three"})
                server = postgres.start()
                wait_until(lambda: web.get("/account/login/")[0] == 200)
        finally:
            processes.stop([server], signal.SIGINT, seconds=30)

    assert before == 200
    assert status == 503
    assert "othing" in text and "lost" in text
    assert "Traceback" not in text
    assert posted[0] == 503
    assert "after three" in posted[2], "what was typed is still on the page"
