"""What somebody writes for themselves, a plan they share, and what two agree. Each page says first who can read it."""

from functools import wraps

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from caseload.actions import EditedMeanwhile, Refused
from peerload.audit import actions as audit
from peerload.staff import access, concurrency
from peerload.staff.models import Member
from peerload.staff.queries import steps_ahead, workers_led_by
from peerload.staff.roles import Capability

from ..enums import DocumentKind
from ..models import Adjustment, PrivateDocument
from . import actions, forms, queries, rules

form_view = require_http_methods(["GET", "POST"])
ONLY_YOU = "Only you can read this. It is encrypted before it is saved. It is in no export, history, report or mail."
WITH_READER = "You and {} can read this, until you stop sharing it."
YOURS_AND_THEIRS = "Only you and your team manager can read this."
THE_TWO = "Only {} and their team manager can read this."
MEANWHILE = "It was saved in another window while you were writing"


def opens(*any_of: Capability):
    """Open a page of words for few eyes: no report of a fault holds what was posted."""

    def decorate(view):
        return access.requires(*any_of)(sensitive_post_parameters()(view))

    return decorate


own_page = opens(Capability.SEE_OWN_POINTS)
leaders_page = opens(Capability.LEAD_TEAM)
page_of_two = opens(Capability.SEE_OWN_POINTS, Capability.LEAD_TEAM)

# For oneself -----------------------------------------------------------------------------------------------------------


@own_page
@require_GET
def mine(request):
    """Show what there is, by kind; what is written is on its own page."""
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


def _own(request, uid) -> PrivateDocument:
    return get_object_or_404(queries.own(request.member), uid=uid)


def _own_plan(request) -> PrivateDocument:
    plan = queries.plan_of(request.member)
    if plan is None:
        raise Http404
    return plan


@own_page
@require_GET
def document(request, uid):
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
def add(request, kind):
    """Begin something; of a Wellness Action Plan everybody has one, which is shown where it is begun already."""
    if kind not in DocumentKind:
        raise Http404
    if kind == DocumentKind.WELLNESS_PLAN and request.method == "GET" and (plan := queries.plan_of(request.member)):
        return redirect("mine_document", uid=plan.uid)
    return _write(request, kind, None)


@own_page
@form_view
def edit(request, uid):
    found = _own(request, uid)
    return _write(request, found.kind, found)


def _write(request, kind: str, found: PrivateDocument | None):
    initial, version = {"on": request.on}, 0
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
    messages.success(request, "Kept. Only you can read it." if not written.shared_with_id else "Kept.")
    return redirect("mine_document", uid=written.uid)


def _written_meanwhile(request, form, kind: str, found, current: PrivateDocument):
    theirs, yours = queries.words_of(current) or {}, form.words()
    rows = [
        {"label": label, "theirs": theirs.get(key) or "Nothing", "yours": yours[key] or "Nothing"}
        for key, label in rules.HEADINGS[kind].items()
        if theirs.get(key, "") != yours[key]
    ]
    again = forms.WordsForm(_with_version(form, current), on=request.on, kind=kind)
    return _words_page(request, again, kind, found, status=409, differences=rows, meanwhile=True)


def _with_version(form, current):
    """Return what was posted as if the form had been filled from what stands now."""
    data = form.data.copy()
    data["version"] = current.version
    return data


DEBRIEF = "peerload adds no names here."


def _words_page(request, form, kind: str, found: PrivateDocument | None, *, status: int = 200, **more):
    reader = found.shared_with if found and found.shared_with_id and queries.reads(found, request.on) else None
    is_debrief = kind == DocumentKind.DEBRIEF
    context = {
        "form": form,
        "title": "For me",
        "heading": DocumentKind(kind).label,
        "lead": WITH_READER.format(reader.name) if reader else ONLY_YOU,
        "hint": DEBRIEF if is_debrief else "",
        "arrange_url": f"{reverse('session_book', args=[request.member.uid])}?kind=debrief" if is_debrief else "",
        "save": "Keep it",
        "back_url": reverse("mine_document", args=[found.uid]) if found else reverse("mine"),
        "back_label": DocumentKind(kind).label if found else "For me",
        "changed": MEANWHILE,
        **more,
    }
    return render(request, "wellbeing/private/form.html", context, status=status)


@own_page
@form_view
def delete(request, uid):
    """Delete one; it is gone, and a word before that says so."""
    found = _own(request, uid)
    if request.method == "POST":
        actions.delete(author=request.member, uid=found.uid)
        messages.success(request, "It is deleted. peerload keeps no copy of it.")
        return redirect("mine")
    context = {
        "form": forms.TodayForm(on=request.on),
        "title": "For me",
        "heading": f"Delete: {found.get_kind_display()}",
        "lead": "peerload keeps no copy of it, and no one can bring it back.",
        "save": "Delete it",
        "back_url": reverse("mine_document", args=[found.uid]),
        "back_label": found.get_kind_display(),
    }
    return render(request, "wellbeing/private/form.html", context)


