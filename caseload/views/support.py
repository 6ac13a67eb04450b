"""Support: its tier, a student who holds a person, its end, and back in touch."""

from functools import cached_property
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.formats import format_day
from peerload.staff import access
from peerload.staff.models import Member
from peerload.staff.roles import Capability

from .. import actions, described
from ..enums import Tier
from ..forms import support as forms
from ..models import Allocation, Client
from ..queries.person import allocation_on, last_worker, may_undo_not_in_touch
from ..queries.settings import cadence_of
from .base import PersonAction, changes, leads
from .came_from import list_url


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class ChangeTier(PersonAction):
    form_class = forms.ChangeTierForm
    title = gettext_lazy("Change support")
    heading = gettext_lazy("Change support")
    save = gettext_lazy("Change the support")
    lead = gettext_lazy("The tier describes the support {name} has now, not the person.")

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"tier": self.person.tier}}

    def act(self, data: dict[str, Any]) -> str:
        actions.change_tier(**self.who, **data)
        return _("%(person)s has %(tier)s support from %(day)s on.") % {
            "person": self.person.name,
            "tier": Tier(data["tier"]).label,
            "day": format_day(data["on"]),
        }


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class KeepInTouch(PersonAction):
    form_class = forms.KeepInTouchForm
    title = gettext_lazy("Keep in touch")
    heading = gettext_lazy("Keep in touch with {name}")
    save = gettext_lazy("Keep in touch")

    @property
    def lead(self) -> str:
        every = cadence_of(self.request.organisation)
        return _(
            "From that day a contact is due at least every %(parked_weeks)s weeks. Support can begin again on any day."
        ) % {"parked_weeks": every.parked_weeks}

    def act(self, data: dict[str, Any]) -> str:
        actions.keep_in_touch(**self.who, **data)
        return _("You keep in touch with %(person)s from %(day)s on.") % {
            "person": self.person.name,
            "day": format_day(data["on"]),
        }


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class LookAgain(PersonAction):
    form_class = forms.LookAgainForm
    template_name = "caseload/look_again.html"
    title = gettext_lazy("Review the support")
    heading = gettext_lazy("Review the support of {name}")
    save = gettext_lazy("Save the review")
    lead = gettext_lazy("Say whether the support of {name} did what it was for, and whether it is still right.")

    @cached_property
    def allocation(self) -> Allocation | None:
        return allocation_on(self.person, self.on)

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"was": self.allocation and self.allocation.review_on}}

    def act(self, data: dict[str, Any]) -> str:
        actions.look_again(**self.who, **data)
        if data["review_on"]:
            return _("Saved. The next review is on %(day)s.") % {"day": format_day(data["review_on"])}
        return _("Saved. No further review is planned.")

    def more(self) -> dict[str, Any]:
        return {"allocation": self.allocation}


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class MarkHeldByStudent(PersonAction):
    """
    Record that a student holds a person, or the worker again: the page offers the other one of the two, and its form
    says which.
    """

    form_class = forms.StudentForm
    save = gettext_lazy("Save")

    @cached_property
    def allocation(self) -> Allocation | None:
        return allocation_on(self.person, self.on)

    @property
    def student(self) -> bool:
        """Whether a student will support them: as the form says, else the opposite of today."""
        asked = self.request.POST.get("student")
        return asked == "yes" if asked in {"yes", "no"} else not (self.allocation and self.allocation.student_held)

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"student": "yes" if self.student else "no"}}

    @property
    def title(self) -> str:
        return _("Supported by a student") if self.student else _("Supported by the worker again")

    @property
    def heading(self) -> str:
        return _("A student supports {name}") if self.student else _("The worker supports {name} again")

    @property
    def lead(self) -> str:
        if self.student:
            return _(
                "The worker can still open the page of {name}, and stays responsible. "
                "From that day the worker gets no points for them."
            )
        return _("From that day the worker gets points again, as for a new allocation.")

    def act(self, data: dict[str, Any]) -> str:
        held = actions.mark_held_by_student(**self.who, student=data["student"] == "yes", on=data["on"])
        words = (
            _("A student of %(worker)s supports %(person)s from %(day)s on.")
            if held.student_held
            else _("%(worker)s supports %(person)s from %(day)s on.")
        )
        return words % {"worker": held.worker.name, "person": self.person.name, "day": format_day(data["on"])}


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class DecideToClose(PersonAction):
    form_class = forms.DecideToCloseForm
    title = gettext_lazy("Decide to close")
    heading = gettext_lazy("Decide to close support for {name}")
    save = gettext_lazy("Save the decision")

    @property
    def lead(self) -> str:
        days = actions.days_to_close(self.request.organisation.pk, self.on)
        return _(
            "The points count for %(days)s days after that day. That gives time to finish well. "
            "You can withdraw the decision."
        ) % {"days": days}

    def act(self, data: dict[str, Any]) -> str:
        actions.decide_to_close(**self.who, **data)
        return _("The decision of %(day)s is saved.") % {"day": format_day(data["on"])}


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class WithdrawDecision(PersonAction):
    form_class = forms.WithdrawForm
    title = gettext_lazy("Withdraw the decision")
    heading = gettext_lazy("Withdraw the decision to close")
    save = gettext_lazy("Withdraw it")
    lead = gettext_lazy("Support for {name} goes on as before. The history still shows the decision.")

    def act(self, data: dict[str, Any]) -> str:
        actions.withdraw_decision(**self.who, **data)
        return _("The decision to close is withdrawn.")


