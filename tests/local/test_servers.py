import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg2
import pytest
from kombu import Connection

from peerload.local import Refusal, folder
from peerload.local.folder import PROJECT
from peerload.local.postgres import Postgres
from peerload.local.servers import started

from .conftest import copy
from .processes_seen import children_of, is_alive, using, wait


def asked(servers, statement: str):
    """Return the first value a statement gives, as peerload's own role."""
    connection = psycopg2.connect(servers.postgres.url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
        answer = cursor.fetchone() if cursor.description else None
    connection.close()
    return answer and answer[0]


def test_servers_run_as_an_ordinary_user_and_are_gone_afterwards(data, servers_uid):
    with started(data) as servers:
        owners = {name: Path(f"/proc/{server.pid}").stat().st_uid for name, server in servers.running.items()}

    assert owners == {"PostgreSQL": servers_uid, "Valkey": servers_uid}
    assert using(data.servers) == []


def test_neither_server_listens_on_the_network(running):
    assert asked(running, "SHOW listen_addresses") == ""
    with Connection(running.valkey.url) as broker:
        assert broker.default_channel.client.config_get("port") == {"port": "0"}


def test_broker_keeps_its_queue_on_disk_and_drops_nothing(running):
    with Connection(running.valkey.url) as broker:
        client = broker.default_channel.client

        assert client.config_get("appendonly") == {"appendonly": "yes"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_peerloads_role_is_no_superuser_and_needs_its_password(running):
    assert asked(running, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(running.postgres.url.replace(running.postgres.folder.secrets.database_password, "guessed"))


def test_peerloads_role_may_make_the_extension_that_forbids_overlaps(running):
    asked(running, "CREATE EXTENSION btree_gist")

    assert asked(running, "SELECT count(*) FROM pg_extension WHERE extname = 'btree_gist'") == 1


def test_second_start_finds_the_data_and_the_queue(data_of_a_start):
    data = data_of_a_start
    with started(data) as servers:
        asked(servers, "CREATE TABLE kept AS SELECT 42 AS answer")
        with Connection(servers.valkey.url) as broker:
            broker.default_channel.client.set("kept", "42")

    with started(data) as servers:
        assert asked(servers, "SELECT answer FROM kept") == 42
        with Connection(servers.valkey.url) as broker:
            assert broker.default_channel.client.get("kept") == b"42"


def test_a_start_broken_off_while_the_cluster_was_made_is_made_again(data):
    (data.servers / "postgres.new").mkdir()
    (data.servers / "postgres.new/half").write_text("of a cluster")

    with started(data) as servers:
        assert asked(servers, "SELECT 1") == 1


def test_pid_file_of_another_program_does_not_keep_the_database_down(data_of_a_start):
    data = data_of_a_start
    (data.servers / "postgres/postmaster.pid").write_text(f"{os.getpid()}\n")

    with started(data) as servers:
        assert asked(servers, "SELECT 1") == 1


def test_data_of_another_major_version_is_refused_and_left_alone(data_of_a_start):
    data = data_of_a_start
    version = data.servers / "postgres/PG_VERSION"
    version.write_text("14\n")

    with pytest.raises(Refusal, match="was written by PostgreSQL 14, and this peerload brings PostgreSQL 18"):
        Postgres(data).start()

    assert version.read_text() == "14\n"
    assert using(data.servers) == []


def test_a_lost_secrets_file_is_named_instead_of_a_stranger_let_in(data_of_a_start):
    data = data_of_a_start
    (data.path / "secrets.json").unlink()

    with pytest.raises(Refusal, match="secrets.json"):
        Postgres(folder.prepared(data.path)).start()

    assert using(data.servers) == []


def test_a_named_server_is_used_and_not_started(data, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/else")
    monkeypatch.setenv("REDIS_URL", "redis://somewhere/0")

    with started(data) as servers:
        assert servers.running == {}
        assert servers.urls() == {"DATABASE_URL": "postgres://somewhere/else", "REDIS_URL": "redis://somewhere/0"}


def test_data_folder_serves_one_peerload_at_a_time(data):
    with (
        pytest.raises(Refusal, match=f"already runs from {data.path} .process {os.getpid()}."),
        folder.opened(data.path),
    ):
        pass


def test_secrets_are_drawn_once_and_readable_by_their_owner_only(data):
    first = data.secrets
    again = folder.prepared(data.path).secrets

    assert first == again
    assert min(len(first.secret_key), len(first.private_key)) >= 50
    assert (data.path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_a_folder_from_before_there_were_private_keys_gets_one_and_keeps_the_others(data):
    before = {name: value for name, value in vars(data.secrets).items() if name != "private_key"}
    (data.path / "secrets.json").write_text(json.dumps(before))

    again = folder.prepared(data.path).secrets

    assert again.private_key
    assert vars(again).items() >= before.items()


def test_a_long_path_gets_its_sockets_in_a_short_one(elsewhere):
    with folder.opened(elsewhere / ("long-" * 20)) as data:
        sockets = data.sockets
        assert not sockets.is_relative_to(elsewhere)
        try:
            with started(data) as servers:
                assert asked(servers, "SELECT 1") == 1
        finally:
            shutil.rmtree(sockets)


def test_a_folder_others_cannot_enter_still_gets_its_servers():
    """Root's home is closed to the user the servers run as; for anybody else it is their own anyway."""
    home = Path(tempfile.mkdtemp(prefix="peerload-test-"))  # mode 700
    servers = None
    try:
        with folder.opened(home / "data") as data:
            servers = data.servers
            server = Postgres(data).start()
            server.send_signal(signal.SIGINT)
            assert server.wait(20) == 0
    finally:
        shutil.rmtree(servers)
        shutil.rmtree(home)


SERVE = "import sys; from peerload.local.__main__ import main; sys.argv[1:] = ['servers']; main()"


def test_a_killed_supervisor_leaves_no_server_and_the_next_start_finds_the_data(made, elsewhere):
    copy(made, elsewhere)
    supervisor = subprocess.Popen([sys.executable, "-c", SERVE], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    while "Ctrl-C" not in supervisor.stdout.readline():
        assert supervisor.poll() is None
    left = children_of(supervisor.pid)
    assert len(left) > 2

    supervisor.kill()
    supervisor.wait()
    supervisor.stdout.close()

    assert wait(lambda: not any(map(is_alive, left)))
    with folder.opened(elsewhere) as data, started(data) as servers:
        assert asked(servers, "SELECT 1") == 1
