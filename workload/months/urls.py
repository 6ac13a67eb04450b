"""Addresses of monthly records, and of teams and their months."""

from django.urls import path

from peerload.staff.access import ViewFunction, by_capability
from peerload.staff.roles import Capability

from . import (
    action_views,
    deciding,
    my_records,
    points_sent,
    question_views,
    record,
    record_files,
    service_months,
    sitting,
    team_month,
    views,
)


def service_or_team(every_team: ViewFunction, one_team: ViewFunction) -> ViewFunction:
    """Return a view that shows service managers every team, and those who lead a team their own."""
    return by_capability(Capability.SEE_TOTALS, every_team, otherwise=one_team)


RECORD = "records/<uuid:uid>/<str:month>/"

urlpatterns = [
    path("records/", my_records.my_records, name="my_records"),
    path(RECORD, record.record, name="record"),
    path(f"{RECORD}export.<str:kind>", record_files.record_export, name="record_export"),
    path(f"{RECORD}words/", views.WriteWords.as_view(), name="record_words"),
    path(f"{RECORD}reason/", views.WriteReason.as_view(), name="record_reason"),
    path(f"{RECORD}supervision/", views.NoteSupervision.as_view(), name="record_supervision"),
    path(f"{RECORD}submit/", views.Submit.as_view(), name="record_submit"),
    path(f"{RECORD}complete/", views.Complete.as_view(), name="record_complete"),
    path(f"{RECORD}agree/", views.Agree.as_view(), name="record_agree"),
    path(f"{RECORD}not-agreed/", views.Disagree.as_view(), name="record_disagree"),
    path(f"{RECORD}explain/", views.Explain.as_view(), name="record_explain"),
    path(f"{RECORD}decide/", deciding.Decide.as_view(), name="record_decide"),
    path(f"{RECORD}note/", views.WriteNote.as_view(), name="record_note"),
    path(f"{RECORD}assumptions/", deciding.Settle.as_view(), name="record_settle"),
    path(f"{RECORD}another-manager/", views.OtherManager.as_view(), name="record_other_manager"),
    path(f"{RECORD}actions/", views.ActionAdd.as_view(), name="record_action_add"),
    path("actions/", action_views.open_actions, name="open_actions"),
    path("actions/<int:pk>/done/", action_views.action_tick_off, name="action_tick_off"),
    path("actions/<int:pk>/take-back/", action_views.action_drop, name="action_drop"),
    path("team/month/remind/", views.remind, name="team_month_remind"),
    path("team/month/", service_or_team(service_months.reports, team_month.team_month), name="team_month"),
    path("team/month/points/<uuid:uid>/<str:month>/", points_sent.points_sent, name="points_sent"),
    path("team/month/<int:pk>/ask/", question_views.ReportAsk.as_view(), name="report_ask"),
    path("team/month/questions/<int:pk>/", question_views.ReportAnswer.as_view(), name="report_answer"),
    path("team/month/agree/", sitting.Sitting.as_view(), name="team_month_agree"),
    path("team/month/send/", team_month.Send.as_view(), name="team_month_send"),
    path(
        "team/month/export.<str:kind>",
        service_or_team(service_months.reports_export, team_month.team_month_export),
        name="team_month_export",
    ),
    path(
        "team/month/by-month/",
        service_or_team(service_months.reports_by_month, team_month.team_months),
        name="team_months",
    ),
    path(
        "team/month/by-month/export.<str:kind>",
        service_or_team(service_months.reports_by_month_export, team_month.team_months_export),
        name="team_months_export",
    ),
]
