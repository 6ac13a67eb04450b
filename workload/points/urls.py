"""Addresses of a worker's points."""

from django.urls import path

from . import views

urlpatterns = [
    path("points/", views.my_points, name="my_points"),
    path("points/<uuid:uid>/", views.points, name="points"),
]
