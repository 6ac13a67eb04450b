from django.apps import AppConfig


class WellbeingConfig(AppConfig):
    name = "wellbeing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from caseload.actions import also_sweep

        from .private import actions, notices

        notices.register()
        also_sweep(actions.sweep)
