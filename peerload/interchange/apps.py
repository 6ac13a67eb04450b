from django.apps import AppConfig


class InterchangeConfig(AppConfig):
    name = "peerload.interchange"
    label = "interchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from peerload.notices import kinds

        from .exports import notices

        kinds.register(*notices.KINDS)
