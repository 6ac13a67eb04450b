"""
A worker's points out of a report that was sent, as the service manager reads them: kinds of work, counts and points.

Nothing on the page says who is supported: lines of one kind are one row, and a worker's own words, what an action is and
the label of a post stay out. Each opening is recorded, and the worker sees it in their record.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from peerload.audit import actions as audit
from peerload.audit.models import Entry
from peerload.core.translation import LazyText
from peerload.staff import access
from peerload.staff.models import Member, Organisation
from peerload.staff.roles import Capability
from workload import queries as ledger
from workload import rules
from workload.enums import Element
from workload.models import MonthlyRecord, RecordLine
from workload.months import queries
from workload.months import rules as months
from workload.months.views import month_of
from workload.points.lines import ELEMENTS


class KindSum(NamedTuple):
    """A kind of work: how many lines it has, and their points."""

    label: LazyText
    count: int
    points: Decimal
    element: Element

    @property
    def counted(self) -> str:
        """How many there are, in words; of the stable element nothing."""
        if self.element == Element.STABLE:
            return ""
        words = (
            ngettext("%(count)s case", "%(count)s cases", self.count)
            if self.element == Element.CASE
            else ngettext("%(count)s entry", "%(count)s entries", self.count)
        )
        return words % {"count": self.count}


class ElementSum(NamedTuple):
    """An element with the kinds of work in it."""

    label: LazyText
    points: Decimal
    kinds: list[KindSum]


def by_kind(lines: Iterable[RecordLine], scheme: rules.Scheme) -> list[ElementSum]:
    """Return a record's lines by element and kind of work in the scheme's order, without the people they are about."""
    found: dict[Element, dict[tuple[str, LazyText], list[Decimal]]] = {element: {} for element in ELEMENTS}
    for line in lines:
        element = Element(line.element)
        # The label of a stable line is written by hand for a post: a reason such as a phased return is not for this page.
        kind = ("", _("Points of the post")) if element == Element.STABLE else (line.code, line.label)
        found[element].setdefault(kind, []).append(line.points)
    order = {weight.code: place for place, weight in enumerate(scheme.weights)}
    return [
        ElementSum(
            ELEMENTS[element],
            sum((sum(each, rules.NOTHING) for each in kinds.values()), rules.NOTHING),
            [
                KindSum(label, len(each), sum(each, rules.NOTHING), element)
                for (code, label), each in sorted(
                    kinds.items(), key=lambda kind: (order.get(kind[0][0], len(order)), str(kind[0][1]))
                )
            ],
        )
        for element, kinds in found.items()
        if kinds
    ]


def _sent(organisation: Organisation, uid: UUID, month: date) -> MonthlyRecord:
    """
    Return a worker's record in a report that was sent.

    :raises Http404: if there is none
    """
    records = MonthlyRecord.objects.filter(organisation=organisation, worker__uid=uid, month=month)
    record = records.exclude(report=None).select_related(
        "worker__user", "team", "report__team", "other_manager", "disagreed_by"
    )
    found = record.first()
    if found is None:
        raise Http404
    return found


@access.requires(Capability.SEE_TOTALS)
@require_GET
def points_sent(request: access.MemberRequest, uid: UUID, month: str) -> HttpResponse:
    """Show a worker's points in a report that was sent by kind of work, month by month, and why they are over."""
    first = month_of(month)
    record = _sent(request.organisation, uid, first)
    schemes = ledger.schemes(request.organisation.pk)
    is_away = bool(queries.away_among([record.worker_id], request.on))
    instead = queries.names_instead([record], request.on).get(record.pk, ())
    line = queries.as_written(record, schemes, today=request.on, worker_is_away=is_away, instead=instead)
    lines = record.lines.filter(for_month=None)
    context = {
        "line": line,
        "figures": line.figures,
        "team": record.report.team,
        "report": record.report,
        "month": first,
        "slug": f"{first:%Y-%m}",
        "elements": by_kind(lines, rules.scheme_on(schemes, record.as_at)),
        "actions": list(record.actions.select_related("owner")),
        "history": _month_by_month(record, first, schemes),
    }
    audit.points_opened(request, _subject(record.worker, first))
    return render(request, "workload/months/points_sent.html", context)


def _month_by_month(record: MonthlyRecord, month: date, schemes: Sequence[rules.Scheme]) -> list[dict]:
    """Return twelve months of the worker, the oldest first, with the totals of the reports that were sent."""
    asked = [*reversed(months.before(month, 11)), month]
    sent = MonthlyRecord.objects.filter(worker=record.worker_id, month__in=asked).exclude(report=None)
    found = {each.month: queries.figures_of(each, schemes) for each in sent}
    return [
        {
            "month": each,
            "total": figures.total if (figures := found.get(each)) else None,
            "mark": figures.mark if figures else None,
            "limit": figures.limit if figures else None,
            "band": figures.band if figures else "",
            "kept": True,
            "note": "",
        }
        for each in asked
    ]


# Who opened them ----------------------------------------------------------------------------------------------------------


def _subject(worker: Member, month: date) -> str:
    return f"{worker.uid} {month:%Y-%m}"


def who_opened(worker: Member, month: date, organisation: Organisation) -> list[dict]:
    """Return which members opened a worker's points of a month, each with the last day, latest first."""
    entries = Entry.objects.filter(subject=_subject(worker, month), what=Entry.What.POINTS_OPENED)
    found = entries.values("member__name").annotate(last=Max("at")).order_by("-last")
    zone = ZoneInfo(organisation.timezone)
    return [{"name": each["member__name"], "on": each["last"].astimezone(zone).date()} for each in found]
