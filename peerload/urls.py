"""Every address of the site; each package has its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("peerload.home.urls")),
    path("", include("caseload.urls")),
    path("", include("workload.urls")),
    path("", include("wellbeing.urls")),
    path("", include("peerload.guides.urls")),
    path("", include("peerload.guides.checklists.urls")),
    path("", include("peerload.staff.urls")),
    path("settings/messages/", include("peerload.notices.urls")),
    path("settings/import/", include("peerload.interchange.urls")),
    path("", include("peerload.interchange.exports.urls")),
    path("account/", include("peerload.staff.account_urls")),
]

handler400 = "peerload.home.errors.not_understood"
handler403 = "peerload.home.errors.not_allowed"
handler404 = "peerload.home.errors.not_found"
handler500 = "peerload.home.errors.not_working"
