"""Pages about groups. Its facilitators and those who lead its team see a group; for all others it does not exist."""

import uuid
from datetime import date
from functools import cached_property
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse_lazy
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from peerload.audit import actions as audit
from peerload.core import clock, dates
from peerload.core.formats import format_day
from peerload.staff import access, concurrency
from peerload.staff.concurrency import see_other
from peerload.staff.models import Team
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage

from ..models import Group, GroupFacilitator, GroupMember, GroupSession
from ..views.base import leads, search_words
from . import forms, queries, rules
from .actions.groups import change_group, close_group, open_group
from .actions.members import add_facilitator, end_facilitator, join, leave
from .actions.sessions import log_session, void_session

MANY = 10  # people to choose from, before a search is offered


def find_group(request: access.MemberRequest, uid: uuid.UUID) -> Group:
    """Return a group the member may see; any other does not exist."""
    group = queries.group_seen_by(request.member, request.on, uid)
    if group is None:
        raise Http404
    return group


@access.requires(Capability.SUPPORT_PEOPLE)
@require_GET
def groups(request: access.MemberRequest) -> HttpResponse:
    """Show the groups a member facilitates, and those of the teams they lead."""
    found = queries.with_changes(queries.groups_of(request.member, request.on), request.on)
    for group in found:
        group.next_meeting = queries.next_meeting(group, request.on, group.last_on)
    context = {"groups": found, "on": request.on, "leads": access.leads(request.member)}
    return render(request, "caseload/groups/groups.html", context)


@access.requires(Capability.SUPPORT_PEOPLE)
@require_GET
def group(request: access.MemberRequest, uid: uuid.UUID) -> HttpResponse:
    """Show a group: who belongs to it, who facilitates it, when it met and when it meets next."""
    found = find_group(request, uid)
    on = request.on
    members = queries.members_of(found, on)
    most = None if request.GET.get("all") else queries.SHOWN
    sessions = queries.sessions_of(found, most)
    audit.listed(request, "group", len(members))
    last = queries.last_time(found).on
    context = {
        "group": found,
        "on": on,
        "members": members,
        "seen": queries.seen_among(request.member, on, [each.client_id for each in members]),
        "facilitators": queries.facilitators_of(found, on),
        "sessions": sessions,
        "more": most is not None and len(sessions) == most,
        "ahead": queries.ahead(found, on, last),
        "leads": leads(request.member, found, on),
        "open": dates.contains(found.starts_on, found.ends_before, on),
    }
    return render(request, "caseload/groups/group.html", context)


