"""What a person wants: written down, said in other words, reached, let go, and taken back."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.audit import actions as audit
from peerload.staff import access, concurrency
from peerload.staff.concurrency import SUBMISSION
from peerload.staff.roles import Capability

from ..actions import Refused
from ..models import Client, Goal
from ..views.base import PersonAction
from . import actions, forms

UNDO = "undo"


def find_goal(request: access.MemberRequest, uid: UUID) -> Goal:
    """Return a goal of a person the member may see; any other does not exist."""
    people = Client.objects.visible_to(request.member, request.on)
    return get_object_or_404(Goal.objects.filter(client__in=people).select_related("client"), uid=uid)


def goal_words(goal: Goal, request: access.MemberRequest) -> concurrency.Description:
    """Describe a goal: its words, since when, and what became of it."""
    labels = {"words": _("In their words"), "starts_on": _("Since")}
    labels |= {"ended_as": _("What became of it"), "ended_on": _("On")}
    return concurrency.fields(goal, **labels)


changes_goal = concurrency.changes(
    find=find_goal,
    describe=goal_words,
    page=lambda goal: goal.client.get_absolute_url(),
    seen=lambda request, goal: audit.opened(request, goal.client),
)


@access.requires(Capability.SUPPORT_PEOPLE)
@concurrency.creates
class GoalAdd(PersonAction):
    """Write down what a person wants."""

    form_class = forms.GoalForm
    title = gettext_lazy("What they want")
    save = gettext_lazy("Save")

    @property
    def heading(self) -> str:
        return _("What %(name)s wants") % {"name": self.person.short_name}

    def act(self, data: dict[str, Any]) -> str:
        try:
            submission = UUID(self.request.POST.get(SUBMISSION, ""))
        except ValueError:
            submission = None
        actions.set_goal(**self.who, **data, submission_id=submission)
        return _("What %(name)s wants is written down.") % {"name": self.person.short_name}


class OfGoal(PersonAction):
    """A form about one goal."""

    @cached_property
    def goal(self) -> Goal:
        return find_goal(self.request, self.kwargs["uid"])

    @cached_property
    def person(self) -> Client:
        return self.goal.client

    @property
    def who(self) -> dict[str, Any]:
        return {"goal_id": self.goal.pk, "by": self.request.member, "today": self.on}

    def more(self) -> dict[str, Any]:
        return {"goal": self.goal}


@access.requires(Capability.SUPPORT_PEOPLE)
@changes_goal
class GoalEdit(OfGoal):
    """Say a goal in other words."""

    form_class = forms.GoalForm
    template_name = "caseload/goals/edit.html"
    title = gettext_lazy("Change the words")
    save = gettext_lazy("Save the words")

    @property
    def heading(self) -> str:
        return _("What %(name)s wants") % {"name": self.person.short_name}

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"words": self.goal.words, "starts_on": self.goal.starts_on}}

    def act(self, data: dict[str, Any]) -> str:
        actions.change_words(**self.who, **data)
        return _("What %(name)s wants is changed.") % {"name": self.person.short_name}


@access.requires(Capability.SUPPORT_PEOPLE)
@changes_goal
class GoalEndPage(OfGoal):
    """Write down that a goal was reached or let go, on a day; a button of the person's page says today. Or take that back."""

    form_class = forms.GoalEndForm
    template_name = "caseload/goals/end.html"
    title = gettext_lazy("Reached or let go")
    save = gettext_lazy("Save")

    @property
    def heading(self) -> str:
        return _("What %(name)s wanted") % {"name": self.person.short_name}

    def post(self, request: access.MemberRequest, **kwargs: Any) -> HttpResponse:
        if request.POST.get("ended_as") != UNDO:
            return super().post(request, **kwargs)
        try:
            goal = actions.take_back(goal_id=self.goal.pk, by=request.member)
        except Refused as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("Taken back. They still want: %(words)s") % {"words": goal.words})
        return self.done()

    def act(self, data: dict[str, Any]) -> str:
        goal = actions.end(**self.who, **data)
        context = {"goal": goal, "person": self.person}
        words = render_to_string("caseload/goals/ended.html", context, request=self.request)
        messages.success(self.request, words, extra_tags="rich")
        return ""
