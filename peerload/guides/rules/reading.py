"""What every shape of template says of itself, and how JSON is read: each thing that is wrong, by the place it is in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from django.utils.translation import gettext as _

from peerload.core.translation import LazyText

KEY = re.compile(r"[a-z0-9_]{1,60}")
LINE, TEXT = 300, 3000  # characters of a heading or an item, and of an explanation
MOST_SECTIONS, MOST_ITEMS, MOST_CHOICES = 40, 60, 20
MOST_MONTHS = 60
MOST_DAYS = 366
LARGEST_FILE = 300_000  # bytes of a template as a file


class AnyItem(Protocol):
    """A part of a section of any shape."""

    @property
    def key(self) -> str: ...


class AnySection(Protocol):
    """A section of any shape."""

    @property
    def key(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def items(self) -> Sequence[AnyItem]: ...


@dataclass(frozen=True, kw_only=True)
class TemplateContent:
    """What a template of any shape says of itself; its shape adds what it asks."""

    shape: ClassVar[str]
    title: str
    purpose: str
    source: str = ""
    says: str = ""
    cadence_months: int | None = None
    sections: tuple[AnySection, ...] = ()

    @property
    def items(self) -> int:
        """How many items there are to answer or to do."""
        return sum(len(section.items) for section in self.sections)


@dataclass(frozen=True)
class AnswerChoice:
    """An answer to choose. A rare one stands apart; items answered by one with ``collect`` are listed under those words."""

    code: str
    label: LazyText
    says: str = ""
    rare: bool = False
    collect: str = ""


class BrokenContent(Exception):
    """Content that cannot be used: ``problems`` are sentences, each with the names of the section and the item."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = list(problems)


class ContentReader:
    """Reads content, and collects what is wrong with it. `where` is the name of the place that it is reading."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def content(self, raw: object) -> TemplateContent | None:
        """Read content of the reader's shape, None where it is no group of values."""
        raise NotImplementedError

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

    def about(self, top: Mapping[str, Any]) -> dict[str, Any]:
        """Read what a template of any shape says of itself, as arguments of its content."""
        months = top.get("cadence_months")
        if months is not None and (type(months) is not int or not 1 <= months <= MOST_MONTHS):
            self.wrong("", _("“cadence_months” has to be a whole number from 1 to %(most)d.") % {"most": MOST_MONTHS})
            months = None
        return {
            "title": self.text(top, "title", "", most=120, needed=True),
            "purpose": self.text(top, "purpose", "", needed=True),
            "source": self.text(top, "source", ""),
            "says": self.text(top, "says", "", most=TEXT),
            "cadence_months": months,
        }

    def place_of(self, raw: object, number: int) -> str:
        """Return what a section is called in a problem: its title, else its number."""
        title = raw.get("title") if isinstance(raw, dict) else None
        if isinstance(title, str) and title.strip():
            return _("Section “%(title)s”") % {"title": title[:80]}
        return _("Section %(number)d") % {"number": number}

    def place_in(self, section: str, raw: object, number: int) -> str:
        """Return what an item of a section is called in a problem: its text, else its number."""
        text = raw.get("text") if isinstance(raw, dict) else None
        if isinstance(text, str) and text.strip():
            return _("%(section)s, item “%(text)s”") % {"section": section, "text": text[:80]}
        return _("%(section)s, item %(number)d") % {"section": section, "number": number}

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


def about_as_json(content: TemplateContent) -> dict[str, Any]:
    """Return what `ContentReader.about` reads back; a guide, the first shape there was, does not name its shape."""
    return ({"shape": str(content.shape)} if content.shape != "guide" else {}) | {
        "title": content.title,
        "purpose": content.purpose,
        "source": content.source,
        "says": content.says,
        "cadence_months": content.cadence_months,
    }


def choice_as_json(choice: AnswerChoice) -> dict[str, Any]:
    """Return a choice with what it says, as `ContentReader.choices` reads it back."""
    found = {"code": choice.code, "label": choice.label, "says": choice.says, "collect": choice.collect}
    return {name: value for name, value in found.items() if value} | ({"rare": True} if choice.rare else {})
