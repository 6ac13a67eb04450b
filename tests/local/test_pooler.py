import os
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from peerload.local import Refusal, checks, pooler


@pytest.fixture
def no_pooler(monkeypatch, tmp_path):
    """A machine without PgBouncer, whose PATH is one empty folder, which is returned."""
    monkeypatch.delenv("PGBOUNCER", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(pooler, "PLACES", ())
    return tmp_path


def program(folder, name: str) -> str:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_one_that_is_named_is_taken(no_pooler, monkeypatch):
    monkeypatch.setenv("PGBOUNCER", program(no_pooler, "my-pooler"))
    assert pooler.find().name == "my-pooler"


def test_a_named_one_that_is_not_there_is_refused(no_pooler, monkeypatch):
    monkeypatch.setenv("PGBOUNCER", "/nowhere/pgbouncer")
    with pytest.raises(Refusal, match="/nowhere/pgbouncer"):
        pooler.find()


def test_an_installed_one_is_found(no_pooler):
    installed = program(no_pooler, "pgbouncer")
    assert str(pooler.find()) == installed


def test_a_left_over_one_that_does_not_run_is_not_taken(no_pooler, monkeypatch):
    left_over = no_pooler / "left-over"
    left_over.write_text("#!/bin/sh\nexit 127\n")
    left_over.chmod(0o755)
    monkeypatch.setattr(pooler, "PLACES", (left_over,))
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    with pytest.raises(Refusal, match="none that runs"):
        pooler.find()

    program(no_pooler, "apt-get")
    installed = []
    monkeypatch.setattr(os, "getuid", lambda: 0)
    monkeypatch.setattr(
        pooler.apt, "install", lambda *names: installed.extend(names) or left_over.write_text("#!/bin/sh\n")
    )
    monkeypatch.setattr(pooler.apt, "unpack", lambda package, folder: None)
    assert pooler.find() == left_over and installed == list(pooler.LIBRARIES)


def test_without_one_only_the_tests_that_need_it_fail(no_pooler, monkeypatch):
    @contextmanager
    def servers(*args, **kwargs):
        yield SimpleNamespace(urls=dict)

    began = []
    monkeypatch.setenv("CHROMIUM", program(no_pooler, "chromium"))
    monkeypatch.setattr(checks, "started", servers)
    monkeypatch.setattr(
        checks.subprocess, "run", lambda *args, **kwargs: began.append(kwargs) or SimpleNamespace(returncode=0)
    )
    assert checks.test(["tests/caseload"]) == 0 and began


def test_without_one_an_ordinary_user_reads_what_to_install(no_pooler, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    with pytest.raises(Refusal, match="apt-get install -y pgbouncer"):
        pooler.find()


def test_root_gets_one_from_apt_without_a_service_being_installed(no_pooler, monkeypatch):
    program(no_pooler, "apt-get")
    monkeypatch.setattr(os, "getuid", lambda: 0)
    monkeypatch.setattr(pooler.apt, "install", lambda *names: None)
    monkeypatch.setattr(pooler.apt, "unpack", lambda package, folder: program(no_pooler, package))
    assert pooler.find() == no_pooler / "pgbouncer"
