"""
The data folder: what is kept between two starts, and its owner.

PostgreSQL refuses to run as root, so root's servers run as ``postgres`` or ``nobody``, from a copy of their
programs and, where that user cannot reach the data folder, from a folder in /var/lib/peerload. That user owns
only ``servers/postgres``, ``servers/valkey`` and ``servers/run``: root writes nothing through a folder of theirs.
"""

import fcntl
import hashlib
import json
import os
import pwd
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

from peerload.local import Refusal
from peerload.local.processes import Account

PROJECT = Path(__file__).resolve().parents[2]
ELSEWHERE = Path("/var/lib/peerload")
LONGEST_SOCKET = 100  # of 107 characters that the kernel takes
NOTED = ("PEERLOAD_BASE_URL", "ALLOWED_HOSTS", "PEERLOAD_STATIC_ROOT", "PEERLOAD_DEMO")
EASY_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Secrets:
    """The random secrets made at the first start that needed them."""

    secret_key: str
    private_key: str
    demo_password: str
    database_password: str
    database_admin_password: str


@dataclass
class DataFolder:
    """One data folder, made ready."""

    path: Path
    servers: Path
    sockets: Path
    account: Account | None

    @cached_property
    def secrets(self) -> Secrets:
        """Return the secrets made at the first start; make them if this is it."""
        return _secrets(self.path / "secrets.json")

    def note_running(self, env: Mapping[str, str]) -> None:
        """Save what commands in another terminal have to know of this start; none of it is secret."""
        noted = {name: env[name] for name in NOTED if name in env}
        (self.path / "running.json").write_text(json.dumps(noted, indent=1))

    def noted(self) -> dict[str, str]:
        """Return what `note_running` kept at the last start."""
        file = self.path / "running.json"
        return json.loads(file.read_text()) if file.exists() else {}

    @property
    def places(self) -> str:
        """Return where the data lies, for a sentence."""
        return str(self.path) if self.servers.is_relative_to(self.path.resolve()) else f"{self.path} and {self.servers}"

    def give(self, path: Path) -> Path:
        """Make a folder that only the servers' user may enter."""
        path.mkdir(mode=0o700, exist_ok=True)
        self.hand_over(path)
        return path

    def hand_over(self, path: Path) -> None:
        """Give a file or folder to the servers' user."""
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)


def chosen() -> Path:
    """Return the folder named by PEERLOAD_DATA, or ``.data`` in the project."""
    return Path(os.environ.get("PEERLOAD_DATA") or PROJECT / ".data").absolute()


@contextmanager
def opened(path: Path) -> Iterator[DataFolder]:
    """
    Make the data folder ready and hold it: one peerload at a time.

    :raises Refusal: if another peerload runs from it, or it belongs to another user
    """
    path.mkdir(parents=True, exist_ok=True)
    _check_owner(path)
    with (path / "lock").open("a+") as lock:
        _hold(lock, path)
        yield prepared(path)


def of_running(path: Path) -> DataFolder:
    """
    Return the folder of the peerload that is running from it.

    :raises Refusal: if none is, or it belongs to another user
    """
    if not (path / "servers").exists():
        raise Refusal(f"peerload has not run from {path} yet: start it with `make run`, then repeat this elsewhere.")
    _check_owner(path)
    if not is_held(path):
        raise Refusal(f"peerload is not running from {path}: start it with `make run`, then repeat this elsewhere.")
    return prepared(path)


def _check_owner(path: Path) -> None:
    if path.stat().st_uid != os.getuid():
        raise Refusal(
            f"The data folder {path} belongs to {_name_of(path.stat().st_uid)}: start peerload as that user, "
            "or choose another folder with PEERLOAD_DATA."
        )