def moved_on_asked(action: PersonAction) -> dict:
    """Return the reason that a link chose beforehand, as a form takes it; the person who opens it may choose another."""
    return {"initial": {"moved_on": action.request.GET.get("why")}}


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class Close(PersonAction):
    form_class = forms.CloseForm
    form_arguments = moved_on_asked
    title = gettext_lazy("Close")
    heading = gettext_lazy("Close support for {name}")
    save = gettext_lazy("Close")
    lead = gettext_lazy(
        "From the day after, {name} counts as not in touch. Nothing is deleted. They can come back any day."
    )

    def act(self, data: dict[str, Any]) -> str:
        actions.close(**self.who, **data)
        return _("Support for %(person)s is closed.") % {"person": self.person.name}

    def success_url(self) -> str:
        still_seen = Client.objects.visible_to(self.request.member, self.on).filter(pk=self.person.pk).exists()
        return self.person.get_absolute_url() if still_seen else list_url(self.request)


@access.requires(Capability.LEAD_TEAM)
@changes(described.support)
class DecideNotInTouch(PersonAction):
    form_class = forms.NotInTouchForm
    form_arguments = moved_on_asked
    title = gettext_lazy("Not in touch now")
    heading = gettext_lazy("{name}: not in touch now")
    save = gettext_lazy("Decide")
    leaders_only = True

    @property
    def lead(self) -> str:
        weeks = cadence_of(self.request.organisation).inactive_weeks
        return _(
            "This usually happens after %(weeks)s weeks of keeping in touch. If the person wishes it, or for "
            "another reason, you can decide it earlier."
        ) % {"weeks": weeks}

    def act(self, data: dict[str, Any]) -> str:
        actions.decide_not_in_touch(**self.who, **data)
        return _("From %(day)s %(person)s counts as not in touch.") % {
            "day": format_day(data["on"]),
            "person": self.person.name,
        }


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class UndoNotInTouch(PersonAction):
    """Undo what 24 weeks ended: for the team manager, and for the last worker (R54)."""

    title = gettext_lazy("Back in touch")
    heading = gettext_lazy("Keep in touch with {name} after all")
    save = gettext_lazy("Undo")

    @property
    def lead(self) -> str:
        weeks = cadence_of(self.request.organisation).inactive_weeks
        said = _(
            "After %(weeks)s weeks, keeping in touch had ended. "
            "The same worker supports them again, with no points for a new allocation. "
            "The team manager decides what comes next."
        ) % {"weeks": weeks}
        last = last_worker(self.person, self.on)
        if last and not Member.objects.active().staying(self.on).filter(pk=last.worker_id).exists():
            words = {"worker": last.worker.name, "person": self.person.short_name}
            return " ".join([said, _("%(worker)s has left: hand %(person)s over afterwards.") % words])
        return said

    def dispatch(self, request: access.MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not leads(request.member, self.person, self.on) and not may_undo_not_in_touch(
            request.member, self.person, self.on
        ):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def act(self, data: dict[str, Any]) -> str:
        actions.undo_not_in_touch(**self.who)
        return _("%(person)s is in “keeping in touch” again.") % {"person": self.person.name}
