from django.apps import AppConfig


class InterchangeConfig(AppConfig):
    name = "peerload.interchange"
    label = "interchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .exports import notices

        notices.register()
