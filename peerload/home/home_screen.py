"""
peerload on a phone's home screen: its manifest, the service worker, and the calm page for when there is no signal.

None of them says whose phone it is: they are the same for everybody, signed in or not.
"""

import json
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from caseload.forms.contacts import ANSWERS

SERVICE_WORKER = Path(__file__).with_name("service_worker.js").read_text()
NAME = "peerload"
PAPER = "#f6f2ea"
ICONS = (("icon-192.png", 192, "any"), ("icon-512.png", 512, "any"), ("maskable-512.png", 512, "maskable"))


@login_not_required
@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """Say how peerload is put on a home screen: by the product's name alone, not the service's."""
    icons = [
        {
            "src": static(f"home_screen/{name}"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for name, size, purpose in ICONS
    ]
    said = {
        "id": "/",
        "name": NAME,
        "short_name": NAME,
        "description": _("The day of a peer support worker"),
        "lang": get_language(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": icons,
    }
    return JsonResponse(said, content_type="application/manifest+json")


@login_not_required
@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """Give the browser what it keeps and sends without an open page; from the root, so that it is in charge of every page."""
    kept = [reverse("without_signal"), static("home_screen/calm.css")]
    script = SERVICE_WORKER.replace("KEPT_HERE", json.dumps(kept)).replace(
        "ANSWERS_THERE_ARE", json.dumps(list(ANSWERS))
    )
    return HttpResponse(script, content_type="text/javascript")


@login_not_required
@require_GET
def without_signal(request: HttpRequest) -> HttpResponse:
    """Show the page that a phone keeps for when there is no signal."""
    return render(request, "home/without_signal.html")
