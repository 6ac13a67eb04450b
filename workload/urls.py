"""Addresses of work and of what it weighs."""

from django.urls import include, path

from . import views

urlpatterns = [
    path("", include("workload.capacity.urls")),
    path("", include("workload.months.urls")),
    path("", include("workload.points.urls")),
    path("people/<uuid:uid>/work/", views.WorkAdd.as_view(), name="work_add"),
    path("work/<int:pk>/end/", views.WorkEnd.as_view(), name="work_end"),
    path("points/<uuid:uid>/responsibility/", views.ResponsibilityAdd.as_view(), name="responsibility_add"),
    path("settings/scheme/", include("workload.schemes.urls")),
    path("responsibilities/<int:pk>/end/", views.ResponsibilityEnd.as_view(), name="responsibility_end"),
]
