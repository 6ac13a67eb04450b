"""Behind PgBouncer, where the next statement may find another server process: pages and imports work, limits hold."""

import http.client
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from peerload.interchange.models import Upload
from peerload.local import folder, pooler, processes
from peerload.local.processes import Account
from tests.factories import ClientFactory
from tests.interchange.sheets import zipped

from .conftest import PROJECT, environment, free_port, serving, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

DOCUMENTED = (PROJECT / "docs/running.md").read_text()
(CONNECT_QUERY,) = re.findall(r"connect_query='[^']*'", DOCUMENTED)


@contextmanager
def pgbouncer(tmp_path: Path, *more: str):
    """Run PgBouncer in transaction mode before the test's database; give the address."""
    port, to = free_port(), connection.settings_dict
    login = f"user={to['USER']}" + (f" password={to['PASSWORD']}" if to["PASSWORD"] else "")
    server = f"host={to['HOST']} port={to['PORT'] or 5432} dbname={to['NAME']} {login}"
    config = tmp_path / "pgbouncer.ini"
    config.write_text(
        f"[databases]\npeerload = {' '.join([server, *more])}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
        "unix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 4\n"
        "ignore_startup_parameters = options\n"
    )
    account: Account | None = folder.servers_account(tmp_path) if os.getuid() == 0 else None
    words = [str(pooler.find()), str(config), *(["-u", account.name] if account else [])]
    with (tmp_path / "pgbouncer.log").open("w") as log:
        process = subprocess.Popen(words, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_until(lambda: process.poll() is not None or "process up" in (tmp_path / "pgbouncer.log").read_text())
        assert process.poll() is None, (tmp_path / "pgbouncer.log").read_text()
        yield f"postgres://peerload@127.0.0.1:{port}/peerload"
    finally:
        processes.stop([process])


def upload(web, content: bytes) -> str:
    """Upload a file as a browser does; return where it leads."""
    body = b"".join(
        [
            b'--cut\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n' + b"a" * 32 + b"\r\n",
            b'--cut\r\nContent-Disposition: form-data; name="file"; filename="service.zip"\r\n\r\n' + content,
            b"\r\n--cut--\r\n",
        ]
    )
    call = http.client.HTTPConnection("127.0.0.1", web.port, timeout=30)
    cookies = {**web.cookies, "csrftoken": "a" * 32}
    headers = {
        "Content-Type": "multipart/form-data; boundary=cut",
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "Referer": f"http://127.0.0.1:{web.port}/",
    }
    call.request("POST", "/settings/import/", body, headers)
    answer = call.getresponse()
    answer.read()
    call.close()
    return answer.headers["Location"]


def test_a_service_goes_out_and_comes_in_again_and_the_limits_hold(tmp_path, static_root, admin, worker, organisation):
    person = ClientFactory(supported_by=worker, support="parked")
    with pgbouncer(tmp_path, CONNECT_QUERY) as url:
        env = environment(DATABASE_URL=url, REDIS_URL="redis://127.0.0.1:1/0")
        manage("export_service", str(tmp_path / "out"), env=env)
        sheets = {path.name: path.read_bytes() for path in (tmp_path / "out").glob("*.csv")}
        sheets["people.csv"] = sheets["people.csv"].replace(person.name.encode(), b"Isa Kumar")
        with serving(static_root, env) as web:
            web.sign_in(admin)
            where = upload(web, zipped(sheets))
            status, _, page = web.get(where)
            again = [web.get("/settings/import/")[0] for _ in range(8)]
        manage("import_service", str(tmp_path / "out"), env=env)
        said = subprocess.run(CHECK, cwd=PROJECT, env=env | REAL, capture_output=True, text=True)

    assert Upload.objects.get().state == Upload.State.LOOKED_AT
    assert status == 200 and "Isa Kumar" in page
    assert set(again) == {200}
    assert said.returncode == 0, said.stderr


def manage(*words: str, env: dict[str, str]) -> None:
    done = subprocess.run([sys.executable, "manage.py", *words], cwd=PROJECT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


REAL = {"PEERLOAD_DEMO": "0", "PEERLOAD_TODAY": ""}  # of which nothing else is told
CHECK = [sys.executable, "manage.py", "check", "--database", "default", "--fail-level", "WARNING"]


def test_limits_that_a_pooler_drops_are_told_with_what_to_do(tmp_path, organisation):
    with pgbouncer(tmp_path) as url:
        env = environment(DATABASE_URL=url, REDIS_URL="redis://127.0.0.1:1/0", **REAL)
        said = subprocess.run(CHECK, cwd=PROJECT, env=env, capture_output=True, text=True)

    assert said.returncode == 1
    assert "sessions without idle_in_transaction_session_timeout, lock_timeout, statement_timeout" in said.stderr
    assert "connect_query" in said.stderr
