"""
What a guide asks, and what follows from its answers. Pure: no clock, no database.

There is no total, no score and no comparison between people here, and there will be none (R162).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from peerload.core.dates import month_end
from peerload.core.formats import format_day
from peerload.core.translation import LazyText

from .enums import Flow, GuideSide, ItemBy, ItemKind

KEY = re.compile(r"[a-z0-9_]{1,60}")
LINE, TEXT = 300, 3000  # characters of a heading or an item, and of an explanation
MOST_SECTIONS, MOST_ITEMS, MOST_CHOICES = 40, 60, 20
MOST_MONTHS = 60
LARGEST_FILE = 300_000  # bytes of a template as a file
ANSWER = 8000  # characters of an answer in words


# Content --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AnswerChoice:
    """An answer to choose. A rare one stands apart; items answered by one with ``collect`` are listed under those words."""

    code: str
    label: LazyText
    says: str = ""
    rare: bool = False
    collect: str = ""


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


@dataclass(frozen=True)
class Content:
    """Everything a template says, as one version of it."""

    title: str
    purpose: str
    flow: str
    begins: tuple[str, ...]
    source: str = ""
    says: str = ""
    cadence_months: int | None = None
    scales: Mapping[str, tuple[AnswerChoice, ...]] = field(default_factory=dict)
    sections: tuple[ContentSection, ...] = ()

    @property
    def sides(self) -> tuple[str, ...]:
        """Who signs."""
        return (GuideSide.WORKER,) if self.flow == Flow.OWN else (GuideSide.WORKER, GuideSide.LEADER)

    def section(self, key: str) -> ContentSection | None:
        return next((section for section in self.sections if section.key == key), None)

    @property
    def items(self) -> int:
        """How many items are to be answered."""
        return sum(item.kind != ItemKind.TEXT_ONLY for section in self.sections for item in section.items)


YES_AND_NO = (AnswerChoice("yes", gettext_lazy("Yes")), AnswerChoice("no", gettext_lazy("No")))


class BrokenContent(Exception):
    """Content that cannot be used: ``problems`` are sentences, each with the names of the section and the item."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = list(problems)


def parse(raw: object) -> Content:
    """
    Return the content that was written down as JSON.

    :raises BrokenContent: if anything in it cannot be used; nothing is left out silently
    """
    reader = _Reader()
    content = reader.content(raw)
    if reader.problems or content is None:
        raise BrokenContent(reader.problems)
    return content


