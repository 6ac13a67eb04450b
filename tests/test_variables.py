"""Every variable that is read is documented, has a check that says what to do, and is used as it is documented."""

import ast
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
import yaml
from django.core.checks import CheckMessage, run_checks
from django.core.exceptions import ImproperlyConfigured

from peerload import checks
from peerload import settings as product
from tests import factories, sources

PROJECT = Path(__file__).resolve().parents[1]
DOCUMENTED = (PROJECT / "docs/running.md").read_text()
COMPOSE = (PROJECT / "docker-compose.yml").read_text()

# Read where no system check could speak, and why that is enough.
REFUSED_ELSEWHERE = {
    "PEERLOAD_DATA": "`make run` refuses a folder it cannot use, with a sentence (tests/local/test_servers.py)",
    "PEERLOAD_DEMO_PASSWORD": "load_demo refuses to go on without it (tests/interchange/test_commands.py)",
    "PGBOUNCER": "tests only: peerload.local.pooler refuses a name without a program (tests/local/test_pooler.py)",
    "CHROMIUM": "tests only: peerload.local.browser refuses a name without a program (tests/local/test_browser.py)",
    "MAKELEVEL": "set by make itself",
    "DJANGO_SETTINGS_MODULE": "set by us, never read from the operator",
}
ONLY_FOR_TESTS = {"CHROMIUM", "PGBOUNCER", "MAKELEVEL", "DJANGO_SETTINGS_MODULE"}
# Not for a real service, or known better by the file itself.
NOT_IN_COMPOSE = {
    "PEERLOAD_DEBUG",
    "PEERLOAD_DEMO",
    "PEERLOAD_DEMO_PASSWORD",
    "PEERLOAD_TODAY",
    "PEERLOAD_DATA",
    *ONLY_FOR_TESTS,
}
READS = {"env", "flag", "os.environ.get", "os.getenv", "os.environ.setdefault", "os.environ.pop"}


ASKS = re.compile(r"\b(env|flag|environ|getenv)\b")  # a word in each of READS: other modules need not be parsed


def variables_of(source: str) -> set[str]:
    """Return the names a module asks the environment for."""
    found = set()
    for node in ast.walk(ast.parse(source)) if ASKS.search(source) else ():
        if isinstance(node, ast.Call) and ast.unparse(node.func) in READS:
            name = node.args[0]
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            name = node.slice
        elif isinstance(node, ast.Compare) and ast.unparse(node.comparators[0]) == "os.environ":
            name = node.left
        else:
            continue
        if isinstance(name, ast.Constant):
            found.add(name.value)
    return found


FILES = [
    PROJECT / "gunicorn.conf.py",
    PROJECT / "manage.py",
    *(
        path
        for package in sources.PACKAGES
        for path in (PROJECT / package).rglob("*.py")
        if "migrations" not in path.parts
    ),
]
READ = set().union(*(variables_of(path.read_text()) for path in FILES))


def test_the_variables_are_found():
    assert {"SECRET_KEY", "EMAIL_URL", "PORT", "PEERLOAD_TODAY", "PEERLOAD_DATA", "CHROMIUM"} <= READ


@pytest.mark.parametrize("name", sorted(READ))
def test_every_variable_has_a_check_that_says_what_to_do(name):
    assert name in checks.ABOUT or name in REFUSED_ELSEWHERE


def test_no_check_is_about_what_nobody_reads():
    assert set(checks.ABOUT) <= READ


@pytest.mark.parametrize("name", sorted(READ - ONLY_FOR_TESTS))
def test_every_variable_is_documented(name):
    assert re.search(rf"^\|[^|]*`{name}`", DOCUMENTED, re.MULTILINE)


def test_no_variable_is_documented_that_nobody_reads():
    table = DOCUMENTED.partition("## Variables")[2].partition("\n## ")[0]
    told = {
        name for row in re.findall(r"^\|([^|]*)\|", table, re.MULTILINE) for name in re.findall(r"`([A-Z_]+)`", row)
    }
    assert told and told <= READ


@pytest.mark.parametrize("name", sorted(READ - NOT_IN_COMPOSE - {"PEERLOAD_STATIC_ROOT"}))
def test_compose_passes_every_variable_on(name):
    told = {name for service in yaml.safe_load(COMPOSE)["services"].values() for name in service.get("environment", {})}
    assert name in told


# What is refused -------------------------------------------------------------------------------------------------------


def ours(**asked) -> list[CheckMessage]:
    """Return what our own checks say; Django's see the settings of the tests, with an object in place of missing words."""
    return [found for found in run_checks(**asked) if found.id.startswith("peerload.")]


def told() -> dict[str, str]:
    """Return what the checks say, by variable."""
    said = defaultdict(str)
    for found in ours():
        said[found.id.removeprefix("peerload.")] += f"{found.msg} {found.hint} "
    return dict(said)


