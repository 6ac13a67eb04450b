"""A member's own documents."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from caseload.actions import EditedMeanwhile, Refused
from peerload.staff import concurrency
from peerload.staff.access import MemberRequest, form_view

from ...enums import DocumentKind
from ...models import PrivateDocument
from .. import actions, forms, queries, rules
from .base import MEANWHILE, ONLY_YOU, WITH_READER, own_page, with_version


@own_page
@require_GET
def mine(request: MemberRequest) -> HttpResponse:
    """Show a member's documents by kind; each has its own page."""
    documents = list(queries.own(request.member))
    plan = next((found for found in documents if found.kind == DocumentKind.WELLNESS_PLAN), None)
    context = {
        "on": request.on,
        "plan": plan,
        "again_on": plan and rules.look_again_on(plan.looked_at_on),
        "reader": plan and queries.reads(plan, request.on) and plan.shared_with,
        "notes": [(kind, [found for found in documents if found.kind == kind]) for kind in rules.NOTES],
        "adjustments": queries.of_worker(request.member).filter(ended_on=None).count(),
        "only_you": ONLY_YOU,
    }
    return render(request, "wellbeing/private/mine.html", context)


def _own(request: MemberRequest, uid: UUID) -> PrivateDocument:
    return get_object_or_404(queries.own(request.member), uid=uid)


@own_page
@require_GET
def document(request: MemberRequest, uid: UUID) -> HttpResponse:
    """Show one, and of a plan who may read it and who has."""
    found = _own(request, uid)
    is_plan = found.kind == DocumentKind.WELLNESS_PLAN
    reader = found.shared_with if is_plan and queries.reads(found, request.on) else None
    context = {
        "document": found,
        "headed": queries.headed(found),
        "is_plan": is_plan,
        "again_on": rules.look_again_on(found.looked_at_on),
        "reader": reader,
        "readings": queries.readings(found) if is_plan else [],
        "readers": queries.may_share_with(request.member, request.on) if is_plan else [],
        "who_reads": WITH_READER.format(reader.name) if reader else ONLY_YOU,
        "on": request.on,
    }
    return render(request, "wellbeing/private/document.html", context)


@own_page
@form_view
@concurrency.creates
def add(request: MemberRequest, kind: str) -> HttpResponse:
    """Begin a document; each member has one Wellness Action Plan, which is shown if it is begun already."""
    if kind not in DocumentKind:
        raise Http404
    if kind == DocumentKind.WELLNESS_PLAN and request.method == "GET" and (plan := queries.plan_of(request.member)):
        return redirect("mine_document", uid=plan.uid)
    return _write(request, kind, None)


@own_page
@form_view
def edit(request: MemberRequest, uid: UUID) -> HttpResponse:
    found = _own(request, uid)
    return _write(request, found.kind, found)


def _write(request: MemberRequest, kind: str, found: PrivateDocument | None) -> HttpResponse:
    initial: dict[str, Any] = {"on": request.on}
    version = 0
    if found:
        words = queries.words_of(found)
        if words is None:  # nothing is written over what may be opened again once its key is back
            return redirect("mine_document", uid=found.uid)
        initial, version = {**words, "on": found.written_on}, found.version
    form = forms.WordsForm(request.POST or None, on=request.on, kind=kind, initial=initial | {"version": version})
    if request.method == "GET":
        return _words_page(request, form, kind, found)
    if not form.is_valid():
        return _words_page(request, form, kind, found, status=422)
    try:
        written = actions.write(
            author=request.member,
            kind=kind,
            words=form.words(),
            on=form.cleaned_data.get("on") or request.on,
            today=request.on,
            uid=found and found.uid,
            version=form.cleaned_data["version"],
        )
    except EditedMeanwhile as refusal:
        return _written_meanwhile(request, form, kind, found, refusal.current)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _words_page(request, form, kind, found, status=422)
    except PrivateDocument.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("Kept. Only you can read it.") if not written.shared_with_id else _("Kept."))
    return redirect("mine_document", uid=written.uid)


def _written_meanwhile(
    request: MemberRequest, form: forms.WordsForm, kind: str, found: PrivateDocument | None, current: PrivateDocument
) -> HttpResponse:
    theirs, yours = queries.words_of(current) or {}, form.words()
    rows = [
        {"label": label, "theirs": theirs.get(key) or _("Nothing"), "yours": yours[key] or _("Nothing")}
        for key, label in rules.HEADINGS[kind].items()
        if theirs.get(key, "") != yours[key]
    ]
    again = forms.WordsForm(with_version(form, current), on=request.on, kind=kind)
    return _words_page(request, again, kind, found, status=409, differences=rows, meanwhile=True)


DEBRIEF = gettext_lazy("peerload adds no names here.")


def _words_page(
    request: MemberRequest,
    form: forms.WordsForm,
    kind: str,
    found: PrivateDocument | None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    reader = found.shared_with if found and found.shared_with_id and queries.reads(found, request.on) else None
    is_debrief = kind == DocumentKind.DEBRIEF
    context = {
        "form": form,
        "title": _("For me"),
        "heading": DocumentKind(kind).label,
        "lead": WITH_READER.format(reader.name) if reader else ONLY_YOU,
        "hint": DEBRIEF if is_debrief else "",
        "arrange_url": f"{reverse('session_book', args=[request.member.uid])}?kind=debrief" if is_debrief else "",
        "save": _("Save"),
        "back_url": reverse("mine_document", args=[found.uid]) if found else reverse("mine"),
        "back_label": DocumentKind(kind).label if found else _("For me"),
        "changed": MEANWHILE,
        **more,
    }
    return render(request, "wellbeing/private/form.html", context, status=status)


@own_page
@form_view
def delete(request: MemberRequest, uid: UUID) -> HttpResponse:
    """Delete a document, after the page has said that it cannot be restored."""
    found = _own(request, uid)
    if request.method == "POST":
        actions.delete(author=request.member, uid=found.uid)
        messages.success(request, _("It is deleted. peerload keeps no copy of it."))
        return redirect("mine")
    context = {
        "form": forms.TodayForm(on=request.on),
        "title": _("For me"),
        "heading": _("Delete: %(kind)s") % {"kind": found.get_kind_display()},
        "lead": _("peerload keeps no copy of it, and no one can bring it back."),
        "save": _("Delete it"),
        "back_url": reverse("mine_document", args=[found.uid]),
        "back_label": found.get_kind_display(),
    }
    return render(request, "wellbeing/private/form.html", context)
