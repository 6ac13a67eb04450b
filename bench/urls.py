"""The product's addresses, and `bare/` beside them."""

from django.urls import include, path

from .bare import bare

urlpatterns = [path("bare/", bare), path("", include("peerload.urls"))]
handler404 = "peerload.home.errors.not_found"
