"""Pages for when something is wrong: calm, and losing nothing."""

from django.shortcuts import render


def expired(request, reason=""):
    """Say that the form has expired."""
    return render(request, "404.html", status=403)
