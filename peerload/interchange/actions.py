"""
Bringing a service in: look at a file against what is known, then write all of it or nothing.

A person acts one fact at a time; a sheet comes in set by set. Both ways end in the same two functions, the people's own
columns (`caseload.actions.refresh_all`) and the ledger (`workload.actions.rebuild`). No reminder and no mail comes of it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date
from types import SimpleNamespace

import pghistory
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from caseload.actions import refresh_all, settle_choices, settle_waiting, void_contact
from caseload.actions.reminders import settle_reminders
from caseload.enums import Channel
from caseload.keys import PersonKeys, person_keys
from caseload.models import (
    Allocation,
    Attendance,
    Client,
    Contact,
    Family,
    Group,
    GroupFacilitator,
    GroupMember,
    GroupSession,
    Referral,
    Reminder,
    SessionFacilitator,
    TierPeriod,
)
from peerload import clock, dates
from peerload.audit import actions as audit
from peerload.database import renew_statistics, take_time
from peerload.folding import fold, fold_code
from peerload.staff import actions as staff
from peerload.staff.models import (
    UNNAMED,
    Absence,
    ClosureDay,
    Member,
    Organisation,
    Post,
    Team,
    User,
)
from wellbeing.enums import PlanState
from wellbeing.models import SINCE_ALWAYS, PlanLine, PlanRow, TimePlan
from workload.actions import MonthsSent, create_scheme, rebuild
from workload.models import Activity, MonthlyRecord, Responsibility
from workload.queries import is_settled

from . import copying, queries, rules
from .faults import Fault, Refused
from .merging import Known, Merged, Service, leave_as_agreed, merge, replace_alike
from .models import Import
from .opening import Opened
from .reading import Read, read
from .sheets import SETTING, SHEETS

STATES = ("new", "changed", "unchanged", "refused")
Progress = Callable[[int], None]


@dataclass(slots=True)
class Plan:
    """What a file would do: rows as they will be, settings, counts by sheet and state, and all that is wrong."""

    organisation: Organisation | None
    service: Service
    settings: dict[str, object]
    counts: dict[str, dict[str, int]]
    faults: list[Fault]
    today: date

    @property
    def to_write(self) -> int:
        """How many rows are new or changed."""
        return sum(counts["new"] + counts["changed"] for counts in self.counts.values())


def look(
    opened: Opened, *, organisation: Organisation | None = None, code: str | None = None, replace: bool = False
) -> Plan:
    """
    Return what a file would do, saving nothing.

    :param replace: whether a row without a key takes the place of one that is there and is like it, instead of standing beside it
    :param organisation: the one it goes into, where that is settled (in the browser)
    :param code: the one it goes into, by its code; else the file says
    """
    found = read(opened)
    service = merge(found, {})
    said, faults = rules.settings(service)
    target, wrong = _target(said.values, organisation, code)
    current = {}
    if target:
        service = merge(found, queries.known(target))
        leave_as_agreed(service, queries.plans_agreed_here(target))
        if replace:
            replace_alike(service)
        current = queries.service_settings(target)
        _compare_settings(service, said.values, current)
        faults = rules.settings(service, current)[1] + _settled(target, service)
    today = clock.today(target or SimpleNamespace(timezone=said.values.get("timezone") or "UTC"))
    faults = found.faults + wrong + ([] if "service" in found.broken else faults)
    faults += rules.faults(service, broken=found.broken, today=today)
    return Plan(target, service, said.values, _counts(found, service, faults), faults, today)


def _target(
    settings: dict, organisation: Organisation | None, code: str | None
) -> tuple[Organisation | None, list[Fault]]:
    """Return the organisation a file goes into, ``None`` for a new one. One without a name yet takes the file's."""
    said = settings.get("code")
    settled = organisation.code if organisation and organisation.code != UNNAMED else code
    if settled and said and said != settled:
        return organisation, [Fault("service", 0, "value", f"The file is of {said}, not of {settled}.")]
    wanted = settled or said or settings.get("name")
    settings["code"] = wanted
    if organisation is None and wanted:
        codes = [wanted] if code else [wanted, UNNAMED]
        found = {each.code: each for each in Organisation.objects.filter(code__in=codes)}
        organisation = found.get(wanted) or found.get(UNNAMED)
    return organisation, []


