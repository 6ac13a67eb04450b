"""Addresses of interchange."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.import_page, name="import"),
    path("workbook/", views.import_workbook, name="import_workbook"),
    path("example/", views.import_example, name="import_example"),
    path("undo/", views.import_undo, name="import_undo"),
    path("<uuid:uid>/", views.import_upload, name="import_upload"),
    path("<uuid:uid>/marked/", views.import_marked, name="import_marked"),
    path("<uuid:uid>/confirm/", views.import_confirm, name="import_confirm"),
    path("<uuid:uid>/let-go/", views.import_let_go, name="import_let_go"),
    path("<uuid:uid>/progress/", views.import_progress, name="import_progress"),
]
