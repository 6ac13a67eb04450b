from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "peerload.guides.surveys"
    label = "surveys"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from peerload.notices import kinds

        from . import notices

        kinds.register(*notices.KINDS)
