"""Choose who supports a person from a day on: who has capacity, and how everyone's points change, before it is confirmed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseload import actions, described
from caseload.enums import Tier
from caseload.forms.support import AllocateForm, SupportAgainForm
from caseload.models import Allocation
from caseload.queries.person import allocation_on, arranged, last_active_tier
from caseload.queries.teams import workers_of_teams
from caseload.views.base import PersonAction, changes, leads
from peerload.core.formats import format_day
from peerload.staff import access
from peerload.staff.leaving.queries import gone_by
from peerload.staff.models import Member
from peerload.staff.roles import Capability
from peerload.ui.asked import day_within
from peerload.ui.templatetags.ui import points

from .candidates import LISTED, Candidate, candidates, listed_candidates, listing


class GoesOver(actions.Refused):
    """The worker would hold more than the limit, and no reason is given; with a reason it is allowed."""

    field = "over_reason"


class Choosing(PersonAction):
    """A form with a choice of workers; going over the limit asks for a reason, in a second step of the form."""

    form_class = AllocateForm
    template_name = "workload/capacity/allocate.html"
    leaders_only = True
    without: int | None = None

    @cached_property
    def workers(self) -> list[Member]:
        """The workers of the member's teams, in order of name, without those who have left or support the person already."""
        found = workers_of_teams(self.request.member, self.on)
        gone = gone_by(self.on, found)
        return [worker for worker in found if worker.active and worker.pk not in gone | {self.without}]

    @property
    def needs_tier(self) -> bool:
        return self.person.tier in (None, Tier.INACTIVE)

    def form_arguments(self) -> dict[str, Any]:
        return {"workers": self.workers, "needs_tier": self.needs_tier}

    @property
    def asked_day(self) -> date | None:
        """The day whose figures were asked for, before anything is saved."""
        return day_within(self.request.GET.get("on", ""), self.on)

    def post(self, request: access.MemberRequest, **kwargs: Any) -> HttpResponse:
        """Save the choice, or list workers anew with all that was typed."""
        if request.POST.get("do") != "look":
            return super().post(request, **kwargs)
        form = self.form(request.POST)
        form.is_valid()  # so that the figures are of the day and the support typed so far
        form.errors.clear()
        return self.page(form)

    def form(self, data: QueryDict | None = None) -> AllocateForm:
        self.chosen = super().form(data)
        if data is None:
            # The figures are of this support, so it is the one that is chosen until the manager chooses another.
            self.chosen.initial["tier"] = last_active_tier(self.person) or Tier.MEDIUM
            if self.asked_day:
                self.chosen.initial["on"] = self.asked_day
        return self.chosen

    @property
    def support(self) -> str | None:
        """The support of the figures: as chosen so far, or as the page opens; None where it stays as it is."""
        if not self.needs_tier:
            return None
        return self.chosen.support if self.chosen.is_bound else self.chosen.initial["tier"]

    @property
    def begins(self) -> date:
        return self.chosen.begins if self.chosen.is_bound else self.asked_day or self.chosen.begins

    def candidates(self, workers: Sequence[Member]) -> list[Candidate]:
        """Return the candidates among these workers for the day and the support chosen so far."""
        begins, tier = self.begins, self.support
        return candidates(workers, self.person, begins, today=self.on, tier=tier)

    @contextmanager
    def words(self) -> Iterator[dict]:
        """
        Yield the choice as arguments of the action; a reason stays with the allocation only where it goes over.

        The receiver is locked, so that of two members who use the last capacity the second is asked for a reason.

        :raises GoesOver: if the worker is to hold more than the limit and no reason is given
        """
        words = self.chosen.words()
        with actions.giving(self.person.pk, words["worker"].pk):
            yield words | {"terms": replace(words["terms"], over_reason=self.reason(words))}

    def reason(self, words: dict) -> str:
        """
        Return why the worker may hold more than the limit.

        :raises GoesOver: if the worker is to hold more than the limit and no reason is given
        """
        [candidate] = self.candidates([words["worker"]])
        if candidate.capacity is None or not candidate.capacity.goes_over:
            return ""
        if not words["terms"].over_reason:
            after = candidate.capacity.after
            raise GoesOver(
                _(
                    "%(worker)s would hold %(total)s of %(limit)s, which is over the limit. "
                    "Write down why, or choose another worker."
                )
                % {"worker": candidate.worker.name, "total": points(after.total), "limit": points(after.limit)}
            )
        return words["terms"].over_reason

    def more(self) -> dict[str, Any]:
        why = self.chosen["over_reason"]
        why.field.required = bool(why.errors or why.value())
        found, looked_on = self.candidates(self.workers), max(self.begins, self.on)
        picked = self.chosen["worker"].value() or ""
        asked = self.request.POST if self.chosen.is_bound else self.request.GET
        listed = listed_candidates(found, looked_on, picked=picked, **listing(asked))
        return {"candidates": found, "listed": listed, "most_listed": LISTED, "looked_on": looked_on}


