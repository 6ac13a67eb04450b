"""Addresses of groups and their sessions."""

from django.urls import path

from . import meetings, views

urlpatterns = [
    path("", views.groups, name="groups"),
    path("add/", views.GroupAdd.as_view(), name="group_add"),
    path("<uuid:uid>/", views.group, name="group"),
    path("<uuid:uid>/edit/", views.GroupEdit.as_view(), name="group_edit"),
    path("<uuid:uid>/close/", views.GroupClose.as_view(), name="group_close"),
    path("<uuid:uid>/session/", views.SessionLog.as_view(), name="session_log"),
    path("<uuid:uid>/meetings/add/", meetings.MeetingAdd.as_view(), name="meeting_add"),
    path("<uuid:uid>/meetings/<slug:key>/", meetings.MeetingChange.as_view(), name="meeting_change"),
    path("<uuid:uid>/meetings/<slug:key>/call-off/", meetings.meeting_call_off, name="meeting_call_off"),
    path("<uuid:uid>/meetings/<slug:key>/take-back/", meetings.meeting_take_back, name="meeting_take_back"),
    path("<uuid:uid>/members/add/", views.MemberAdd.as_view(), name="group_join"),
    path("<uuid:uid>/facilitators/add/", views.FacilitatorAdd.as_view(), name="facilitator_add"),
    path("members/<int:pk>/leave/", views.MemberLeave.as_view(), name="group_leave"),
    path("facilitators/<int:pk>/end/", views.FacilitatorEnd.as_view(), name="facilitator_end"),
    path("sessions/<uuid:uid>/void/", views.SessionVoid.as_view(), name="session_void"),
]
