"""Pages about who works in the service, for those who look after them."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_tables2 import RequestConfig

from peerload.audit import actions as audit
from peerload.core import dates
from peerload.notices.mail import can_send

from .. import access, actions, concurrency, forms, queries, tables
from ..access import form_view
from ..models import Member, User
from ..roles import Capability
from ..sign_in import email_url
from .form_pages import accepted, form_for, form_page

A_PAGE = 50


def about_address(member: Member, request) -> concurrency.Description:
    return {_("Email"): member.user.email, _("New email"): member.user.new_email}


def _ask_for_email(member: Member, email: str, by: Member) -> None:
    actions.change_email(member_id=member.pk, email=email, by=by)


@access.requires(Capability.LOOK_AFTER_STAFF)
@require_GET
def staff(request):
    """List the staff with their post of today and the state of their sign-in."""
    table = tables.StaffTable(queries.staff_page(request.organisation, request.on))
    RequestConfig(request, paginate={"per_page": A_PAGE}).configure(table)
    return render(request, "staff/staff.html", {"table": table})


def staff_member(request, uid) -> Member:
    return get_object_or_404(
        Member.objects.select_related("user", "home_team"), organisation=request.organisation, uid=uid
    )


def about_member(member: Member, request) -> concurrency.Description:
    return concurrency.fields(member, **concurrency.labels_of(forms.EditMemberForm, member))


@access.requires(Capability.LOOK_AFTER_STAFF)
@form_view
@concurrency.creates
def staff_add(request):
    form = form_for(request, forms.MemberForm)
    added = []
    if accepted(form, lambda **fields: added.append(_add(request, **fields))):
        to_show = form.cleaned_data["invite"] and not can_send()
        return redirect("staff_edit", uid=added[0].uid) if to_show else redirect("staff")
    back = {"back_url": reverse("staff"), "back_label": _("Staff")}
    return form_page(request, form, heading=_("Add a member of staff"), save=_("Add"), **back)


def _add(request, *, invite: bool, **fields) -> Member:
    member = actions.add_member(organisation=request.organisation, by=request.member, **fields)
    if invite and can_send():
        actions.invite(member_id=member.pk, by=request.member)
        messages.success(request, _("%(member)s is added and invited.") % {"member": member.name})
    elif invite:
        messages.success(
            request,
            _("%(member)s is added. peerload cannot send mail here. Show the link and give it to them.")
            % {"member": member.name},
        )
    else:
        messages.success(request, _("%(member)s is added.") % {"member": member.name})
    return member


@access.requires(Capability.LOOK_AFTER_STAFF)
@form_view
@concurrency.changes(find=staff_member, describe=about_member)
def staff_edit(request, uid):
    """Change a member; their posts are on the same page."""
    member = staff_member(request, uid)
    initial = {name: getattr(member, name) for name in ("name", "role", "home_team", "active")}
    form = form_for(request, forms.EditMemberForm, initial=initial)
    who = {"member_id": member.pk, "by": request.member, "on": request.on}
    if accepted(form, lambda **fields: actions.edit_member(**who, **fields)):
        messages.success(request, _("%(name)s is changed.") % {"name": form.cleaned_data["name"]})
        return redirect("staff_edit", uid=uid)
    posts = member.posts.select_related("team").order_by("-starts_on")
    return form_page(
        request,
        form,
        heading=member.name,
        back_url=reverse("staff"),
        back_label=_("Staff"),
        template="staff/staff_edit.html",
        shown=member,
        posts=[
            (post, dates.last_day(post.ends_before), dates.contains(post.starts_on, post.ends_before, request.on))
            for post in posts
        ],
    )


@access.requires(Capability.LOOK_AFTER_STAFF)
@require_POST
@concurrency.creates(taps=lambda request: True)
def staff_invite(request, uid):
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


def show_link(request, member: Member, url: str, *, what: str):
    """Show a link to hand over: in this answer and never again. The log records that it was shown."""
    audit.link_shown(request, member)
    return render(request, "staff/link_once.html", {"shown": member, "link": url, "what": what})


@access.requires(Capability.LOOK_AFTER_STAFF)
@form_view
@concurrency.creates(taps=lambda request: True)
@concurrency.changes(find=staff_member, describe=about_address)
def staff_email(request, uid):
    """Change the address one of the staff signs in with; a member who has signed in confirms it themself."""
    member = staff_member(request, uid)
    form = form_for(request, forms.EmailForm)
    if accepted(form, lambda email: _ask_for_email(member, email, request.member)):
        user = User.objects.get(pk=member.user_id)
        if user.new_email and not can_send():
            return show_link(
                request, member, email_url(user), what=_("confirm %(new_email)s") % {"new_email": user.new_email}
            )
        messages.success(request, _what_became_of_address(member, user))
        return redirect("staff_edit", uid=uid)
    return form_page(
        request,
        form,
        heading=_("Another email for %(member)s") % {"member": member.name},
        lead=_("They sign in with %(email)s.") % {"email": member.email},
        back_url=reverse("staff_edit", args=[uid]),
        back_label=member.name,
        save=_("Change the email"),
    )


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
def staff_email_keep(request, uid):
    """Keep the address a member signs in with; the link sent to another one stops working."""
    member = staff_member(request, uid)
    actions.forget_new_email(member_id=member.pk)
    messages.success(
        request, _("%(member)s goes on signing in with %(email)s.") % {"member": member.name, "email": member.email}
    )
    return redirect("staff_edit", uid=uid)
