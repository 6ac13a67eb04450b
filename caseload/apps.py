from django.apps import AppConfig


class CaseloadConfig(AppConfig):
    name = "caseload"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from peerload.staff.actions import when_absence_is_written

        from . import notices
        from .actions import leavers, returns
        from .cover.actions import move_along
        from .leaving.actions import close_those_gone
        from .moves.actions import propose_returns

        notices.register()
        leavers(close_those_gone)
        returns(propose_returns)
        when_absence_is_written(move_along)
