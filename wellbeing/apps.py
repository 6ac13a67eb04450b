from django.apps import AppConfig


class WellbeingConfig(AppConfig):
    name = "wellbeing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from caseload.actions import also_sweep
        from workload.months.queries import supervision_sessions

        from .plans import notices as of_plans
        from .private import actions as private
        from .private import notices as of_documents
        from .sessions import actions as sessions
        from .sessions import notices as of_sessions
        from .sessions.queries import supervisions

        for notices in (of_plans, of_sessions, of_documents):
            notices.register()
        supervision_sessions(supervisions)
        also_sweep(sessions.sweep)
        also_sweep(private.sweep)
