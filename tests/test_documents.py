"""Everything the documents tell a reader to type is tried: commands by their own parsers, addresses by their readers."""

import itertools
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands, load_command_class
from django.template import engines

from peerload import checks
from peerload import settings as product
from peerload.notices.mail import connection_settings

PROJECT = Path(__file__).resolve().parents[1]
DOCUMENTS = [PROJECT / "README.md", PROJECT / "CHANGELOG.md", *sorted((PROJECT / "docs").rglob("*.md"))]
COMPOSE = PROJECT / "docker-compose.yml"
TEXTS = {
    path.relative_to(PROJECT).as_posix(): path.read_text() for path in (*DOCUMENTS, COMPOSE, PROJECT / "Dockerfile")
}
LOOK = TEXTS["docs/look.md"]

# What stands for something, and something it may stand for.
STANDS_FOR = {
    "PATH": "out", "FOLDER": "sheets", "EMAIL": "you@example.org", "ADDRESS": "you@example.org", "OLD": "old@example.org",
    "NEW": "new@example.org", "CODE": "harbourside", "DATE": "2026-11-12", "YYYY-MM": "2026-10", "NAME": "Ana",
}  # fmt: skip


def told(pattern: str) -> list:
    """Return every place where the documents hold something, once a text."""
    found = {(name, said.strip()) for name, text in TEXTS.items() for said in re.findall(pattern, text)}
    return [pytest.param(said, id=f"{name}: {said}"[:90]) for name, said in sorted(found)]


# Commands --------------------------------------------------------------------------------------------------------------

# In a line of its own a command ends before the explanation, which two spaces set apart; within a sentence, with its quotation.
COMMAND = r"manage\.py ((?:[a-z_]+)(?: (?! )[^`\n,;:]+?)?)(?=`|  |\n|, |; |\. |\.$|: )"


def ways(usage: str) -> list[list[str]]:
    """Return every way of typing a usage: with and without what is in brackets, and each of what bars divide."""
    parts = re.split(r"(\[[^\]]*\])", usage)
    choices = []
    for part in parts:
        if part.startswith("["):
            choices.append(["", *(each.strip() for each in re.split(r" \| ", part[1:-1]))])
        else:
            choices.append([part])
    found = []
    for chosen in itertools.product(*choices):
        words = [word.split("|") for word in shlex.split(" ".join(chosen))]
        found += [[STANDS_FOR.get(word, word) for word in each] for each in itertools.product(*words)]
    return found


# The same after `make manage`, within the quotation marks that the shell takes away.
MADE = r"make manage ARGS=(\"[^\"]*\"|'[^']*')"


@pytest.mark.parametrize("usage", told(COMMAND) + [each for each in told(MADE) if "..." not in each.values[0]])
def test_a_command_is_typed_as_it_is_documented(usage):
    usage = usage[1:-1] if usage[0] in "'\"" else usage
    for name, *words in ways(usage):
        if name == "help":
            continue  # Django's own, before any command
        command = load_command_class(get_commands()[name], name)
        parser = command.create_parser("manage.py", name)
        parser.error = lambda message, words=words: pytest.fail(f"{' '.join(words)}: {message}")
        if words or not is_named_only(usage):
            parser.parse_args(words)


OURS = [
    name
    for name, app in sorted(get_commands().items())
    if str(app).split(".")[0] in ("peerload", "caseload", "workload", "wellbeing")
]


@pytest.mark.parametrize("name", OURS)
def test_a_command_explains_itself(name):
    command = load_command_class(get_commands()[name], name)
    told = command.create_parser("manage.py", name).format_help()
    assert " ".join(command.help.split()[:3]) in told


def is_named_only(usage: str) -> bool:
    """Return whether a decision speaks of a command by its name, without what it needs."""
    return not any(f"manage.py {usage}`" in text for name, text in TEXTS.items() if "/decisions/" not in name)


def test_commands_are_found():
    found = {each.values[0].split()[0] for each in told(COMMAND)}
    assert {"import_service", "invite", "report", "sweep", "check", "migrate", "send_test_mail", "reseal"} <= found


def test_a_usage_is_typed_in_each_of_its_ways():
    assert ways("report points|plan [--on DATE | --month YYYY-MM]") == [
        *([["report", what] for what in ("points", "plan")]),
        *([["report", what, "--on", "2026-11-12"] for what in ("points", "plan")]),
        *([["report", what, "--month", "2026-10"] for what in ("points", "plan")]),
    ]


