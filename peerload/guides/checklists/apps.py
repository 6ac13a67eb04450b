from django.apps import AppConfig


class ChecklistsConfig(AppConfig):
    name = "peerload.guides.checklists"
    label = "checklists"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from peerload.notices import kinds

        from . import notices, pages, receivers  # noqa: F401  # receivers connect themselves

        kinds.register(*notices.KINDS)
        pages.register(*pages.OF_GUIDES)
