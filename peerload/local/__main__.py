"""``python -m peerload.local COMMAND``, as `arguments` lists them; the Makefile makes the environment first."""

import argparse
import os
import sys

from peerload.local import Refusal, checks, command, messages, processes, run


def main() -> int:
    """Do what is asked for; a refusal is one sentence on stderr and exit code 1."""
    asked, words = arguments().parse_known_args()
    run.stop_on_signals()
    if "MAKELEVEL" in os.environ:
        processes.end_with_our_parent()  # a killed make leaves nothing behind
    try:
        return asked.what(words) or 0
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def arguments() -> argparse.ArgumentParser:
    """Return the commands and what they do."""
    parser = argparse.ArgumentParser(prog="python -m peerload.local", description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(required=True)
    for name, what, help_ in (
        ("run", lambda words: run.run(), "start everything and keep it running"),
        ("dev", lambda words: run.dev(), "the same for developers: the web server reloads and explains its errors"),
        (
            "manage",
            command.manage,
            "run a command of manage.py against the service that is running; what follows is for it",
        ),
        ("demo", lambda words: run.demo(), "load the demo anew, as of today"),
        ("servers", lambda words: run.show_servers(), "start only the database and the broker"),
        ("test", checks.test, "run the tests; what follows is for pytest"),
        ("test-long", lambda words: checks.test(words, long=True), "run the tests with many more random examples"),
        (
            "messages",
            messages.messages,
            "collect the texts marked for translation; --check says whether that is needed",
        ),
        ("ci", lambda words: checks.check(), "check style, templates, migrations and production settings"),
    ):
        commands.add_parser(name, help=help_, add_help=False).set_defaults(what=what)
    return parser


if __name__ == "__main__":
    sys.exit(main())
