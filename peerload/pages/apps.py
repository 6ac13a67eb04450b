from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "peerload.pages"
    label = "pages"
