"""A small supervisor: starts children, starts one again that has died, stops them all."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from peerload.local import Refusal, processes

FIRST_PAUSE = 1.0  # seconds before a dead child is started again; doubled each time
LONGEST_PAUSE = 30.0
STEADY = 60.0  # seconds after which a restarted child counts as running well
GLANCE = 0.3  # seconds between two looks at the children


@dataclass
class Child:
    """A program that has to run all the time."""

    name: str
    start: Callable[[], subprocess.Popen]
    process: subprocess.Popen | None = None
    started_at: float = 0.0
    again_at: float = 0.0
    pause: float = FIRST_PAUSE

    def begin(self, now: float) -> None:
        """Start the program, or come back later if it cannot be started now."""
        try:
            self.process = self.start()
        except Refusal as refusal:
            print(refusal, file=sys.stderr, flush=True)
            self.rest(now)
        self.started_at = now

    def tend(self, now: float) -> None:
        """Start the program again if it has died, after a pause that grows while it keeps dying."""
        if self.process is None:
            if now >= self.again_at:
                self.begin(now)
        elif (code := self.process.poll()) is not None:
            if now - self.started_at > STEADY:
                self.pause = FIRST_PAUSE
            print(
                f"{self.name} ended (code {code}); it is started again in {self.pause:.0f} s.",
                file=sys.stderr,
                flush=True,
            )
            self.process = None
            self.rest(now)

    def rest(self, now: float) -> None:
        """Put off the next start."""
        self.again_at = now + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)


def tend(children: Iterable[Child], *, until: Callable[[], bool] = lambda: False) -> None:
    """Keep the children running until ``until()`` or an exception, such as KeyboardInterrupt."""
    while not until():
        now = time.monotonic()
        for child in children:
            child.tend(now)
        time.sleep(GLANCE)


def stop(children: Iterable[Child]) -> None:
    """Stop the children together."""
    processes.stop([child.process for child in children if child.process])
