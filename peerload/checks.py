"""
A check for every variable peerload reads: what is wrong with it, and what to do.

``manage.py check`` and every other command ask these; ``manage.py check --database default`` and ``migrate`` also ask those that
look into the database. `ABOUT` says which checks look at a variable; `tests/test_variables.py`
compares it with the variables that are read.
Where a value cannot be used at all, the settings refuse it themselves.
"""

import ipaddress
import os
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from django.db import DatabaseError, connections
from django.http.request import validate_host
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload import serve
from peerload.core.sealing import Unreadable, unseal
from peerload.interchange.demo_data import CODE as DEMO_SERVICE
from peerload.notices.mail import connection_settings
from peerload.staff.models import Organisation
from wellbeing.sealing import sealed_models

SHORTEST_SECRET_KEY = 32
ABOUT: dict[str, list[Callable[[], None]]] = defaultdict(list)


class Problem(Exception):
    """What is wrong with a variable, as a sentence, and what to do as another."""

    def __init__(self, wrong: str, todo: str, kind: type[Error] | type[Warning] = Error) -> None:
        super().__init__(wrong)
        self.todo, self.kind = todo, kind


def about(
    variable: str, *, deploy: bool = False, database: bool = False
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a function without parameters, which raises `Problem`, as a check about a variable."""

    def decorate(look: Callable[[], None]) -> Callable[[], None]:
        def check(
            app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **kwargs: Any
        ) -> list[CheckMessage]:
            if database and "default" not in (databases or ()):
                return []
            try:
                look()
            except DatabaseError:
                return []  # it does not answer: told about DATABASE_URL
            except Problem as problem:
                return [problem.kind(str(problem), hint=problem.todo, id=f"peerload.{variable}")]
            return []

        register(check, *([Tags.database] if database else []), deploy=deploy)
        ABOUT[variable].append(look)
        return look

    return decorate


# Secrets ---------------------------------------------------------------------------------------------------------------

DRAW = gettext_lazy("Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'")


@about("SECRET_KEY")
def secret_key() -> None:
    said = settings.SECRET_KEY
    if len(said) < SHORTEST_SECRET_KEY or len(set(said)) < 5:
        raise Problem(
            _("SECRET_KEY is too easy to guess: %(least)s random characters are the least.")
            % {"least": SHORTEST_SECRET_KEY},
            _("%(draw)s When it changes, all members have to sign in again, and links sent before stop working.")
            % {"draw": DRAW},
        )


@about("PRIVATE_KEYS")
def private_keys() -> None:
    if settings.SECRET_KEY in settings.PRIVATE_KEYS:
        raise Problem(
            _("PRIVATE_KEYS holds the same text as SECRET_KEY, so a person who learns one knows both."),
            _("%(draw)s Put it in front, keep the old one behind a comma, and run manage.py reseal.") % {"draw": DRAW},
            Warning,
        )


@about("PRIVATE_KEYS", database=True)
def private_keys_open_what_is_stored() -> None:
    """Try the newest row of each sealed table: one that opens shows that the keys are those of this database."""
    tables = set(connections["default"].introspection.table_names())
    newest = [
        model._default_manager.order_by("pk").last() for model in sealed_models() if model._meta.db_table in tables
    ]
    rows = [row for row in newest if row is not None]
    if rows and not any(map(_opens, rows)):
        raise Problem(
            _("None of PRIVATE_KEYS opens what people have written here for themselves."),
            _("Add the key this database was used with, separated by a comma. Without it those words stay unreadable."),
        )


def _opens(row: Any) -> bool:
    try:
        unseal(row.sealed, owner=row.sealed_for)
    except Unreadable:
        return False
    return True


# Addresses of the site -------------------------------------------------------------------------------------------------


@about("PEERLOAD_BASE_URL")
def base_url() -> None:
    try:
        parts = urlsplit(settings.BASE_URL)
        usable = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or True)
    except ValueError:
        usable = False
    if not usable or parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        raise Problem(
            _("PEERLOAD_BASE_URL is %(base_url)r, which is not the address of a site.")
            % {"base_url": settings.BASE_URL},
            _("Set it to what people open, without a path: https://peerload.example.org"),
        )


@about("PEERLOAD_BASE_URL", deploy=True)
def base_url_is_encrypted() -> None:
    if not settings.HTTPS:
        raise Problem(
            _("PEERLOAD_BASE_URL begins with http://, so passwords and names go over the network in clear."),
            _("Put a proxy that speaks TLS in front, set PEERLOAD_BASE_URL to https://... and PEERLOAD_PROXY to 1."),
            Warning,
        )


@about("ALLOWED_HOSTS")
def allowed_hosts() -> None:
    if not settings.ALLOWED_HOSTS:
        raise Problem(
            _("ALLOWED_HOSTS is empty, so the site refuses every request."),
            _("Name what people type, separated by commas: peerload.example.org"),
        )
    wrong = [host for host in settings.ALLOWED_HOSTS if not ALLOWED_HOST.fullmatch(host)]
    if wrong:
        raise Problem(
            _("ALLOWED_HOSTS holds %(wrong)r, which is not the name of a machine.") % {"wrong": wrong[0]},
            _("Write names without https://, port and path, separated by commas: peerload.example.org"),
        )


ALLOWED_HOST = re.compile(r"\*|\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]")


@about("ALLOWED_HOSTS")
def base_url_is_allowed() -> None:
    try:
        name = urlsplit(settings.BASE_URL).hostname or ""
    except ValueError:
        return  # told about PEERLOAD_BASE_URL
    name = f"[{name}]" if ":" in name else name
    if name and settings.ALLOWED_HOSTS and not validate_host(name, settings.ALLOWED_HOSTS):
        raise Problem(
            _("ALLOWED_HOSTS does not name %(name)s, to which the links in mails lead (PEERLOAD_BASE_URL).")
            % {"name": name},
            _("Add %(name)s to ALLOWED_HOSTS, or correct PEERLOAD_BASE_URL.") % {"name": name},
            Warning,
        )


@about("ALLOWED_HOSTS", deploy=True)
def allowed_hosts_are_names() -> None:
    if "*" in settings.ALLOWED_HOSTS:
        raise Problem(
            _("ALLOWED_HOSTS is *, so the site answers under any name."),
            _("Name what people type, separated by commas: peerload.example.org"),
            Warning,
        )


@about("PEERLOAD_PROXY")
def https_needs_a_proxy() -> None:
    if settings.HTTPS and not settings.BEHIND_PROXY:
        raise Problem(
            _(
                "PEERLOAD_BASE_URL begins with https://, but no proxy is trusted to say that a request came by TLS: "
                "every page would be redirected to itself."
            ),
            _("Set PEERLOAD_PROXY to 1, and let the proxy set X-Forwarded-Proto and X-Forwarded-For."),
            Warning,
        )


# The web server --------------------------------------------------------------------------------------------------------


@about("HOST")
def host() -> None:
    said = os.environ.get("HOST", "")
    if said and not _is_address(said) and not re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", said):
        raise Problem(
            _("HOST is %(said)r, which is not an address to listen on.") % {"said": said},
            _("Set it to 127.0.0.1 for this machine alone, or to 0.0.0.0 for every network."),
        )


def _is_address(said: str) -> bool:
    try:
        ipaddress.ip_address(said)
    except ValueError:
        return False
    return True


@about("PORT")
def port() -> None:
    _whole_number("PORT", serve.MOST_PORT, serve.PORT)


@about("WEB_CONCURRENCY")
def web_concurrency() -> None:
    _whole_number("WEB_CONCURRENCY", serve.MOST_PROCESSES, serve.WEB_CONCURRENCY)


def _whole_number(name: str, most: int, todo: str) -> None:
    if wrong := serve.wrong_number(name, os.environ.get(name, ""), most):
        raise Problem(wrong, todo)


@about("PEERLOAD_STATIC_ROOT", deploy=True)
def static_root() -> None:
    if "PEERLOAD_STATIC_ROOT" in os.environ and not (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
        raise Problem(
            _("PEERLOAD_STATIC_ROOT is %(static_root)s, and no static files are collected there: pages would fail.")
            % {"static_root": settings.STATIC_ROOT},
            _("Run manage.py collectstatic with this variable set."),
            Warning,
        )


# Mail and broker -------------------------------------------------------------------------------------------------------


@about("EMAIL_URL")
def email_url() -> None:
    try:
        found = connection_settings(settings.EMAIL_URL) if settings.EMAIL_URL else None
    except ImproperlyConfigured as error:
        raise Problem(str(error), _("Correct it, then try it: manage.py send_test_mail ADDRESS")) from error
    if found and found["password"] and not (found["use_tls"] or found["use_ssl"] or _is_here(found["host"])):
        raise Problem(
            _("EMAIL_URL sends its password, and the links in mails, over the network in clear."),
            _("Add ?tls=1 (STARTTLS), or use smtps://. Then try it: manage.py send_test_mail ADDRESS"),
            Warning,
        )


def _is_here(name: str) -> bool:
    return name == "localhost" or (_is_address(name) and ipaddress.ip_address(name).is_loopback)


@about("DEFAULT_FROM_EMAIL")
def default_from_email() -> None:
    said = settings.DEFAULT_FROM_EMAIL
    address = parseaddr(said)[1]
    todo = _("Set it to an address of your own: peerload <peerload@example.org>")
    try:
        validate_email(address)
    except ValidationError:
        raise Problem(
            _("DEFAULT_FROM_EMAIL is %(said)r, which is not the address of a sender.") % {"said": said}, todo
        ) from None
    if settings.EMAIL_URL and address.endswith("@localhost"):
        raise Problem(
            _("DEFAULT_FROM_EMAIL is %(said)r, from which few mail servers take mail.") % {"said": said}, todo, Warning
        )


BROKERS = {"redis", "rediss", "redis+socket", "sentinel"}


@about("REDIS_URL")
def redis_url() -> None:
    try:
        parts = urlsplit(settings.CELERY_BROKER_URL)
        usable = parts.scheme in BROKERS and (parts.path if parts.scheme == "redis+socket" else parts.hostname)
        usable = usable and (parts.port or True)
    except ValueError:
        usable = False
    if not usable:
        raise Problem(
            _("REDIS_URL is not the address of a Redis or Valkey."),
            _("Set it to redis://host:6379/0, or to redis+socket:///path for a socket."),
        )


# The database ----------------------------------------------------------------------------------------------------------


@about("DATABASE_URL", database=True)
def database_url() -> None:
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int")
            (version,) = cursor.fetchone()
    except DatabaseError as error:
        raise Problem(
            _("The database that DATABASE_URL names does not answer: %(names)s")
            % {"names": " ".join(str(error).split())},
            _("Start it, or correct DATABASE_URL: postgres://user:password@host:port/name"),
        ) from error
    if version < 150_000:
        raise Problem(
            _("The database is PostgreSQL %(version)s; peerload needs 15 or later.") % {"version": version // 10_000},
            _("Move it to a later version."),
        )


@about("DATABASE_URL", database=True)
def limits_reach_the_database() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pg_settings WHERE setting = '0' AND name IN"
            " ('lock_timeout', 'idle_in_transaction_session_timeout', 'statement_timeout') ORDER BY name"
        )
        missing = [name for (name,) in cursor.fetchall()]
    if missing:
        raise Problem(
            _("DATABASE_URL leads to sessions without %(names)s, as behind PgBouncer. A page may wait for ever.")
            % {"names": ", ".join(missing)},
            _("Set them in pgbouncer.ini with connect_query, as docs/running.md shows."),
            Warning,
        )


# Where peerload is only tried out --------------------------------------------------------------------------------------


@about("PEERLOAD_DEMO", database=True)
def demo_beside_real_people() -> None:
    if not settings.DEMO or Organisation._meta.db_table not in connections["default"].introspection.table_names():
        return
    others = Organisation.objects.exclude(code=DEMO_SERVICE).values_list("code", flat=True)
    if others:
        raise Problem(
            _(
                "PEERLOAD_DEMO is 1, and this database holds a service of its own (%(names)s): "
                "no one is asked for a second step, and links that let people in are shown."
            )
            % {"names": ", ".join(others[:3])},
            _("Set PEERLOAD_DEMO to 0."),
            Warning,
        )


@about("PEERLOAD_DEMO", deploy=True)
def demo_where_people_work() -> None:
    if settings.DEMO:
        raise Problem(
            _("PEERLOAD_DEMO is 1: no one is asked for a second step."), _("Set PEERLOAD_DEMO to 0."), Warning
        )


@about("PEERLOAD_DEBUG")
def debug_pages_stay_on_this_machine() -> None:
    try:
        name = urlsplit(settings.BASE_URL).hostname or ""
    except ValueError:
        name = ""
    if settings.DEBUG and not (settings.DEMO and _is_here(name)):
        raise Problem(
            _(
                "PEERLOAD_DEBUG is 1, but this is not the demo on your own machine. Every error page shows code, "
                "settings and people's data."
            ),
            _("Unset PEERLOAD_DEBUG. To develop with it, use make dev, which sets it for its own web server."),
        )


@about("PEERLOAD_DEBUG", deploy=True)
def debug_where_people_work() -> None:
    if settings.DEBUG:
        raise Problem(
            _("PEERLOAD_DEBUG is 1: error pages show code, settings and people's data."), _("Unset PEERLOAD_DEBUG.")
        )


@about("PEERLOAD_TODAY")
def fixed_day() -> None:
    said = os.environ.get("PEERLOAD_TODAY", "")
    if not said:
        return
    try:
        date.fromisoformat(said)
    except ValueError:
        raise Problem(_("PEERLOAD_TODAY is %(said)r, which is not a day.") % {"said": said}, _("Remove it.")) from None
    if not settings.DEMO:
        raise Problem(
            _("PEERLOAD_TODAY is set, so this service takes every day for %(said)s.") % {"said": said},
            _("Remove it. It is for tests only."),
        )
