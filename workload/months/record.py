"""The page of a worker's month: its lines, words, agreements and actions."""

from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from peerload.audit import actions as audit
from peerload.core import dates
from peerload.core.formats import format_day, format_short_day, month_name
from peerload.guides import queries as guides
from peerload.guides.rules import Content
from peerload.staff import access
from peerload.staff.roles import Capability
from peerload.ui.templatetags.ui import points
from workload import queries as ledger
from workload.enums import Enough, Flag, RecordStatus, Side
from workload.models import KEPT, MonthlyRecord
from workload.months import queries
from workload.months import rules as months
from workload.months.points_sent import who_opened
from workload.months.queries import SeenRecord
from workload.months.views import FoundMonth, address


@access.requires(Capability.SEE_OWN_POINTS)
@require_GET
def record(request: access.MemberRequest, uid: UUID, month: str) -> HttpResponse:
    """Show a worker's month to themself, to their team manager, and to another manager who was asked."""
    seen = FoundMonth(request, uid, month).seen()
    place, own, first = seen.place, seen.record, seen.month
    context = {
        "seen": seen,
        "place": place,
        "worker": seen.worker,
        "month": first,
        "slug": f"{first:%Y-%m}",
        "record": own,
        "figures": seen.figures,
        "version": own.version if own else 0,
        "own": place.own,
        "ticked_off_here": {each.pk for each in seen.actions if place.side or each.owner_id == request.member.pk},
        "lead": lead(seen),
        "steps": steps(seen),
        "history": history(seen),
        "before": before(seen),
        "sides": seen.sides,
        "to_agree": own.decided_total if own and own.decided_by else seen.figures.total,
        "being_counted": request.organisation.recount_from is not None and not (own and own.report_id),
        "is_review": seen.figures.flag == Flag.REVIEW,
        "causes_guide": causes_guide(seen),
        "enough": Enough(own.enough).label if own and own.enough else "",
        "months_there": [(month, address(seen.worker, month)) for month in months_there(seen)],
        "opened_by": who_opened(seen.worker, first, request.organisation) if place.own or place.leads else [],
        "can_ask_other": (place.own or place.leads) and seen.month_is_over and seen.is_open and needs_other(seen),
    }
    audit.listed(request, "record", len(seen.people))
    return render(request, "workload/months/record.html", context)


CAUSES = "root_cause"  # the guide that asks what is behind a month above the limit (T05)


def causes_guide(seen: SeenRecord) -> str:
    """Return the guide with which the two can look at the causes of a workload review; "" where it is not offered."""
    if seen.figures.flag != Flag.REVIEW or not seen.is_open or not seen.place.side:
        return ""
    return CAUSES if guides.offer(seen.worker.organisation, CAUSES, Content) else ""


def needs_other(seen: SeenRecord) -> bool:
    """Return whether no one who could agree for the manager's side is there (W24), nor the manager asked to decide."""
    if Side.MANAGER in seen.agreements:
        return False
    if seen.decider and not queries.away_among([seen.decider.pk], seen.today):
        return False
    return seen.status == RecordStatus.NOT_AGREED or not seen.leaders_there


