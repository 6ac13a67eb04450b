from django.apps import AppConfig


class CaseloadConfig(AppConfig):
    name = "caseload"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.urls import reverse

        from peerload.guides.checklists import pages
        from peerload.guides.enums import ChecklistSubject
        from peerload.notices import kinds

        from . import notices, receivers  # noqa: F401  (the receivers connect themselves)

        kinds.register(*notices.KINDS)
        pages.register_subject(ChecklistSubject.LEAVER, lambda run: reverse("leaving", args=[run.about.uid]))
