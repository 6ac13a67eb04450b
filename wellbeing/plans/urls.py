"""Addresses of my weeks and of plans."""

from django.urls import path

from . import my_weeks, views

urlpatterns = [
    path("my-weeks/", my_weeks.my_weeks, name="my_weeks"),
    path("plans/<uuid:uid>/", my_weeks.plan, name="plan"),
    path("my-weeks/edit/", views.Edit.as_view(), name="plan_edit"),
    path("my-weeks/take-back/", views.take_back, name="plan_take_back"),
    path("my-weeks/throw-away/", views.drop, name="plan_drop"),
    path("plans/<uuid:uid>/agree/", views.agree, name="plan_agree"),
    path("plans/<uuid:uid>/change/", views.change, name="plan_change"),
    path("settings/plan-rows/", views.plan_rows, name="plan_rows"),
    path("settings/plan-rows/<str:code>/", views.plan_row, name="plan_row"),
    path("settings/plan-rows/<str:code>/put-away/", views.plan_row_put_away, name="plan_row_put_away"),
    path("plan-templates/", views.templates, name="plan_templates"),
    path("plan-templates/add/", views.template_add, name="plan_template_add"),
    path("plan-templates/<int:pk>/", views.template_edit, name="plan_template"),
    path("plan-templates/<int:pk>/remove/", views.template_remove, name="plan_template_remove"),
]
