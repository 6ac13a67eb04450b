"""The database and the broker of this run: named by the environment, or embedded."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from peerload.local import processes
from peerload.local.folder import DataFolder
from peerload.local.postgres import THROWAWAY, Postgres
from peerload.local.valkey import Valkey


class Servers:
    """What DATABASE_URL and REDIS_URL name, and an embedded server for whichever of them is not set."""

    def __init__(self, folder: DataFolder, *, throwaway: bool = False) -> None:
        self.postgres = None
        self.valkey = None
        if not os.environ.get("DATABASE_URL"):
            self.postgres = Postgres(folder, settings=THROWAWAY if throwaway else None)
        if not os.environ.get("REDIS_URL"):
            self.valkey = Valkey(folder)
        self.running: dict[str, subprocess.Popen] = {}

    def urls(self) -> dict[str, str]:
        """Return DATABASE_URL and REDIS_URL for the programs that use the servers."""
        return {
            "DATABASE_URL": self.postgres.url if self.postgres else os.environ["DATABASE_URL"],
            "REDIS_URL": self.valkey.url if self.valkey else os.environ["REDIS_URL"],
        }

    def start(self) -> None:
        """
        Start the embedded ones.

        :raises Refusal: if one of them cannot be started; the other is stopped then
        """
        try:
            if self.postgres:
                self.running["PostgreSQL"] = self.postgres.start()
            if self.valkey:
                self.running["Valkey"] = self.valkey.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the embedded ones, the database last."""
        if broker := self.running.pop("Valkey", None):
            processes.stop([broker])
        if database := self.running.pop("PostgreSQL", None):
            processes.stop([database], signal.SIGINT, seconds=30)  # "fast": it does not wait for clients


@contextmanager
def started(folder: DataFolder, *, throwaway: bool = False) -> Iterator[Servers]:
    """Start the servers and stop them afterwards."""
    servers = Servers(folder, throwaway=throwaway)
    servers.start()
    try:
        yield servers
    finally:
        servers.stop()
