"""Clients on a poor signal, or with bad intent: requests of which the rest never comes, and answers nobody reads."""

import http.client
import socket
import time
from contextlib import ExitStack, contextmanager

HEAD = b"GET /account/login/ HTTP/1.1\r\nHost: localhost\r\nAccept-Language: en"
BODY = (
    b"POST /account/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 5000\r\n\r\nlogin=a"
)
UNREAD = b"GET /static/peerload/bootstrap.css HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3
KINDS = {"half-sent headers": HEAD, "half-sent bodies": BODY, "answers that nobody reads": UNREAD}


@contextmanager
def kept_alive(*, times: int, port: int):
    """Have a request answered on each of so many connections, and keep them open."""
    with ExitStack() as stack:
        for _ in range(times):
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            stack.callback(line.close)
            line.request("GET", "/healthz/live")
            answer = line.getresponse()
            assert answer.status == 200 and answer.read()
        yield


@contextmanager
def sent(what: bytes, *, times: int, port: int):
    """Send the same beginning on so many connections, and keep them open."""
    with ExitStack() as stack:
        for _ in range(times):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            line.sendall(what)
        yield


def ask(port: int, path: str = "/account/login/", headers: dict | None = None) -> tuple[int, float]:
    """Return the answer to another user's request, and after how many seconds it came."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    began = time.monotonic()
    try:
        line.request("GET", path, headers=headers or {})
        answer = line.getresponse()
        answer.read()
        return answer.status, time.monotonic() - began
    finally:
        line.close()


def assert_others_are_answered(port: int, *pages: tuple[str, dict]) -> None:
    """
    Ask for pages while slow clients hold their connections: each comes within a second.

    A page that slow clients hold up waits for as long as these stay. One that is late only because this machine has much else
    to do is asked for again, twice at most.
    """
    for path, headers in [*[("/account/login/", {})] * 5, *pages]:
        took: list[float] = []
        while not took or (took[-1] >= 1 and len(took) < 3):
            status, seconds = ask(port, path, headers)
            assert status == 200, (path, status, seconds)
            took.append(seconds)
        assert took[-1] < 1, (path, took)