@pytest.mark.parametrize("target", told(r"(?:^    |`)(?:[A-Z]+=\S+ )?make ([a-z]+)(?=[ `\n])"))
def test_a_make_target_is_there(target):
    assert re.search(rf"^([a-z ]+ )?{target}( [a-z ]+)?:", (PROJECT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("words", told(r"docker compose (run --rm \w+ \w+|up)"))
def test_compose_runs_services_that_are_there(words):
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    assert words == "up" or words.split()[2] in services


PROGRAMS = {
    tuple(each["command"][:1]) for each in yaml.safe_load(COMPOSE.read_text())["services"].values() if "command" in each
}


@pytest.mark.parametrize("words", told(r"\(`((?:gunicorn|celery) [^`]*)`\)"))
def test_processes_are_started_as_compose_starts_them(words):
    program, *rest = words.split()
    assert (program,) in PROGRAMS
    said = " ".join(
        " ".join(each.get("command", [])) for each in yaml.safe_load(COMPOSE.read_text())["services"].values()
    )
    assert all(word in said for word in rest if not word.startswith("-")), words


# Addresses -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", told(r"\b(smtp(?:s|\+tls)?://[^\s`;,|]+)"))
def test_an_address_of_a_mail_server_is_read(url):
    found = connection_settings(url)
    assert found["use_tls"] == ("tls=1" in url or "+tls" in url) and found["use_ssl"] == url.startswith("smtps")


@pytest.mark.parametrize("url", told(r"`(postgres://[^`]+)`"))
def test_an_address_of_a_database_is_read(url):
    assert product.database(url.replace(":port", ":5432"))["NAME"]


@pytest.mark.parametrize("url", told(r"`(redis(?:\+socket)?://[^`]+)`"))
def test_an_address_of_a_broker_is_read(url, settings):
    settings.CELERY_BROKER_URL = url.replace(":port", ":6379")
    checks.redis_url()


def test_the_variables_that_compose_asks_for_make_a_service_about_which_nothing_is_said():
    """What stands at the top of docker-compose.yml, filled in as it says, is what a service is started with."""
    header = COMPOSE.read_text().partition("x-logging")[0]
    said = dict(re.findall(r"^#   ([A-Z_]+)= +([^;\n]*)", header, re.MULTILINE))
    drawn = {
        name: f"{name.lower()} drawn at random 0123456789 and at some length" for name in ("SECRET_KEY", "PRIVATE_KEYS")
    }
    env = {
        **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}},
        **{name: value.strip() for name, value in said.items()},
        **drawn,
        "PEERLOAD_PROXY": "1",
        "DATABASE_URL": "postgres://peerload:letters@db:5432/peerload",
        "REDIS_URL": "redis://broker:6379/0",
    }
    words = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(words, cwd=PROJECT, env=env, capture_output=True, text=True)

    assert {"SECRET_KEY", "EMAIL_URL", "ALLOWED_HOSTS", "DEFAULT_FROM_EMAIL"} <= set(said)
    assert done.returncode == 0, done.stderr


# Code ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", told(r"(?s)```django\n(.*?)```"))
def test_a_template_of_the_look_is_a_template(code):
    engines["django"].from_string(code)


@pytest.mark.parametrize(
    "part",
    sorted(
        {
            part
            for path in (PROJECT / "templates").rglob("*.html")
            if path.name != "base.html" and path.parent.name != "includes"
            for part in re.findall(r'"(includes/[a-z_]+\.html)"', path.read_text())
        }
    ),
)
def test_every_part_that_pages_include_is_in_the_look(part):
    assert part in LOOK


@pytest.mark.parametrize("tag", ["form_state", "safely"])
def test_what_no_page_may_leave_out_is_in_the_look(tag):
    assert f"{{% {tag}" in LOOK or f"{{% load contacts %}}{{% {tag}" in LOOK


def test_every_block_of_code_is_of_a_kind_that_is_tried():
    kinds = {kind for text in TEXTS.values() for kind in re.findall(r"^\s*```(\w+)", text, re.MULTILINE)}
    assert kinds <= {"django", "ini"}, "ini: tests/faults/test_pgbouncer.py"
