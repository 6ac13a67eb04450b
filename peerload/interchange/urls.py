"""Addresses of interchange."""

urlpatterns = []
