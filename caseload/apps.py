from django.apps import AppConfig


class CaseloadConfig(AppConfig):
    name = "caseload"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from peerload.staff.actions import when_absence_is_written

        from . import notices
        from .actions import absence_duties, also_sweep, entered_twice, leavers, returns, when_entered
        from .cover.actions import move_along, owe_duties
        from .duplicates.actions import look_for, look_for_all
        from .leaving.actions import close_those_gone, owe_lines
        from .temporary_moves.actions import propose_returns

        notices.register()
        leavers(close_those_gone)
        when_entered(look_for)
        entered_twice(look_for_all)
        returns(propose_returns)
        absence_duties(owe_duties)
        also_sweep(owe_lines)
        when_absence_is_written(move_along)
