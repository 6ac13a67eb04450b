"""Addresses of guides, and of their templates in the settings."""

from django.urls import include, path

from .views import growth, sharing, steps, survey_templates, templates

urlpatterns = [
    path("", include("peerload.guides.surveys.urls")),
    path("growth/", growth.growth, name="growth"),
    path("growth/begin/<slug:code>/", growth.Begin.as_view(), name="guide_begin"),
    path("growth/<uuid:uid>/", growth.guide, name="guide"),
    path("growth/<uuid:uid>/share/", sharing.ShareGuide.as_view(), name="guide_share"),
    path("growth/<uuid:uid>/take-back/", sharing.take_back, name="guide_take_back"),
    path("growth/<uuid:uid>/sign/", sharing.sign, name="guide_sign"),
    path("growth/<uuid:uid>/remove/", sharing.RemoveGuide.as_view(), name="guide_remove"),
    path("growth/<uuid:uid>/pdf/", sharing.guide_pdf, name="guide_pdf"),
    path("growth/<uuid:uid>/part/<slug:section>/", growth.WriteSection.as_view(), name="guide_section"),
    path("growth/<uuid:uid>/steps/add/", steps.AddStep.as_view(), name="guide_step_add"),
    path("growth/steps/<uuid:uid>/done/", steps.tick, name="guide_step_tick"),
    path("growth/steps/<uuid:uid>/remove/", steps.remove, name="guide_step_remove"),
    path("growth/<uuid:uid>/put-away/", steps.put_away, name="guide_put_away"),
    path("growth/<uuid:uid>/go-on/", steps.Extend.as_view(), name="guide_extend"),
    path("team/growth/first/<uuid:uid>/put-away/", steps.put_away_first, name="guide_first_put_away"),
    path("team/growth/", growth.team_growth, name="team_growth"),
    path("settings/guides/", templates.listed, name="guide_templates"),
    path("settings/guides/add/", templates.AddTemplate.as_view(), name="guide_template_add"),
    path("settings/guides/import/", templates.ImportTemplate.as_view(), name="guide_template_import"),
    path("settings/guides/preview/<slug:code>/", templates.preview, name="guide_template_preview"),
    path("settings/guides/copy/<slug:code>/", templates.copy, name="guide_template_copy"),
    path("settings/guides/offer/<slug:code>/", templates.offer, name="guide_template_offer"),
    path("settings/guides/export/<slug:code>/", templates.export, name="guide_template_export"),
    path("settings/guides/<uuid:uid>/", templates.template, name="guide_template"),
    path("settings/guides/<uuid:uid>/edit/", survey_templates.edit, name="guide_template_edit"),
    path(
        "settings/guides/<uuid:uid>/part/<slug:section>/",
        templates.EditSection.as_view(),
        name="guide_template_section",
    ),
    path("settings/guides/<uuid:uid>/publish/", templates.publish, name="guide_template_publish"),
]
