"""The workers a leaver's people go to: one list, who has capacity for them, and one button to hand everyone over."""

from datetime import date
from functools import cached_property
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from caseload import described
from caseload.actions import Refused
from caseload.leaving import actions, forms, queries
from caseload.leaving import rules as leaving_rules
from caseload.leaving.views import FoundLeaving
from caseload.waiting.forms import WAIT
from caseload.waiting.queries import may_see_to_all
from peerload.audit import actions as audit
from peerload.core.formats import format_day
from peerload.staff import access, concurrency
from peerload.staff.leaving.queries import gone_by
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage

from .capacity import Chosen, TeamCapacity, day_posted


@access.requires(Capability.SUPPORT_PEOPLE)
@concurrency.changes(find=lambda request, uid: FoundLeaving(request, uid).leaving, describe=described.handover)
class HandoverList(FormPage):
    """The list: the team manager chooses and hands over; the leaver writes notes and ticks who has been told."""

    template_name = "workload/capacity/hand_over.html"

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

    def form(self, data: QueryDict | None = None) -> forms.HandoverForm:
        words = self.capacity.words() if self.found.leads else None
        owners = may_see_to_all([row.person for row in self.rows], self.on) if self.found.leads else []
        return forms.HandoverForm(
            data,
            on=self.request.on,
            rows=self.rows,
            receivers=words,
            owners=owners,
            initial={"on": self.on, "owner": self.request.member.uid},
        )

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
        return self.invalid(form)

    def success_url(self) -> str:
        return self.found.url if self.asked_to == "hand_over" else reverse("handover", args=[self.found.worker.uid])

    def shared_out(self, form: forms.HandoverForm) -> QueryDict:
        """Return the posted data with the proposal added; choices made by hand stay."""
        data = self.request.POST.copy()
        uids = {worker.pk: str(worker.uid) for worker in self.capacity.receivers}
        proposal = self.capacity.proposal(chosen(form))
        for row in self.rows:
            if row.person.pk in proposal:
                data[forms.to(row)] = uids[proposal[row.person.pk]]
        return data

    def keep(self, form: forms.HandoverForm) -> str:
        receivers = form.receivers() if self.found.leads else None
        who = {"by": self.request.member, "today": self.request.on}
        actions.keep(leaving_id=self.found.leaving.pk, words=form.words(), receivers=receivers, **who)
        if WAIT in form.data.values():
            return _("The list is kept. People who wait are saved only when you hand over.")
        return _("The list is kept.")

    def hand_over(self, form: forms.HandoverForm) -> str:
        receivers, waits = {key: worker for key, worker in form.receivers().items() if worker}, form.waits()
        receivers |= form.sent_again()
        on = form.cleaned_data["on"]
        who = {"by": self.request.member, "today": self.request.on}
        count = actions.hand_over_all(
            leaving_id=self.found.leaving.pk, receivers=receivers, waits=waits, words=form.words(), on=on, **who
        )
        return done_words(count, len(waits), on)

    def page(self, form: forms.HandoverForm, **more: Any) -> HttpResponse:
        audit.listed(self.request, "handover", len(self.rows))
        return super().page(form, **more)

    def context(self, form: forms.HandoverForm) -> dict[str, Any]:
        picked = chosen(form)
        lines = list(form.lines())
        theirs = [line for line in lines if line[0].theirs]
        waits = sum(worker is None for worker in picked.values())
        if waits:
            form.show_needed()
        return {
            "form": form,
            "found": self.found,
            "worker": self.found.worker,
            "leaving": self.found.leaving,
            "day": self.on,
            "on": self.request.on,
            "theirs": theirs,
            "moved": [line for line in lines if not line[0].theirs and not line[0].waits],
            "waiting": [row for row, *__ in lines if row.waits],
            "effects": self.capacity.effects(picked) if self.found.leads else [],
            "chosen": len(picked) - waits,
            "waits": waits,
            "left": len(theirs) - len(picked),
            "elsewhere": queries.still_theirs(self.found.worker.pk, self.on).count() - len(theirs),
        }


def chosen(form: forms.HandoverForm) -> Chosen:
    """Return the choice for each person, posted or not; an invalid choice is left out."""
    found: dict[int, int | None] = {}
    for row, choice, __, __ in form.lines():
        value = (choice.value() or "") if choice else ""
        if value == WAIT:
            found[row.person.pk] = None
        elif value in form.members:
            found[row.person.pk] = form.members[value].pk
    return found


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
