"""Addresses of versions of the scheme."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.scheme, name="scheme"),
    path("progress/", views.progress, name="scheme_progress"),
    path("versions/<int:pk>/", views.version, name="scheme_version"),
    path("versions/<int:pk>/take-back/", views.take_back, name="scheme_take_back"),
    path("begin/", views.begin, name="scheme_begin"),
    path("draft/", views.draft, name="scheme_draft"),
    path("draft/settings/", views.EditDraftSettings.as_view(), name="scheme_settings"),
    path("draft/preset/", views.PresetRows.as_view(), name="scheme_preset"),
    path("draft/rows/<int:pk>/", views.WeightEdit.as_view(), name="scheme_weight"),
    path("draft/rows/<int:pk>/drop/", views.kind_drop, name="scheme_kind_drop"),
    path("draft/add/<str:element>/", views.KindAdd.as_view(), name="scheme_kind_add"),
    path("draft/effect/", views.effect, name="scheme_effect"),
    path("draft/effect.<str:kind>", views.effect_export, name="scheme_effect_export"),
    path("draft/publish/", views.publish, name="scheme_publish"),
    path("draft/delete/", views.drop, name="scheme_drop"),
]
