"""``make run`` as a whole: real processes on a free port."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from peerload.local import Refusal, folder, run
from peerload.local.address import Address
from peerload.local.folder import PROJECT
from tests.slow_clients import KINDS, ask, assert_others_are_answered, sent

from .processes_seen import children_of, is_alive, wait

FIRST_START = 240  # seconds; it makes the database, migrates and loads the demo, and other tests may run beside it


@pytest.fixture
def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def address(free_port, monkeypatch):
    monkeypatch.setenv("PORT", str(free_port))
    return Address.chosen()


class Run:
    """One ``make run``, what it says, and how it ends."""

    def __init__(self, log: Path):
        self.log = log
        with log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "peerload.local", "run"],
                cwd=PROJECT,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.log.read_text()

    def wait_until_ready(self, *, seconds: float) -> None:
        ready = wait(lambda: "Ctrl-C stops it" in self.said() or self.process.poll() is not None, seconds=seconds)
        assert ready and self.process.poll() is None, self.said()

    def press_ctrl_c(self) -> None:
        """Do what a terminal does: interrupt the whole foreground group."""
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(60)


def answer(address: Address) -> int:
    with urllib.request.urlopen(f"{address.url}/healthz") as response:
        return response.status


def test_it_starts_answers_stops_without_a_trace_and_starts_again_in_ten_seconds(elsewhere, address, tmp_path):
    first = Run(tmp_path / "first.log")
    first.wait_until_ready(seconds=FIRST_START)
    assert answer(address) == 200
    assert address.url in first.said()
    ask(address.port)  # the first page is slower: templates are read
    for what in KINDS.values():
        with sent(what, times=20, port=address.port):
            assert_others_are_answered(address.port)
    children = children_of(first.process.pid)
    assert len(children) >= 7  # two servers, web and worker with two processes each, beat

    first.press_ctrl_c()

    assert first.process.returncode == 0, first.said()
    assert not any(map(is_alive, children))

    began = time.monotonic()
    second = Run(tmp_path / "second.log")
    second.wait_until_ready(seconds=60)
    took = time.monotonic() - began
    again = children_of(second.process.pid)
    second.press_ctrl_c()

    assert took < 10
    assert not any(map(is_alive, again))
    assert sign_ins(second.said()) == sign_ins(first.said()) != []


def sign_ins(said: str) -> list[str]:
    """Return the demo's people and their password, as a start prints them."""
    return re.findall(r"\S+@\S+|(?<=password of each: )\S+", said)


def test_a_taken_port_is_named_in_one_sentence(elsewhere, address, tmp_path):
    with socket.create_server((address.host, address.port)):
        refused = Run(tmp_path / "refused.log")
        refused.process.wait(30)

    assert refused.process.returncode == 1
    assert refused.said().startswith(f"Port {address.port} on 127.0.0.1 is taken by another program")
    assert len(refused.said().splitlines()) == 1


@pytest.mark.parametrize("port", ["zero", "0", "65536", "-1", "8000x", "٨"])
def test_a_port_that_is_none_is_refused(monkeypatch, port):
    monkeypatch.setenv("PORT", port)

    with pytest.raises(Refusal, match="a number from 1 to 65535"):
        Address.chosen()


@pytest.mark.parametrize(("told", "missing"), [((), "SECRET_KEY"), (("SECRET_KEY",), "PRIVATE_KEYS")])
def test_a_real_database_asks_for_keys_of_its_own(elsewhere, address, tmp_path, monkeypatch, told, missing):
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/else")
    for name in told:
        monkeypatch.setenv(name, "a long random text")

    refused = Run(tmp_path / "refused.log")
    refused.process.wait(30)

    assert refused.process.returncode == 1
    assert refused.said().startswith(f"DATABASE_URL is set, so {missing} has to be set as well")
    assert len(refused.said().splitlines()) == 1


def test_a_real_database_gets_no_demo_and_no_secret_of_ours(data, address, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/else")
    monkeypatch.setenv("REDIS_URL", "redis://somewhere/0")
    monkeypatch.setenv("PEERLOAD_DEMO", "1")

    env = run.environment(data, run.Servers(data), address)

    assert env["DATABASE_URL"] == "postgres://somewhere/else"
    assert not {"SECRET_KEY", "PRIVATE_KEYS", "PEERLOAD_DEMO_PASSWORD"} & set(env)
    assert not run.is_demo(env)
    assert not (data.path / "secrets.json").exists()


def test_the_demo_is_never_loaded_into_a_named_database(elsewhere, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/else")

    with pytest.raises(Refusal, match="never loaded into a database named by DATABASE_URL"):
        run.demo()


def test_an_embedded_database_may_do_without_the_demo(data, address, monkeypatch):
    monkeypatch.setenv("PEERLOAD_DEMO", "0")

    assert not run.is_demo(run.environment(data, run.Servers(data), address))


@pytest.mark.parametrize(
    ("host", "url", "bind"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000", "0.0.0.0:8000"),
        ("::1", "http://[::1]:8000", "[::1]:8000"),
    ],
)
def test_an_address_is_written_as_a_browser_takes_it(host, url, bind):
    assert (Address(host, 8000).url, Address(host, 8000).bind) == (url, bind)


def test_a_server_for_everybody_may_be_asked_for_by_its_own_name():
    assert socket.gethostname() in Address("0.0.0.0", 8000).allowed_hosts()
    assert socket.gethostname() not in Address("127.0.0.1", 8000).allowed_hosts()


@pytest.fixture
def small_project(monkeypatch, tmp_path):
    """A project with one migration and one sheet, and a virtual environment that is not looked into."""
    for name in ("requirements.txt", "peerload/settings.py", "static/app.css", "app/migrations/0001_initial.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one")
    monkeypatch.setattr(run, "PROJECT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("digest", "matters", "does_not_matter"),
    [
        (run.static_files_digest, "static/app.css", "app/migrations/0001_initial.py"),
        (run.static_files_digest, "peerload/settings.py", "app/migrations/0001_initial.py"),
        (run.migrations_digest, "app/migrations/0001_initial.py", "static/app.css"),
        (run.migrations_digest, "requirements.txt", "peerload/settings.py"),
    ],
)
def test_work_of_the_last_start_is_done_again_only_when_its_sources_have_changed(
    small_project, digest, matters, does_not_matter
):
    before = digest()

    (small_project / does_not_matter).write_text("two")
    assert digest() == before
    (small_project / matters).write_text("two")
    assert digest() != before


def test_who_else_owns_the_data_folder_is_said(elsewhere, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 12345)

    with pytest.raises(Refusal, match="start peerload as that user"), folder.opened(elsewhere):
        pass
