"""Support: its kind, a student who holds somebody, its end, and back in touch."""

from functools import cached_property

from django.http import Http404

from peerload.core.formats import format_day
from peerload.staff import access
from peerload.staff.models import Member
from peerload.staff.roles import Capability

from .. import actions, described
from ..enums import Tier
from ..forms import support as forms
from ..models import Client
from ..queries.person import allocation_on, last_worker, may_undo_not_in_touch
from ..queries.settings import cadence_of
from .base import PersonAction, changes, leads
from .came_from import list_url


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class ChangeTier(PersonAction):
    form_class = forms.ChangeTierForm
    title = "Change support"
    heading = "Change support"
    save = "Change the support"
    lead = "The tier describes the support {name} has now, not the person."

    def form(self, data=None):
        return forms.ChangeTierForm(data, on=self.on, person=self.person, initial={"tier": self.person.tier})

    def act(self, data):
        actions.change_tier(**self.who, **data)
        return f"{self.person.name} has {Tier(data['tier']).label} support from {format_day(data['on'])} on."


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class KeepInTouch(PersonAction):
    form_class = forms.KeepInTouchForm
    title = "Keep in touch"
    heading = "Keep in touch with {name}"
    save = "Keep in touch"

    @property
    def lead(self):
        every = cadence_of(self.request.organisation)
        return (
            f"From that day a contact is due at least every {every.parked_weeks} weeks. "
            "Support can begin again on any day."
        )

    def act(self, data):
        actions.keep_in_touch(**self.who, **data)
        return f"You keep in touch with {self.person.name} from {format_day(data['on'])} on."


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class LookAgain(PersonAction):
    form_class = forms.LookAgainForm
    template_name = "caseload/look_again.html"
    title = "Look at it again"
    heading = "Look again at the support of {name}"
    save = "Looked at it"
    lead = "Say whether the support of {name} did what it was for, and whether it is still right."

    @cached_property
    def allocation(self):
        return allocation_on(self.person, self.on)

    def form_arguments(self):
        return {"initial": {"was": self.allocation and self.allocation.review_on}}

    def act(self, data):
        actions.look_again(**self.who, **data)
        if data["review_on"]:
            return f"Saved. Look at it again on {format_day(data['review_on'])}."
        return "Saved. There is nothing more to look at."

    def more(self):
        return {"allocation": self.allocation}


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class HoldByStudent(PersonAction):
    """Say that a student holds somebody, or the worker again: the page asks what is not so today, and its form says which."""

    form_class = forms.StudentForm
    save = "Save"

    @cached_property
    def allocation(self):
        return allocation_on(self.person, self.on)

    @property
    def student(self) -> bool:
        """Whether a student is to hold them: as the form that was sent says, else what is not so today."""
        asked = self.request.POST.get("student")
        return asked == "yes" if asked in {"yes", "no"} else not (self.allocation and self.allocation.student_held)

    def form_arguments(self):
        return {"initial": {"student": "yes" if self.student else "no"}}

    @property
    def title(self):
        return "Held by a student" if self.student else "Held by the worker again"

    @property
    def heading(self):
        return "{name}: held by a student" if self.student else "{name}: held by the worker again"

    @property
    def lead(self):
        if self.student:
            return (
                "The worker still sees {name} and stays responsible. From that day the worker gets no points for them."
            )
        return "From that day the worker gets points again, as for a new allocation."

    def act(self, data):
        held = actions.hold_by_student(**self.who, student=data["student"] == "yes", on=data["on"])
        holder = f"A student of {held.worker.name}" if held.student_held else held.worker.name
        return f"{holder} supports {self.person.name} from {format_day(data['on'])} on."


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class DecideToClose(PersonAction):
    form_class = forms.DecideToCloseForm
    title = "Decide to close"
    heading = "Decide to close support for {name}"
    save = "Save the decision"

    @property
    def lead(self) -> str:
        days = actions.days_to_close(self.request.organisation.pk, self.on)
        return (
            f"The points count for {days} days from that day. That gives time to finish well. You can withdraw the "
            "decision."
        )

    def act(self, data):
        actions.decide_to_close(**self.who, **data)
        return f"The decision of {format_day(data['on'])} is saved."


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class WithdrawDecision(PersonAction):
    form_class = forms.WithdrawForm
    title = "Withdraw the decision"
    heading = "Withdraw the decision to close"
    save = "Withdraw it"
    lead = "Support for {name} goes on as before. The history still shows the decision."

    def act(self, data):
        actions.withdraw_decision(**self.who, **data)
        return "The decision to close is withdrawn."


def moved_on_asked(action: PersonAction) -> dict:
    """Return the reason that a link chose beforehand, as a form takes it; the person who opens it may choose another."""
    return {"initial": {"moved_on": action.request.GET.get("why")}}


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class Close(PersonAction):
    form_class = forms.CloseForm
    form_arguments = moved_on_asked
    title = "Close"
    heading = "Close support for {name}"
    save = "Close"
    lead = "From the day after, {name} counts as not in touch. Nothing is deleted. They can come back any day."

    def act(self, data):
        actions.close(**self.who, **data)
        return f"Support for {self.person.name} is closed."

    def success_url(self):
        still_seen = Client.objects.visible_to(self.request.member, self.on).filter(pk=self.person.pk).exists()
        return self.person.get_absolute_url() if still_seen else list_url(self.request)


@access.requires(Capability.LEAD_TEAM)
@changes(described.support)
class DecideNotInTouch(PersonAction):
    form_class = forms.NotInTouchForm
    form_arguments = moved_on_asked
    title = "Not in touch now"
    heading = "{name}: not in touch now"
    save = "Decide"
    leaders_only = True

    @property
    def lead(self):
        weeks = cadence_of(self.request.organisation).inactive_weeks
        return (
            f"After {weeks} weeks of keeping in touch. At their own wish, or for another reason, you can decide this "
            "at once."
        )

    def act(self, data):
        actions.decide_not_in_touch(**self.who, **data)
        return f"From {format_day(data['on'])} {self.person.name} counts as not in touch."


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class UndoNotInTouch(PersonAction):
    """Undo what 24 weeks ended: for the team manager, and for the last worker (R54)."""

    title = "Back in touch"
    heading = "Keep in touch with {name} after all"
    save = "Undo"

    @property
    def lead(self):
        weeks = cadence_of(self.request.organisation).inactive_weeks
        words = (
            f"After {weeks} weeks, keeping in touch had ended. The same worker supports them again, with "
            "no points for "
            "a new allocation. The team manager decides what comes next."
        )
        last = last_worker(self.person, self.on)
        if last and not Member.objects.active().staying(self.on).filter(pk=last.worker_id).exists():
            words += f" {last.worker.name} has left: hand {self.person.short_name} over afterwards."
        return words

    def dispatch(self, request, *args, **kwargs):
        if not leads(request.member, self.person) and not may_undo_not_in_touch(request.member, self.person, self.on):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def act(self, data):
        actions.undo_not_in_touch(client_id=self.person.pk, by=self.request.member, on=self.on)
        return f"{self.person.name} is in “keeping in touch” again."
