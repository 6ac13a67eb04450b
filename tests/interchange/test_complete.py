"""A service exported and brought in elsewhere is the same service: every model has its sheet, every field its column."""

import pytest
from django.apps import apps

from caseload.models import DERIVED_COLUMNS
from peerload.interchange.sheets import SHEETS
from peerload.interchange.sheets.settings import SETTINGS

OURS = (
    "audit",
    "notices",
    "staff",
    "caseload",
    "workload",
    "wellbeing",
    "interchange",
    "guides",
    "checklists",
    "surveys",
)

# Models without a sheet of their own, with the reason.
WITHOUT_A_SHEET = {
    "staff.Organisation": "stands in the sheet service",
    "staff.User": "signs in: the email stands in the sheet staff, the rest is nobody else's",
    "staff.CalendarLink": "a secret of its member, by an address of this server",
    "staff.SavedForm": "words that wait for an expired sign-in, sealed for their writer",
    "caseload.Family": "is the column family of the sheet people",
    "caseload.SessionFacilitator": "is the column facilitators of the sheet group_sessions",
    "caseload.Reminder": "follows from the facts, and is of messages that were sent here",
    "caseload.SweepRun": "says when the timetable ran here",
    "workload.PointLine": "follows from the facts",
    "wellbeing.TimeStudy": "is the worker's own, for themselves (decision 0023)",
    "wellbeing.StudyEntry": "is the worker's own, for themselves (decision 0023)",
    "wellbeing.SessionNote": "private words of two, sealed (decision 0025)",
    "wellbeing.PrivateDocument": "private words, sealed (decision 0025)",
    "wellbeing.Adjustment": "private words of two, sealed (decision 0025)",
}
APPS_WITHOUT_SHEETS = {
    "checklists": "steps before a worker leaves stand in leaving_steps; other checklists are begun anew (decision 0064)",
    "guides": "answers are private words of two, sealed; templates go out and come in as JSON (decision 0062)",
    "surveys": "counts of a result stand on its page; answers lead to no one, also not to a row of a sheet (decision 0066)",
    "audit": "says what was done here",
    "notices": "says what was sent from here",
    "interchange": "says what came in and went out here",
}
ANYWHERE = {
    "id": "known by the sheet's key instead",
    "organisation": "the service itself",
    "uid": "an address of a page here",
    "version": "counts changes, so that two who save see each other",
    "submission_id": "tells a form that was sent twice here",
}
WITHOUT_A_COLUMN = {
    "staff.Organisation.recount_from": "how far points are recounted here",
    "staff.Organisation.recount_asked_at": "how far points are recounted here",
    "staff.Member.name_key": "follows from the name",
    "staff.Member.active": "is the column closed",
    "staff.Member.user": "is the column email",
    "staff.Member.invited_at": "an invitation is a link into this service",
    "staff.Member.role_given_at": "who may confirm an export here",
    **{f"caseload.Client.{name}": "follows from tiers, contacts and allocations" for name in DERIVED_COLUMNS},
    **{
        f"caseload.Client.{name}": "follows from name, ref and phone"
        for name in ("name_key", "words_key", "phone_key", "ref_key", "search_key")
    },
    "caseload.TierPeriod.because_of": "is the column asked",
    "caseload.Contact.voided_at": "what was removed from the count stays here",
    "caseload.Contact.voided_by": "what was removed from the count stays here",
    "caseload.Contact.void_reason": "what was removed from the count stays here",
    "caseload.DropIn.voided_at": "what was removed from the count stays here",
    "caseload.DropIn.voided_by": "what was removed from the count stays here",
    "caseload.DropIn.void_reason": "what was removed from the count stays here",
    "caseload.DropIn.first_name": "is kept a week, here only (R89)",
    "caseload.NextStep.contact": "is the contact of the day it was made, by the same author, in the sheet contacts",
    "caseload.GroupSession.voided_at": "what was removed from the count stays here",
    "caseload.GroupSession.voided_by": "what was removed from the count stays here",
    "caseload.GroupSession.void_reason": "what was removed from the count stays here",
    "caseload.Attendance.contact": "is the contact of that day at a group in the sheet contacts",
    "caseload.Merge.moved": "primary keys of this database; a merge that came in cannot be taken back",
    "caseload.Merge.before": "primary keys of this database; a merge that came in cannot be taken back",
    "caseload.Merge.after": "primary keys of this database; a merge that came in cannot be taken back",
    "caseload.Merge.kept_facts": "primary keys of this database; a merge that came in cannot be taken back",
    **{
        f"caseload.LeavingStep.{name}": "the checklist of a notice is begun anew, with the days and names of the sheet"
        for name in ("run", "role", "own_day", "note", "ticked", "not_needed_on", "not_needed_by", "not_needed_why")
    },
    "workload.RecordLine.source": "a primary key of this database",
}


def ours() -> list:
    found = [model for model in apps.get_models() if model._meta.app_label in OURS]
    return [model for model in found if not hasattr(model, "pgh_tracked_model")]


def sheets_of(model) -> list:
    return [sheet for sheet in SHEETS if sheet.model is model]


@pytest.mark.parametrize("model", ours(), ids=lambda model: model._meta.label)
def test_every_model_is_a_sheet_or_says_why_not(model):
    label = model._meta.label
    reasons = [label in WITHOUT_A_SHEET, model._meta.app_label in APPS_WITHOUT_SHEETS, bool(sheets_of(model))]
    assert reasons.count(True) == 1


@pytest.mark.parametrize("model", [model for model in ours() if sheets_of(model)], ids=lambda model: model._meta.label)
def test_every_field_of_a_sheet_is_a_column_or_says_why_not(model):
    fields = {field.name for field in model._meta.concrete_fields}
    for sheet in sheets_of(model):
        written = {source.partition("__")[0] for source in sheet.sources.values()} - sheet.added.keys()
        written |= {parent.field for parent in sheet.parents} | ({"ends_before"} if sheet.ends else set())
        beside = {name for name in fields if f"{model._meta.label}.{name}" in WITHOUT_A_COLUMN} | ANYWHERE.keys()
        assert fields - written - beside == set()
        assert (written & beside) - {"user"} == set()


def test_every_setting_of_a_service_is_a_row_or_says_why_not():
    organisation = apps.get_model("staff.Organisation")
    fields = {field.name for field in organisation._meta.concrete_fields}
    rows = {setting.key for setting in SETTINGS if setting.of == "organisation"}
    beside = {name for name in fields if f"staff.Organisation.{name}" in WITHOUT_A_COLUMN}
    assert fields - rows - beside - ANYWHERE.keys() == set()


def test_no_reason_outlives_what_it_is_about():
    models = {model._meta.label: {field.name for field in model._meta.concrete_fields} for model in ours()}
    assert WITHOUT_A_SHEET.keys() <= models.keys()
    for label in WITHOUT_A_COLUMN:
        model, _, field = label.rpartition(".")
        assert field in models[model]
