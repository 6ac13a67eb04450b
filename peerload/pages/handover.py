"""Whom a leaver's people go to: one list, who has room for them, and everybody handed over at one press."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.views.generic import View

from caseload.actions import Refused
from caseload.forms import AHEAD, EARLIEST, said
from caseload.leaving import actions, forms, queries
from caseload.leaving import rules as leaving_rules
from caseload.leaving.rules import Bundle
from caseload.leaving.views import Found
from caseload.models import Client
from peerload.audit import actions as audit
from peerload.staff import access
from peerload.staff.models import Absence, Member
from peerload.staff.roles import Capability
from workload import queries as workload
from workload import rules
from workload.enums import Band

from .allocate import case_points, given_to, support_of
from .templatetags.look import points

SOMEBODY = 0  # a receiver who is nobody yet, to weigh people by


class Effect(NamedTuple):
    """What a receiver holds on the day, now and with those chosen for them; ``None`` where they have no points yet."""

    worker: Member
    people: int
    before: rules.Total | None
    after: rules.Total | None
    away: bool


class Room:
    """
    Who of a team has room for people of one worker on a day, counted by the rules.

    :param receivers: in order of name
    :param people: those to be handed over
    """

    def __init__(self, receivers: Sequence[Member], people: Sequence[Client], on: date, organisation):
        self.receivers, self.on = receivers, on
        self.people = {person.pk: person for person in people}
        self.listed = workload.listed(organisation, on, worker_ids=[worker.pk for worker in receivers])
        self.schemes, self.working = workload.schemes(organisation.pk), workload.working(organisation)
        self.scheme = rules.scheme_on(self.schemes, on)
        self.before = workload.totals_on(organisation, on, self.listed, scheme=self.scheme)
        self.units = list(workload.gather_people(organisation.pk, self.people).values()) if people else []
        self.now = [self._points(unit, {}) for unit in self.units]
        away = Absence.objects.on(on).filter(worker__in=receivers)
        self.away = set(away.values_list("worker_id", flat=True))

    def words(self) -> list[tuple[Member, str]]:
        """Return each receiver with their name and the room they have now."""
        return [(worker, f"{worker.name} ({self._room_words(worker)})") for worker in self.receivers]

    def _room_words(self, worker: Member) -> str:
        total = self.before.get(worker.pk)
        words = "no points yet"
        if total:
            words = f"{points(total.total)} of {points(total.limit)}, {Band(total.band).label}"
        return f"{words}, away" if worker.pk in self.away else words

    def effects(self, chosen: Mapping[int, int]) -> list[Effect]:
        """
        Return what each receiver would hold.

        :param chosen: receiver by person, both by primary key
        """
        added = self._added(chosen)
        taken = list(chosen.values())
        return [
            Effect(
                worker,
                taken.count(worker.pk),
                self.before.get(worker.pk),
                self._total(worker.pk, added.get(worker.pk, Decimal(0))) if worker.pk in self.before else None,
                worker.pk in self.away,
            )
            for worker in self.receivers
        ]

    def proposal(self, chosen: Mapping[int, int]) -> dict[int, int]:
        """Return a receiver for each person for whom none is chosen yet, as far as somebody here that day has room."""
        added = self._added(chosen)
        here = [worker.pk for worker in self.receivers if worker.pk in self.before and worker.pk not in self.away]

        def room(worker: int, taken: Decimal) -> Decimal:
            total = self._total(worker, added.get(worker, Decimal(0)) + taken)
            return total.limit - total.total

        bundles = {number: self._left(unit, chosen) for number, unit in enumerate(self.units)}
        weighed = [
            Bundle(number, self._weight(self.units[number], left), any(self.people[key].statutory for key in left))
            for number, left in bundles.items()
            if left
        ]
        shared = leaving_rules.share_out(weighed, here, room)
        return {person: worker for number, worker in shared.items() for person in bundles[number]}

    def _left(self, unit: workload.CaseFacts, chosen: Mapping[int, int]) -> list[int]:
        return [person.key for person in unit.people if person.key in self.people and person.key not in chosen]

    def _weight(self, unit: workload.CaseFacts, people: Sequence[int]) -> Decimal:
        return self._points(unit, dict.fromkeys(people, SOMEBODY)).get(SOMEBODY, Decimal(0))

    def _points(self, unit: workload.CaseFacts, chosen: Mapping[int, int]) -> dict[int, Decimal]:
        people = [
            given_to(each, chosen[each.key], self.on, support_of(each, self.on)) if each.key in chosen else each
            for each in unit.people
        ]
        return case_points(rules.case_lines(people, self.schemes, self.working, family=unit.family), self.on)

    def _added(self, chosen: Mapping[int, int]) -> dict[int, Decimal]:
        """Return by how much the case points of each receiver change; in a family, one more may add nothing."""
        added: dict[int, Decimal] = {}
        for unit, now in zip(self.units, self.now, strict=True):
            then = self._points(unit, chosen)
            for worker in now.keys() | then.keys():
                added[worker] = added.get(worker, Decimal(0)) + then.get(worker, 0) - now.get(worker, 0)
        return added

    def _total(self, worker: int, more: Decimal) -> rules.Total:
        held = self.before[worker]
        return rules.total(held.stable, held.extras, held.cases + more, fte=held.fte, scheme=self.scheme)


@access.requires(Capability.SUPPORT_PEOPLE)
class Handover(View):
    """The list: whoever leads the team chooses and hands over; the leaver writes notes and who has been told."""

    http_method_names = ["get", "post", "head", "options"]

    @cached_property
    def found(self) -> Found:
        found = Found(self.request, self.kwargs["uid"])
        if not (found.under_way and (found.leads or found.own)):
            raise Http404
        return found

    @cached_property
    def on(self) -> date:
        """The day from which people are handed over: the one asked for, or the day after the last."""
        today, usual = self.request.on, leaving_rules.moves_on(self.found.leaving.last_day, self.request.on)
        try:
            asked = parse_date(self.request.POST.get("on", ""))
        except ValueError:
            asked = None
        return asked if asked and EARLIEST <= asked <= today + AHEAD else usual

    @cached_property
    def rows(self) -> list[queries.Row]:
        return queries.people(self.found.leaving, self.request.member, self.on, today=self.request.on)

    @cached_property
    def room(self) -> Room:
        """Who could take over: the workers of the teams one leads who are still here on the day."""
        led = queries.led_by(self.request.member, self.request.on) if self.found.leads else []
        gone = queries.gone_by(self.on, led)
        receivers = [each for each in led if each != self.found.worker and each.pk not in gone]
        theirs = [row.person for row in self.rows if row.theirs]
        return Room(receivers, theirs, self.on, self.request.organisation)

    def form(self, data=None) -> forms.HandoverForm:
        words = self.room.words() if self.found.leads else None
        return forms.HandoverForm(data, on=self.request.on, rows=self.rows, receivers=words, initial={"on": self.on})

    def get(self, request, **kwargs):
        return self.page(self.form())

    def post(self, request, **kwargs):
        form, asked = self.form(request.POST), request.POST.get("do", "keep")
        if not form.is_valid():
            return self.page(form, status=422)
        if self.found.leads and asked == "share_out":
            return self.page(self.form(self.shared_out(form)))
        if self.found.leads and asked == "look":
            return self.page(form)
        try:
            if self.found.leads and asked == "hand_over":
                return self.hand_over(form)
            return self.keep(form)
        except Refused as refusal:
            form.add_error(None, f"Nobody was handed over. {refusal}" if asked == "hand_over" else str(refusal))
            return self.page(form, status=422)

    def shared_out(self, form: forms.HandoverForm) -> QueryDict:
        """Return what was posted with the proposal in it; what was chosen by hand stays."""
        data = self.request.POST.copy()
        uids = {worker.pk: str(worker.uid) for worker in self.room.receivers}
        proposal = self.room.proposal(chosen(form))
        for row in self.rows:
            if row.person.pk in proposal:
                data[forms.to(row)] = uids[proposal[row.person.pk]]
        return data

    def keep(self, form: forms.HandoverForm) -> HttpResponse:
        receivers = form.receivers() if self.found.leads else None
        who = {"by": self.request.member, "today": self.request.on}
        actions.keep(leaving_id=self.found.leaving.pk, words=form.words(), receivers=receivers, **who)
        messages.success(self.request, "The list is kept.")
        return redirect("handover", uid=self.found.worker.uid)

    def hand_over(self, form: forms.HandoverForm) -> HttpResponse:
        receivers = {key: worker for key, worker in form.receivers().items() if worker} | form.sent_again()
        on = form.cleaned_data["on"]
        who = {"by": self.request.member, "today": self.request.on}
        count = actions.hand_over_all(
            leaving_id=self.found.leaving.pk, receivers=receivers, words=form.words(), on=on, **who
        )
        people = "One person is" if count == 1 else f"{count} people are"
        messages.success(self.request, f"{people} handed over from {said(on)} on.")
        return redirect(self.found.url)

    def page(self, form: forms.HandoverForm, *, status: int = 200) -> HttpResponse:
        audit.listed(self.request, "handover", len(self.rows))
        picked = chosen(form)
        lines = list(form.lines())
        theirs = [line for line in lines if line[0].theirs]
        context = {
            "form": form,
            "found": self.found,
            "worker": self.found.worker,
            "leaving": self.found.leaving,
            "day": self.on,
            "on": self.request.on,
            "theirs": theirs,
            "moved": [line for line in lines if not line[0].theirs],
            "effects": self.room.effects(picked) if self.found.leads else [],
            "chosen": len(picked),
            "left": len(theirs) - len(picked),
            "elsewhere": queries.still_theirs(self.found.worker.pk, self.on).count() - len(theirs),
        }
        return render(self.request, "pages/handover.html", context, status=status)


def chosen(form: forms.HandoverForm) -> dict[int, int]:
    """Return the receiver of each person as the form stands, posted or not; what is no choice is none."""
    found = {}
    for row, choice, _, _ in form.lines():
        worker = form.members.get(choice.value() or "") if choice else None
        if worker:
            found[row.person.pk] = worker.pk
    return found
