from django.apps import AppConfig


class CaseloadConfig(AppConfig):
    name = "caseload"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import notices
        from .actions import entered_twice, leavers, when_entered
        from .leaving.actions import close_those_gone
        from .merging.actions import look_for, look_for_all

        notices.register()
        leavers(close_those_gone)
        when_entered(look_for)
        entered_twice(look_for_all)