# Sharing a plan --------------------------------------------------------------------------------------------------------


@own_page
@require_POST
def still_as_it_is(request):
    """The author has looked at their plan, and it holds."""
    plan = _own_plan(request)
    actions.keep_as_it_is(author=request.member, today=request.on)
    messages.success(request, "Good. You are reminded again in six months.")
    return redirect("mine_document", uid=plan.uid)


def about_sharing(plan: PrivateDocument, request) -> concurrency.Description:
    return concurrency.fields(plan, shared_with="Who can read it", shared_on="Since")


@own_page
@form_view
@concurrency.changes(find=_own_plan, describe=about_sharing)
def share(request):
    """Choose who may read the plan."""
    plan = _own_plan(request)
    readers = queries.may_share_with(request.member, request.on)
    form = forms.ShareForm(request.POST or None, on=request.on, readers=readers)
    if request.method == "POST" and form.is_valid():
        reader = form.cleaned_data["reader"]
        try:
            actions.share(author=request.member, reader=reader, today=request.on)
        except Refused as refusal:
            form.add_error("reader", str(refusal))
        else:
            messages.success(request, f"{reader.name} can read it, until you stop sharing it.")
            return redirect("mine_document", uid=plan.uid)
    context = {
        "form": form,
        "title": "For me",
        "heading": "Share my Wellness Action Plan",
        "lead": "Only you can read it now. The person you choose can read it, but not change it. You see when they read "
        "it, and you can stop sharing at once.",
        "save": "Share it",
        "back_url": reverse("mine_document", args=[plan.uid]),
        "back_label": plan.get_kind_display(),
    }
    return render(request, "wellbeing/private/form.html", context, status=422 if form.errors else 200)


@own_page
@require_POST
def take_back(request):
    """Nobody else reads the plan any more."""
    plan = _own_plan(request)
    actions.take_back(author=request.member)
    messages.success(request, "Taken back: only you can read it now.")
    return redirect("mine_document", uid=plan.uid)


@leaders_page
@require_GET
def shared(request, uid):
    """Show the manager of the author's team the plan shared with them, and write down that it was read."""
    found = get_object_or_404(queries.shared_with(request.member, request.on), uid=uid)
    audit.read_shared(request, found.uid)
    context = {"document": found, "headed": queries.headed(found), "on": request.on}
    return render(request, "wellbeing/private/shared.html", context)


# Agreed between two ----------------------------------------------------------------------------------------------------


@own_page
@require_GET
def my_adjustments(request):
    """Show what is agreed about one's own work, and what waits to be."""
    context = {
        "rows": _rows(request, queries.of_worker(request.member)),
        "own": True,
        "who_reads": YOURS_AND_THEIRS,
        "add_url": reverse("my_adjustment_add"),
        "on": request.on,
    }
    return render(request, "wellbeing/private/adjustments.html", context)


@leaders_page
@require_GET
def team_adjustments(request):
    """Show the same of everybody somebody leads, and the plans shared with them."""
    context = {
        "rows": _rows(request, queries.of_team(request.member, request.on)),
        "plans": queries.shared_with(request.member, request.on),
        "who_reads": "Each worker can read their own. Only their team manager can read all of them.",
        "add_url": reverse("team_adjustment_add"),
        "on": request.on,
    }
    return render(request, "wellbeing/private/adjustments.html", context)


def _rows(request, found) -> list[tuple[Adjustment, bool]]:
    """Return each with whether it waits for the one who looks."""
    return [(row, _waits_for(row, request.member)) for row in found]


def _waits_for(row: Adjustment, member: Member) -> bool:
    agreed_on = row.worker_agreed_on if row.worker_id == member.pk else row.agreed_on
    return row.ended_on is None and agreed_on is None


def _find(request, uid) -> Adjustment:
    found = queries.seen_by(request.member, request.on, uid)
    if found is None:
        raise Http404
    return found


def _read(request, found: Adjustment) -> None:
    """Write down that what is agreed about somebody else's work was read."""
    if found.worker_id != request.member.pk:
        audit.read_shared(request, found.uid)


def _list_of(request, worker: Member | None) -> dict:
    own = worker == request.member
    return {
        "back_url": reverse("my_adjustments" if own else "team_adjustments"),
        "back_label": "Agreed about my work" if own else "Agreed with my team",
    }


@own_page
@form_view
@concurrency.creates
def my_adjustment_add(request):
    return _write_adjustment(request, worker=request.member)


@leaders_page
@form_view
@concurrency.creates
def team_adjustment_add(request):
    workers = list(workers_led_by(request.member, request.on).exclude(pk=request.member.pk))
    if not workers:
        messages.info(request, "No one works in your teams now.")
        return redirect("team_adjustments")
    return _write_adjustment(request, workers=workers)


