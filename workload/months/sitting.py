"""The month in one sitting: a manager agrees the records of a team one after the other."""

from datetime import date
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from caseload.actions import Refused
from peerload.audit import actions as audit
from peerload.core import dates
from peerload.core.formats import format_number
from peerload.staff import access
from peerload.staff.models import Member, Team
from peerload.staff.roles import Capability
from workload.enums import Enough, RecordStatus, Side
from workload.models import Agreement
from workload.months import actions, forms, queries, rules
from workload.months.record import lead
from workload.months.views import CHANGED, FoundMonth, NotSaid, SittingPlace, led, month_asked

DIFFERENCES_OPEN = 5  # rows of what differs that stand open; the others are folded


@access.requires(Capability.LEAD_TEAM)
class Sitting(access.MemberView):
    """Show the next record that waits for the manager, what differs first; after the last one say what is left."""

    http_method_names = ["get", "post", "head", "options"]

    @cached_property
    def team(self) -> Team:
        return led(self.request)

    @cached_property
    def month(self) -> date:
        return month_asked(self.request)

    @cached_property
    def place(self) -> SittingPlace:
        return SittingPlace.of_request(self.request)

    @cached_property
    def lines(self) -> list[queries.WorkerMonth]:
        """The team's records of the month, in order of name."""
        organisation, on = self.request.organisation, self.request.on
        return queries.worker_months(organisation, self.month, today=on, team_ids=[self.team.pk])

    @cached_property
    def waiting(self) -> list[queries.WorkerMonth]:
        return queries.waiting_for(self.request.member, self.lines)

    @cached_property
    def left(self) -> list[queries.WorkerMonth]:
        """The records that wait and were not skipped."""
        return [line for line in self.waiting if line.member_id not in self.place.skipped]

    def asked(self, key: str | None) -> queries.WorkerMonth | None:
        """Return the line of the worker who is named, otherwise the next one that waits."""
        if not key:
            return next(iter(self.left), None)
        for line in self.lines:
            if str(line.member_id) == key:
                return line
        raise Http404

    def get(self, request: access.MemberRequest) -> HttpResponse:
        line = self.asked(request.GET.get("worker"))
        if line is None:
            return render(request, "workload/months/sitting/summary.html", self.common() | self.summary())
        return self.draw(line)

    def draw(self, line: queries.WorkerMonth, *, typed: str = "", status: int = 200) -> HttpResponse:
        found = FoundMonth(self.request, line.uid, f"{self.month:%Y-%m}").seen()
        context = self.common() | record_context(found) | self.position(line) | {"typed": typed}
        audit.listed(self.request, "record", len(found.people))
        return render(self.request, "workload/months/sitting/record.html", context, status=status)

    def common(self) -> dict[str, Any]:
        return {"team": self.team, "month": self.month, "slug": f"{self.month:%Y-%m}", "line_count": len(self.lines)}

    def position(self, line: queries.WorkerMonth) -> dict[str, Any]:
        """Return which of how many records it is, and where the buttons lead."""
        of = max(self.place.of or 0, len(self.left))
        waits = line in self.waiting
        here = self.place._replace(of=of)
        skipping = here._replace(skipped=tuple(dict.fromkeys([*here.skipped, line.member_id])))
        return {
            "waits": waits,
            "completes": waits and rules.Turn.MANAGER_FOR_WORKER in line.turns,
            "number": of - len(self.left) + 1,
            "of": of,
            "is_last": self.left == [line],
            "here_url": here.url(self.team, self.month),
            "skip_url": skipping.url(self.team, self.month),
            "back_query": here.back_query,
            "note_query": f"?{here.back_query}",
        }

    def summary(self) -> dict[str, Any]:
        """Return what the last page says: what is complete, what is left, and whose turn it is."""
        skipped = [line for line in self.waiting if line.member_id in self.place.skipped]
        return {
            "complete": sum(not line.turns for line in self.lines),
            "is_over": self.request.on > dates.month_end(self.month),
            "report": queries.report_of(self.team, self.month),
            "skipped": skipped,
            "others": [line for line in self.lines if line.turns and line not in skipped],
            "again_url": SittingPlace().url(self.team, self.month),
        }

    def post(self, request: access.MemberRequest) -> HttpResponse:
        """Agree to the record, or complete it for a worker who is away, and go on to the next one."""
        line = self.asked(request.POST.get("worker"))
        if line is None:
            raise Http404
        found = FoundMonth(request, line.uid, f"{self.month:%Y-%m}")
        form = forms.SittingForm(request.POST, on=request.on, record=found.record)
        on_this = self.place.url(self.team, self.month, line.member_id)
        try:
            if not form.is_valid():
                raise NotSaid(_("Something was missing. Look at the record, then try again."))
            messages.success(request, self.act(found, form))
        except Refused as refusal:
            if by := who_agreed(found.worker, self.month):
                if by.pk != request.member.pk:
                    words = _("%(name)s has already agreed to the record of %(worker)s. Nothing was changed.")
                    messages.info(request, words % {"worker": found.worker.name, "name": by.name})
                return redirect(self.place.url(self.team, self.month))
            changed = type(refusal) is actions.RecordChangedMeanwhile
            messages.error(request, changed_words(form, found) if changed else str(refusal))
            if typed := request.POST.get("assumptions", ""):
                return self.draw(line, typed=typed, status=422)
            return redirect(on_this)
        return redirect(self.place.url(self.team, self.month))

    def act(self, found: FoundMonth, form: forms.SittingForm) -> str:
        member, on = self.request.member, self.request.on
        step = {"worker": found.worker, "month": self.month, "by": member, "today": on} | form.step_words()
        if form.completes:
            actions.complete(**step)
            return _("%(worker)s: completed, provisional.") % {"worker": found.worker.name}
        record = actions.agree(**step)
        both = len(queries.agreements_of(record)) == len(Side)
        words = _("%(worker)s: agreed by both.") if both else _("%(worker)s: you have agreed.")
        return words % {"worker": found.worker.name}


def who_agreed(worker: Member, month: date) -> Member | None:
    """Return who has agreed to a record for the manager's side, or has completed it."""
    given = Agreement.objects.filter(record__worker=worker, record__month=month, side=Side.MANAGER)
    if agreement := given.select_related("member").first():
        return agreement.member
    record = worker.records.filter(month=month, status=RecordStatus.PROVISIONAL).select_related("completed_by").first()
    return record.completed_by if record else None


def changed_words(form: forms.SittingForm, found: FoundMonth) -> str:
    """Say what has changed of a record since its page was opened: the total, or else words and actions."""
    seen, now = form.seen_total, found.seen().figures.total
    if seen is None or rules.stored(seen) == rules.stored(now):
        return str(CHANGED)
    words = _("This record has changed since you opened it: %(now)s points instead of %(seen)s. Read it again.")
    return words % {"now": format_number(now), "seen": format_number(seen)}


def record_context(seen: queries.SeenRecord) -> dict[str, Any]:
    """Return what the page of one record shows: the figures and what differs from the month before."""
    own, comparison = seen.record, queries.compared(seen)
    return {
        "seen": seen,
        "worker": seen.worker,
        "place": seen.place,
        "record": own,
        "figures": seen.figures,
        "version": own.version if own else 0,
        "lead": lead(seen),
        "compared": comparison,
        "open_rows": comparison.rows[:DIFFERENCES_OPEN],
        "folded_rows": comparison.rows[DIFFERENCES_OPEN:],
        "enough": Enough(own.enough).label if own and own.enough else "",
        "being_counted": seen.organisation.recount_from is not None and not (own and own.report_id),
    }
