"""
Pages, each against `bench.bare` on the same gunicorn.

Request by request in turn, so that a machine that slows down slows both.
"""

import gzip
import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from peerload.staff.models import Member

Fields = Callable[[], dict[str, Any]]  # of a form, in words of their own each time it is sent
PROJECT = Path(__file__).resolve().parent.parent
ON = date(2026, 11, 12)
LAST_MONTH, YEAR_BACK = "2026-10", "2025-11"


class Site:
    """A gunicorn with two workers, spoken to over one connection that is kept."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.session = ""

    def sign_in(self, member: "Member") -> None:
        from django.conf import settings
        from django.test import Client

        browser = Client()
        browser.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        self.session = browser.cookies[settings.SESSION_COOKIE_NAME].value

    def ask(self, path: str, fields: dict[str, Any] | None = None) -> tuple[float, int, str]:
        """Return seconds, status and text."""
        headers = {"Accept-Encoding": "gzip", "Cookie": f"sessionid={self.session}; csrftoken={'a' * 32}"}
        body = None
        if fields is not None:
            body = urlencode({**fields, "csrfmiddlewaretoken": "a" * 32})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Referer"] = f"http://127.0.0.1:{self.port}/"
        began = time.perf_counter()
        self.line.request("POST" if body else "GET", path, body, headers)
        answer = self.line.getresponse()
        body = answer.read()
        seconds = time.perf_counter() - began
        compressed = answer.headers.get("Content-Encoding") == "gzip"
        return seconds, answer.status, (gzip.decompress(body) if compressed else body).decode()


def pages(organisation_id: int, requests: int) -> dict[str, float]:
    """Print and return every page's ratio to its bare counterpart."""
    from django.db import connection

    from bench.generate import write_lists, write_what_is_open
    from caseload.models import Allocation
    from peerload.staff.models import Post

    posts = Post.objects.on(ON).filter(organisation_id=organisation_id).order_by("pk")
    post = posts.select_related("worker__user", "team__manager__user")[5]
    worker, manager, above = post.worker, post.team.manager, _service_manager(organisation_id)
    held = Allocation.objects.on(ON).filter(worker=worker, student_held=False).select_related("client")
    person = held.filter(client__tier="medium").first().client
    asked = {
        "My day": (worker, "/", None),
        "people list": (worker, "/people/", None),
        "person page": (worker, f"/people/{person.uid}/", None),
        "team overview": (manager, "/team/", None),
        "the team, a year back": (manager, f"/team/?on={YEAR_BACK}-15", None),
        "record": (worker, f"/records/{worker.uid}/{LAST_MONTH}/", None),
        "team's month": (manager, "/team/month/", None),
        "a year back": (manager, f"/team/month/?month={YEAR_BACK}", None),
        "who waits": (manager, "/waiting/", None),
        "my weeks": (worker, "/my-weeks/", None),
        "logging": (worker, f"/people/{person.uid}/contact/", _contact),
    }
    of_service = {
        "service manager": (above, "/team/", None),
        "their month": (above, "/team/month/", None),
        "their year back": (above, f"/team/month/?month={YEAR_BACK}", None),
        "month by month": (above, "/team/month/by-month/", None),
        "workers needed": (above, "/team/workers-needed/", None),
        "points of teams": (above, f"/team/?on={ON}", None),
        "one team": (above, f"/team/?team={post.team_id}", None),
        "late reports": (above, "/team/attention/late-reports/", None),
    }
    ratios = {}
    with tempfile.TemporaryDirectory() as kept, _serving(kept) as site:
        for name, (member, path, fields) in asked.items():
            site.sign_in(member)
            ratios[name] = _page(site, name, path, fields, Path(kept), requests)
        # After them, because they stand on the team overview too; then what the pages of the service manager are about.
        absence, uid = write_lists(organisation_id, worker.pk, post.team_id, ON)
        lists = {"cover board": f"/away/{absence}/board/", "hand-over list": f"/leaving/{uid}/people/"}
        site.sign_in(manager)
        for name, path in lists.items():
            ratios[name] = _page(site, name, path, None, Path(kept), requests)
        write_what_is_open(organisation_id, ON)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        for name, (member, path, fields) in of_service.items():
            site.sign_in(member)
            ratios[name] = _page(site, name, path, fields, Path(kept), requests)
    return ratios


