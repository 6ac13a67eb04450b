"""Addresses of leave."""

from django.urls import path

from . import views

urlpatterns = [
    path("leave/", views.leave, name="leave"),
    path("leave/ask/", views.AskForLeave.as_view(), name="leave_ask"),
    path("leave/<uuid:uid>/", views.leave_request, name="leave_request"),
    path("leave/<uuid:uid>/change/", views.ChangeLeave.as_view(), name="leave_change"),
    path("leave/<uuid:uid>/withdraw/", views.leave_withdraw, name="leave_withdraw"),
    path("leave/<uuid:uid>/other-days/", views.AskForOtherDays.as_view(), name="leave_ask_again"),
    path("leave/<uuid:uid>/call-off/", views.CallLeaveOff.as_view(), name="leave_call_off"),
    path("leave/<uuid:uid>/agree/", views.leave_agree, name="leave_agree"),
    path("leave/<uuid:uid>/answer/", views.AnswerLeave.as_view(), name="leave_answer"),
]
