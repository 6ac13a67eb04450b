"""Addresses of next steps with people."""

from django.urls import path

from . import views

urlpatterns = [
    path("people/<uuid:uid>/next/add/", views.NextStepAdd.as_view(), name="next_step_add"),
    path("next/<uuid:uid>/move/", views.NextStepMove.as_view(), name="next_step_move"),
    path("next/<uuid:uid>/end/", views.next_step_end, name="next_step_end"),
]