@pytest.fixture
def sound(settings, monkeypatch):
    """Settings of the kind a real service has, about which no check has anything to say."""
    settings.SECRET_KEY = "a long and random text that only this test knows"
    settings.PRIVATE_KEYS = ["another long and random text that only this test knows"]
    settings.BASE_URL, settings.HTTPS, settings.BEHIND_PROXY = "https://peerload.example.org", True, True
    settings.ALLOWED_HOSTS = ["peerload.example.org"]
    settings.EMAIL_URL = "smtp://office:hush@mail.example.org:587?tls=1"
    settings.DEFAULT_FROM_EMAIL = "peerload <peerload@example.org>"
    settings.CELERY_BROKER_URL = "redis://broker:6379/0"
    settings.DEMO = False
    for name in ("HOST", "PORT", "WEB_CONCURRENCY", "PEERLOAD_TODAY", "PEERLOAD_STATIC_ROOT"):
        monkeypatch.delenv(name, raising=False)
    return settings


def test_of_a_sound_service_nothing_is_said(sound):
    assert told() == {}
    assert ours(include_deployment_checks=True) == []


@pytest.mark.parametrize(
    ("variable", "setting", "value", "words"),
    [
        ("SECRET_KEY", "SECRET_KEY", "a", "too easy to guess"),
        ("SECRET_KEY", "SECRET_KEY", "a" * 60, "too easy to guess"),
        ("EMAIL_URL", "EMAIL_URL", "nonsense", "send_test_mail"),
        ("EMAIL_URL", "EMAIL_URL", "smtp://mail.example.org?starttls=1", "means nothing"),
        ("EMAIL_URL", "EMAIL_URL", "smtp://office:hush@mail.example.org", "in clear"),
        ("DEFAULT_FROM_EMAIL", "DEFAULT_FROM_EMAIL", "peerload", "not the address of a sender"),
        ("DEFAULT_FROM_EMAIL", "DEFAULT_FROM_EMAIL", "peerload <noreply@localhost>", "an address of your own"),
        ("REDIS_URL", "CELERY_BROKER_URL", "", "redis://host"),
        ("REDIS_URL", "CELERY_BROKER_URL", "localhost:6379", "redis://host"),
        ("REDIS_URL", "CELERY_BROKER_URL", "redis+socket://", "redis+socket:///path"),
        ("REDIS_URL", "CELERY_BROKER_URL", "redis://broker:port/0", "redis://host"),
        ("ALLOWED_HOSTS", "ALLOWED_HOSTS", [], "refuses every request"),
        ("ALLOWED_HOSTS", "ALLOWED_HOSTS", ["https://peerload.example.org"], "without https://"),
        ("ALLOWED_HOSTS", "ALLOWED_HOSTS", ["peerload.example.org:8000"], "without https://"),
        ("ALLOWED_HOSTS", "ALLOWED_HOSTS", ["other.example.org"], "Add peerload.example.org"),
        ("PEERLOAD_BASE_URL", "BASE_URL", "peerload.example.org", "without a path"),
        ("PEERLOAD_BASE_URL", "BASE_URL", "https://peerload.example.org/peers", "without a path"),
        ("PEERLOAD_BASE_URL", "BASE_URL", "https://peerload.example.org:port", "without a path"),
        ("PEERLOAD_PROXY", "BEHIND_PROXY", False, "redirected to itself"),
    ],
)
def test_a_setting_that_cannot_work_is_told_with_what_to_do(sound, variable, setting, value, words):
    setattr(sound, setting, value)
    assert words in told()[variable] and "hush" not in told()[variable]


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("PORT", "eight", "a free port"),
        ("PORT", "65536", "a free port"),
        ("WEB_CONCURRENCY", "0", "one per core"),
        ("WEB_CONCURRENCY", "many", "one per core"),
        ("HOST", "http://0.0.0.0", "127.0.0.1 for this machine"),
        ("PEERLOAD_TODAY", "2026-11-12", "Remove it"),
        ("PEERLOAD_TODAY", "tomorrow", "not a day"),
    ],
)
def test_a_variable_that_cannot_work_is_told_with_what_to_do(sound, monkeypatch, variable, value, words):
    monkeypatch.setenv(variable, value)
    assert words in told()[variable]


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("WEB_CONCURRENCY", "many", "WEB_CONCURRENCY is 'many', which is not a number from 1 to 64."),
        ("WEB_CONCURRENCY", "0", "one per core"),
        ("PORT", "eight", "a free port"),
        ("PEERLOAD_DEBUG", "1", "PEERLOAD_DEBUG is for make dev"),
    ],
)
def test_the_web_server_ends_with_one_line_that_says_what_to_set(variable, value, words):
    started = [sys.executable, "-m", "peerload.serve", "--check-config"]
    environment = os.environ | {variable: value}
    ended = subprocess.run(started, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1 and words in ended.stderr and len(ended.stderr.splitlines()) == 1


def test_a_private_key_that_is_the_secret_key_too_is_told(sound):
    sound.PRIVATE_KEYS = [sound.SECRET_KEY]
    assert "reseal" in told()["PRIVATE_KEYS"]


@pytest.mark.parametrize(
    ("variable", "change"),
    [
        ("PEERLOAD_BASE_URL", {"HTTPS": False}),
        ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": ["*"]}),
        ("PEERLOAD_DEMO", {"DEMO": True}),
        ("PEERLOAD_DEBUG", {"DEBUG": True, "DEMO": True, "BASE_URL": "http://127.0.0.1:8000", "HTTPS": False}),
    ],
)
def test_what_is_for_trying_is_told_before_it_is_deployed(sound, variable, change):
    for name, value in change.items():
        setattr(sound, name, value)
    assert f"peerload.{variable}" in {found.id for found in ours(include_deployment_checks=True)}


@pytest.mark.parametrize(
    ("demo", "base_url", "refused"),
    [
        (True, "http://127.0.0.1:8000", False),
        (True, "http://[::1]:8000", False),
        (False, "http://127.0.0.1:8000", True),
        (True, "http://10.0.0.7:8000", True),
        (True, "https://peerload.example.org", True),
        (True, "http://[", True),
    ],
)
def test_pages_that_show_code_are_refused_outside_the_demo_on_ones_own_machine(sound, demo, base_url, refused):
    sound.DEBUG, sound.DEMO, sound.BASE_URL = True, demo, base_url
    assert ("Unset PEERLOAD_DEBUG" in told().get("PEERLOAD_DEBUG", "")) is refused


def test_static_files_that_were_not_collected_are_told_before_pages_fail(sound, monkeypatch, tmp_path):
    monkeypatch.setenv("PEERLOAD_STATIC_ROOT", str(tmp_path))
    sound.STATIC_ROOT = tmp_path
    said = {found.id: found.hint for found in ours(include_deployment_checks=True)}
    assert "collectstatic" in said["peerload.PEERLOAD_STATIC_ROOT"]


@pytest.mark.parametrize(
    "said",
    [
        "",
        "nonsense",
        "mysql://root:secret@db/peerload",
        "sqlite:///db.sqlite3",
        "postgres://db",
        "postgres://a:b/c@d/e",
    ],
)
def test_a_database_that_cannot_be_used_is_refused_without_its_password(said):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL is postgres://user:password@host") as refused:
        product.database(said)
    assert "secret" not in str(refused.value)


def test_nothing_is_as_good_as_missing_where_there_is_no_default(monkeypatch):
    monkeypatch.setenv("REDIS_URL", "")
    with pytest.raises(ImproperlyConfigured, match="Set REDIS_URL: redis://host"):
        product.env("REDIS_URL", help="redis://host:port/0")
    assert product.env("REDIS_URL", "given") == ""


@pytest.mark.django_db
class TestTheDatabase:
    def told(self) -> dict[str, str]:
        return {found.id.removeprefix("peerload."): found.hint for found in ours(databases=["default"])}

    def test_of_a_sound_one_nothing_is_said(self, sound, organisation):
        assert self.told() == {}

    def test_keys_that_open_nothing_stored_are_told(self, sound, worker):
        document = factories.PrivateDocumentFactory(author=worker)
        assert document.sealed and self.told() == {}

        sound.PRIVATE_KEYS = ["a key of some other database, drawn by mistake"]
        assert "Add the key this database was used with" in self.told()["PRIVATE_KEYS"]

    def test_a_demo_beside_a_real_service_is_told(self, sound, organisation):
        sound.DEMO = True
        assert self.told()["PEERLOAD_DEMO"] == "Set PEERLOAD_DEMO to 0."


def test_a_command_says_all_that_is_wrong_at_once_and_ends():
    env = {
        **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}},
        "SECRET_KEY": "a",
        "PRIVATE_KEYS": "another long and random text that only this test knows",
        "DATABASE_URL": "postgres:///unused",
        "REDIS_URL": "localhost",
        "EMAIL_URL": "nonsense",
        "ALLOWED_HOSTS": "",
    }
    done = subprocess.run([sys.executable, "manage.py", "check"], env=env, capture_output=True, text=True, cwd=PROJECT)

    assert done.returncode == 1
    assert all(f"peerload.{name})" in done.stderr for name in ("SECRET_KEY", "REDIS_URL", "EMAIL_URL", "ALLOWED_HOSTS"))
    assert "Traceback" not in done.stderr


def test_a_database_that_does_not_answer_is_told():
    env = {
        **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}},
        "SECRET_KEY": "a long and random text that only this test knows",
        "PRIVATE_KEYS": "another long and random text that only this test knows",
        "DATABASE_URL": "postgres://peerload:secret@127.0.0.1:9/peerload",
        "REDIS_URL": "redis://localhost",
    }
    words = [sys.executable, "manage.py", "check", "--database", "default"]
    done = subprocess.run(words, env=env, capture_output=True, text=True, cwd=PROJECT)

    assert done.returncode == 1 and "peerload.DATABASE_URL)" in done.stderr
    assert "Traceback" not in done.stderr and "secret" not in done.stderr