def _compare_settings(service: Service, said: dict, current: dict):
    """Say of each setting of the file whether it changes anything; an empty one does not."""
    for row in service.of("service"):
        key = row.values["key"]
        now = SETTING[key].kind.write(current.get(key)) if key in SETTING else ""
        row.known = Known(0, row.values | {"value": now})
        row.changed = ("value",) if key in said and said[key] != current.get(key) else ()


def _settled(target: Organisation, service: Service) -> list[Fault]:
    """Return a fault for each setting that would change a scheme by which a month was sent."""
    rows = [row for row in service.of("service") if row.changed and _is_of_scheme(row.values["key"])]
    if not rows or not is_settled(target.pk):
        return []
    return [Fault("service", row.number, "value", str(MonthsSent())) for row in rows]


def _is_of_scheme(key: str) -> bool:
    return key == "preset" or SETTING[key].of != "organisation"


def _counts(found: Read, service: Service, faults: list[Fault]) -> dict[str, dict[str, int]]:
    """Return by sheet how many rows are new, changed, unchanged or refused."""
    wrong: dict[str, set[int]] = {}
    for fault in faults:
        if fault.row > 1:
            wrong.setdefault(fault.sheet, set()).add(fault.row)
    counts = {}
    for sheet in SHEETS:
        if sheet.name in found.tables:
            refused = wrong.get(sheet.name, set())
            states = Counter(row.state for row in service.of(sheet.name) if row.number and row.number not in refused)
            counts[sheet.name] = {state: states[state] for state in STATES[:3]} | {"refused": len(refused)}
    return counts


