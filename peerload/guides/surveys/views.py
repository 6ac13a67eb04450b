"""Surveys: listed, opened, answered, closed, withdrawn, and their results."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from peerload.core.translation import LazyText
from peerload.guides import queries as guide_queries
from peerload.guides.rules import SurveyContent
from peerload.staff import access, concurrency, unsent_forms
from peerload.staff.access import MemberRequest
from peerload.staff.actions import Refused
from peerload.staff.views.form_pages import FormPage
from peerload.ui.forms import TodayForm

from . import actions, forms, queries
from .models import SurveyAsked, SurveyRound
from .rules import RoundState

everyones_page = access.requires()
openers_page = access.requires(*queries.OPENS)
SURVEYS = reverse_lazy("surveys"), gettext_lazy("Surveys")


@everyones_page
@require_GET
def surveys(request: MemberRequest) -> HttpResponse:
    """List what a member may answer and read; and for who opens surveys, the rounds of the service."""
    member, on = request.member, request.on
    opens = access.may(member, *queries.OPENS)
    rounds = queries.rounds().filter(organisation=request.organisation) if opens else []
    context = {
        "open": queries.open_for(member, on),
        "results": queries.readable(member, on),
        "opens": opens,
        "rounds": [(found, queries.state(found, on)) for found in rounds],
    }
    return render(request, "guides/surveys/list.html", context)


# Opening and closing --------------------------------------------------------------------------------------------------


@openers_page
@concurrency.creates
class OpenSurvey(FormPage):
    """Open a survey for a team or the whole service, now or on a later day."""

    form_class = forms.OpenSurveyForm
    template_name = "guides/surveys/form.html"
    title = gettext_lazy("Surveys")
    heading = gettext_lazy("Open a survey")
    lead = gettext_lazy(
        "Everyone who is asked gets a line on their first page and in their daily mail. You see how many have answered, "
        "never who. The result is shown from five answers on."
    )
    save = gettext_lazy("Open the survey")
    back = SURVEYS

    def form_arguments(self) -> dict[str, Any]:
        offered = guide_queries.offered(self.request.organisation, SurveyContent)
        return {
            "surveys": [(each.code, each.content) for each in offered],
            "organisation": self.request.organisation,
        }

    def act(self, data: dict[str, Any]) -> str:
        self.made = actions.open_round(
            **data, organisation=self.request.organisation, by=self.request.member, today=self.on
        )
        return _("The survey is open.") if self.made.asked else _("The survey is planned.")

    def success_url(self) -> str:
        return reverse("survey_round", args=[self.made.uid])


def _round(request: MemberRequest, uid: UUID) -> SurveyRound:
    found = queries.rounds().filter(organisation=request.organisation, uid=uid).first()
    if found is None:
        raise Http404
    return found


@openers_page
@require_GET
def survey_round(request: MemberRequest, uid: UUID) -> HttpResponse:
    """Show where a round stands; how many have answered is for who opened it."""
    found = _round(request, uid)
    opened_it = found.opened_by_id == request.member.pk
    context = {
        "round": found,
        "state": queries.state(found, request.on),
        "opened_it": opened_it,
        "answered": queries.answered_so_far(found) if opened_it and found.asked else None,
        "reads_result": any(each.round == found for each in queries.readable(request.member, request.on)),
    }
    return render(request, "guides/surveys/round.html", context)


class RoundPage(FormPage):
    """A question about a round that is not closed."""

    form_class = TodayForm
    template_name = "guides/surveys/form.html"
    title = gettext_lazy("Surveys")

    @cached_property
    def found(self) -> SurveyRound:
        found = _round(self.request, self.kwargs["uid"])
        if found.closed_on:
            raise Http404
        return found

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        return reverse("survey_round", args=[self.found.uid]), self.found.title


@openers_page
class CloseSurvey(RoundPage):
    """Close a survey before its last day."""

    lead = gettext_lazy("No one can answer after that, and it cannot be opened again. The result is there at once.")
    save = gettext_lazy("Close it now")

    @property
    def heading(self) -> LazyText:
        return _("Close: %(survey)s") % {"survey": self.found.title}

    def act(self, data: dict[str, Any]) -> str:
        try:
            actions.close(found=self.found, by=self.request.member, today=self.on)
        except SurveyRound.DoesNotExist:
            raise Http404 from None
        return _("The survey is closed.")


@openers_page
class WithdrawSurvey(RoundPage):
    """Withdraw a survey with everything that was answered."""

    lead = gettext_lazy("It disappears with all answers, and no result is made. It can be opened anew afterwards.")
    save = gettext_lazy("Withdraw it")

    @property
    def heading(self) -> LazyText:
        return _("Withdraw: %(survey)s") % {"survey": self.found.title}

    def act(self, data: dict[str, Any]) -> str:
        actions.withdraw(found=self.found, by=self.request.member)
        return _("It is withdrawn. Nothing of it was kept.")

    def success_url(self) -> str:
        return str(SURVEYS[0])


# Answering ------------------------------------------------------------------------------------------------------------


@everyones_page
@unsent_forms.never_kept
class AnswerSurvey(FormPage):
    """
    Answer a survey on one page, once.

    The form has no id of a submission: the fingerprint of its words that is kept with one would lead from the member to
    the answers. The box itself knows who has answered.
    """

    template_name = "guides/surveys/answer.html"
    title = gettext_lazy("Surveys")
    save = gettext_lazy("Send my answers")
    back = SURVEYS

    @cached_property
    def asked(self) -> SurveyAsked:
        found = queries.asked(self.request.member, self.kwargs["uid"])
        if found is None:
            raise Http404
        return found

    @property
    def heading(self) -> LazyText:
        return self.asked.round.title

    @property
    def lead(self) -> LazyText:
        return self.asked.round.content.purpose

    def form(self, data: Any = None) -> forms.SurveyAnswersForm:
        return forms.SurveyAnswersForm(data, content=self.asked.round.content, on=self.on)

    def get(self, request: MemberRequest, **kwargs: Any) -> HttpResponse:
        found = self.asked.round
        state = queries.state(found, self.on)
        if state == RoundState.OPEN and not queries.has_answered(found, request.member.pk):
            return super().get(request, **kwargs)
        if state == RoundState.CLOSED:
            return redirect("survey_result", uid=found.uid)
        return render(
            request, "guides/surveys/answered.html", {"round": found, "state": state, "again": "again" in request.GET}
        )

    def act(self, data: dict[str, Any]) -> str:
        actions.answer(asked=self.asked, answers=self.filled.answers(), today=self.on)
        return ""  # the page itself says so: a message would wait in the member's session

    def success_url(self) -> str:
        return reverse("survey", args=[self.asked.round.uid])

    def refused(self, form: Any, refusal: Refused) -> HttpResponse:
        if isinstance(refusal, actions.AnsweredAlready):
            return redirect(f"{self.success_url()}?again")
        if isinstance(refusal, actions.SurveyClosed):
            messages.warning(self.request, str(refusal))
            return redirect(str(SURVEYS[0]))
        return super().refused(form, refusal)

    def context(self, form: Any) -> dict[str, Any]:
        found = self.asked.round
        return super().context(form) | {"round": found, "content": found.content, "sections": list(form.sections())}


# Results --------------------------------------------------------------------------------------------------------------


@everyones_page
@require_GET
def survey_result(request: MemberRequest, uid: UUID) -> HttpResponse:
    """Show the result of a closed round, of all together or of the team that is asked for, to those who may read it."""
    team = request.GET.get("team", "")
    readable = [each for each in queries.readable(request.member, request.on) if each.round.uid == uid]
    found = next((each for each in readable if _is_asked_for(each, team)), None)
    if found is None:
        raise Http404
    others = [each for each in readable if each != found]
    context = {"found": found, "result": queries.result_of(found.round, found.team), "others": others}
    return render(request, "guides/surveys/result.html", context)


def _is_asked_for(each: queries.ReadableResult, team: str) -> bool:
    if not team:
        return each.team == each.round.team
    return each.round.team is None and each.team is not None and str(each.team.pk) == team
