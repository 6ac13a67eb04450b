from django.apps import AppConfig


class CaseloadConfig(AppConfig):
    name = "caseload"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import notices
        from .actions import leavers
        from .leaving.actions import close_those_gone

        notices.register()
        leavers(close_those_gone)
