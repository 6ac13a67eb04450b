"""Addresses of exports: those of admins, and one export as managers see it too."""

from django.urls import path

from . import views

urlpatterns = [
    path("settings/export/", views.exports, name="exports"),
    path("settings/export/new/", views.ExportAsk.as_view(), name="export_ask"),
    path("exports/<uuid:uid>/", views.export, name="export"),
    path("exports/<uuid:uid>/decide/", views.export_decide, name="export_decide"),
    path("exports/<uuid:uid>/file/", views.export_file, name="export_file"),
]
