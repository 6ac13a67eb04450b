"""Addresses of staff."""

from django.urls import path

from . import views

urlpatterns = [
    path("me/", views.account, name="account"),
    path("me/email/", views.my_email, name="my_email"),
    path("me/email/<str:token>/", views.email_confirm, name="email_confirm"),
    path("kept/<str:key>/", views.kept_words, name="kept"),
    path("welcome/<str:uidb64>/<str:token>/", views.welcome, name="welcome"),
    path("away/", views.absences, name="absences"),
    path("away/add/", views.absence_add, name="absence_add"),
    path("away/<int:pk>/", views.absence_edit, name="absence_edit"),
    path("settings/", views.settings_page, name="settings"),
    path("settings/staff/", views.staff, name="staff"),
    path("settings/staff/add/", views.staff_add, name="staff_add"),
    path("settings/staff/<uuid:uid>/", views.staff_edit, name="staff_edit"),
    path("settings/staff/<uuid:uid>/invite/", views.staff_invite, name="staff_invite"),
    path("settings/staff/<uuid:uid>/email/", views.staff_email, name="staff_email"),
    path("settings/staff/<uuid:uid>/email/keep/", views.staff_email_keep, name="staff_email_keep"),
    path("settings/staff/<uuid:uid>/post/", views.post_add, name="post_add"),
    path("settings/posts/<int:pk>/", views.post_edit, name="post_edit"),
    path("settings/teams/", views.teams, name="teams"),
    path("settings/teams/add/", views.team_add, name="team_add"),
    path("settings/teams/<int:pk>/", views.team_edit, name="team_edit"),
    path("settings/closures/", views.closures, name="closures"),
    path("settings/closures/<int:pk>/remove/", views.closure_remove, name="closure_remove"),
    path("settings/service/", views.service, name="service"),
]