@access.requires(Capability.LEAD_TEAM)
@changes(described.support)
class Allocate(Choosing):
    title = gettext_lazy("Allocate")
    heading = gettext_lazy("Who supports {name}?")
    save = gettext_lazy("Allocate")
    lead = gettext_lazy(
        "See who has room, and how the points change. In order of name, unless you choose another order."
    )

    def act(self, data: dict[str, Any]) -> str:
        with self.words() as words:
            actions.allocate(**self.who, **words)
        return _("%(person)s is allocated to %(worker)s from %(day)s on.") % {
            "person": self.person.name,
            "worker": words["worker"].name,
            "day": format_day(words["on"]),
        }


@access.requires(Capability.LEAD_TEAM)
@changes(described.support)
class HandOver(Choosing):
    title = gettext_lazy("Hand over")
    heading = gettext_lazy("Hand {name} over")
    save = gettext_lazy("Hand over")
    lead = gettext_lazy(
        "See who has room, and how the points change. The current worker’s points stop on the day of the handover."
    )

    @cached_property
    def given_up_by(self) -> Allocation | None:
        """The allocation that is handed over: today's, or the one that is arranged."""
        return allocation_on(self.person, self.on) or arranged(self.person, self.on)

    @property
    def without(self) -> int | None:
        return self.given_up_by.worker_id if self.given_up_by else None

    def form_arguments(self) -> dict[str, Any]:
        first = max(self.given_up_by.starts_on, self.on) if self.given_up_by else self.on
        return super().form_arguments() | {"initial": {"on": first}}

    def act(self, data: dict[str, Any]) -> str:
        with self.words() as words:
            actions.hand_over(**self.who, **words)
        return _("%(person)s is handed over to %(worker)s from %(day)s on.") % {
            "person": self.person.name,
            "worker": words["worker"].name,
            "day": format_day(words["on"]),
        }


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class SupportAgain(Choosing):
    """Support a person kept in touch with; a person not in touch comes back to a worker their manager chooses."""

    leaders_only = False
    title = gettext_lazy("Support again")
    heading = gettext_lazy("Support {name} again")
    save = gettext_lazy("Support again")
    lead = gettext_lazy("Possible on any day.")

    @cached_property
    def needs_worker(self) -> bool:
        held = allocation_on(self.person, self.on)
        return self.person.tier == Tier.INACTIVE and held is None

    @property
    def template_name(self) -> str:
        return super().template_name if self.needs_worker else PersonAction.template_name

    def form(self, data: QueryDict | None = None) -> AllocateForm | SupportAgainForm:
        if not self.needs_worker:
            last = last_active_tier(self.person)
            return SupportAgainForm(data, on=self.on, person=self.person, initial={"tier": last})
        if leads(self.request.member, self.person, self.on):
            return super().form(data)
        raise Http404

    def more(self) -> dict[str, Any]:
        return super().more() if self.needs_worker else {}

    def act(self, data: dict[str, Any]) -> str:
        if self.needs_worker:
            with self.words() as words:
                actions.support_again(**self.who, reason=words["terms"].purpose, **words)
        else:
            actions.support_again(**self.who, **data)
        return _("%(person)s has %(tier)s support again from %(day)s on.") % {
            "person": self.person.name,
            "tier": Tier(data["tier"]).label,
            "day": format_day(data["on"]),
        }
