"""
Random services for the crawl: several teams, deputies, posts in part, absences, and records in every state.

The facts go in as sheets, as a service would bring them; what happens to records afterwards is done by the actions
of their pages. A step that a page would refuse is not taken.
"""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from hypothesis import strategies as st

from caseload.actions import Refused
from caseload.rules import Reached
from peerload.interchange import actions as interchange
from peerload.staff import actions as staff
from peerload.staff.models import Absence, Member, Organisation, Team
from tests import oracle, strategies
from tests.interchange import sheets
from tests.interchange.test_reports_against_oracle import as_sheets, with_tier_if_held, written
from tests.workload.months.scene import act
from workload import actions as work
from workload import queries as ledger
from workload.enums import Preset
from workload.models import MonthlyRecord
from workload.months import actions as months
from workload.rules import PostPeriod, Working

TODAY = date(2026, 6, 9)  # after everything that has happened, and before the report of May is late
APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)
ENDS = {APRIL: date(2026, 4, 30), MAY: date(2026, 5, 31)}
LONG_AGO = date(2024, 1, 8)

PEERS = (1, 2, 3, 4, 5)
MANAGES_AND_SUPPORTS = 6  # a manager who has people, too
EMAILS = {n: f"worker{n}@harbourside.example" for n in (*PEERS, MANAGES_AND_SUPPORTS)}
NAMES = {n: f"Worker {'ABCDE'[n - 1]}" for n in PEERS} | {MANAGES_AND_SUPPORTS: "Kiri Ihaka"}
ANA, RUTH = "ana@harbourside.example", "ruth@harbourside.example"
TEAMS = ("North", "South", "West")

STATES = ("none", "draft", "submitted", "half", "agreed", "not agreed", "decided", "provisional")
any_of = st.sampled_from


class GivenSession(NamedTuple):
    """Supervision of a worker: planned for a day, and perhaps held on one."""

    worker: int
    planned_on: date
    held_on: date | None


class GivenService(NamedTuple):
    """A service as it is drawn."""

    preset: Preset
    settings: dict[str, str]
    teams: dict[str, tuple[str, str]]  # manager and deputy of each, by email
    facts: oracle.Service
    post_teams: dict[int, list[str]]  # the teams of each worker's posts
    people_teams: list[str]
    asked_not: set[int]  # places of people who asked not to be contacted
    contacts: list[list[Reached]]
    absences: dict[int, tuple[date, date | None, date | None]]
    sessions: list[GivenSession]
    states: dict[date, list[str]]
    sent: dict[date, list[bool]]
    corrected: list[int]  # workers whose April turns out to have been different
    past_day: date
    dice: int  # which pages a short run opens

    @property
    def has_work(self) -> bool:
        """Whether anything is there to be counted: several people with a worker, and a worker beyond the first."""
        held = [h.worker for unit in self.facts.units for person in unit.people for h in person.holdings]
        return len(set(held)) > 3 and len(held) > 6


def until_today(person):
    """Leave out what a file may not say of a day ahead: that a person's support was closed, or that this was decided."""
    held = []
    for each in person.holdings:
        decided, closed = (day if day and day <= TODAY else None for day in (each.close_decided_on, each.closed_on))
        ends = each.ends_before if closed or each.closed_on is None else None
        held.append(each._replace(close_decided_on=decided, closed_on=closed, ends_before=ends))
    starts = [each.starts_on for each in held]
    for n, each in enumerate(held):
        following = starts[n + 1] if n + 1 < len(starts) else None
        ends = [day for day in (each.ends_before, following) if day]
        held[n] = each._replace(ends_before=min(ends, default=None))
    return person._replace(holdings=held)


@st.composite
def people_units(draw):
    """Return units of people of the first three workers, then of the other three."""
    found = []
    for key in range(1, 9):
        unit = draw(strategies.units(key))
        add = 0 if key % 2 else 3
        people = []
        for person in unit.people:
            person = person._replace(
                holdings=[each._replace(worker=each.worker + add) for each in person.holdings],
            )
            people.append(with_tier_if_held(until_today(person)))
        found.append(unit._replace(people=people))
    return found


@st.composite
def worker_posts(draw):
    """Return one post since long ago, more often than any others; in part now and then, with other teams."""
    fte = draw(any_of([Decimal(1), Decimal("0.6"), Decimal("0.45")]))
    whole = [PostPeriod(LONG_AGO, None, fte, draw(strategies.flags))]
    posts = draw(st.just(whole) | st.just(whole) | strategies.posts())
    return posts, [draw(any_of(TEAMS)) for __ in posts]


@st.composite
def absences(draw):
    starts_on = draw(any_of([TODAY - timedelta(days=n) for n in (0, 5, 20, 70)]) | strategies.days)
    back = draw(strategies.maybe(strategies.days_from(starts_on + timedelta(days=1))))
    expected = draw(strategies.maybe(strategies.days_from(starts_on + timedelta(days=1))))
    return starts_on, expected, back if back and back <= TODAY else None


