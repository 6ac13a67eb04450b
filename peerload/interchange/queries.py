"""A service as rows of its sheets, read from the database: for export, and to hold a file against."""

from itertools import groupby

from caseload.models import (
    Allocation,
    Attendance,
    Client,
    Contact,
    Group,
    GroupFacilitator,
    GroupMember,
    GroupSession,
    Referral,
    SessionFacilitator,
    TierPeriod,
)
from peerload import clock, dates
from peerload.staff.models import Absence, ClosureDay, Member, Organisation, Post, Team
from wellbeing.models import PlanLine, PlanRow, TimePlan
from workload import queries as workload
from workload.models import Activity, MonthlyRecord, Responsibility, Scheme, Weight
from workload.months import queries as months

from .merging import Known, without_what_follows
from .sheets import SETTINGS, SHEET

FIGURES = ("total", "stable", "extras", "cases", "weight", "fte")  # of a month


def known(organisation: Organisation) -> dict[str, list[Known]]:
    """Return all rows of an organisation by sheet, voided contacts among them. Settings are `service_settings`."""
    return {
        "teams": _rows("teams", organisation, Team.objects, ("name", "manager__user__email", "deputy__user__email")),
        "staff": _staff(organisation),
        "posts": _posts(organisation),
        "people": _rows(
            "people",
            organisation,
            Client.objects,
            (
                "ref",
                "name",
                "family__code",
                "statutory",
                "team__name",
                "contact_preference",
                "phone",
                "contact_how",
                "contact_note",
                "called",
                "pronouns",
                "language",
            ),
        ),
        "tiers": _tiers(organisation),
        "allocations": _periods(
            "allocations",
            organisation,
            Allocation.objects,
            (
                "client__ref",
                "worker__user__email",
                "starts_on",
                None,
                "close_decided_on",
                "closed_on",
                "student_held",
            ),
        ),
        "waiting": _rows("waiting", organisation, Referral.objects, REFERRAL_FIELDS),
        "activities": _rows(
            "activities",
            organisation,
            Activity.objects,
            ("client__ref", "code", "starts_on", "finished_on", "minutes_each_way", "first"),
        ),
        "responsibilities": _lasting(
            "responsibilities",
            organisation,
            Responsibility.objects,
            ("worker__user__email", "code", "starts_on", "ends_before", "quantity"),
        ),
        "contacts": _contacts(organisation),
        "groups": _lasting(
            "groups",
            organisation,
            Group.objects,
            ("name", "team__name", "weekday", "starts_at", "minutes", "starts_on", "ends_before"),
        ),
        "group_facilitators": _lasting(
            "group_facilitators",
            organisation,
            GroupFacilitator.objects,
            ("group__name", "worker__user__email", "starts_on", "ends_before"),
        ),
        "group_members": _lasting(
            "group_members",
            organisation,
            GroupMember.objects,
            ("group__name", "client__ref", "starts_on", "ends_before"),
        ),
        "group_sessions": [
            *_sessions(organisation, GroupSession.objects.exclude(voided_at=None)),
            *_sessions(organisation, GroupSession.objects.standing()),
        ],
        "group_attendance": [
            *_attendance(organisation, Attendance.objects.exclude(session__voided_at=None)),
            *_attendance(organisation, Attendance.objects.filter(session__voided_at=None)),
        ],
        "closures": _rows("closures", organisation, ClosureDay.objects, ("on", "label")),
        "absences": _rows(
            "absences",
            organisation,
            Absence.objects,
            ("worker__user__email", "starts_on", "expected_back", "ends_before", "planned", "kind"),
        ),
        "plan_rows": _rows("plan_rows", organisation, PlanRow.objects, ("code", "label", "focus", "in_use")),
        "plans": _rows(
            "plans",
            organisation,
            PlanLine.objects.filter(plan__in=TimePlan.objects.in_force(clock.today(organisation))),
            ("plan__worker__user__email", "week", "activity", "hours"),
        ),
        "records": _records(organisation),
    }


def plans_agreed_here(organisation: Organisation) -> set[str]:
    """Return the emails of those whose plan in force two agreed here; one that was brought in names nobody who agreed."""
    held = TimePlan.objects.in_force(clock.today(organisation)).filter(organisation=organisation)
    return set(held.exclude(agreed_by=None).values_list("worker__user__email", flat=True))


