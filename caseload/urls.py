"""Addresses of people and of contacts with them."""

from django.urls import include, path

from .views import contacts, people, support

urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/<uuid:uid>/edit/", people.PersonEdit.as_view(), name="person_edit"),
    path("people/<uuid:uid>/contact/", contacts.contact_log, name="contact_log"),
    path("people/<uuid:uid>/support/", support.ChangeTier.as_view(), name="change_tier"),
    path("people/<uuid:uid>/keep-in-touch/", support.KeepInTouch.as_view(), name="keep_in_touch"),
    path("people/<uuid:uid>/look-again/", support.LookAgain.as_view(), name="look_again"),
    path("people/<uuid:uid>/student/", support.MarkHeldByStudent.as_view(), name="mark_held_by_student"),
    path("people/<uuid:uid>/decide-to-close/", support.DecideToClose.as_view(), name="close_decide"),
    path("people/<uuid:uid>/withdraw-decision/", support.WithdrawDecision.as_view(), name="close_withdraw"),
    path("people/<uuid:uid>/close/", support.Close.as_view(), name="close"),
    path("people/<uuid:uid>/not-in-touch/", support.DecideNotInTouch.as_view(), name="decide_not_in_touch"),
    path("people/<uuid:uid>/back-in-touch/", support.UndoNotInTouch.as_view(), name="undo_not_in_touch"),
    path("contacts/<uuid:uid>/undo/", contacts.contact_undo, name="contact_undo"),
    path("contacts/<uuid:uid>/note/", contacts.ContactNote.as_view(), name="contact_note"),
    path("contacts/<uuid:uid>/void/", contacts.ContactVoid.as_view(), name="contact_void"),
    path("contacts/<uuid:uid>/leave-out-words/", contacts.ContactWords.as_view(), name="contact_words"),
    path("log/", contacts.log_pick, name="log_pick"),
    path("groups/", include("caseload.groups.urls")),
    path("", include("caseload.drop_ins.urls")),
    path("", include("caseload.leaving.urls")),
    path("", include("caseload.duplicates.urls")),
    path("", include("caseload.goals.urls")),
    path("", include("caseload.consents.urls")),
    path("", include("caseload.next_steps.urls")),
    path("", include("caseload.waiting.urls")),
    path("", include("caseload.cover.urls")),
]
