"""
Coming back to work in steps: the FTE of each step, how many people can move back at it, and when each is asked about.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from caseload import described
from caseload.actions import Refused
from caseload.models import TemporaryMove
from caseload.temporary_moves import actions, forms, queries
from caseload.temporary_moves import rules as temporary_moves
from caseload.temporary_moves.rules import Returning
from peerload.audit import actions as audit
from peerload.core.formats import format_day
from peerload.staff import access, concurrency
from peerload.staff import actions as staff_actions
from peerload.staff import queries as staff
from peerload.staff.forms import absences as staff_forms
from peerload.staff.models import Absence, Member, Organisation, Post
from peerload.staff.roles import Capability
from peerload.staff.views.absences import find_absence
from peerload.ui.templatetags.ui import points
from workload import queries as workload
from workload import rules

from .candidates import case_points, given_to, support_of


class StepWithPoints(NamedTuple):
    """
    An agreed step: the points the worker holds on its first day before anyone moves back, and how many people fit from
    then on.
    """

    post: Post
    begun: bool
    total: rules.Total | None
    fits: int


class WayBack:
    """
    The people that an absent worker's steps have capacity for, counted by the rules.

    :param steps: those ahead, in order
    :param people: moves of those who may come back
    """

    def __init__(
        self, worker: Member, steps: Sequence[Post], people: Sequence[TemporaryMove], organisation: Organisation
    ) -> None:
        self.worker, self.days = worker, [step.starts_on for step in steps]
        self.moves = {move.client_id: move for move in people}
        listed = workload.listed_on(organisation, self.days, worker_ids=[worker.pk]) if self.days else []
        self.schemes, self.working = workload.schemes(organisation.pk), workload.working(organisation)
        totals = workload.totals_on_days(listed, self.schemes) if listed else {}
        self.totals = [totals.get((worker.pk, day)) for day in self.days]
        self.units = list(workload.gather_people(organisation.pk, self.moves).values()) if self.moves else []

    def proposal(self, chosen: Mapping[int, int]) -> dict[int, int]:
        """
        Return the proposed step of each move's return, by primary key; a move that fits at none is left out.

        :param chosen: the steps chosen already, by move
        """
        bundles = [self._returning(number, unit) for number, unit in enumerate(self.units)] if self.days else []
        earliest = {
            number: min(steps)
            for number, unit in enumerate(self.units)
            if (steps := [chosen[move.pk] for move in self._moves_of(unit) if move.pk in chosen])
        }
        shared = temporary_moves.over_steps(bundles, len(self.days), self._room, earliest)
        return {move.pk: step for number, step in shared.items() for move in self._moves_of(self.units[number])}

    def _room(self, step: int, taken: Decimal) -> Decimal:
        held, scheme = self.totals[step], rules.scheme_on(self.schemes, self.days[step])
        if held is None:
            return Decimal(-1)
        return rules.total(held.stable, held.extras, held.cases + taken, fte=held.fte, scheme=scheme).room_to_limit

    def _moves_of(self, unit: workload.CaseFacts) -> list[TemporaryMove]:
        return [self.moves[person.key] for person in unit.people if person.key in self.moves]

    def _returning(self, number: int, unit: workload.CaseFacts) -> Returning:
        weights = [self._points(unit, first) for first in range(len(self.days))]
        statutory = any(move.client.statutory for move in self._moves_of(unit))
        return Returning(number, weights, statutory)

    def _points(self, unit: workload.CaseFacts, first: int) -> list[Decimal]:
        """Return what a unit that comes back at a step adds at it and at each later one."""
        begins = self.days[first]
        people = [
            given_to(each, self.worker.pk, begins, support_of(each, begins)) if each.key in self.moves else each
            for each in unit.people
        ]
        now, then = (
            rules.case_lines(who, self.schemes, self.working, family=unit.family) for who in (unit.people, people)
        )
        return [self._held(then, day) - self._held(now, day) for day in self.days[first:]]

    def _held(self, lines: list[rules.Line], day: date) -> Decimal:
        return Decimal(case_points(lines, day).get(self.worker.pk, 0))


@access.requires(Capability.LEAD_TEAM)
@concurrency.changes(find=find_absence, describe=described.steps_back)
class PhasedReturn(access.MemberView):
    """The team manager agrees the steps, and shares the returns out over them: two forms, so it is no `FormPage`."""

    http_method_names = ["get", "post", "head", "options"]

    @cached_property
    def absence(self) -> Absence:
        led = staff.absences_led_by(self.request.member, self.request.on)
        absence = get_object_or_404(led, pk=self.kwargs["pk"])
        if absence.worker == self.request.member:
            raise Http404
        return absence

    @cached_property
    def steps(self) -> list[Post]:
        return staff.steps_of(self.absence)

    @cached_property
    def ahead(self) -> list[Post]:
        return [step for step in self.steps if step.starts_on > self.request.on]

    @cached_property
    def moves(self) -> list[TemporaryMove]:
        return queries.moved_away_from(self.absence, self.request.member, self.request.on)

    @cached_property
    def way_back(self) -> WayBack:
        return WayBack(self.absence.worker, self.ahead, self.moves, self.request.organisation)

    def plan_form(self, data: QueryDict | None = None) -> staff_forms.StepsForm:
        planned = [step for step in self.steps if step.starts_on >= self.request.on]
        initial: dict[str, Any] = {"full_from": planned[-1].starts_on} if planned else {}
        for n, step in enumerate(planned[:-1]):
            initial |= {f"day_{n}": step.starts_on, f"fte_{n}": f"{step.fte.normalize():f}"}
        return staff_forms.StepsForm(data, organisation=self.request.organisation, on=self.request.on, initial=initial)

    def days_form(self, data: QueryDict | None = None) -> forms.StepDaysForm:
        days = [
            (
                step.starts_on,
                _("on %(day)s, %(fte)s FTE") % {"day": format_day(step.starts_on), "fte": points(step.fte)},
            )
            for step in self.ahead
        ]
        return forms.StepDaysForm(data, on=self.request.on, moves=self.moves, days=days)

    def get(self, request: access.MemberRequest, **kwargs: Any) -> HttpResponse:
        return self.page(self.plan_form(), self.days_form())

    def post(self, request: access.MemberRequest, **kwargs: Any) -> HttpResponse:
        asked = request.POST.get("do")
        if asked == "share":
            return self.page(self.plan_form(), self.days_form(self.shared_out()))
        return self.keep() if asked == "keep" else self.plan()

    def shared_out(self) -> QueryDict:
        """Return the posted data with the proposal added; choices made by hand stay."""
        data = self.request.POST.copy()
        steps = {day.isoformat(): step for step, day in enumerate(self.way_back.days)}
        untils = {move.pk: data.get(f"until_{move.pk}") for move in self.moves}
        chosen = {key: steps[until] for key, until in untils.items() if until in steps}
        for key, step in self.way_back.proposal(chosen).items():
            data[f"until_{key}"] = data.get(f"until_{key}") or self.way_back.days[step].isoformat()
        return data

    def plan(self) -> HttpResponse:
        form = self.plan_form(self.request.POST)
        if not form.is_valid():
            return self.page(form, self.days_form(), status=422)
        try:
            staff_actions.plan_return(
                absence_id=self.absence.pk,
                steps=form.steps(),
                full_from=form.cleaned_data["full_from"],
                by=self.request.member,
                today=self.request.on,
            )
        except staff_actions.Refused as refusal:
            form.refuse(refusal)
            return self.page(form, self.days_form(), status=422)
        name = self.absence.worker.name
        words = (
            _("The steps of %(name)s are agreed.") % {"name": name}
            if form.steps()
            else _("%(name)s has no steps ahead.") % {"name": name}
        )
        messages.success(self.request, words)
        return redirect("steps_back", pk=self.absence.pk)

    def keep(self) -> HttpResponse:
        form = self.days_form(self.request.POST)
        if not form.is_valid():
            return self.page(self.plan_form(), form, status=422)
        try:
            count = actions.change_until(untils=form.untils(), by=self.request.member, today=self.request.on)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.page(self.plan_form(), form, status=422)
        words = ngettext("Another day is agreed for one person.", "Another day is agreed for %(count)s people.", count)
        messages.success(self.request, words % {"count": count})
        return redirect("steps_back", pk=self.absence.pk)

    def page(self, plan: staff_forms.StepsForm, days: forms.StepDaysForm, *, status: int = 200) -> HttpResponse:
        audit.listed(self.request, "steps_back", len(self.moves))
        fits = list(self.way_back.proposal({}).values())
        ahead = {step.pk: n for n, step in enumerate(self.ahead)}
        totals = {step.pk: self.way_back.totals[ahead[step.pk]] for step in self.ahead}
        context = {
            "plan": plan,
            "days": days,
            "form": days if days.errors else plan,
            "absence": self.absence,
            "worker": self.absence.worker,
            "on": self.request.on,
            "steps": [
                StepWithPoints(
                    step, step.starts_on <= self.request.on, totals.get(step.pk), fits.count(ahead.get(step.pk))
                )
                for step in self.steps
            ],
            "too_many": any(total and total.room_to_limit < 0 for total in totals.values()),
            "moves": list(days.lines()),
            "left": len(self.moves) - len(fits),
            "back": self.absence.ends_before is not None and self.absence.ends_before <= self.request.on,
        }
        return render(self.request, "workload/capacity/steps_back.html", context, status=status)
