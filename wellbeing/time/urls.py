"""Addresses of a worker's own time, never with a name in them. A team has sums."""

from django.urls import path

from . import views

urlpatterns = [
    path("my-weeks/time/", views.time, name="time"),
    path("my-weeks/time/log/", views.log, name="time_log"),
    path("my-weeks/time/<int:pk>/remove/", views.remove, name="time_remove"),
    path("my-weeks/study/", views.Study.as_view(), name="study"),
    path("my-weeks/study/log/", views.measure, name="study_log"),
    path("my-weeks/study/log/<int:pk>/remove/", views.piece_remove, name="study_piece_remove"),
    path("my-weeks/study/stop/", views.stop, name="study_stop"),
    path("my-weeks/study/<uuid:uid>/", views.result, name="study_result"),
    path("my-weeks/study/<uuid:uid>/delete/", views.DeleteStudy.as_view(), name="study_delete"),
    path("team/time/", views.team_time, name="team_time"),
]
