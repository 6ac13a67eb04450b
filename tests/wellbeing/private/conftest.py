import pytest

from wellbeing.private import actions, rules


@pytest.fixture
def begin(today):
    """Begin a Wellness Action Plan: ``begin(worker)``."""

    def write(author, text="A walk at noon.", **more):
        words = dict.fromkeys(rules.HEADINGS["wellness_plan"], text)
        about = {"on": today, "today": today, "version": 0} | more
        return actions.write(author=author, kind="wellness_plan", words=words, **about)

    return write


@pytest.fixture
def propose(today):
    """Write something down to be agreed: ``propose(worker, by=manager)``."""

    def write(worker, by, text="Starts at ten on Mondays.", **more):
        about = {"starts_on": today, "review_on": None, "today": today, "version": 0} | more
        return actions.write_adjustment(worker=worker, by=by, text=text, **about)

    return write
