"""Pages about who works in the service, for those who look after them."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django_tables2 import RequestConfig

from peerload.audit import actions as audit
from peerload.core import dates
from peerload.notices.mail import can_send

from .. import access, actions, concurrency, queries, tables
from ..forms import members as forms
from ..models import Member, Team, User
from ..roles import Capability
from ..sign_in import email_url
from .form_pages import StaffPage

A_PAGE = 50


def about_address(member: Member, request: access.MemberRequest) -> concurrency.Description:
    return {_("Email"): member.user.email, _("New email"): member.user.new_email}


@access.requires(Capability.LOOK_AFTER_STAFF)
@require_GET
def staff(request: access.MemberRequest) -> HttpResponse:
    """List the staff with their post of today and the state of their sign-in."""
    table = tables.StaffTable(queries.staff_page(request.organisation, request.on))
    RequestConfig(request, paginate={"per_page": A_PAGE}).configure(table)
    return render(request, "staff/staff.html", {"table": table})


def staff_member(request: access.MemberRequest, uid: UUID) -> Member:
    return get_object_or_404(
        Member.objects.select_related("user", "home_team"), organisation=request.organisation, uid=uid
    )


def about_member(member: Member, request: access.MemberRequest) -> concurrency.Description:
    return concurrency.fields(member, **concurrency.labels_of(forms.EditMemberForm, member))


@access.requires(Capability.LOOK_AFTER_STAFF)
@concurrency.creates
class StaffAdd(StaffPage):
    form_class = forms.MemberForm
    heading = gettext_lazy("Add a member of staff")
    save = gettext_lazy("Add")
    back = reverse_lazy("staff"), gettext_lazy("Staff")

    def act(self, data: dict[str, Any]) -> str:
        self.invited = data.pop("invite")
        self.member = member = actions.add_member(
            organisation=self.request.organisation, by=self.request.member, **data
        )
        if not self.invited:
            return _("%(member)s is added.") % {"member": member.name}
        if not can_send():
            words = _("%(member)s is added. peerload cannot send mail here. Show the link and give it to them.")
            return words % {"member": member.name}
        actions.invite(member_id=member.pk, by=self.request.member)
        return _("%(member)s is added and invited.") % {"member": member.name}

    def success_url(self) -> str:
        to_show = self.invited and not can_send()
        return reverse("staff_edit", args=[self.member.uid]) if to_show else super().success_url()


@access.requires(Capability.LOOK_AFTER_STAFF)
@concurrency.changes(find=staff_member, describe=about_member)
class StaffEdit(StaffPage):
    """Change a member; their posts are on the same page."""

    form_class = forms.EditMemberForm
    template_name = "staff/staff_edit.html"
    back = reverse_lazy("staff"), gettext_lazy("Staff")

    @cached_property
    def member(self) -> Member:
        return staff_member(self.request, self.kwargs["uid"])

    @property
    def heading(self) -> str:
        return self.member.name

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {name: getattr(self.member, name) for name in ("name", "role", "home_team", "active")}}

    def act(self, data: dict[str, Any]) -> str:
        actions.edit_member(member_id=self.member.pk, by=self.request.member, on=self.on, **data)
        return _("%(name)s is changed.") % {"name": data["name"]}

    def success_url(self) -> str:
        return reverse("staff_edit", args=[self.member.uid])

    def context(self, form: Any) -> dict[str, Any]:
        posts = self.member.posts.select_related("team").order_by("-starts_on")
        return super().context(form) | {
            "shown": self.member,
            "leads": list(Team.objects.named_to(self.member.pk).order_by("name").values_list("name", flat=True)),
            "posts": [
                (post, dates.last_day(post.ends_before), dates.contains(post.starts_on, post.ends_before, self.on))
                for post in posts
            ],
        }


@access.requires(Capability.LOOK_AFTER_STAFF)
@require_POST
@concurrency.creates(taps=lambda request: True)
def staff_invite(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Send a member an invitation, or another one; where no mail can be sent, show the link, this once."""
    member, by_hand = staff_member(request, uid), not can_send()
    try:
        url = actions.invite(member_id=member.pk, by=request.member, by_hand=by_hand)
    except actions.Refused as error:
        messages.error(request, str(error))
        return redirect("staff_edit", uid=uid)
    if by_hand:
        return show_link(request, member, url, what=_("choose a password"))
    messages.success(
        request, _("An invitation to %(email)s is on its way. It works once, for three days.") % {"email": member.email}
    )
    return redirect("staff_edit", uid=uid)


def show_link(request: access.MemberRequest, member: Member, url: str, *, what: str) -> HttpResponse:
    """Show a link to hand over: in this answer and never again. The log records that it was shown."""
    audit.link_shown(request, member)
    return render(request, "staff/link_once.html", {"shown": member, "link": url, "what": what})


@access.requires(Capability.LOOK_AFTER_STAFF)
@concurrency.creates(taps=lambda request: True)
@concurrency.changes(find=staff_member, describe=about_address)
class StaffEmail(StaffPage):
    """Change the address one of the staff signs in with; a member who has signed in confirms it themself."""

    form_class = forms.EmailForm
    save = gettext_lazy("Change the email")

    @cached_property
    def member(self) -> Member:
        return staff_member(self.request, self.kwargs["uid"])

    @property
    def heading(self) -> str:
        return _("Another email for %(member)s") % {"member": self.member.name}

    @property
    def lead(self) -> str:
        return _("They sign in with %(email)s.") % {"email": self.member.email}

    @property
    def back(self) -> tuple[str, str]:
        return reverse("staff_edit", args=[self.member.uid]), self.member.name

    def act(self, data: dict[str, Any]) -> str:
        actions.change_email(member_id=self.member.pk, email=data["email"], by=self.request.member)
        self.user = User.objects.get(pk=self.member.user_id)
        self.by_hand = bool(self.user.new_email) and not can_send()
        return "" if self.by_hand else _what_became_of_address(self.member, self.user)

    def done(self) -> HttpResponse:
        if not self.by_hand:
            return super().done()
        what = _("confirm %(new_email)s") % {"new_email": self.user.new_email}
        return show_link(self.request, self.member, email_url(self.user), what=what)


def _what_became_of_address(member: Member, user: User) -> str:
    if user.new_email:
        return _(
            "A link is on its way to %(new_email)s. %(member)s signs in with it once they have opened the link."
        ) % {"new_email": user.new_email, "member": member.name}
    return _(
        "%(member)s signs in with %(email)s from now on. Links sent before do not work any more: invite them again."
    ) % {"member": member.name, "email": user.email}


@access.requires(Capability.LOOK_AFTER_STAFF)
@require_POST
def staff_email_keep(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Keep the address a member signs in with; the link sent to another one stops working."""
    member = staff_member(request, uid)
    actions.forget_new_email(member_id=member.pk)
    messages.success(
        request, _("%(member)s goes on signing in with %(email)s.") % {"member": member.name, "email": member.email}
    )
    return redirect("staff_edit", uid=uid)
