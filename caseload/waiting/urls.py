"""Addresses of waiting."""

from django.urls import path

from . import views

urlpatterns = [
    path("people/add/", views.PersonAdd.as_view(), name="person_add"),
    path("waiting/", views.waiting, name="waiting"),
    path("settings/in-no-team/", views.InNoTeam.as_view(), name="in_no_team"),
    path("people/<uuid:uid>/waiting/", views.WaitingEdit.as_view(), name="waiting_edit"),
    path("people/<uuid:uid>/other-team/", views.OtherTeam.as_view(), name="other_team"),
    path("people/<uuid:uid>/wait/", views.ReturnToWaiting.as_view(), name="return_to_waiting"),
    path("people/<uuid:uid>/please-dont/", views.AgreeToChoice.as_view(), name="please_dont_agree"),
]
