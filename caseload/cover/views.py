"""A worker is away: what has to be done, by when, and who covers."""

from collections import Counter
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from peerload.audit import actions as audit
from peerload.core.formats import format_day
from peerload.staff import access, concurrency
from peerload.staff import queries as staff
from peerload.staff.models import Absence, Member
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage

from .. import described
from ..actions import Refused
from ..enums import Duty
from ..models import Client, ClientQuerySet
from ..next_steps import queries as next_steps
from . import actions, forms, queries

WHY = {
    Duty.COVER_PLAN: gettext_lazy(
        "Agree with the worker what is urgent, above all about the support of each person. If that is not "
        "possible, look in the worker’s notes. They stay the worker of these people. The worker who covers stands in "
        "until they are back."
    ),
    Duty.OUT_OF_OFFICE: gettext_lazy("Before planned leave, the worker does this. Otherwise ask IT to do it urgently."),
    Duty.URGENT_ITEMS: gettext_lazy(
        "Each working day, look at urgent messages that were redirected, and act on them. Begin with anything "
        "about a person’s safety."
    ),
    Duty.WEEKLY_REVIEW: gettext_lazy(
        "Check new messages and records about the people they support. You may have to hand a person over."
    ),
    Duty.LEAVER_STEPS: gettext_lazy(
        "The absence is planned for more than eight weeks, so do the same as when a worker leaves. Before the "
        "first day, everyone who needs support has another worker. People can move back when the worker is back. "
        "Use the cover board."
    ),
    Duty.SERVICE_MANAGER: gettext_lazy(
        "The absence was not planned and will take more than eight weeks. The team manager talks with the "
        "service manager as soon as this is known. To employ someone to cover, write a business case. Say how "
        "many of the people that worker could support."
    ),
}


def find_absence(request: access.MemberRequest, pk: int) -> Absence:
    """
    Return an absence of a worker whose team, or whose people, the member leads.

    :raises Http404: if there is no such absence
    """
    found = queries.absence_in_teams([team.pk for team in access.teams_led(request)], request.on, pk)
    if found is None:
        raise Http404
    return found


def as_of(absence: Absence, on: date) -> staff.AbsenceRow:
    """Return an absence with its days and band as of a day; a worker who has left is not away."""
    return staff.away(absence, on, gone=bool(staff.have_left([absence.worker_id], on)))


def lasts(absence: Absence, on: date) -> bool:
    """Return whether an absence has not ended, so that cover for it is still chosen."""
    return absence.ends_before is None or absence.ends_before > on


def first_day(absence: Absence, on: date) -> date:
    """Return the day whose people and cover a page shows: today, or the first day away if that is later."""
    return max(on, absence.starts_on)


def people_seen(request: access.MemberRequest, absence: Absence, day: date) -> ClientQuerySet:
    """Return the people an absent worker supports on a day, as far as the member may see them."""
    return queries.absent_people(absence, day, Client.objects.visible_to(request.member, request.on))


@access.requires(Capability.RECORD_ABSENCES)
@require_GET
def away(request: access.MemberRequest, pk: int) -> HttpResponse:
    """Show what has to be done while a worker is away, and who covers."""
    absence = find_absence(request, pk)
    day = first_day(absence, request.on)
    people = people_seen(request, absence, day).values_list("cover_name", "cover_here")
    covers = Counter(name for name, here in people if here)
    nobody = len(people) - covers.total()
    rows = queries.duties(absence, request.on)
    seen = Client.objects.visible_to(request.member, request.on)
    arranged = next_steps.to_cover(absence, seen, request.on) if lasts(absence, request.on) else []
    if arranged:
        audit.listed(request, "away", len({each.step.person_pk for each in arranged}))
    talk = next((row for row in rows if row.kind == Duty.SERVICE_MANAGER and not row.done), None)
    context = {
        "absence": absence,
        "away": as_of(absence, request.on),
        "leads": queries.leads_worker(absence, request.member, request.on),
        "duties": [(row, WHY[row.kind]) for row in rows],
        "talk": talk,
        "own": absence.worker_id == request.member.pk,
        "lasts": lasts(absence, request.on),
        "to_cover": arranged,
        "nobody": nobody,
        "covers": sorted(covers.items()),
        "people": len(people),
        "on": request.on,
    }
    return render(request, "caseload/cover/away.html", context)


@access.requires(Capability.RECORD_ABSENCES)
@require_POST
def duty_done(request: access.MemberRequest, pk: int) -> HttpResponse:
    """Tick a duty, or take the tick back."""
    absence = find_absence(request, pk)
    try:
        due_on = parse_date(request.POST.get("due_on", ""))
    except ValueError:
        due_on = None
    kind, done = request.POST.get("kind", ""), request.POST.get("done") != "no"
    try:
        if due_on is None or kind not in Duty:
            raise actions.DutyMoved(
                _("That could not be ticked off, because the list has changed. Look at the list again.")
            )
        actions.tick_off_duty(
            absence_id=absence.pk, kind=kind, due_on=due_on, done=done, by=request.member, today=request.on
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("away", pk=absence.pk)


@access.requires(Capability.RECORD_ABSENCES)
@concurrency.changes(find=find_absence, describe=described.board, seen=described.board_seen)
class ChooseCover(FormPage):
    """Choose who covers: one worker for everyone, or one for each person."""

    template_name = "caseload/cover/cover.html"

    @cached_property
    def absence(self) -> Absence:
        return find_absence(self.request, self.kwargs["pk"])

    @cached_property
    def day(self) -> date:
        return first_day(self.absence, self.on)

    @cached_property
    def people(self) -> list[Client]:
        asked = ("uid", "name", "tier", "statutory", "contact_preference", "contact_how")
        return list(people_seen(self.request, self.absence, self.day).only(*asked))

    @cached_property
    def members(self) -> list[Member]:
        return queries.may_cover(self.absence, self.request.member, self.day)

    def form(self, data: QueryDict | None = None) -> forms.CoverForm:
        return forms.CoverForm(data, on=self.on, people=self.people, members=self.members, first=self.day)

    def act(self, data: dict[str, Any]) -> str:
        starts_on, who = data["starts_on"], {"by": self.request.member, "today": self.on}
        count = actions.cover(absence_id=self.absence.pk, given=self.filled.given(), starts_on=starts_on, **who)
        if not count:
            messages.info(self.request, _("Nothing has changed. It was saved like that already."))
            return ""
        first = max(starts_on, self.absence.starts_on)
        words = ngettext(
            "Saved for one person, from %(day)s on.", "Saved for %(count)s people, from %(day)s on.", count
        )
        return words % {"count": count, "day": format_day(first)}

    def success_url(self) -> str:
        return reverse("away", args=[self.absence.pk])

    def page(self, form: forms.CoverForm, **more: Any) -> HttpResponse:
        audit.listed(self.request, "cover", len(self.people))
        return super().page(form, **more)

    def context(self, form: forms.CoverForm) -> dict[str, Any]:
        return {
            "form": form,
            "absence": self.absence,
            "away": as_of(self.absence, self.on),
            "lines": list(form.lines()),
            "nobody": sum(not person.cover_here for person in self.people),
            "members": self.members,
            "has_board": self.absence.worker_id != self.request.member.pk and lasts(self.absence, self.on),
            "day": self.day,
            "on": self.on,
        }
