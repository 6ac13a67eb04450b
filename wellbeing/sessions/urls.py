"""Addresses of sessions. A member's own are never below another's name."""

from django.urls import path

from . import views

urlpatterns = [
    path("my-sessions/", views.my_sessions, name="my_sessions"),
    path("team/sessions/", views.team_sessions, name="team_sessions"),
    path("my-sessions/would-like-to-talk/", views.ask_to_talk, name="session_talk"),
    path("my-sessions/book/<uuid:uid>/", views.Book.as_view(), name="session_book"),
    path("my-sessions/<uuid:uid>/held/", views.MarkHeld.as_view(), name="session_held"),
    path("my-sessions/<uuid:uid>/another-day/", views.Move.as_view(), name="session_move"),
    path("my-sessions/<uuid:uid>/booked-by-mistake/", views.Remove.as_view(), name="session_remove"),
    path("my-sessions/<uuid:uid>/note/", views.Note.as_view(), name="session_note"),
    path("settings/sessions/", views.EditCadence.as_view(), name="session_cadence"),
]
