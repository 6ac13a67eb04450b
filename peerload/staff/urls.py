"""Addresses of staff."""

from django.urls import path

from .views import absences, account, acting, calendar, leave_kinds, members, passkeys, posts, service

urlpatterns = [
    path("me/", account.account, name="account"),
    path("me/passkey/", passkeys.passkey_offer, name="passkey_offer"),
    path("me/token/", account.form_token, name="form_token"),
    path("me/email/", account.MyEmail.as_view(), name="my_email"),
    path("me/email/<str:token>/", account.email_confirm, name="email_confirm"),
    path("me/calendar/", calendar.my_calendar, name="my_calendar"),
    path("me/calendar/end/", calendar.my_calendar_end, name="my_calendar_end"),
    path("me/calendar/alarm/", calendar.my_calendar_alarm, name="my_calendar_alarm"),
    path("kept/<str:key>/", account.kept_words, name="kept"),
    path("welcome/<str:uidb64>/<str:token>/", account.welcome, name="welcome"),
    path("away/", absences.absences, name="absences"),
    path("away/add/", absences.AbsenceAdd.as_view(), name="absence_add"),
    path("away/<int:pk>/", absences.AbsenceEdit.as_view(), name="absence_edit"),
    path("away/<int:pk>/acts/", acting.Acting.as_view(), name="acting"),
    path("away/acts/<int:pk>/end/", acting.ActingEnd.as_view(), name="acting_end"),
    path("settings/", service.settings_page, name="settings"),
    path("settings/staff/", members.staff, name="staff"),
    path("settings/staff/add/", members.StaffAdd.as_view(), name="staff_add"),
    path("settings/staff/<uuid:uid>/", members.StaffEdit.as_view(), name="staff_edit"),
    path("settings/staff/<uuid:uid>/invite/", members.staff_invite, name="staff_invite"),
    path("settings/staff/<uuid:uid>/email/", members.StaffEmail.as_view(), name="staff_email"),
    path("settings/staff/<uuid:uid>/email/keep/", members.staff_email_keep, name="staff_email_keep"),
    path("settings/staff/<uuid:uid>/post/", posts.PostAdd.as_view(), name="post_add"),
    path("settings/posts/<int:pk>/", posts.PostEdit.as_view(), name="post_edit"),
    path("settings/teams/", service.teams, name="teams"),
    path("settings/teams/add/", service.TeamAdd.as_view(), name="team_add"),
    path("settings/teams/<int:pk>/", service.TeamEdit.as_view(), name="team_edit"),
    path("settings/closures/", service.Closures.as_view(), name="closures"),
    path("settings/closures/<int:pk>/remove/", service.closure_remove, name="closure_remove"),
    path("settings/leave/", leave_kinds.LeaveKinds.as_view(), name="leave_kinds"),
    path("settings/leave/<int:pk>/", leave_kinds.EditLeaveKind.as_view(), name="leave_kind"),
    path("settings/service/", service.EditService.as_view(), name="service"),
]