def lead(seen: SeenRecord) -> str:
    """Say in a sentence in which state the record is."""
    if not seen.month_is_over:
        return _("%(month)s is not over. The figures are those known today.") % {"month": month_name(seen.month)}
    if seen.status not in KEPT and not seen.is_counted:
        return _("%(worker)s is not in post on %(day)s any more, so there is nothing to agree to.") % {
            "worker": seen.worker.name,
            "day": format_day(seen.as_at),
        }
    if seen.sheet_said is not None and seen.status == RecordStatus.DRAFT:
        said, counted = points(seen.sheet_said), points(seen.figures.total)
        return _(
            "The sheet says %(said)s points, but the records here give %(counted)s. Check the record, then submit it."
        ) % {"said": said, "counted": counted}
    if seen.record and seen.record.imported and seen.record.is_kept:
        return _("Imported from a spreadsheet. Only the total was imported.")
    match seen.status:
        case RecordStatus.DRAFT if seen.record and seen.record.report_id:
            return _("Sent as it was, and not agreed yet.")
        case RecordStatus.DRAFT if seen.worker_month.worker_is_away:
            return _("%(worker)s is not at work. The manager completes it from what is known.") % {
                "worker": seen.worker.name
            }
        case RecordStatus.DRAFT if seen.place.own:
            return _("It is prepared for you. Read it, say how the month was, and submit it.")
        case RecordStatus.DRAFT:
            return _("Prepared by peerload; %(worker)s has not submitted it yet.") % {"worker": seen.worker.name}
        case RecordStatus.SUBMITTED:
            return _submitted(seen)
        case RecordStatus.NOT_AGREED:
            return _not_agreed(seen)
        case RecordStatus.PROVISIONAL:
            return _("Completed while %(worker)s was not at work. What they correct later goes into a later month.") % {
                "worker": seen.worker.name
            }
        case RecordStatus.AGREED:
            return _("Agreed by both. It does not change.")
    return _("Sent. It does not change.")


def _not_agreed(seen: SeenRecord) -> str:
    """Say who decides about a record that was not agreed, or who has decided and who has still to agree."""
    if not seen.decider:
        return _("Not agreed, and there is no other manager to decide. Talk again, and agree when you can.")
    if not seen.record.decided_by:
        return _("Not agreed: %(manager)s decides.") % {"manager": seen.manager_side}
    if Side.MANAGER not in seen.agreements:
        words = _("%(decider)s decided %(total)s; %(manager)s still has to agree.")
    elif seen.place.own:
        words = _("%(decider)s decided %(total)s; you have not agreed yet.")
    else:
        words = _("%(decider)s decided %(total)s; %(worker)s has not agreed yet.")
    return words % {
        "decider": seen.record.decided_by.name,
        "total": points(seen.record.decided_total),
        "manager": seen.manager_side,
        "worker": seen.worker.name,
    }


def _submitted(seen: SeenRecord) -> str:
    """Say who still has to agree."""
    waits_for_worker, waits_for_manager = (side not in seen.agreements for side in (Side.WORKER, Side.MANAGER))
    words = {"worker": seen.worker.name, "manager": seen.manager_side}
    if not waits_for_worker:
        return _("Submitted; %(manager)s still has to agree.") % words
    if seen.place.own:
        both, one = (
            _("Submitted; you and %(manager)s still have to agree."),
            _("Submitted; you still have to agree."),
        )
    else:
        both = _("Submitted; %(worker)s and %(manager)s still have to agree.")
        one = _("Submitted; %(worker)s still has to agree.")
    return (both if waits_for_manager else one) % words


def steps(seen: SeenRecord) -> list[dict]:
    """Return the way of a record, each step done, now, or still to come."""
    status, agreed = seen.status, len(seen.agreements)
    reported = bool(seen.record and seen.record.report_id)
    on = seen.record.completed_on if seen.record else None
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


def months_there(seen: SeenRecord) -> list[date]:
    """Return the months before and after that have a record the reader may open."""
    if not seen.place.follows:
        return []
    near = [each for each in (months.before(seen.month, 1)[0], months.first_of(seen.month)) if each <= seen.today]
    listed = ledger.listed_on(seen.organisation, [dates.month_end(e) for e in near], worker_ids=[seen.worker.pk])
    there = {dates.month_start(each.on) for each in listed}
    if len(there) < len(near):
        there |= set(seen.worker.records.filter(month__in=near).values_list("month", flat=True))
    return [each for each in near if each in there]


def history(seen: SeenRecord) -> list[dict]:
    """Return the worker's twelve months for the chart."""
    found = queries.twelve_months(seen.organisation, seen.month, seen.worker.pk, seen.schemes)
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


def before(seen: SeenRecord) -> MonthlyRecord | None:
    """Return the record of the month before, for its reason where this one opens a review."""
    if seen.figures.flag != Flag.REVIEW:
        return None
    earlier = months.before(seen.month, 1)[0]
    return seen.worker.records.filter(month=earlier).exclude(reason="").first()
