"""
Measure the product against its bare counterparts, in ratios within one run: ``make bench``.

Pages: `bench.pages`. Sizes: the same pages for a service of 30 workers and one of 3,000. Whole-service work: the ledger's rebuild
in seconds, the preview of a draft against the ledger's own sums, the sweep against the shortest SQL that does the same.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

from bench.pages import ON, PROJECT, pages

PARTS = ["pages", "rebuild", "preview", "sweep", "sheets"]
SMALL, LARGE, MILLION = (30, 1_500), (3_000, 150_000), (20_000, 1_000_000)
MANY, FEW = 33, 2  # contacts a person: three years of them for the export, a month or two for the import


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--requests", type=int, default=200, help="counted requests of each page and its counterpart")
    parser.add_argument("--million", action="store_true", help="the sweep over 1,000,000 people, too")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="these parts")
    asked = parser.parse_args()
    _in_a_database_of_its_own(lambda: _measure(asked))


def _measure(asked: argparse.Namespace) -> None:
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


def _service(code: str, workers: int, people: int, **more: int) -> int:
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
            written = _rows_written(organisation_id)
            transaction.set_rollback(True)
        with transaction.atomic(), connection.cursor() as cursor:
            began = time.perf_counter()
            cursor.execute(BY_HAND, {"org": organisation_id, "on": ON})
            by_hand.append(time.perf_counter() - began)
            if _rows_written(organisation_id) != written:
                raise SystemExit(f"by hand {_rows_written(organisation_id)} was written, by the sweep {written}")
            transaction.set_rollback(True)
    ours, theirs = statistics.median(mine), statistics.median(by_hand)
    print(f"\nSweep over {size}: {ours:.2f} s against {theirs:.2f} s by hand: {ours / theirs:.2f}")
    print(f"  {counts._asdict()}", flush=True)


def _rows_written(organisation_id: int) -> list[int]:
    """Return how many rows of each table a sweep writes there are; the month's prompts, which only ours owes, left out."""
    from caseload.models import Allocation, Client, Reminder, TierPeriod
    from peerload.notices.models import Notice
    from workload.models import PointLine

    of = {"organisation": organisation_id}
    inactive = [model.objects.filter(**of, tier="inactive").count() for model in (Client, TierPeriod)]
    ended = Allocation.objects.filter(**of, ended_by_sweep=True).count()
    told = Notice.objects.filter(**of, subject__startswith="client:").count()
    return [*inactive, ended, told, *(model.objects.filter(**of).count() for model in (Reminder, PointLine))]


def _database_version() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT version()")
        return cursor.fetchone()[0].split(" on ")[0]


def _in_a_database_of_its_own(work: Callable[[], None]) -> None:
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
