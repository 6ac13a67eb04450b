"""Addresses of the pages that join all apps, and of those about peerload's own health."""

from django.urls import path

from peerload.staff.access import by_capability
from peerload.staff.roles import Capability
from workload.teams import views as service

from . import calendar_feed, health, home_screen, meanwhile, my_day, person, search, team, team_calendar, views

urlpatterns = [
    path("", my_day.my_day, name="my_day"),
    path("people/<uuid:uid>/", person.person, name="person"),
    path("calendar/<str:secret>.ics", calendar_feed.calendar_feed, name="calendar_feed"),
    path("next/<uuid:uid>/appointment.ics", calendar_feed.appointment_file, name="appointment_file"),
    path("search/", search.search, name="search"),
    path("team/", by_capability(Capability.SEE_TOTALS, service.every_team, otherwise=team.team), name="team"),
    path(
        "team/export.<str:kind>",
        by_capability(Capability.SEE_TOTALS, service.export, otherwise=team.export),
        name="team_export",
    ),
    path(
        "team/calendar/",
        by_capability(Capability.SEE_TOTALS, team_calendar.of_service, otherwise=team_calendar.of_team),
        name="team_calendar",
    ),
    path("team/while-away/", meanwhile.while_away, name="while_away"),
    path("team/attention/<slug:kind>/", service.attention, name="team_attention"),
    path("healthz", health.ready, name="healthz"),
    path("healthz/live", health.live, name="healthz_live"),
    path("healthz/worker", health.worker, name="healthz_worker"),
    path("service-worker.js", home_screen.service_worker, name="service_worker"),
    path("peerload.webmanifest", home_screen.manifest, name="manifest"),
    path("without-a-signal/", home_screen.without_signal, name="without_signal"),
    path("help/", views.help_page, name="help"),
    path("who-sees-what/", views.who_sees_what, name="who_sees_what"),
    path("me/light-or-dark/", views.light_or_dark, name="light_or_dark"),
]
