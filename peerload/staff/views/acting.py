"""Pages on which a service manager or an admin names who acts while a team's manager or deputy is away."""

from functools import cached_property
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.formats import format_day

from .. import access, actions, concurrency, queries
from ..forms import acting as forms
from ..models import Absence, ActingManager, Member
from ..roles import Capability
from .form_pages import StaffPage


def find_place(request: access.MemberRequest, pk: int) -> queries.LeaderPlace:
    """
    Return the place of a manager or deputy who is or will be away, in the team asked for, ``?team=``, else in their first.

    :raises Http404: if there is none
    """
    absences = queries.absences_recorded_by(request.member, request.on).filter(pk=pk)
    asked = request.GET.get("team")
    places = queries.places_of(list(absences), request.on)
    found = next((each for each in places if not asked or str(each.team.pk) == asked), None)
    if found is None or (found.absence.ends_before and found.absence.ends_before <= request.on):
        raise Http404
    return found


def find_absence(request: access.MemberRequest, pk: int) -> Absence:
    return find_place(request, pk).absence


def about_place(absence: Absence, request: access.MemberRequest) -> concurrency.Description:
    """Describe who is named in the team of the page."""
    named = absence.acting.filter(team=find_place(request, absence.pk).team).select_related("member")
    said = [", ".join(filter(None, _period(row))) for row in named.order_by("starts_on")]
    return {_("Who acts"): "; ".join(said) or _("No one is named")}


def _period(row: ActingManager) -> tuple[str, str, str]:
    return row.member.name, format_day(row.starts_on), format_day(row.ends_before) if row.ends_before else ""


@access.requires(Capability.RECORD_LEADERS_AWAY)
@concurrency.changes(find=find_absence, describe=about_place)
class Acting(StaffPage):
    """Choose who acts in one team, and from which day."""

    form_class = forms.ActingForm
    template_name = "staff/acting.html"
    save = gettext_lazy("Name who acts")

    @property
    def back(self) -> tuple[str, str]:
        return reverse("absences"), _("Away")

    @cached_property
    def place(self) -> queries.LeaderPlace:
        return find_place(self.request, self.kwargs["pk"])

    @property
    def heading(self) -> str:
        return _("Who acts for %(name)s in %(team)s") % {
            "name": self.place.absence.worker.name,
            "team": self.place.team.name,
        }

    @property
    def words(self) -> str:
        """What was searched for."""
        return self.request.GET.get("find", "").replace("\0", "").strip()[:100]

    def form_arguments(self) -> dict[str, Any]:
        able = queries.may_act(self.place.absence, self.place.team, self.place.on)
        now = {"member": str(self.place.acts.member.uid)} if self.place.acts else {}
        return {"able": able, "initial": {"starts_on": self.place.on} | now}

    def act(self, data: dict[str, Any]) -> str:
        member: Member = data["member"]
        actions.name_acting(
            absence_id=self.place.absence.pk,
            team_id=self.place.team.pk,
            member=member,
            starts_on=data["starts_on"],
            by=self.request.member,
            today=self.on,
        )
        return _("From %(day)s %(name)s acts in %(team)s. The team is told.") % {
            "day": format_day(data["starts_on"]),
            "name": member.name,
            "team": self.place.team.name,
        }

    def context(self, form: Any) -> dict[str, Any]:
        place = self.place
        return super().context(form) | {
            "place": place,
            "candidates": queries.acting_candidates(place.absence, place.team, place.on, self.words),
            "find": self.words,
            "chosen": form["member"].value() or "",
        }

    def success_url(self) -> str:
        return reverse("absences")


def find_acting(request: access.MemberRequest, pk: int) -> ActingManager:
    rows = ActingManager.objects.filter(organisation=request.organisation).select_related(
        "member", "team", "absence__worker"
    )
    return get_object_or_404(rows, pk=pk)


def about_acting(row: ActingManager, request: access.MemberRequest) -> concurrency.Description:
    return concurrency.fields(row, **concurrency.labels_of(forms.EndActingForm, row))


@access.requires(Capability.RECORD_LEADERS_AWAY)
@concurrency.changes(find=find_acting, describe=about_acting)
class ActingEnd(StaffPage):
    """End acting before the absent member is back."""

    form_class = forms.EndActingForm
    save = gettext_lazy("End acting")
    lead = gettext_lazy("Acting ends by itself when the absent person is back at work. Use this page to end it before.")

    @property
    def back(self) -> tuple[str, str]:
        return reverse("absences"), _("Away")

    @cached_property
    def acting(self) -> ActingManager:
        return find_acting(self.request, self.kwargs["pk"])

    @property
    def heading(self) -> str:
        return _("%(name)s acts in %(team)s") % {"name": self.acting.member.name, "team": self.acting.team.name}

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"ends_before": self.acting.ends_before or self.on}}

    def act(self, data: dict[str, Any]) -> str:
        actions.end_acting(
            acting_id=self.acting.pk, ends_before=data["ends_before"], by=self.request.member, today=self.on
        )
        return _("%(name)s acts in %(team)s until %(day)s, not on that day.") % {
            "name": self.acting.member.name,
            "team": self.acting.team.name,
            "day": format_day(data["ends_before"]),
        }
