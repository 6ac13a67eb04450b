"""A worker's points, taken apart: every line with its rule, whom it is about, since when, until when and why it ends."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from caseload.models import Allocation, Client, Family
from caseload.queries.teams import gone_over
from peerload.audit import actions as audit
from peerload.core import dates
from peerload.core.folding import fold
from peerload.core.formats import format_day
from peerload.staff import access
from peerload.staff.models import Member
from peerload.staff.roles import Capability
from peerload.ui.asked import day_asked
from workload import queries, rules
from workload.enums import Element, Ending
from workload.forms import weighs
from workload.models import Responsibility
from workload.months.queries import label_of
from workload.schemes.forms import change_words

from .ahead import AHEAD, steps


@access.requires(Capability.SEE_OWN_POINTS)
@require_GET
def my_points(request):
    """Show a member their own points."""
    return _page(request, request.member)


@access.requires(Capability.SEE_OWN_POINTS)
@require_GET
def points(request, uid):
    """Show a worker's points to themself and to their team manager, today or on the day asked about."""
    on = day_asked(request)
    seen = queries.workers_of(request.member, request.on) | queries.workers_of(request.member, on)
    return _page(request, get_object_or_404(seen.distinct(), uid=uid))


def _page(request, worker: Member):
    on = day_asked(request)
    own = worker == request.member
    schemes = queries.schemes(request.organisation.pk)
    scheme = rules.scheme_on(schemes, on)
    found = queries.foreseen(request.organisation, on, on + AHEAD, worker_ids=[worker.pk])
    found = [each for each in found if each.worker.on == on]
    lines = found[0].known.lines if found else []
    standing = rules.standing(lines, on)
    whom = Whom.of(request.member, lines, on=request.on, own=own)
    context = {
        "worker": worker,
        "own": own,
        "on": on,
        "scheme": scheme,
        "held": _held(worker, on, schemes),
        "gone_over": gone_over(worker, on),
        "newer": newer(schemes, on),
        "explained_case": any(line.element == Element.CASE for line in standing),
    }
    if found:
        listed = found[0].worker
        total = rules.total_of(standing, fte=listed.fte, scheme=scheme)
        context |= {
            "listed": listed,
            "total": total,
            "elements": _elements(standing, schemes, on, whom),
            "cases": rules.case_count(standing),
            "steps": steps(found[0], schemes, on, {key: name for key, (name, _) in whom.names.items()}),
        }
    context["students"] = _held_by_students(request, worker, on)
    shown = {line.person for line in standing if line.person in whom.names} | {each.pk for each in context["students"]}
    audit.listed(request, "points", len(shown))
    return render(request, "workload/points/points.html", context)


def _held_by_students(request, worker: Member, on: date) -> list[Client]:
    """Return the people whom students of a worker hold that day, as far as the reader may know them today (R6)."""
    held = Allocation.objects.on(on).filter(worker=worker, student_held=True).values("client")
    seen = Client.objects.visible_to(request.member, request.on).filter(pk__in=held)
    return list(seen.order_by("name_key", "pk"))


SO_LONG = timedelta(days=31)  # for which a version that has begun is still told of


class Newer(NamedTuple):
    """A version of the scheme that lies ahead, or has begun of late, and what it changes."""

    starts_on: date
    changes: list[str]


def newer(schemes: Sequence[rules.Scheme], on: date) -> Newer | None:
    """Return the newest version where it begins after a day or began within a month before it, and changes anything."""
    if len(schemes) < 2 or schemes[-1].starts_on <= on - SO_LONG:
        return None
    changes = change_words(schemes[-2], schemes[-1])
    return Newer(schemes[-1].starts_on, changes) if changes else None


class Whom(NamedTuple):
    """Whom lines are about, as far as the reader may know today; anybody else is somebody they supported."""

    names: dict[int, tuple[str, str]]  # person: name, address
    families: dict[int, tuple[str, list[str]]]  # family: code, names of those who may be seen
    nobody: str

    @classmethod
    def of(cls, member: Member, lines: Iterable[rules.Line], *, on: date, own: bool) -> "Whom":
        people = {line.person for line in lines if line.person}
        families = {line.family for line in lines if line.family}
        visible = Client.objects.visible_to(member, on)
        names = {person.pk: (person.name, person.get_absolute_url()) for person in visible.filter(pk__in=people)}
        kin: dict[int, list[str]] = {}
        for person in visible.filter(family__in=families).order_by("name_key", "pk"):
            kin.setdefault(person.family_id, []).append(person.name)
        codes = dict(Family.objects.filter(pk__in=kin).values_list("pk", "code"))
        seen = {family: (codes[family], members) for family, members in kin.items()}
        return cls(names, seen, "a person you supported" if own else "a person they supported")

    def name(self, line: rules.Line) -> str:
        if line.family:
            code, _ = self.families.get(line.family, ("", []))
            return f"family {code}" if code else "a family supported then"
        return self.names[line.person][0] if line.person in self.names else self.nobody

    def address(self, line: rules.Line) -> str:
        return self.names[line.person][1] if line.person in self.names else ""

    def kin(self, line: rules.Line) -> str:
        return ", ".join(self.families.get(line.family, ("", []))[1])


