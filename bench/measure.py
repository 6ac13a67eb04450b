"""
Measure the product against its bare counterparts, in ratios within one run: ``make bench``.

Pages: each against `bench.bare`, on the same gunicorn, request by request in turn, so that a machine that slows down slows
both. Sizes: the same pages for a service of 30 workers and one of 3,000. Whole-service work: the ledger's rebuild in seconds,
the preview of a draft against the ledger's own sums, the sweep against the shortest SQL that does the same.
"""

import argparse
import gzip
import http.client
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

PROJECT = Path(__file__).resolve().parent.parent
ON = date(2026, 11, 12)
LAST_MONTH, YEAR_BACK = "2026-10", "2025-11"
PARTS = ["pages", "rebuild", "preview", "sweep", "sheets"]
SMALL, LARGE, MILLION = (30, 1_500), (3_000, 150_000), (20_000, 1_000_000)
MANY, FEW = 33, 2  # contacts a person: three years of them for the export, a month or two for the import


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    asked.add_argument("--requests", type=int, default=200, help="counted requests of each page and its counterpart")
    asked.add_argument("--million", action="store_true", help="the sweep over 1,000,000 people, too")
    asked.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="these parts")
    asked = asked.parse_args()
    _in_a_database_of_its_own(lambda: _measure(asked))


def _measure(asked) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, Django {django.__version__}"
    )
    print(_database_version())
    if "pages" in asked.only:
        small = _service("small", *SMALL)
        print("\nPages of a service of 30 workers and 1,500 people")
        small_ratios = pages(small, asked.requests)
    large = _service("large", *LARGE) if set(asked.only) - {"sheets"} else 0
    if "pages" in asked.only:
        print("\nThe same pages of a service of 3,000 workers and 150,000 people")
        large_ratios = pages(large, asked.requests)
        print(
            "\n3,000 workers against 30, each in units of its counterpart: a machine that slowed down in between does not count"
        )
        for name, small_ratio in small_ratios.items():
            print(f"  {name:<16} {large_ratios[name] / small_ratio:5.2f}")
    if "rebuild" in asked.only:
        rebuild(large)
    if "preview" in asked.only:
        preview(large)
    if "sweep" in asked.only:
        sweep(large, "150,000 people")
        if asked.million:
            sweep(_service("million", *MILLION), "1,000,000 people")
    if "sheets" in asked.only:
        sheets()


def _service(code: str, workers: int, people: int, **more) -> int:
    """Generate a service, derive what is derived, and return its organisation's primary key."""
    from django.db import connection

    from bench.generate import generate
    from caseload import actions as caseload
    from peerload.staff.models import Organisation
    from workload import actions as workload
    from workload.models import Scheme

    organisation_id = generate(code=code, workers=workers, people=people, on=ON, seed=people, **more)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    if not Scheme.objects.filter(organisation_id=organisation_id).exists():
        workload.create_scheme(Organisation.objects.get(pk=organisation_id), "children")
    caseload.refresh_all(organisation_id, ON)
    workload.rebuild(organisation_id)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return organisation_id


# Pages ----------------------------------------------------------------------------------------------------------------


class Site:
    """A gunicorn with two workers, spoken to over one connection that is kept."""

    def __init__(self, port: int):
        self.port = port
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.session = ""

    def sign_in(self, member) -> None:
        from django.conf import settings
        from django.test import Client

        browser = Client()
        browser.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        self.session = browser.cookies[settings.SESSION_COOKIE_NAME].value

    def ask(self, path: str, fields: dict | None = None) -> tuple[float, int, str]:
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
    from caseload.models import Allocation
    from peerload.staff.models import Absence, Post

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
        "service manager": (above, "/team/", None),
        "their month": (above, "/team/month/", None),
        "their year back": (above, f"/team/month/?month={YEAR_BACK}", None),
        "month by month": (above, "/team/month/by-month/", None),
        "workers needed": (above, "/team/workers-needed/", None),
    }
    ratios = {}
    with tempfile.TemporaryDirectory() as kept, _serving(kept) as site:
        for name, (member, path, fields) in asked.items():
            site.sign_in(member)
            ratios[name] = _page(site, name, path, fields, Path(kept), requests)
        # Last, because it stands on the team overview too.
        away = Absence.objects.create(organisation_id=organisation_id, worker=worker, starts_on=ON)
        site.sign_in(manager)
        ratios["cover board"] = _page(site, "cover board", f"/away/{away.pk}/board/", None, Path(kept), requests)
    return ratios


