"""The workers a leaver's people go to: one list, who has capacity for them, and one button to hand everyone over."""

from collections.abc import Hashable, Sequence
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from caseload import described
from caseload.actions import Refused
from caseload.groups.queries import facilitated_on
from caseload.leaving import actions, queries
from caseload.leaving import list_form as forms
from caseload.leaving import rules as leaving_rules
from caseload.leaving.list_actions import hand_over_list
from caseload.leaving.views import FoundLeaving
from caseload.queries.person import supported_before_all
from caseload.waiting.forms import WAIT
from caseload.waiting.queries import may_see_to_all
from peerload.audit import actions as audit
from peerload.core.formats import format_day
from peerload.staff import access, concurrency
from peerload.staff.leaving.queries import gone_by
from peerload.staff.roles import Capability
from peerload.staff.views.live_figures import LiveFigures

from . import rules as capacity_rules
from .candidates import listing
from .capacity import Chosen, Receiver, TeamCapacity, day_posted
from .enums import Caution
from .rules import Receiving
from .sums import NOTHING_KNOWN, listed_workers


class ListRow(NamedTuple):
    """
    A person of the list, as the page shows it.

    :param line: the choice; None where the member does not choose, or nothing is open
    :param earlier: the last day the chosen worker supported them, where they did before
    """

    row: queries.HandoverRow
    line: forms.HandoverLine | None
    note: forms.Shown
    told: forms.Shown
    cautions: list[Caution]
    earlier: date | None


