"""
A pytest plugin: of a test that passes, a process of the run tells the one that leads it once, not five times.

What goes between them is a hundredth of the time: that a test begins and ends, and that what it needs was made and taken down.
"""

from xdist.remote import WorkerInteractor

tell = WorkerInteractor.pytest_runtest_logreport


def tell_what_counts(self: WorkerInteractor, report) -> None:
    """Tell how a test went, and what went wrong before or after it."""
    if report.when == "call" or not report.passed:
        tell(self, report)


def say_nothing(self: WorkerInteractor, nodeid: str, location: tuple) -> None:
    """Say nothing of a beginning or an end; nobody shows it."""


def pytest_configure(config) -> None:
    """Have it so in a process of the run, which speaks by this class once it is configured; not if asked what takes long."""
    if config.getoption("durations"):
        return
    WorkerInteractor.pytest_runtest_logreport = tell_what_counts
    WorkerInteractor.pytest_runtest_logstart = say_nothing
    WorkerInteractor.pytest_runtest_logfinish = say_nothing
