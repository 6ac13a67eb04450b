"""Addresses of steps with a month. The pages are in `peerload.pages.urls`."""

from django.urls import path

from . import views

RECORD = "records/<uuid:uid>/<str:month>/"

urlpatterns = [
    path(f"{RECORD}words/", views.Words.as_view(), name="record_words"),
    path(f"{RECORD}reason/", views.Reason.as_view(), name="record_reason"),
    path(f"{RECORD}supervision/", views.Supervision.as_view(), name="record_supervision"),
    path(f"{RECORD}submit/", views.Submit.as_view(), name="record_submit"),
    path(f"{RECORD}complete/", views.Complete.as_view(), name="record_complete"),
    path(f"{RECORD}agree/", views.Agree.as_view(), name="record_agree"),
    path(f"{RECORD}not-agreed/", views.Disagree.as_view(), name="record_disagree"),
    path(f"{RECORD}another-manager/", views.OtherManager.as_view(), name="record_other_manager"),
    path(f"{RECORD}actions/", views.ActionAdd.as_view(), name="record_action_add"),
    path("actions/<int:pk>/done/", views.action_settle, name="action_settle"),
    path("actions/<int:pk>/take-back/", views.action_drop, name="action_drop"),
    path("team/month/remind/", views.remind, name="team_month_remind"),
]
