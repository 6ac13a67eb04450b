"""Addresses of workload."""

urlpatterns = []
