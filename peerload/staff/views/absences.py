"""Pages about who is away."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from .. import access, actions, concurrency, forms, queries
from ..access import form_view
from ..models import Absence
from ..roles import Capability
from .form_pages import accepted, form_for, form_page

RECORDS_ABSENCES = (Capability.RECORD_ABSENCES, Capability.RECORD_LEADERS_AWAY)


@access.requires(*RECORDS_ABSENCES)
@require_GET
def absences(request):
    """Show who is away in the member's teams, with the band of each absence; those above the teams see who leads them."""
    led = queries.workers_led_by(request.member, request.on).values_list("pk", flat=True)
    context = {
        "rows": queries.absences_page(request.member, request.on),
        "led": set(led),
        "arranged": set(led) - {request.member.pk},  # no one arranges their own cover or return
        "leads": access.may(request.member, Capability.RECORD_ABSENCES),
    }
    return render(request, "staff/absences.html", context)


def what_to_do(request, absence: Absence) -> str:
    """Return where a saved absence leads: to its duties, for those who lead the worker."""
    led = queries.workers_led_by(request.member, request.on).filter(pk=absence.worker_id)
    return reverse("away", args=[absence.pk]) if led.exists() else reverse("absences")  # away is caseload's


@access.requires(*RECORDS_ABSENCES)
@form_view
@concurrency.creates
def absence_add(request):
    form = form_for(request, forms.AbsenceForm, member=request.member, initial={"starts_on": request.on})
    recorded = []
    if accepted(
        form,
        lambda worker, **fields: recorded.append(
            actions.record_absence(worker_id=worker.pk, by=request.member, **fields)
        ),
    ):
        url = what_to_do(request, recorded[0])
        led = url != reverse("absences")
        messages.success(
            request,
            _("The absence is recorded. Here is what there is to do.") if led else _("The absence is recorded."),
        )
        return redirect(url)
    return form_page(
        request,
        form,
        heading=_("Record an absence"),
        back_url=reverse("absences"),
        back_label=_("Away"),
        save=_("Record the absence"),
    )


def find_absence(request, pk) -> Absence:
    return get_object_or_404(queries.absences_recorded_by(request.member, request.on), pk=pk)


def about_absence(absence: Absence, request) -> concurrency.Description:
    return concurrency.fields(absence, **concurrency.labels_of(forms.EditAbsenceForm, absence))


@access.requires(*RECORDS_ABSENCES)
@form_view
@concurrency.changes(find=find_absence, describe=about_absence)
def absence_edit(request, pk):
    """Another expected return, or back at work."""
    absence = find_absence(request, pk)
    initial = {name: getattr(absence, name) for name in ("starts_on", "expected_back", "ends_before", "kind")}
    initial["planned"] = {True: "yes", False: "no", None: ""}[absence.planned]
    form = form_for(request, forms.EditAbsenceForm, member=request.member, initial=initial)
    before = queries.away(absence, request.on)
    if accepted(form, lambda **fields: actions.edit_absence(absence_id=absence.pk, by=request.member, **fields)):
        absence.refresh_from_db()
        messages.success(request, _what_became(before, queries.away(absence, request.on)))
        return redirect(what_to_do(request, absence))
    return form_page(
        request,
        form,
        heading=_("%(worker)s is away") % {"worker": absence.worker.name},
        back_url=reverse("absences"),
        back_label=_("Away"),
    )


def _what_became(before: queries.AbsenceRow, after: queries.AbsenceRow) -> str:
    """Say what follows from a change: another band has other duties."""
    if after.band != before.band:
        words = _("The absence is changed: it was %(before)s and is %(after)s now. See what there is to do.")
        return words % {"before": before.band.label, "after": after.band.label}
    return _("The absence is changed.")
