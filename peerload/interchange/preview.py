"""Preview the effect of a file on a service, by comparison with the stored rows, saving nothing."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace

from django.utils.translation import gettext as _

from peerload.core import clock, dates
from peerload.staff.models import UNNAMED, Organisation
from workload.actions import MonthsSent
from workload.queries import last_month_sent, newest_version_is_reported

from . import queries, rules
from .comparison import merge
from .comparison.matching import replace_alike
from .comparison.names import only, with_pairs_in_order, with_plans_named
from .comparison.passing_over import leave_as_agreed
from .comparison.rows import ServiceRows, StoredRow
from .errors import Fault, Question
from .known_refs import with_refs_as_known
from .parse import Read, read
from .questions import NO_ANSWERS
from .row_words import differing_words
from .sheets import SHEETS
from .sheets.settings import SETTING
from .text_tables import OpenedFile

STATES = ("new", "changed", "unchanged", "refused")


@dataclass(slots=True)
class ImportPlan:
    """What a file would do: rows as they will be, settings, counts by sheet and state, and all that is wrong."""

    organisation: Organisation | None
    service: ServiceRows
    settings: dict[str, object]
    counts: dict[str, dict[str, int]]
    faults: list[Fault]
    today: date
    notes: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    is_hopeless: bool = False  # some of the faults remain, whatever the answers

    @property
    def unanswered(self) -> list[Question]:
        """The questions that need an answer before anything is saved."""
        return [question for question in self.questions if question.kind not in self.answers]

    @property
    def to_write(self) -> int:
        """How many rows are new or changed."""
        return sum(counts["new"] + counts["changed"] for counts in self.counts.values())


def preview(
    opened: OpenedFile,
    *,
    organisation: Organisation | None = None,
    code: str | None = None,
    answers: Mapping[str, str] = NO_ANSWERS,
) -> ImportPlan:
    """
    Return the effect of a file, saving nothing.

    :param answers: by kind of question, see `questions.KINDS`; an unanswered one is read by its assumed answer
    :param organisation: the service it goes into, where that is given (in the browser)
    :param code: the code of the service it goes into; else the file names it
    """
    into = _where_it_goes(opened, answers, organisation, code)
    found = read(opened, answers, queries.StoredWords(into)) if into else read(opened, answers)
    said, faults = rules.read_settings(merge(only(found, "service"), {}))
    target, wrong = _target(said.values, organisation, code, names_none="service" not in opened.tables)
    is_new = target is None or target.code == UNNAMED
    broken = found.broken | {fault.sheet for fault in found.missing} if is_new else found.broken
    today = clock.today(target or SimpleNamespace(timezone=said.values.get("timezone") or "UTC"))
    known = queries.known(target) if target else {}
    found = with_refs_as_known(found, queries.refs(target) if target else ())
    found = with_plans_named(with_pairs_in_order(found), queries.in_force(target, today) if target else {}, today)
    service = merge(found, known)
    if target:
        faults = _compare_with_stored(target, service, found, said.values, replace=answers.get("alike") == "replace")
    if "service" in broken or (not is_new and "service" not in opened.tables):
        faults = []  # of settings that the file does not speak of
    every = found.faults  # the number of all; the first ones are kept
    for more in (found.missing if is_new else [], wrong, faults, rules.faults(service, broken=broken, today=today)):
        every += more
    return ImportPlan(
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


def _compare_with_stored(
    target: Organisation, service: ServiceRows, found: Read, said: dict, *, replace: bool
) -> list[Fault]:
    """Hold a file against what goes beyond its rows: plans agreed here, rows alike, settings. Return faults of settings."""
    leave_as_agreed(service, queries.plans_agreed_here(target))
    _ask_about_alike(service, found)
    if replace:
        replace_alike(service)
    current = queries.service_settings(target)
    _compare_settings(service, said, current)
    return rules.read_settings(service, current)[1] + _changes_of_sent_months(target, service)


def _ask_about_alike(service: ServiceRows, found: Read) -> None:
    """Ask about new rows that may be meant to replace one that is there."""
    for name, row in service.alike:
        there, file = differing_words(name, row)
        found.asked.add(
            "alike",
            name,
            row.number,
            "",
            _("there now: %(there)s; in the file: %(file)s") % {"there": there, "file": file},
        )


def _where_it_goes(
    opened: OpenedFile, answers: Mapping[str, str], organisation: Organisation | None, code: str | None
) -> Organisation | None:
    """Return the organisation a file goes into by its sheet service, before the others are read; ``None`` for a new one."""
    tables = {name: table for name, table in opened.tables.items() if name == "service"}
    found = read(opened._replace(tables=tables), answers)
    said, __ = rules.read_settings(merge(found, {}))
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
    ours = organisation.code if organisation and organisation.code != UNNAMED else code
    if ours and said and said != ours:
        return organisation, [
            Fault(
                "service",
                0,
                "value",
                _("The file is for the service %(said)s, not for %(ours)s.") % {"said": said, "ours": ours},
            )
        ]
    wanted = ours or said or settings.get("name")
    settings["code"] = wanted
    if organisation is None and wanted:
        codes = [wanted] if code else [wanted, UNNAMED]
        found = {each.code: each for each in Organisation.objects.filter(code__in=codes)}
        organisation = found.get(wanted) or found.get(UNNAMED)
    return organisation, []


def _compare_settings(service: ServiceRows, said: dict, current: dict) -> None:
    """Say of each setting of the file whether it changes anything; an empty one does not."""
    comes_with_schemes = any(row.number for row in service.of("scheme_versions"))
    for row in service.of("service"):
        key = row.values["key"]
        if comes_with_schemes and key in SETTING and _is_of_scheme(key):
            row.known = StoredRow(0, row.values)  # the versions of the scheme say it
            continue
        now = SETTING[key].kind.write(current.get(key)) if key in SETTING else ""
        row.known = StoredRow(0, row.values | {"value": now})
        row.changed = ("value",) if key in said and said[key] != current.get(key) else ()


def _changes_of_sent_months(target: Organisation, service: ServiceRows) -> list[Fault]:
    """Return a fault for each setting or version that would change the scheme of a month already reported."""
    sent = last_month_sent(target.pk)
    if sent is None:
        return []
    says = str(MonthsSent())
    rows = [row for row in service.of("service") if row.changed and _is_of_scheme(row.values["key"])]
    faults = [Fault("service", row.number, "value", says) for row in rows if newest_version_is_reported(target.pk)]
    versions = [row for row in service.of("scheme_versions") if row.is_new and row.values["published_at"]]
    early = [row for row in versions if row.values["from"] <= dates.month_end(sent)]
    return faults + [Fault("scheme_versions", row.number, "from", says) for row in early]


def _is_of_scheme(key: str) -> bool:
    return key == "preset" or SETTING[key].of != "organisation"


def _counts(found: Read, service: ServiceRows, faults: list[Fault]) -> dict[str, dict[str, int]]:
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
