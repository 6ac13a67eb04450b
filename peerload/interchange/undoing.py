"""Undo an import: all of it, and only while nothing was built on it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseload.models import Client, PleaseDont, Reminder
from peerload.audit import actions as audit
from peerload.core import clock
from peerload.core.database import take_time
from peerload.staff import queries as staff
from peerload.staff import rules as staff_rules
from peerload.staff.actions import open_or_close_sign_in
from peerload.staff.models import ClosureDay, Member, Organisation, Post, Team, User

from . import fingerprints, queries
from .actions import lock_service, may_still_import, refresh_service
from .models import Import
from .sheets import SHEETS, WORDS_ABOUT_PEOPLE
from .sheets.columns import Sheet


class CannotUndo(Exception):
    """Later changes build on the import, or the staff could not be as they were; its text says which."""


# What the rows of a model are called, in the words of the pages.
CALLED = {
    "caseload.Allocation": gettext_lazy("allocations"),
    "caseload.AllocationReview": gettext_lazy("reviews of support"),
    "caseload.CloseDecision": gettext_lazy("decisions to close"),
    "caseload.ReferralChange": gettext_lazy("changes of entries in the waiting list"),
    "caseload.ReplacedParking": gettext_lazy("times of keeping in touch"),
    "caseload.Attendance": gettext_lazy("attendances of groups"),
    "caseload.Client": gettext_lazy("people"),
    "caseload.Consent": gettext_lazy("consents to speak to others"),
    "caseload.Contact": gettext_lazy("contacts"),
    "caseload.Cover": gettext_lazy("people covered"),
    "staff.ActingManager": gettext_lazy("members who act for a manager"),
    "caseload.DropIn": gettext_lazy("drop-ins"),
    "caseload.DutyDone": gettext_lazy("things done about absences"),
    "caseload.PossibleDuplicate": gettext_lazy("possible duplicates"),
    "caseload.Goal": gettext_lazy("what people want"),
    "caseload.Group": gettext_lazy("groups"),
    "caseload.GroupFacilitator": gettext_lazy("facilitators of groups"),
    "caseload.GroupMeeting": gettext_lazy("planned meetings of groups"),
    "caseload.GroupMember": gettext_lazy("members of groups"),
    "caseload.GroupSession": gettext_lazy("sessions of groups"),
    "caseload.Handover": gettext_lazy("notes for the next worker"),
    "checklists.ChecklistRun": gettext_lazy("checklists"),
    "caseload.LeavingStep": gettext_lazy("steps before a worker leaves"),
    "caseload.Merge": gettext_lazy("merged records"),
    "caseload.NextStep": gettext_lazy("promises and appointments"),
    "caseload.PleaseDont": gettext_lazy("wishes not to be contacted"),
    "caseload.Referral": gettext_lazy("entries in the waiting list"),
    "caseload.SessionFacilitator": gettext_lazy("facilitators of sessions"),
    "caseload.TierPeriod": gettext_lazy("kinds of support"),
    "staff.Absence": gettext_lazy("absences"),
    "staff.ClosureDay": gettext_lazy("closure days"),
    "staff.LeaveKind": gettext_lazy("kinds of leave"),
    "staff.Leaving": gettext_lazy("notices of leaving"),
    "staff.Member": gettext_lazy("members of staff"),
    "staff.Post": gettext_lazy("posts"),
    "staff.Team": gettext_lazy("teams"),
    "staff.User": gettext_lazy("sign-ins"),
    "wellbeing.LeaveRequest": gettext_lazy("requests for leave"),
    "wellbeing.PlanLine": gettext_lazy("hours of plans"),
    "wellbeing.PlanRow": gettext_lazy("rows of plans"),
    "wellbeing.PlanTemplate": gettext_lazy("plan templates"),
    "wellbeing.Session": gettext_lazy("sessions of staff"),
    "wellbeing.SessionCadence": gettext_lazy("how often there are sessions"),
    "wellbeing.TimeEntry": gettext_lazy("logged time"),
    "wellbeing.TimePlan": gettext_lazy("time plans"),
    "workload.Activity": gettext_lazy("work with people"),
    "workload.Agreement": gettext_lazy("agreements to monthly records"),
    "workload.Assumption": gettext_lazy("what was assumed in monthly records"),
    "workload.MonthlyRecord": gettext_lazy("monthly records"),
    "workload.RecordLine": gettext_lazy("lines of monthly records"),
    "workload.ReportQuestion": gettext_lazy("questions about reports"),
    "workload.RemedialAction": gettext_lazy("actions in monthly records"),
    "workload.Responsibility": gettext_lazy("extra responsibilities"),
    "workload.Scheme": gettext_lazy("versions of the points scheme"),
    "workload.TeamReport": gettext_lazy("team reports"),
    "workload.Weight": gettext_lazy("rows of the points scheme"),
    "caseload.TemporaryMove": gettext_lazy("temporary moves"),
}


CHANGED_SINCE = gettext_lazy("Rows of this import have been changed since: %(rows)s. Change them by hand instead.")
CHANGED_AGAIN = gettext_lazy(
    "Rows that this import changed have been changed again since: %(rows)s. Change them by hand instead."
)


def last(organisation: Organisation) -> Import | None:
    """Return the last import of a service, undone or not."""
    return (
        Import.objects.filter(organisation=organisation).select_related("member", "undone_by").order_by("-pk").first()
    )


Runs = list[list[int]]  # of new rows: the first and the last primary key of each run


class Keeps(NamedTuple):
    """What keeps an import from being undone: a sentence that names the row, and the page of that row where admins have one."""

    says: str
    url: str = ""


def why_not(run: Import) -> str:
    """Return why an import cannot be undone; "" if, as far as can be seen before it is tried, it can."""
    found = keeps(run)
    return found.says if found else ""


def keeps(run: Import) -> Keeps | None:
    """Return what keeps an import from being undone, as far as that can be seen before it is tried."""
    if run.undone_at:
        return Keeps(_("This import is undone already."))
    if run.stays:
        return Keeps(run.stays)
    for model, keys in _written(run):
        if gone := _gone(model, keys):
            return Keeps(
                _("Rows of this import have been removed since: %(rows)s. Remove the others by hand instead.")
                % {"rows": _named(run.organisation, model, gone)}
            )
        if model is User:
            chose = User.objects.filter(_in(keys)).exclude(password__startswith="!").order_by("pk")
            if users := list(chose.values_list("pk", flat=True)):
                rows, url = _named(run.organisation, User, users), _page(User, users[0])
                return Keeps(
                    _("A member of staff from this import has chosen a password since: %(rows)s.") % {"rows": rows}, url
                )
        if _events(model):
            later = _events(model).filter(_in(keys, "pgh_obj_id")).exclude(pgh_context=run.context)
            if changed := _in_order(later):
                rows, url = _named(run.organisation, model, changed), _page(model, changed[0])
                return Keeps(CHANGED_SINCE % {"rows": rows}, url)
    for model, before in _changed(run):
        later = _events(model).filter(pgh_obj_id__in=list(before)).exclude(pgh_context=run.context)
        if changed := _in_order(later.filter(pgh_id__gt=min(event.pgh_id for event in before.values()))):
            rows, url = _named(run.organisation, model, changed), _page(model, changed[0])
            return Keeps(CHANGED_AGAIN % {"rows": rows}, url)
    return _keeps_without_history(run)


def _keeps_without_history(run: Import) -> Keeps | None:
    """Return why an import cannot be undone, found by fingerprints: part of the history may be gone."""
    if not run.fingerprints:  # from before there were any
        return None
    before, now = run.fingerprints["changed"], fingerprints.of_changed(run.context)
    for label, (changes, __) in before.items():
        if now.get(label, [0])[0] < changes:
            model = apps.get_model(label)
            return Keeps(
                _("The values before this import are not kept any more: %(called)s. Change them by hand instead.")
                % {"called": _called(model)}
            )
    written = fingerprints.of_written(run.written)
    for label, fingerprint in run.fingerprints["written"].items():
        if written[label] != fingerprint:
            return Keeps(CHANGED_SINCE % {"rows": _called(apps.get_model(label))})
    for label, found in before.items():
        if now[label] != found:
            return Keeps(CHANGED_AGAIN % {"rows": _called(apps.get_model(label))})
    return None


def _in_order(events: QuerySet[Any]) -> list[int]:
    """Return the primary keys of rows that events are about, each once, the first that was changed first."""
    return list(dict.fromkeys(events.order_by("pgh_id").values_list("pgh_obj_id", flat=True)))


def _gone(model: type[Model], keys: Runs) -> list[int]:
    """Return the primary keys of new rows that are not there any more."""
    there = model._base_manager.filter(_in(keys))
    if there.count() == sum(last - first + 1 for first, last in keys):
        return []
    found = set(there.values_list("pk", flat=True))
    return [pk for first, last in keys for pk in range(first, last + 1) if pk not in found]


# Naming a row ----------------------------------------------------------------------------------------------------------


def _named(organisation: Organisation, model: type[Model], keys: Sequence[int]) -> str:
    """Return what rows are called, and the name of the first: ``people (ref H1 in the sheet people, and 2 more)``."""
    row = row_in_words(organisation, model, keys[0])
    if not row:
        return _called(model)
    if len(keys) > 1:
        row = _("%(row)s, and %(count)s more") % {"row": row, "count": len(keys) - 1}
    return _with_row(model, row)


def _with_row(model: type[Model], row: str) -> str:
    return _("%(called)s (%(row)s)") % {"called": _called(model), "row": row} if row else _called(model)


def row_in_words(organisation: Organisation, model: type[Model], pk: int) -> str:
    """Return the name of a row in its sheet: ``ref H1 in the sheet people``; "" for a row in none."""
    if model is User:
        email = User.objects.filter(pk=pk).values_list("email", flat=True).first()
        return _("email %(email)s in the sheet staff") % {"email": email} if email else ""
    sheet = next((sheet for sheet in SHEETS if sheet.model is model), None)
    if sheet is None:
        return ""
    known = queries.row(sheet, organisation, pk)
    values = known.values if known else _values_before(sheet, pk)
    names = [name for name in sheet.key or KNOWN_BY if name in values and name != "nth"]
    texts = [(name, sheet.column(name).kind.write(values[name])) for name in names]
    said = ", ".join(f"{name} {text}" for name, text in texts if text and (sheet.name, name) not in WORDS_ABOUT_PEOPLE)
    return _("%(said)s in the sheet %(sheet)s") % {"said": said, "sheet": sheet.name} if said else ""


KNOWN_BY = ("ref", "email", "on", "kind", "from")  # of a sheet without a key


def _values_before(sheet: Sheet, pk: int) -> dict[str, Any]:
    """Return the key of a deleted row, as far as its history has it."""
    event = _events(sheet.model) and _events(sheet.model).filter(pgh_obj_id=pk).order_by("pgh_id").last()
    found = {}
    for name in sheet.key or KNOWN_BY:
        head, __, rest = sheet.sources.get(name, "").partition("__")
        if not event or not head or not hasattr(event, sheet.model._meta.get_field(head).attname):
            continue
        field = sheet.model._meta.get_field(head)
        value = getattr(event, field.attname)
        if rest and value is not None:
            value = field.related_model._base_manager.filter(pk=value).values_list(rest, flat=True).first()
        if value is not None:
            found[name] = value
    return found


def _page(model: type[Model], pk: int) -> str:
    """Return the page on which an admin sees or changes a row; "" where there is none."""
    if model in (Member, User):
        by = {"user": pk} if model is User else {"pk": pk}
        uid = Member.objects.filter(**by).values_list("uid", flat=True).first()
        return reverse("staff_edit", args=[uid]) if uid else ""
    if model in PAGES and model._base_manager.filter(pk=pk).exists():
        return reverse(PAGES[model], args=[pk])
    return reverse("closures") if model is ClosureDay else ""


PAGES = {Post: "post_edit", Team: "team_edit"}


@transaction.atomic
def ask(*, run_id: int, by: Member) -> Import:
    """
    Ask for an import to be undone; the worker does it, because a large service takes longer than a page may.

    :raises CannotUndo: if it is not the last one, or if something was built on it
    """
    run = _last_to_undo(by.organisation, run_id)
    run.undone_by, run.refusal = by, ""
    run.save(update_fields=["undone_by", "refusal"])
    return run


def undo_next() -> Import | None:
    """Undo an import as requested; return it, ``None`` if there is none. Run twice it is undone once."""
    asked = Import.objects.filter(undone_at=None).exclude(undone_by=None)
    run = asked.select_related("undone_by__organisation", "undone_by__user").order_by("pk").first()
    if run is None:
        return None
    try:
        if not may_still_import(run.undone_by):
            raise CannotUndo(
                _("%(undone_by)s, who has asked to undo it, cannot import any more.")
                % {"undone_by": run.undone_by.name}
            )
        return undo(run_id=run.pk, by=run.undone_by, today=clock.today(run.undone_by.organisation))
    except CannotUndo as refusal:
        Import.objects.filter(pk=run.pk, undone_at=None).update(undone_by=None, refusal=str(refusal)[:300])
        return None


@transaction.atomic
def undo(*, run_id: int, by: Member, today: date) -> Import:
    """
    Take back an import: rows that came in go, and rows that it changed are again as they were.

    :raises CannotUndo: if it is not the last one, if something was built on it, or if the rules of roles and sign-in refuse the
        staff as they would be
    """
    take_time()
    organisation = by.organisation
    lock_service(organisation)
    run = _last_to_undo(organisation, run_id)
    before = staff.staff_of(organisation.pk, today)
    users = _users_who_came(run)
    try:
        with transaction.atomic():
            _take_back(run)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError as error:
        raise CannotUndo(
            _("Entries added since refer to this import: %(rows)s. Change the imported rows by hand instead.")
            % {"rows": _where(organisation, error)}
        ) from error
    _refuse_staff(before, staff.staff_of(organisation.pk, today))
    for user in User.objects.filter(pk__in=users):
        open_or_close_sign_in(user)
    refresh_service(organisation, today)
    audit.undone(organisation, by=by)
    run.undone_at, run.undone_by = clock.now(), by
    run.save(update_fields=["undone_at", "undone_by"])
    return run


def _refuse_staff(before: Mapping[int, staff_rules.Staffed], after: Mapping[int, staff_rules.Staffed]) -> None:
    """
    Refuse what a page refuses: since the import a member may have got a team or people, or another admin may have
    stepped down.

    The admins are locked (`lock_service`).

    :raises CannotUndo: if a member could not have their earlier role and sign-in, or no admin would be left
    """
    for key, member in after.items():
        stood = key in before and staff_rules.not_as_they_are(before[key])
        if not stood and (why := staff_rules.not_as_they_are(member)):
            raise CannotUndo(why)
    gone = {key: member._replace(active=False) for key, member in before.items() if key not in after}
    for key in staff_rules.last_admins(before, gone | after):
        raise CannotUndo(staff_rules.only_admin(before[key].name))


def _users_who_came(run: Import) -> list[int]:
    """Return the users who came onto the staff with an import: those it made, and those who had a sign-in elsewhere."""
    keys = next((keys for model, keys in _written(run) if model is Member), [])
    return list(Member.objects.filter(_in(keys)).values_list("user", flat=True)) if keys else []


def _last_to_undo(organisation: Organisation, run_id: int) -> Import:
    """
    Lock the last import of a service and return it.

    :raises CannotUndo: if it is another one, or if something was built on it
    """
    runs = Import.objects.filter(organisation=organisation).order_by("-pk")
    run = runs.select_for_update(of=("self",), no_key=True).first()
    if run is None or run.pk != run_id:
        raise CannotUndo(_("Another file has been imported since. Only the last import can be undone."))
    if why := why_not(run):
        raise CannotUndo(why)
    return run


def _take_back(run: Import) -> None:
    """
    Delete the imported rows, the last first, and restore earlier values; reminders and the like follow from facts and
    go first.
    """
    written = list(_written(run))
    people = next((keys for model, keys in written if model is Client), [])
    if people:
        for derived in (Reminder, PleaseDont):
            derived.objects.filter(_in(people, "client_id"))._raw_delete(using=connection.alias)
    for model, keys in reversed(written):
        model._base_manager.filter(_in(keys))._raw_delete(using=connection.alias)
    for model, before in _changed(run):
        for key, event in before.items():
            row = model._base_manager.filter(pk=key).first() or model(pk=key)
            for field in model._meta.concrete_fields:
                if not field.primary_key and hasattr(event, field.attname):
                    setattr(row, field.attname, getattr(event, field.attname))
            row.save()


def _written(run: Import) -> Iterator[tuple[type[Model], Runs]]:
    """Yield the models of new rows in the order they were written, with the keys."""
    for label, keys in run.written.items():
        if keys:
            yield apps.get_model(label), keys


def _changed(run: Import) -> Iterator[tuple[type[Model], dict[int, Any]]]:
    """Yield the models of rows that it changed or deleted, with the earlier rows, by primary key."""
    new = dict(_written(run))
    for model in apps.get_models():
        if _events(model) is None or hasattr(model, "pgh_tracked_model"):
            continue
        events = _events(model).filter(pgh_context=run.context).order_by("-pgh_id")
        if model in new:
            events = events.exclude(_in(new[model], "pgh_obj_id"))
        if before := {event.pgh_obj_id: event for event in events}:
            yield model, before


def _events(model: type[Model]) -> QuerySet[Any] | None:
    """Return the history of a model; None where it has none."""
    events = getattr(model, "pgh_event_model", None)
    return events and events.objects.all()


def _in(keys: Runs, name: str = "pk") -> Q:
    found = Q()
    for first, last in keys:
        found |= Q(**{f"{name}__gte": first, f"{name}__lte": last})
    return found


def _called(model: type[Model]) -> str:
    return str(CALLED.get(model._meta.label, model._meta.verbose_name_plural))


def _where(organisation: Organisation, error: IntegrityError) -> str:
    """Return what a row is called that refers to an imported one, and its name."""
    said = getattr(error.__cause__, "diag", None)
    table = getattr(said, "table_name", None)
    model = next((each for each in apps.get_models() if each._meta.db_table == table), None)
    if model is None:
        return _("entries")
    detail = getattr(said, "message_detail", None) or ""
    key = re.search(r"=\((\d+)\)", detail)
    # Of a row written before, PostgreSQL names the table it refers to at the front; of one just written, at the end.
    above = re.search(r'not present in table "(\w+)"', detail) or re.search(
        r'on table "(\w+)" violates', getattr(said, "message_primary", None) or ""
    )
    if not (key and above):
        return _called(model)
    related = [field for field in model._meta.concrete_fields if field.is_relation]
    fields = [field for field in related if field.related_model._meta.db_table == above[1]]
    refers = Q(*((field.attname, int(key[1])) for field in fields), _connector=Q.OR)
    pk = model._base_manager.filter(refers).order_by("-pk").values_list("pk", flat=True).first() if fields else None
    row = row_in_words(organisation, model, pk) if pk else ""
    row = row or (row_in_words(organisation, fields[0].related_model, int(key[1])) if fields else "")
    return _with_row(model, row)
