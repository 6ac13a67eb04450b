"""
Import a service: all rows of a file, or none.

A page changes one fact at a time; an import writes many rows at once. Both ways end in the same two functions, the
people's derived columns (`caseload.actions.refresh_all`) and the ledger (`workload.actions.rebuild`). An import sends
no reminder and no mail.
"""

from collections.abc import Callable, Mapping
from datetime import date

import pghistory
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from caseload.actions import refresh_all, refresh_choices, refresh_waiting, withdraw_decisions_without_a_day
from caseload.actions.reminders import refresh_reminders
from caseload.models import Client, Reminder
from peerload.audit import actions as audit
from peerload.core import clock
from peerload.core.database import take_time
from peerload.staff import access
from peerload.staff import actions as staff
from peerload.staff.models import Member, Organisation
from peerload.staff.roles import Capability
from workload.actions import rebuild

from . import fingerprints
from .bulk_copy import renew_statistics
from .errors import FileRefused
from .models import Import
from .preview import ImportPlan, preview
from .questions import NO_ANSWERS
from .sheets import SHEETS
from .text_tables import OpenedFile
from .writing import write


def bring_in(
    opened: OpenedFile,
    *,
    by: Member | None = None,
    organisation: Organisation | None = None,
    code: str | None = None,
    answers: Mapping[str, str] = NO_ANSWERS,
    asked: Callable[[ImportPlan], None] = lambda plan: None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> ImportPlan:
    """
    Import a file in one transaction: all of its rows, or none.

    :param answers: see `preview`
    :param asked: called with the plan before anything is written; an exception of it ends the import
    :param progress: called with the number of written rows and of all
    :raises FileRefused: with every fault and every unanswered question; nothing is saved
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
        raise FileRefused(str(error)) from error
    except IntegrityError as error:
        raise FileRefused(_contradicts(error)) from error


def _contradicts(error: IntegrityError) -> str:
    """Return the sentence about a row that the database refuses, with its sheet if that is known."""
    table = getattr(getattr(error.__cause__, "diag", None), "table_name", None)
    sheet = next((sheet.name for sheet in SHEETS if sheet.model and sheet.model._meta.db_table == table), None)
    if sheet is None:
        return _("Another person changed the service at the same moment. Nothing was saved. Try again.")
    return _(
        "A row of the sheet %(sheet)s contradicts what is saved, or another person changed the "
        "service at the same moment. Nothing was saved. Try again; "
        "if it is refused again, look at that sheet."
    ) % {"sheet": sheet}


def _bring_in(
    opened: OpenedFile,
    by: Member | None,
    organisation: Organisation | None,
    code: str | None,
    answers: Mapping[str, str],
    asked: Callable[[ImportPlan], None],
    progress: Callable[[int, int], None],
) -> tuple[ImportPlan, dict[str, list], str]:
    take_time()
    plan = preview(opened, organisation=organisation, code=code, answers=answers)
    if plan.faults or plan.unanswered:
        raise FileRefused(plan.faults, plan.unanswered)
    asked(plan)
    if target := plan.organisation:
        lock_service(target)
        del plan
        # as it is now that no one else writes
        plan = preview(opened, organisation=target, code=code, answers=answers)
        if plan.faults or plan.unanswered:
            raise FileRefused(plan.faults, plan.unanswered)
    written = write(plan, by, progress, replace=answers.get("alike") == "replace")
    stays = _stays(plan)
    plan.service.rows.clear()  # all rows are written, and the next steps need memory of their own
    refresh_service(plan.organisation, plan.today, withdraws=True, by=by)
    audit.imported(plan.organisation, by=by, subject=plan.organisation.code, counts=plan.counts)
    return plan, written, stays


def _stays(plan: ImportPlan) -> str:
    """Return why an import can never be undone; "" if it may be."""
    service, settings = plan.service, plan.service.of("service")
    if any(row.is_new for row in settings):
        return _(
            "This import created the service, so it cannot be undone. To remove the service, the person who runs peerload "
            "uses the command remove_service."
        )
    if any(row.changed for row in settings):
        return _(
            "This import changed settings of the service, so it cannot be undone. Change them back under Settings."
        )
    if any("new_email" in row.changed for row in service.of("staff") if row.known):
        return _(
            "This import changed the email of a member of staff, so it cannot be undone. Change it back under Staff."
        )
    if any(row.known and row.changed for row in service.of("plans")):
        return _("This import changed hours of time plans, so it cannot be undone. Write a new plan instead.")
    if any(row.is_new or row.changed for row in service.of("scheme_versions") + service.of("scheme_rows")):
        return _("This import added versions of the points scheme, so it cannot be undone. Change them under Settings.")
    if any(row.is_new or row.changed for row in service.of("session_cadence") + service.of("plan_templates")):
        return _(
            "This import changed how often sessions are, or plan templates, so it cannot be undone. Change them by hand."
        )
    return ""


def refresh_service(
    organisation: Organisation, today: date, *, withdraws: bool = False, by: Member | None = None
) -> None:
    """
    Bring what follows from facts up to date, after an import or its undo.

    :param withdraws: whether decisions to close that have no day are withdrawn
    """
    refresh_all(organisation.pk, today)
    if withdraws:
        withdraw_decisions_without_a_day(organisation.pk, by=by, today=today)
    refresh_waiting(organisation.pk, today)
    refresh_choices(organisation.pk, today)
    # reminders that have become untrue are taken back
    standing = Reminder.objects.filter(organisation=organisation, cancelled_at=None)
    refresh_reminders(list(standing.values_list("client_id", flat=True).distinct()), today)
    rebuild(organisation.pk)
    renew_statistics()


def may_still_import(member: Member) -> bool:
    """Return whether a member may import now that the worker gets to it: their role or sign-in may have changed since."""
    return member.active and member.user.is_active and access.may(member, Capability.IMPORT_SERVICE)


def lock_service(organisation: Organisation) -> None:
    """
    Keep other imports and all members' actions waiting: lock the organisation first, then its admins, then its people,
    by key.
    """
    list(Organisation.objects.filter(pk=organisation.pk).select_for_update(of=("self",), no_key=True).values("pk"))
    staff.lock_admins(organisation.pk)
    list(Client.objects.filter(organisation=organisation).locked().values_list("pk"))
