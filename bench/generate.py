"""
A made-up service of any size, straight into the fact tables, to measure with. Invented names, no notes, fixed seed.

    python -m bench.generate --workers 3000 --people 150000 --organisation bench

About one person in ten is of a family, one in six has an activity, one in four was handed over once, four in ten are kept
in touch with; everything lies in the two years before ``--on``, but for next steps ahead.
"""

import argparse
import os
import random
import uuid
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from io import StringIO
from itertools import islice
from typing import Any

import django

DAY = timedelta(days=1)
TIERS = ("high", "medium", "medium", "group", "group", "group", "parked", "parked", "parked", "parked")
KINDS = ("court", "placed_far", "initial_assessment", "core_assessment", "looked_after")
EXTRAS = ("group_work", "mentoring", "formal_training", "working_party")
WORKERS_A_TEAM = 12
AT_ONCE = 50_000  # rows in memory
MISSED = 0.1  # of the contacts, one a month: so some are due, some overdue, and some gaps are for a manager to decide


def generate(*, code: str, workers: int, people: int, on: date, contacts: int = 6, seed: int = 7) -> int:
    """Write a service and return its organisation's primary key; its points and derived columns are derived by the caller."""
    from django.db import transaction

    from peerload.core.database import take_time
    from peerload.staff.models import Organisation

    with transaction.atomic():
        take_time()  # rows are made here for longer than a connection may lie idle
        organisation = Organisation.objects.create(
            code=code, name=f"Service {code}", timezone="Pacific/Auckland", region="NZ-AUK", preset="children"
        )
        made = Made(organisation.pk, on, random.Random(f"{seed} {code}"))
        members = made.staff(workers)
        made.people(members, people, contacts)
    return organisation.pk


def write_what_is_open(organisation: int, on: date) -> None:
    """
    Give a generated service what its service manager reads: eleven months of reports with their records, of which every
    tenth team lacks the last; every fortieth worker away without cover; a person without a worker in every 25th team.
    """
    from django.db import transaction

    from peerload.core.database import take_time

    with transaction.atomic():
        take_time()
        Made(organisation, on, random.Random(str(organisation))).what_is_open()


CANDIDATES = 48  # to choose from for each of about fifty people


def write_lists(organisation: int, worker: int, team: int, on: date) -> tuple[int, uuid.UUID]:
    """
    Let a worker be away from a day on, and have given notice, with 48 workers to choose from; return the keys of both lists.

    The team's manager deputises for other teams until they lead that many workers; where a service has fewer, workers
    without people join the team.

    :param worker: the key of a worker of that team
    """
    from django.db import transaction

    with transaction.atomic():
        return Made(organisation, on, random.Random(str(worker))).lists(worker, team)


