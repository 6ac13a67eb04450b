"""Addresses of drop-ins."""

from django.urls import path

from . import views

urlpatterns = [
    path("drop-ins/", views.DropIns.as_view(), name="drop_ins"),
    path("drop-ins/<uuid:uid>/undo/", views.drop_in_undo, name="drop_in_undo"),
    path("drop-ins/<uuid:uid>/void/", views.DropInVoid.as_view(), name="drop_in_void"),
    path("drop-ins/<uuid:uid>/add/", views.DropInAdd.as_view(), name="drop_in_add"),
]
