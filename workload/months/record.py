"""A worker's month on one page: its lines, words, agreements and actions."""

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from caseload.enums import CASELOAD_TIERS
from peerload.audit import actions as audit
from peerload.core import dates
from peerload.core.formats import format_list, format_short_day, month_name
from peerload.staff import access
from peerload.staff.models import Member
from peerload.staff.roles import Capability
from peerload.ui.templatetags.ui import day as in_words
from peerload.ui.templatetags.ui import points
from workload import queries as ledger
from workload import rules
from workload.enums import Element, Ending, Enough, Flag, RecordStatus, Side
from workload.forms import weighs
from workload.models import KEPT, Agreement, RecordLine
from workload.months import actions, queries
from workload.months import rules as months
from workload.months.views import Found, address

from ..models import MonthlyRecord
from ..points.lines import ElementKinds, StandingLine, Whom, by_element


class FigureToDecide(NamedTuple):
    """A figure that another manager may decide; ``lacking`` lists what is missing first."""

    total: Decimal
    whose: str
    lacking: list[months.Lacking]

    @property
    def lacking_words(self) -> str:
        return format_list(each.words for each in self.lacking)


class Sheet:
    """Everything one month's page and paper say, for one reader."""

    def __init__(self, request: access.MemberRequest, found: Found) -> None:
        self.request, self.found = request, found
        self.organisation, self.member, self.on = request.organisation, request.member, request.on
        self.worker, self.month, self.record, self.place = found.worker, found.month, found.record, found.place
        self.as_at = dates.month_end(self.month)
        self.schemes = ledger.schemes(self.organisation.pk)
        self.scheme = rules.scheme_on(self.schemes, self.as_at)
        self.is_own_lines = queries.has_figures(self.record)
        self.worker_month = self._worker_month()
        self.figures = self.worker_month.figures

    def _worker_month(self) -> queries.WorkerMonth:
        """Return the record; if the worker is not listed any more, by its stored data alone."""
        key = self.worker.pk
        found = queries.worker_months(
            self.organisation, self.month, today=self.on, worker_ids=[key], schemes=self.schemes
        )
        if found:
            return found[0]
        added = {} if self.is_own_lines else queries.adjustments(self.organisation, self.month, [key], self.schemes)
        return queries.as_written(self.record, self.schemes, today=self.on, adjustments=added.get(key, ()))

    # What it is made of

    @cached_property
    def stored(self) -> list[RecordLine]:
        return list(self.record.lines.all()) if self.record and self.is_own_lines else []

    @cached_property
    def lines(self) -> list[RecordLine]:
        if self.is_own_lines:
            return [line for line in self.stored if line.for_month is None]
        return queries.lines_of([self.worker.pk], self.month, self.schemes)[self.worker.pk]

    @cached_property
    def adjustments(self) -> list[dict]:
        """The corrections of earlier months that this record carries, beside its total."""
        if self.is_own_lines:
            return [
                {"month": line.for_month, "points": line.points, "reason": line.reason}
                for line in self.stored
                if line.for_month
            ]
        return [
            {"month": each.for_month, "points": each.points, "reason": actions.explained(each)}
            for each in self.worker_month.adjustments
        ]

    @cached_property
    def adjusted(self) -> Decimal:
        return sum((each["points"] for each in self.adjustments), Decimal(0))

    @cached_property
    def whom(self) -> Whom:
        people = {line.client_id for line in self.lines if line.client_id}
        families = {line.family_id for line in self.lines if line.family_id}
        return Whom.of(self.member, people, families, on=self.on, own=self.place.own)

    @cached_property
    def parts(self) -> list[ElementKinds]:
        return by_element(map(self._line, self.lines), self.scheme)

    def _line(self, line: RecordLine) -> StandingLine:
        about, person = line.element == Element.CASE, self.whom.people.get(line.client_id)
        return StandingLine(
            element=Element(line.element),
            code=line.code,
            label=line.label,
            rule=self._rule(line),
            whom=self.whom.name(line.client_id, line.family_id) if about else "",
            # The reference of a person the reader may not see stays out of a file.
            ref=person.ref if about and person else "",
            points=line.points,
            since=line.starts_on,
            until=dates.last_day(line.ends_before),
            why=Ending(line.ending).label if line.ends_before else "",
        )

    def _rule(self, line: RecordLine) -> str:
        if line.code == "case":
            return _("the points of a case depend on the kind of support")
        weight = None if line.element == Element.STABLE else self.scheme.by_code.get(line.code)
        return weighs(weight) if weight else ""

    # Where it is

    @cached_property
    def status(self) -> RecordStatus:
        return queries.status_of(self.record, self.figures.total) if self.record else RecordStatus.DRAFT

    @property
    def sheet_said(self) -> Decimal | None:
        """The total that was brought in with a record, where the facts say another; the record is a draft again."""
        is_brought = self.record and self.record.imported and not self.record.is_kept
        return self.record.total if is_brought and self.record.total != months.stored(self.figures.total) else None

    @property
    def is_over(self) -> bool:
        """Whether the month is over, so that it can be submitted."""
        return self.on > self.as_at

    @cached_property
    def is_counted(self) -> bool:
        """Whether the month can be counted: the worker is in post on its last day, or the figures were sent with the report."""
        return self.found.listed is not None or bool(self.record and self.record.report_id)

    @property
    def is_open(self) -> bool:
        return self.status not in KEPT and self.is_counted

    @cached_property
    def agreements(self) -> dict[Side, Agreement]:
        return queries.agreements_of(self.record) if self.record else {}

    @cached_property
    def actions(self) -> list:
        return list(self.record.actions.select_related("owner")) if self.record else []

    @cached_property
    def leaders(self) -> list[Member]:
        return [leader for leader in queries.leaders_of(self.found.team) if leader.pk != self.worker.pk]

    @cached_property
    def leaders_there(self) -> list[Member]:
        return actions.leaders_there(self.found.team, self.worker, self.on)

    @property
    def decider(self) -> Member | None:
        return self.record.other_manager if self.record else None

    @cached_property
    def needs_other(self) -> bool:
        """Whether no one who could agree for the manager's side is there (W24), nor the manager asked to decide."""
        if Side.MANAGER in self.agreements:
            return False
        if self.decider and not queries.away_among([self.decider.pk], self.on):
            return False
        return self.status == RecordStatus.NOT_AGREED or not self.leaders_there

    @cached_property
    def lacking(self) -> list[months.Lacking]:
        record = self.record
        return months.lacking(
            self.figures.flag,
            reason=record.reason if record else "",
            causes=record.causes if record else "",
            actions=len(self.actions),
        )

    @property
    def decides(self) -> bool:
        """Whether it is the reader who decides between two figures."""
        waits = self.status == RecordStatus.NOT_AGREED and Side.MANAGER not in self.agreements
        return waits and self.is_open and self.place.other

    def figures_to_decide(self) -> list["FigureToDecide"]:
        """Return the two figures another manager decides between, each with its author and what is missing."""
        record, counted = self.record, self.record.counted
        found = [FigureToDecide(counted, _("as the facts count it"), self._lacking_at(counted))]
        if record.disagreed_total != counted:
            other = record.disagreed_total
            found.append(
                FigureToDecide(
                    other,
                    _("as %(disagreed_by)s says") % {"disagreed_by": record.disagreed_by.name},
                    self._lacking_at(other),
                )
            )
        return found

    @property
    def lacking_words(self) -> str:
        """Write what is missing before the record can be agreed, as a list in a sentence."""
        return format_list(each.words for each in self.lacking)

    def _lacking_at(self, total: Decimal) -> list[months.Lacking]:
        record = self.record
        flag = self.figures.flag if record.report_id else queries.flag_at(record, total, self.schemes)
        return months.lacking(flag, reason=record.reason, causes=record.causes, actions=len(self.actions))

    @property
    def manager_side(self) -> str:
        """Name who agrees for the manager's side."""
        if Side.MANAGER in self.agreements:
            return self.agreements[Side.MANAGER].member.name
        if self.decider and self.status == RecordStatus.NOT_AGREED:
            return self.decider.name
        able = [*([self.decider] if self.decider else []), *self.leaders_there] or self.leaders
        return " or ".join(dict.fromkeys(leader.name for leader in able)) or _("a manager")

    def lead(self) -> str:
        """Say in a sentence in which state the record is."""
        if not self.is_over:
            return _("%(month)s is not over. The figures are those known today.") % {"month": month_name(self.month)}
        if self.status not in KEPT and not self.is_counted:
            return _("%(worker)s is not in post on %(day)s any more, so there is nothing to agree to.") % {
                "worker": self.worker.name,
                "day": in_words(self.as_at),
            }
        if self.sheet_said is not None and self.status == RecordStatus.DRAFT:
            said, counted = points(self.sheet_said), points(self.figures.total)
            return _(
                "The sheet says %(said)s points, but the records here give %(counted)s. "
                "Check the record, then submit it."
            ) % {"said": said, "counted": counted}
        if self.record and self.record.imported and self.record.is_kept:
            return _("Imported from a spreadsheet. Only the total was imported.")
        match self.status:
            case RecordStatus.DRAFT if self.record and self.record.report_id:
                return _("Sent as it was, and not agreed yet.")
            case RecordStatus.DRAFT if self.worker_month.worker_is_away:
                return _("%(worker)s is not at work. The manager completes it from what is known.") % {
                    "worker": self.worker.name
                }
            case RecordStatus.DRAFT if self.place.own:
                return _("It is prepared for you. Read it, say how the month was, and submit it.")
            case RecordStatus.DRAFT:
                return _("Prepared by peerload; %(worker)s has not submitted it yet.") % {"worker": self.worker.name}
            case RecordStatus.SUBMITTED:
                return self._submitted()
            case RecordStatus.NOT_AGREED if not self.decider:
                return _("Not agreed, and there is no other manager to decide. Talk again, and agree when you can.")
            case RecordStatus.NOT_AGREED if self.record.decided_by and Side.MANAGER in self.agreements:
                words = (
                    _("%(decider)s decided %(total)s; you have not agreed yet.")
                    if self.place.own
                    else _("%(decider)s decided %(total)s; %(worker)s has not agreed yet.")
                )
                decider, total = self.record.decided_by.name, points(self.record.decided_total)
                return words % {"decider": decider, "total": total, "worker": self.worker.name}
            case RecordStatus.NOT_AGREED if self.record.decided_by:
                decider = self.record.decided_by.name
                return _("%(decider)s decided %(total)s; %(manager)s still has to agree.") % {
                    "decider": decider,
                    "total": points(self.record.decided_total),
                    "manager": self.manager_side,
                }
            case RecordStatus.NOT_AGREED:
                return _("Not agreed: %(manager)s decides.") % {"manager": self.manager_side}
            case RecordStatus.PROVISIONAL:
                return _(
                    "Completed while %(worker)s was not at work. What they correct later goes into a later month."
                ) % {"worker": self.worker.name}
            case RecordStatus.AGREED:
                return _("Agreed by both. It does not change.")
        return _("Sent. It does not change.")

    def _submitted(self) -> str:
        """Say who still has to agree."""
        waits_for_worker, waits_for_manager = (side not in self.agreements for side in (Side.WORKER, Side.MANAGER))
        words = {"worker": self.worker.name, "manager": self.manager_side}
        if not waits_for_worker:
            return _("Submitted; %(manager)s still has to agree.") % words
        if self.place.own:
            both, one = (
                _("Submitted; you and %(manager)s still have to agree."),
                _("Submitted; you still have to agree."),
            )
        else:
            both = _("Submitted; %(worker)s and %(manager)s still have to agree.")
            one = _("Submitted; %(worker)s still has to agree.")
        return (both if waits_for_manager else one) % words

    def steps(self) -> list[dict]:
        """Return the way of a record, each step done, now, or still to come."""
        status, agreed = self.status, len(self.agreements)
        reported = bool(self.record and self.record.report_id)
        on = self.record.completed_on if self.record else None
        if status == RecordStatus.PROVISIONAL or (status == RecordStatus.REPORTED and not agreed and on):
            words = _("completed, %(day)s, provisional") if on else _("completed, provisional")
            middle = [{"words": words % {"day": format_short_day(on)}, "state": "done"}]
        else:
            submitted = status != RecordStatus.DRAFT
            done = agreed == 2 or status in (RecordStatus.AGREED, RecordStatus.REPORTED)
            words = _("agreed by one of two") if agreed == 1 else _("agreed by both")
            if done and not agreed:
                words = _("agreed")
            if status == RecordStatus.NOT_AGREED:
                words = _("not agreed")
            handed_in = _("submitted, %(day)s") if submitted and on else _("submitted")
            middle = [
                {"words": handed_in % {"day": format_short_day(on)}, "state": "done" if submitted else ""},
                {"words": words, "state": "done" if done else "now" if submitted else ""},
            ]
        first = {"words": _("draft"), "state": "now" if status == RecordStatus.DRAFT else "done"}
        last = {"words": _("sent") if reported else _("sent by the 15th"), "state": "done" if reported else ""}
        return [first, *middle, last]

    def months_there(self) -> list[date]:
        """Return the months before and after that have a record the reader may open."""
        if not self.place.follows:
            return []
        near = [each for each in (months.before(self.month, 1)[0], months.first_of(self.month)) if each <= self.on]
        listed = ledger.listed_on(self.organisation, [dates.month_end(e) for e in near], worker_ids=[self.worker.pk])
        there = {dates.month_start(each.on) for each in listed}
        if len(there) < len(near):
            there |= set(self.worker.records.filter(month__in=near).values_list("month", flat=True))
        return [each for each in near if each in there]

    def history(self) -> list[dict]:
        """Return the worker's twelve months for the chart."""
        found = queries.twelve_months(self.organisation, self.month, self.worker.pk, self.schemes)
        return [
            {
                "month": month,
                "total": past.total if past else None,
                "mark": past.mark if past else None,
                "limit": past.limit if past else None,
                "band": past.band if past else "",
                "kept": bool(past and past.is_kept),
                "note": "" if past else _("not in post"),
            }
            for month, past in found
        ]

    @cached_property
    def before(self) -> MonthlyRecord | None:
        """The record of the month before, for its reason where this one opens a review."""
        if self.figures.flag != Flag.REVIEW:
            return None
        earlier = months.before(self.month, 1)[0]
        return self.worker.records.filter(month=earlier).exclude(reason="").first()

    def mix(self) -> list[dict]:
        people, boundary = self.figures.people, self.figures.boundary
        if people is None:
            return []
        most = boundary or (None,) * len(people)
        return [{"tier": t, "people": n, "boundary": b} for t, n, b in zip(CASELOAD_TIERS, people, most, strict=True)]


