"""Pages about who is away."""

from datetime import date
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import resolve, reverse, reverse_lazy
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
    """Show who is away in the member's teams, and how long; from above the teams, managers and deputies, and who acts."""
    led = queries.workers_led_by(request.member, request.on).values_list("pk", flat=True)
    rows = queries.absences_page(request.member, request.on)
    if access.may(request.member, Capability.RECORD_LEADERS_AWAY):
        rows = _with_places(rows, request.on)
    context = {
        "rows": rows,
        "led": set(led),
        "arranged": set(led) - {request.member.pk},  # no one arranges their own cover or return
        "leads": access.may(request.member, Capability.RECORD_ABSENCES),
    }
    return render(request, "staff/absences.html", context)


def _with_places(rows: list[queries.AbsenceRow], on: date) -> list[queries.AbsenceRow]:
    """Return the same rows; those that last or are ahead with the places to fill in the teams."""
    last = [row.pk for row in rows if not row.gone and not (row.back_on and row.back_on <= on)]
    absences = list(Absence.objects.filter(pk__in=last).select_related("worker"))
    found: dict[int, list[queries.LeaderPlace]] = {}
    for place in queries.places_of(absences, on):
        found.setdefault(place.absence.pk, []).append(place)
    return [row._replace(places=found.get(row.pk, [])) for row in rows]


def what_to_do(request: access.MemberRequest, absence: Absence) -> str:
    """Return where a saved absence leads: to its duties, or, from above the teams, to the choice of who acts in a team."""
    led = queries.workers_led_by(request.member, request.on).filter(pk=absence.worker_id)
    if led.exists():
        return reverse("away", args=[absence.pk])  # away is caseload's
    if access.may(request.member, Capability.RECORD_LEADERS_AWAY) and not _is_over(absence, request.on):
        places = queries.places_of([absence], request.on)
        without = next((place for place in places if not place.leaders.is_led), None)
        if without:
            return f"{reverse('acting', args=[absence.pk])}?team={without.team.pk}"
    return reverse("absences")


def _is_over(absence: Absence, on: date) -> bool:
    return absence.ends_before is not None and absence.ends_before <= on


@access.requires(*RECORDS_ABSENCES)
@concurrency.creates
class AbsenceAdd(StaffPage):
    form_class = forms.AbsenceForm
    heading = gettext_lazy("Record an absence")
    save = gettext_lazy("Record the absence")
    back = reverse_lazy("absences"), gettext_lazy("Away")

    def form_arguments(self) -> dict[str, Any]:
        worker = self.request.GET.get("worker", "")
        initial = {"starts_on": self.on} | ({"worker": int(worker)} if worker.isdecimal() else {})
        return {"member": self.request.member, "initial": initial}

    def act(self, data: dict[str, Any]) -> str:
        worker = data.pop("worker")
        self.absence = actions.record_absence(worker_id=worker.pk, by=self.request.member, today=self.on, **data)
        then = resolve(self.success_url().split("?")[0]).url_name
        if then == "acting":
            return _("The absence is recorded. No one else who leads this team is at work then: choose who acts.")
        return (
            _("The absence is recorded.")
            if then == "absences"
            else _("The absence is recorded. Here is what there is to do.")
        )

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
