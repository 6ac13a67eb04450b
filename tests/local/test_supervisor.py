import subprocess

import pytest

from peerload.local import Refusal, supervisor
from peerload.local.supervisor import Child


def ends_at_once() -> subprocess.Popen:
    process = subprocess.Popen(["true"])
    process.wait()
    return process


def test_a_child_that_keeps_dying_is_started_again_after_growing_pauses():
    starts = []
    child = Child("web", lambda: starts.append(now) or ends_at_once())
    now = 0.0
    child.begin(now)
    while now < 40:
        now += 0.5
        child.tend(now)

    # Each time half a second until it is noticed, then the pause: 1, 2, 4, 8, 16 seconds.
    assert starts == [0.0, 1.5, 4.0, 8.5, 17.0, 33.5]


def test_a_child_that_lived_long_is_started_again_soon():
    child = Child("web", ends_at_once, ends_at_once(), started_at=0.0, pause=16.0)
    child.tend(supervisor.STEADY + 1)

    assert child.again_at == supervisor.STEADY + 1 + supervisor.FIRST_PAUSE


def test_a_child_that_refuses_to_start_is_tried_again(capsys):
    def refuse():
        raise Refusal("Not now.")

    child = Child("PostgreSQL", refuse)
    child.begin(0.0)

    assert child.process is None
    assert child.again_at == supervisor.FIRST_PAUSE
    assert "Not now." in capsys.readouterr().err


def test_a_running_child_is_left_alone():
    process = subprocess.Popen(["sleep", "60"])
    child = Child("web", pytest.fail, process)
    child.tend(0.0)
    supervisor.stop([child])

    assert process.returncode == -15
