from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "peerload.ui"
    label = "ui"
