"""docker-compose.yml, the Dockerfile and the settings speak of the same variables."""

import ast
import re
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[1]
COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ["migrate", "web", "worker", "beat"]
READERS = ["peerload/settings.py", "peerload/core/clock.py", "gunicorn.conf.py"]

# What the official images read, as far as we use it.
OFFICIAL = {"postgres": {"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"}, "redis": set()}
FOR_PYTHON = {"PYTHONUNBUFFERED"}


def calls(path: str) -> list[ast.Call]:
    """Return every call in a module of ours."""
    return [node for node in ast.walk(ast.parse((PROJECT / path).read_text())) if isinstance(node, ast.Call)]


def variables_read(path: str) -> set[str]:
    """Return the variables a module reads through ``env``, ``flag`` or ``os.environ.get``."""
    return {
        call.args[0].value
        for call in calls(path)
        if ast.unparse(call.func) in {"env", "flag", "os.environ.get"} and isinstance(call.args[0], ast.Constant)
    }


def is_required(call: ast.Call) -> bool:
    """Return whether ``env`` is called without a default for a real server."""
    default = call.args[1] if len(call.args) > 1 else ast.Constant(None)
    if isinstance(default, ast.IfExp):  # "... if TESTING else None"
        default = default.orelse
    return isinstance(default, ast.Constant) and default.value is None


REQUIRED = {
    call.args[0].value
    for call in calls("peerload/settings.py")
    if ast.unparse(call.func) == "env" and isinstance(call.args[0], ast.Constant) and is_required(call)
}
READ = set().union(*map(variables_read, READERS))


def test_settings_refuse_to_guess_what_only_the_service_knows():
    assert {"SECRET_KEY", "PRIVATE_KEYS", "DATABASE_URL", "REDIS_URL"} <= REQUIRED


@pytest.mark.parametrize("name", OURS)
def test_every_process_is_told_all_that_the_settings_require(name):
    told = SERVICES[name]["environment"]

    assert REQUIRED | {"ALLOWED_HOSTS", "PEERLOAD_BASE_URL"} <= set(told)


@pytest.mark.parametrize("name", OURS)
def test_every_process_is_told_nothing_that_nobody_reads(name):
    assert set(SERVICES[name]["environment"]) <= READ


@pytest.mark.parametrize("name", sorted(set(SERVICES) - set(OURS)))
def test_official_images_are_told_only_what_they_read(name):
    image = SERVICES[name]["image"].partition(":")[0]

    assert set(SERVICES[name].get("environment", {})) <= OFFICIAL[image]


def test_image_is_told_nothing_that_nobody_reads():
    lines = (PROJECT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    said = " ".join(line.removeprefix("ENV") for line in lines if line.startswith("ENV"))

    assert set(re.findall(r"(\w+)=", said)) <= READ | FOR_PYTHON


def test_secrets_have_no_default():
    text = (PROJECT / "docker-compose.yml").read_text()

    for name in ("SECRET_KEY", "PRIVATE_KEYS", "POSTGRES_PASSWORD", "ALLOWED_HOSTS", "PEERLOAD_BASE_URL"):
        ways = set(re.findall(rf"\$\{{{name}(\W*)", text))
        assert ways == {":?"}, name


def test_demo_is_never_on_in_a_real_service():
    assert all("PEERLOAD_DEMO" not in SERVICES[name]["environment"] for name in OURS)


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_process_can_be_asked_how_it_is(name):
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_log_grows_without_end(name):
    options = SERVICES[name]["logging"]["options"]

    assert options["max-size"] and int(options["max-file"]) > 1


@pytest.mark.parametrize("name", [".env", ".data/"])
def test_secrets_are_never_committed(name):
    assert name in (PROJECT / ".gitignore").read_text().splitlines()


def test_web_is_not_restarted_because_the_worker_stands_still():
    (asked,) = re.findall(r'"(/healthz\S*)"', SERVICES["web"]["healthcheck"]["test"][-1])

    assert asked == "/healthz", "which is 200 while the worker is dead; /healthz/worker is for the person on call"


def test_one_image_runs_all_our_processes():
    assert {SERVICES[name]["image"] for name in OURS} == {"peerload"}


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_processes_wait_for_the_servers_and_for_the_migrations(name):
    waits = {other: how["condition"] for other, how in SERVICES[name]["depends_on"].items()}

    assert waits == {
        "db": "service_healthy",
        "broker": "service_healthy",
        "migrate": "service_completed_successfully",
    }


def test_the_broker_keeps_its_queue_and_drops_nothing():
    words = SERVICES["broker"]["command"]

    assert words[words.index("--appendonly") + 1] == "yes"
    assert words[words.index("--maxmemory-policy") + 1] == "noeviction"


def test_what_is_kept_lies_in_volumes():
    assert [volume.partition(":")[0] for name in ("db", "broker") for volume in SERVICES[name]["volumes"]] == list(
        COMPOSE["volumes"]
    )