@access.requires(Capability.SEE_OWN_POINTS)
@require_GET
def record(request: access.MemberRequest, uid: UUID, month: str) -> HttpResponse:
    """Show a worker's month to themself, to their team manager, and to another manager who was asked."""
    sheet = Sheet(request, Found(request, uid, month))
    place, first = sheet.place, sheet.month
    context = {
        "sheet": sheet,
        "place": place,
        "worker": sheet.worker,
        "month": first,
        "slug": f"{first:%Y-%m}",
        "record": sheet.record,
        "figures": sheet.figures,
        "version": sheet.record.version if sheet.record else 0,
        "own": place.own,
        "ticked_off_here": {each.pk for each in sheet.actions if place.side or each.owner_id == request.member.pk},
        "lead": sheet.lead(),
        "steps": sheet.steps(),
        "history": sheet.history(),
        "mix_rows": sheet.mix(),
        "sides": sides(sheet),
        "decided": decided_words(sheet),
        "to_agree": sheet.record.decided_total if sheet.record and sheet.record.decided_by else sheet.figures.total,
        "being_counted": request.organisation.recount_from is not None
        and not (sheet.record and sheet.record.report_id),
        "is_review": sheet.figures.flag == Flag.REVIEW,
        "enough": Enough(sheet.record.enough).label if sheet.record and sheet.record.enough else "",
        "months_there": [(month, address(sheet.worker, month)) for month in sheet.months_there()],
        "can_ask_other": (place.own or place.leads) and sheet.is_over and sheet.is_open and sheet.needs_other,
    }
    audit.listed(
        request, "record", len({line.client_id for line in sheet.lines if line.client_id in sheet.whom.people})
    )
    return render(request, "workload/months/record.html", context)


