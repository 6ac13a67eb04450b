from django.apps import AppConfig


class GuidesConfig(AppConfig):
    name = "peerload.guides"
    label = "guides"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from peerload.notices import kinds

        from . import notices

        kinds.register(*notices.KINDS)
