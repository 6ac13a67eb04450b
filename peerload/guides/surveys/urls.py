"""Addresses of surveys."""

from django.urls import path

from . import views

urlpatterns = [
    path("surveys/", views.surveys, name="surveys"),
    path("surveys/open/", views.OpenSurvey.as_view(), name="survey_open"),
    path("surveys/<uuid:uid>/", views.AnswerSurvey.as_view(), name="survey"),
    path("surveys/<uuid:uid>/round/", views.survey_round, name="survey_round"),
    path("surveys/<uuid:uid>/close/", views.CloseSurvey.as_view(), name="survey_close"),
    path("surveys/<uuid:uid>/withdraw/", views.WithdrawSurvey.as_view(), name="survey_withdraw"),
    path("surveys/<uuid:uid>/result/", views.survey_result, name="survey_result"),
]
