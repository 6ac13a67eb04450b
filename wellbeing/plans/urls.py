"""Addresses of my weeks and of plans."""

from django.urls import path

from . import my_weeks
from .views import answering, rows, templates, writing

urlpatterns = [
    path("my-weeks/", my_weeks.my_weeks, name="my_weeks"),
    path("plans/<uuid:uid>/", my_weeks.plan, name="plan"),
    path("my-weeks/edit/", writing.EditPlan.as_view(), name="plan_edit"),
    path("my-weeks/take-back/", writing.take_back, name="plan_take_back"),
    path("my-weeks/throw-away/", writing.drop, name="plan_drop"),
    path("plans/<uuid:uid>/agree/", answering.agree, name="plan_agree"),
    path("plans/<uuid:uid>/change/", answering.AskForChange.as_view(), name="plan_change"),
    path("settings/plan-rows/", rows.PlanRows.as_view(), name="plan_rows"),
    path("settings/plan-rows/<str:code>/", rows.RenamePlanRow.as_view(), name="plan_row"),
    path("settings/plan-rows/<str:code>/put-away/", rows.plan_row_put_away, name="plan_row_put_away"),
    path("plan-templates/", templates.templates, name="plan_templates"),
    path("plan-templates/add/", templates.TemplateAdd.as_view(), name="plan_template_add"),
    path("plan-templates/<int:pk>/", templates.TemplateEdit.as_view(), name="plan_template"),
    path("plan-templates/<int:pk>/remove/", templates.template_remove, name="plan_template_remove"),
]