class _Reader:
    """Reads content, and collects what is wrong with it. `where` is the name of the place that it is reading."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.scales: dict[str, tuple[AnswerChoice, ...]] = {}

    def wrong(self, where: str, words: str) -> None:
        self.problems.append(f"{where}: {words}" if where else words)

    def fields(self, raw: object, where: str, known: str) -> dict[str, Any]:
        if not isinstance(raw, dict):
            self.wrong(where, _("This is not a group of named values."))
            return {}
        if unknown := sorted(set(map(str, raw)) - set(known.split())):
            self.wrong(where, _("“%(name)s” is not known here.") % {"name": unknown[0][:60]})
        return raw

    def text(self, found: Mapping[str, Any], name: str, where: str, *, most: int = LINE, needed: bool = False) -> str:
        value = found.get(name, "")
        if not isinstance(value, str):
            self.wrong(where, _("“%(name)s” has to be a text.") % {"name": name})
            return ""
        words: str = value.strip()
        if needed and not words:
            self.wrong(where, _("“%(name)s” is missing.") % {"name": name})
        if len(words) > most or any(ord(sign) < 32 and sign not in "\n\r\t" for sign in words):
            self.wrong(where, _("“%(name)s” is too long, or has signs that cannot be shown.") % {"name": name})
        return words[:most]

    def key(self, found: Mapping[str, Any], name: str, where: str, taken: set[str]) -> str:
        value = found.get(name)
        if not isinstance(value, str) or not KEY.fullmatch(value):
            self.wrong(
                where, _("“%(name)s” has to be small letters, digits and underscores, 60 at most.") % {"name": name}
            )
            return ""
        if value in taken:
            self.wrong(where, _("“%(key)s” is there twice.") % {"key": value})
        taken.add(value)
        return value

    def one_of(self, found: Mapping[str, Any], name: str, where: str, known: Sequence[str], default: str = "") -> str:
        value = found.get(name, default)
        if isinstance(value, str) and value in known:
            return str(value)
        self.wrong(where, _("“%(name)s” has to be one of %(known)s.") % {"name": name, "known": ", ".join(known)})
        return str(known[0])

    def yes(self, found: Mapping[str, Any], name: str, where: str) -> bool:
        value = found.get(name, False)
        if not isinstance(value, bool):
            self.wrong(where, _("“%(name)s” has to be true or false.") % {"name": name})
        return value is True

    def rows(self, found: Mapping[str, Any], name: str, where: str, most: int) -> list[Any]:
        value = found.get(name, [])
        if not isinstance(value, list) or len(value) > most:
            self.wrong(where, _("“%(name)s” has to be a list of %(most)d at most.") % {"name": name, "most": most})
            return []
        return value

    def codes(self, found: Mapping[str, Any], name: str, where: str, known: Sequence[str]) -> tuple[str, ...]:
        value = self.rows(found, name, where, MOST_CHOICES)
        if any(not isinstance(code, str) or code not in known for code in value):
            self.wrong(where, _("“%(name)s” names an answer that is not there.") % {"name": name})
            return ()
        return tuple(value)

    def content(self, raw: object) -> Content | None:
        top = self.fields(raw, "", "title purpose source says flow begins cadence_months scales sections")
        if not top:
            return None
        flow = self.one_of(top, "flow", "", Flow.values)
        begins = self.rows(top, "begins", "", 2)
        if not begins or any(each not in GuideSide.values for each in begins):
            self.wrong("", _("“begins” has to name the worker, the leader or both."))
            begins = [GuideSide.WORKER]
        if flow == Flow.OWN and begins != [GuideSide.WORKER]:
            self.wrong("", _("A guide for one is begun by the worker."))
        months = top.get("cadence_months")
        if months is not None and (type(months) is not int or not 1 <= months <= MOST_MONTHS):
            self.wrong("", _("“cadence_months” has to be a whole number from 1 to %(most)d.") % {"most": MOST_MONTHS})
            months = None
        self.read_scales(top)
        sections: list[ContentSection] = []
        keys: set[str] = set()
        items: set[str] = set()
        for number, each in enumerate(self.rows(top, "sections", "", MOST_SECTIONS), 1):
            sections.append(self.section(each, number, flow, keys, items))
        if not sections:
            self.wrong("", _("A guide needs one section at least."))
        return Content(
            title=self.text(top, "title", "", most=120, needed=True),
            purpose=self.text(top, "purpose", "", needed=True),
            source=self.text(top, "source", ""),
            says=self.text(top, "says", "", most=TEXT),
            flow=flow,
            begins=tuple(begins),
            cadence_months=months,
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

    def choices(self, found: Mapping[str, Any], where: str) -> tuple[AnswerChoice, ...]:
        read: list[AnswerChoice] = []
        codes: set[str] = set()
        for each in self.rows(found, "choices", where, MOST_CHOICES):
            choice = self.fields(each, where, "code label says rare collect")
            read.append(
                AnswerChoice(
                    self.key(choice, "code", where, codes),
                    self.text(choice, "label", where, needed=True),
                    self.text(choice, "says", where, most=TEXT),
                    self.yes(choice, "rare", where),
                    self.text(choice, "collect", where),
                )
            )
        if len(read) < 2:
            self.wrong(where, _("There have to be two answers at least."))
        return tuple(read)

    def section(self, raw: object, number: int, flow: str, keys: set[str], items: set[str]) -> ContentSection:
        title = raw.get("title") if isinstance(raw, dict) else None
        where = (
            _("Section “%(title)s”") % {"title": title[:80]}
            if isinstance(title, str) and title.strip()
            else _("Section %(number)d") % {"number": number}
        )
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
        text = raw.get("text") if isinstance(raw, dict) else None
        where = (
            _("%(section)s, item “%(text)s”") % {"section": section, "text": text[:80]}
            if isinstance(text, str) and text.strip()
            else _("%(section)s, item %(number)d") % {"section": section, "number": number}
        )
        found = self.fields(raw, where, "key kind text own says by scale choices needed note")
        kind = self.one_of(found, "kind", where, ItemKind.values)
        by = self.one_of(found, "by", where, ItemBy.values, default=ItemBy.WORKER if flow == Flow.OWN else ItemBy.BOTH)
        if flow == Flow.OWN and by != ItemBy.WORKER:
            self.wrong(where, _("In a guide for one, every item is for the worker."))
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
    """Return content as it is written down; `parse` reads it back."""
    return {
        "title": content.title,
        "purpose": content.purpose,
        "source": content.source,
        "says": content.says,
        "flow": str(content.flow),
        "begins": [str(side) for side in content.begins],
        "cadence_months": content.cadence_months,
        "scales": {name: {"choices": [_choice(each) for each in scale]} for name, scale in content.scales.items()},
        "sections": [_section(section) for section in content.sections],
    }


def _choice(choice: AnswerChoice) -> dict[str, Any]:
    found = {"code": choice.code, "label": choice.label, "says": choice.says, "collect": choice.collect}
    return {name: value for name, value in found.items() if value} | ({"rare": True} if choice.rare else {})


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
        found["choices"] = [_choice(each) for each in item.choices]
    if item.needed:
        found["needed"] = True
    if item.note:
        found["note"] = {
            "label": item.note.label,
            "needed_on": list(item.note.needed_on),
            "needed_when_differs": item.note.needed_when_differs,
        }
    return found


# Answers --------------------------------------------------------------------------------------------------------------

Value = str | list[str]


@dataclass(frozen=True)
class SideAnswers:
    """What one side has written in one section."""

    values: Mapping[str, Value] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""

    def __bool__(self) -> bool:
        return any(self.values.values()) or any(self.notes.values()) or bool(self.comment)


NO_ANSWERS = SideAnswers()
Answers = Mapping[tuple[str, str], SideAnswers]  # by the key of the section and the side


def answers_as_json(answers: SideAnswers) -> dict[str, Any]:
    return {"values": dict(answers.values), "notes": dict(answers.notes), "comment": answers.comment}


def answers_from_json(raw: Mapping[str, Any]) -> SideAnswers:
    return SideAnswers(raw.get("values", {}), raw.get("notes", {}), raw.get("comment", ""))


def shown_value(item: Item, value: Value | None) -> str:
    """Return an answer as it is read: the label of a choice, a day written out; "" where there is none."""
    if not value:
        return ""
    labels = {choice.code: str(choice.label) for choice in item.choices}
    if isinstance(value, list):
        return ", ".join(labels.get(code, code) for code in value)
    if item.kind == ItemKind.DAY:
        return format_day(date.fromisoformat(value))
    return labels.get(value, value)


class SideValue(NamedTuple):
    """One side's answer to an item, in words."""

    side: str
    value: str
    note: str


