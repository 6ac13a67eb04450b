from django.apps import AppConfig


class WellbeingConfig(AppConfig):
    name = "wellbeing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from peerload.guides.checklists import pages
        from peerload.guides.enums import StepPage
        from peerload.notices import kinds
        from peerload.staff.roles import Capability

        from . import receivers  # noqa: F401  (the receivers connect themselves)
        from .leave import notices as of_leave
        from .plans import notices as of_plans
        from .private import notices as of_documents
        from .sessions import notices as of_sessions

        pages.register(
            pages.RegisteredPage(StepPage.TIME_PLAN, pages.at("my_weeks"), Capability.SEE_OWN_POINTS),
            pages.RegisteredPage(StepPage.SESSIONS, pages.at("my_sessions"), Capability.SEE_OWN_POINTS),
            pages.RegisteredPage(StepPage.WELLNESS, pages.at("mine"), Capability.SEE_OWN_POINTS),
        )
        for notices in (of_plans, of_sessions, of_leave, of_documents):
            kinds.register(*notices.KINDS)
