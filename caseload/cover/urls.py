"""Addresses of what there is to do while somebody is away. Recording it is staff's."""

from django.urls import path

from . import views

urlpatterns = [
    path("away/<int:pk>/duties/", views.away, name="away"),
    path("away/<int:pk>/duties/done/", views.duty_done, name="duty_done"),
    path("away/<int:pk>/cover/", views.cover, name="cover"),
]
