from django.apps import AppConfig


class WellbeingConfig(AppConfig):
    name = "wellbeing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from peerload.notices import kinds

        from . import receivers  # noqa: F401  (the receivers connect themselves)
        from .leave import notices as of_leave
        from .plans import notices as of_plans
        from .private import notices as of_documents
        from .sessions import notices as of_sessions

        for notices in (of_plans, of_sessions, of_leave, of_documents):
            kinds.register(*notices.KINDS)