def _rows(name: str, organisation: Organisation, manager, fields: tuple[str, ...]) -> list[Known]:
    """Return a sheet's rows from the fields that stand for its columns, in order; ``None`` skips a column."""
    sheet = SHEET[name]
    columns = [column for column, path in zip(sheet.columns, fields, strict=True) if path]
    empty = {column.name: column.empty for column in columns}
    found = manager.filter(organisation=organisation).values_list("pk", *(path for path in fields if path))
    return [
        Known(
            pk,
            {
                column.name: empty[column.name] if value is None else value
                for column, value in zip(columns, values, strict=True)
            },
        )
        for pk, *values in found.order_by("pk").iterator()
    ]


def _periods(name: str, organisation: Organisation, manager, fields: tuple[str, ...]) -> list[Known]:
    """Return posts or allocations with ``until`` only where it does not follow from the next row or from closing."""
    ends = dict(manager.filter(organisation=organisation).values_list("pk", "ends_before"))
    rows = [row._replace(ends_before=ends[row.pk]) for row in _rows(name, organisation, manager, fields)]
    whose = SHEET[name].key[0]
    rows.sort(key=lambda row: (row.values[whose], row.values["from"]))
    found = []
    for _who, group in groupby(rows, key=lambda row: row.values[whose]):
        found += without_what_follows(name, list(group))
    return found


def _staff(organisation: Organisation) -> list[Known]:
    """Return the staff with whether their sign-in is closed, and with the last day of those who have given notice."""
    members = Member.objects.filter(organisation=organisation).with_last_day()
    of = {
        pk: {"closed": not active, "last_day": day}
        for pk, active, day in members.values_list("pk", "active", "last_day")
    }
    fields = ("user__email", "name", "role", "home_team__name", "user__new_email")
    return [row._replace(**of[row.pk]) for row in _rows("staff", organisation, Member.objects, fields)]


def _posts(organisation: Organisation) -> list[Known]:
    """Return the posts; hours a week that the hours of its days come to are left out, since they follow."""
    fields = ("worker__user__email", "starts_on", None, "team__name", "fte", "weekly_hours", "day_hours", "duty")
    found = _periods("posts", organisation, Post.objects, fields)
    for post in found:
        if post.values["days"]:
            post.values.update({"days": tuple(post.values["days"]), "weekly_hours": None})
    return found


def _tiers(organisation: Organisation) -> list[Known]:
    fields = ("client__ref", "tier", "starts_on", "talked", "reason")
    ends = dict(TierPeriod.objects.filter(organisation=organisation).values_list("pk", "ends_before"))
    return [row._replace(ends_before=ends[row.pk]) for row in _rows("tiers", organisation, TierPeriod.objects, fields)]


def _records(organisation: Organisation) -> list[Known]:
    """Return the monthly records with whether they were made here and whether they are in a report."""
    fields = ("worker__user__email", "month", *FIGURES, "status", "reason")
    of = {
        pk: {"own": not imported, "sent": report is not None}
        for pk, imported, report in MonthlyRecord.objects.filter(organisation=organisation).values_list(
            "pk", "imported", "report"
        )
    }
    return [row._replace(**of[row.pk]) for row in _rows("records", organisation, MonthlyRecord.objects, fields)]


def _lasting(name: str, organisation: Organisation, manager, fields: tuple[str, ...]) -> list[Known]:
    """Return rows whose ``until`` is their last day."""
    return [
        row._replace(
            values={**row.values, "until": dates.last_day(row.values["until"])}, ends_before=row.values["until"]
        )
        for row in _rows(name, organisation, manager, fields)
    ]


def _sessions(organisation: Organisation, sessions) -> list[Known]:
    fields = ("group__name", "on", "minutes", "author__user__email", None, "facilitator_minutes", "note", "recorded_at")
    who: dict[int, list[str]] = {}
    facilitators = SessionFacilitator.objects.filter(organisation=organisation)
    for session_id, email in facilitators.values_list("session_id", "worker__user__email"):
        who.setdefault(session_id, []).append(email)
    return [
        row._replace(values={**row.values, "facilitators": tuple(sorted(who.get(row.pk, ())))})
        for row in _rows("group_sessions", organisation, sessions, fields)
    ]


def _attendance(organisation: Organisation, attendance) -> list[Known]:
    fields = ("session__group__name", "session__on", "client__ref", "came")
    return _rows("group_attendance", organisation, attendance, fields)