@st.composite
def sessions(draw):
    found, taken = [], set()
    for worker in EMAILS:
        for __ in range(draw(st.integers(0, 3))):
            planned = TODAY + timedelta(days=draw(st.integers(-75, 30)))
            if (worker, planned) in taken:
                continue
            taken.add((worker, planned))
            was_held = planned <= TODAY and draw(strategies.flags)
            found.append(GivenSession(worker, planned, planned if was_held else None))
    return found


def days_that_tell(contacts: list[list[Reached]], held: list[GivenSession], weeks: int):
    """Return days on which figures change: a month ended, supervision was held, a contact became a week overdue."""
    raised = timedelta(weeks=weeks, days=7)
    late = {each.on + raised for of_person in contacts for each in of_person}
    groups = [[*ENDS.values()], [each.held_on for each in held if each.held_on], [day for day in late if day < TODAY]]
    return st.one_of([any_of(sorted(group)) for group in groups if group])


@st.composite
def services(draw) -> GivenService:
    preset = draw(st.sampled_from(Preset))
    units = draw(people_units())
    posts, post_teams = {}, {}
    for worker in EMAILS:
        if worker != MANAGES_AND_SUPPORTS:
            posts[worker], post_teams[worker] = draw(worker_posts())
    people = [person for unit in units for person in unit.people]
    leads = st.sampled_from([ANA, ANA, EMAILS[MANAGES_AND_SUPPORTS]])
    deputies = st.sampled_from(["", "", EMAILS[1], ANA, EMAILS[MANAGES_AND_SUPPORTS]])
    teams = {}
    for name in TEAMS[: draw(st.integers(2, 3))]:
        manager, deputy = draw(leads), draw(deputies)
        teams[name] = manager, "" if deputy == manager else deputy
    switch = st.sampled_from(["yes", "no"])
    contacts = [draw(strategies.contacts()) if draw(strategies.flags) else [] for __ in people]
    held, weeks = draw(sessions()), draw(any_of([6, 4]))
    return GivenService(
        preset=preset,
        settings={
            "workload_weight": draw(switch),
            "stable_scales_with_fte": draw(switch),
            "full_time_hours": draw(any_of(["40", "37.5"])),
            "parked_weeks": str(weeks),
        },
        teams=teams,
        facts=oracle.Service(
            units=units,
            posts=posts,
            responsibilities={worker: draw(strategies.responsibilities()) for worker in EMAILS},
            schemes=[],
            working=Working("NZ-AUK", frozenset({date(2025, 12, 29)})),
        ),
        post_teams={
            worker: [team if team in teams else TEAMS[0] for team in found] for worker, found in post_teams.items()
        },
        people_teams=[draw(any_of([*teams, ""])) for __ in people],
        asked_not={n for n in range(len(people)) if draw(any_of([False, False, False, True]))},
        contacts=contacts,
        absences={worker: draw(absences()) for worker in EMAILS if draw(any_of([False, False, True]))},
        sessions=held,
        states={month: [draw(any_of(STATES)) for __ in EMAILS] for month in ENDS},
        sent={
            APRIL: [draw(any_of([True, True, False])) for __ in teams],
            MAY: [draw(strategies.flags) for __ in teams],
        },
        corrected=[worker for worker in PEERS if draw(strategies.flags)],
        past_day=draw(days_that_tell(contacts, held, weeks)),
        dice=draw(st.integers(0, 10_000)),
    )


