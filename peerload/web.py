"""
How a web process answers: one thread reads whole requests, then others answer them.

gunicorn starts, watches and stops the processes; waitress reads and writes in each of them. A sender on a poor signal, or one who
never finishes a request, takes a place in a list and no thread (`docs/decisions/0034-the-web-server.md`).
"""

import os
import time
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server
from waitress.task import ErrorTask

MOST_BYTES = 32_000_000  # of a request; an upload that is a little too large is answered by its page
MOST_CONNECTIONS = 500  # of a process; beyond that the unused are closed, then the slowest
SLOWEST_REQUEST = 600  # seconds from its first byte to its last
IDLE = 60  # seconds without a byte
NEW = 2  # seconds a browser may take from connecting to its request while there are too many
GLANCE = 0.5  # seconds until a request to stop is noticed


class IncomingRequest(HTTPRequestParser):
    """A request on its way in, which knows since when."""

    def __init__(self, adj: Adjustments) -> None:
        super().__init__(adj)
        self.began = time.time()  # the clock of waitress


class RefusalTask(ErrorTask):
    """The answer to data that is no request of a browser, or too large for any page of ours."""

    def execute(self) -> None:
        if self.request.error.code == 413:
            self.request.error.body = _("This is more than %(most_bytes)s MB. Go back and send less at a time.") % {
                "most_bytes": MOST_BYTES // 1_000_000
            }
        super().execute()


class Connection(HTTPChannel):
    parser_class = IncomingRequest
    error_task_class = RefusalTask

    @property
    def waiting_since(self) -> float | None:
        """Return since when a request has been arriving, or the last byte came or went; ``None`` while one is answered."""
        if self.requests:
            return None
        return self.request.began if self.request else self.last_activity

    @property
    def is_unused(self) -> bool:
        """Return whether nothing has been asked for that is not answered and sent."""
        return not (self.request or self.is_busy)

    @property
    def is_busy(self) -> bool:
        """Return whether something is being answered or sent."""
        return bool(self.requests or self.total_outbufs_len)


class WholeRequests(Worker):
    """A gunicorn worker that slow senders cannot block."""

    def run(self) -> None:
        self.map: dict[int, Any] = {}
        self.server = create_server(
            self.wsgi,
            map=self.map,
            sockets=[each.sock for each in self.sockets],
            threads=self.cfg.threads,
            connection_limit=MOST_CONNECTIONS + 50,  # connections are closed before it stops accepting
            channel_timeout=IDLE,
            cleanup_interval=10,
            max_request_body_size=MOST_BYTES,
            clear_untrusted_proxy_headers=False,  # PEERLOAD_PROXY decides which proxy is trusted (peerload.audit.actions.address)
            asyncore_use_poll=True,
            ident=None,
        )
        for listener in self.listeners():
            listener.channel_class = Connection
        while self.alive and os.getppid() == self.ppid:
            self.notify()
            self.step(GLANCE)
            let_go(self.connections(), time.time())
        self.finish()

    def step(self, seconds: float) -> None:
        """Read and write what can be read and written, waiting for it no longer than this."""
        wasyncore.loop(timeout=seconds, use_poll=True, map=self.map, count=1)

    def finish(self) -> None:
        """Accept no more connections, and answer the present ones, for as long as gunicorn allows."""
        for listener in self.listeners():
            wasyncore.dispatcher.close(listener)  # its own would close what wakes us too
        deadline = time.monotonic() + self.cfg.graceful_timeout
        while any(each.is_busy for each in self.connections()) and time.monotonic() < deadline:
            self.notify()
            self.step(0.05)
        self.server.task_dispatcher.shutdown(timeout=0)

    def listeners(self) -> list:
        return [each for each in self.map.values() if hasattr(each, "channel_class")]

    def connections(self) -> list[Connection]:
        return [each for each in self.map.values() if isinstance(each, Connection)]


def let_go(connections: Iterable[Connection], now: float) -> None:
    """
    Close connections whose request does not end, and more while there are too many.

    Unused ones are closed first, because a browser simply opens another; then those that have been sending longest, or reading
    nothing of their answer. A request that is being answered keeps its connection.
    """

    def order(each: Connection) -> tuple[bool, float]:
        since = each.waiting_since or 0.0  # only those that wait are put in order
        return not (each.is_unused and now - since > NEW), since

    too_many = len(connections) - MOST_CONNECTIONS
    for n, each in enumerate(sorted((each for each in connections if each.waiting_since is not None), key=order)):
        if n < too_many or now - each.waiting_since > SLOWEST_REQUEST:
            each.will_close = True
