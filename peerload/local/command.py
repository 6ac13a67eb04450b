"""``make manage``: a command of ``manage.py`` against the service of a ``make run`` in another terminal."""

import os
import sys

from peerload.local import Refusal, folder, processes, run
from peerload.local.address import Address
from peerload.local.folder import PROJECT, DataFolder
from peerload.local.servers import Servers


def manage(words: list[str]) -> None:
    """
    Become ``manage.py`` with these words, in the environment of the service that is running.

    :raises Refusal: if no service is running, or its database does not answer yet
    """
    if not words:
        raise Refusal('Say which command: make manage ARGS="services". make manage ARGS="help" lists them.')
    run.check_keys()
    data = folder.of_running(folder.chosen())
    servers = Servers(data)
    check_database(data, servers)
    noted = data.noted()
    if not servers.postgres:
        noted.pop("PEERLOAD_DEMO", None)  # that was about the embedded database
    environment = run.environment(data, servers, Address.chosen(), noted=noted)
    os.chdir(PROJECT)
    # The terminal becomes the command's own: it may ask questions, and Ctrl-C reaches it.
    os.execve(sys.executable, [sys.executable, str(PROJECT / "manage.py"), *words], environment)


def check_database(data: DataFolder, servers: Servers) -> None:
    """
    Look for the embedded database.

    :raises Refusal: if it is not there, as while peerload starts, or where DATABASE_URL named another one
    """
    if servers.postgres and not processes.is_running(servers.postgres.data / "postmaster.pid", "postgres"):
        raise Refusal(
            f"The database in {data.path} is not up: wait until `make run` has printed its address. "
            "If it was started with DATABASE_URL, set the same DATABASE_URL here."
        )
