"""Temporary moves that are over: who comes back, who stays, and how the points change, before it is confirmed."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import ngettext

from caseload import described
from caseload.models import TemporaryMove
from caseload.temporary_moves import actions, forms, queries
from peerload.audit import actions as audit
from peerload.core.translation import LazyText
from peerload.staff import access, concurrency
from peerload.staff.models import Absence, Member, Organisation
from peerload.staff.roles import Capability
from peerload.staff.views.live_figures import LiveFigures

from .capacity import ListPage, LoadEffect, Newly, TeamCapacity


class BackTo(NamedTuple):
    """A worker people may come back to, why they cannot now ("" where they can), and the proposal."""

    worker: Member
    why_not: str
    proposal: actions.ReturnAnswer
    lines: list


class ReturnEffect(NamedTuple):
    """What the returns chosen do to one worker: who comes, who goes, and the points."""

    effect: LoadEffect
    goes: int
    newly: Newly | None


@access.requires(Capability.LEAD_TEAM)
@concurrency.changes(find=lambda request: request.organisation, describe=described.returns)
class Returns(LiveFigures, ListPage):
    """The proposals of the teams one leads; nothing moves before it is confirmed here."""

    template_name = "workload/capacity/returns.html"
    figures_template = "workload/capacity/returns_figures.html"

    @cached_property
    def moves(self) -> list[TemporaryMove]:
        return queries.proposed_to(self.request.member, self.on)

    @cached_property
    def why_not(self) -> dict[int, LazyText]:
        return queries.whereabouts({move.back_to for move in self.moves}, self.on)

    @cached_property
    def expected(self) -> dict[int, date]:
        """The day ahead on which each worker who is away comes back, where one is known."""
        absences = Absence.objects.on(self.on).filter(worker__in=[move.back_to_id for move in self.moves])
        backs = {absence.worker_id: absence.ends_before or absence.expected_back for absence in absences}
        return {worker: back for worker, back in backs.items() if back and back > self.on}

    def proposal(self, worker_id: int) -> actions.ReturnAnswer:
        """Propose that everyone comes back; staying for good is always a choice."""
        why_not = self.why_not.get(worker_id)
        if why_not == queries.AWAY:
            back = self.expected.get(worker_id)
            return actions.ReturnAnswer(actions.LATER, back) if back else actions.ReturnAnswer("")
        return actions.ReturnAnswer(actions.STAYS if why_not else actions.BACK)

    def form(self, data: QueryDict | None = None) -> forms.ReturnsForm:
        proposals = {move.pk: self.proposal(move.back_to_id) for move in self.moves}
        return forms.ReturnsForm(data, on=self.on, moves=self.moves, proposals=proposals)

    def post(self, request: access.MemberRequest, **kwargs: Any) -> HttpResponse:
        return self.page(self.form(request.POST)) if request.POST.get("do") == "look" else super().post(request)

    def act(self, data: dict[str, Any]) -> str:
        form, member = self.filled, self.request.member
        others = queries.of_teams_led(TemporaryMove.objects.filter(pk__in=form.others()), member, self.on)
        answers = form.sent_again(others) | form.answers()
        count = actions.resolve_returns(answers=answers, by=member, today=self.on)
        words = ngettext(
            "The decision about one person is saved.", "The decisions about %(count)s people are saved.", count
        )
        return words % {"count": count}

    def success_url(self) -> str:
        return reverse("returns")

    def page(self, form: forms.ReturnsForm, **more: Any) -> HttpResponse:
        audit.listed(self.request, "returns", len(self.moves))
        return super().page(form, **more)

    def context(self, form: forms.ReturnsForm) -> dict[str, Any]:
        back = form.coming_back()
        day = max(back.values(), default=self.on)
        return {
            "form": form,
            "on": self.on,
            "day": day,
            "workers": [
                BackTo(worker, self.why_not.get(worker.pk, ""), self.proposal(worker.pk), list(lines))
                for worker, lines in groupby(form.lines(), key=lambda line: line[0].back_to)
            ],
            "people": len(self.moves),
            "changes": changes(self.moves, set(back), day, self.request.organisation),
            "later": queries.not_yet(self.request.member, self.on),
        }


def changes(
    moves: Sequence[TemporaryMove], back: set[int], day: date, organisation: Organisation
) -> list[ReturnEffect]:
    """
    Return the totals of each worker concerned on the day all of them are back, in order of name.

    :param back: the moves of those who come back
    """
    if not moves:
        return []
    workers = {worker.pk: worker for move in moves for worker in (move.back_to, move.allocation.worker)}
    receivers = sorted(workers.values(), key=lambda worker: (worker.name_key, worker.pk))
    capacity = TeamCapacity(receivers, [move.client for move in moves], day, organisation)
    chosen = {move.client_id: move.back_to_id for move in moves if move.pk in back}
    going = [move.allocation.worker_id for move in moves if move.pk in back]
    newly = capacity.newly(chosen)
    return [
        ReturnEffect(effect, going.count(effect.worker.pk), newly.get(effect.worker.pk))
        for effect in capacity.effects(chosen)
    ]