class Made:
    """Writes one service's rows."""

    def __init__(self, organisation: int, on: date, chance: random.Random) -> None:
        self.organisation = organisation
        self.on = on
        self.chance = chance

    def ids(self, table: str, count: int) -> range:
        """Take so many primary keys of a table at once."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_get_serial_sequence('{table}', 'id')")
            sequence = cursor.fetchone()[0]
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
            first = cursor.fetchone()[0] + 1
            cursor.execute("SELECT setval(%s, %s)", [sequence, first + max(count, 1)])
        return range(first, first + count)

    def copy(self, table: str, columns: str, rows: Iterable[tuple]) -> None:
        from django.db import connection

        rest = _defaults(table, columns)
        columns = ", ".join([columns, *rest])
        lines = ("\t".join(map(_copy_text, (*row, *rest.values()))) + "\n" for row in rows)
        with connection.cursor() as cursor:
            while some := "".join(islice(lines, AT_ONCE)):
                cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", StringIO(some))

    def day(self, within: int, before: int = 0) -> date:
        return self.on - timedelta(days=self.chance.randrange(before, within))

    def staff(self, count: int) -> list[tuple[int, int]]:
        """Write users, members, teams with their managers, and posts; return (member, team)."""
        teams = -(-count // WORKERS_A_TEAM)
        users, members = self.ids("staff_user", count + teams), self.ids("staff_member", count + teams)
        team_ids = self.ids("staff_team", teams)
        names = [f"Worker {n:05}" if n < count else f"Manager {n - count:05}" for n in range(count + teams)]
        team_of = [team_ids[n // WORKERS_A_TEAM if n < count else n - count] for n in range(count + teams)]
        emails = (f"{name.replace(' ', '.').lower()}.{self.organisation}@bench.example" for name in names)
        self.copy(
            "staff_user",
            "id, email, password, is_active, theme",
            ((key, email, "!", True, "auto") for key, email in zip(users, emails, strict=True)),
        )
        self.copy(
            "staff_member",
            "id, uid, organisation_id, user_id, name, name_key, role, active",
            (
                (key, self.uid(), self.organisation, user, name, name.lower(), self.role(n, count), True)
                for n, (key, user, name) in enumerate(zip(members, users, names, strict=True))
            ),
        )
        self.copy(
            "staff_team",
            "id, organisation_id, name, manager_id",
            ((key, self.organisation, f"Team {n:04}", members[count + n]) for n, key in enumerate(team_ids)),
        )
        self.copy(
            "staff_post",
            "organisation_id, worker_id, team_id, starts_on, fte, duty",
            (
                (
                    self.organisation,
                    members[n],
                    team_of[n],
                    self.day(1460, 730),
                    self.chance.choice(("1", "0.8", "0.5")),
                    False,
                )
                for n in range(count)
            ),
        )
        self.copy(
            "workload_responsibility",
            "organisation_id, worker_id, code, starts_on, quantity",
            ((self.organisation, members[n], self.chance.choice(EXTRAS), self.day(700), 1) for n in range(0, count, 2)),
        )
        return list(zip(members[:count], team_of[:count], strict=True))

    def what_is_open(self) -> None:
        from peerload.core import dates
        from peerload.staff.models import Post, Team

        posts = list(Post.objects.filter(organisation=self.organisation).order_by("pk").values_list("worker", "team"))
        teams = list(Team.objects.filter(organisation=self.organisation).order_by("pk").values_list("pk", "manager"))
        months = [dates.month_start(self.on)]
        while len(months) < 13:
            months.append(dates.month_start(months[-1] - DAY))
        sent = [
            (team, manager, month)
            for month in reversed(months[2:])
            for n, (team, manager) in enumerate(teams)
            if month != months[2] or n % 10
        ]
        keys = self.ids("workload_teamreport", len(sent))
        reports = {(team, month): key for (team, __, month), key in zip(sent, keys, strict=True)}
        self.copy(
            "workload_teamreport",
            'id, organisation_id, team_id, month, sent_at, sent_on, sent_by_id, points, "limit", fte, contacts_due, '
            "contacts_in_time",
            (
                (reports[team, month], self.organisation, team, month, f"{month + 40 * DAY} 09:00+13", month + 40 * DAY,
                 manager, 960, 1000, 10, 140, 120)
                for team, manager, month in sent
            ),
        )  # fmt: skip
        self.copy(
            "workload_monthlyrecord",
            'organisation_id, worker_id, month, team_id, total, stable, extras, cases, weight, fte, mark, "limit", high, '
            "medium, \"group\", parked, status, report_id, imported",
            (
                (self.organisation, worker, month, team, 80, 15, 5, 53, 7, 1, 85, 100, 5, 10, 15, 20, "reported",
                 reports[team, month], False)
                for worker, team in posts
                for month in months[2:]
                if (team, month) in reports
            ),
        )  # fmt: skip
        self.copy(
            "staff_absence",
            "organisation_id, worker_id, starts_on",
            (
                (self.organisation, worker, self.on - DAY * (10 + n % 70))
                for n, (worker, __) in enumerate(posts)
                if n % 40 == 17
            ),
        )
        alone = [team for n, (team, __) in enumerate(teams) if n % 25 == 3]
        self.copy(
            "caseload_client",
            "id, uid, organisation_id, ref, name, name_key, words_key, ref_key, search_key, team_id",
            (
                (key, self.uid(), self.organisation, f"W{key}", f"Person {key}", f"person {key}", f"{key} person", f"w{key}",
                 f"person {key} w{key}", team)
                for key, team in zip(self.ids("caseload_client", len(alone)), alone, strict=True)
            ),
        )  # fmt: skip

    def lists(self, worker: int, team: int) -> tuple[int, uuid.UUID]:
        from peerload.staff.models import Absence, Leaving, Member, Post, Team

        manager = Team.objects.get(pk=team).manager_id
        posts = Post.objects.on(self.on).filter(organisation=self.organisation)
        count = posts.filter(team=team).count()
        for other in Team.objects.filter(organisation=self.organisation).exclude(pk=team).order_by("pk"):
            if count + (here := posts.filter(team=other).count()) <= CANDIDATES + 1:
                other.deputy_id = manager
                other.save()
                count += here
        self.join(team, CANDIDATES + 1 - count)
        absence = Absence.objects.create(organisation_id=self.organisation, worker_id=worker, starts_on=self.on)
        days = {"notice_on": self.on, "last_day": self.on + 40 * DAY}
        Leaving.objects.create(organisation_id=self.organisation, member_id=worker, by_id=manager, **days)
        return absence.pk, Member.objects.get(pk=worker).uid

    def join(self, team: int, count: int) -> None:
        """Write workers of a team who support no one yet."""
        users, members = self.ids("staff_user", count), self.ids("staff_member", count)
        self.copy(
            "staff_user",
            "id, email, password, is_active, theme",
            ((key, f"candidate.{key}@bench.example", "!", True, "auto") for key in users),
        )
        self.copy(
            "staff_member",
            "id, uid, organisation_id, user_id, name, name_key, role, active",
            (
                (key, self.uid(), self.organisation, user, f"New {key}", f"new {key}", "peer_worker", True)
                for key, user in zip(members, users, strict=True)
            ),
        )
        self.copy(
            "staff_post",
            "organisation_id, worker_id, team_id, starts_on, fte, duty",
            ((self.organisation, key, team, self.day(60, 10), "1", False) for key in members),
        )

    def role(self, n: int, workers: int) -> str:
        return "peer_worker" if n < workers else "manager"

    def uid(self) -> uuid.UUID:
        return uuid.UUID(int=self.chance.getrandbits(128), version=4)

    def people(self, members: list[tuple[int, int]], count: int, contacts: int) -> None:
        """Write people with their tiers, allocations, activities and contacts."""
        clients = self.ids("caseload_client", count)
        families = self.ids("caseload_family", count // 30)
        held = [members[n % len(members)] for n in range(count)]
        begun = [self.day(730, 1) for _ in range(count)]
        self.copy(
            "caseload_family",
            "id, organisation_id, code, code_key",
            ((key, self.organisation, f"F{n:06}", f"f{n:06}") for n, key in enumerate(families)),
        )
        # the three of a family are with one worker: n, n + workers, n + 2 x workers
        family_of = dict.fromkeys(clients)
        for n, key in enumerate(families):
            first = n // len(members) * 3 * len(members) + n % len(members)
            for member in (first, first + len(members), first + 2 * len(members)):
                if member < count:
                    family_of[clients[member]] = key
        self.copy(
            "caseload_client",
            "id, uid, organisation_id, ref, name, called, pronouns, language, interpreter, worry_helps, worry_call, "
            "name_key, words_key, phone_key, ref_key, "
            "search_key, family_id, team_id, statutory, "
            "contact_preference, phone, contact_how, contact_note, version, contacts_since_parked, longest_gap",
            (
                (key, self.uid(), self.organisation, f"P{n:07}", f"Person {n:07}", "", "", "", "", "", "",
                 f"person {n:07}", f"{n:07} person", "", f"p{n:07}", f"person {n:07} person{n:07} p{n:07}",
                 family_of[key], held[n][1], False, "ok", "", "", "", 1, 0, 0)
                for n, key in enumerate(clients)
            ),
        )  # fmt: skip
        self.copy(
            "caseload_tierperiod",
            "organisation_id, client_id, tier, starts_on, ends_before, talked, reason, moved_on, automatic",
            self.tiers(clients, begun),
        )
        self.copy(
            "caseload_allocation",
            "organisation_id, uid, client_id, worker_id, starts_on, ends_before, close_decided_on, student_held, "
            "purpose, first_action, note, over_reason, ended_by_sweep",
            self.allocations(clients, members, begun),
        )
        self.copy(
            "workload_activity",
            "organisation_id, client_id, code, starts_on, minutes_each_way",
            self.activities(clients),
        )
        self.copy(
            "caseload_contact",
            'organisation_id, uid, client_id, author_id, "on", reached, outcome, minutes, channel, note, void_reason',
            self.contacts(clients, held, contacts),
        )
        self.copy(
            "caseload_dropin",
            'organisation_id, uid, author_id, "on", people, minutes, first_name, void_reason',
            self.drop_ins(members),
        )
        self.copy(
            "caseload_nextstep",
            "organisation_id, uid, client_id, kind, what, due_on, starts_at, minutes, place, ended_as, ended_on, "
            "author_id, made_on",
            self.next_steps(clients, held),
        )
        self.copy(
            "caseload_goal",
            "organisation_id, uid, client_id, words, starts_on, ended_as, ended_on, author_id",
            self.goals(clients, held),
        )
        self.copy(
            "caseload_consent",
            "organisation_id, uid, client_id, name, relation, about, consented_on, author_id",
            self.consents(clients, held),
        )

    def tiers(self, clients: range, begun: list[date]) -> Iterator[tuple[Any, ...]]:
        for key, first in zip(clients, begun, strict=True):
            tier = self.chance.choice(TIERS)
            since = first + timedelta(days=self.chance.randrange(1, max((self.on - first).days, 2)))
            if tier == "parked" and since > first:
                yield self.organisation, key, "medium", first, since, True, "", "", False
                first = since
            yield self.organisation, key, tier, first, None, True, "", "", False

    def allocations(
        self, clients: range, members: list[tuple[int, int]], begun: list[date]
    ) -> Iterator[tuple[Any, ...]]:
        for n, (key, first) in enumerate(zip(clients, begun, strict=True)):
            worker = members[n % len(members)][0]
            moved = self.chance.random() < 0.25 and (self.on - first).days > 30
            decided = self.day(40, 1) if self.chance.random() < 0.03 and (self.on - first).days > 40 else None
            if moved:
                until = first + timedelta(days=self.chance.randrange(1, (self.on - first).days - 20))
                giver = members[(n + 1) % len(members)][0]
                yield self.organisation, self.uid(), key, giver, first, until, None, False, "", "", "", "", False
                first = until
                decided = max(decided, first) if decided else None
            yield self.organisation, self.uid(), key, worker, first, None, decided, False, "", "", "", "", False

    def activities(self, clients: range) -> Iterator[tuple[Any, ...]]:
        for key in clients:
            if self.chance.random() < 0.16:
                yield self.organisation, key, self.chance.choice(KINDS), self.day(120), 150

    def contacts(self, clients: range, held: list[tuple[int, int]], count: int) -> Iterator[tuple[Any, ...]]:
        for n, key in enumerate(clients):
            for number in range(count):
                if self.chance.random() < MISSED:
                    continue
                on = self.day(30 * (number + 1), 30 * number)
                yield (
                    self.organisation,
                    self.uid(),
                    key,
                    held[n][0],
                    on,
                    True,
                    "no_support_needed",
                    30,
                    "phone",
                    "",
                    "",
                )

    def drop_ins(self, members: list[tuple[int, int]]) -> Iterator[tuple[Any, ...]]:
        """Yield four a worker over the last two months; their days follow from the worker, so that no other row changes."""
        for n, (author, _team) in enumerate(members):
            for number in range(4):
                on = self.on - DAY * (1 + (n + 15 * number) % 60)
                yield self.organisation, self.uid(), author, on, 1 + n % 3, 15 * (1 + number), "", ""

    def next_steps(self, clients: range, held: list[tuple[int, int]]) -> Iterator[tuple[Any, ...]]:
        """Yield a promise or an appointment of four people in ten, from three days ago on, and one kept of as many others."""
        for n, (key, (author, _team)) in enumerate(zip(clients, held, strict=True)):
            turn = n // WORKERS_A_TEAM
            if turn % 5 == 4:
                continue
            made_on = self.on - DAY * (10 + turn % 7)
            kept, appointment = turn % 2 == 1, turn % 4 == 0
            due_on = made_on + DAY * 7 if kept else self.on + DAY * (turn % 14 - 3)
            hour, minutes, place = ("10:30", 45, "theirs") if appointment else (None, None, "")
            what = "" if appointment else "Send the address of the choir"
            ended_as, ended_on = ("kept", due_on) if kept else ("", None)
            yield (
                *(self.organisation, self.uid(), key, "appointment" if appointment else "promise", what, due_on),
                *(hour, minutes, place, ended_as, ended_on, author, made_on),
            )

    def goals(self, clients: range, held: list[tuple[int, int]]) -> Iterator[tuple[Any, ...]]:
        """Yield two of every second person, one of them reached."""
        for n, (key, (author, _team)) in enumerate(zip(clients, held, strict=True)):
            if n % 2 == 0:
                since = self.on - DAY * (30 + n % 200)
                for words, ended_as, ended_on in (("A door I can shut.", "", None), ("To sleep.", "reached", self.on)):
                    yield self.organisation, self.uid(), key, words, since, ended_as, ended_on, author

    def consents(self, clients: range, held: list[tuple[int, int]]) -> Iterator[tuple[Any, ...]]:
        """Yield one of every third person."""
        for n, (key, (author, _team)) in enumerate(zip(clients, held, strict=True)):
            if n % 3 == 0:
                since = self.on - DAY * (20 + n % 200)
                yield self.organisation, self.uid(), key, f"Kin {n:07}", "sister", "how they are", since, author


def _defaults(table: str, columns: str) -> dict[str, object]:
    """Return the columns of a table that are not named and have to be filled in, with what the model puts there."""
    from django.apps import apps

    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    named = {name.strip(' "') for name in columns.split(",")}
    return {
        f'"{field.column}"': field.get_default()
        for field in model._meta.concrete_fields
        if not (field.primary_key or field.null or field.generated or field.column in named)
        and not field.has_db_default()  # type: ignore[attr-defined]  # Django has it, its stubs do not
    }


def _copy_text(value: object) -> str:
    if value is None:
        return r"\N"
    return str(value)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    asked.add_argument("--workers", type=int, default=3000)
    asked.add_argument("--people", type=int, default=150_000)
    asked.add_argument("--contacts", type=int, default=6, help="a person")
    asked.add_argument("--organisation", default="bench", help="the code of the service to make")
    asked.add_argument("--on", type=date.fromisoformat, default=date(2026, 11, 12))
    given = asked.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerload.settings")
    django.setup()
    made = generate(
        code=given.organisation, workers=given.workers, people=given.people, contacts=given.contacts, on=given.on
    )
    print(f"organisation {made}: {given.workers} workers, {given.people} people")


if __name__ == "__main__":
    main()
