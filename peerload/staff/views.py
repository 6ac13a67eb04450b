"""Pages about staff: one's own account, an invitation, and what admins look after."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode
from django.views.decorators.http import require_GET, require_POST
from django_tables2 import RequestConfig

from peerload.audit import actions as audit
from peerload.core import dates
from peerload.notices.mail import can_send
from peerload.notices.queries import news

from . import access, actions, concurrency, forms, queries, tables, unsent_forms
from .access import form_view
from .models import Absence, ClosureDay, Member, Organisation, Post, Team, User
from .roles import Capability
from .sign_in import email_tokens, email_url, invitation_tokens

A_PAGE = 50

# Oneself ---------------------------------------------------------------------------------------------------------------


@access.requires()
@require_GET
def account(request):
    """One's own account: what is recorded about it, password, second step, theme, sign out."""
    posts = request.member.posts.select_related("team").order_by("-starts_on")
    words = {
        "posts": [(post, dates.last_day(post.ends_before)) for post in posts],
        "absences": request.member.absences.order_by("-starts_on"),
        "second_step": settings.MFA_REQUIRED,
        "plans": access.may(request.member, Capability.SEE_OWN_POINTS),
        "for_me": access.may(request.member, Capability.SEE_OWN_POINTS),
    }
    return render(request, "staff/account.html", words)


def about_address(member: Member, request) -> concurrency.Description:
    return {"Email": member.user.email, "New email": member.user.new_email}


@access.requires()
@form_view
@concurrency.creates(taps=lambda request: True)  # a mail; asked for once more from a fresh page, it is sent once more
@concurrency.changes(find=lambda request: request.member, describe=about_address)
def my_email(request):
    """Ask to sign in with another address; it holds once the link sent there is opened."""
    form = form_for(request, forms.MyEmailForm)
    if form.is_valid() and not get_adapter(request).reauthenticate(request.user, form.cleaned_data["password"]):
        form.add_error("password", "That is not your password.")
    if accepted(form, lambda email, password: _ask_for_email(request.member, email, request.member)):
        if can_send():
            messages.success(
                request, f"A link is on its way to {form.cleaned_data['email']}. Open it to confirm the address."
            )
            return redirect("account")
        token = email_tokens.make_token(User.objects.get(pk=request.user.pk))
        return redirect("email_confirm", token=token)
    return form_page(
        request,
        form,
        heading="Another email",
        lead=f"You sign in with {request.user.email}. You sign in with the new one after you open the link we send to it.",
        back_url=reverse("account"),
        back_label="My account",
        save="Change my email",
    )


def _ask_for_email(member: Member, email: str, by: Member) -> None:
    actions.change_email(member_id=member.pk, email=email, by=by)


@access.requires()
@form_view
def email_confirm(request, token):
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
    messages.success(request, f"You sign in with {user.email} from now on.")
    return redirect("account")


@form_view
def kept_words(request, key):
    """Hand back what was typed when the sign-in had expired; a press sends it, another throws it away."""
    entry = unsent_forms.find(request, key)
    if entry is None:
        raise Http404
    if request.method == "POST":
        unsent_forms.forget(request, key)
        messages.info(request, "What you had written is deleted.")
        return redirect("/")
    return render(
        request,
        "staff/unsent_forms.html",
        {"key": key, "path": entry["path"], "fields": unsent_forms.shown(entry["fields"])},
    )


TOKEN_IN_SESSION = "invitation"
CHOOSE = "choose"  # stands in the address instead of the token, so that no page can carry it on


@login_not_required
@form_view
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


def form_page(
    request, form, *, heading: str, back_url: str, back_label: str, template="includes/form_page.html", **context
):
    """Show a form by itself; refused it answers 422, with what was typed."""
    words = {"form": form, "heading": heading, "back_url": back_url, "back_label": back_label, **context}
    return render(request, template, words, status=422 if form.errors else 200)


def form_for(request, form_class, **arguments):
    """Return a form of the member's service on this day, bound if it was posted."""
    return form_class(request.POST or None, organisation=request.organisation, on=request.on, **arguments)


