"""What a survey asks: statements answered with one scale, by many, never in words."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from ..enums import Shape
from .reading import (
    MOST_ITEMS,
    MOST_SECTIONS,
    TEXT,
    AnswerChoice,
    ContentReader,
    TemplateContent,
    about_as_json,
    choice_as_json,
)


@dataclass(frozen=True)
class Statement:
    """One statement, with what is meant by it."""

    key: str
    text: str
    says: str = ""


@dataclass(frozen=True)
class SurveySection:
    """Statements under one heading."""

    key: str
    title: str
    says: str = ""
    items: tuple[Statement, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SurveyContent(TemplateContent):
    """
    Everything a survey says, as one version of it.

    :param lead: the words each statement goes on from, "" where a statement stands alone
    :param choices: the answers to each statement, in order
    """

    shape: ClassVar[str] = Shape.SURVEY
    lead: str = ""
    choices: tuple[AnswerChoice, ...] = ()
    sections: tuple[SurveySection, ...] = ()

    @property
    def statements(self) -> list[Statement]:
        return [item for section in self.sections for item in section.items]


class SurveyReader(ContentReader):
    """Reads the content of a survey."""

    def content(self, raw: object) -> SurveyContent | None:
        top = self.fields(raw, "", "shape title purpose source says cadence_months lead choices sections")
        if not top:
            return None
        sections: list[SurveySection] = []
        keys: set[str] = set()
        items: set[str] = set()
        for number, each in enumerate(self.rows(top, "sections", "", MOST_SECTIONS), 1):
            sections.append(self.section(each, number, keys, items))
        if not sections:
            self.wrong("", _("A survey needs one section at least."))
        return SurveyContent(
            **self.about(top),
            lead=self.text(top, "lead", ""),
            choices=self.choices(top, _("The answers")),
            sections=tuple(sections),
        )

    def section(self, raw: object, number: int, keys: set[str], items: set[str]) -> SurveySection:
        where = self.place_of(raw, number)
        found = self.fields(raw, where, "key title says items")
        read = [
            self.statement(each, count, where, items)
            for count, each in enumerate(self.rows(found, "items", where, MOST_ITEMS), 1)
        ]
        if not read:
            self.wrong(where, _("There is no statement in it."))
        return SurveySection(
            self.key(found, "key", where, keys),
            self.text(found, "title", where, needed=True),
            self.text(found, "says", where, most=TEXT),
            tuple(read),
        )

    def statement(self, raw: object, number: int, section: str, keys: set[str]) -> Statement:
        where = self.place_in(section, raw, number)
        found = self.fields(raw, where, "key text says")
        return Statement(
            self.key(found, "key", where, keys),
            self.text(found, "text", where, needed=True),
            self.text(found, "says", where, most=TEXT),
        )


def as_json(content: SurveyContent) -> dict[str, Any]:
    """Return a survey as it is written down; `SurveyReader` reads it back."""
    return about_as_json(content) | {
        "lead": content.lead,
        "choices": [choice_as_json(choice) for choice in content.choices],
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "says": section.says,
                "items": [
                    {"key": item.key, "text": item.text} | ({"says": item.says} if item.says else {})
                    for item in section.items
                ],
            }
            for section in content.sections
        ],
    }
