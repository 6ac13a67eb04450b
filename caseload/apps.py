from django.apps import AppConfig


class CaseloadConfig(AppConfig):
    name = "caseload"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from peerload.notices import kinds

        from . import notices, receivers  # noqa: F401  (the receivers connect themselves)

        kinds.register(*notices.KINDS)
