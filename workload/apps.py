from django.apps import AppConfig


class WorkloadConfig(AppConfig):
    name = "workload"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from peerload.guides.checklists import pages
        from peerload.guides.enums import StepPage
        from peerload.notices import kinds
        from peerload.staff.roles import Capability

        from . import notices, receivers  # noqa: F401  (the receivers connect themselves)

        kinds.register(*notices.KINDS)
        pages.register(pages.RegisteredPage(StepPage.SCHEME, pages.at("scheme"), Capability.LOOK_AFTER_SERVICE))
