"""Data folders of their own, so that no test meets the servers that the other tests use."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from peerload.local import folder
from peerload.local.folder import DataFolder
from peerload.local.servers import Servers, started


@contextmanager
def empty(patch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give an empty data folder that is chosen; neither server is named by the environment."""
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
        patch.delenv(name, raising=False)
    patch.setenv("PEERLOAD_DATA", str(path))
    yield path
    if (path / "servers").is_symlink():
        shutil.rmtree((path / "servers").resolve())
    shutil.rmtree(path, ignore_errors=True)


def copy(made: DataFolder, path: Path) -> None:
    """Fill an empty folder with what another has; that takes a tenth of the time of making it."""
    shutil.copy(made.path / "secrets.json", path)
    with folder.opened(path) as data:
        subprocess.run(["cp", "-a", f"{made.servers}/.", data.servers], check=True)


@pytest.fixture
def elsewhere(monkeypatch):
    with empty(monkeypatch) as path:
        yield path


@pytest.fixture
def data(elsewhere):
    """The data folder, opened."""
    with folder.opened(elsewhere) as opened:
        yield opened


@pytest.fixture(scope="session")
def made():
    """A folder whose servers have been started once and stopped."""
    with pytest.MonkeyPatch.context() as patch, empty(patch) as path:
        with folder.opened(path) as opened:
            with started(opened):
                pass
            patch.undo()
            yield opened


@pytest.fixture
def data_of_a_start(made, elsewhere):
    """The data folder as a start has left it, opened."""
    copy(made, elsewhere)
    with folder.opened(elsewhere) as opened:
        yield opened


@pytest.fixture(scope="session")
def running(made):
    """Servers that are running, for tests that only ask them."""
    with pytest.MonkeyPatch.context() as patch, empty(patch) as path:
        copy(made, path)
        with folder.opened(path) as opened:
            servers = Servers(opened)
            servers.start()
            patch.undo()
            yield servers
            servers.stop()


@pytest.fixture
def servers_uid():
    """Whom the servers have to run as: ourselves, but never root."""
    if os.getuid():
        return os.getuid()
    return folder.servers_account(Path("/nonexistent")).uid
