"""What a guide asks: sections of items, answered by one side or two, and how that is read and written as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.translation import LazyText

from ..enums import Flow, GuideSide, ItemBy, ItemKind, Shape
from .reading import (
    KEY,
    LINE,
    MOST_CHOICES,
    MOST_DAYS,
    MOST_ITEMS,
    MOST_SECTIONS,
    TEXT,
    AnswerChoice,
    ContentReader,
    TemplateContent,
    about_as_json,
    choice_as_json,
)
from .tables import Table, read_table, table_as_json


@dataclass(frozen=True)
class ItemNote:
    """A line beside an item: optional, but needed after some answers, or where the two answers differ."""

    label: str
    needed_on: tuple[str, ...] = ()
    needed_when_differs: bool = False


@dataclass(frozen=True)
class Comment:
    """A text about a whole section, by one side; needed where an item of it has one of some answers."""

    by: str
    label: str
    needed_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """
    One question of a section.

    :param own: the words the worker reads, where they are others
    :param choices: the answers, of its own or of its scale
    """

    key: str
    kind: str
    text: str
    own: str = ""
    says: str = ""
    by: str = ItemBy.BOTH
    scale: str = ""
    choices: tuple[AnswerChoice, ...] = ()
    needed: bool = False
    note: ItemNote | None = None
    table: Table | None = None

    @property
    def kind_label(self) -> LazyText:
        return ItemKind(self.kind).label

    def is_by(self, side: str) -> bool:
        return self.kind != ItemKind.TEXT_ONLY and self.by in (side, ItemBy.BOTH)

    def label(self, side: str) -> str:
        return self.own if self.own and side == GuideSide.WORKER else self.text


@dataclass(frozen=True)
class ContentSection:
    """Items under one heading, saved together."""

    key: str
    title: str
    says: str = ""
    items: tuple[Item, ...] = ()
    comments: tuple[Comment, ...] = ()

    def is_by(self, side: str) -> bool:
        """Return whether a side has something to write here."""
        return any(item.is_by(side) for item in self.items) or self.comment_of(side) is not None

    def comment_of(self, side: str) -> Comment | None:
        return next((comment for comment in self.comments if comment.by == side), None)


@dataclass(frozen=True, kw_only=True)
class Content(TemplateContent):
    """
    Everything a guide says, as one version of it.

    :param ends: it holds until a day, which is said when it is begun; on that day it is ended, or goes on until another
    :param first_after_days: how many days after a worker's first day it is proposed for the first time
    :param steps: the heading of dated steps, each with an owner; "" where it has none
    """

    shape: ClassVar[str] = Shape.GUIDE
    flow: str
    begins: tuple[str, ...]
    ends: bool = False
    first_after_days: int | None = None
    steps: str = ""
    scales: Mapping[str, tuple[AnswerChoice, ...]] = field(default_factory=dict)
    sections: tuple[ContentSection, ...] = ()

    @property
    def sides(self) -> tuple[str, ...]:
        """Who signs."""
        if self.flow == Flow.TOGETHER:
            return (GuideSide.WORKER, GuideSide.LEADER)
        return (GuideSide.WORKER,) if self.flow == Flow.OWN else (GuideSide.LEADER,)

    def section(self, key: str) -> ContentSection | None:
        return next((section for section in self.sections if section.key == key), None)

    @property
    def items(self) -> int:
        """How many items are to be answered."""
        return sum(item.kind != ItemKind.TEXT_ONLY for section in self.sections for item in section.items)


YES_AND_NO = (AnswerChoice("yes", gettext_lazy("Yes")), AnswerChoice("no", gettext_lazy("No")))


ALONE = {Flow.OWN.value: ItemBy.WORKER, Flow.LEADERS.value: ItemBy.LEADER}  # who answers where one side does


class GuideReader(ContentReader):
    """Reads the content of a guide."""

    def __init__(self) -> None:
        super().__init__()
        self.scales: dict[str, tuple[AnswerChoice, ...]] = {}

    def content(self, raw: object) -> Content | None:
        known = "shape title purpose source says flow begins cadence_months ends first_after_days steps scales sections"
        top = self.fields(raw, "", known)
        if not top:
            return None
        flow = self.one_of(top, "flow", "", Flow.values)
        begins = self.rows(top, "begins", "", 2)
        if not begins or any(each not in GuideSide.values for each in begins):
            self.wrong("", _("“begins” has to name the worker, the leader or both."))
            begins = [GuideSide.WORKER]
        if flow == Flow.OWN and begins != [GuideSide.WORKER]:
            self.wrong("", _("A guide for one is begun by the worker."))
        if flow == Flow.LEADERS and begins != [GuideSide.LEADER]:
            self.wrong("", _("A guide about the organisation is begun by the leader."))
        first_after = top.get("first_after_days")
        if first_after is not None and (type(first_after) is not int or not 1 <= first_after <= MOST_DAYS):
            self.wrong("", _("“first_after_days” has to be a whole number from 1 to %(most)d.") % {"most": MOST_DAYS})
            first_after = None
        self.read_scales(top)
        sections: list[ContentSection] = []
        keys: set[str] = set()
        items: set[str] = set()
        for number, each in enumerate(self.rows(top, "sections", "", MOST_SECTIONS), 1):
            sections.append(self.section(each, number, flow, keys, items))
        if not sections:
            self.wrong("", _("A guide needs one section at least."))
        return Content(
            **self.about(top),
            flow=flow,
            begins=tuple(begins),
            ends=self.yes(top, "ends", ""),
            first_after_days=first_after,
            steps=self.text(top, "steps", ""),
            scales=self.scales,
            sections=tuple(sections),
        )

    def read_scales(self, top: Mapping[str, Any]) -> None:
        found = top.get("scales", {})
        if not isinstance(found, dict) or len(found) > MOST_CHOICES:
            self.wrong("", _("“scales” has to be a group of named scales."))
            return
        for name, each in found.items():
            where = _("Scale “%(name)s”") % {"name": str(name)[:60]}
            if not KEY.fullmatch(str(name)):
                self.wrong(where, _("The name has to be small letters, digits and underscores."))
            self.scales[str(name)] = self.choices(self.fields(each, where, "choices"), where)

    def section(self, raw: object, number: int, flow: str, keys: set[str], items: set[str]) -> ContentSection:
        where = self.place_of(raw, number)
        found = self.fields(raw, where, "key title says items comments")
        read = [
            self.item(each, count, where, flow, items)
            for count, each in enumerate(self.rows(found, "items", where, MOST_ITEMS), 1)
        ]
        answers = [choice.code for item in read for choice in item.choices]
        comments: list[Comment] = []
        for each in self.rows(found, "comments", where, 2):
            comment = self.fields(each, where, "by label needed_on")
            comments.append(
                Comment(
                    self.one_of(comment, "by", where, GuideSide.values),
                    self.text(comment, "label", where, needed=True),
                    self.codes(comment, "needed_on", where, answers),
                )
            )
        if len({comment.by for comment in comments}) < len(comments):
            self.wrong(where, _("Each side has one comment at most."))
        if flow == Flow.OWN and any(comment.by == GuideSide.LEADER for comment in comments):
            self.wrong(where, _("A guide for one has no comment of the team manager."))
        if flow == Flow.LEADERS and any(comment.by == GuideSide.WORKER for comment in comments):
            self.wrong(where, _("A guide about the organisation has no comment of a worker."))
        if not read and not comments:
            self.wrong(where, _("There is nothing to read or answer in it."))
        return ContentSection(
            self.key(found, "key", where, keys),
            self.text(found, "title", where, needed=True),
            self.text(found, "says", where, most=TEXT),
            tuple(read),
            tuple(comments),
        )

    def item(self, raw: object, number: int, section: str, flow: str, keys: set[str]) -> Item:
        where = self.place_in(section, raw, number)
        found = self.fields(raw, where, "key kind text own says by scale choices rows columns more_rows needed note")
        kind = self.one_of(found, "kind", where, ItemKind.values)
        by = self.one_of(found, "by", where, ItemBy.values, default=ALONE.get(flow, ItemBy.BOTH))
        if flow == Flow.OWN and by != ItemBy.WORKER:
            self.wrong(where, _("In a guide for one, every item is for the worker."))
        if flow == Flow.LEADERS and by != ItemBy.LEADER:
            self.wrong(where, _("In a guide about the organisation, every item is for the leader."))
        scale = self.text(found, "scale", where)
        choices = self.choices_of(kind, found, scale, where)
        note = None
        if (raw_note := found.get("note")) is not None:
            written = self.fields(raw_note, where, "label needed_on needed_when_differs")
            note = ItemNote(
                self.text(written, "label", where, needed=True),
                self.codes(written, "needed_on", where, [choice.code for choice in choices]),
                self.yes(written, "needed_when_differs", where),
            )
        return Item(
            self.key(found, "key", where, keys),
            kind,
            self.text(found, "text", where, most=TEXT if kind == ItemKind.TEXT_ONLY else LINE, needed=True),
            self.text(found, "own", where),
            self.text(found, "says", where, most=TEXT),
            by,
            scale,
            choices,
            self.yes(found, "needed", where),
            note,
            read_table(self, found, where, is_table=kind == ItemKind.TABLE),
        )

    def choices_of(self, kind: str, found: Mapping[str, Any], scale: str, where: str) -> tuple[AnswerChoice, ...]:
        if kind == ItemKind.YES_NO:
            return YES_AND_NO
        if kind in (ItemKind.CHOICE, ItemKind.SEVERAL):
            return self.choices(found, where)
        if kind == ItemKind.SCALE:
            if scale not in self.scales:
                self.wrong(where, _("There is no scale “%(name)s”.") % {"name": scale[:60]})
            return self.scales.get(scale, ())
        return ()


def as_json(content: Content) -> dict[str, Any]:
    """Return a guide as it is written down; `read_guide` reads it back."""
    return about_as_json(content) | {
        "flow": str(content.flow),
        "begins": [str(side) for side in content.begins],
        **({"ends": True} if content.ends else {}),
        **({"first_after_days": content.first_after_days} if content.first_after_days else {}),
        **({"steps": content.steps} if content.steps else {}),
        "scales": {
            name: {"choices": [choice_as_json(each) for each in scale]} for name, scale in content.scales.items()
        },
        "sections": [_section(section) for section in content.sections],
    }


def _section(section: ContentSection) -> dict[str, Any]:
    return {
        "key": section.key,
        "title": section.title,
        "says": section.says,
        "items": [_item(item) for item in section.items],
        "comments": [
            {"by": str(each.by), "label": each.label, "needed_on": list(each.needed_on)} for each in section.comments
        ],
    }


def _item(item: Item) -> dict[str, Any]:
    found: dict[str, Any] = {"key": item.key, "kind": str(item.kind), "text": item.text, "by": str(item.by)}
    found |= {name: value for name in ("own", "says", "scale") if (value := getattr(item, name))}
    if item.kind in (ItemKind.CHOICE, ItemKind.SEVERAL):
        found["choices"] = [choice_as_json(each) for each in item.choices]
    if item.table:
        found |= table_as_json(item.table)
    if item.needed:
        found["needed"] = True
    if item.note:
        found["note"] = {
            "label": item.note.label,
            "needed_on": list(item.note.needed_on),
            "needed_when_differs": item.note.needed_when_differs,
        }
    return found