@access.requires(Capability.SUPPORT_PEOPLE)
@concurrency.changes(find=lambda request, uid: FoundLeaving(request, uid).leaving, describe=described.handover)
class HandoverList(LiveFigures):
    """The list: the team manager chooses and hands over; the leaver writes notes and ticks who has been told."""

    template_name = "workload/capacity/hand_over.html"
    figures_template = "workload/capacity/hand_over_figures.html"

    @cached_property
    def found(self) -> FoundLeaving:
        found = FoundLeaving(self.request, self.kwargs["uid"])
        if not (found.under_way and (found.leads or found.own)):
            raise Http404
        return found

    @cached_property
    def on(self) -> date:
        """The day of the handover: the one asked for, or the day after the last."""
        return day_posted(self.request, leaving_rules.moves_on(self.found.leaving.last_day, self.request.on))

    @cached_property
    def rows(self) -> list[queries.HandoverRow]:
        return queries.people(self.found.leaving, self.request.member, self.on, today=self.request.on)

    @cached_property
    def capacity(self) -> TeamCapacity:
        """Who could take over: the workers of the teams one leads who are still here on the day."""
        led = queries.led_by(self.request.member, self.request.on) if self.found.leads else []
        gone = gone_by(self.on, led)
        receivers = [each for each in led if each != self.found.worker and each.pk not in gone]
        theirs = [row.person for row in self.rows if row.theirs]
        return TeamCapacity(receivers, theirs, self.on, self.request.organisation)

    @cached_property
    def groups(self) -> list[forms.GroupOffered]:
        """The groups of the teams one leads that meet on the day, with the worker who could take people over."""
        able = {worker.pk: worker for worker in self.capacity.receivers}
        return [
            forms.GroupOffered(group, next((able[key] for key in workers if key in able), None))
            for group, workers in facilitated_on(self.request.member, self.on, today=self.request.on)
        ]

    def form(self, data: QueryDict | None = None) -> forms.HandoverForm:
        leads = self.found.leads
        form = forms.HandoverForm(
            data,
            on=self.request.on,
            rows=self.rows,
            receivers=self.capacity.receivers if leads else None,
            groups=self.groups if leads else [],
            owners=may_see_to_all([row.person for row in self.rows], self.on) if leads else [],
            initial={"on": self.on, "owner": self.request.member.uid},
        )
        if leads:
            self.capacity.supports = {key: line.support for key, line in form.lines.items() if line.support}
        return form

    @property
    def asked_to(self) -> str:
        return self.request.POST.get("do", "keep") if self.found.leads else "keep"

    def post(self, request: access.MemberRequest, **kwargs: Any) -> HttpResponse:
        if self.asked_to in {"share_out", "look"}:
            form = self.form(request.POST)
            if not form.is_valid():
                return self.invalid(form)
            return self.page(form if self.asked_to == "look" else self.form(self.shared_out(form)))
        return super().post(request, **kwargs)

    def act(self, data: dict[str, Any]) -> str:
        return self.hand_over(self.filled) if self.asked_to == "hand_over" else self.keep(self.filled)

    def refused(self, form: forms.HandoverForm, refusal: Refused) -> HttpResponse:
        words = (
            _("No one was handed over. %(refusal)s") if self.request.POST.get("do") == "hand_over" else "%(refusal)s"
        )
        form.add_error(None, words % {"refusal": refusal})
        if refusal.about:
            form.refuse_about(refusal.about, str(refusal))
        return self.invalid(form)

    def success_url(self) -> str:
        return self.found.url if self.asked_to == "hand_over" else reverse("handover", args=[self.found.worker.uid])

    def shared_out(self, form: forms.HandoverForm) -> QueryDict:
        """Return the posted data with the proposal added; choices made by hand stay."""
        data = self.request.POST.copy()
        proposal = self.capacity.proposal(chosen(form))
        for key, line in form.lines.items():
            if key in proposal and not line.refusal:
                # who is to be kept in touch with stays so; a group without a name becomes a worker
                data[forms.to(line.row)] = line.what if line.what == forms.PARK else forms.GO
                data[forms.who(line.row)] = form.labels[proposal[key]]
        return data

    def keep(self, form: forms.HandoverForm) -> str:
        receivers = form.receivers() if self.found.leads else None
        who = {"by": self.request.member, "today": self.request.on}
        actions.keep(leaving_id=self.found.leaving.pk, words=form.words(), receivers=receivers, **who)
        if {WAIT, forms.PARK, forms.JOIN} & set(form.data.values()):
            return _(
                "The list is kept. People who wait, join a group or are kept in touch with are saved only when you "
                "hand over."
            )
        return _("The list is kept.")

    def hand_over(self, form: forms.HandoverForm) -> str:
        receivers, waits = {key: worker for key, worker in form.receivers().items() if worker}, form.waits()
        receivers |= form.sent_again()
        on = form.cleaned_data["on"]
        who = {"by": self.request.member, "today": self.request.on}
        count = hand_over_list(
            leaving_id=self.found.leaving.pk,
            receivers=receivers,
            waits=waits,
            parked=form.parked(),
            joins=form.joins(),
            words=form.words(),
            on=on,
            **who,
        )
        return done_words(count, len(waits), on)

    def page(self, form: forms.HandoverForm, **more: Any) -> HttpResponse:
        audit.listed(self.request, "handover", len(self.rows))
        return super().page(form, **more)

    def context(self, form: forms.HandoverForm) -> dict[str, Any]:
        picked = chosen(form)
        waits = sum(worker is None for worker in picked.values())
        if waits:
            form.show_needed()
        receivers = self.capacity.receivers_of(picked) if self.found.leads else []
        rows = self.list_rows(form, receivers)
        theirs = [row for row in rows if row.row.theirs]
        return {
            "form": form,
            "found": self.found,
            "worker": self.found.worker,
            "leaving": self.found.leaving,
            "day": self.on,
            "on": self.request.on,
            "theirs": theirs,
            "moved": [row for row in rows if not row.row.theirs and not row.row.waits],
            "waiting": [row.row for row in rows if row.row.waits],
            "effects": [receiver.effect for receiver in receivers],
            "listed": listed_workers(self.capacity, receivers, form.labels, **listing(self.request.POST)),
            "suggestions": self.capacity.suggestions(form.labels) if self.found.leads else [],
            "groups": self.groups if self.found.leads else [],
            "chosen": len(picked) - waits,
            "waits": waits,
            "left": len(theirs) - len(picked),
            "elsewhere": queries.still_theirs(self.found.worker.pk, self.on).count() - len(theirs),
        }

    def list_rows(self, form: forms.HandoverForm, receivers: Sequence[Receiver]) -> list[ListRow]:
        """Return a row a person: the choice, what to know of it, the note and the tick."""
        receiving: dict[Hashable, Receiving] = {row.effect.worker.pk: row.receiving for row in receivers}
        to = {key: WAIT if line.what == WAIT else line.worker and line.worker.pk for key, line in form.lines.items()}
        families = [(line.person.family_id, to[key]) for key, line in form.lines.items() if line.person.family_id]
        apart = capacity_rules.families_apart(families)
        before = supported_before_all(list(form.lines), self.on)
        found = []
        for row in self.rows:
            key = row.person.pk
            worker = to.get(key)
            cautions = capacity_rules.cautions(
                receiving.get(worker, NOTHING_KNOWN),
                moves=True,
                family_apart=worker is not None and row.person.family_id in apart,
            )
            note, told = (form.shown(name(row)) for name in (forms.note, forms.told))
            found.append(ListRow(row, form.lines.get(key), note, told, cautions, before.get((key, worker))))
        return found


def chosen(form: forms.HandoverForm) -> Chosen:
    """Return the choice for each person, posted or not, ``None`` for waiting; a refused choice is left out."""
    return {
        key: line.worker.pk if line.worker else None
        for key, line in form.lines.items()
        if not line.is_open and not line.refusal
    }


def done_words(handed_over: int, waits: int, on: date) -> str:
    """Say what the form has changed: "One person is handed over from 1 December 2026 on, and 6 people wait."."""
    words = {"day": format_day(on), "waiting": waits, "count": handed_over}
    if not handed_over:
        waiting = ngettext(
            "From %(day)s on one person waits for a worker.",
            "From %(day)s on %(waiting)s people wait for a worker.",
            waits,
        )
        return waiting % words
    done = ngettext(
        "One person is handed over from %(day)s on", "%(count)s people are handed over from %(day)s on", handed_over
    )
    if not waits:
        return f"{done % words}."
    waiting = ngettext("one person waits for a worker", "%(count)s people wait for a worker", waits) % {"count": waits}
    return _("%(done)s, and %(waiting)s.") % {"done": done % words, "waiting": waiting}