class Row(NamedTuple):
    """One line as it stands on the page."""

    whom: str
    url: str
    kin: str
    points: Decimal
    reason: str
    since: date
    until: date | None
    why: str
    activity: int | None


class Kind(NamedTuple):
    """The lines of one kind of work, and the rule they follow."""

    label: str
    rule: str
    points: Decimal
    rows: list[Row]


class ElementKinds(NamedTuple):
    """The lines of one element."""

    label: str
    points: Decimal
    kinds: list[Kind]
    is_case: bool


ELEMENTS = {
    Element.STABLE: "Stable element",
    Element.EXTRA: "Extra responsibilities",
    Element.CASE: "Cases",
}


def _elements(
    standing: Sequence[rules.Line], schemes: Sequence[rules.Scheme], on: date, whom: Whom
) -> list[ElementKinds]:
    """Return the lines by element and kind, in the scheme's order; of a kind in order of name, then of day."""
    order = {weight.code: place for place, weight in enumerate(rules.scheme_on(schemes, on).weights)}
    found = []
    for element, label in ELEMENTS.items():
        lines = [line for line in standing if line.element == element]
        lines.sort(key=lambda line: (order.get(line.code, len(order)), line.code))
        kinds = [_kind(list(group), schemes, on, whom) for _, group in groupby(lines, key=lambda line: line.code)]
        if kinds:
            found.append(ElementKinds(label, sum(kind.points for kind in kinds), kinds, element == Element.CASE))
    return found


def _is_post(line: rules.Line) -> bool:
    return line.element == Element.STABLE


def _kind(lines: Sequence[rules.Line], schemes: Sequence[rules.Scheme], on: date, whom: Whom) -> Kind:
    scheme = rules.scheme_on(schemes, on)
    rows = sorted((_row(line, whom) for line in lines), key=lambda row: (fold(row.whom), row.since))
    return Kind(label_of(lines[0], schemes, on), _rule(lines[0], scheme), sum(row.points for row in rows), rows)


def _row(line: rules.Line, whom: Whom) -> Row:
    about = line.element == Element.CASE
    seen = line.person in whom.names
    return Row(
        whom=whom.name(line) if about else "",
        url=whom.address(line) if about else "",
        kin=whom.kin(line) if line.family else "",
        points=line.points,
        reason=_reason(line),
        since=line.starts_on,
        until=dates.last_day(line.ends_before),
        why=Ending(line.ending).label if line.ends_before else "",
        activity=line.source if about and seen else None,
    )


def _reason(line: rules.Line) -> str:
    """Say why a line stands, where that is another day than the one it begins on."""
    return "" if _is_post(line) or line.reason.endswith(f" {format_day(line.starts_on)}") else line.reason


def _rule(line: rules.Line, scheme: rules.Scheme) -> str:
    """Name the row of the scheme a line comes from, and what it says."""
    weight = scheme.by_code.get(line.code)
    if line.code == "case":
        row = next((w for w in scheme.weights if w.code == "case"), None)
        words = "the points of a case go by the kind of support"
        return f"Row {row.item}: {words}" if row and row.item else words
    if line.code == "stable" and scheme.on_duty and line.reason == scheme.on_duty.label:
        weight = scheme.on_duty
    if weight is None:
        return ""
    if line.code == "stable":
        words = "the same for every worker on duty" if weight is scheme.on_duty else "the same for every worker"
        return f"Row {weight.item}: {words}" if weight.item else words
    return f"Row {weight.item}: {weighs(weight)}" if weight.item else weighs(weight)


class Held(NamedTuple):
    """A responsibility to end, whether or not it counts by itself."""

    pk: int
    label: str
    since: date
    until: date | None


def _held(worker: Member, on: date, schemes: Sequence[rules.Scheme]) -> list[Held]:
    """Return the responsibilities of a day, and those still ahead."""
    rows = Responsibility.objects.filter(worker=worker).exclude(ends_before__lte=on).order_by("starts_on", "pk")
    return [
        Held(row.pk, rules.label(row.code, schemes, on), row.starts_on, dates.last_day(row.ends_before)) for row in rows
    ]