def bring_in(
    opened: Opened,
    *,
    by: Member | None = None,
    organisation: Organisation | None = None,
    code: str | None = None,
    replace: bool = False,
    asked: Callable[[Plan], None] = lambda plan: None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Plan:
    """
    Bring a file in, all of it or nothing, in one transaction.

    :param replace: see `look`
    :param asked: shown the plan before anything is written; what it raises ends the import
    :param progress: told how many rows of how many were written
    :raises Refused: with every fault, nothing having been saved
    """
    try:
        with transaction.atomic(), pghistory.context(member=by.pk if by else None, reason="import") as context:
            plan, written = _bring_in(opened, by, organisation, code, replace, asked, progress)
            if plan.to_write:  # the same file twice leaves the one before the last
                Import.objects.create(
                    organisation=plan.organisation,
                    member=by,
                    at=clock.now(),
                    context=context.id,
                    counts=plan.counts,
                    written=written,
                    stays=_stays(plan),
                )
            return plan
    except staff.Refused as error:
        raise Refused(str(error)) from error
    except IntegrityError as error:
        raise Refused(
            "Somebody changed the service at the same moment. Nothing was saved; please try again."
        ) from error


def _bring_in(
    opened: Opened,
    by: Member | None,
    organisation: Organisation | None,
    code: str | None,
    replace: bool,
    asked: Callable[[Plan], None],
    progress: Callable[[int, int], None],
) -> tuple[Plan, dict[str, list]]:
    take_time()
    plan = look(opened, organisation=organisation, code=code, replace=replace)
    if plan.faults:
        raise Refused(plan.faults)
    asked(plan)
    if plan.organisation:
        lock_service(plan.organisation)
        # as it is now that nobody else writes
        plan = look(opened, organisation=plan.organisation, code=code, replace=replace)
        if plan.faults:
            raise Refused(plan.faults)
    writer = Writer(plan, by, progress, replace=replace)
    writer.write()
    refresh_all(plan.organisation.pk, plan.today)
    settle_waiting(plan.organisation.pk, plan.today)
    settle_choices(plan.organisation.pk, plan.today)
    settle_all_reminders(plan.organisation)
    rebuild(plan.organisation.pk)
    renew_statistics()
    audit.imported(plan.organisation, by=by, subject=plan.organisation.code, counts=plan.counts)
    return plan, writer.written


def _stays(plan: Plan) -> str:
    """Return why what came in cannot be undone, whatever comes after; "" where it may be."""
    service, settings = plan.service, plan.service.of("service")
    if any(row.is_new for row in settings):
        return "It made the service. The command remove_service removes a service."
    if any(row.changed for row in settings):
        return "It changed settings of the service. Change them back under Settings."
    if any("new_email" in row.changed for row in service.of("staff") if row.known):
        return "It changed the email of somebody. Change it back under Staff."
    if any(row.known and row.changed for row in service.of("plans")):
        return "It changed hours of time plans. Write a new plan instead."
    return ""


def settle_all_reminders(organisation: Organisation) -> None:
    """Take back the reminders that what came in, or went, has made untrue."""
    standing = Reminder.objects.filter(organisation=organisation, cancelled_at=None)
    settle_reminders(list(standing.values_list("client_id", flat=True).distinct()))


def lock_service(organisation: Organisation):
    """Keep other imports and everybody's actions waiting: the organisation first, then its admins, then its people, by key."""
    list(Organisation.objects.filter(pk=organisation.pk).select_for_update(of=("self",), no_key=True).values("pk"))
    staff.lock_admins(organisation.pk)
    list(Client.objects.filter(organisation=organisation).locked().values_list("pk"))


class Writer:
    """Writes a plan, sheet by sheet. What refers to something is written after it."""

    def __init__(self, plan: Plan, by: Member | None, progress: Callable[[int, int], None], *, replace: bool):
        self.plan, self.by, self.replace = plan, by, replace
        self.now = clock.now()
        self.done = 0
        self.written: dict[str, list] = {}
        self._progress = progress
        self.teams: dict[str, int] = {}
        self.members: dict[str, int] = {}
        self.clients: dict[str, int] = {}
        self.groups: dict[str, int] = {}
        self.sessions: dict[tuple, tuple] = {}

    def write(self):
        self._service()
        self._teams_and_staff()
        self._posts()
        self._people()
        self._tiers()
        self._allocations()
        self._waiting()
        self._of_people(Activity, "activities", ACTIVITY)
        self._contacts()
        self._groups()
        self._sessions()
        self._attendance()
        self._of_staff(Responsibility, "responsibilities", RESPONSIBILITY)
        self._absences()
        self._plan_rows()
        self._plans()
        self._of_staff(MonthlyRecord, "records", RECORD)
        self._closures()
        self._addresses()

    # The organisation --------------------------------------------------------------------------------------------------

    def _service(self):
        plan = self.plan
        own = {key: value for key, value in plan.settings.items() if SETTING[key].of == "organisation"}
        schemes = {key: value for key, value in plan.settings.items() if SETTING[key].of != "organisation"}
        if plan.organisation is None:
            plan.organisation = Organisation.objects.create(**own)
            create_scheme(plan.organisation, plan.organisation.preset, schemes)
        elif any(row.changed for row in plan.service.of("service")):
            if plan.organisation.code != UNNAMED:
                own.pop("code", None)
            for key, value in own.items():
                setattr(plan.organisation, key, value)
            plan.organisation.save(update_fields=list(own))
            changed = {row.values["key"] for row in plan.service.of("service") if row.changed}
            create_scheme(plan.organisation, own["preset"] if "preset" in changed else None, schemes)
        self.progress(sum(row.state in ("new", "changed") for row in plan.service.of("service")))

    def _teams_and_staff(self):
        teams, staff = self.plan.service.of("teams"), self.plan.service.of("staff")
        organisation = self.plan.organisation
        self.insert(Team, ("organisation", "name"), ((organisation.pk, row.values["team"]) for row in _new(teams)))
        self.teams = {name.upper(): pk for pk, name in organisation.teams.values_list("pk", "name")}
        self._users(staff)
        fields = ("name", "name_key", "role", "home_team")
        users = dict(User.objects.filter(email__in=[row.values["email"] for row in staff]).values_list("email", "pk"))
        self.insert(
            Member,
            ("organisation", "user", *fields),
            ((organisation.pk, users[row.values["email"]], *self._member(row)) for row in _new(staff)),
        )
        self.update(Member, fields, ((row.pk, *self._member(row)) for row in _changed(staff)))
        self.members = dict(organisation.members.values_list("user__email", "pk"))
        led = [row for row in teams if row.is_new or row.changed]
        self.update(
            Team,
            ("manager", "deputy"),
            (
                (
                    self.teams[row.values["team"].upper()],
                    self.members.get(row.values["manager"]),
                    self.members.get(row.values["deputy"]),
                )
                for row in led
            ),
            counted=False,
        )

    def _users(self, staff: Iterable[Merged]):
        """Add who is not there yet, without a password: they are invited, or ask for one. Emails are unique over all."""
        emails = [row.values["email"] for row in _new(staff)]
        there = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
        self.insert(
            User,
            ("email", "password"),
            ((email, make_password(None)) for email in emails if email not in there),
            counted=False,
        )

    def _member(self, row: Merged) -> tuple:
        name = row.values["name"]
        return name, fold(name)[:200], row.values["role"], self._team(row.values["team"])

    def _team(self, name: str) -> int | None:
        return self.teams[name.upper()] if name else None

    def _posts(self):
        posts = self.plan.service.of("posts")
        fields = ("team", "ends_before", "fte", "weekly_hours", "day_hours", "duty")

        def values(row):
            v = row.values
            hours = sum(v["days"]) if v["days"] else v["weekly_hours"]
            return self._team(v["team"]), row.ends_before, v["fte"], hours, v["days"], v["duty"]

        self.update(Post, fields, ((row.pk, *values(row)) for row in _moved(posts)))
        self.insert(
            Post,
            ("organisation", "worker", "starts_on", *fields),
            (
                (self.plan.organisation.pk, self.members[row.values["email"]], row.values["from"], *values(row))
                for row in _new(posts)
            ),
        )

    # People ------------------------------------------------------------------------------------------------------------

    def _people(self):
        people, organisation = self.plan.service.of("people"), self.plan.organisation
        team_of = self._teams_of_people()
        families = self._families(people)
        fields = (
            "name",
            "called",
            "pronouns",
            "language",
            *PersonKeys._fields,
            "family",
            "statutory",
            "team",
            "contact_preference",
            "phone",
            "contact_how",
            "contact_note",
        )

        def values(row):
            v = row.values
            keys = person_keys(name=v["name"], called=v["called"], ref=v["ref"], phone=v["phone"])
            names = v["name"], v["called"], v["pronouns"], v["language"]
            family = families.get(fold_code(v["family"]))
            team = self._team(team_of.get(v["ref"]) or v["team"])
            words = v["contact_preference"], v["phone"], v["contact_how"], v["contact_note"]
            return *names, *keys, family, v["statutory"], team, *words

        self.insert(
            Client,
            ("organisation", "ref", *fields),
            ((organisation.pk, row.values["ref"], *values(row)) for row in _new(people)),
        )
        changed = [row for row in people if row.known and (row.changed or row.values["ref"] in team_of)]
        self.update(Client, fields, ((row.pk, *values(row)) for row in changed), counted=False)
        self.progress(sum(bool(row.changed) for row in changed))
        self.clients = dict(Client.objects.filter(organisation=organisation).values_list("ref", "pk"))

    def _families(self, people: Iterable[Merged]) -> dict[str, int]:
        """Return the families by what their codes are known by; those that are new are added, as first written."""
        organisation = self.plan.organisation
        codes: dict[str, str] = {}
        for row in people:
            if row.number and row.values["family"]:
                codes.setdefault(fold_code(row.values["family"]), row.values["family"])
        known = Family.objects.filter(organisation=organisation).values_list("code_key", "pk")
        new = sorted(codes.keys() - dict(known).keys())
        self.insert(
            Family,
            ("organisation", "code", "code_key"),
            ((organisation.pk, codes[key], key) for key in new),
            counted=False,
        )
        return dict(known.all())

    def _teams_of_people(self) -> dict[str, str]:
        """
        Return the team of people of whom the file does not say it: that of their last worker's post on the last day.

        The last day is today while they are still with that worker. Asked for who is new, and for those known whose
        allocations this import changes.
        """
        service = self.plan.service
        touched = {row.values["ref"] for row in service.of("allocations") if row.is_new or "email" in row.changed}
        asked = {
            row.values["ref"]
            for row in service.of("people")
            if "team" not in row.said and (row.is_new or row.values["ref"] in touched)
        }
        last: dict[str, Merged] = {}
        for row in service.of("allocations"):
            ref = row.values["ref"]
            if ref in asked and (ref not in last or self._later(row, last[ref])):
                last[ref] = row
        home = {row.values["email"]: row.values["team"] for row in service.of("staff")}
        posts: dict[str, list[Merged]] = {}
        for post in service.of("posts"):
            posts.setdefault(post.values["email"], []).append(post)
        found = {}
        for ref, row in last.items():
            email = row.values["email"]
            day = max(row.values["from"], dates.earliest(self.plan.today, dates.last_day(row.ends_before)))
            held = [p for p in posts.get(email, []) if dates.holds(p.values["from"], p.ends_before, day)]
            team = (held[0].values["team"] if held else "") or home.get(email)
            if team:
                found[ref] = team
        return found

    def _later(self, row: Merged, than: Merged) -> bool:
        """Return whether an allocation is the one to go by: the last begun; the first planned where none has."""
        on, other, today = row.values["from"], than.values["from"], self.plan.today
        if (on <= today) != (other <= today):
            return on <= today
        return on > other if on <= today else on < other

    def _tiers(self):
        tiers = self.plan.service.of("tiers")
        fields = ("tier", "ends_before", "talked", "reason")

        def values(row):
            return row.values["tier"], row.ends_before, row.values["talked"], row.values["reason"]

        other = [row for row in _changed(tiers) if "tier" in row.changed]
        self.update(TierPeriod, ("moved_on", "automatic"), ((row.pk, "", False) for row in other), counted=False)
        self.update(TierPeriod, fields, ((row.pk, *values(row)) for row in _moved(tiers)))
        self.insert(
            TierPeriod,
            ("organisation", "client", "starts_on", *fields),
            ((*self._person(row), row.values["from"], *values(row)) for row in _new(tiers)),
        )

    def _person(self, row: Merged) -> tuple[int, int]:
        return self.plan.organisation.pk, self.clients[row.values["ref"]]

    def _allocations(self):
        allocations = self.plan.service.of("allocations")
        fields = ("worker", "ends_before", "close_decided_on", "closed_on", "student_held")

        def values(row):
            v = row.values
            worker = self.members[v["email"]]
            return worker, row.ends_before, v["close_decided_on"], v["closed_on"], v["student_held"]

        self.update(Allocation, fields, ((row.pk, *values(row)) for row in _moved(allocations)))
        self.insert(
            Allocation,
            ("organisation", "client", "starts_on", *fields),
            ((*self._person(row), row.values["from"], *values(row)) for row in _new(allocations)),
        )

    def _waiting(self):
        rows = self.plan.service.of("waiting")
        fields = ("referred_by", "owner", "action", "due_on", "contingency", "ended_on", "ended_as")

        def values(row):
            v = row.values
            owner = self.members[v["responsible"]] if v["responsible"] else None
            return v["referred_by"], owner, v["action"], v["by_when"], v["contingency"], v["ended_on"], v["ended_as"]

        self.update(Referral, fields, ((row.pk, *values(row)) for row in _changed(rows)))
        self.insert(
            Referral,
            ("organisation", "client", "referred_on", *fields),
            ((*self._person(row), row.values["referred_on"], *values(row)) for row in _new(rows)),
        )

    def _contacts(self):
        for row in self.plan.service.of("contacts") if self.replace else ():
            if row.like:
                void_contact(contact_id=row.like.pk, by=self.by, reason="Corrected by a sheet that was brought in.")
        fields = ("on", "minutes", "channel", "reached", "outcome", "note")
        self.insert(
            Contact,
            ("organisation", "client", "author", "recorded_at", *fields),
            (
                (
                    *self._person(row),
                    self.members.get(row.values["email"]),
                    row.values["recorded_at"] or self.now.astimezone(UTC),
                    *(row.values[field] for field in fields),
                )
                for row in _new(self.plan.service.of("contacts"))
            ),
        )

    # Groups ------------------------------------------------------------------------------------------------------------

    def _groups(self):
        rows, organisation = self.plan.service.of("groups"), self.plan.organisation
        fields = ("team", "weekday", "starts_at", "minutes", "starts_on", "ends_before")

        def values(row):
            v = row.values
            return self._team(v["team"]), v["weekday"], v["time"], v["minutes"], v["from"], row.ends_before

        self.update(Group, fields, ((row.pk, *values(row)) for row in _changed(rows)))
        self.insert(
            Group,
            ("organisation", "name", *fields),
            ((organisation.pk, row.values["group"], *values(row)) for row in _new(rows)),
        )
        self.groups = dict(Group.objects.filter(organisation=organisation).values_list("name", "pk"))
        self._belonging(GroupFacilitator, "group_facilitators", "worker", lambda v: self.members[v["email"]])
        self._belonging(GroupMember, "group_members", "client", lambda v: self.clients[v["ref"]])

    def _belonging(self, model, name: str, whose: str, key: Callable[[dict], int]):
        rows = self.plan.service.of(name)
        self.update(model, ("ends_before",), ((row.pk, row.ends_before) for row in _changed(rows)))
        self.insert(
            model,
            ("organisation", "group", whose, "starts_on", "ends_before"),
            ((*self._of_group(row), key(row.values), row.values["from"], row.ends_before) for row in _new(rows)),
        )

    def _of_group(self, row: Merged) -> tuple[int, int]:
        return self.plan.organisation.pk, self.groups[row.values["group"]]

    def _sessions(self):
        new = list(_new(self.plan.service.of("group_sessions")))
        fields = ("on", "minutes", "facilitator_minutes", "note")
        self.insert(
            GroupSession,
            ("organisation", "group", "author", "recorded_at", *fields),
            (
                (
                    *self._of_group(row),
                    self.members.get(row.values["email"]),
                    row.values["recorded_at"] or self.now.astimezone(UTC),
                    *(row.values[field] for field in fields),
                )
                for row in new
            ),
        )
        organisation = self.plan.organisation.pk
        sessions = GroupSession.objects.standing().filter(organisation=organisation)
        self.sessions = {(group, on): (pk, at) for group, on, pk, at in sessions.values_list(*SESSION)}
        self.insert(
            SessionFacilitator,
            ("organisation", "session", "worker"),
            (
                (organisation, self._session(row)[0], self.members[email])
                for row in new
                for email in row.values["facilitators"]
            ),
            counted=False,
        )

    def _session(self, row: Merged) -> tuple:
        """Return the key of the session a row is about, and when it was written down."""
        return self.sessions[self.groups[row.values["group"]], row.values["on"]]

    def _attendance(self):
        """Give whoever came the contact of that day at a group: the one written down with the session, if there is one."""
        new = list(_new(self.plan.service.of("group_attendance")))
        contacts: dict[tuple, list] = {}
        found = Contact.objects.filter(organisation=self.plan.organisation, channel=Channel.GROUP, attendance=None)
        for client, on, voided, at, pk in found.filter(reached=True).values_list(*AT_A_GROUP).order_by("pk"):
            contacts.setdefault((client, on), []).append((voided is not None, at, pk))

        def values(row):
            client, (session, at) = self.clients[row.values["ref"]], self._session(row)
            if not row.values["came"]:
                return client, session, False, None
            there = contacts[client, row.values["on"]]
            contact = min(there, key=lambda each: (each[0], each[1] != at, each))
            there.remove(contact)
            return client, session, True, contact[2]

        self.insert(
            Attendance,
            ("organisation", "client", "session", "came", "contact"),
            ((self.plan.organisation.pk, *values(row)) for row in new),
        )

    # Sheets that stand in one table as they are ------------------------------------------------------------------------

    def _of_people(self, model, name: str, fields: dict[str, str]):
        self._plain(model, name, "client", lambda row: self.clients[row.values["ref"]], fields)

    def _of_staff(self, model, name: str, fields: dict[str, str]):
        self._plain(model, name, "worker", lambda row: self.members[row.values["email"]], fields)

    def _absences(self):
        """Write absences; one that changed is changed as on its page, so that whoever covers meanwhile moves along."""
        rows = self.plan.service.of("absences")
        for row in _changed(rows):
            fields = {field: row.values[column] for field, column in ABSENCE.items()}
            staff.edit_absence(absence_id=row.pk, by=self.by, **fields)
            self.progress(1)
        worker = [(self.members[row.values["email"]], row) for row in _new(rows)]
        self.insert(
            Absence,
            ("organisation", "worker", *ABSENCE),
            (
                (self.plan.organisation.pk, pk, *(row.values[column] for column in ABSENCE.values()))
                for pk, row in worker
            ),
        )

    def _plan_rows(self):
        rows, fields = self.plan.service.of("plan_rows"), ("label", "focus", "in_use")

        def values(row):
            return row.values["label"], row.values["part"], row.values["in_use"]

        self.update(PlanRow, fields, ((row.pk, *values(row)) for row in _changed(rows)))
        self.insert(
            PlanRow,
            ("organisation", "code", *fields),
            ((self.plan.organisation.pk, row.values["row"], *values(row)) for row in _new(rows)),
        )

    def _plans(self):
        """Write hours into the plan of each worker that holds today; whoever has none gets one that always did."""
        rows = self.plan.service.of("plans")
        organisation, coming = self.plan.organisation, {self.members[row.values["email"]] for row in _new(rows)}
        held = TimePlan.objects.in_force(self.plan.today).filter(organisation=organisation)
        without = sorted(coming - set(held.values_list("worker", flat=True)))
        fields = ("organisation_id", "worker_id", "starts_on", "state")
        agreed = ((organisation.pk, worker, SINCE_ALWAYS, PlanState.AGREED.value) for worker in without)
        self.insert(TimePlan, fields, agreed, counted=False)
        plans = dict(held.values_list("worker", "pk"))
        self._plain(PlanLine, "plans", "plan", lambda row: plans[self.members[row.values["email"]]], PLAN)

    def _plain(self, model, name: str, owner: str, owned_by: Callable[[Merged], int], fields: dict[str, str]):
        rows = self.plan.service.of(name)

        def values(row):
            return (row.ends_before if column == "ends_before" else row.values[column] for column in fields.values())

        self.update(model, tuple(fields), ((row.pk, *values(row)) for row in _changed(rows)))
        self.insert(
            model,
            ("organisation", owner, *fields),
            ((self.plan.organisation.pk, owned_by(row), *values(row)) for row in _new(rows)),
        )

    def _closures(self):
        rows = self.plan.service.of("closures")
        self.update(ClosureDay, ("label",), ((row.pk, row.values["label"]) for row in _changed(rows)))
        self.insert(
            ClosureDay,
            ("organisation", "on", "label"),
            ((self.plan.organisation.pk, row.values["date"], row.values["label"]) for row in _new(rows)),
        )

    def _addresses(self):
        """Change the addresses that the sheet asks to change, as their page does."""
        for row in _changed(self.plan.service.of("staff")):
            if "new_email" in row.changed:
                staff.change_email(member_id=row.pk, email=row.values["new_email"], by=self.by)

    # Counting ----------------------------------------------------------------------------------------------------------

    def insert(self, model, fields, rows, *, counted: bool = True):
        keys = copying.insert(model, fields, rows, self.progress if counted else _quietly)
        self.written.setdefault(model._meta.label, []).extend(keys)

    def update(self, model, fields, rows, *, counted: bool = True):
        copying.update(model, fields, rows, self.progress if counted else _quietly)

    def progress(self, rows: int):
        self.done += rows
        self._progress(self.done, self.plan.to_write)


def _quietly(rows: int):
    """Nobody is told of rows that stand in no sheet."""


# field of the model: column of the sheet
ACTIVITY = {
    "code": "kind",
    "starts_on": "from",
    "finished_on": "finished_on",
    "minutes_each_way": "minutes_each_way",
    "first": "first",
}
RESPONSIBILITY = {"code": "kind", "starts_on": "from", "ends_before": "ends_before", "quantity": "quantity"}
ABSENCE = {
    "starts_on": "from",
    "expected_back": "expected_back",
    "ends_before": "back_on",
    "planned": "planned",
    "kind": "kind",
}

SESSION = ("group_id", "on", "pk", "recorded_at")
AT_A_GROUP = ("client_id", "on", "voided_at", "recorded_at", "pk")
PLAN = {"week": "week", "activity": "activity", "hours": "hours"}
RECORD = {
    "month": "month",
    **{name: name for name in ("total", "stable", "extras", "cases", "weight", "fte", "status", "reason")},
}


def _new(rows: Iterable[Merged]) -> Iterator[Merged]:
    return (row for row in rows if row.is_new)


def _changed(rows: Iterable[Merged]) -> Iterator[Merged]:
    return (row for row in rows if row.known and row.changed)


def _moved(rows: Iterable[Merged]) -> Iterator[Merged]:
    """Yield rows that changed, or whose end did because another row follows now."""
    return (row for row in rows if row.known and (row.changed or row.ends_before != row.known.ends_before))
