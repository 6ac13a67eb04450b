from django.apps import AppConfig


class InterchangeConfig(AppConfig):
    name = "peerload.interchange"
    label = "interchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from peerload.guides.checklists import pages
        from peerload.guides.enums import StepPage
        from peerload.notices import kinds
        from peerload.staff.roles import Capability

        from .exports import notices

        kinds.register(*notices.KINDS)
        pages.register(pages.RegisteredPage(StepPage.IMPORT, pages.at("import"), Capability.IMPORT_SERVICE))
