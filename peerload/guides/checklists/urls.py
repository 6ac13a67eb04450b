"""Addresses of checklists, and of their templates in the settings."""

from django.urls import path

from .views import runs, templates

urlpatterns = [
    path("checklists/begin/<slug:code>/", runs.BeginChecklist.as_view(), name="checklist_begin"),
    path("checklists/proposed/", runs.checklist_proposed_put_away, name="checklist_proposed_put_away"),
    path("checklists/proposed/<slug:subject>/<uuid:uid>/", runs.checklist_proposed, name="checklist_proposed"),
    path("checklists/<uuid:uid>/", runs.checklist, name="checklist"),
    path("checklists/<uuid:uid>/move/", runs.MoveAnchor.as_view(), name="checklist_move"),
    path("checklists/<uuid:uid>/put-away/", runs.checklist_put_away, name="checklist_put_away"),
    path("checklists/steps/<int:pk>/", runs.StepEdit.as_view(), name="checklist_step"),
    path("checklists/steps/<int:pk>/done/", runs.checklist_step_done, name="checklist_step_done"),
    path("checklists/steps/<int:pk>/part/", runs.checklist_part_done, name="checklist_part_done"),
    path("settings/checklists/add/", templates.AddChecklist.as_view(), name="checklist_template_add"),
    path("settings/checklists/<uuid:uid>/edit/", templates.EditChecklist.as_view(), name="checklist_template_edit"),
    path(
        "settings/checklists/<uuid:uid>/phase/<slug:phase>/",
        templates.EditPhase.as_view(),
        name="checklist_template_phase",
    ),
]
