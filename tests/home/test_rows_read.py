"""
What a page of a team reads does not grow with the service around the team.

Every page is asked for in the service of the access test, and again when everything in that service is there a hundred times
more. The rows its queries read are compared, as PostgreSQL counts them (EXPLAIN ANALYZE); a clock would measure the machine.

`make test-long` asks for each page as all who may open it. `make test` asks for each as one who reads it about a team, and
where nobody does, as one who reads it about the whole service.
"""

import re

import pytest
from django.db import connection, transaction

from tests.conftest import TODAY
from tests.long import LONG, covering
from tests.many import grow
from tests.test_access import (
    ADMIN,
    FOREIGN,
    LIBRARY,
    MANAGER,
    MISSING,
    OWNER,
    ROUTES,
    SERVICE_MANAGER,
    STRANGERS,
    World,
)
from workload.actions import rebuild

TIMES = 100
FACTOR, MORE = 3, 200  # a page may read so many times what it read in the small service, and so many rows more

EVERYBODY_WHO_LEADS = "offers everybody of the service who leads a team"
NOTICES = "PostgreSQL reads all the notices given in a service at once; there are few, here everybody gives notice"
PROPOSED = "asks of every plan that waits whether it is this manager who agrees; there are few, here everybody has proposed one"
OF_THE_SERVICE = {  # pages of a team that ask something of the whole service, and what: its teams and leaders, not its people
    "session_book": EVERYBODY_WHO_LEADS,
    "session_move": EVERYBODY_WHO_LEADS,
    "record_disagree": EVERYBODY_WHO_LEADS,
    "record_other_manager": EVERYBODY_WHO_LEADS,
    "plan_edit": EVERYBODY_WHO_LEADS,
    "other_team": "offers every team of the service",
    "my_weeks": PROPOSED,
    "my_sessions": "asks of everybody who is away whose sessions somebody else holds meanwhile",
    "team_sessions": "asks of everybody who is away whose sessions somebody else holds meanwhile",
    "team": PROPOSED,
    "resources": NOTICES,
    "resources_export": NOTICES,
    "leaving_add": "leaves out everybody who has given notice",
}

A_YEAR_BACK, A_MONTH_AHEAD = TODAY.replace(year=TODAY.year - 1), TODAY.replace(month=12)
ASKED = {  # what a page is asked besides, as in "a year back"
    "team": [f"on={A_YEAR_BACK}", f"on={A_MONTH_AHEAD}"],
    "team_month": [f"month={A_YEAR_BACK:%Y-%m}"],
    "resources": [f"on={A_YEAR_BACK}"],
    "points": [f"on={A_YEAR_BACK}"],
    "waiting": [f"on={A_YEAR_BACK}"],
    "people": ["q=person", "show=quiet"],
    "log_pick": ["q=person"],
    "search": ["q=person", "q=021"],
}


def pages(*actors: str):
    """Yield (route, whose, actor, what is asked) of the pages these may open."""
    for name, route in ROUTES.items():
        if name in LIBRARY or route.public:
            continue
        for actor in actors:
            whose = next(
                (w for w in route.may if w not in {FOREIGN, MISSING, STRANGERS} and actor in route.may[w]), None
            )
            if whose is not None:
                yield from ((name, whose, actor, asked) for asked in ["", *ASKED.get(name, [])])


class Reader:
    """Asks for pages and finds how many rows the queries of each read."""

    def __init__(self, world: World):
        self.world = world
        self.browsers, self.found = {}, {}

    def read(self, name: str, whose: str, actor: str, asked: str) -> dict[str, int]:
        """Return the rows that each query of a page reads; nothing the page does is kept."""
        if actor not in self.browsers:
            self.browsers[actor] = self.world.browser(actor)
        browser, queries = self.browsers[actor], []

        def note(execute, sql, params, many, context):
            if re.match(r"\s*(SELECT|WITH)\b", sql):
                queries.append((sql, params))
            return execute(sql, params, many, context)

        undo = transaction.savepoint()
        with connection.execute_wrapper(note):
            answer = browser.get(f"{self.world.address(name, whose)}?{asked}")
            b"".join(answer) if answer.streaming else answer.content
        transaction.savepoint_rollback(undo)
        assert answer.status_code < 500, (name, actor, asked)
        rows: dict[str, int] = {}
        for sql, params in queries:
            rows[sql] = rows.get(sql, 0) + self.rows_read(sql, params)
        return rows

    def rows_read(self, sql: str, params) -> int:
        key = sql, repr(params)
        if key not in self.found:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {sql}", params)
                self.found[key] = in_plan(cursor.fetchone()[0][0]["Plan"])
        return self.found[key]


def in_plan(plan: dict) -> int:
    """Return how many rows a plan read out of tables and indexes: those it went on with, and those its filters threw away."""
    read = 0
    if "Scan" in plan["Node Type"] and ("Relation Name" in plan or "Index Name" in plan):
        thrown = plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
        read = plan["Actual Loops"] * (plan["Actual Rows"] + thrown)
    return int(read) + sum(in_plan(below) for below in plan.get("Plans", []))


def everything() -> int:
    """Return how many rows there are in all tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(reltuples) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        return int(cursor.fetchone()[0])


@pytest.fixture
def both(db, today, caplog):
    """Return the rows read in the small and in the large service: ``both(page, ...) -> [(page, small, large)]``."""
    caplog.set_level("CRITICAL", logger="django.request")
    world = World()
    rebuild(world.team.organisation_id)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        # Over a table of a few pages PostgreSQL reads all of it as a matter of course. Here it is to show what it looks up
        # and what it cannot: with nothing but an index of the whole service every row of it is read, and counted.
        cursor.execute("SET LOCAL enable_seqscan = off")

    def compare(*asked):
        small = Reader(world)
        before = [small.read(*each) for each in asked]
        grow(world.team.organisation, TIMES)
        large = Reader(world)
        return [(each, rows, large.read(*each)) for each, rows in zip(asked, before, strict=True)]

    return compare


def told(page, small: dict[str, int], large: dict[str, int]) -> str:
    worst = sorted(large, key=large.get, reverse=True)[:2]
    lines = [f"   {everything()} {small.get(sql, 0)} -> {large[sql]}: {' '.join(sql.split())[:2000]}" for sql in worst]
    return "\n".join([f"{page}: {sum(small.values())} -> {sum(large.values())} rows", *lines])


def is_about_the_service(page: tuple[str, str, str, str]) -> bool:
    name, _, actor, _ = page
    return actor in {SERVICE_MANAGER, ADMIN} or name in OF_THE_SERVICE


def asked_now() -> list[tuple[str, str, str, str]]:
    """Return the pages of this run; in a short one each as one asks for it who is held to the most."""
    every = list(pages(OWNER, MANAGER, SERVICE_MANAGER, ADMIN))
    of_teams = {
        (name, asked) for name, whose, actor, asked in every if not is_about_the_service((name, whose, actor, asked))
    }
    held_to_most = [page for page in every if not is_about_the_service(page) or (page[0], page[3]) not in of_teams]
    return covering(every if LONG else held_to_most, lambda page: [(page[0], page[3])])


def test_a_page_reads_no_more_rows_in_a_large_service_but_for_pages_about_the_whole_service(both):
    wrong = []
    for page, small, large in both(*asked_now()):
        allowed = 2 * everything() if is_about_the_service(page) else FACTOR * sum(small.values()) + MORE
        if sum(large.values()) > allowed:
            wrong.append(told(page, small, large))
    assert not wrong, "\n".join(wrong)
