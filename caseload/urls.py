"""Addresses of people and of contacts with them."""

from django.urls import include, path

from . import views

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/<uuid:uid>/edit/", views.PersonEdit.as_view(), name="person_edit"),
    path("people/<uuid:uid>/contact/", views.contact_log, name="contact_log"),
    path("people/<uuid:uid>/support/", views.ChangeTier.as_view(), name="change_tier"),
    path("people/<uuid:uid>/keep-in-touch/", views.KeepInTouch.as_view(), name="keep_in_touch"),
    path("people/<uuid:uid>/look-again/", views.LookAgain.as_view(), name="look_again"),
    path("people/<uuid:uid>/student/", views.HoldByStudent.as_view(), name="hold_by_student"),
    path("people/<uuid:uid>/decide-to-close/", views.DecideToClose.as_view(), name="close_decide"),
    path("people/<uuid:uid>/withdraw-decision/", views.WithdrawDecision.as_view(), name="close_withdraw"),
    path("people/<uuid:uid>/close/", views.Close.as_view(), name="close"),
    path("people/<uuid:uid>/not-in-touch/", views.DecideNotInTouch.as_view(), name="decide_not_in_touch"),
    path("people/<uuid:uid>/back-in-touch/", views.UndoNotInTouch.as_view(), name="undo_not_in_touch"),
    path("contacts/token/", views.contact_token, name="contact_token"),
    path("contacts/<uuid:uid>/undo/", views.contact_undo, name="contact_undo"),
    path("contacts/<uuid:uid>/note/", views.ContactNote.as_view(), name="contact_note"),
    path("contacts/<uuid:uid>/void/", views.ContactVoid.as_view(), name="contact_void"),
    path("contacts/<uuid:uid>/leave-out-words/", views.ContactWords.as_view(), name="contact_words"),
    path("log/", views.log_pick, name="log_pick"),
    path("groups/", include("caseload.groups.urls")),
    path("", include("caseload.leaving.urls")),
    path("", include("caseload.duplicates.urls")),
    path("", include("caseload.waiting.urls")),
    path("", include("caseload.cover.urls")),
]