class GroupAction(FormPage):
    """A form about a group."""

    asks = ""
    leaders_only = False

    def dispatch(self, request: access.MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.leaders_only and not leads(request.member, self.group, request.on):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def group(self) -> Group:
        return find_group(self.request, self.kwargs["uid"])

    @property
    def heading(self) -> str:
        return self.asks.format(name=self.group.name)

    @property
    def back(self) -> tuple[str, str]:
        return self.group.get_absolute_url(), self.group.name

    def done(self) -> HttpResponse:
        return see_other(self.request, self.success_url())

    def context(self, form: Any) -> dict[str, Any]:
        return super().context(form) | {"group": self.group}


def about_group(group: Group, request: access.MemberRequest) -> concurrency.Description:
    labels = concurrency.labels_of(forms.GroupForm, group)
    return concurrency.fields(group, **labels) | {_("Last day"): dates.last_day(group.ends_before)}


# Groups -------------------------------------------------------------------------------------------------------------


@access.requires(Capability.LEAD_TEAM)
@concurrency.creates
class GroupAdd(FormPage):
    """Open a group of a team one leads."""

    form_class = forms.NewGroupForm
    title = gettext_lazy("A new group")
    lead = gettext_lazy("Its facilitators record its sessions. After this, you choose its members.")
    save = gettext_lazy("Open the group")
    back = reverse_lazy("groups"), gettext_lazy("Groups")

    def form_arguments(self) -> dict[str, Any]:
        teams = list(Team.objects.led_by(self.request.member, self.on).order_by("name"))
        if not teams:
            raise Http404
        workers = {worker.pk: worker for team in teams for worker in queries.workers_of(team, self.on)}
        return {"teams": teams, "workers": workers.values()}

    def act(self, data: dict[str, Any]) -> str:
        self.opened = open_group(by=self.request.member, **data)
        return _("%(group)s is open. Add who belongs to it.") % {"group": self.opened.name}

    def success_url(self) -> str:
        return self.opened.get_absolute_url()


@access.requires(Capability.LEAD_TEAM)
@concurrency.changes(find=find_group, describe=about_group)
class GroupEdit(GroupAction):
    form_class = forms.GroupForm
    title = gettext_lazy("Change a group")
    asks = gettext_lazy("Change {name}")
    save = gettext_lazy("Save")
    lead = gettext_lazy("Sessions that were recorded stay as they were.")
    leaders_only = True

    def form_arguments(self) -> dict[str, Any]:
        return {
            "initial": {
                name: getattr(self.group, name) for name in ("name", "weekday", "starts_at", "minutes", "place")
            }
        }

    def act(self, data: dict[str, Any]) -> str:
        change_group(group_id=self.group.pk, by=self.request.member, today=self.on, **data)
        return _("Saved.")


@access.requires(Capability.LEAD_TEAM)
@concurrency.changes(find=find_group, describe=about_group)
class GroupClose(GroupAction):
    form_class = forms.GroupLastDayForm
    title = gettext_lazy("Close a group")
    asks = gettext_lazy("Close {name}")
    save = gettext_lazy("Close the group")
    lead = gettext_lazy(
        "Its members leave the group that day. Their support stays as it is. Its sessions stay readable."
    )
    leaders_only = True

    def act(self, data: dict[str, Any]) -> str:
        close_group(group_id=self.group.pk, by=self.request.member, on=data["on"])
        return _("%(group)s is closed; %(day)s is its last day.") % {
            "group": self.group.name,
            "day": format_day(data["on"]),
        }


# Members and facilitators -------------------------------------------------------------------------------------------


@access.requires(Capability.SUPPORT_PEOPLE)
@concurrency.creates
class MemberAdd(GroupAction):
    form_class = forms.JoinForm
    template_name = "caseload/groups/join.html"
    title = gettext_lazy("Add a member")
    asks = gettext_lazy("Who joins {name}?")
    save = gettext_lazy("Add to the group")

    def form_arguments(self) -> dict[str, Any]:
        return {"people": queries.may_join(self.request.member, self.group, self.on, search_words(self.request))}

    def page(self, form: forms.JoinForm, **more: Any) -> HttpResponse:
        audit.listed(self.request, "group join", len(form.people))
        return super().page(form, **more)

    def context(self, form: forms.JoinForm) -> dict[str, Any]:
        return super().context(form) | {"q": search_words(self.request), "many": len(form.people) > MANY}

    def act(self, data: dict[str, Any]) -> str:
        who = data["who"]
        join(
            group_id=self.group.pk,
            client_id=who.pk,
            by=self.request.member,
            on=data["on"],
            today=self.on,
            change_support=data["change_support"],
        )
        return _("%(who)s belongs to %(group)s from %(day)s on.") % {
            "who": who.name,
            "group": self.group.name,
            "day": format_day(data["on"]),
        }


def find_membership(request: access.MemberRequest, pk: int) -> GroupMember:
    groups = Group.objects.visible_to(request.member, request.on)
    return get_object_or_404(
        GroupMember.objects.filter(group__in=groups).select_related("client", "group__team"), pk=pk
    )


def find_facilitator(request: access.MemberRequest, pk: int) -> GroupFacilitator:
    groups = Group.objects.visible_to(request.member, request.on)
    found = GroupFacilitator.objects.filter(group__in=groups).select_related("worker", "group__team")
    return get_object_or_404(found, pk=pk)


def last_day_of(row: GroupMember | GroupFacilitator, request: access.MemberRequest) -> concurrency.Description:
    return {_("Last day"): dates.last_day(row.ends_before)}


@access.requires(Capability.SUPPORT_PEOPLE)
@concurrency.changes(find=find_membership, describe=last_day_of)
class MemberLeave(GroupAction):
    form_class = forms.GroupLastDayForm
    title = gettext_lazy("Remove a member")
    save = gettext_lazy("Save the last day")
    lead = gettext_lazy("Their support and the sessions they came to stay as they are.")

    @cached_property
    def membership(self) -> GroupMember:
        return find_membership(self.request, self.kwargs["pk"])

    @cached_property
    def group(self) -> Group:
        return self.membership.group

    @property
    def heading(self) -> str:
        return _("%(client)s leaves %(group)s") % {"client": self.membership.client.name, "group": self.group.name}

    def page(self, form: forms.GroupLastDayForm, **more: Any) -> HttpResponse:
        audit.listed(self.request, "group leave", 1)
        return super().page(form, **more)

    def act(self, data: dict[str, Any]) -> str:
        day = data["on"]
        leave(membership_id=self.membership.pk, by=self.request.member, on=day)
        return _("%(client)s belongs to %(group)s through %(day)s.") % {
            "client": self.membership.client.name,
            "group": self.group.name,
            "day": format_day(day),
        }


@access.requires(Capability.LEAD_TEAM)
@concurrency.creates
class FacilitatorAdd(GroupAction):
    form_class = forms.FacilitatorForm
    title = gettext_lazy("Who facilitates")
    asks = gettext_lazy("Add a facilitator to {name}")
    save = gettext_lazy("Add")
    lead = gettext_lazy("They see who belongs to the group and record its sessions.")
    leaders_only = True

    def form_arguments(self) -> dict[str, Any]:
        return {"workers": queries.may_facilitate(self.group, self.on)}

    def act(self, data: dict[str, Any]) -> str:
        who, day = data["who"], data["on"]
        add_facilitator(group_id=self.group.pk, worker=who, by=self.request.member, on=day)
        return _("%(who)s facilitates %(group)s from %(day)s on.") % {
            "who": who.name,
            "group": self.group.name,
            "day": format_day(day),
        }


@access.requires(Capability.LEAD_TEAM)
@concurrency.changes(find=find_facilitator, describe=last_day_of)
class FacilitatorEnd(GroupAction):
    form_class = forms.GroupLastDayForm
    title = gettext_lazy("Who facilitates")
    save = gettext_lazy("Save the last day")
    lead = gettext_lazy("From the day after, they see neither the group nor its members.")
    leaders_only = True

    @cached_property
    def facilitator(self) -> GroupFacilitator:
        return find_facilitator(self.request, self.kwargs["pk"])

    @cached_property
    def group(self) -> Group:
        return self.facilitator.group

    @property
    def heading(self) -> str:
        return _("%(worker)s no longer facilitates %(group)s") % {
            "worker": self.facilitator.worker.name,
            "group": self.group.name,
        }

    def act(self, data: dict[str, Any]) -> str:
        day = data["on"]
        end_facilitator(facilitator_id=self.facilitator.pk, by=self.request.member, on=day)
        return _("%(worker)s facilitates %(group)s through %(day)s.") % {
            "worker": self.facilitator.worker.name,
            "group": self.group.name,
            "day": format_day(day),
        }


# Sessions -----------------------------------------------------------------------------------------------------------


@access.requires(Capability.SUPPORT_PEOPLE)
@concurrency.creates(keeps_id=True)
class SessionLog(GroupAction):
    template_name = "caseload/groups/session.html"
    title = gettext_lazy("Record a session")
    asks = gettext_lazy("{name}: who came?")
    save = gettext_lazy("Save the session")

    def form(self, data: QueryDict | None = None) -> forms.SessionForm:
        last = queries.last_time(self.group)
        usual = self._day_offered(last.on)
        days = {usual, _posted_day(data) or usual}
        members = {each.client_id: each for day in days for each in queries.members_of(self.group, day)}
        facilitators = {each.worker_id: each for day in days for each in queries.facilitators_of(self.group, day)}
        return forms.SessionForm(
            data,
            on=self.on,
            initial={"on": usual, "submission_id": uuid.uuid4()},
            group=self.group,
            members=sorted(members.values(), key=lambda each: (each.client.name_key, each.client_id)),
            facilitators=list(facilitators.values()),
            last=last,
        )

    def _day_offered(self, last: date | None) -> date:
        """Return the day the form begins with: the one of the link, if it is to be recorded, else the likeliest."""
        posted = _posted_day(self.request.POST)
        since = min(posted or self.on, self.on - rules.WEEK)
        queries.with_changes([self.group], since)
        usual, changes = queries.usual_of(self.group), self.group.changes
        unrecorded = rules.to_record(usual, changes, self.on, since=usual.starts_on, last=last)
        asked = _posted_day(self.request.GET)
        if asked and asked in (each.on for each in unrecorded):
            return asked
        return rules.day_to_log(usual, changes, self.on, last=last)

    def page(self, form: forms.SessionForm, **more: Any) -> HttpResponse:
        audit.listed(self.request, "group session", len(form.people))
        return super().page(form, **more)

    def act(self, data: dict[str, Any]) -> str:
        words = self.filled.words()
        logged = log_session(group_id=self.group.pk, by=self.request.member, today=self.on, **words)
        came = len(words["came"])
        recorded = _("The session of %(day)s is recorded: no one came.")
        if came:
            recorded = ngettext(
                "The session of %(day)s is recorded: one person came.",
                "The session of %(day)s is recorded: %(count)s people came.",
                came,
            )
        said = [recorded % {"day": format_day(words["on"]), "count": came}]
        said += [
            _("%(name)s asked for support, and has it again from that day.") % {"name": name} for name in logged.back
        ]
        return " ".join(said)


def _posted_day(data: QueryDict | None) -> date | None:
    try:
        return parse_date(data["on"]) if data and "on" in data else None
    except ValueError:
        return None


def find_session(request: access.MemberRequest, uid: uuid.UUID) -> GroupSession:
    session = queries.session_seen_by(request.member, request.on, uid)
    if session is None:
        raise Http404
    return session


def about_session(session: GroupSession, request: access.MemberRequest) -> concurrency.Description:
    return concurrency.fields(session, void_reason=_("Taken out of the count"))


@access.requires(Capability.SUPPORT_PEOPLE)
@concurrency.changes(find=find_session, describe=about_session)
class SessionVoid(GroupAction):
    form_class = forms.SessionVoidForm
    title = gettext_lazy("Remove a session from the count")
    asks = gettext_lazy("Remove a session of {name} from the count")
    save = gettext_lazy("Remove from the count")

    @cached_property
    def session(self) -> GroupSession:
        return find_session(self.request, self.kwargs["uid"])

    @cached_property
    def group(self) -> Group:
        return self.session.group

    @property
    def lead(self) -> str:
        return _(
            "The session of %(day)s stays readable, with your reason. "
            "It no longer counts, and its contacts no longer count."
        ) % {"day": format_day(self.session.on)}

    def act(self, data: dict[str, Any]) -> str:
        who = {"by": self.request.member, "today": self.on}
        void_session(session_id=self.session.pk, reason=data["reason"], now=clock.now(), **who)
        return _("The session of %(day)s is removed from the count.") % {"day": format_day(self.session.on)}
