"""``make run`` and ``make dev``: the whole of peerload on one machine."""

import hashlib
import http.client
import os
import signal
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from peerload.local import Refusal, folder, processes, supervisor
from peerload.local.address import Address
from peerload.local.folder import PROJECT, DataFolder
from peerload.local.servers import Servers, started
from peerload.local.supervisor import Child


def run(*, develop: bool = False) -> None:
    """
    Start everything, say where it is, and keep it running until Ctrl-C or SIGTERM.

    :param develop: answer pages by Django's own server, which reads changed files again and explains its errors
    :raises Refusal: if something that it needs is missing
    """
    address = Address.chosen()
    check_keys()
    address.check_free()
    with folder.opened(folder.chosen()) as data, started(data) as servers:
        env = environment(data, servers, address)
        data.note_running(env)
        prepare(data, servers, env)
        sign_ins = load_demo(data, env) if is_demo(env) else ""
        children = [*_server_children(servers), *_our_children(data, env, address, develop=develop)]
        try:
            begin(children, address)
            print(welcome(data, env, address, sign_ins, develop=develop), flush=True)
            supervisor.tend(children)
        except KeyboardInterrupt:
            print("\nStopping.", flush=True)
        finally:
            supervisor.stop(child for child in children if child.name not in servers.running)
            _take_back(servers, children)
    print(f"Stopped. {where_data_stays(data)}", flush=True)


def dev() -> None:
    """
    Do what `run` does, for a developer of peerload: on the demo service, and on this machine only.

    :raises Refusal: if error pages could show a real service's data, or could be read from another machine
    """
    if os.environ.get("DATABASE_URL") or os.environ.get("PEERLOAD_DEMO") == "0":
        raise Refusal(
            "Error pages of `make dev` show the data they fail on, so it works on the demo service only: "
            "unset DATABASE_URL and PEERLOAD_DEMO, or use `make run`."
        )
    address = Address.chosen()
    if not address.is_for_this_machine:
        raise Refusal(
            f"HOST is {address.host}, and error pages of `make dev` show code and settings: "
            "unset HOST, or use `make run`."
        )
    run(develop=True)


def check_keys() -> None:
    """
    Refuse a real database without keys of its own.

    :raises Refusal: if DATABASE_URL is set, and SECRET_KEY or PRIVATE_KEYS is not
    """
    missing = [name for name in ("SECRET_KEY", "PRIVATE_KEYS") if not os.environ.get(name)]
    if os.environ.get("DATABASE_URL") and missing:
        raise Refusal(
            f"DATABASE_URL is set, so {missing[0]} has to be set as well: "
            "a long random text of your own, the same at every start and on every machine."
        )


def environment(
    data: DataFolder, servers: Servers, address: Address, *, noted: Mapping[str, str] | None = None
) -> dict[str, str]:
    """
    Return the environment of peerload's programs: what is set, and what we know better than a default.

    :param noted: what a start in another terminal kept; what is set here goes before it
    """
    defaults = {
        "PEERLOAD_BASE_URL": address.url,
        "ALLOWED_HOSTS": ",".join(address.allowed_hosts()),
        "PEERLOAD_STATIC_ROOT": str(data.path / "static"),
    }
    if servers.postgres:
        defaults |= {
            "SECRET_KEY": data.secrets.secret_key,
            "PRIVATE_KEYS": data.secrets.private_key,
            "PEERLOAD_DEMO": "1",
            "PEERLOAD_DEMO_PASSWORD": data.secrets.demo_password,
        }
    said = {name: value for name, value in os.environ.items() if value}
    return {**defaults, **(noted or {}), **said, **servers.urls()}


def is_demo(env: Mapping[str, str]) -> bool:
    """Return whether the demo is loaded: only ever into an embedded database."""
    return env.get("PEERLOAD_DEMO") == "1" and not os.environ.get("DATABASE_URL")


def manage(*words: str, env: Mapping[str, str]) -> None:
    """
    Run ``manage.py``.

    :raises Refusal: if it fails; what it said is on the screen
    """
    if code := processes.call([sys.executable, PROJECT / "manage.py", *words], env=env, cwd=PROJECT):
        raise Refusal(f"manage.py {words[0]} failed (code {code}).")


