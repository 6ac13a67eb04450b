"""Two who write at once, one statement at a time, in an order of our choosing."""

import queue
import random
import threading
from collections.abc import Callable

from django.db import connection, connections

PATIENCE = 10  # seconds until a test gives up


class Walker(threading.Thread):
    """Somebody with a connection of their own who stops before every statement until told to go on."""

    def __init__(self):
        super().__init__(daemon=True)
        self.work: queue.Queue[Callable | None] = queue.Queue()
        self.may_go, self.stopped = threading.Semaphore(0), threading.Semaphore(0)
        self.done, self.error, self.pid = True, None, None
        self.start()

    def run(self):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.pid = cursor.fetchone()[0]
            while does := self.work.get():
                try:
                    with connection.execute_wrapper(self.gate):
                        does()
                except Exception as error:
                    self.error = error
                self.done = True
                self.stopped.release()
        finally:
            connections.close_all()

    def begin(self, does: Callable) -> None:
        """Come to the first statement."""
        self.done, self.error = False, None
        self.work.put(does)
        assert self.stopped.acquire(timeout=PATIENCE)

    def gate(self, execute, sql, params, many, context):
        self.stopped.release()
        assert self.may_go.acquire(timeout=PATIENCE), "nobody lets this one go on"
        return execute(sql, params, many, context)

    def goes_on(self) -> bool:
        """Do one statement; return False when that waits for a lock of the other's."""
        self.may_go.release()
        for _ in range(PATIENCE * 200):
            if self.stopped.acquire(timeout=0.005):
                return True
            with connection.cursor() as cursor:
                cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [self.pid])
                if cursor.fetchone()[0]:
                    return self.stopped.acquire(blocking=False)
        raise AssertionError("somebody stands still without waiting for anybody")


class Pair:
    """Two walkers, for as many walks as one likes."""

    def __enter__(self):
        self.walkers = [Walker(), Walker()]
        return self

    def __exit__(self, *exc):
        for walker in self.walkers:
            walker.work.put(None)
            walker.join(PATIENCE)

    def side_by_side(self, first: Callable, second: Callable, seed: int) -> None:
        """
        Let two do their work with their statements interleaved as the seed says; raise what either raised.

        One who waits for the other's lock is passed over until that one has let go.
        """
        dice = random.Random(seed)
        eager = dice.random()  # from one after the other to turn and turn about, and everything between
        for walker, does in zip(self.walkers, (first, second), strict=True):
            walker.begin(does)
        waiting = None
        while free := [walker for walker in self.walkers if not walker.done and walker is not waiting]:
            walker = free[0] if len(free) == 1 or dice.random() < eager else free[1]
            if not walker.goes_on():
                waiting = walker
            elif waiting and waiting.stopped.acquire(timeout=PATIENCE if walker.done else 0.001):
                waiting = None
        for walker in self.walkers:
            if walker.error:
                raise walker.error