def is_held(path: Path) -> bool:
    """Return whether a peerload runs from the folder."""
    try:
        with (path / "lock").open("a+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


@contextmanager
def temporary() -> Iterator[DataFolder]:
    """Give a data folder that is removed afterwards."""
    path = Path(tempfile.mkdtemp(prefix="peerload-"))
    try:
        with opened(path) as folder:
            yield folder
    finally:
        if (path / "servers").is_symlink():
            shutil.rmtree((path / "servers").resolve(), ignore_errors=True)
        shutil.rmtree(path)


def prepared(path: Path) -> DataFolder:
    """Return the folder with its parts made."""
    # The servers' user passes through it; what is private in it says so itself.
    path.chmod(0o711 if os.getuid() == 0 else 0o700)
    servers = path / "servers"
    account = servers_account(servers)
    if not servers.exists():
        _make_servers(servers, account)
    servers = servers.resolve()
    return DataFolder(
        path=path,
        servers=servers,
        sockets=_sockets(servers, account),
        account=account,
    )


def servers_account(servers: Path) -> Account | None:
    """Return the user the servers run as: None for ourselves; for root the owner of the data, else an ordinary user."""
    if os.getuid() != 0:
        return None
    if (servers / "postgres").exists():
        return _account(_name_of((servers / "postgres").stat().st_uid))
    for name in ("postgres", "nobody"):
        try:
            return _account(name)
        except KeyError:
            continue
    raise Refusal("PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody.")


def _account(name: str) -> Account:
    entry = pwd.getpwnam(name)
    return Account(name, entry.pw_uid, entry.pw_gid)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _hold(lock: IO[str], path: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        raise Refusal(
            f"peerload already runs from {path} (process {lock.read().strip() or 'unknown'}): "
            "stop it first, or choose another folder with PEERLOAD_DATA."
        ) from None
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()


def _make_servers(servers: Path, account: Account | None) -> None:
    if account and not _may_pass(servers.parent):
        ELSEWHERE.mkdir(exist_ok=True)
        ELSEWHERE.chmod(0o711)  # whatever the umask
        place = Path(tempfile.mkdtemp(dir=ELSEWHERE))
        servers.unlink(missing_ok=True)  # a link to a folder that is gone
        servers.symlink_to(place)
    else:
        place = servers
        place.mkdir()
    place.chmod(0o711 if account else 0o700)


def _may_pass(folder: Path) -> bool:
    """Return whether every user may pass through the folder and all above it."""
    return all(step.stat().st_mode & 0o001 for step in (folder, *folder.parents))


def _sockets(servers: Path, account: Account | None) -> Path:
    """Return a folder for the sockets whose path is short enough for the kernel."""
    folder = servers / "run"
    if len(str(folder / ".s.PGSQL.5432.lock")) > LONGEST_SOCKET:
        digest = hashlib.sha256(str(servers).encode()).hexdigest()[:12]
        folder = Path("/tmp") / f"peerload-{os.getuid()}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = account.uid if account else os.getuid()
    if folder.is_symlink() or folder.stat().st_uid not in (os.getuid(), owner):
        raise Refusal(f"{folder} was made by somebody else: remove it, or choose a shorter path with PEERLOAD_DATA.")
    folder.chmod(0o700)
    if account:
        os.chown(folder, account.uid, account.gid)
    return folder


def _secrets(file: Path) -> Secrets:
    """Return the secrets of the folder, drawn when they are first needed and readable by its owner only."""
    kept = json.loads(file.read_text()) if file.exists() else {}
    missing = Secrets.__dataclass_fields__.keys() - kept.keys()
    if missing:
        kept |= {name: value for name, value in _drawn().items() if name in missing}
        unfinished = file.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            json.dump(kept, out, indent=1)
        unfinished.rename(file)
    return Secrets(**kept)


def _drawn() -> dict[str, str]:
    return {
        "secret_key": secrets.token_urlsafe(50),
        "private_key": secrets.token_urlsafe(50),
        "demo_password": "-".join("".join(secrets.choice(EASY_LETTERS) for _ in range(4)) for _ in range(4)),
        "database_password": secrets.token_urlsafe(24),
        "database_admin_password": secrets.token_urlsafe(24),
    }