def prepare(data: DataFolder, servers: Servers, env: Mapping[str, str]) -> None:
    """Bring the database and the static files up to this version; parts that are up to date already cost no time."""
    migrations = Stamp(data.servers / "migrations.stamp", migrations_digest())
    if not servers.postgres or not migrations.holds():
        manage("migrate", "--no-input", "--verbosity=0", env=env)
        migrations.put()
    static = Stamp(Path(env["PEERLOAD_STATIC_ROOT"]) / "static.stamp", static_files_digest())
    if not static.holds():
        manage("collectstatic", "--no-input", "--clear", "--verbosity=0", env=env)
        static.put()


class Stamp(NamedTuple):
    """A note beside generated files, naming their source."""

    path: Path
    digest: str

    def holds(self) -> bool:
        return self.path.exists() and self.path.read_text() == self.digest

    def put(self) -> None:
        self.path.write_text(self.digest)


def migrations_digest() -> str:
    """Return a digest that changes with these migrations, and with those of the packages."""
    ours = [*PROJECT.glob("*/migrations/0*.py"), *PROJECT.glob("peerload/*/migrations/0*.py")]
    return digest_of([PROJECT / "requirements.txt", *ours])


def static_files_digest() -> str:
    """Return what tells what collectstatic gathers, and how, from any other."""
    tops = [PROJECT / "static", *PROJECT.glob("*/static"), *PROJECT.glob("peerload/*/static")]
    ours = {path for top in tops for path in top.rglob("*") if path.is_file()}
    return digest_of([PROJECT / "requirements.txt", PROJECT / "peerload/settings.py", *ours])


def digest_of(files: Iterable[Path]) -> str:
    """Return a digest of the files' names and contents."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def load_demo(data: DataFolder, env: Mapping[str, str], *, again: bool = False) -> str:
    """Load the demo service if it is not there yet, or ``again`` as of today; return its sign-ins as printed then."""
    sign_ins = data.path / "demo-sign-ins.txt"
    if again or not sign_ins.exists():
        unfinished = sign_ins.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        print("Loading the demo service.", flush=True)
        words = [sys.executable, PROJECT / "manage.py", "load_demo", *(["--again"] if again else [])]
        if code := processes.call(words, env=env, cwd=PROJECT, out=unfinished):
            raise Refusal(f"The demo could not be loaded (code {code}).")
        unfinished.rename(sign_ins)
    return sign_ins.read_text()


def demo() -> None:
    """Load the demo again, as of today, into the embedded database, whether peerload is running or not."""
    if os.environ.get("DATABASE_URL"):
        raise Refusal("The demo is never loaded into a database named by DATABASE_URL: unset it first.")
    path = folder.chosen()
    if folder.is_held(path):
        data = folder.prepared(path)
        _load_demo_again(data, Servers(data))
    else:
        with folder.opened(path) as data, started(data) as servers:
            _load_demo_again(data, servers, migrate=True)


def _load_demo_again(data: DataFolder, servers: Servers, *, migrate: bool = False) -> None:
    env = {**environment(data, servers, Address.chosen()), "PEERLOAD_DEMO": "1"}
    if migrate:
        prepare(data, servers, env)
    print(said_of(load_demo(data, env, again=True), env), flush=True)


def show_servers() -> None:
    """Run only the two servers, and say how to reach them, until Ctrl-C."""
    with folder.opened(folder.chosen()) as data, started(data) as servers:
        env = environment(data, servers, Address.chosen())
        for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PRIVATE_KEYS", "PEERLOAD_DEMO"):
            if name in env:
                print(f"export {name}='{env[name]}'")
        print("# Ctrl-C stops them; the data stays.", flush=True)
        children = _server_children(servers)
        try:
            supervisor.tend(children)
        except KeyboardInterrupt:
            pass
        finally:
            _take_back(servers, children)


def _server_children(servers: Servers) -> list[Child]:
    starts = {
        "PostgreSQL": servers.postgres and servers.postgres.start,
        "Valkey": servers.valkey and servers.valkey.start,
    }
    now = time.monotonic()
    return [Child(name, starts[name], process, now) for name, process in servers.running.items()]


def _take_back(servers: Servers, children: list[Child]) -> None:
    """Let ``servers`` stop the servers that are running now, which may not be those it started."""
    for child in children:
        if child.name in servers.running and child.process:
            servers.running[child.name] = child.process


def _our_children(data: DataFolder, env: Mapping[str, str], address: Address, *, develop: bool) -> list[Child]:
    beat = data.path / "beat"
    beat.mkdir(exist_ok=True)
    celery = ["-m", "celery", "--app=peerload", "--quiet"]
    quiet = ["--loglevel=WARNING"]
    commands = {
        **({} if develop else {"web": ["-m", "peerload.serve"]}),
        "worker": [*celery, "worker", "--concurrency=2", "--without-gossip", "--without-mingle", *quiet],
        "beat": [*celery, "beat", f"--schedule={beat / 'schedule'}", "--pidfile=", *quiet],
    }
    # Celery warns about root at each start; on one machine root has been chosen knowingly.
    env = {
        **env,
        "HOST": address.host,
        "PORT": str(address.port),
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
    }
    children = [
        Child(name, lambda words=words: processes.start([sys.executable, *words], env=env, cwd=PROJECT))
        for name, words in commands.items()
    ]
    return [_reloading_web(env, address), *children] if develop else children


def _reloading_web(env: Mapping[str, str], address: Address) -> Child:
    """Return Django's own server; only its environment says PEERLOAD_DEBUG, under which Celery would leak memory."""
    words = [sys.executable, PROJECT / "manage.py", "runserver", address.bind]
    env = {**env, "PEERLOAD_DEBUG": "1", "PYTHONUNBUFFERED": "1", "DJANGO_RUNSERVER_HIDE_WARNING": "true"}
    # SIGTERM, because the process we start has one of its own, which it ends itself.
    return Child("web", lambda: processes.start(words, env=env, cwd=PROJECT, when_orphaned=signal.SIGTERM))


