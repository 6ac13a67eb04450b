"""A pytest plugin: a test that is skipped fails the run, so that nothing is left out in silence."""

import pytest


def skipped(session: pytest.Session) -> list:
    """Return the reports of tests and modules that were skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    return reporter.stats.get("skipped", []) if reporter else []


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session, exitstatus):
    """Turn a run that passed with skipped tests into one that failed."""
    if skipped(session) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    """Name what was skipped."""
    reports = terminalreporter.stats.get("skipped", [])
    if reports:
        terminalreporter.section("skipped, and nothing may be", red=True)
    for report in reports:
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.line(f"{report.nodeid}: {reason}")
