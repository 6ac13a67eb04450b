"""Addresses of possible duplicates."""

from django.urls import path

from . import views

urlpatterns = [
    path("people/entered-twice/", views.entered_twice, name="entered_twice"),
    path("people/entered-twice/<uuid:uid>/", views.Pair.as_view(), name="entered_twice_pair"),
    path("people/<uuid:uid>/two-people/", views.TwoPeople.as_view(), name="two_people"),
]
