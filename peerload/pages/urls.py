"""Addresses of pages."""

from django.urls import path

from . import allocate, home, my_day, person, scheme

urlpatterns = [
    path("", my_day.my_day, name="my_day"),
    path("people/<uuid:uid>/", person.person, name="person"),
    path("people/<uuid:uid>/allocate/", allocate.Allocate.as_view(), name="allocate"),
    path("people/<uuid:uid>/hand-over/", allocate.HandOver.as_view(), name="hand_over"),
    path("people/<uuid:uid>/support-again/", allocate.SupportAgain.as_view(), name="support_again"),
    path("healthz", home.healthz, name="healthz"),
    path("help/", home.help_page, name="help"),
    path("who-sees-what/", home.who_sees_what, name="who_sees_what"),
    path("me/light-or-dark/", home.light_or_dark, name="light_or_dark"),
    path("settings/scheme/", scheme.scheme, name="scheme"),
]
