"""Addresses of the messages that left peerload."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.message_list, name="messages"),
    path("<uuid:uid>/", views.message, name="message"),
    path("<uuid:uid>/again/", views.message_resend, name="message_resend"),
]
