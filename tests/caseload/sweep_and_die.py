"""
Sweeps in processes of their own, each killed at a point: a line of the input names point, service and day.

One process takes the lines, and forks for each: so Django starts once.
"""

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


def sweep_and_die(point: str, code: str, day: str) -> None:
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


def main() -> None:
    """Answer each line with how the process ended: the negative number of the signal that killed it."""
    django.setup()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            sweep_and_die(*line.rstrip("\n").split("\t"))
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
