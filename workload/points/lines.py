"""The lines of a worker's points as the page shows them: by element and kind of work, each with its people."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseload.models import Client, ClientQuerySet
from peerload.core.arrays import any_of
from peerload.core.compile_once import compile_once
from peerload.core.folding import fold
from peerload.staff.models import Member
from workload import rules
from workload.enums import Element

ELEMENTS = {
    Element.STABLE: gettext_lazy("Stable element"),
    Element.EXTRA: gettext_lazy("Extra responsibilities"),
    Element.CASE: gettext_lazy("Cases"),
}


class StandingLine(NamedTuple):
    """One line as of a day."""

    element: Element
    code: str
    label: str
    rule: str  # the scheme's text for the kind of work
    points: Decimal
    since: date | None
    until: date | None
    why: str  # it ends
    person: str = ""  # or family, as far as the reader may know
    url: str = ""
    kin: str = ""
    ref: str = ""
    reason: str = ""
    activity: int | None = None


class KindOfWork(NamedTuple):
    """The lines of one kind of work, and the rule they follow."""

    label: str
    rule: str
    points: Decimal
    lines: list[StandingLine]

    @property
    def people(self) -> str:
        """Name the people of the kind, each once; of many the first few."""
        names = list(dict.fromkeys(line.person for line in self.lines if line.person))
        more = len(names) - NAMED
        named = ", ".join(names[:NAMED])
        return _("%(names)s and %(count)s more") % {"names": named, "count": more} if more > 0 else named


NAMED = 6


class ElementKinds(NamedTuple):
    """The lines of one element."""

    element: Element
    label: str
    points: Decimal
    kinds: list[KindOfWork]


def by_element(lines: Iterable[StandingLine], scheme: rules.Scheme) -> list[ElementKinds]:
    """Return the lines by element and kind, in the scheme's order; of a kind in order of name, then of day."""
    order = {weight.code: place for place, weight in enumerate(scheme.weights)}
    lines = sorted(lines, key=lambda line: (order.get(line.code, len(order)), line.code, line.label))
    found = []
    for element, label in ELEMENTS.items():
        of_element = (line for line in lines if line.element == element)
        kinds = [_kind(list(same)) for __, same in groupby(of_element, key=lambda line: (line.code, line.label))]
        if kinds:
            found.append(ElementKinds(element, label, sum((k.points for k in kinds), rules.NOTHING), kinds))
    return found


def _kind(lines: list[StandingLine]) -> KindOfWork:
    first = lines[0]
    lines.sort(key=lambda line: (fold(line.person), line.since or date.min))
    return KindOfWork(first.label, first.rule, sum((line.points for line in lines), rules.NOTHING), lines)


class SeenNames(NamedTuple):
    """The people of lines, as far as the reader may know today; others are people they supported."""

    people: dict[int, Client]
    families: dict[int, tuple[str, list[str]]]  # family: code, names of those the reader may see
    nobody: str

    @classmethod
    def of(cls, member: Member, people: Iterable[int], families: Iterable[int], *, on: date, own: bool) -> "SeenNames":
        asked, kin = set(people), set(families)
        found = _seen_of(list(asked - {None}), list(kin - {None}), member.pk, member.organisation_id, on)
        seen: dict[int, tuple[str, list[str]]] = {}
        for person in found:
            if person.family and person.family_id in kin:
                seen.setdefault(person.family_id, (person.family.code, []))[1].append(person.name)
        nobody = _("a person you supported") if own else _("a person they supported")
        return cls({person.pk: person for person in found if person.pk in asked}, seen, nobody)

    def name(self, person: int | None, family: int | None) -> str:
        if family:
            code, __ = self.families.get(family, ("", []))
            return _("family %(code)s") % {"code": code} if code else _("a family supported then")
        return self.people[person].name if person in self.people else self.nobody

    def kin(self, family: int | None) -> str:
        return ", ".join(self.families.get(family, ("", []))[1])


@compile_once
def _seen_of(people: list[int], families: list[int], member_id: int, organisation_id: int, on: date) -> ClientQuerySet:
    visible = Client.objects.visible_to(Member(pk=member_id, organisation_id=organisation_id), on)
    asked = Q(any_of("pk", people)) | Q(any_of("family", families))
    return visible.filter(asked).select_related("family").order_by("name_key", "pk")
