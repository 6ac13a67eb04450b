"""The points scheme, to be read: every version with its weights."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from peerload.staff import access
from peerload.staff.roles import Capability
from workload.models import Scheme


@access.requires(Capability.LOOK_AFTER_SERVICE)
@require_GET
def scheme(request):
    schemes = list(
        Scheme.objects.published()
        .filter(organisation=request.organisation)
        .prefetch_related("weights")
        .order_by("-starts_on")
    )
    now = next((row for row in schemes if row.starts_on <= request.on), None)
    return render(request, "pages/scheme.html", {"schemes": schemes, "now_pk": now and now.pk})
