from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "peerload.staff"
    label = "staff"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from peerload.notices import kinds

        from . import (
            notices,
            sign_in,  # noqa: F401  (its receivers)
        )

        kinds.register(*notices.KINDS)
