"""Addresses of pages."""

from django.urls import path

from peerload.staff import access
from peerload.staff.roles import Capability

from . import (
    allocate,
    cover_board,
    handover,
    health,
    home,
    my_day,
    my_records,
    my_weeks,
    person,
    phased_return,
    points,
    record,
    resources,
    returns,
    service_months,
    service_overview,
    team_month,
    team_overview,
)


def for_every_team(view, *, otherwise):
    """Return a view that answers a service manager by one view and those who lead a team by another."""
    return access.by_capability(Capability.SEE_TOTALS, view, otherwise=otherwise)


urlpatterns = [
    path("", my_day.my_day, name="my_day"),
    path("people/<uuid:uid>/", person.person, name="person"),
    path("people/<uuid:uid>/allocate/", allocate.Allocate.as_view(), name="allocate"),
    path("people/<uuid:uid>/hand-over/", allocate.HandOver.as_view(), name="hand_over"),
    path("people/<uuid:uid>/support-again/", allocate.SupportAgain.as_view(), name="support_again"),
    path("leaving/<uuid:uid>/people/", handover.Handover.as_view(), name="handover"),
    path("away/<int:pk>/board/", cover_board.CoverBoard.as_view(), name="cover_board"),
    path("away/<int:pk>/steps/", phased_return.PhasedReturn.as_view(), name="steps_back"),
    path("points/", points.my_points, name="my_points"),
    path("points/<uuid:uid>/", points.points, name="points"),
    path("team/", for_every_team(service_overview.every_team, otherwise=team_overview.team), name="team"),
    path(
        "team/export.<str:kind>",
        for_every_team(service_overview.export, otherwise=team_overview.export),
        name="team_export",
    ),
    path("team/attention/<slug:kind>/", service_overview.attention, name="team_attention"),
    path("team/returns/", returns.Returns.as_view(), name="returns"),
    path("team/workers-needed/", resources.resource_view, name="resources"),
    path("team/workers-needed/export.<str:kind>", resources.resource_export, name="resources_export"),
    path(
        "team/month/",
        for_every_team(service_months.reports, otherwise=team_month.team_month),
        name="team_month",
    ),
    path("team/month/send/", team_month.Send.as_view(), name="team_month_send"),
    path(
        "team/month/export.<str:kind>",
        for_every_team(service_months.reports_export, otherwise=team_month.team_month_export),
        name="team_month_export",
    ),
    path(
        "team/month/by-month/",
        for_every_team(service_months.reports_by_month, otherwise=team_month.team_months),
        name="team_months",
    ),
    path(
        "team/month/by-month/export.<str:kind>",
        for_every_team(service_months.reports_by_month_export, otherwise=team_month.team_months_export),
        name="team_months_export",
    ),
    path("my-weeks/", my_weeks.my_weeks, name="my_weeks"),
    path("plans/<uuid:uid>/", my_weeks.plan, name="plan"),
    path("records/", my_records.my_records, name="my_records"),
    path("records/<uuid:uid>/<str:month>/", record.record, name="record"),
    path("records/<uuid:uid>/<str:month>/export.<str:kind>", record.record_export, name="record_export"),
    path("healthz", health.ready, name="healthz"),
    path("healthz/live", health.live, name="healthz_live"),
    path("healthz/worker", health.worker, name="healthz_worker"),
    path("help/", home.help_page, name="help"),
    path("who-sees-what/", home.who_sees_what, name="who_sees_what"),
    path("me/light-or-dark/", home.light_or_dark, name="light_or_dark"),
]
