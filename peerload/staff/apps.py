from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "peerload.staff"
    label = "staff"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import sign_in  # noqa: F401  (its receivers)
