"""``make test`` and ``make check``: what has to hold before anything is published."""

import os
import subprocess
import sys

from peerload.local import browser, folder, processes
from peerload.local.folder import PROJECT
from peerload.local.servers import started

# Settings of the kind a real server has, so that `check --deploy` judges those and not the demo's.
PRODUCTION = {
    "SECRET_KEY": "a-long-random-text-that-only-this-check-uses-and-no-server-0123456789",
    "PRIVATE_KEYS": "another-long-random-text-that-only-this-check-uses-0123456789",
    "ALLOWED_HOSTS": "peerload.example.org",
    "PEERLOAD_BASE_URL": "https://peerload.example.org",
    "PEERLOAD_PROXY": "1",
    "PEERLOAD_DEMO": "0",
}

PYTHON = [sys.executable]
# One more than a small machine has cores: tests of servers and browsers wait a fifth of their time.
PROCESSES = ["-n3", "--dist=worksteal"]
CHECKS = {
    "ruff check": [*PYTHON, "-m", "ruff", "check", "--output-format=concise", "."],
    "ruff format": [*PYTHON, "-m", "ruff", "format", "--check", "--output-format=concise", "."],
    "templates": [*PYTHON, "-m", "djlint", "--lint", "--quiet", "templates"],
    "types": [*PYTHON, "-m", "mypy"],
    "migrations are complete": [*PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    "translations are complete": [*PYTHON, "-m", "peerload.local", "messages", "--check"],
    "production settings": [*PYTHON, "manage.py", "check", "--deploy", "--fail-level=WARNING"],
}


def test(words: list[str], *, long: bool = False) -> int:
    """
    Run every test, or those that ``words`` choose for pytest, and return pytest's exit code.

    :param long: try many times as many random lives, services and interleavings, and what else takes minutes
    """
    browser.prepare()
    with folder.temporary() as data, started(data, throwaway=True) as servers:
        env = {**os.environ, **servers.urls()}
        env.pop("MAKELEVEL", None)
        env.pop("PYTHONDONTWRITEBYTECODE", None)  # or every process of the tests would compile all of them again
        if long:
            env["PEERLOAD_TESTS"] = "long"
        # In our own session, unlike everything else we start: Ctrl-C and a debugger in a test reach pytest itself.
        return subprocess.run([*PYTHON, "-m", "pytest", *(words or PROCESSES)], env=env, cwd=PROJECT).returncode


def check() -> int:
    """Run every check, say which failed, and return 1 if one did."""
    with folder.temporary() as data, started(data, throwaway=True) as servers:
        env = {**os.environ, **PRODUCTION, **servers.urls()}
        failed = [name for name, words in CHECKS.items() if not _holds(name, words, env)]
    print(f"Checks that failed: {', '.join(failed)}." if failed else f"All {len(CHECKS)} checks hold.", flush=True)
    return 1 if failed else 0


def _holds(name: str, words: list[str], env: dict[str, str]) -> bool:
    print(f"-- {name}", flush=True)
    return processes.call(words, env=env, cwd=PROJECT) == 0