def begin(children: list[Child], address: Address, *, seconds: float = 60) -> None:
    """
    Start what is not running yet: the web server, and once it answers the rest.

    :raises Refusal: if the web server ends, or does not answer
    """
    (web,) = [child for child in children if child.name == "web"]
    web.begin(time.monotonic())
    deadline = time.monotonic() + seconds
    while not _answers(address):
        if web.process is None or web.process.poll() is not None:
            raise Refusal("The web server could not be started; what it said is above.")
        if time.monotonic() > deadline:
            raise Refusal(f"The web server did not answer on {address.url} within {seconds:.0f} seconds.")
        time.sleep(0.1)
    for child in children:
        if child.process is None:
            child.begin(time.monotonic())


def _answers(address: Address) -> bool:
    host = "127.0.0.1" if address.is_for_all else address.host
    with closing(http.client.HTTPConnection(host, address.port, timeout=5)) as connection:
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False


def welcome(data: DataFolder, env: Mapping[str, str], address: Address, sign_ins: str, *, develop: bool = False) -> str:
    """Return what a person reads once everything is up."""
    lines = ["", f"peerload is at {address.url}"]
    if sign_ins:
        lines += ["", said_of(sign_ins, env)]
    if develop:
        lines += ["", "Changed code is read again by the web server at once, by worker and beat at the next start."]
    lines += ["", f"Ctrl-C stops it. {where_data_stays(data)}", ""]
    return "\n".join(lines)


def where_data_stays(data: DataFolder) -> str:
    """Return the sentence that says where the entered data is."""
    if os.environ.get("DATABASE_URL"):
        return "The data stays in the database that DATABASE_URL names."
    return f"The data stays in {data.places}."


def said_of(sign_ins: str, env: Mapping[str, str]) -> str:
    """Return the demo's sign-ins with their password."""
    return f"{sign_ins.strip()}\nThe password of each: {env['PEERLOAD_DEMO_PASSWORD']}"


def stop_on_signals() -> None:
    """Make SIGTERM, and a terminal that is closed, do what Ctrl-C does; a second one does not disturb the stopping."""
    taken = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as under nohup
        taken.append(signal.SIGHUP)

    def interrupt(*_: object) -> None:
        for which in taken:
            signal.signal(which, signal.SIG_IGN)
        raise KeyboardInterrupt

    for which in taken:
        signal.signal(which, interrupt)
