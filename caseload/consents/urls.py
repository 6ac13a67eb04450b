"""Addresses of who else may be spoken to."""

from django.urls import path

from . import views

urlpatterns = [
    path("people/<uuid:uid>/consents/add/", views.ConsentAdd.as_view(), name="consent_add"),
    path("consents/<uuid:uid>/edit/", views.ConsentEdit.as_view(), name="consent_edit"),
    path("consents/<uuid:uid>/withdraw/", views.ConsentWithdraw.as_view(), name="consent_withdraw"),
]
