"""Pages about who is away."""

from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from .. import access, actions, concurrency, queries
from ..forms import absences as forms
from ..models import Absence
from ..roles import Capability
from .form_pages import StaffPage

RECORDS_ABSENCES = (Capability.RECORD_ABSENCES, Capability.RECORD_LEADERS_AWAY)


@access.requires(*RECORDS_ABSENCES)
@require_GET
def absences(request: access.MemberRequest) -> HttpResponse:
    """Show who is away in the member's teams, with the band of each absence; those above the teams see who leads them."""
    led = queries.workers_led_by(request.member, request.on).values_list("pk", flat=True)
    context = {
        "rows": queries.absences_page(request.member, request.on),
        "led": set(led),
        "arranged": set(led) - {request.member.pk},  # no one arranges their own cover or return
        "leads": access.may(request.member, Capability.RECORD_ABSENCES),
    }
    return render(request, "staff/absences.html", context)


def what_to_do(request: access.MemberRequest, absence: Absence) -> str:
    """Return where a saved absence leads: to its duties, for those who lead the worker."""
    led = queries.workers_led_by(request.member, request.on).filter(pk=absence.worker_id)
    return reverse("away", args=[absence.pk]) if led.exists() else reverse("absences")  # away is caseload's


@access.requires(*RECORDS_ABSENCES)
@concurrency.creates
class AbsenceAdd(StaffPage):
    form_class = forms.AbsenceForm
    heading = gettext_lazy("Record an absence")
    save = gettext_lazy("Record the absence")
    back = reverse_lazy("absences"), gettext_lazy("Away")

    def form_arguments(self) -> dict[str, Any]:
        return {"member": self.request.member, "initial": {"starts_on": self.on}}

    def act(self, data: dict[str, Any]) -> str:
        worker = data.pop("worker")
        self.absence = actions.record_absence(worker_id=worker.pk, by=self.request.member, today=self.on, **data)
        led = self.success_url() != reverse("absences")
        return _("The absence is recorded. Here is what there is to do.") if led else _("The absence is recorded.")

    def success_url(self) -> str:
        return what_to_do(self.request, self.absence)


def find_absence(request: access.MemberRequest, pk: int) -> Absence:
    return get_object_or_404(queries.absences_recorded_by(request.member, request.on), pk=pk)


def about_absence(absence: Absence, request: access.MemberRequest) -> concurrency.Description:
    labels = concurrency.labels_of(forms.EditAbsenceForm, absence)
    if not queries.sees_leave_kinds(request.member):
        del labels["kind"]
    return concurrency.fields(absence, **labels)


@access.requires(*RECORDS_ABSENCES)
@concurrency.changes(find=find_absence, describe=about_absence)
class AbsenceEdit(StaffPage):
    """Another expected return, or back at work."""

    form_class = forms.EditAbsenceForm
    back = reverse_lazy("absences"), gettext_lazy("Away")

    @cached_property
    def absence(self) -> Absence:
        return find_absence(self.request, self.kwargs["pk"])

    @property
    def heading(self) -> str:
        return _("%(worker)s is away") % {"worker": self.absence.worker.name}

    def form_arguments(self) -> dict[str, Any]:
        initial = {name: getattr(self.absence, name) for name in ("starts_on", "expected_back", "ends_before", "kind")}
        initial["planned"] = {True: "yes", False: "no", None: ""}[self.absence.planned]
        return {"member": self.request.member, "initial": initial}

    def act(self, data: dict[str, Any]) -> str:
        before = queries.away(self.absence, self.on)
        actions.edit_absence(absence_id=self.absence.pk, by=self.request.member, today=self.on, **data)
        self.absence.refresh_from_db()
        return _what_became(before, queries.away(self.absence, self.on))

    def success_url(self) -> str:
        return what_to_do(self.request, self.absence)


def _what_became(before: queries.AbsenceRow, after: queries.AbsenceRow) -> str:
    """Say what follows from a change: another band has other duties."""
    if after.band != before.band:
        words = _("The absence is changed from %(before)s to %(after)s. See what there is to do.")
        return words % {"before": before.band.label, "after": after.band.label}
    return _("The absence is changed.")
