"""A sweep in a process of its own, that is killed at a point named on the command line."""

import os
import signal
import sys
from datetime import date

import django

POINTS = ["before", "first batch", "between batches", "before commit", "while prompting", "after commit"]


def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)


def then_die(does):
    """Do it, then die."""

    def run(*args, **kwargs):
        does(*args, **kwargs)
        die()

    return run


def main(point: str, code: str, day: str) -> None:
    django.setup()
    from caseload.actions import sweeping
    from peerload.staff.models import Organisation
    from workload.months.actions import prompts

    sweeping.RANGE = 4
    match point:
        case "before":
            sweeping.inactivate = die
        case "first batch":
            sweeping.cancel_reminders = die  # the people of a batch are written, the rest of it not
        case "between batches":
            sweeping._end = then_die(sweeping._end)
        case "before commit":
            sweeping.events.send_facts_changed = then_die(sweeping.events.send_facts_changed)
        case "while prompting":
            prompts.prompt = then_die(prompts.prompt)
    from peerload.home import sweep  # its steps are those that stand there now

    if point == "after commit":
        sweep._mark = die  # everything is written but that it was
    sweep.sweep(Organisation.objects.get(code=code), date.fromisoformat(day))


if __name__ == "__main__":
    main(*sys.argv[1:])