class SideWords(NamedTuple):
    """One of the two who agree, as the page shows it."""

    name: str
    agreement: Agreement | None
    is_yours: bool
    says: str


def sides(sheet: Sheet) -> list[SideWords]:
    """Return both sides: who has agreed when, and which side the reader can agree for now."""
    found = []
    may = sheet.is_open and sheet.is_over and sheet.status != RecordStatus.DRAFT
    for side in Side:
        agreement = sheet.agreements.get(side)
        name = sheet.worker.name if side == Side.WORKER else sheet.manager_side
        yours = may and agreement is None and sheet.place.side == side
        if side == Side.MANAGER and sheet.status == RecordStatus.NOT_AGREED and sheet.decider:
            yours = sheet.decides
        says = ""
        if not agreement and sheet.status == RecordStatus.PROVISIONAL:
            says = _("Away; not yet agreed.") if side == Side.WORKER else _completed(sheet.record.completed_by)
        elif not agreement:
            brought_in = sheet.status == RecordStatus.AGREED and sheet.record.imported
            says = _("It was already agreed when it was imported.") if brought_in else _("Not yet agreed.")
        found.append(SideWords(name, agreement, yours, says))
    return found


def _completed(by: Member | None) -> str:
    return _("Completed by %(by)s.") % {"by": by.name} if by else _("It was already completed when it was imported.")


def decided_words(sheet: Sheet) -> str:
    """Say which figure another manager decided, in place of which; "" without a decision."""
    record = sheet.record
    if record is None or record.decided_by is None:
        return ""
    decided, counted = points(record.decided_total), points(record.counted)
    words = (
        _("%(manager)s decided %(decided)s instead of the %(counted)s counted.")
        if record.decided_beyond
        else _("%(manager)s decided %(decided)s.")
    )
    words %= {"manager": record.decided_by.name, "decided": decided, "counted": counted}
    if record.decided_total == record.total:
        return words
    return " ".join([words, _("The report had been sent, so a later month has a correction.")])
