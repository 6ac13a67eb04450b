"""Addresses of staff."""

from django.urls import path

from .views import absences, account, members, posts, service

urlpatterns = [
    path("me/", account.account, name="account"),
    path("me/email/", account.my_email, name="my_email"),
    path("me/email/<str:token>/", account.email_confirm, name="email_confirm"),
    path("kept/<str:key>/", account.kept_words, name="kept"),
    path("welcome/<str:uidb64>/<str:token>/", account.welcome, name="welcome"),
    path("away/", absences.absences, name="absences"),
    path("away/add/", absences.absence_add, name="absence_add"),
    path("away/<int:pk>/", absences.absence_edit, name="absence_edit"),
    path("settings/", service.settings_page, name="settings"),
    path("settings/staff/", members.staff, name="staff"),
    path("settings/staff/add/", members.staff_add, name="staff_add"),
    path("settings/staff/<uuid:uid>/", members.staff_edit, name="staff_edit"),
    path("settings/staff/<uuid:uid>/invite/", members.staff_invite, name="staff_invite"),
    path("settings/staff/<uuid:uid>/email/", members.staff_email, name="staff_email"),
    path("settings/staff/<uuid:uid>/email/keep/", members.staff_email_keep, name="staff_email_keep"),
    path("settings/staff/<uuid:uid>/post/", posts.post_add, name="post_add"),
    path("settings/posts/<int:pk>/", posts.post_edit, name="post_edit"),
    path("settings/teams/", service.teams, name="teams"),
    path("settings/teams/add/", service.team_add, name="team_add"),
    path("settings/teams/<int:pk>/", service.team_edit, name="team_edit"),
    path("settings/closures/", service.closures, name="closures"),
    path("settings/closures/<int:pk>/remove/", service.closure_remove, name="closure_remove"),
    path("settings/service/", service.service, name="service"),
]
