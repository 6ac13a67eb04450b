"""Pages about staff: one's own account, an invitation, and what admins look after."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode
from django.views.decorators.http import require_GET, require_http_methods

from . import access, actions, forms, kept
from .models import Member
from .sign_in import invitation_tokens

# Oneself ---------------------------------------------------------------------------------------------------------------


@require_GET
def account(request):
    """One's own account: what is recorded about it, password, second step, theme, sign out."""
    if request.member is None:
        return access.nobody_here(request)
    return render(
        request,
        "staff/account.html",
        {"posts": request.member.posts.select_related("team").order_by("-starts_on"), "second_step": settings.MFA_REQUIRED},
    )


@require_http_methods(["GET", "POST"])
def kept_words(request, key):
    """Hand back what was typed when the sign-in had expired; a press sends it, another throws it away."""
    entry = kept.find(request, key)
    if entry is None:
        raise Http404
    if request.method == "POST":
        kept.forget(request, key)
        messages.info(request, "What you had written is thrown away.")
        return redirect("/")
    return render(request, "staff/kept.html", {"key": key, "path": entry["path"], "fields": kept.shown(entry["fields"])})


TOKEN_IN_SESSION = "invitation"
CHOOSE = "choose"  # stands in the address instead of the token, so that no page can carry it on


@login_not_required
@require_http_methods(["GET", "POST"])
def welcome(request, uidb64, token):
    """Choose a password by a link of one use."""
    member = invited(uidb64)
    if member and token != CHOOSE and invitation_tokens.check_token(member, token):
        request.session[TOKEN_IN_SESSION] = token
        return redirect("welcome", uidb64=uidb64, token=CHOOSE)
    if not member or not invitation_tokens.check_token(member, request.session.get(TOKEN_IN_SESSION, "")):
        return render(request, "staff/welcome_used.html", status=410)
    form = forms.ChoosePasswordForm(member.user, request.POST or None)
    if form.is_valid():
        actions.accept_invitation(member_id=member.pk, password=form.cleaned_data["password"])
        request.session.pop(TOKEN_IN_SESSION, None)
        messages.success(request, "Your password is saved. Sign in with it.")
        return redirect("account_login")
    return render(request, "staff/welcome.html", {"form": form, "invited": member})


def invited(uidb64: str) -> Member | None:
    """Return the active member an invitation's address speaks of."""
    try:
        pk = int(force_str(urlsafe_base64_decode(uidb64)))
    except ValueError:
        return None
    return Member.objects.active().select_related("user", "organisation").filter(pk=pk).first()
