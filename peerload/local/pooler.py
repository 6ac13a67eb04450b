"""PgBouncer for the tests: named, found, or unpacked by root."""

import os
import shutil
import subprocess
from pathlib import Path

from peerload.local import Refusal, apt
from peerload.local.venv import VENV

UNPACKED = VENV / "pgbouncer"
PLACES = (Path("/usr/sbin/pgbouncer"), UNPACKED / "usr/sbin/pgbouncer")
LIBRARIES = ("libc-ares2", "libevent-2.1-7")


def find() -> Path:
    """
    Return the path of a PgBouncer that runs: PGBOUNCER, an installed one, or one that apt brings if we are root.

    An unpacked one outlives the libraries it needs when `.venv` moves to another machine; root installs those again.

    :raises Refusal: if there is none
    """
    if named := os.environ.get("PGBOUNCER"):
        if not shutil.which(named):
            raise Refusal(f"PGBOUNCER names {named}, and there is no program.")
        return Path(named)
    if not _found() and apt.is_ours():
        print("Unpacking PgBouncer with apt.", flush=True)
        apt.install(*LIBRARIES)
        apt.unpack("pgbouncer", UNPACKED)
    if found := _found():
        return found
    raise Refusal(
        "These tests go through PgBouncer and found none that runs: install it with `sudo apt-get install -y pgbouncer`, "
        "or name one with PGBOUNCER=/path/to/pgbouncer."
    )


def _found() -> Path | None:
    on_path = shutil.which("pgbouncer")
    return next(filter(_runs, [*([Path(on_path)] if on_path else []), *PLACES]), None)


def _runs(program: Path) -> bool:
    try:
        return subprocess.run([program, "--version"], capture_output=True).returncode == 0
    except OSError:
        return False
