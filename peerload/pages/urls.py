"""Addresses of pages."""

from django.urls import path

from . import home

urlpatterns = [
    path("healthz", home.healthz, name="healthz"),
    path("help/", home.help_page, name="help"),
    path("who-sees-what/", home.who_sees_what, name="who_sees_what"),
    path("me/light-or-dark/", home.light_or_dark, name="light_or_dark"),
]