REFERRAL_FIELDS = (
    "client__ref",
    "referred_on",
    "referred_by",
    "owner__user__email",
    "action",
    "due_on",
    "contingency",
    "ended_on",
    "ended_as",
)
CONTACT_FIELDS = (
    "client__ref",
    "author__user__email",
    "on",
    "minutes",
    "channel",
    "reached",
    "outcome",
    "note",
    "recorded_at",
)


def _contacts(organisation: Organisation, contacts=Contact.objects) -> list[Known]:
    rows = _rows("contacts", organisation, contacts, CONTACT_FIELDS)
    voided = set(contacts.filter(organisation=organisation).exclude(voided_at=None).values_list("pk", flat=True))
    return [row._replace(voided=True) if row.pk in voided else row for row in rows]


def service_settings(organisation: Organisation) -> dict[str, object]:
    """Return every setting of an organisation by its key, the scheme's those of the latest version."""
    scheme = latest_scheme(organisation)
    found = {}
    for setting in SETTINGS:
        if setting.of == "organisation":
            found[setting.key] = getattr(organisation, setting.key)
        elif scheme is None:
            continue
        elif setting.of == "scheme":
            found[setting.key] = getattr(scheme, setting.key)
    return {**found, **(_tier_points(scheme) if scheme else {})}


def latest_scheme(organisation: Organisation) -> Scheme | None:
    """Return the latest version of the scheme that counts."""
    return Scheme.objects.published().filter(organisation=organisation).order_by("starts_on").last()


def _tier_points(scheme: Scheme) -> dict[str, object]:
    rows = Weight.objects.filter(scheme=scheme, code="case").exclude(tier="").values_list("tier", "points", "on")
    return {f"points_per_tier_{tier}": points if on else 0 for tier, points, on in rows}


def to_write(organisation: Organisation) -> dict[str, list[dict[str, object]]]:
    """
    Return the rows of every sheet as they leave the service: in an order of their own, voided contacts and sessions left out.

    A draft of a month leaves with what the facts say now: what is stored with it is from when somebody last wrote in it.
    """
    found = known(organisation)
    found["records"] = _by_the_facts(organisation, found["records"])
    rows = {name: [row.values for row in rows] for name, rows in found.items()}
    standing = Contact.objects.standing()
    rows["contacts"] = [row.values for row in _contacts(organisation, standing)]
    sessions = _sessions(organisation, GroupSession.objects.standing())
    rows["group_sessions"] = [row.values for row in sessions]
    counted = Attendance.objects.filter(session__voided_at=None, contact__voided_at=None)
    rows["group_attendance"] = [row.values for row in _attendance(organisation, counted)]
    settings = service_settings(organisation)
    rows["service"] = [
        {"key": setting.key, "value": setting.kind.write(value)}
        for setting in SETTINGS
        if (value := settings.get(setting.key)) not in (None, "")
        and not (setting.key == "code" and value == organisation.name)
    ]
    for name, found in rows.items():
        if name != "service":
            found.sort(key=lambda values, sheet=SHEET[name]: _order(sheet, values))
    for values in rows["tiers"]:
        if values["tier"] != "parked" and values["talked"]:
            values["talked"] = None
    return rows


def _by_the_facts(organisation: Organisation, records: list[Known]) -> list[Known]:
    now = {}
    for month in {record.values["month"] for record in records if record.follows_the_facts}:
        listed = workload.listed(organisation, dates.month_end(month))
        found = months.figures(organisation, month, listed, peaks=False)
        now |= {(worker.email, month): months.as_columns(found[worker.member_id]) for worker in listed}
    return [_with_figures(record, now) if record.follows_the_facts else record for record in records]


def _with_figures(record: Known, now: dict[tuple, dict]) -> Known:
    figures = now.get((record.values["email"], record.values["month"]), {})
    return record._replace(values={**record.values, **{name: figures[name] for name in FIGURES if name in figures}})


def _order(sheet, values: dict) -> tuple:
    names = [*sheet.key, *(name for name in sheet.names if name not in sheet.key)]
    if sheet.name == "contacts":
        names = ["ref", "on", "recorded_at", *(n for n in sheet.names if n not in ("ref", "on", "recorded_at"))]
    return tuple((values[name] is not None, sheet.column(name).kind.write(values[name])) for name in names)
