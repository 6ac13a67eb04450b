"""
Bringing a service in: look at a file against what is known, then write all of it or nothing.

A person acts one fact at a time; a sheet comes in set by set. Both ways end in the same two functions, the people's own
columns (`caseload.actions.refresh_all`) and the ledger (`workload.actions.rebuild`). No reminder and no mail comes of it.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from functools import partial
from types import SimpleNamespace

import pghistory
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import F

from caseload.actions import (
    refresh_all,
    refresh_choices,
    refresh_waiting,
    void_contact,
    withdraw_decisions_without_a_day,
)
from caseload.actions.reminders import refresh_reminders
from caseload.enums import Channel, Outcome
from caseload.keys import PersonKeys, person_keys
from caseload.models import (
    Client,
    Contact,
    Family,
    GroupSession,
    ReferralChange,
    Reminder,
    SessionFacilitator,
    TierPeriod,
)
from peerload.audit import actions as audit
from peerload.core import clock, dates
from peerload.core.database import renew_statistics, take_time
from peerload.core.folding import fold, fold_code
from peerload.staff import access
from peerload.staff import actions as staff
from peerload.staff.models import (
    UNNAMED,
    Absence,
    Member,
    Organisation,
    Team,
    User,
)
from peerload.staff.roles import Capability
from wellbeing.models import Session, TimePlan
from workload.actions import MonthsSent, create_scheme, rebuild
from workload.queries import is_settled, last_month_sent

from . import bulk_copy, fingerprints, queries, rules
from .comparison import (
    Known,
    Merged,
    Service,
    leave_as_agreed,
    merge,
    only,
    replace_alike,
    swapped,
    with_pairs_in_order,
    with_plans_named,
)
from .errors import Fault, Question, Refused
from .files import Opened
from .models import Import
from .parse import Read, read, with_refs_as_known
from .questions import NO_ANSWERS
from .sheets import SHEET, SHEETS, WORDS_ABOUT_PEOPLE
from .sheets.columns import Column, Parent, Sheet
from .sheets.settings import SETTING

OTHER_WORDS = "other words"  # for words about people that are stored
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
    notes: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    is_hopeless: bool = False  # some of the faults stand, whatever the answers are

    @property
    def unanswered(self) -> list[Question]:
        """The questions that are to be answered before anything is saved."""
        return [question for question in self.questions if question.kind not in self.answers]

    @property
    def to_write(self) -> int:
        """How many rows are new or changed."""
        return sum(counts["new"] + counts["changed"] for counts in self.counts.values())


def look(
    opened: Opened,
    *,
    organisation: Organisation | None = None,
    code: str | None = None,
    answers: Mapping[str, str] = NO_ANSWERS,
) -> Plan:
    """
    Return what a file would do, saving nothing.

    :param answers: by kind of question, see `questions.KINDS`; what is not answered is read as the question says
    :param organisation: the one it goes into, where that is settled (in the browser)
    :param code: the one it goes into, by its code; else the file says
    """
    into = _where_it_goes(opened, answers, organisation, code)
    found = read(opened, answers, queries.StoredWords(into)) if into else read(opened, answers)
    said, faults = rules.settings(merge(only(found, "service"), {}))
    target, wrong = _target(said.values, organisation, code, names_none="service" not in opened.tables)
    is_new = target is None or target.code == UNNAMED
    broken = found.broken | {fault.sheet for fault in found.missing} if is_new else found.broken
    today = clock.today(target or SimpleNamespace(timezone=said.values.get("timezone") or "UTC"))
    known = queries.known(target) if target else {}
    found = with_refs_as_known(found, queries.refs(target) if target else ())
    found = with_plans_named(with_pairs_in_order(found), queries.in_force(target) if target else {}, today)
    service = merge(found, known)
    if target:
        leave_as_agreed(service, queries.plans_agreed_here(target))
        _ask_about_alike(service, found)
        if answers.get("alike") == "replace":
            replace_alike(service)
        current = queries.service_settings(target)
        _compare_settings(service, said.values, current)
        faults = rules.settings(service, current)[1] + _changes_of_sent_months(target, service)
    if "service" in broken or (not is_new and "service" not in opened.tables):
        faults = []  # of settings that the file does not speak of
    every = found.faults  # of which the first are kept
    for more in (found.missing if is_new else [], wrong, faults, rules.faults(service, broken=broken, today=today)):
        every += more
    return Plan(
        target,
        service,
        said.values,
        _counts(found, service, every),
        every.listed(),
        today,
        opened.notes,
        found.asked.questions(),
        answers,
        found.is_hopeless or bool(is_new and found.missing),
    )


def _ask_about_alike(service: Service, found: Read) -> None:
    """Ask about new rows that may be meant to replace one that is there."""
    for name, row in service.alike:
        there, file = differing_words(name, row)
        found.asked.add("alike", name, row.number, "", f"there now: {there}; in the file: {file}")


def differing_words(name: str, row: Merged) -> tuple[str, str]:
    """Return what a row that is there says, and what the new one says that is like it, where they differ."""
    columns = differing_columns(name, row)
    return stored_words_of(name, columns, row.like.values), words_of(columns, row.values)


def differing_columns(name: str, row: Merged) -> list[Column]:
    """Return the columns in which a new row differs from the one it is like, but for when it was written down."""
    return [
        column
        for column in SHEET[name].columns
        if column.name != "recorded_at" and row.values[column.name] != row.like.values[column.name]
    ]


def words_of(columns: Iterable[Column], values: Mapping[str, object]) -> str:
    """Return what a row says in some columns, in short."""
    return ", ".join(f"{column.name} {column.kind.write(values[column.name])[:60] or 'empty'}" for column in columns)


def stored_words_of(name: str, columns: Iterable[Column], values: Mapping[str, object]) -> str:
    """Return what a stored row says in some columns, in short, without what is written about people."""
    said = ((column.name, column.kind.write(values[column.name])) for column in columns)
    return ", ".join(f"{column} {without_words(name, column, text)[:60] or 'empty'}" for column, text in said)


def without_words(name: str, column: str, text: str) -> str:
    """
    Return a stored text as an import may show it.

    What is written about people leaves a service only by an export that a second person confirms.
    """
    return OTHER_WORDS if text and (name, column) in WORDS_ABOUT_PEOPLE else text


def _where_it_goes(
    opened: Opened, answers: Mapping[str, str], organisation: Organisation | None, code: str | None
) -> Organisation | None:
    """Return the organisation a file goes into by its sheet service, before the others are read; ``None`` for a new one."""
    tables = {name: table for name, table in opened.tables.items() if name == "service"}
    found = read(opened._replace(tables=tables), answers)
    said, _ = rules.settings(merge(found, {}))
    return _target(said.values, organisation, code, names_none=not tables)[0]


def _target(
    settings: dict, organisation: Organisation | None, code: str | None, *, names_none: bool
) -> tuple[Organisation | None, list[Fault]]:
    """
    Return the organisation a file goes into, ``None`` for a new one. One without a name yet takes the file's.

    :param names_none: whether the file has no sheet that would say; then it is the only one there is
    """
    if names_none and organisation is None and code is None:
        there = list(Organisation.objects.order_by("pk")[:2])
        if len(there) == 1:
            settings["code"] = there[0].code
            return there[0], []
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
    comes_with_schemes = any(row.number for row in service.of("scheme_versions"))
    for row in service.of("service"):
        key = row.values["key"]
        if comes_with_schemes and key in SETTING and _is_of_scheme(key):
            row.known = Known(0, row.values)  # the versions of the scheme say it
            continue
        now = SETTING[key].kind.write(current.get(key)) if key in SETTING else ""
        row.known = Known(0, row.values | {"value": now})
        row.changed = ("value",) if key in said and said[key] != current.get(key) else ()


def _changes_of_sent_months(target: Organisation, service: Service) -> list[Fault]:
    """Return a fault for each setting or version that would change a scheme by which a month was sent."""
    sent = last_month_sent(target.pk)
    if sent is None:
        return []
    says = str(MonthsSent())
    rows = [row for row in service.of("service") if row.changed and _is_of_scheme(row.values["key"])]
    faults = [Fault("service", row.number, "value", says) for row in rows if is_settled(target.pk)]
    versions = [row for row in service.of("scheme_versions") if row.is_new and row.values["published_at"]]
    early = [row for row in versions if row.values["from"] <= dates.month_end(sent)]
    return faults + [Fault("scheme_versions", row.number, "from", says) for row in early]


def _is_of_scheme(key: str) -> bool:
    return key == "preset" or SETTING[key].of != "organisation"


def _counts(found: Read, service: Service, faults: list[Fault]) -> dict[str, dict[str, int]]:
    """Return by sheet how many rows are new, changed, unchanged or refused."""
    wrong = {name: {row.number for row in table.refused} for name, table in found.tables.items()}
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
    answers: Mapping[str, str] = NO_ANSWERS,
    asked: Callable[[Plan], None] = lambda plan: None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Plan:
    """
    Bring a file in, all of it or nothing, in one transaction.

    :param answers: see `look`
    :param asked: shown the plan before anything is written; what it raises ends the import
    :param progress: told how many rows of how many were written
    :raises Refused: with every fault and every question that is not answered, nothing having been saved
    """
    try:
        with transaction.atomic(), pghistory.context(member=by.pk if by else None, reason="import") as context:
            plan, written, stays = _bring_in(opened, by, organisation, code, answers, asked, progress)
            if plan.to_write:  # the same file twice leaves the one before the last
                Import.objects.create(
                    organisation=plan.organisation,
                    member=by,
                    at=clock.now(),
                    context=context.id,
                    counts=plan.counts,
                    written=written,
                    fingerprints={} if stays else fingerprints.of_import(written, context.id),
                    stays=stays,
                )
            return plan
    except staff.Refused as error:
        raise Refused(str(error)) from error
    except IntegrityError as error:
        raise Refused(_contradicts(error)) from error


def _contradicts(error: IntegrityError) -> str:
    """Say what a row contradicts that the database refuses: which sheet it is in, as far as that is known."""
    table = getattr(getattr(error.__cause__, "diag", None), "table_name", None)
    sheet = next((sheet.name for sheet in SHEETS if sheet.model and sheet.model._meta.db_table == table), None)
    if sheet is None:
        return "Another person changed the service at the same moment. Nothing was saved. Try again."
    return (
        f"A row of the sheet {sheet} contradicts what is saved, or another person changed the service at the same moment. "
        "Nothing was saved. Try again; if it is refused again, look at that sheet."
    )


def _bring_in(
    opened: Opened,
    by: Member | None,
    organisation: Organisation | None,
    code: str | None,
    answers: Mapping[str, str],
    asked: Callable[[Plan], None],
    progress: Callable[[int, int], None],
) -> tuple[Plan, dict[str, list], str]:
    take_time()
    plan = look(opened, organisation=organisation, code=code, answers=answers)
    if plan.faults or plan.unanswered:
        raise Refused(plan.faults, plan.unanswered)
    asked(plan)
    if target := plan.organisation:
        lock_service(target)
        del plan
        # as it is now that nobody else writes
        plan = look(opened, organisation=target, code=code, answers=answers)
        if plan.faults or plan.unanswered:
            raise Refused(plan.faults, plan.unanswered)
    writer = Writer(plan, by, progress, replace=answers.get("alike") == "replace")
    writer.write()
    stays = _stays(plan)
    plan.service.rows.clear()  # all is written, and what follows needs memory of its own
    refresh_all(plan.organisation.pk, plan.today)
    withdraw_decisions_without_a_day(plan.organisation.pk, by=by, today=plan.today)
    refresh_waiting(plan.organisation.pk, plan.today)
    refresh_choices(plan.organisation.pk, plan.today)
    refresh_all_reminders(plan.organisation)
    rebuild(plan.organisation.pk)
    renew_statistics()
    audit.imported(plan.organisation, by=by, subject=plan.organisation.code, counts=plan.counts)
    return plan, writer.written, stays


def _stays(plan: Plan) -> str:
    """Return why what came in cannot be undone, whatever comes after; "" where it may be."""
    service, settings = plan.service, plan.service.of("service")
    if any(row.is_new for row in settings):
        return "It made the service. The command remove_service removes a service."
    if any(row.changed for row in settings):
        return "It changed settings of the service. Change them back under Settings."
    if any("new_email" in row.changed for row in service.of("staff") if row.known):
        return "It changed the email of a member of staff. Change it back under Staff."
    if any(row.known and row.changed for row in service.of("plans")):
        return "It changed hours of time plans. Write a new plan instead."
    if any(row.is_new or row.changed for row in service.of("scheme_versions") + service.of("scheme_rows")):
        return "It brought versions of the scheme. Change them under Settings."
    if any(row.is_new or row.changed for row in service.of("session_cadence") + service.of("plan_templates")):
        return "It brought how often sessions are, or plans to begin from. Change them by hand."
    return ""


def refresh_all_reminders(organisation: Organisation) -> None:
    """Take back the reminders that what came in, or went, has made untrue."""
    standing = Reminder.objects.filter(organisation=organisation, cancelled_at=None)
    refresh_reminders(list(standing.values_list("client_id", flat=True).distinct()))


def may_still_import(member: Member) -> bool:
    """Return whether a member may import now that the worker gets to it: their role or sign-in may have changed since."""
    return member.active and member.user.is_active and access.may(member, Capability.IMPORT_SERVICE)


def lock_service(organisation: Organisation):
    """Keep other imports and everybody's actions waiting: the organisation first, then its admins, then its people, by key."""
    list(Organisation.objects.filter(pk=organisation.pk).select_for_update(of=("self",), no_key=True).values("pk"))
    staff.lock_admins(organisation.pk)
    list(Client.objects.filter(organisation=organisation).locked().values_list("pk"))


