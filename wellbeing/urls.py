"""Addresses of pages about a worker's own time, by package."""

from django.urls import include, path

urlpatterns = [
    path("", include("wellbeing.plans.urls")),
    path("", include("wellbeing.sessions.urls")),
    path("", include("wellbeing.leave.urls")),
    path("", include("wellbeing.private.urls")),
    path("", include("wellbeing.time.urls")),
]
