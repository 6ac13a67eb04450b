"""Data folders of their own, so that no test meets the servers that the other tests use."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from peerload.local import folder


@pytest.fixture
def elsewhere(monkeypatch):
    """An empty data folder that is chosen; neither server is named by the environment."""
    path = Path(tempfile.mkdtemp(prefix="peerload-test-"))
    path.chmod(0o711)
    for name in (
        "DATABASE_URL",
        "REDIS_URL",
        "SECRET_KEY",
        "PRIVATE_KEYS",
        "PEERLOAD_DEMO",
        "HOST",
        "PORT",
        "MAKELEVEL",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PEERLOAD_DATA", str(path))
    yield path
    if (path / "servers").is_symlink():
        shutil.rmtree((path / "servers").resolve())
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def data(elsewhere):
    """The data folder, opened."""
    with folder.opened(elsewhere) as opened:
        yield opened


@pytest.fixture
def servers_uid():
    """Whom the servers have to run as: ourselves, but never root."""
    if os.getuid():
        return os.getuid()
    return folder.servers_account(Path("/nonexistent")).uid
