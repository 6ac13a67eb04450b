from django.apps import AppConfig


class CaseloadConfig(AppConfig):
    name = "caseload"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import notices
        from .actions import leavers, returns
        from .leaving.actions import close_those_gone
        from .moves.actions import propose_returns

        notices.register()
        leavers(close_those_gone)
        returns(propose_returns)