class Writer:
    """
    Writes a plan, sheet by sheet, each by the sources of its columns. What refers to something is written after it.

    A step of its own has only what is more than its rows: who signs in, families, whose contact an attendance is.
    """

    def __init__(self, plan: Plan, by: Member | None, progress: Callable[[int, int], None], *, replace: bool):
        self.plan, self.by, self.replace = plan, by, replace
        self.now = clock.now()
        self.done = 0
        self.written: dict[str, list] = {}
        self._progress = progress
        self._keys: dict[tuple, dict] = {}

    def write(self):
        self._service()
        self._teams_and_staff()
        for name in ("absences", "posts"):
            getattr(self, f"_{name}", partial(self.sheet, name))()
        self._people()
        for name in ("tiers", "replaced_parking", "allocations", "close_decisions", "allocation_reviews"):
            self.sheet(name)
        self._waiting()
        for name in ("please_dont", "activities"):
            self.sheet(name)
        self._contacts()
        for name in ("groups", "group_facilitators", "group_members"):
            self.sheet(name)
        self._sessions_of_groups()
        self._attendance()
        for name in ("responsibilities", "cover", "absence_steps", "temporary_moves", "leavings", "leaving_steps"):
            self.sheet(name)
        self.sheet("handovers")
        self._possible_duplicates()
        for name in ("merges", "plan_rows", "plan_templates"):
            self.sheet(name)
        self._plans()
        self.sheet("session_cadence")
        self._sessions()
        for name in ("time_logged", "team_reports", "records", "record_lines", "record_agreements", "record_actions"):
            self.sheet(name)
        self.sheet("closures")
        self._addresses()

    # Any sheet ---------------------------------------------------------------------------------------------------------

    def sheet(self, name: str, *, new: Iterable[Merged] | None = None, changed: Iterable[Merged] | None = None, **more):
        """
        Write the new and the changed rows of a sheet.

        :param new: those to write as new, if not all that are
        :param changed: those to write again, if not all that changed
        :param more: fields that stand in no column, each with a function from a row to its value
        """
        sheet, rows = SHEET[name], self.plan.service.of(name)
        stored = self._stored(sheet) | more
        if sheet.ends:
            stored["ends_before"] = lambda row: row.ends_before
        if "organisation" in {field.name for field in sheet.model._meta.concrete_fields}:
            stored["organisation"] = lambda row: self.plan.organisation.pk
        changed = (_moved(rows) if sheet.ends else _changed(rows)) if changed is None else changed
        self.update(sheet.model, tuple(stored), ((row.pk, *(of(row) for of in stored.values())) for row in changed))
        new = _new(rows) if new is None else new
        self.insert(sheet.model, tuple(stored), (tuple(of(row) for of in stored.values()) for row in new))
        self._keys = {asked: keys for asked, keys in self._keys.items() if asked[0] != name}

    def _stored(self, sheet: Sheet) -> dict[str, Callable[[Merged], object]]:
        """Return the fields that a sheet's columns stand for, each with a function from a row to its value."""
        fields = {field.name for field in sheet.model._meta.concrete_fields}
        named, stored = sheet.refers, {}
        for parent in sheet.parents:
            stored[parent.field] = partial(self._parent, parent)
        for column in sheet.columns:
            field = column.source.partition("__")[0]
            if column.name in named:
                stored[field] = partial(self._named, named[column.name], column.name)
            elif column.source in fields:
                stored[field] = partial(self._value, column)
        return stored

    def _value(self, column: Column, row: Merged):
        value = row.values[column.name]
        if value is None and column.name == "recorded_at":
            return self.now.astimezone(UTC)
        return value if value is None else column.kind.store(value)

    def _named(self, what: str, column: str, row: Merged) -> int | None:
        value = row.values[column]
        known_by = fold_code(value) if what == "families" and value else value
        return self.keys(what)[known_by] if value else None

    def _parent(self, parent: Parent, row: Merged) -> int | None:
        key = tuple(row.values[name] for name in parent.columns)
        if parent.optional and any(each in (None, "") for each in key):
            return None
        return self.keys(parent.sheet, parent.by)[key if len(key) > 1 else key[0]]

    def keys(self, what: str, by: tuple[str, ...] = ()) -> dict:
        """
        Return the primary keys of the rows of a sheet, or of the families, by what they are known by.

        :param by: the columns that they are known by, if these are not the sheet's key
        """
        if (what, by) not in self._keys:
            self._keys[what, by] = self._keys_of(what, by)
        return self._keys[what, by]

    def _keys_of(self, what: str, by: tuple[str, ...]) -> dict:
        organisation = self.plan.organisation
        if what == "families":
            return dict(Family.objects.filter(organisation=organisation).values_list("code_key", "pk"))
        sheet = SHEET[what]
        columns = [sheet.column(name) for name in by or sheet.key]
        found = sheet.model.objects.filter(**{sheet.whose: organisation}).annotate(**sheet.added)
        if what == "scheme_versions":
            found = found.order_by(F("published_at").asc(nulls_first=True))  # of a day, the one that counts
        if what == "group_sessions":
            found = found.filter(voided_at=None)
        keys = {}
        for pk, *values in found.values_list("pk", *(column.source for column in columns)):
            key = tuple(
                column.empty if value is None else column.kind.load(value)
                for column, value in zip(columns, values, strict=True)
            )
            keys[key if len(key) > 1 else key[0]] = pk
        return keys

    # The service, its scheme and its staff -----------------------------------------------------------------------------

    def _service(self):
        plan = self.plan
        own = {key: value for key, value in plan.settings.items() if SETTING[key].of == "organisation"}
        schemes = {key: value for key, value in plan.settings.items() if SETTING[key].of != "organisation"}
        comes_with_schemes = any(row.number for row in plan.service.of("scheme_versions"))
        if plan.organisation is None:
            plan.organisation = Organisation.objects.create(**own)
            if not comes_with_schemes:
                create_scheme(plan.organisation, plan.organisation.preset, schemes)
        elif any(row.changed for row in plan.service.of("service")):
            if plan.organisation.code != UNNAMED:
                own.pop("code", None)
            for key, value in own.items():
                setattr(plan.organisation, key, value)
            plan.organisation.save(update_fields=list(own))
            changed = {row.values["key"] for row in plan.service.of("service") if row.changed}
            if not comes_with_schemes:
                create_scheme(plan.organisation, own["preset"] if "preset" in changed else None, schemes)
        self.progress(sum(row.state in ("new", "changed") for row in plan.service.of("service")))

    def _teams_and_staff(self):
        teams, staff = self.plan.service.of("teams"), self.plan.service.of("staff")
        organisation = self.plan.organisation
        self.insert(Team, ("organisation", "name"), ((organisation.pk, row.values["team"]) for row in _new(teams)))
        emails_there = self._users(staff)
        users = dict(User.objects.filter(email__in=[row.values["email"] for row in staff]).values_list("email", "pk"))
        beside = {
            "name_key": lambda row: fold(row.values["name"])[:200],
            "user": lambda row: users[row.values["email"]],
            "active": lambda row: not row.values["closed"],
        }
        self.sheet("staff", **beside)
        given = [row.pk for row in _changed(staff) if "role" in row.changed]
        Member.objects.filter(pk__in=given).update(role_given_at=self.now)
        self._open_or_close_sign_ins(staff, emails_there)
        # teams came first, for they are where staff belong; now those who lead them are known
        led = [(self.keys("teams")[row.values["team"]], row) for row in teams if row.is_new or row.changed]
        leads = {name: partial(self._named, "staff", name) for name in ("manager", "deputy")}
        pairs = ((pk, *(of(row) for of in leads.values())) for pk, row in led)
        self.update(Team, tuple(leads), pairs, counted=False)
        for name in ("scheme_versions", "scheme_rows"):
            self.sheet(name)

    def _users(self, staff: Iterable[Merged]) -> set[str]:
        """
        Add who is not there yet, without a password: they are invited, or ask for one. Emails are unique over all.

        :return: the emails of those who were there, and come onto the staff of this service too
        """
        emails = [row.values["email"] for row in _new(staff)]
        there = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
        self.insert(
            User,
            ("email", "password"),
            ((email, make_password(None)) for email in emails if email not in there),
            counted=False,
        )
        return there

    @staticmethod
    def _open_or_close_sign_ins(members: Iterable[Merged], emails_there: Collection[str]):
        """Let somebody new sign in, or not, as a page does: those who were closed in another service, and those closed here."""
        new = [
            row.values["email"] for row in _new(members) if row.values["closed"] or row.values["email"] in emails_there
        ]
        for user in User.objects.filter(email__in=new):
            staff.open_or_close_sign_in(user)

    def _absences(self):
        """Write absences; one that changed is changed as on its page, so that its cover moves along."""
        for row in _changed(self.plan.service.of("absences")):
            fields = {field: row.values[column] for field, column in ABSENCE.items()}
            try:
                staff.edit_absence(absence_id=row.pk, by=self.by, **fields)
            except staff.Refused as error:
                raise Refused([Fault("absences", row.number or 0, row.changed[0], str(error))]) from error
            self.progress(1)
        said = [row for row in _changed(self.plan.service.of("absences")) if "expected_since" in row.said]
        since = ((row.pk, row.values["expected_since"]) for row in said)
        self.update(Absence, ("expected_since",), since, counted=False)
        self.sheet("absences", changed=())

    def _posts(self):
        """Write posts, with the hours a week that the hours of their days come to."""
        self.sheet("posts", weekly_hours=lambda row: sum(row.values["days"] or ()) or row.values["weekly_hours"])

    # People ------------------------------------------------------------------------------------------------------------

    def _people(self):
        people = self.plan.service.of("people")
        self._families()
        team_of = self._teams_of_people()
        for row in people:
            if team := team_of.get(row.values["ref"]):
                row.values = row.values | {"team": team}
        changed = [row for row in people if row.known and (row.changed or row.values["ref"] in team_of)]
        keys = {name: partial(self._person_key, name) for name in PersonKeys._fields}
        self.sheet("people", changed=changed, **keys)
        self.progress(sum(bool(row.changed) for row in changed) - len(changed))

    @staticmethod
    def _person_key(name: str, row: Merged) -> str:
        v = row.values
        keys = person_keys(name=v["name"], called=v["called"], ref=v["ref"], phone=v["phone"])
        return getattr(keys, name)

    def _families(self):
        """Add the families that are not there yet, as they are first written."""
        codes: dict[str, str] = {}
        for sheet in ("people", "record_lines"):
            for row in self.plan.service.of(sheet):
                if row.number and row.values["family"]:
                    codes.setdefault(fold_code(row.values["family"]), row.values["family"])
        organisation = self.plan.organisation
        known = set(Family.objects.filter(organisation=organisation).values_list("code_key", flat=True))
        new = sorted(codes.keys() - known)
        fields = ("organisation", "code", "code_key")
        self.insert(Family, fields, ((organisation.pk, codes[key], key) for key in new), counted=False)

    def _teams_of_people(self) -> dict[str, str]:
        """
        Return the team of people where the file does not say it: that of their last worker's post on the last day.

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
            held = [p for p in posts.get(email, []) if dates.contains(p.values["from"], p.ends_before, day)]
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

    def _waiting(self):
        """Write who waits; what was written of them before is kept, unless the file says itself what that was."""
        told = {waiting_of(row) for row in _new(self.plan.service.of("waiting_changes"))}
        changed = [row for row in _changed(self.plan.service.of("waiting")) if WRITTEN.keys() & {*row.changed}]
        fields = ("referral", "changed_on", "by", *WRITTEN.values())
        by, staff = self.by and self.by.pk, self.keys("staff")
        before = (
            (
                row.pk,
                self.plan.today,
                by,
                *(staff.get(v[name]) if name == "responsible" else v[name] for name in WRITTEN),
            )
            for row in changed
            if waiting_of(row) not in told and (v := row.known.values)
        )
        self.insert(ReferralChange, fields, before, counted=False)
        self.sheet("waiting")
        self.sheet("waiting_changes")

    def _contacts(self):
        replaced = [row.like.pk for row in self.plan.service.of("contacts") if row.like] if self.replace else []
        # support that a replaced contact began goes on: it belongs to the one that takes its place
        began = TierPeriod.objects.filter(because_of__in=replaced)
        going_on = set(began.values_list("client", "starts_on"))
        began.update(because_of=None)
        for pk in replaced:
            void_contact(contact_id=pk, by=self.by, reason="Corrected by a sheet that was brought in.")
        self.sheet("contacts", changed=())
        self._contacts_that_began_support(going_on)

    def _contacts_that_began_support(self, asked: set[tuple]):
        """
        Say of support that a contact began which contact that was: the one of that day in which it was wanted.

        :param asked: the person and first day of support that a contact began which another has replaced
        """
        tiers = [row for row in self.plan.service.of("tiers") if row.number and (row.is_new or "asked" in row.changed)]
        people = self.keys("people")
        asked |= {(people[row.values["ref"]], row.values["from"]) for row in tiers if row.values["asked"]}
        forgotten = ((row.pk, None) for row in tiers if row.known and not row.values["asked"])
        self.update(TierPeriod, ("because_of",), forgotten, counted=False)
        if not asked:
            return
        wanted = Contact.objects.standing().filter(
            organisation=self.plan.organisation, outcome=Outcome.SUPPORT_WANTED, client__in={pk for pk, _ in asked}
        )
        contacts = {(client, on): pk for client, on, pk in wanted.values_list("client", "on", "pk").order_by("-pk")}
        periods = TierPeriod.objects.filter(organisation=self.plan.organisation, client__in={pk for pk, _ in asked})
        found = (
            (pk, contacts[client, on])
            for client, on, pk in periods.values_list("client", "starts_on", "pk")
            if (client, on) in asked and (client, on) in contacts
        )
        self.update(TierPeriod, ("because_of",), found, counted=False)

    def _possible_duplicates(self):
        """Write possible duplicates with the record first that was entered first, as its model has them."""
        people = self.keys("people")
        for row in self.plan.service.of("possible_duplicates"):
            if people[row.values["ref"]] > people[row.values["other"]]:
                row.values = swapped(row.values)
        self.sheet("possible_duplicates")

    # Groups ------------------------------------------------------------------------------------------------------------

    def _sessions_of_groups(self):
        new = list(_new(self.plan.service.of("group_sessions")))
        self.sheet("group_sessions", new=new, changed=())
        organisation, sessions = self.plan.organisation.pk, self.keys("group_sessions")
        self.insert(
            SessionFacilitator,
            ("organisation", "session", "worker"),
            (
                (organisation, sessions[row.values["group"], row.values["on"]], self.keys("staff")[email])
                for row in new
                for email in row.values["facilitators"]
            ),
            counted=False,
        )

    def _attendance(self):
        """Give each who came the contact of that day at a group: the one written down with the session, if there is one."""
        new = list(_new(self.plan.service.of("group_attendance")))
        contacts: dict[tuple, list] = {}
        found = Contact.objects.filter(organisation=self.plan.organisation, channel=Channel.GROUP, attendance=None)
        for client, on, voided, at, pk in found.filter(reached=True).values_list(*AT_A_GROUP).order_by("pk"):
            contacts.setdefault((client, on), []).append((voided is not None, at, pk))
        standing = GroupSession.objects.standing().filter(organisation=self.plan.organisation)
        written_at = {(group, on): at for group, on, at in standing.values_list("group__name", "on", "recorded_at")}

        def contact(row):
            if not row.values["came"]:
                return None
            there = contacts[self.keys("people")[row.values["ref"]], row.values["on"]]
            at = written_at[row.values["group"], row.values["on"]]
            contact = min(there, key=lambda each: (each[0], each[1] != at, each))
            there.remove(contact)
            return contact[2]

        self.sheet("group_attendance", new=new, changed=(), contact=contact)

    # Plans, sessions and addresses -------------------------------------------------------------------------------------

    def _plans(self):
        """Write plans; a worker with hours and no version for them gets one that always held, agreed by nobody here."""
        self.sheet("plan_versions")
        there = self.keys("plan_versions")
        rows = self.plan.service.of("plans")
        named = {(row.values["email"], row.values["from"], row.values["state"]) for row in _new(rows)}
        self.insert(
            TimePlan,
            ("organisation", "worker", "starts_on", "state"),
            (
                (self.plan.organisation.pk, self.keys("staff")[email], starts_on, state)
                for email, starts_on, state in sorted(named - there.keys())
            ),
            counted=False,
        )
        self._keys.pop(("plan_versions", ()), None)
        self.sheet("plans")

    def _sessions(self):
        """Write sessions; one that was called off is written after the one planned instead of it."""
        rows = [row for row in self.plan.service.of("sessions") if row.is_new or row.changed]
        planned = [row for row in rows if not row.values["instead_on"]]
        waiting = [row for row in rows if row.values["instead_on"]]
        self._write_sessions(planned, {})
        again = [row.pk for row in waiting if row.known]
        others = Session.objects.filter(organisation=self.plan.organisation).exclude(pk__in=again)
        taken = set(others.exclude(instead=None).values_list("instead", flat=True))
        while waiting:
            free, instead = self._free_sessions(taken), {}
            for row in waiting:
                if keys := free.get((row.values["email"], row.values["kind"], row.values["instead_on"])):
                    instead[id(row)] = next((key for key in keys if key != row.pk), None)
                    if instead[id(row)] is None:
                        del instead[id(row)]
                    else:
                        keys.remove(instead[id(row)])
            if not instead:
                raise Refused([_without_another_day(row) for row in waiting])
            taken |= set(instead.values())
            self._write_sessions([row for row in waiting if id(row) in instead], instead)
            waiting = [row for row in waiting if id(row) not in instead]

    def _write_sessions(self, rows: Sequence[Merged], instead: Mapping[int, int]):
        new, changed = [row for row in rows if row.is_new], [row for row in rows if not row.is_new]
        self.sheet("sessions", new=new, changed=changed, instead=lambda row: instead.get(id(row)))

    def _free_sessions(self, taken: Collection[int]) -> dict[tuple, list[int]]:
        """Return the sessions that are planned instead of none yet, by worker, kind and day."""
        found: dict[tuple, list[int]] = {}
        sessions = Session.objects.filter(organisation=self.plan.organisation).exclude(pk__in=taken)
        for *key, pk in sessions.order_by("pk").values_list("worker__user__email", "kind", "planned_on", "pk"):
            found.setdefault(tuple(key), []).append(pk)
        return found

    def _addresses(self):
        """Change the addresses that the sheet asks to change, as their page does."""
        for row in _changed(self.plan.service.of("staff")):
            if "new_email" in row.changed:
                staff.change_email(member_id=row.pk, email=row.values["new_email"], by=self.by)

    # Counting ----------------------------------------------------------------------------------------------------------

    def insert(self, model, fields, rows, *, counted: bool = True):
        keys = bulk_copy.insert(model, fields, rows, self.progress if counted else _quietly)
        self.written.setdefault(model._meta.label, []).extend(keys)

    def update(self, model, fields, rows, *, counted: bool = True):
        bulk_copy.update(model, fields, rows, self.progress if counted else _quietly)

    def progress(self, rows: int):
        self.done += rows
        self._progress(self.done, self.plan.to_write)


def _without_another_day(row: Merged) -> Fault:
    says = f"There is no session planned for {row.values['instead_on']} that is not planned instead of another already."
    return Fault("sessions", row.number or 0, "instead_on", says)


def _quietly(rows: int):
    """Nobody is told of rows that stand in no sheet."""


# field of an absence: column of the sheet
ABSENCE = {
    "starts_on": "from",
    "expected_back": "expected_back",
    "ends_before": "back_on",
    "planned": "planned",
    "kind": "kind",
}
# column of the sheet waiting, and of what was written before: its field
WRITTEN = {
    "referred_by": "referred_by",
    "responsible": "owner",
    "action": "action",
    "by_when": "due_on",
    "contingency": "contingency",
}
AT_A_GROUP = ("client_id", "on", "voided_at", "recorded_at", "pk")


def waiting_of(row: Merged) -> tuple:
    """Return whose waiting since when a row is, or belongs to."""
    return row.values["ref"], row.values["referred_on"]


def _new(rows: Iterable[Merged]) -> Iterator[Merged]:
    return (row for row in rows if row.is_new)


def _changed(rows: Iterable[Merged]) -> Iterator[Merged]:
    return (row for row in rows if row.known and row.changed)


def _moved(rows: Iterable[Merged]) -> Iterator[Merged]:
    """Yield rows that changed, or whose end did because another row follows now."""
    return (row for row in rows if row.known and (row.changed or row.ends_before != row.known.ends_before))
