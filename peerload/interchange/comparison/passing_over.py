"""Ignore parts of a file that things here have moved past since it was written."""

from collections.abc import Collection

from caseload.enums import Outcome
from wellbeing.enums import PlanState
from workload.enums import RecordStatus

from ..sheets import SHEETS
from .rows import PASSED_OVER, Merged, ServiceRows, StoredRow


def pass_over_months(service: ServiceRows) -> None:
    """
    Ignore a file's words about months that have moved on here since it was written.

    A draft's figures are those of the facts, whatever they were; what is in a report has been filled in and called reported.
    """
    for row in service.of("records"):
        if not row.changed:
            continue
        if row.known.follows_the_facts and row.values["status"] == RecordStatus.DRAFT:
            row.values, row.changed = row.known.values, ()
        elif row.known.sent:
            row.changed = tuple(name for name in row.changed if name != "status" and row.values[name] not in (None, ""))
    made_here = {record_of(row) for row in service.of("records") if row.known and row.known.made_here}
    for sheet in ("record_lines", "record_agreements", "record_assumptions", "record_actions"):
        for row in service.of(sheet):
            if record_of(row) in made_here:
                _leave(row)


def record_of(row: Merged) -> tuple:
    """Return the worker and month of the record a row is, or belongs to."""
    return row.values["email"], row.values["month"]


def _leave(row: Merged) -> None:
    """Ignore a row of the file: stored values stay, and a new row is not written."""
    if row.number is not None:
        row.known = row.known or StoredRow(PASSED_OVER, row.values)
        row.values, row.changed = row.known.values, ()


def leave_as_agreed(service: ServiceRows, agreed: Collection[tuple]) -> None:
    """
    Ignore a file's version of plans that two agreed here, and of drafts of them; changing one takes another agreed
    plan.

    :param agreed: the email and the first day of each
    """
    for sheet in ("plan_versions", "plans"):
        for row in service.of(sheet):
            if (row.values["email"], row.values["from"]) in agreed and (row.is_new or row.changed):
                _leave(row)


def forget_why_it_was(service: ServiceRows) -> None:
    """Clear why the sweep or a reason ended support, where a file changes that support without giving the reason again."""
    usual = {"moved_on": "", "automatic": False, "asked": False}
    for row in service.of("tiers"):
        if "tier" in row.changed:
            forgotten = {name: value for name, value in usual.items() if name not in row.said}
            row.values = row.values | forgotten
            row.changed = (*row.changed, *(name for name in forgotten if row.known.values[name] != forgotten[name]))


def pass_over_asked(service: ServiceRows) -> None:
    """Keep "begun by a contact" on stored support only while that contact counts here."""
    wanted = contacts_in_which_support_was_wanted(service)
    for row in service.of("tiers"):
        if row.known and "asked" in row.changed and row.values["asked"]:
            if (row.values["ref"], row.values["from"]) not in wanted:
                row.keep_stored("asked")


def contacts_in_which_support_was_wanted(service: ServiceRows) -> set[tuple]:
    """Return the ref and the day of each counted contact in which a person wanted support."""
    return {
        (row.values["ref"], row.values["on"])
        for row in service.of("contacts")
        if row.values["outcome"] == Outcome.SUPPORT_WANTED and not (row.known and row.known.voided_at)
    }


def pass_over_absorbed(service: ServiceRows) -> None:
    """Ignore a file's words about a record that was merged here since it was written."""
    merges = service.of("merges")
    absorbed = {row.values["absorbed"] for row in merges if row.known and row.known.values["undone_on"] is None}
    if not absorbed:
        return
    for sheet in SHEETS:
        if not sheet.model or sheet.name in ("merges", "possible_duplicates"):
            continue
        columns = [name for name, what in sheet.refers_anywhere.items() if what == "people"]
        columns += ["ref"] if sheet.name == "people" else []
        for row in service.of(sheet.name) if columns else ():
            if row.is_new or row.changed:
                if any(row.values[name] in absorbed for name in columns):
                    _leave(row)


def pass_over_begun_since(service: ServiceRows) -> None:
    """Pass over drafts of a file that have been published or proposed here since: of a scheme, and of a plan."""
    published = {
        row.values["from"]
        for row in service.of("scheme_versions")
        if row.known and row.known.values["published_at"] is not None
    }
    for sheet in ("scheme_versions", "scheme_rows"):
        for row in service.of(sheet):
            if row.is_new and row.values["published_at"] is None and row.values["from"] in published:
                _leave(row)
    under_way = {
        (row.values["email"], row.values["from"])
        for row in service.of("plan_versions")
        if row.known and row.known.values["state"] != PlanState.AGREED
    }
    for sheet in ("plan_versions", "plans"):
        for row in service.of(sheet):
            is_draft = row.is_new and row.values["state"] != PlanState.AGREED
            if is_draft and (row.values["email"], row.values["from"]) in under_way:
                _leave(row)
