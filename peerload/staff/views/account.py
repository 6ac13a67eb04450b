"""Pages about one's own account: the address to sign in with, an invitation, and words that were not sent."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from peerload.core import dates
from peerload.notices.mail import can_send

from .. import access, actions, concurrency, unsent_forms
from ..access import form_view
from ..forms import members as forms
from ..models import Member, User
from ..roles import Capability
from ..sign_in import email_tokens, invitation_tokens
from .form_pages import StaffPage
from .members import about_address


@access.requires()
@require_GET
def account(request: access.MemberRequest) -> HttpResponse:
    """Show the member's own account: its log, password, second step, theme, sign out."""
    posts = request.member.posts.select_related("team").order_by("-starts_on")
    words = {
        "posts": [(post, dates.last_day(post.ends_before)) for post in posts],
        "absences": request.member.absences.order_by("-starts_on"),
        "second_step": settings.MFA_REQUIRED,
        "plans": access.may(request.member, Capability.SEE_OWN_POINTS),
        "for_me": access.may(request.member, Capability.SEE_OWN_POINTS),
    }
    return render(request, "staff/account.html", words)


@access.requires()
@require_GET
def form_token(request: access.MemberRequest) -> HttpResponse:
    """Give a page that kept its words a fresh token, and say who is signed in."""
    return JsonResponse({"token": get_token(request), "by": str(request.member.uid)})


@access.requires()
@concurrency.creates(taps=lambda request: True)  # a mail; asked for once more from a fresh page, it is sent once more
@concurrency.changes(find=lambda request: request.member, describe=about_address)
class MyEmail(StaffPage):
    """Ask to sign in with another address; it holds once the link sent there is opened."""

    form_class = forms.MyEmailForm
    heading = gettext_lazy("Another email")
    save = gettext_lazy("Change my email")
    back = reverse_lazy("account"), gettext_lazy("My account")

    @property
    def lead(self) -> str:
        words = (
            _("You sign in with %(email)s. You sign in with the new one after you open the link we send to it.")
            if can_send()
            else _(
                "You sign in with %(email)s. peerload cannot send mail here, so you confirm the new one on the next page."
            )
        )
        return words % {"email": self.request.user.email}

    def form(self, data: QueryDict | None = None) -> Any:
        form, request = super().form(data), self.request
        if form.is_valid() and not get_adapter(request).reauthenticate(request.user, form.cleaned_data["password"]):
            form.add_error("password", _("That is not your password."))
        return form

    def act(self, data: dict[str, Any]) -> str:
        actions.change_email(member_id=self.request.member.pk, email=data["email"], by=self.request.member)
        words = _("A link is on its way to %(email)s. Open it to confirm the address.")
        return words % {"email": data["email"]} if can_send() else ""

    def success_url(self) -> str:
        if can_send():
            return super().success_url()
        token = email_tokens.make_token(User.objects.get(pk=self.request.user.pk))
        return reverse("email_confirm", args=[token])


@access.requires()
@form_view
def email_confirm(request: access.MemberRequest, token: str) -> HttpResponse:
    """Confirm the address one signs in with from now on, by the link sent to it."""
    user = User.objects.get(pk=request.user.pk)
    if not user.new_email or not email_tokens.check_token(user, token):
        return render(request, "staff/email_link_used.html", status=410)
    if request.method != "POST":
        return render(request, "staff/email_confirm.html", {"new_email": user.new_email})
    try:
        user = actions.confirm_email(member=request.member, token=token)
    except actions.Refused as error:
        messages.error(request, str(error))
        return redirect("account")
    if user is None:
        return render(request, "staff/email_link_used.html", status=410)
    update_session_auth_hash(request, user)
    messages.success(request, _("You sign in with %(email)s from now on.") % {"email": user.email})
    return redirect("account")


@form_view
def kept_words(request: access.Request, key: str) -> HttpResponse:
    """Show the form typed when the sign-in had expired; one button sends it, another discards it."""
    entry = unsent_forms.find(request, key)
    if entry is None:
        raise Http404
    if request.method == "POST":
        unsent_forms.forget(request, key)
        messages.info(request, _("What you wrote is deleted."))
        return redirect("/")
    return render(
        request,
        "staff/unsent_forms.html",
        {"key": key, "path": entry["path"], "fields": unsent_forms.shown(entry["fields"])},
    )


TOKEN_IN_SESSION = "invitation"
CHOOSE = "choose"  # is in the address instead of the token, so that no page can pass it on


@login_not_required
@form_view
def welcome(request: access.Request, uidb64: str, token: str) -> HttpResponse:
    """
    Choose a password by a link of one use, and be signed in with it; a new member is led to the second factor from there.

    It is a form of somebody who is no member yet, so it is no `FormPage`.
    """
    member = invited(uidb64)
    if member and token != CHOOSE and invitation_tokens.check_token(member, token):
        request.session[TOKEN_IN_SESSION] = token
        return redirect("welcome", uidb64=uidb64, token=CHOOSE)
    if not member or not invitation_tokens.check_token(member, request.session.get(TOKEN_IN_SESSION, "")):
        return render(request, "staff/welcome_used.html", status=410)
    form = forms.ChoosePasswordForm(member.user, request.POST or None)
    if form.is_valid():
        user = actions.accept_invitation(member_id=member.pk, password=form.cleaned_data["password"])
        request.session.pop(TOKEN_IN_SESSION, None)
        messages.success(request, _("Your password is saved."))
        return perform_password_login(
            request, {"email": user.email}, Login(user=user)
        )  # asks for a second factor, if any
    status = 422 if form.errors else 200
    return render(request, "staff/welcome.html", {"form": form, "invited": member}, status=status)


def invited(uidb64: str) -> Member | None:
    """Return the active member an invitation's address speaks of."""
    try:
        pk = int(force_str(urlsafe_base64_decode(uidb64)))
    except ValueError:
        return None
    return Member.objects.active().select_related("user", "organisation").filter(pk=pk).first()