def _service_manager(organisation_id: int) -> "Member":
    """Return a member who reads every team of a service."""
    from peerload.staff.models import Member, User

    user = User.objects.create_user(f"above-{organisation_id}@bench.example")
    return Member.objects.create(organisation_id=organisation_id, user=user, name="Above", role="service_manager")


def _contact() -> dict[str, Any]:
    """Return a contact in words of its own: the same words again within an hour would be asked about."""
    return {
        "note": f"Contact {uuid.uuid4()}",
        "submission_id": str(uuid.uuid4()),
        "on": ON.isoformat(),
        "reached": "yes",
        "outcome": "other",
        "channel": "phone",
        "minutes": "20",
    }


def _page(site: Site, name: str, path: str, fields: Fields | None, kept: Path, requests: int) -> float:
    queries, html = _asked_once(site, path, fields)
    slug = name.replace(" ", "-").lower()
    (kept / f"{slug}.html").write_text(html)
    own = queries - _queries_of(site, f"/bare/?page={slug}&queries=0")
    bare = f"/bare/?{urlencode({'page': slug, 'queries': max(own, 0)})}"
    page_times, bare_times = [], []
    for turn in range(requests + 20):
        page_time, status, _ = site.ask(path, fields() if fields else None)
        if status not in {200, 302, 303}:
            raise SystemExit(f"{path} answered {status}")
        bare_time, bare_status, _ = site.ask(bare, {"any": "thing"} if fields else None)
        if bare_status != 200:
            raise SystemExit(f"{bare} answered {bare_status}")
        if turn >= 20:
            page_times.append(page_time)
            bare_times.append(bare_time)
    ratio = statistics.median(a / b for a, b in zip(page_times, bare_times, strict=True))
    page, constant = statistics.median(page_times), statistics.median(bare_times)
    print(
        f"  {name:<16} {page * 1000:7.1f} ms against {constant * 1000:6.1f} ms: {ratio:5.2f}"
        f"   ({queries} queries, {len(html) / 1024:.0f} KB)",
        flush=True,
    )
    return ratio


def _asked_once(site: Site, path: str, fields: Fields | None) -> tuple[int, str]:
    """Return how many queries the page asks, and its HTML."""
    return _queries_of(site, path, fields() if fields else None), site.ask(path, fields() if fields else None)[2]


def _queries_of(site: Site, path: str, fields: dict[str, Any] | None = None) -> int:
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    browser = Client(headers={"host": "localhost"})
    browser.cookies[settings.SESSION_COOKIE_NAME] = site.session
    asked = []

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):  # connection.queries would begin anew with the request
        browser.post(path, fields) if fields else browser.get(path)
    return len(asked)


@contextmanager
def _serving(kept: str) -> Iterator[Site]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    env = {**os.environ, "BENCH_PAGES": kept, "PEERLOAD_BASE_URL": f"http://127.0.0.1:{port}"}
    os.environ["BENCH_PAGES"] = kept
    env |= {"HOST": "127.0.0.1", "PORT": str(port), "WEB_CONCURRENCY": "2"}
    server = subprocess.Popen([sys.executable, "-m", "gunicorn", "peerload.wsgi"], cwd=PROJECT, env=env)
    try:
        site = Site(port)
        for _ in range(200):
            try:
                site.ask("/healthz")
                break
            except OSError:
                site.line.close()
                time.sleep(0.1)
        yield site
    finally:
        server.terminate()
        server.wait()
