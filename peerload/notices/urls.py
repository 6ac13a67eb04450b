"""Addresses of notices."""

urlpatterns = []
