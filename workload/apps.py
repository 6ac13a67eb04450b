from django.apps import AppConfig


class WorkloadConfig(AppConfig):
    name = "workload"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from peerload import facts

        from . import actions

        facts.listen(actions.project, everything=actions.recount_everything)
