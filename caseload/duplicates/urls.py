"""Addresses of possible duplicates."""

from django.urls import path

from . import views

urlpatterns = [
    path("people/entered-twice/", views.possible_duplicates, name="possible_duplicates"),
    path("people/entered-twice/<uuid:uid>/", views.Pair.as_view(), name="possible_duplicate"),
    path("people/<uuid:uid>/two-people/", views.TwoPeople.as_view(), name="two_people"),
]
