"""Addresses of what people want."""

from django.urls import path

from . import views

urlpatterns = [
    path("people/<uuid:uid>/goals/add/", views.GoalAdd.as_view(), name="goal_add"),
    path("goals/<uuid:uid>/edit/", views.GoalEdit.as_view(), name="goal_edit"),
    path("goals/<uuid:uid>/end/", views.GoalEndPage.as_view(), name="goal_end"),
]
