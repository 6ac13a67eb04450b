"""Start the web server, ``python -m peerload.serve``: gunicorn, after a check of its numbers."""

import os
import sys

MOST_PORT, MOST_PROCESSES = 65535, 64
PORT = "Set it to a free port, for example 8000."
DEBUG = "PEERLOAD_DEBUG is for make dev, and this web server is for people: error pages would show code and settings. Unset it."
WEB_CONCURRENCY = "Set it to how many web processes there are to be: one per core."


def wrong_number(name: str, said: str, most: int) -> str:
    """Return a sentence about a variable that is no number from 1 on; "" where it is one, or not set."""
    if not said or (said.isascii() and said.isdigit() and 0 < int(said) <= most):
        return ""
    return f"{name} is {said!r}, which is not a number from 1 to {most}."


def main() -> None:
    """Become gunicorn; with a variable that cannot work here, end with one line, where gunicorn ends with a traceback."""
    for wrong, todo in (
        (wrong_number("PORT", os.environ.get("PORT", ""), MOST_PORT), PORT),
        (
            wrong_number("WEB_CONCURRENCY", os.environ.get("WEB_CONCURRENCY", ""), MOST_PROCESSES),
            WEB_CONCURRENCY,
        ),
    ):
        if wrong:
            sys.exit(f"{wrong} {todo}")
    if os.environ.get("PEERLOAD_DEBUG", "0") != "0":
        sys.exit(DEBUG)
    if not os.environ.get("WEB_CONCURRENCY"):
        os.environ.pop(
            "WEB_CONCURRENCY", None
        )  # gunicorn reads an empty one as a number before it reads gunicorn.conf.py
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "peerload.wsgi", *sys.argv[1:]])


if __name__ == "__main__":
    main()
