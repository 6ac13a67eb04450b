from django.apps import AppConfig


class CaseloadConfig(AppConfig):
    name = "caseload"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from peerload.staff.actions import when_absence_is_written

        from . import notices
        from .actions import absence_duties, leavers, returns
        from .cover.actions import move_along, owe_duties
        from .leaving.actions import close_those_gone
        from .moves.actions import propose_returns

        notices.register()
        leavers(close_those_gone)
        returns(propose_returns)
        absence_duties(owe_duties)
        when_absence_is_written(move_along)
