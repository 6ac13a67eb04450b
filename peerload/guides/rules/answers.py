"""
What the sides have written, side by side, and what it asks to be talked about.

There is no total, no score and no comparison between people here, and there will be none (R162).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from peerload.core.formats import format_day

from ..enums import GuideSide, ItemKind
from .content import Content, ContentSection, Item
from .tables import AnsweredRow, Cells, person_of, shown_rows, span_in_words, table_in_words

ANSWER = 8000  # characters of an answer in words
Value = str | list[str] | Cells


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
        if item.table:
            return table_in_words(item.table, _cells(value))
        return ", ".join(labels.get(code, code) for code in value if isinstance(code, str))
    if item.kind == ItemKind.DAY:
        return format_day(date.fromisoformat(value))
    if item.kind == ItemKind.SPAN:
        return span_in_words(value)
    if item.kind == ItemKind.PERSON:
        return person_of(value)[1]
    return labels.get(value, value)


def _cells(value: Value) -> Cells:
    return [row for row in value if isinstance(row, list)]


class SideValue(NamedTuple):
    """One side's answer to an item, in words; of a table its rows, too."""

    side: str
    value: str
    note: str
    rows: Sequence[AnsweredRow] = ()


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
            value = written.values.get(item.key)
            table = shown_rows(item.table, _cells(value)) if item.table and value else []
            found.append(SideValue(side, shown_value(item, value), written.notes.get(item.key, ""), table))
        rows.append(ItemAnswers(item, found, _differs(section, item, answers, by)))
    return rows


def values_of(section: ContentSection, item: Item, answers: Answers, sides: Sequence[str]) -> list[Value]:
    found = [answers.get((section.key, side), NO_ANSWERS).values.get(item.key) for side in sides if item.is_by(side)]
    return [value for value in found if value]


def _differs(section: ContentSection, item: Item, answers: Answers, sides: Sequence[str]) -> bool:
    """Return whether both have chosen, and not the same."""
    values = values_of(section, item, answers, sides)
    return bool(item.choices) and len(values) > 1 and any(value != values[0] for value in values)


def note_is_needed(section: ContentSection, item: Item, answers: Answers, sides: Sequence[str]) -> bool:
    """Return whether an item asks for a note after its answers: one of some answers, or two that differ (T10)."""
    if item.note is None or not item.choices:
        return False
    chosen = {
        code
        for value in values_of(section, item, answers, sides)
        for code in (value if isinstance(value, list) else [value])
        if isinstance(code, str)
    }
    differs = item.note.needed_when_differs and _differs(section, item, answers, sides)
    return bool(chosen & set(item.note.needed_on)) or differs


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
                if choice.collect and choice.code in values_of(section, item, answers, content.sides)
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
