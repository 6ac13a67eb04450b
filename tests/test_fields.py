"""
Every field of every model has a place where it is set and a place where it is read; or it stands here with the reason.

The place is looked for by the field's name in the code: set in forms, actions and commands, and for what is not interchange's own
by more than a sheet; read in templates, queries, rules, tables and reports. That finds the field that a service can only bring
in by a sheet, and the one nobody ever reads, not every dead branch.
"""

import re
from functools import cache
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).parent.parent
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
SETS = re.compile(
    r"(actions?|forms|views|sheets|presets|undoing|removal|uploads|tasks|demo\w*|sign_in|adapters|middleware|concurrency|unsent_forms|bulk_copy|writing|sweep)"
)
READS = re.compile(
    r"(templates?|templatetags|queries|rules|views|tables|reports|home|capacity|pages|points|months|pdf|exports|notices|filters|access|export|concurrency|undoing)"
)

# Set by the database, by Django or by the model itself.
BY_ITSELF = {"id", "uid", "organisation", "pgh_id", "password", "last_login"}

FIGURE = "a figure of the rules, written down whole when a record is kept (`workload.months.queries.figures`)"
NOT_SET = {
    "caseload.Client.search_key": "the model keeps it: what a search compares",
    "workload.MonthlyRecord.extras": FIGURE,
    "workload.MonthlyRecord.peak": FIGURE,
    "workload.MonthlyRecord.peak_on": FIGURE,
}

WHO = "says who did it, for the person who has to answer for it; no page asks"
NOT_READ = {
    "audit.Entry.request_id": "joins an entry with the lines of the log, in the database alone",
    "caseload.TierPeriod.because_of": "`caseload.actions.contacts` takes back what a contact brought about",
    "caseload.Allocation.ended_by_sweep": "`caseload.actions.in_touch` undoes only what 24 weeks ended",
    "caseload.PossibleDuplicate.older_by": WHO,
    "caseload.PossibleDuplicate.newer_by": WHO,
    "workload.PointLine.unit_family": "`workload.actions.ledger` replaces the lines of a unit by it",
    "workload.PointLine.unit_client": "`workload.actions.ledger` replaces the lines of a unit by it",
    "workload.PointLine.unit_worker": "`workload.actions.ledger` replaces the lines of a unit by it",
    "workload.MonthlyRecord.reported_causes": "`MonthlyRecord.words_in_report` reads it for the page that shows a sent report",
    "checklists.ChecklistRun.put_away_by": WHO,
    "checklists.ProposalPutAway.put_away_by": WHO,
    "wellbeing.Adjustment.replaces": "`wellbeing.private.actions` ends what it takes the place of",
    "interchange.Upload.started_at": "tells an operator how long an import has been going on",
}


def fields():
    models = [model for model in apps.get_models() if model._meta.app_label in OURS]
    return [
        (f"{model._meta.label}.{field.name}", field)
        for model in models
        if not model.__name__.endswith("Event")
        for field in model._meta.local_fields
        if field.name not in BY_ITSELF
    ]


@cache
def texts(places: re.Pattern, *, sheets: bool = True) -> str:
    """
    Return the code of the files whose path names one of these places; models and migrations apart.

    :param sheets: also what brings sheets in and takes them out
    """
    found = []
    for folder in ("peerload", "caseload", "workload", "wellbeing", "templates"):
        for file in sorted((ROOT / folder).rglob("*")):
            path = file.relative_to(ROOT)
            if file.suffix not in {".py", ".html", ".txt"} or {"migrations", "models"} & set(
                path.with_suffix("").parts
            ):
                continue
            if "interchange" in path.parts and not sheets:
                continue
            if places.search(str(path)):
                found.append(file.read_text())
    return "\n".join(found)


def found_around(name: str, pattern: str, text: str) -> bool:
    """Return whether a pattern that holds a name is found in a text; it is looked for only where the name stands."""
    at = text.find(name)
    while at >= 0:
        if re.search(pattern, text[max(0, at - 20) : at + len(name) + 80]):
            return True
        at = text.find(name, at + 1)
    return False


def is_read(field) -> bool:
    """Return whether any place that shows or asks names the field as what is read: an attribute, a lookup or a column."""
    for name in {field.name, field.attname, f"get_{field.name}_display"}:
        reads = (
            rf"(\.{name}\b(?!\s*=[^=])|[\"'-]{name}[\"']|__{name}\b|\b{name}__|\b{name}=|\bSELECT {name}\b|, {name}\b)"
        )
        if found_around(name, reads, texts(READS)):
            return True
    return False


def is_set(label: str, field) -> bool:
    """Return whether any place that writes, other than a sheet, names the field as what is written."""
    name = re.escape(field.name)
    writes = rf"(\b{name}\s*=[^=]|\.{name}\s*[,=+|]|[\"']{name}(_id)?[\"']|\b{name}_id\s*=|\bSET {name}\b|, {name}\b)"
    return found_around(field.name, writes, texts(SETS, sheets=label.startswith("interchange.")))


def test_every_field_is_set_somewhere_and_read_somewhere():
    not_set = [label for label, field in fields() if label not in NOT_SET and not is_set(label, field)]
    not_read = [label for label, field in fields() if label not in NOT_READ and not is_read(field)]
    assert not not_set, f"no form, action, sheet or command sets {not_set}"
    assert not not_read, f"no page, rule, query or report reads {not_read}"


def test_the_lists_name_only_fields_that_are_there_and_need_it():
    known = dict(fields())
    assert {*NOT_SET, *NOT_READ} <= known.keys()
    assert [label for label in NOT_SET if is_set(label, known[label])] == []
    assert [label for label in NOT_READ if is_read(known[label])] == []


def test_a_field_nobody_sets_or_reads_is_found():
    class Forgotten:
        name = attname = "favourite_colour"

    assert not is_set("caseload.Client.favourite_colour", Forgotten) and not is_read(Forgotten)
