"""Pages about one meeting of a group: moved, called off, taken back or added by those who see the group."""

from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from peerload.core.formats import format_weekday
from peerload.staff import access, concurrency
from peerload.staff.concurrency import see_other
from peerload.staff.roles import Capability
from peerload.ui.asked import AHEAD

from ..actions import Refused
from ..models import Group
from . import forms, queries
from .actions import meetings as actions
from .rules import Meeting
from .views import GroupAction, find_group


def meeting_seen(group: Group, key: str, on: date) -> Meeting:
    """Return a meeting of a group; any other, and one further ahead than a day may lie, does not exist."""
    meeting = queries.find_meeting(group, key)
    if meeting is None or meeting.on > on + AHEAD:
        raise Http404
    return meeting


def said_of(group: Group, meeting: Meeting) -> str:
    """Say when a group meets."""
    words = {"group": group.name, "day": format_weekday(meeting.on)}
    if meeting.starts_at:
        return _("%(group)s meets on %(day)s at %(time)s.") % (words | {"time": f"{meeting.starts_at:%H:%M}"})
    return _("%(group)s meets on %(day)s.") % words


@access.requires(Capability.SUPPORT_PEOPLE)
@concurrency.creates
class MeetingAdd(GroupAction):
    """Plan an extra meeting of a group."""

    form_class = forms.MeetingForm
    template_name = "caseload/groups/meeting.html"
    title = gettext_lazy("Add a meeting")
    asks = gettext_lazy("Add a meeting of {name}")
    save = gettext_lazy("Add the meeting")

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {name: getattr(self.group, name) for name in ("starts_at", "minutes", "place")}}

    def act(self, data: dict[str, Any]) -> str:
        row = actions.add_meeting(group_id=self.group.pk, by=self.request.member, today=self.on, **data)
        return said_of(self.group, queries.meeting_of(row))


def about_meeting(group: Group, request: access.MemberRequest) -> concurrency.Description:
    """Describe when and where a meeting is: by its row, or by what is usual for its group."""
    key = request.resolver_match.kwargs["key"] if request.resolver_match else ""
    meeting = queries.find_meeting(group, key)
    if meeting is None:
        return {}
    labels = forms.MeetingForm.base_fields
    return {str(labels[name].label): getattr(meeting, name) for name in ("on", "starts_at", "minutes", "place")}


def find_group_of(request: access.MemberRequest, uid: UUID, key: str) -> Group:
    return find_group(request, uid)


@access.requires(Capability.SUPPORT_PEOPLE)
@concurrency.changes(find=find_group_of, describe=about_meeting)
class MeetingChange(GroupAction):
    """Give one meeting another day, hour, length or place."""

    form_class = forms.MeetingChangeForm
    template_name = "caseload/groups/meeting.html"
    title = gettext_lazy("Move or change a meeting")
    asks = gettext_lazy("Move or change a meeting of {name}")
    save = gettext_lazy("Save the meeting")

    @cached_property
    def meeting(self) -> Meeting:
        return meeting_seen(self.group, self.kwargs["key"], self.on)

    @property
    def lead(self) -> str:
        words = {"day": format_weekday(self.meeting.on)}
        if self.meeting.usual_on is None:
            return _("This changes the extra meeting on %(day)s.") % words
        return _("This changes the meeting on %(day)s. The usual day, time and place stay.") % words

    def form_arguments(self) -> dict[str, Any]:
        names = ("on", "starts_at", "minutes", "place", "version")
        return {"initial": {name: getattr(self.meeting, name) for name in names}}

    def act(self, data: dict[str, Any]) -> str:
        meeting = actions.change_meeting(
            group_id=self.group.pk, key=self.meeting.key, by=self.request.member, today=self.on, **data
        )
        return said_of(self.group, meeting)

    def refused(self, form: Any, refusal: Refused) -> HttpResponse:
        if not isinstance(refusal, actions.MeetingChangedMeanwhile):
            return super().refused(form, refusal)
        now = queries.find_meeting(self.group, self.meeting.key)
        data = form.data.copy()
        data["version"] = now.version if now else 0
        again = self.form(data)
        again.is_valid()
        again.refuse(refusal)
        return self.page(again, status=409)


@access.requires(Capability.SUPPORT_PEOPLE)
@require_POST
def meeting_call_off(request: access.MemberRequest, uid: UUID, key: str) -> HttpResponse:
    """Call one meeting off."""
    group = find_group(request, uid)
    meeting = meeting_seen(group, key, request.on)
    try:
        meeting = actions.call_off(
            group_id=group.pk, key=meeting.key, by=request.member, today=request.on, version=_version(request)
        )
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect(group.get_absolute_url())
    words = _("The meeting on %(day)s is called off. Tell the members.")
    messages.success(request, words % {"day": format_weekday(meeting.on)})
    return see_other(request, group.get_absolute_url())


@access.requires(Capability.SUPPORT_PEOPLE)
@require_POST
def meeting_take_back(request: access.MemberRequest, uid: UUID, key: str) -> HttpResponse:
    """Undo what was said of one meeting."""
    group = find_group(request, uid)
    meeting = meeting_seen(group, key, request.on)
    try:
        meeting = actions.take_back(
            group_id=group.pk, key=meeting.key, by=request.member, today=request.on, version=_version(request)
        )
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect(group.get_absolute_url())
    messages.success(request, _("Taken back. %(now)s") % {"now": said_of(group, meeting)})
    return see_other(request, group.get_absolute_url())


def _version(request: access.MemberRequest) -> int:
    """Return the version of the meeting that the page showed; -1 is none."""
    words = request.POST.get("version", "")
    return int(words) if words.isdecimal() and len(words) < 10 else -1