def _service_manager(organisation_id: int):
    """Return somebody who reads every team of a service."""
    from peerload.staff.models import Member, User

    user = User.objects.create_user(f"above-{organisation_id}@bench.example")
    return Member.objects.create(organisation_id=organisation_id, user=user, name="Above", role="service_manager")


def _contact() -> dict:
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


def _page(site: Site, name: str, path: str, fields, kept: Path, requests: int) -> float:
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


def _asked_once(site: Site, path: str, fields) -> tuple[int, str]:
    """Return how many queries the page asks, and its HTML."""
    return _queries_of(site, path, fields() if fields else None), site.ask(path, fields() if fields else None)[2]


def _queries_of(site: Site, path: str, fields: dict | None = None) -> int:
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    browser = Client(headers={"host": "localhost"})
    browser.cookies[settings.SESSION_COOKIE_NAME] = site.session
    asked = []

    def count(execute, sql, *rest):
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):  # connection.queries would begin anew with the request
        browser.post(path, fields) if fields else browser.get(path)
    return len(asked)


@contextmanager
def _serving(kept: str):
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


# Whole-service work ---------------------------------------------------------------------------------------------------


def rebuild(organisation_id: int) -> None:
    """Print how long the ledger's rebuild takes."""
    from workload import actions
    from workload.models import PointLine

    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        actions.rebuild(organisation_id)
        seconds.append(time.perf_counter() - began)
    lines = PointLine.objects.filter(organisation_id=organisation_id).count()
    print(f"\nLedger rebuilt: {lines:,} lines in {statistics.median(seconds):.1f} s (median of 3)", flush=True)


# Sheets ---------------------------------------------------------------------------------------------------------------


