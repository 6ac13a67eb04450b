"""What a checklist says: phases of steps, each with who does it and how far from the anchor day it is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from peerload.core.translation import LazyText

from ..enums import ChecklistAnchor, ChecklistSubject, OffsetUnit, OffsetWhen, Shape, StepOwner, StepPage
from .reading import MOST_ITEMS, MOST_SECTIONS, TEXT, ContentReader, TemplateContent, about_as_json

MOST_TICKS = 20
LARGEST_OFFSET = {OffsetUnit.DAYS: 1000, OffsetUnit.WORKING_DAYS: 400, OffsetUnit.MONTHS: 36}


class Offset(NamedTuple):
    """How far from the anchor day a step is due: ``3 working_days before``."""

    number: int
    unit: str
    when: str


class StepPart(NamedTuple):
    """A part of a step, ticked by itself."""

    key: str
    text: str


@dataclass(frozen=True)
class ContentStep:
    """
    One step of a phase.

    :param hint: the words of the source, where ours are others
    :param opens: a `StepPage`, or ""
    """

    key: str
    text: str
    offset: Offset
    owner: str = StepOwner.LEADER
    says: str = ""
    hint: str = ""
    ticks: tuple[StepPart, ...] = ()
    opens: str = ""

    @property
    def owner_label(self) -> LazyText:
        return StepOwner(self.owner).label


@dataclass(frozen=True)
class ContentPhase:
    """Steps under one heading."""

    key: str
    title: str
    says: str = ""
    items: tuple[ContentStep, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ChecklistContent(TemplateContent):
    """Everything a template of a checklist says, as one version of it."""

    shape: ClassVar[str] = Shape.CHECKLIST
    subject: str
    anchor: str
    sections: tuple[ContentPhase, ...] = ()

    @property
    def steps(self) -> list[ContentStep]:
        return [step for phase in self.sections for step in phase.items]

    def phase(self, key: str) -> ContentPhase | None:
        return next((phase for phase in self.sections if phase.key == key), None)

    def step(self, key: str) -> ContentStep | None:
        return next((step for step in self.steps if step.key == key), None)


class ChecklistReader(ContentReader):
    """Reads the content of a checklist; what is wrong is named by phase and step."""

    def content(self, raw: object) -> ChecklistContent | None:
        top = self.fields(raw, "", "shape title purpose source says cadence_months subject anchor phases")
        if not top:
            return None
        subject = self.one_of(top, "subject", "", ChecklistSubject.values)
        anchor = self.one_of(top, "anchor", "", ChecklistAnchor.values)
        if (subject == ChecklistSubject.LEAVER) != (anchor == ChecklistAnchor.LAST_DAY):
            self.wrong("", _("The last day is the anchor of a checklist about a worker who leaves, and of no other."))
        phases: list[ContentPhase] = []
        keys: set[str] = set()
        steps: set[str] = set()
        for number, each in enumerate(self.rows(top, "phases", "", MOST_SECTIONS), 1):
            phases.append(self.phase(each, number, subject, keys, steps))
        if not phases:
            self.wrong("", _("A checklist needs one phase at least."))
        return ChecklistContent(**self.about(top), subject=subject, anchor=anchor, sections=tuple(phases))

    def phase(self, raw: object, number: int, subject: str, keys: set[str], steps: set[str]) -> ContentPhase:
        title = raw.get("title") if isinstance(raw, dict) else None
        where = (
            _("Phase “%(title)s”") % {"title": title[:80]}
            if isinstance(title, str) and title.strip()
            else _("Phase %(number)d") % {"number": number}
        )
        found = self.fields(raw, where, "key title says steps")
        read = [
            self.step(each, count, where, subject, steps)
            for count, each in enumerate(self.rows(found, "steps", where, MOST_ITEMS), 1)
        ]
        if not read:
            self.wrong(where, _("There is no step in it."))
        return ContentPhase(
            self.key(found, "key", where, keys),
            self.text(found, "title", where, needed=True),
            self.text(found, "says", where, most=TEXT),
            tuple(read),
        )

    def step(self, raw: object, number: int, phase: str, subject: str, keys: set[str]) -> ContentStep:
        text = raw.get("text") if isinstance(raw, dict) else None
        where = (
            _("%(phase)s, step “%(text)s”") % {"phase": phase, "text": text[:80]}
            if isinstance(text, str) and text.strip()
            else _("%(phase)s, step %(number)d") % {"phase": phase, "number": number}
        )
        found = self.fields(raw, where, "key text says hint owner offset ticks opens")
        owner = self.one_of(found, "owner", where, StepOwner.values, StepOwner.LEADER)
        if owner == StepOwner.SUBJECT and subject not in (ChecklistSubject.WORKER, ChecklistSubject.LEAVER):
            self.wrong(where, _("This checklist is about no worker, so a worker cannot do the step."))
        if owner == StepOwner.LEADER and subject == ChecklistSubject.SERVICE:
            self.wrong(where, _("This checklist is about the service. Choose an admin."))
        return ContentStep(
            key=self.key(found, "key", where, keys),
            text=self.text(found, "text", where, needed=True),
            offset=self.offset(found.get("offset"), where),
            owner=owner,
            says=self.text(found, "says", where, most=TEXT),
            hint=self.text(found, "hint", where, most=TEXT),
            ticks=self.ticks(found, where),
            opens=self.one_of(found, "opens", where, StepPage.values) if found.get("opens") else "",
        )

    def offset(self, raw: object, where: str) -> Offset:
        found = self.fields(raw, where, "number unit when")
        unit = self.one_of(found, "unit", where, OffsetUnit.values)
        when = self.one_of(found, "when", where, OffsetWhen.values)
        count, most = found.get("number"), LARGEST_OFFSET[OffsetUnit(unit)]
        if type(count) is not int or not 0 <= count <= most:
            self.wrong(where, _("“number” has to be a whole number from 0 to %(most)d.") % {"most": most})
            count = 0
        return Offset(count, unit, when)

    def ticks(self, step: Mapping[str, Any], where: str) -> tuple[StepPart, ...]:
        read: list[StepPart] = []
        keys: set[str] = set()
        for each in self.rows(step, "ticks", where, MOST_TICKS):
            found = self.fields(each, where, "key text")
            read.append(StepPart(self.key(found, "key", where, keys), self.text(found, "text", where, needed=True)))
        return tuple(read)


def follows_notice(content: TemplateContent) -> bool:
    """Return whether a checklist begins with a notice. A service has none of its own: what happens to people hangs on it."""
    return isinstance(content, ChecklistContent) and content.subject == ChecklistSubject.LEAVER


def as_json(content: ChecklistContent) -> dict[str, Any]:
    """Return a checklist as it is written down; `ChecklistReader` reads it back."""
    return about_as_json(content) | {
        "subject": str(content.subject),
        "anchor": str(content.anchor),
        "phases": [
            {
                "key": phase.key,
                "title": phase.title,
                "says": phase.says,
                "steps": [step_as_json(s) for s in phase.items],
            }
            for phase in content.sections
        ],
    }


def step_as_json(step: ContentStep) -> dict[str, Any]:
    """Return a step as `ChecklistReader.step` reads it back."""
    found: dict[str, Any] = {"key": step.key, "text": step.text, "owner": str(step.owner)}
    found["offset"] = {"number": step.offset.number, "unit": str(step.offset.unit), "when": str(step.offset.when)}
    found |= {name: str(value) for name in ("says", "hint", "opens") if (value := getattr(step, name))}
    if step.ticks:
        found["ticks"] = [tick._asdict() for tick in step.ticks]
    return found


def offset_words(offset: Offset, anchor: str) -> str:
    """Return when a step is due, in words: ``3 working days before the last day``."""
    day = {
        ChecklistAnchor.START: _("the first day"),
        ChecklistAnchor.LAST_DAY: _("the last day"),
        ChecklistAnchor.CHOSEN: _("the chosen day"),
    }[ChecklistAnchor(anchor)]
    count, before = offset.number, offset.when == OffsetWhen.BEFORE
    if not count:
        return _("on %(day)s") % {"day": day}
    if offset.unit == OffsetUnit.DAYS:
        words = (
            ngettext("%(count)d day before %(day)s", "%(count)d days before %(day)s", count)
            if before
            else ngettext("%(count)d day after %(day)s", "%(count)d days after %(day)s", count)
        )
    elif offset.unit == OffsetUnit.WORKING_DAYS:
        words = (
            ngettext("%(count)d working day before %(day)s", "%(count)d working days before %(day)s", count)
            if before
            else ngettext("%(count)d working day after %(day)s", "%(count)d working days after %(day)s", count)
        )
    else:
        words = (
            ngettext("%(count)d month before %(day)s", "%(count)d months before %(day)s", count)
            if before
            else ngettext("%(count)d month after %(day)s", "%(count)d months after %(day)s", count)
        )
    return words % {"count": count, "day": day}
