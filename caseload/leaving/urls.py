"""Addresses of leaving. The handover list, which joins points, is in `peerload.home.urls`."""

from django.urls import path

from . import views

urlpatterns = [
    path("leaving/add/", views.LeavingAdd.as_view(), name="leaving_add"),
    path("leaving/steps/<int:pk>/", views.LeavingStepEdit.as_view(), name="leaving_step"),
    path("leaving/steps/<int:pk>/done/", views.leaving_step_done, name="leaving_step_done"),
    path("leaving/<uuid:uid>/", views.leaving, name="leaving"),
    path("leaving/<uuid:uid>/last-day/", views.LeavingChange.as_view(), name="leaving_change"),
    path("leaving/<uuid:uid>/withdraw/", views.leaving_withdraw, name="leaving_withdraw"),
]
