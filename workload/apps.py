from django.apps import AppConfig


class WorkloadConfig(AppConfig):
    name = "workload"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from caseload.actions import closing_window
        from peerload import facts
        from peerload.staff.actions import when_begun

        from . import actions, notices, queries

        notices.register()
        facts.listen(actions.project, everything=actions.recount_everything)
        closing_window(queries.close_window_days)
        when_begun(actions.create_scheme)
