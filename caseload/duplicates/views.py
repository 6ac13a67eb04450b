"""Records that may be of one person: the list, the answer, and taking it back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from peerload.audit import actions as audit
from peerload.staff import access, concurrency
from peerload.staff.access import form_view
from peerload.staff.roles import Capability

from ..actions import Refused
from ..enums import Answer
from ..models import Client, Merge, PossibleDuplicate
from . import forms, queries
from .actions import merging
from .actions.finding import answer
from .actions.taking_apart import take_apart


@access.requires(Capability.LEAD_TEAM)
@require_GET
def entered_twice(request: access.MemberRequest) -> HttpResponse:
    """List the possible duplicates a manager is asked about."""
    doubts = queries.doubts(request.member)
    audit.listed(request, "entered twice", sum(1 if doubt.other is None else 2 for doubt in doubts))
    context = {
        "on": request.on,
        "seen": [doubt for doubt in doubts if doubt.other],
        "asked": [doubt for doubt in doubts if not (doubt.other or doubt.answered)],
        "answered": [doubt for doubt in doubts if doubt.answered],
    }
    return render(request, "caseload/duplicates/entered_twice.html", context)


def find_pair(request: access.MemberRequest, uid: UUID) -> PossibleDuplicate:
    doubt = queries.doubt(request.member, uid)
    if doubt is None:
        raise Http404
    return doubt.pair


def about_pair(pair: PossibleDuplicate, request: access.MemberRequest) -> concurrency.Description:
    """Describe the answers about two records, and whether they are merged by now."""
    gone = Merge.objects.standing().filter(absorbed__in=[pair.older_id, pair.newer_id]).exists()
    said = {"older_says": _("Said of the older record"), "newer_says": _("Said of the newer record")}
    return concurrency.fields(pair, **said) | {_("One record"): gone}


@access.requires(Capability.LEAD_TEAM)
@form_view
@concurrency.changes(find=find_pair, describe=about_pair, page=lambda pair: reverse("entered_twice"))
def pair(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Ask what two records are: two people, or which of them stays."""
    doubt = queries.doubt(request.member, uid)
    if doubt is None:
        raise Http404
    both = tuple(queries.facts(person, request.on) for person in (doubt.mine, doubt.other) if person)
    arguments = {"on": request.on} | ({"both": both} if doubt.other else {})
    form = (forms.MergeForm if doubt.other else forms.AskForm)(request.POST or None, **arguments)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_resolve(request, doubt, form))
        except Refused as refusal:
            form.add_error(None, str(refusal))
            if doubt.other:
                form.read_again()
    for facts in both:
        audit.opened(request, facts.person)
    context = {"form": form, "doubt": doubt, "both": both, "on": request.on, "back_url": reverse("entered_twice")}
    return render(request, "caseload/duplicates/pair.html", context, status=422 if form.errors else 200)


def _resolve(request: access.MemberRequest, doubt: queries.Doubt, form: forms.MergeForm | forms.AskForm) -> str:
    """Do as was answered; return where to go."""
    stays = form.stays if doubt.other else None
    if stays:
        kept, absorbed, worker = stays
        merging.merge(
            kept_id=kept.pk,
            absorbed_id=absorbed.pk,
            by=request.member,
            today=request.on,
            worker=worker,
            reason=form.cleaned_data["reason"],
            chosen=form.chosen,
            versions=form.versions_read,
        )
        messages.success(
            request,
            _("%(ref)s and %(kept)s are one record from today. You can undo this.")
            % {"ref": absorbed.ref, "kept": kept.ref},
        )
        seen = Client.objects.visible_to(request.member, request.on).filter(pk=kept.pk).exists()
        return kept.get_absolute_url() if seen else reverse("entered_twice")
    says = form.cleaned_data["answer"]
    answer(pair_id=doubt.pair.pk, side=doubt.side, says=says, by=request.member, today=request.on)
    words = _("They are two people, and you are not asked again.")
    if says == Answer.SAME:
        words = _("Thank you. peerload asks the manager of the other team too. Nothing changes until both say so.")
    messages.success(request, words)
    return reverse("entered_twice")


def find_led(request: access.MemberRequest, uid: UUID) -> Client:
    seen = Client.objects.visible_to(request.member, request.on).select_related("team")
    person = seen.filter(uid=uid, team__in=queries.led_teams(request.member)).first()
    if person is None:
        raise Http404
    return person


def about_merge(person: Client, request: access.MemberRequest) -> concurrency.Description:
    merge = queries.standing_merge(person)
    return {
        _("One record with"): _("%(ref)s and %(absorbed)s") % {"ref": merge.kept.ref, "absorbed": merge.absorbed.ref}
        if merge
        else None
    }


@access.requires(Capability.LEAD_TEAM)
@form_view
@concurrency.changes(find=find_led, describe=about_merge, page=Client.get_absolute_url)
def two_people(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Undo a merge of a person's record with another."""
    person = find_led(request, uid)
    merge = queries.standing_merge(person)
    if merge is None:
        messages.warning(request, _("These are two records already."))
        return redirect(person)
    form = forms.TwoPeopleForm(request.POST or None, on=request.on, initial={"merge": merge.pk})
    if request.method == "POST":
        shown = form.cleaned_data["merge"] if form.is_valid() else None
        try:
            take_apart(client_id=person.pk, merge_id=shown, by=request.member, today=request.on)
        except Refused as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(
                request,
                _("%(ref)s and %(kept)s are two records again.") % {"ref": merge.absorbed.ref, "kept": merge.kept.ref},
            )
        return redirect(person)
    audit.opened(request, person)
    context = {
        "form": form,
        "title": _("Two people after all"),
        "heading": _("They are two people after all"),
        "lead": _(
            "%(ref)s becomes a record of its own again, as it was before. "
            "No one counts as newly allocated. What was written since stays with %(kept)s."
        )
        % {"ref": merge.absorbed.ref, "kept": merge.kept.ref},
        "save": _("Undo: two records again"),
        "back_url": person.get_absolute_url(),
        "back_label": person.name,
    }
    return render(request, "includes/form_page.html", context)
