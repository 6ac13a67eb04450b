"""Real processes over the test's own database: a web server as in production, workers, a broker that can be frozen."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
import yaml
from django.conf import settings
from django.test import Client

from peerload.local import folder, processes
from peerload.local.valkey import Valkey
from tests.processes import database_url

PROJECT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def environment(**extra: str) -> dict[str, str]:
    """Return what a process of the product is started with."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "PYTEST_"))}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "peerload.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "PRIVATE_KEYS": settings.PRIVATE_KEYS[0],
        "PEERLOAD_DEMO": "1",  # nobody has a second factor here
        "PEERLOAD_TODAY": "2026-11-12",
        "DATABASE_URL": database_url(),
        **extra,
    }


@pytest.fixture(scope="session")
def static_root(tmp_path_factory):
    """The collected static files, as the production storage wants them."""
    root = tmp_path_factory.mktemp("static")
    keys = {"SECRET_KEY": settings.SECRET_KEY, "PRIVATE_KEYS": settings.PRIVATE_KEYS[0]}
    env = {**os.environ, "PEERLOAD_STATIC_ROOT": str(root), **keys}
    env.setdefault("DATABASE_URL", "postgres:///unused")
    env.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(command, cwd=PROJECT, env=env, check=True)
    return root


class Web:
    """The web server that docker-compose.yml describes, with one process, and a member signed in to it."""

    def __init__(self, process, port: int):
        self.process, self.port, self.cookies, self.headers = process, port, {}, {}

    def sign_in(self, member) -> "Web":
        browser = Client()
        browser.force_login(member.user, backend=BACKEND)
        self.cookies = {name: morsel.value for name, morsel in browser.cookies.items()}
        return self

    def request(self, method: str, path: str, fields: dict | None = None, *, seconds: float = 30):
        """Return (status, headers, text)."""
        call = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        cookies = {**self.cookies, "csrftoken": "a" * 32}
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        body = None
        if fields is not None:
            body = urlencode({**fields, "csrfmiddlewaretoken": "a" * 32})
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"http://127.0.0.1:{self.port}/",
            }
        try:
            call.request(method, path, body, headers | self.headers)
            answer = call.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        finally:
            call.close()

    def get(self, path: str, **kwargs):
        return self.request("GET", path, **kwargs)

    def post(self, path: str, fields: dict, **kwargs):
        return self.request("POST", path, fields, **kwargs)


def wait_until(true, *, seconds: float = 30, every: float = 0.05) -> None:
    """Wait for a process to have done something; the only waiting on real time there is."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError("It did not come true in time.")
        time.sleep(every)


@contextmanager
def running(*words: str, env: dict[str, str]):
    """Run a program of the product as its compose file starts it, by this Python, and end it afterwards whatever happens."""
    program = words[1:] if words[0] == "python" else ("-m", *words)
    process = subprocess.Popen(
        [sys.executable, *program], cwd=PROJECT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        processes.stop([process], signal.SIGTERM, seconds=10)


@contextmanager
def serving(static_root, env: dict[str, str], *, base_url: str = ""):
    port = free_port()
    env = {
        **env,
        "PEERLOAD_STATIC_ROOT": str(static_root),
        "PEERLOAD_BASE_URL": base_url or f"http://127.0.0.1:{port}",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
    }
    with running(*COMPOSE["services"]["web"]["command"], env=env) as process:
        web = Web(process, port)

        def answers() -> bool:
            try:
                return web.get("/healthz")[0] in {200, 503}
            except OSError:
                return False

        wait_until(answers)
        yield web


@pytest.fixture
def broker():
    """A Valkey of one's own, as a process that can be frozen and stopped."""
    with folder.temporary() as data:
        valkey = Valkey(data)
        process = valkey.start()
        process.url = valkey.url
        process.start_again = valkey.start
        yield process
        process.send_signal(signal.SIGCONT) if process.poll() is None else None
        processes.stop([process])


@pytest.fixture
def web(transactional_db, static_root, broker):
    """The site over the test's database, with a broker of its own."""
    with serving(static_root, environment(REDIS_URL=broker.url)) as site:
        yield site
