"""A page as a tree, and what its words say: numbers, bands and days."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from html.parser import HTMLParser

EMPTY = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Element:
    """An element of a page."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag, self.attributes = tag, attributes
        self.inside: list[Element | str] = []

    @property
    def classes(self) -> set[str]:
        return set((self.attributes.get("class") or "").split())

    @property
    def words(self) -> str:
        """What it says, with one blank between words."""
        return " ".join(" ".join(each if isinstance(each, str) else each.words for each in self.inside).split())

    def walk(self) -> Iterator["Element"]:
        yield self
        for each in self.inside:
            if isinstance(each, Element):
                yield from each.walk()

    def all(
        self, tag: str = "", of: str = "", where: Callable[["Element"], bool] = lambda each: True
    ) -> list["Element"]:
        """Return the elements inside that have a tag, a class and a property, in order."""
        return [
            each
            for each in self.walk()
            if each is not self and (not tag or each.tag == tag) and (not of or of in each.classes) and where(each)
        ]

    def one(self, tag: str = "", of: str = "", where: Callable[["Element"], bool] = lambda each: True) -> "Element":
        """Return the first such element; a page without it is not the page that was asked for."""
        found = self.all(tag, of, where)
        assert found, (tag, of, self.words[:400])
        return found[0]

    def card(self, heading: str) -> "Element | None":
        """Return the section that an id of its heading names, None where the page has none."""
        found = self.all("section", where=lambda each: each.attributes.get("aria-labelledby") == heading)
        return found[0] if found else None


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, dict(attrs))
        self._open[-1].inside.append(element)
        if tag not in EMPTY:
            self._open.append(element)

    def handle_startendtag(self, tag, attrs):
        self._open[-1].inside.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag in {each.tag for each in self._open[1:]}:
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data):
        self._open[-1].inside.append(data)


def read(html: str) -> Element:
    """Return a page as a tree."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


# Words -------------------------------------------------------------------------------------------------------------------

NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")
BANDS = {"room": "room", "little room": "limited", "over": "over"}
DAY = re.compile(r"(\d{1,2}) ([A-Z][a-z]+)(?: (\d{4}))?")


def number(words: object) -> Decimal:
    """Return a number as pages and files write it."""
    return Decimal(str(words).replace(",", "").replace("+", "").strip())


def numbers(words: str) -> list[Decimal]:
    return [number(each) for each in NUMBER.findall(words)]


def band(words: str) -> str:
    """Return the code of the band that words end with."""
    return next(code for said, code in sorted(BANDS.items(), key=lambda each: -len(each[0])) if words.endswith(said))


def day(words: str, on: date) -> date | None:
    """Return the first day that words name; one without a year is in the year of ``on``. None where they name none."""
    for found in DAY.finditer(words):
        for month in ("%B", "%b"):
            try:
                return datetime.strptime(f"{found[1]} {found[2]} {found[3] or on.year}", f"%d {month} %Y").date()
            except ValueError:
                continue
    return None
