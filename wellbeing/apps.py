from django.apps import AppConfig


class WellbeingConfig(AppConfig):
    name = "wellbeing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from caseload.actions import also_sweep
        from workload.months.queries import supervision_sessions

        from .plans import notices as plans
        from .sessions import actions, notices, queries

        plans.register()
        notices.register()
        supervision_sessions(queries.supervisions)
        also_sweep(actions.sweep)
