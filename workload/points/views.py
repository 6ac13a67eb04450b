"""A worker's points: every line with its rule, its person, since when, until when and why it ends."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from caseload.models import Allocation, Client
from caseload.queries.teams import gone_over
from peerload.audit import actions as audit
from peerload.core import dates
from peerload.core.formats import format_day
from peerload.staff import access
from peerload.staff.models import Member
from peerload.staff.roles import Capability
from peerload.ui.asked import day_asked
from workload import queries, rules
from workload.enums import Element, Ending
from workload.models import Responsibility
from workload.rules.weighing import weighs
from workload.schemes.forms import change_words

from .ahead import AHEAD, steps
from .lines import SeenNames, StandingLine, by_element


@access.requires(Capability.SEE_OWN_POINTS)
@require_GET
def my_points(request: access.MemberRequest) -> HttpResponse:
    """Show a member their own points."""
    return _page(request, request.member)


@access.requires(Capability.SEE_OWN_POINTS)
@require_GET
def points(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Show a worker's points to themself and to their team manager, today or on the day asked about."""
    on = day_asked(request)
    seen = queries.workers_of(request.member, request.on) | queries.workers_of(request.member, on)
    return _page(request, get_object_or_404(seen.distinct(), uid=uid))


def _page(request: access.MemberRequest, worker: Member) -> HttpResponse:
    on = day_asked(request)
    own = worker == request.member
    schemes = queries.schemes(request.organisation.pk)
    scheme = rules.scheme_on(schemes, on)
    found = queries.foreseen(request.organisation, on, on + AHEAD, worker_ids=[worker.pk])
    found = [each for each in found if each.worker.on == on]
    lines = found[0].known.lines if found else []
    standing = rules.standing(lines, on)
    people, families = {line.person for line in lines if line.person}, {line.family for line in lines if line.family}
    names = SeenNames.of(request.member, people, families, on=request.on, own=own)
    context: dict[str, Any] = {
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
            "elements": by_element([_line(line, schemes, on, names) for line in standing], scheme),
            "cases": rules.case_count(standing),
            "steps": steps(found[0], schemes, on, {key: person.name for key, person in names.people.items()}),
        }
    context["students"] = _held_by_students(request, worker, on)
    shown = {line.person for line in standing if line.person in names.people} | {
        each.pk for each in context["students"]
    }
    audit.listed(request, "points", len(shown))
    return render(request, "workload/points/points.html", context)


def _held_by_students(request: access.MemberRequest, worker: Member, on: date) -> list[Client]:
    """Return the people held by students of a worker that day, as far as the reader may know them today (R6)."""
    held = Allocation.objects.on(on).filter(worker=worker, student_held=True).values("client")
    seen = Client.objects.visible_to(request.member, request.on).filter(pk__in=held)
    return list(seen.order_by("name_key", "pk"))


SO_LONG = timedelta(days=31)  # how long a version that has begun is still announced


class Newer(NamedTuple):
    """A version of the scheme that lies ahead, or has begun lately, and what it changes."""

    starts_on: date
    changes: list[str]


def newer(schemes: Sequence[rules.Scheme], on: date) -> Newer | None:
    """Return the newest version where it begins after a day or began within a month before it, and changes anything."""
    if len(schemes) < 2 or schemes[-1].starts_on <= on - SO_LONG:
        return None
    changes = change_words(schemes[-2], schemes[-1])
    return Newer(schemes[-1].starts_on, changes) if changes else None


def _is_post(line: rules.Line) -> bool:
    return line.element == Element.STABLE


def _line(line: rules.Line, schemes: Sequence[rules.Scheme], on: date, names: SeenNames) -> StandingLine:
    about = line.element == Element.CASE
    person = names.people.get(line.person)
    return StandingLine(
        element=line.element,
        code=line.code,
        label=rules.line_label(line, schemes, on),
        rule=_rule(line, rules.scheme_on(schemes, on)),
        person=names.name(line.person, line.family) if about else "",
        url=person.get_absolute_url() if about and person else "",
        kin=names.kin(line.family),
        points=line.points,
        reason=_reason(line),
        since=line.starts_on,
        until=dates.last_day(line.ends_before),
        why=Ending(line.ending).label if line.ends_before else "",
        activity=line.source if about and person else None,
    )


def _reason(line: rules.Line) -> str:
    """Say why a line counts, where that began on another day than the line."""
    return "" if _is_post(line) or line.reason.endswith(f" {format_day(line.starts_on)}") else line.reason


def _rule(line: rules.Line, scheme: rules.Scheme) -> str:
    """Name the row of the scheme for a line, and its text."""
    weight = scheme.by_code.get(line.code)
    if line.code == "case":
        row = next((w for w in scheme.weights if w.code == "case"), None)
        words = _("the points of a case depend on the kind of support")
        return _("Row %(item)s: %(words)s") % {"item": row.item, "words": words} if row and row.item else words
    if line.code == "stable" and scheme.on_duty and line.reason == scheme.on_duty.label:
        weight = scheme.on_duty
    if weight is None:
        return ""
    if line.code == "stable":
        words = _("the same for every worker on duty") if weight is scheme.on_duty else _("the same for every worker")
        return _("Row %(item)s: %(words)s") % {"item": weight.item, "words": words} if weight.item else words
    return (
        _("Row %(item)s: %(weighs)s") % {"item": weight.item, "weighs": weighs(weight)}
        if weight.item
        else weighs(weight)
    )


class HeldResponsibility(NamedTuple):
    """A responsibility to end, whether or not it counts by itself."""

    pk: int
    label: str
    since: date
    until: date | None


def _held(worker: Member, on: date, schemes: Sequence[rules.Scheme]) -> list[HeldResponsibility]:
    """Return the responsibilities of a day, and those still ahead."""
    scheme = rules.scheme_on(schemes, on)
    rows = Responsibility.objects.filter(worker=worker).exclude(ends_before__lte=on).order_by("starts_on", "pk")
    return [
        HeldResponsibility(row.pk, scheme.label(row.code, schemes), row.starts_on, dates.last_day(row.ends_before))
        for row in rows
    ]
