"""The page of drop-ins: somebody came by. Each is shown to its author; those who lead a team see what they come to."""

import uuid
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from peerload.audit import actions as audit
from peerload.core import clock
from peerload.core.formats import format_day
from peerload.staff import access, concurrency
from peerload.staff.concurrency import see_other
from peerload.staff.models import Team
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage

from ..actions import Refused
from ..actions.contacts import SECOND_THOUGHTS
from ..actions.people import RefTaken
from ..models import DropIn
from ..waiting.views import NewPerson
from . import actions, forms, queries

PAGE = reverse_lazy("drop_ins"), gettext_lazy("Drop-ins")


def find_drop_in(request: access.MemberRequest, uid: uuid.UUID) -> DropIn:
    """Return a drop-in of the member's own; any other does not exist."""
    drop_in = queries.own(request.member, uid)
    if drop_in is None:
        raise Http404
    return drop_in


def void_reason(drop_in: DropIn, request: access.MemberRequest) -> concurrency.Description:
    """Describe a drop-in as far as it can be taken back; its first name is no part of it."""
    return concurrency.fields(drop_in, void_reason=_("Removed from the count"))


@access.requires(Capability.SUPPORT_PEOPLE)
@concurrency.creates(keeps_id=True)
class DropIns(FormPage):
    """Save that somebody dropped in; below it those of the last week, and what four weeks come to."""

    template_name = "caseload/drop_ins/drop_ins.html"
    title = gettext_lazy("Someone dropped in")
    save = gettext_lazy("Save the drop-in")
    back = reverse_lazy("log_pick"), gettext_lazy("Log a contact")
    lead = gettext_lazy(
        "For time with people who belong to no one’s caseload. It counts in your hours and in the service’s sums, "
        "never in points."
    )

    def form(self, data: QueryDict | None = None) -> forms.DropInForm:
        return forms.DropInForm(data, on=self.on, initial={"submission_id": uuid.uuid4(), "on": self.on})

    def act(self, data: dict[str, Any]) -> str:
        drop_in = actions.log_drop_in(by=self.request.member, today=self.on, **data)
        if drop_in.voided_at:
            return _(
                "This form was saved before, and that drop-in was removed since. It does not count. "
                "To save it, fill in the form again."
            )
        return ngettext(
            "Saved: %(count)s person dropped in on %(day)s.",
            "Saved: %(count)s people dropped in on %(day)s.",
            drop_in.people,
        ) % {"count": drop_in.people, "day": format_day(drop_in.on)}

    def done(self) -> HttpResponse:
        return see_other(self.request, str(PAGE[0]))

    def page(self, form: Any, *, status: int = 200, **more: Any) -> HttpResponse:
        own = queries.own_of_week(self.request.member, self.on)
        if named := sum(bool(each.first_name) for each in own):
            audit.listed(self.request, "drop_ins", named)
        since = clock.now() - SECOND_THOUGHTS
        led = list(Team.objects.led_by(self.request.member, self.on).order_by("name"))
        by_team = (
            queries.sums_by_team(self.request.organisation, self.on, team_ids=[team.pk for team in led]) if led else {}
        )
        context = self.context(form) | {
            "rows": [(each, queries.became_person(each), queries.can_undo(each, since)) for each in own],
            "own": queries.sum_of_own(self.request.member, self.on),
            "teams": [(team, by_team.get(team.pk, queries.Counted())) for team in led],
        }
        return render(self.request, self.template_name, context | more, status=status)


@access.requires(Capability.SUPPORT_PEOPLE)
@require_POST
def drop_in_undo(request: access.MemberRequest, uid: uuid.UUID) -> HttpResponse:
    """Undo a drop-in just saved."""
    drop_in = find_drop_in(request, uid)
    try:
        actions.undo_drop_in(drop_in_id=drop_in.pk, by=request.member, now=clock.now())
    except actions.DropInVoided:
        pass
    except actions.Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("drop_ins")
    messages.success(request, _("The drop-in is undone."))
    return redirect("drop_ins")


@access.requires(Capability.SUPPORT_PEOPLE)
@concurrency.changes(find=find_drop_in, describe=void_reason)
class DropInVoid(FormPage):
    """Remove a drop-in from the count, with a reason."""

    form_class = forms.DropInVoidForm
    title = gettext_lazy("Remove a drop-in from the count")
    save = gettext_lazy("Remove from the count")
    back = PAGE

    @cached_property
    def drop_in(self) -> DropIn:
        return find_drop_in(self.request, self.kwargs["uid"])

    @property
    def lead(self) -> str:
        return _("The drop-in of %(day)s no longer counts. If a person was added from it, their contact stays.") % {
            "day": format_day(self.drop_in.on)
        }

    def act(self, data: dict[str, Any]) -> str:
        who = {"by": self.request.member, "now": clock.now()}
        actions.void_drop_in(drop_in_id=self.drop_in.pk, reason=data["reason"], **who)
        return _("The drop-in of %(day)s is removed from the count.") % {"day": format_day(self.drop_in.on)}


@access.requires(Capability.SUPPORT_PEOPLE)
@concurrency.creates
class DropInAdd(NewPerson):
    """Make a person of one who dropped in, by the form of a new person; they wait for a worker."""

    title = gettext_lazy("Add the person who dropped in")
    back = PAGE

    @property
    def lead(self) -> str:
        return _(
            "Write down only what you need to contact them safely, and only what they agreed to. "
            "Their contact of %(day)s is logged with its %(minutes)s minutes."
        ) % {"day": format_day(self.drop_in.on), "minutes": self.drop_in.minutes}

    @cached_property
    def drop_in(self) -> DropIn:
        return find_drop_in(self.request, self.kwargs["uid"])

    def form_arguments(self) -> dict[str, Any]:
        found = super().form_arguments()
        found["initial"] |= {"name": self.drop_in.first_name, "referred_by": _("They dropped in themselves")}
        return found

    def teams(self) -> list[Team]:
        """Return the teams the member leads; of a member without one, the team they work in."""
        own = queries.team_of(self.request.member, self.on)
        return super().teams() or ([own] if own else [])

    def act(self, data: dict[str, Any]) -> str:
        self.person = actions.add_them(
            drop_in_id=self.drop_in.pk,
            by=self.request.member,
            today=self.on,
            fields=self.filled.values(),
            referral=self.filled.referral(),
        )
        return _("%(person)s is added, and waits for a worker. Their contact is logged.") % {"person": self.person.name}

    def refused(self, form: Any, refusal: Refused) -> HttpResponse:
        if isinstance(refusal, RefTaken):
            return super().refused(form, refusal)
        form.refuse(refusal)
        return self.invalid(form)

    def success_url(self) -> str:
        return str(PAGE[0])