def sheets_of(given: GivenService) -> dict[str, list[dict]]:
    """Return the facts of a service as the sheets of a file."""
    found = as_sheets(given.preset, given.facts._replace(posts={}, responsibilities={}), emails=EMAILS)
    people = [person for unit in given.facts.units for person in unit.people]
    team_of = {f"P{person.key}": team for person, team in zip(people, given.people_teams, strict=True)}
    for n, row in enumerate(found.get("people", ())):
        row |= {"team": team_of[row["ref"]], "contact_preference": "please_dont" if n in given.asked_not else "ok"}
    found["service"] += [{"key": key, "value": value} for key, value in given.settings.items()]
    found["teams"] = [
        {"team": name, "manager": manager, "deputy": deputy} for name, (manager, deputy) in given.teams.items()
    ]
    home = {worker: (teams[-1] if teams else next(iter(given.teams))) for worker, teams in given.post_teams.items()}
    found["staff"] = [
        {"email": EMAILS[n], "name": NAMES[n], "role": "peer_worker", "team": home[n]} for n in PEERS
    ] + [
        {"email": EMAILS[MANAGES_AND_SUPPORTS], "name": NAMES[MANAGES_AND_SUPPORTS], "role": "manager",
         "team": next(iter(given.teams))},
        {"email": ANA, "name": "Ana Whitford", "role": "manager", "team": ""},
        {"email": RUTH, "name": "Ruth Hale", "role": "service_manager", "team": ""},
    ]  # fmt: skip
    found["posts"] = [
        {"email": EMAILS[n], "from": post.starts_on, "until": post.ends_before and post.ends_before - timedelta(days=1),
         "fte": post.fte, "duty": "yes" if post.duty else "no", "team": team}
        for n, posts in given.facts.posts.items()
        for post, team in zip(posts, given.post_teams[n], strict=True)
    ]  # fmt: skip
    found["responsibilities"] = [
        {"email": EMAILS[n], "kind": r.code, "from": r.starts_on, "until": r.until, "quantity": r.quantity}
        for n, held in given.facts.responsibilities.items()
        for r in held
    ]
    found["contacts"] = [
        {"ref": f"P{person.key}", "on": each.on, "reached": "yes", "outcome": each.outcome}
        for person, contacts in zip(people, given.contacts, strict=True)
        for each in contacts
    ]
    found["absences"] = [
        {"email": EMAILS[n], "from": starts_on, "expected_back": expected, "back_on": back, "planned": "yes"}
        for n, (starts_on, expected, back) in given.absences.items()
    ]
    found["sessions"] = [
        {"email": EMAILS[each.worker], "kind": "supervision", "planned_on": each.planned_on, "with": ANA,
         "held_on": each.held_on}
        for each in given.sessions
    ]  # fmt: skip
    return {
        name: [
            {column: value if isinstance(value, str) else written(value) for column, value in row.items()}
            for row in rows
        ]
        for name, rows in found.items()
        if rows
    }


def begin(given: GivenService) -> Organisation:
    """Bring a service in, and take its records of April and May as far as they were drawn."""
    organisation = interchange.bring_in(sheets.opened(sheets_of(given))).organisation
    teams = list(Team.objects.filter(organisation=organisation).order_by("name"))
    for month in (APRIL, MAY):
        _records(organisation, month, given.states[month])
        for team, is_sent in zip(teams, given.sent[month], strict=True):
            if is_sent:
                with suppress(Refused):
                    months.send(team=team, month=month, by=team.manager, today=TODAY, note="As talked about.")
        if month == APRIL:
            for worker in given.corrected:
                member = Member.objects.get(organisation=organisation, user__email=EMAILS[worker])
                work.take_on(
                    worker=member, code="mentoring", starts_on=date(2026, 4, 10), until=None, quantity=1, by=member
                )
    for team in teams:
        _name_acting(team)
    return organisation


def _name_acting(team: Team) -> None:
    """Name a worker of any team to act where the manager or deputy is away today; they read the same figures."""
    away = (
        Absence.objects.on(TODAY).filter(worker__in=[key for key in (team.manager_id, team.deputy_id) if key]).first()
    )
    able = Member.objects.at_work(TODAY).filter(organisation=team.organisation_id, role="peer_worker").named()
    for member in able if away else ():
        with suppress(Refused):
            staff.name_acting(
                absence_id=away.pk, team_id=team.pk, member=member, starts_on=TODAY, by=member, today=TODAY
            )
            return


def _records(organisation: Organisation, month: date, states: list[str]) -> None:
    for row in ledger.listed(organisation, ENDS[month]):
        number = next(n for n, email in EMAILS.items() if email == row.email)
        worker = Member.objects.select_related("user").get(pk=row.member_id)
        team = Team.objects.filter(pk=row.team_id).select_related("manager").first()
        with suppress(Refused):
            _take(worker, team.manager if team else None, month, states[number - 1])


def _take(worker: Member, manager: Member | None, month: date, state: str) -> None:
    """Take a record so far, or to where it can go: each step as its page does."""

    def step(action, by, **more):
        return act(action, worker, by, month=month, today=TODAY, **more)

    if state == "none":
        return
    step(months.write_words, worker, comment="Heavy, but well.", enough="", would_help="")
    if state == "draft":
        return
    if state == "provisional":
        step(months.complete, manager, assumptions="The same people as the month before.")
        return
    step(months.submit, worker)
    if state == "submitted":
        return
    if state in ("not agreed", "decided"):
        total = MonthlyRecord.objects.get(worker=worker, month=month).total
        deciders = list(months_deciders(worker, month))
        other = deciders[0] if deciders else None
        step(months.disagree, worker, total=total + 3, note="I count more.", other_manager=other)
        if state == "decided" and other:
            step(months.agree, other, total=total + 3, reason="The list says so.")
        return
    step(months.write_reason, worker, reason="Two new people at once.", causes="A colleague left.")
    with suppress(Refused):
        step(
            months.add_action, worker, what="No one new for four weeks", owner=worker, due_on=TODAY + timedelta(days=20)
        )
    step(months.agree, worker)
    if state == "agreed" and manager:
        step(months.agree, manager)


def months_deciders(worker: Member, month: date):
    from workload.months import queries

    record = MonthlyRecord.objects.select_related("team").get(worker=worker, month=month)
    return queries.deciders(worker, record.team, besides=worker.pk, on=TODAY)