@page_of_two
@require_GET
def adjustment(request, uid):
    """Show what is agreed, or is to be, and the steps of a way back beside it."""
    found = _find(request, uid)
    _read(request, found)
    context = {
        "adjustment": found,
        "text": queries.text_of(found),
        "own": found.worker == request.member,
        "waits_for_me": _waits_for(found, request.member),
        "steps": steps_ahead(found.worker, request.on),
        "who_reads": _who_reads(request, found.worker),
        "on": request.on,
        **_list_of(request, found.worker),
    }
    return render(request, "wellbeing/private/adjustment.html", context)


@page_of_two
@form_view
def adjustment_edit(request, uid):
    found = _find(request, uid)
    if found.ended_on or queries.text_of(found) is None:
        return redirect("adjustment", uid=uid)
    _read(request, found)
    return _write_adjustment(request, worker=found.worker, found=found)


def _write_adjustment(request, *, worker: Member | None = None, workers=(), found: Adjustment | None = None):
    initial = _adjustment_initial(found) if found else {"starts_on": request.on, "version": 0}
    form = forms.AdjustmentForm(request.POST or None, on=request.on, workers=workers, initial=initial)
    if request.method == "GET":
        return _adjustment_page(request, form, worker, found)
    if not form.is_valid():
        return _adjustment_page(request, form, worker, found, status=422)
    data = dict(form.cleaned_data)
    about = data.pop("worker", worker)
    try:
        written = actions.write_adjustment(
            worker=about, by=request.member, today=request.on, uid=found and found.uid, **data
        )
    except EditedMeanwhile as refusal:
        return _agreed_meanwhile(request, form, worker, found, refusal.current)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _adjustment_page(request, form, worker, found, status=422)
    except Adjustment.DoesNotExist:
        raise Http404 from None
    other = "your team manager" if about == request.member else about.name
    messages.success(request, f"Saved, and you agree to it. It is in force once {other} agrees too.")
    return redirect("adjustment", uid=written.uid)


def _adjustment_initial(found: Adjustment) -> dict:
    fields = {name: getattr(found, name) for name in ("starts_on", "review_on", "version")}
    return fields | {"text": queries.text_of(found)}


def _agreed_meanwhile(request, form, worker, found, current: Adjustment):
    theirs, yours = queries.text_of(current) or "", form.cleaned_data["text"]
    rows = [{"label": form.fields["text"].label, "theirs": theirs, "yours": yours}] if theirs != yours else []
    again = forms.AdjustmentForm(_with_version(form, current), on=request.on)
    return _adjustment_page(request, again, worker, found, status=409, differences=rows, meanwhile=True)


def _adjustment_page(request, form, worker, found, *, status: int = 200, **more):
    context = {
        "form": form,
        "title": "Agreed about work",
        "heading": "Change what is agreed" if found else "Something to agree about work",
        "lead": _who_reads(request, worker),
        "hint": _hint_of(found) if found else "",
        "save": "Write it down",
        **_list_of(request, worker),
        **more,
    }
    return render(request, "wellbeing/private/form.html", context, status=status)


def _hint_of(found: Adjustment) -> str:
    words = "Both of you have to agree to the change"
    return f"{words}. Until then, what you have agreed stays in force." if found.is_agreed else f"{words}."


def _who_reads(request, worker: Member | None) -> str:
    return YOURS_AND_THEIRS if worker == request.member else THE_TWO.format(worker.name if worker else "The worker")


def _press(act):
    """Make a view of a press about an agreement one has just read; a refusal is a sentence on its page."""

    @wraps(act)
    def view(request, uid):
        found = _find(request, uid)
        form = forms.VersionForm(request.POST, on=request.on)
        version = form.cleaned_data["version"] if form.is_valid() else None
        try:
            return act(request, found, version)
        except EditedMeanwhile:
            messages.warning(request, "It has changed since you opened it. Read it again first.")
        except Refused as refusal:
            messages.warning(request, str(refusal))
        except Adjustment.DoesNotExist:
            raise Http404 from None
        return redirect("adjustment", uid=uid)

    return page_of_two(require_POST(view))


@_press
def adjustment_agree(request, found, version):
    """Agree to what stands."""
    agreed = actions.agree(worker=found.worker, uid=found.uid, by=request.member, version=version, today=request.on)
    words = "You have both agreed to it." if agreed.is_agreed else "You have agreed to it."
    messages.success(request, words)
    return redirect("adjustment", uid=found.uid)


@_press
def adjustment_end(request, found, version):
    """End what is agreed, or take away what never was."""
    kept = actions.end(worker=found.worker, uid=found.uid, by=request.member, version=version, today=request.on)
    messages.success(request, "It has ended. You can still read it here." if kept else "It is removed.")
    return redirect(_list_of(request, found.worker)["back_url"])
