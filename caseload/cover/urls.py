"""Addresses of duties and cover while a worker is away. Recording the absence is staff's."""

from django.urls import path

from . import views

urlpatterns = [
    path("away/<int:pk>/duties/", views.away, name="away"),
    path("away/<int:pk>/duties/done/", views.duty_done, name="duty_done"),
    path("away/<int:pk>/cover/", views.ChooseCover.as_view(), name="cover"),
]
