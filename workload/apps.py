from django.apps import AppConfig


class WorkloadConfig(AppConfig):
    name = "workload"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from caseload.actions import closing_window, month_prompts, reported_months
        from caseload.duplicates.actions import when_merged
        from peerload.core import events
        from peerload.staff.actions import when_begun, when_settings_change

        from . import actions, notices, queries
        from .months.actions import follow
        from .months.actions.prompts import prompt

        notices.register()
        events.listen(actions.project, everything=actions.recount_everything)
        closing_window(queries.close_window_days)
        month_prompts(prompt)
        reported_months(queries.unreported_from)
        when_merged(actions.move_work)
        when_begun(actions.create_scheme)
        actions.when_projected(follow)
        when_settings_change(lambda organisation: follow(organisation.pk, None))
