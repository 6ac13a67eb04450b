"""Time outside contacts, logged at one tap. Only the worker sees it."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from peerload.staff import access
from peerload.staff.roles import Capability

from ..models import TimeEntry
from . import actions, forms, queries

own_page = access.requires(Capability.SEE_OWN_POINTS)


def quick(on) -> dict:
    """Return what `wellbeing/time/quick.html` draws: the form still empty, and its buttons."""
    return {"form": forms.QuickForm(on=on), "rows": forms.buttons()}


@own_page
@require_GET
def time(request):
    """Show the buttons, what was just logged, and the last two weeks."""
    return _page(request, quick(request.on))


def _page(request, quick: dict, *, status: int = 200):
    entries = list(queries.lately(request.member, request.on))
    logged = request.GET.get("logged", "")
    context = {
        "on": request.on,
        "quick": quick,
        "entries": entries,
        "just_logged": next((entry for entry in entries if str(entry.pk) == logged), None),
    }
    return render(request, "wellbeing/time/time.html", context, status=status)


@own_page
@require_POST
def log(request):
    form = forms.QuickForm(request.POST, on=request.on)
    if not form.is_valid():
        return _page(request, quick(request.on) | {"form": form}, status=422)
    entry = actions.log(worker=request.member, today=request.on, **form.words())
    return redirect(f"{reverse('time')}?logged={entry.pk}")


@own_page
@require_POST
def remove(request, pk: int):
    """Undo, or remove later; it is the worker's own, and gone."""
    entry = get_object_or_404(TimeEntry.objects.filter(worker=request.member), pk=pk)
    actions.remove(worker=request.member, entry_id=entry.pk)
    return redirect("time")