class ItemAnswers(NamedTuple):
    """An item with the answers of those who answer it, the worker's first."""

    item: Item
    answers: list[SideValue]
    differs: bool


def side_by_side(section: ContentSection, answers: Answers, sides: Sequence[str]) -> list[ItemAnswers]:
    """Return the items of a section, each with both answers beside each other. Nothing is added up."""
    rows = []
    for item in section.items:
        by = [side for side in sides if item.is_by(side)]
        found = []
        for side in by:
            written = answers.get((section.key, side), NO_ANSWERS)
            value = shown_value(item, written.values.get(item.key))
            found.append(SideValue(side, value, written.notes.get(item.key, "")))
        rows.append(ItemAnswers(item, found, _differs(section, item, answers, by)))
    return rows


def _values(section: ContentSection, item: Item, answers: Answers, sides: Sequence[str]) -> list[Value]:
    found = [answers.get((section.key, side), NO_ANSWERS).values.get(item.key) for side in sides if item.is_by(side)]
    return [value for value in found if value]


def _differs(section: ContentSection, item: Item, answers: Answers, sides: Sequence[str]) -> bool:
    """Return whether both have chosen, and not the same."""
    values = _values(section, item, answers, sides)
    return bool(item.choices) and len(values) > 1 and any(value != values[0] for value in values)


