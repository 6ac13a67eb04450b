"""Addresses of pages."""

urlpatterns = []
