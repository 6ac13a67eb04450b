"""Writing the service and its staff."""

from collections.abc import Collection, Iterable
from functools import partial

from django.contrib.auth.hashers import make_password

from peerload.core.folding import fold
from peerload.staff import actions as staff
from peerload.staff.models import UNNAMED, Absence, Member, Organisation, Team, User
from workload.actions import create_scheme

from ..comparison.rows import Merged
from ..errors import Fault, FileRefused
from ..sheets.settings import SETTING
from .writer import Writer, changed_rows, new_rows

# field of an absence: column of the sheet
ABSENCE = {
    "starts_on": "from",
    "expected_back": "expected_back",
    "ends_before": "back_on",
    "planned": "planned",
    "kind": "kind",
}


def write_service(writer: Writer) -> None:
    """Make the service, or write the settings that changed, and the scheme that follows from them."""
    plan = writer.plan
    own = {key: value for key, value in plan.settings.items() if SETTING[key].of == "organisation"}
    schemes = {key: value for key, value in plan.settings.items() if SETTING[key].of != "organisation"}
    comes_with_schemes = any(row.number for row in plan.service.of("scheme_versions"))
    if plan.organisation is None:
        plan.organisation = Organisation.objects.create(**own)
        if not any(row.number for row in plan.service.of("leave_kinds")):
            staff.begin_leave_kinds(plan.organisation)
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
    writer.progress(sum(row.state in ("new", "changed") for row in plan.service.of("service")))


def write_teams_and_staff(writer: Writer) -> None:
    """Write teams, then staff with their sign-ins, then who leads the teams."""
    teams, staff = writer.plan.service.of("teams"), writer.plan.service.of("staff")
    organisation = writer.plan.organisation
    writer.insert(Team, ("organisation", "name"), ((organisation.pk, row.values["team"]) for row in new_rows(teams)))
    emails_there = _add_users(writer, staff)
    users = dict(User.objects.filter(email__in=[row.values["email"] for row in staff]).values_list("email", "pk"))
    beside = {
        "name_key": lambda row: fold(row.values["name"])[:200],
        "user": lambda row: users[row.values["email"]],
        "active": lambda row: not row.values["closed"],
    }
    writer.sheet("staff", **beside)
    given = [row.pk for row in changed_rows(staff) if "role" in row.changed]
    Member.objects.filter(pk__in=given).update(role_given_at=writer.now)
    _open_or_close_sign_ins(staff, emails_there)
    # teams came first, for staff refer to them; now their leads are known
    led = [(writer.keys("teams")[row.values["team"]], row) for row in teams if row.is_new or row.changed]
    leads = {name: partial(writer.named, "staff", name) for name in ("manager", "deputy")}
    pairs = ((pk, *(of(row) for of in leads.values())) for pk, row in led)
    writer.update(Team, tuple(leads), pairs, counted=False)


def _add_users(writer: Writer, staff: Iterable[Merged]) -> set[str]:
    """
    Add new users, without a password: they are invited, or ask for one. Emails are unique over all services.

    :return: the emails of existing users who join the staff of this service
    """
    emails = [row.values["email"] for row in new_rows(staff)]
    there = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
    new = ((email, make_password(None)) for email in emails if email not in there)
    writer.insert(User, ("email", "password"), new, counted=False)
    return there


def _open_or_close_sign_ins(members: Iterable[Merged], emails_there: Collection[str]) -> None:
    """Let new staff sign in, or not, as a page does: those who were closed in another service, and those closed here."""
    new = [
        row.values["email"] for row in new_rows(members) if row.values["closed"] or row.values["email"] in emails_there
    ]
    for user in User.objects.filter(email__in=new):
        staff.open_or_close_sign_in(user)


def write_absences(writer: Writer) -> None:
    """Write absences; one that changed is changed as on its page, so that its cover moves along."""
    for row in changed_rows(writer.plan.service.of("absences")):
        fields = {field: row.values[column] for field, column in ABSENCE.items()}
        try:
            staff.edit_absence(absence_id=row.pk, by=writer.by, today=writer.plan.today, **fields)
        except staff.Refused as error:
            raise FileRefused([Fault("absences", row.number or 0, row.changed[0], str(error))]) from error
        writer.progress(1)
    said = [row for row in changed_rows(writer.plan.service.of("absences")) if "expected_since" in row.said]
    since = ((row.pk, row.values["expected_since"]) for row in said)
    writer.update(Absence, ("expected_since",), since, counted=False)
    writer.sheet("absences", changed=())


def write_posts(writer: Writer) -> None:
    """Write posts; their hours a week are the sum of the hours of their days."""
    writer.sheet("posts", weekly_hours=lambda row: sum(row.values["days"] or ()) or row.values["weekly_hours"])


def write_addresses(writer: Writer) -> None:
    """Change the addresses that the sheet asks to change, as their page does."""
    for row in changed_rows(writer.plan.service.of("staff")):
        if "new_email" in row.changed:
            staff.change_email(member_id=row.pk, email=row.values["new_email"], by=writer.by)
