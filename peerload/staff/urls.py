"""Addresses of staff."""

urlpatterns = []
