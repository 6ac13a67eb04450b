"""Addresses of a worker's own time: never below anybody's name."""

from django.urls import path

from . import views

urlpatterns = [
    path("my-weeks/time/", views.time, name="time"),
    path("my-weeks/time/log/", views.log, name="time_log"),
    path("my-weeks/time/<int:pk>/remove/", views.remove, name="time_remove"),
]
