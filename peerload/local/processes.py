"""Child processes that end when the one that started them ends, however it ends."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

PR_SET_PDEATHSIG = 1  # linux/prctl.h
_libc = ctypes.CDLL(None, use_errno=True)


class Account(NamedTuple):
    """A user of this machine."""

    name: str
    uid: int
    gid: int


def _end_with(parent: int, when_orphaned: signal.Signals) -> None:
    _libc.prctl(PR_SET_PDEATHSIG, when_orphaned)  # after the change of user, which forgets it
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def start(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    account: Account | None = None,
    log: Path | None = None,
    out: Path | None = None,
    cwd: Path | str | None = None,
    when_orphaned: signal.Signals = signal.SIGKILL,
) -> subprocess.Popen:
    """
    Start a program in a session of its own, as ``account`` (None: as ourselves).

    ``log`` gets all its output, ``out`` only its standard output; without them it writes to our screen.

    A session of its own keeps a Ctrl-C in the terminal from it: we decide who stops when. Call it from the main
    thread only: the kernel sends ``when_orphaned`` when the *thread* that started the child is gone.
    """
    as_account: dict[str, Any] = {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
    said = (log or out).open("ab") if log or out else None
    try:
        return subprocess.Popen(
            [str(part) for part in argv],
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said if log else None,
            start_new_session=True,
            preexec_fn=partial(_end_with, os.getpid(), when_orphaned),
            **as_account,
        )
    finally:
        if said:
            said.close()


def call(argv: Sequence[str | Path], *, env: Mapping[str, str], **kwargs: Any) -> int:
    """Run a program to its end and return its exit code; it is stopped if we are."""
    child = start(argv, env=env, **kwargs)
    try:
        return child.wait()
    finally:
        stop([child])


def end_with_our_parent(how: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to send us ``how`` when the process that started us is gone."""
    _libc.prctl(PR_SET_PDEATHSIG, how)


def stop(children: Iterable[subprocess.Popen], how: signal.Signals = signal.SIGTERM, *, seconds: float = 10) -> None:
    """Stop children together and wait; a child still there after ``seconds`` is killed with its session."""
    alive = [child for child in children if child.poll() is None]
    for child in alive:
        child.send_signal(how)
    deadline = time.monotonic() + seconds
    for child in alive:
        try:
            child.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            kill_session(child)


def kill_session(child: subprocess.Popen) -> None:
    """Kill a child and what it started."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


def is_running(pid_file: Path, program: str) -> bool:
    """Return whether the process named in the first line of ``pid_file`` lives and is ``program``."""
    try:
        pid = int(pid_file.read_text().split()[0])
        return Path(f"/proc/{pid}/comm").read_text().strip() == program
    except (OSError, ValueError, IndexError):
        return False


def wait_until_gone(pid_file: Path, program: str, *, seconds: float = 20) -> bool:
    """Wait for a server whose supervisor was killed to finish its own end; return whether it did."""
    deadline = time.monotonic() + seconds
    while is_running(pid_file, program):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