def accepted(form, action) -> bool:
    """Return whether a form is valid and the action took it; a refusal stands on top of the form."""
    if not form.is_valid():
        return False
    try:
        action(**form.cleaned_data)
    except actions.Refused as error:
        form.refuse(error)
    return not form.errors


# Staff -----------------------------------------------------------------------------------------------------------------


@access.requires(Capability.LOOK_AFTER_STAFF, Capability.LOOK_AFTER_SERVICE)
@require_GET
def settings_page(request):
    return render(request, "staff/settings.html", {"news": news(request.member, request.on)})


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
    back = {"back_url": reverse("staff"), "back_label": "Staff"}
    return form_page(request, form, heading="Add a member of staff", save="Add", **back)


def _add(request, *, invite: bool, **fields) -> Member:
    member = actions.add_member(organisation=request.organisation, by=request.member, **fields)
    if invite and can_send():
        actions.invite(member_id=member.pk, by=request.member)
        messages.success(request, f"{member.name} is added and invited.")
    elif invite:
        messages.success(
            request, f"{member.name} is added. peerload cannot send mail here. Show the link and give it to them."
        )
    else:
        messages.success(request, f"{member.name} is added.")
    return member


@access.requires(Capability.LOOK_AFTER_STAFF)
@form_view
@concurrency.changes(find=staff_member, describe=about_member)
def staff_edit(request, uid):
    """Change one of the staff; their posts stand beside it."""
    member = staff_member(request, uid)
    initial = {name: getattr(member, name) for name in ("name", "role", "home_team", "active")}
    form = form_for(request, forms.EditMemberForm, initial=initial)
    who = {"member_id": member.pk, "by": request.member, "on": request.on}
    if accepted(form, lambda **fields: actions.edit_member(**who, **fields)):
        messages.success(request, f"{form.cleaned_data['name']} is changed.")
        return redirect("staff_edit", uid=uid)
    posts = member.posts.select_related("team").order_by("-starts_on")
    return form_page(
        request,
        form,
        heading=member.name,
        back_url=reverse("staff"),
        back_label="Staff",
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
    """Send somebody an invitation, or another one; where no mail can be sent, show the link, this once."""
    member, by_hand = staff_member(request, uid), not can_send()
    try:
        url = actions.invite(member_id=member.pk, by=request.member, by_hand=by_hand)
    except actions.Refused as error:
        messages.error(request, str(error))
        return redirect("staff_edit", uid=uid)
    if by_hand:
        return show_link(request, member, url, what="choose a password")
    messages.success(request, f"An invitation to {member.email} is on its way. It works once, for three days.")
    return redirect("staff_edit", uid=uid)


def show_link(request, member: Member, url: str, *, what: str):
    """Show a link that is handed over by hand: in this answer and never again. That it was shown is written down."""
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
            return show_link(request, member, email_url(user), what=f"confirm {user.new_email}")
        messages.success(request, _what_became_of_address(member, user))
        return redirect("staff_edit", uid=uid)
    return form_page(
        request,
        form,
        heading=f"Another email for {member.name}",
        lead=f"They sign in with {member.email}.",
        back_url=reverse("staff_edit", args=[uid]),
        back_label=member.name,
        save="Change the email",
    )


def _what_became_of_address(member: Member, user: User) -> str:
    if user.new_email:
        return (
            f"A link is on its way to {user.new_email}. {member.name} signs in with it once they have opened the link."
        )
    return f"{member.name} signs in with {user.email} from now on. Links sent before do not work any more: invite them again."


@access.requires(Capability.LOOK_AFTER_STAFF)
@require_POST
def staff_email_keep(request, uid):
    """Keep the address somebody signs in with; the link sent to another dies."""
    member = staff_member(request, uid)
    actions.forget_new_email(member_id=member.pk)
    messages.success(request, f"{member.name} goes on signing in with {member.email}.")
    return redirect("staff_edit", uid=uid)


def find_post(request, pk) -> Post:
    return get_object_or_404(Post.objects.select_related("worker"), organisation=request.organisation, pk=pk)


def about_post(post: Post, request) -> concurrency.Description:
    labels = concurrency.labels_of(forms.PostForm, post)
    written = {"Until": dates.last_day(post.ends_before), "Days and hours": post.days}
    return concurrency.fields(post, **labels) | written


def posts_of(member: Member, request) -> concurrency.Description:
    """Describe the posts that a new one ends or has to fit among."""
    found = [about_post(post, request) for post in member.posts.select_related("team").order_by("starts_on")]
    return {f"Post from {concurrency.shown(post.pop('From'))}": _in_a_line(post) for post in found}


def _in_a_line(described: concurrency.Description) -> str:
    return "; ".join(f"{label} {concurrency.shown(value)}" for label, value in described.items())


@access.requires(Capability.LOOK_AFTER_STAFF)
@form_view
@concurrency.creates
@concurrency.changes(find=staff_member, describe=posts_of)
def post_add(request, uid):
    member = staff_member(request, uid)
    form = form_for(request, forms.PostForm, initial={"starts_on": request.on, "team": member.home_team, "fte": "1"})
    if accepted(form, lambda **fields: actions.add_post(worker_id=member.pk, by=request.member, **fields)):
        messages.success(request, "The post is added.")
        return redirect("staff_edit", uid=uid)
    return form_page(
        request,
        form,
        heading=f"A new post for {member.name}",
        lead="The post they have now ends the day before.",
        back_url=reverse("staff_edit", args=[uid]),
        back_label=member.name,
    )


@access.requires(Capability.LOOK_AFTER_STAFF)
@form_view
@concurrency.changes(find=find_post, describe=about_post)
def post_edit(request, pk):
    post = find_post(request, pk)
    initial = {name: getattr(post, name) for name in ("starts_on", "team", "weekly_hours", "duty")}
    initial |= {"last_day": dates.last_day(post.ends_before), "fte": post.fte.normalize()}
    if post.day_hours:
        initial |= {"day_hours": post.days, "weekly_hours": None}
    form = form_for(request, forms.PostForm, initial=initial)
    if accepted(form, lambda **fields: actions.edit_post(post_id=post.pk, by=request.member, **fields)):
        messages.success(request, "The post is changed.")
        return redirect("staff_edit", uid=post.worker.uid)
    return form_page(
        request,
        form,
        heading=f"A post of {post.worker.name}",
        lead="Correct mistakes here. If something changes from a certain day, add a new post instead.",
        back_url=reverse("staff_edit", args=[post.worker.uid]),
        back_label=post.worker.name,
    )


# Teams, closure days, the service --------------------------------------------------------------------------------------


@access.requires(Capability.LOOK_AFTER_STAFF)
@require_GET
def teams(request):
    return render(
        request, "staff/teams.html", {"table": tables.TeamTable(queries.teams_page(request.organisation, request.on))}
    )


@access.requires(Capability.LOOK_AFTER_STAFF)
@form_view
@concurrency.creates
def team_add(request):
    return team_form(request, None, heading="Add a team")


def find_team(request, pk) -> Team:
    return get_object_or_404(Team, organisation=request.organisation, pk=pk)


def about_team(team: Team, request) -> concurrency.Description:
    return concurrency.fields(team, **concurrency.labels_of(forms.TeamForm, team))


@access.requires(Capability.LOOK_AFTER_STAFF)
@form_view
@concurrency.changes(find=find_team, describe=about_team)
def team_edit(request, pk):
    team = find_team(request, pk)
    return team_form(request, team, heading=team.name)


def team_form(request, team: Team | None, *, heading: str):
    initial = {name: getattr(team, name) for name in ("name", "manager", "deputy")} if team else None
    form = form_for(request, forms.TeamForm, initial=initial)
    save = lambda **fields: actions.save_team(  # noqa: E731
        organisation=request.organisation, by=request.member, team_id=team and team.pk, **fields
    )
    if accepted(form, save):
        messages.success(request, f"The team {form.cleaned_data['name']} is saved.")
        return redirect("teams")
    return form_page(request, form, heading=heading, back_url=reverse("teams"), back_label="Teams")


@access.requires(Capability.LOOK_AFTER_SERVICE)
@form_view
@concurrency.creates
def closures(request):
    """The days the service is shut, and a form for another."""
    form = form_for(request, forms.ClosureForm)
    if accepted(
        form, lambda **fields: actions.add_closure(organisation=request.organisation, by=request.member, **fields)
    ):
        messages.success(request, "The day is added. Points that count in working days are counted again.")
        return redirect("closures")
    days = ClosureDay.objects.filter(organisation=request.organisation).order_by("-on")
    return form_page(
        request,
        form,
        heading="Closure days",
        back_url=reverse("settings"),
        back_label="Settings",
        template="staff/closures.html",
        days=days,
    )


@access.requires(Capability.LOOK_AFTER_SERVICE)
@require_POST
def closure_remove(request, pk):
    day = get_object_or_404(ClosureDay, organisation=request.organisation, pk=pk)
    actions.remove_closure(closure_id=day.pk, by=request.member)
    messages.success(request, "The service is open on that day again.")
    return redirect("closures")


def about_service(service: Organisation, request) -> concurrency.Description:
    return concurrency.fields(service, **concurrency.labels_of(forms.ServiceForm, service))


@access.requires(Capability.LOOK_AFTER_SERVICE)
@form_view
@concurrency.changes(find=lambda request: request.organisation, describe=about_service)
def service(request):
    """The service's settings that are no part of the points scheme."""
    initial = {name: getattr(request.organisation, name) for name in forms.ServiceForm.base_fields}
    form = form_for(request, forms.ServiceForm, initial=plain(initial))
    if accepted(
        form, lambda **fields: actions.edit_service(organisation=request.organisation, by=request.member, fields=fields)
    ):
        messages.success(request, "The settings are saved.")
        return redirect("service")
    return form_page(
        request,
        form,
        heading="The service",
        lead="These settings are for everyone in the service. The points of each kind of work are in the points scheme.",
        back_url=reverse("settings"),
        back_label="Settings",
        template="staff/service.html",
    )


def plain(values: dict) -> dict:
    """Write numbers without trailing noughts, as somebody would type them."""
    return {name: f"{value.normalize():f}" if hasattr(value, "normalize") else value for name, value in values.items()}


# Away ------------------------------------------------------------------------------------------------------------------


RECORDS_ABSENCES = (Capability.RECORD_ABSENCES, Capability.RECORD_LEADERS_AWAY)


@access.requires(*RECORDS_ABSENCES)
@require_GET
def absences(request):
    """Who of one's teams is away, with the band that says what there is to do; for those above the teams, who leads them."""
    led = queries.workers_led_by(request.member, request.on).values_list("pk", flat=True)
    context = {
        "rows": queries.absences_page(request.member, request.on),
        "led": set(led),
        "arranged": set(led) - {request.member.pk},  # nobody arranges their own cover or return
        "leads": access.may(request.member, Capability.RECORD_ABSENCES),
    }
    return render(request, "staff/absences.html", context)


def what_to_do(request, absence: Absence) -> str:
    """Return where a saved absence leads: to what there is to do, for those who lead the worker."""
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
        messages.success(request, f"The absence is recorded.{' Here is what there is to do.' if led else ''}")
        return redirect(url)
    return form_page(
        request, form, heading="Record an absence", back_url=reverse("absences"), back_label="Away", save="Record it"
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
        messages.success(request, f"The absence is changed{_what_became(before, queries.away(absence, request.on))}.")
        return redirect(what_to_do(request, absence))
    return form_page(
        request, form, heading=f"{absence.worker.name} is away", back_url=reverse("absences"), back_label="Away"
    )


def _what_became(before: queries.Away, after: queries.Away) -> str:
    """Say what follows from a change: another band has other duties."""
    if after.band != before.band:
        return f": it was {before.band.label} and is {after.band.label} now. See what there is to do"
    return ""
