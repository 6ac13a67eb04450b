"""``make run`` and ``make dev`` as a whole: real processes on a free port."""

import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from peerload.local import Refusal, folder, run
from peerload.local.address import Address
from peerload.local.folder import PROJECT
from tests.long import LONG
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
    """One ``make run`` or ``make dev``, what it says, and how it ends."""

    def __init__(self, log: Path, what: str = "run"):
        self.log = log
        with log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "peerload.local", what],
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
    assert_commands_reach_the_service(address)
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
    # In the same folder: the first start, which makes the database, is what takes long.
    assert_developers_see_errors_and_changes(address, tmp_path)


def assert_commands_reach_the_service(address: Address) -> None:
    """
    Have a link made by a command, and open it: the service and its address are those of the running one.

    `make test-long` tries a command that only asks, and one that waits for what is typed, too.
    """
    if LONG:
        assert manage("services").stdout.startswith("Harbourside Peer Support:")
    invited = manage("invite", "somebody@example.org", "--new-service", "A place of our own")
    link = re.search(r"http\S+", invited.stdout).group()
    assert link.startswith(f"{address.url}/welcome/")
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with browser.open(link) as response:
        assert "A place of our own" in response.read().decode()
    if LONG:
        removed = manage("remove_service", "A place of our own", typed="A place of our own\n")
        assert removed.stdout.endswith("A place of our own is removed.\n")


def assert_developers_see_errors_and_changes(address: Address, tmp_path: Path) -> None:
    changed = tmp_path / "changed" / "sitecustomize.py"  # a module that every Python here imports
    changed.parent.mkdir()
    changed.touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(changed.parent))
        dev = Run(tmp_path / "dev.log", "dev")
    dev.wait_until_ready(seconds=60)

    with pytest.raises(urllib.error.HTTPError) as missing:
        urllib.request.urlopen(f"{address.url}/nowhere/")
    assert missing.value.code == 404 and "PEERLOAD_DEBUG" not in dev.said()
    assert "peerload.urls" in missing.value.read().decode()  # tells the addresses there are
    with urllib.request.urlopen(f"{address.url}/static/peerload/app.css") as style:
        assert style.read() == (PROJECT / "static/peerload/app.css").read_bytes()

    before = web_servers_of(dev)
    changed.write_text("# changed")
    assert wait(lambda: "changed, reloading" in dev.said()), dev.said()
    assert wait(lambda: answers(address)), dev.said()
    after = web_servers_of(dev)
    assert len(before) == len(after) == 2 and len(before & after) == 1  # one watches the files, the other is new

    everything = children_of(dev.process.pid)
    dev.press_ctrl_c()
    assert not any(map(is_alive, everything | before | after))


def web_servers_of(dev: Run) -> set[int]:
    """Return the processes that answer pages, and the one that watches over them."""
    children = children_of(dev.process.pid)
    return {pid for pid in children if b"runserver" in Path(f"/proc/{pid}/cmdline").read_bytes()}


def answers(address: Address) -> bool:
    try:
        return answer(address) == 200
    except OSError:
        return False


def manage(*words: str, typed: str = "") -> subprocess.CompletedProcess:
    """Run a command as ``make manage`` does, in a terminal in which an answer is typed."""
    ours, terminal = pty.openpty()
    try:
        os.write(ours, typed.encode())
        words = [sys.executable, "-m", "peerload.local", "manage", *words]
        return subprocess.run(words, cwd=PROJECT, stdin=terminal, capture_output=True, text=True, timeout=60)
    finally:
        os.close(ours)
        os.close(terminal)


def sign_ins(said: str) -> list[str]:
    """Return the demo's people and their password, as a start prints them."""
    return re.findall(r"\S+@\S+|(?<=password of each: )\S+", said)


def test_a_command_without_a_service_says_how_to_start_one(elsewhere):
    never = manage("services")
    with folder.opened(elsewhere) as data:
        data.secrets  # noqa: B018  drawn by a start
    stopped = manage("services")
    with folder.opened(elsewhere):
        starting = manage("services")

    assert "has not run from" in never.stderr and "`make run`" in never.stderr
    assert "is not running from" in stopped.stderr and "`make run`" in stopped.stderr
    assert "wait until `make run` has printed its address" in starting.stderr
    for each in (never, stopped, starting):
        assert (each.returncode, each.stdout, len(each.stderr.splitlines())) == (1, "", 1)


def test_a_command_is_to_be_named(elsewhere):
    assert manage().stderr.startswith("Say which command: make manage")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DATABASE_URL", "postgres://somewhere/else", "on the demo service only"),
        ("PEERLOAD_DEMO", "0", "on the demo service only"),
        ("HOST", "0.0.0.0", "unset HOST"),
        ("HOST", "peerload.example.org", "unset HOST"),
    ],
)
def test_pages_that_show_code_are_for_the_demo_on_ones_own_machine(elsewhere, address, monkeypatch, name, value, words):
    monkeypatch.setenv(name, value)

    with pytest.raises(Refusal, match=words):
        run.dev()


def test_a_command_is_told_what_the_start_was_told(data, address, monkeypatch):
    monkeypatch.setenv("PEERLOAD_DEMO", "0")
    data.note_running(run.environment(data, run.Servers(data), address))
    monkeypatch.delenv("PEERLOAD_DEMO")
    monkeypatch.setenv("PORT", "1")

    env = run.environment(data, run.Servers(data), Address.chosen(), noted=data.noted())

    assert (env["PEERLOAD_DEMO"], env["PEERLOAD_BASE_URL"]) == ("0", address.url)
    assert not {"SECRET_KEY", "PRIVATE_KEYS", "DATABASE_URL"} & set(data.noted())


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