def note_is_needed(section: ContentSection, item: Item, answers: Answers, sides: Sequence[str]) -> bool:
    """Return whether an item asks for a note after its answers: one of some answers, or two that differ (T10)."""
    if item.note is None:
        return False
    chosen = {
        code
        for value in _values(section, item, answers, sides)
        for code in (value if isinstance(value, list) else [value])
    }
    differs = item.note.needed_when_differs and _differs(section, item, answers, sides)
    return bool(chosen & set(item.note.needed_on)) or differs


class LackingPart(NamedTuple):
    """Something that has to be written before signing; ``side`` is None where either of the two may write it."""

    section: ContentSection
    side: str | None
    words: str


def lacking(content: Content, answers: Answers) -> list[LackingPart]:
    """
    Return what is missing before a guide can be signed, by name of section and item (R163).

    An answer that is needed; a note after a no or two answers that differ, by either side; a comment where an item of
    the section has an answer that asks for one.
    """
    return [each for section in content.sections for each in _lacking_in(section, content.sides, answers)]


def _lacking_in(section: ContentSection, sides: Sequence[str], answers: Answers) -> Iterator[LackingPart]:
    for side in sides:
        written = answers.get((section.key, side), NO_ANSWERS)
        open_items = [item for item in section.items if item.needed and item.is_by(side)]
        open_items = [item for item in open_items if not written.values.get(item.key)]
        if len(open_items) == 1:
            yield LackingPart(section, side, _("An answer to “%(item)s”") % {"item": open_items[0].label(side)})
        elif open_items:
            words = ngettext(
                "%(count)d answer, the first to “%(item)s”", "%(count)d answers, the first to “%(item)s”", 2
            )
            yield LackingPart(section, side, words % {"count": len(open_items), "item": open_items[0].label(side)})
        comment = section.comment_of(side)
        if comment and comment.needed_on and not written.comment.strip():
            named = [item for item in section.items if written.values.get(item.key) in comment.needed_on]
            if named:
                words = _("A comment, because of your answer to %(items)s")
                yield LackingPart(section, side, words % {"items": ", ".join(f"“{item.text}”" for item in named)})
    for item in section.items:
        if note_is_needed(section, item, answers, sides):
            notes = [answers.get((section.key, side), NO_ANSWERS).notes.get(item.key, "") for side in sides]
            if item.note and not any(note.strip() for note in notes):
                words = _("“%(note)s”, for “%(item)s”") % {"note": item.note.label, "item": item.text}
                yield LackingPart(section, None, words)


class Collected(NamedTuple):
    """Items listed together because of how they were answered: what the worker would like to learn, what would help."""

    heading: str
    rows: list[tuple[str, list[str]]]  # the item, and the notes beside it


def collected(content: Content, answers: Answers, reader: str = GuideSide.LEADER) -> list[Collected]:
    """
    Return what the answers ask to be talked about: items by words, never how many.

    :param reader: the side whose words the items are in
    """
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for section in content.sections:
        for item in section.items:
            notes = [answers.get((section.key, side), NO_ANSWERS).notes.get(item.key, "") for side in content.sides]
            row = (item.label(reader), [note for note in notes if note])
            headings = {
                choice.collect
                for choice in item.choices
                if choice.collect and choice.code in _values(section, item, answers, content.sides)
            }
            if item.note and note_is_needed(section, item, answers, content.sides):
                headings.add(item.note.label)
            for heading in headings:
                found.setdefault(heading, []).append(row)
    return [Collected(heading, rows) for heading, rows in found.items()]


def clean_number(words: str) -> str | None:
    """Return a number as it is kept, None where it is none; a comma is read as a point."""
    try:
        value = Decimal(words.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return f"{value.normalize():f}" if value.is_finite() and abs(value) < 10**12 else None


# Days -----------------------------------------------------------------------------------------------------------------


def next_on(signed_on: date, cadence_months: int | None) -> date | None:
    """Return the day a signed guide is due again, clamped to that month's last day; None where it is when wanted (R164)."""
    if cadence_months is None:
        return None
    year, month = divmod(signed_on.year * 12 + signed_on.month - 1 + cadence_months, 12)
    first = date(year, month + 1, 1)
    return first.replace(day=min(signed_on.day, month_end(first).day))