def sheets() -> None:
    """Print what the export of a service with three years of contacts takes, and an import of 150,000 people, twice."""
    print("\nSheets of 3,000 workers and 150,000 people")
    with tempfile.TemporaryDirectory() as folder:
        _service("years", *LARGE, contacts=MANY)
        _timed("export of three years of contacts", "export_service", f"{folder}/years", "--organisation", "years")
        _timed("the same as a zip", "export_service", f"{folder}/years.zip", "--organisation", "years")
        _service("months", *LARGE, contacts=FEW)
        _timed("export of 300,000 contacts", "export_service", f"{folder}/months", "--organisation", "months")
        remove = [sys.executable, "manage.py", "remove_service", "months", "--yes"]
        subprocess.run(remove, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
        _timed("import of 300,000 contacts", "import_service", f"{folder}/months", "--yes")
        _timed("the same again, unchanged", "import_service", f"{folder}/months", "--yes")


def _timed(what: str, *command: str) -> None:
    """Run a command of manage.py in a process of its own; print how long it took and the most memory it held."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "manage.py", *command], cwd=PROJECT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed.")
    print(f"  {what:<36} {time.perf_counter() - began:6.1f} s, {used.ru_maxrss / 1024:6.0f} MB", flush=True)


# What a draft that only weighs kinds of work heavier comes to, out of the ledger; it could answer for no other draft.
HEAVIER = """
SELECT l.worker_id, sum(l.points), sum(l.points + COALESCE(h.more, 0))
  FROM workload_pointline l LEFT JOIN unnest(%(codes)s::varchar[], %(more)s::numeric[]) AS h (code, more) ON h.code = l.code
 WHERE l.organisation_id = %(org)s AND l.starts_on <= %(on)s AND (l.ends_before IS NULL OR l.ends_before > %(on)s)
 GROUP BY l.worker_id
"""


def preview(organisation_id: int) -> None:
    """Print what a draft's effect on everybody takes, counted by the rules, against sums of the ledger that come to the same."""
    from django.db import connection

    from peerload.staff.models import Organisation
    from workload import queries, rules
    from workload.schemes import queries as schemes

    organisation = Organisation.objects.get(pk=organisation_id)
    more = {"new": 1, "group_work": 2, "court": 1}
    in_force = queries.scheme_of(organisation_id, ON)
    draft = rules.Scheme([w._replace(points=w.points + more.get(w.code, 0)) for w in in_force.weights])
    asked = {"org": organisation_id, "on": ON, "codes": list(more), "more": list(more.values())}
    mine, by_hand = [], []
    for _ in range(5):
        began = time.perf_counter()
        found = schemes.preview(organisation, draft, ON)
        mine.append(time.perf_counter() - began)
        began = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(HEAVIER, asked)
            sums = {worker: (before, after) for worker, before, after in cursor.fetchall()}
        by_hand.append(time.perf_counter() - began)
        counted = {x.worker.member_id: (x.effect.before.subtotal, x.effect.after.subtotal) for x in found.workers}
        if counted != {worker: sums.get(worker, (0, 0)) for worker in counted}:
            raise SystemExit("the preview of a draft differs from the sums of the ledger")
    ours, theirs = statistics.median(mine), statistics.median(by_hand)
    print(f"\nPreview of a draft, {len(found.workers):,} workers: {ours:.2f} s", end=" ")
    print(f"against {theirs:.2f} s of sums of the ledger: {ours / theirs:.2f}", flush=True)


# The shortest SQL that leaves the same people, tiers, allocations, reminders and notices behind (unlocked, unaudited).
BY_HAND = """
CREATE TEMP TABLE over ON COMMIT DROP AS
SELECT c.id, c.team_id, a.worker_id, greatest(c.parked_on + 168, coalesce(c.last_contact_on, c.parked_on)) AS came_true
FROM caseload_client c LEFT JOIN caseload_allocation a ON a.client_id = c.id AND a.closed_on IS NULL AND a.starts_on <= %(on)s
    AND (a.ends_before IS NULL OR a.ends_before > %(on)s)
WHERE c.organisation_id = %(org)s AND c.tier = 'parked' AND c.support_wanted_on IS NULL AND c.kept_in_touch_on IS NULL
    AND c.contacts_since_parked >= 4 AND c.longest_gap <= 84
    AND greatest(c.parked_on + 168, coalesce(c.last_contact_on, c.parked_on)) <= least(%(on)s, c.six_weeks_from + 42)
    AND greatest(c.parked_on + 168, c.last_contact_on) - coalesce(c.last_contact_on, c.parked_on) <= 84;
UPDATE caseload_client c SET tier = 'inactive', tier_from = came_true, parked_on = NULL, six_weeks_from = NULL,
    last_contact_on = NULL, contacts_since_parked = 0, longest_gap = 0, support_wanted_on = NULL
FROM over WHERE over.id = c.id;
UPDATE caseload_tierperiod t SET ends_before = came_true FROM over
WHERE t.client_id = over.id AND t.starts_on < came_true AND (t.ends_before IS NULL OR t.ends_before > came_true);
INSERT INTO caseload_tierperiod (organisation_id, client_id, tier, starts_on, talked, reason, moved_on, automatic)
SELECT %(org)s, id, 'inactive', came_true, true, '', '', true FROM over;
UPDATE caseload_allocation a SET
    closed_on = greatest(came_true, a.starts_on), close_decided_on = greatest(came_true, a.starts_on),
    ends_before = greatest(came_true, a.starts_on) + 1, ended_by_sweep = true
FROM over WHERE a.client_id = over.id AND a.closed_on IS NULL AND a.starts_on <= %(on)s
    AND (a.ends_before IS NULL OR a.ends_before > %(on)s);
DELETE FROM workload_pointline l USING over WHERE l.unit_client_id = over.id AND l.starts_on >= came_true;
CREATE TEMP TABLE due ON COMMIT DROP AS
SELECT c.id, c.team_id, c.six_weeks_from AS anchor, CASE WHEN c.six_weeks_from + 49 <= %(on)s THEN 'raised'
    WHEN c.six_weeks_from + 43 <= %(on)s THEN 'overdue' WHEN c.six_weeks_from + 42 <= %(on)s THEN 'due' ELSE 'soon' END AS kind
FROM caseload_client c
WHERE c.organisation_id = %(org)s AND c.tier = 'parked' AND c.contact_preference = 'ok' AND c.support_wanted_on IS NULL
    AND c.six_weeks_from + 35 <= %(on)s
UNION ALL
SELECT c.id, c.team_id, c.parked_on, 'review' FROM caseload_client c
WHERE c.organisation_id = %(org)s AND c.tier = 'parked' AND c.parked_on + 168 <= %(on)s AND c.support_wanted_on IS NULL
    AND (c.longest_gap > 84 OR coalesce(c.last_contact_on, c.parked_on) < %(on)s - 84)
UNION ALL
SELECT a.client_id, c.team_id, a.close_decided_on, 'window'
FROM caseload_allocation a JOIN caseload_client c ON c.id = a.client_id
WHERE a.organisation_id = %(org)s AND a.closed_on IS NULL AND a.close_decided_on + 28 < %(on)s
    AND a.starts_on <= %(on)s AND (a.ends_before IS NULL OR a.ends_before > %(on)s);
INSERT INTO caseload_reminder (organisation_id, client_id, kind, anchor_on, "on")
SELECT %(org)s, id, kind, anchor, %(on)s FROM due ON CONFLICT DO NOTHING;
INSERT INTO notices_notice (organisation_id, recipient_id, kind, subject, anchor_on, created_at)
SELECT DISTINCT %(org)s, to_whom, 'inactivated', 'client:' || over.id, came_true, now()
FROM over LEFT JOIN staff_team t ON t.id = over.team_id
CROSS JOIN LATERAL (VALUES (coalesce(over.worker_id, t.manager_id)), (t.manager_id)) AS told (to_whom)
WHERE to_whom IS NOT NULL ON CONFLICT DO NOTHING;
INSERT INTO notices_notice (organisation_id, recipient_id, kind, subject, anchor_on, created_at)
SELECT DISTINCT %(org)s, to_whom, due.kind, 'client:' || due.id, due.anchor, now()
FROM due LEFT JOIN caseload_allocation a ON a.client_id = due.id AND a.starts_on <= %(on)s
    AND (a.ends_before IS NULL OR a.ends_before > %(on)s)
LEFT JOIN staff_team t ON t.id = due.team_id
CROSS JOIN LATERAL (VALUES
    (CASE WHEN due.kind <> 'review' THEN coalesce(a.worker_id, t.manager_id) END),
    (CASE WHEN due.kind IN ('raised', 'review', 'window') THEN t.manager_id END)) AS told (to_whom)
WHERE to_whom IS NOT NULL ON CONFLICT DO NOTHING;
"""


def sweep(organisation_id: int, size: str) -> None:
    """Print the first sweep of a service against the shortest SQL that does the same, each rolled back."""
    from django.db import connection, transaction

    from peerload.home.sweep import sweep as sweep_service
    from peerload.staff.models import Organisation

    organisation = Organisation.objects.get(pk=organisation_id)
    mine, by_hand, counts = [], [], None
    for _ in range(3):
        with transaction.atomic():
            began = time.perf_counter()
            counts = sweep_service(organisation, ON)
            mine.append(time.perf_counter() - began)
            written = _written(organisation_id)
            transaction.set_rollback(True)
        with transaction.atomic(), connection.cursor() as cursor:
            began = time.perf_counter()
            cursor.execute(BY_HAND, {"org": organisation_id, "on": ON})
            by_hand.append(time.perf_counter() - began)
            if _written(organisation_id) != written:
                raise SystemExit(f"by hand {_written(organisation_id)} was written, by the sweep {written}")
            transaction.set_rollback(True)
    ours, theirs = statistics.median(mine), statistics.median(by_hand)
    print(f"\nSweep over {size}: {ours:.2f} s against {theirs:.2f} s by hand: {ours / theirs:.2f}")
    print(f"  {counts._asdict()}", flush=True)


def _written(organisation_id: int) -> list[int]:
    """Return how many rows of each table a sweep writes there are; the month's prompts, which only ours owes, left out."""
    from caseload.models import Allocation, Client, Reminder, TierPeriod
    from peerload.notices.models import Notice
    from workload.models import PointLine

    of = {"organisation": organisation_id}
    inactive = [model.objects.filter(**of, tier="inactive").count() for model in (Client, TierPeriod)]
    ended = Allocation.objects.filter(**of, ended_by_sweep=True).count()
    told = Notice.objects.filter(**of, subject__startswith="client:").count()
    return [*inactive, ended, told, *(model.objects.filter(**of).count() for model in (Reminder, PointLine))]


# The database ---------------------------------------------------------------------------------------------------------


def _database_version() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT version()")
        return cursor.fetchone()[0].split(" on ")[0]


def _in_a_database_of_its_own(work) -> None:
    """Run something over an embedded PostgreSQL that is thrown away, with a cache as on a small server."""
    from peerload.local import folder
    from peerload.local.postgres import Postgres

    settings = {"shared_buffers": "1GB", "work_mem": "64MB", "max_wal_size": "4GB"}
    with folder.temporary() as data:
        postgres = Postgres(data, settings=settings)
        server = postgres.start()
        os.environ |= {
            "DATABASE_URL": postgres.url,
            "REDIS_URL": "redis://127.0.0.1:1/0",  # no page talks to it
            "SECRET_KEY": "only-for-measuring-and-for-nothing-else",
            "PRIVATE_KEYS": "only-for-measuring-only-for-measuring",
            "PEERLOAD_DEMO": "1",  # nobody has a second factor here
            "PEERLOAD_TODAY": ON.isoformat(),
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "PEERLOAD_STATIC_ROOT": str(data.path / "static"),
        }
        subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], cwd=PROJECT, check=True)
        try:
            work()
        finally:
            from django.db import connection

            connection.close()
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
