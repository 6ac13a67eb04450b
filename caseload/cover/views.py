"""Somebody is away: what there is to do, by when, and who covers."""

from collections import Counter
from datetime import date

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from peerload.audit import actions as audit
from peerload.core.formats import format_day
from peerload.staff import access, concurrency
from peerload.staff import queries as staff
from peerload.staff.models import Absence
from peerload.staff.roles import Capability

from .. import described
from ..actions import Refused
from ..enums import Duty
from ..models import Client
from . import actions, forms, queries

WHY = {
    Duty.COVER_PLAN: (
        "Whatever cannot wait, and above all whatever concerns the support of individual people, is agreed with the worker or, "
        "where that is not possible, found in their notes. People stay with the worker; somebody sees to them meanwhile."
    ),
    Duty.OUT_OF_OFFICE: "The worker does this before planned leave. Otherwise ask IT to do it, as a matter of urgency.",
    Duty.URGENT_ITEMS: (
        "Each working day, look at what is urgent and was redirected, first anything about somebody’s safety, and see to it."
    ),
    Duty.WEEKLY_REVIEW: (
        "Actively review all that has come in about the people they support, the records as well. That may include handing "
        "somebody over."
    ),
    Duty.LEAVER_STEPS: (
        "Planned for more than eight weeks, it goes as when somebody leaves: before the first day everybody who needs support "
        "has another worker. They can come back when the worker is back. The cover board is the list."
    ),
    Duty.SERVICE_MANAGER: (
        "Not planned, and apparent that it takes more than eight weeks: the team manager talks it over with the service manager "
        "as soon as that is so. Taking somebody on to cover, with how many of the people that would hold, is put to them as a "
        "business case."
    ),
}


def find_absence(request, pk: int) -> Absence:
    """
    Return an absence of somebody whose team, or whose people, the member leads.

    :raises Http404: if it is nobody's of theirs
    """
    return get_object_or_404(queries.absences_seen_by(request.member, request.on), pk=pk)


def as_of(absence: Absence, on: date):
    """Return an absence with its days and band as of a day; a worker who has left is not away."""
    return staff.away(absence, on, gone=bool(staff.have_left([absence.worker_id], on)))


def first_day(absence: Absence, on: date) -> date:
    """Return the day whose people and cover a page shows: today, or the first day away if that is later."""
    return max(on, absence.starts_on)


def people_seen(request, absence: Absence, day: date):
    """Return the people an absent worker supports on a day, as far as the member may see them."""
    return queries.absent_people(absence, day, Client.objects.visible_to(request.member, request.on))


@access.requires(Capability.RECORD_ABSENCES)
@require_GET
def away(request, pk):
    """Show what there is to do while somebody is away, and who covers."""
    absence = find_absence(request, pk)
    day = first_day(absence, request.on)
    people = people_seen(request, absence, day).values_list("cover_name", "cover_here")
    covers = Counter(name for name, here in people if here)
    nobody = len(people) - covers.total()
    rows = queries.duties(absence, request.on)
    talk = next((row for row in rows if row.kind == Duty.SERVICE_MANAGER and not row.done), None)
    context = {
        "absence": absence,
        "away": as_of(absence, request.on),
        "leads": queries.leads_worker(absence, request.member, request.on),
        "duties": [(row, WHY[row.kind]) for row in rows],
        "talk": talk,
        "own": absence.worker_id == request.member.pk,
        "lasts": absence.ends_before is None or absence.ends_before > request.on,
        "nobody": nobody,
        "covers": sorted(covers.items()),
        "people": len(people),
        "on": request.on,
    }
    return render(request, "caseload/cover/away.html", context)


@access.requires(Capability.RECORD_ABSENCES)
@require_POST
def duty_done(request, pk):
    """Tick a duty, or take the tick back."""
    absence = find_absence(request, pk)
    try:
        due_on = parse_date(request.POST.get("due_on", ""))
    except ValueError:
        due_on = None
    kind, done = request.POST.get("kind", ""), request.POST.get("done") != "no"
    try:
        if due_on is None or kind not in Duty:
            raise actions.DutyMoved("That could not be ticked as it was. Look at the list again.")
        actions.tick_off_duty(
            absence_id=absence.pk, kind=kind, due_on=due_on, done=done, by=request.member, today=request.on
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("away", pk=absence.pk)


@access.requires(Capability.RECORD_ABSENCES)
@require_http_methods(["GET", "POST"])
@concurrency.changes(find=find_absence, describe=described.board, seen=described.board_seen)
def cover(request, pk):
    """Choose who covers: one for everybody, or for each person somebody."""
    absence = find_absence(request, pk)
    day = first_day(absence, request.on)
    people = list(
        people_seen(request, absence, day).only("uid", "name", "tier", "statutory", "contact_preference", "contact_how")
    )
    members = queries.may_cover(absence, request.member, day)
    form = forms.CoverForm(request.POST or None, on=request.on, people=people, members=members, first=day)
    if request.method == "POST" and form.is_valid():
        given = form.for_everybody() if request.POST.get("do") == "everybody" else form.given()
        if not form.errors and _covered(request, absence, form, given):
            return redirect("away", pk=absence.pk)
    audit.listed(request, "cover", len(people))
    context = {
        "form": form,
        "absence": absence,
        "away": as_of(absence, request.on),
        "lines": list(form.lines()),
        "nobody": sum(not person.cover_here for person in people),
        "members": members,
        "day": day,
        "on": request.on,
    }
    return render(request, "caseload/cover/cover.html", context, status=422 if form.errors else 200)


def _covered(request, absence: Absence, form: forms.CoverForm, given) -> bool:
    """Write down who covers; return whether that could be done."""
    starts_on = form.cleaned_data["starts_on"]
    try:
        count = actions.cover(
            absence_id=absence.pk, given=given, starts_on=starts_on, by=request.member, today=request.on
        )
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    if count:
        first = max(starts_on, absence.starts_on)
        people = "one person" if count == 1 else f"{count} people"
        messages.success(request, f"Written down for {people}, from {format_day(first)} on.")
    else:
        messages.info(request, "Nothing has changed: it stood like that already.")
    return True
