"""
Settings, from environment variables only. A missing one is named in one sentence.

Every variable is read through `env`, so that the list of them is in one place.
"""

import os
import sys
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str | None = None, *, help: str = "") -> str:
    """
    Return an environment variable.

    :raises ImproperlyConfigured: if it is missing or empty and has no default, saying what it is for
    """
    value = os.environ.get(name, default)
    if value is None or (default is None and not value):
        raise ImproperlyConfigured(f"Set {name}: {help}")
    return value


def flag(name: str, default: bool = False) -> bool:
    """
    Return a switch.

    :raises ImproperlyConfigured: if it is neither 1 nor 0
    """
    value = env(name, "1" if default else "0")
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} is 1 or 0, not {value!r}.")
    return value == "1"


def private_keys(said: str) -> list[str]:
    """
    Return the keys that seal private words, the one that seals first.

    :raises ImproperlyConfigured: if there is none, or one is too short to keep anything
    """
    keys = [key.strip() for key in said.split(",") if key.strip()]
    if not keys or min(map(len, keys)) < SHORTEST_PRIVATE_KEY:
        raise ImproperlyConfigured(
            f"Each key of PRIVATE_KEYS is a random text of {SHORTEST_PRIVATE_KEY} characters or more, without commas."
        )
    return keys


def database(said: str) -> dict[str, Any]:
    """
    Return Django's settings of the database that DATABASE_URL names.

    :raises ImproperlyConfigured: if it names none, or one that is not PostgreSQL; no password is repeated
    """
    found: dict[str, Any] = {}
    try:
        found |= dj_database_url.parse(said)
    except ValueError:
        pass
    if found.get("ENGINE") != "django.db.backends.postgresql" or not found.get("NAME"):
        raise ImproperlyConfigured(
            "DATABASE_URL is postgres://user:password@host:port/name. In a password, write / as %2F, # as %23 and ? as %3F."
        )
    return found


SHORTEST_PRIVATE_KEY = 32
TESTING = "pytest" in sys.modules
DEMO = flag("PEERLOAD_DEMO")
DEBUG = flag("PEERLOAD_DEBUG")  # `make dev` alone sets it, for runserver; see peerload/checks.py

SECRET_KEY = env(
    "SECRET_KEY",
    "only-for-tests-only-for-tests-only-for-tests" if TESTING else None,
    help="a long random text, kept secret and never changed.",
)
PRIVATE_KEYS = private_keys(
    env(
        "PRIVATE_KEYS",
        "for-tests-alone-for-tests-alone-for-tests-alone" if TESTING else None,
        help="a long random text that seals what people write for themselves; if it is lost, so are their words. "
        "Several are separated by commas: the first seals, the others still unseal.",
    )
)
BASE_URL = env("PEERLOAD_BASE_URL", "http://localhost:8000").rstrip("/")
HTTPS = BASE_URL.startswith("https://")
ALLOWED_HOSTS = [
    host.strip() for host in env("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",") if host.strip()
]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
BEHIND_PROXY = flag("PEERLOAD_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# What every session asks of PostgreSQL; `manage.py check --database default` tells where a pooler drops it.
LIMITS = {
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
    "statement_timeout": "30min",
    "timezone": "UTC",
    "jit": "off",
    "random_page_cost": "1.1",  # for disks without a head: an index that holds all that is asked is then read alone
}
DATABASES = {
    "default": {
        **database(env("DATABASE_URL", help="postgres://user:password@host:port/name")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,  # behind PgBouncer the next statement may find another server
    }
}
DATABASES["default"]["OPTIONS"] = {
    "options": " ".join(f"-c {name}={value}" for name, value in LIMITS.items()),
    "connect_timeout": 5,
    # A server that has gone without a word is given up after half a minute, whatever is waited for.
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    **DATABASES["default"].get("OPTIONS", {}),
}
# Seconds, in a process that answers pages (`peerload.core.database`); the last is for a server that ends nothing itself.
PAGE_CONNECT_TIMEOUT = 5
PAGE_STATEMENT_TIMEOUT = 15
PAGE_PATIENCE = 20
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",  # its templates, which ours take the place of one by one
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "pgtrigger",
    "pghistory",
    "peerload.ui",
    "peerload.audit",
    "peerload.notices",
    "peerload.staff",
    "peerload.guides",
    "peerload.guides.surveys",
    "peerload.guides.checklists",
    "caseload",
    "workload",
    "wellbeing",
    "peerload.interchange",
    "peerload.home",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # inside the former, whose files are compressed already
    "peerload.staff.middleware.RequestMiddleware",
    "peerload.staff.middleware.PlainInputMiddleware",
    "peerload.staff.middleware.KeepsWordsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "peerload.staff.middleware.SessionAgeMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "peerload.staff.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "peerload.staff.middleware.MemberMiddleware",
    "peerload.staff.middleware.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "peerload.urls"
WSGI_APPLICATION = "peerload.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["peerload.staff.templatetags.form_state"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "peerload.home.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "django_tables2/peerload.html"

# Sign-in ---------------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "peerload.staff.passwords.GuessableValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "peerload.staff.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "change_password": "peerload.staff.sign_in.ChangePasswordForm",
    "reauthenticate": "peerload.staff.sign_in.PasswordAgainForm",
    "reset_password": "peerload.staff.sign_in.ResetPasswordForm",
    "reset_password_from_key": "peerload.staff.sign_in.ResetPasswordKeyForm",
    "set_password": "peerload.staff.sign_in.SetPasswordForm",
    "user_token": "peerload.staff.sign_in.UserTokenForm",
}
MFA_FORMS = {
    "activate_totp": "peerload.staff.sign_in.SetUpAppForm",
    "add_webauthn": "peerload.staff.sign_in.AddKeyForm",
    "authenticate": "peerload.staff.sign_in.SecondFactorForm",
    "login_webauthn": "peerload.staff.passkeys.PasskeyForm",
    "reauthenticate": "peerload.staff.sign_in.SecondFactorAgainForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_RATE_LIMITS = False  # throttling is kept in the database, by axes
PASSWORD_RESET_TIMEOUT = 72 * 3600
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}  # an office behind one address; what fails is counted by axes
MFA_TOTP_ISSUER = "peerload"
MFA_REQUIRED = not DEMO and not TESTING  # outside the demo no one reads a page without a second factor
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
AXES_HANDLER = "peerload.staff.throttle.Handler"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # an attacker elsewhere cannot lock a user out
AXES_USERNAME_CALLABLE = "peerload.staff.sign_in.who_tries"
AXES_CLIENT_IP_CALLABLE = "peerload.audit.actions.address"
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_RESET_ON_SUCCESS = True
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "login", "code", "csrfmiddlewaretoken"]  # never logged
AXES_DISABLE_ACCESS_LOG = True  # sign-ins are in the audit
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# Which codes of a second factor were used; every web process asks the same table. Nothing else is cached there.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "peerload_cache"}}

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_IDLE_AGE = 30 * 60  # seconds without use
SESSION_ABSOLUTE_AGE = 12 * 3600
SESSION_SEEN_EVERY = 60  # use is recorded once a minute at most
SESSION_COOKIE_AGE = (
    24 * 3600
)  # the row; longer, so that the owner of a late form is known (peerload.staff.unsent_forms)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if HTTPS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz(/live|/worker)?$"]
CSRF_FAILURE_VIEW = "peerload.home.errors.expired"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Headers ---------------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {"camera": [], "geolocation": [], "microphone": [], "payment": [], "usb": []}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Language, time, static files ------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True  # locale/en_GB holds our words for some messages of Django
LOCALE_PATHS = [BASE_DIR / "locale"]
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("PEERLOAD_STATIC_ROOT", str(BASE_DIR / ".data" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING or DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 12_000_000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# Mail and broker -------------------------------------------------------------------------------------------------------

EMAIL_URL = env("EMAIL_URL", "")  # empty: mail stays in the outbox, to be read on the page of messages
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", "peerload <noreply@localhost>")
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend" if TESTING else "peerload.notices.mail.Backend"

CELERY_BROKER_URL = env(
    "REDIS_URL", "redis://127.0.0.1:6379/0" if TESTING else None, help="redis://host:port/0, or redis+socket:///path"
)

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processor": "structlog.processors.JSONRenderer",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain" if TESTING or DEBUG else "json"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"peerload": {"level": "INFO"}, "axes": {"level": "ERROR"}, "waitress.queue": {"level": "ERROR"}},
}
LOGGING["formatters"]["plain"] = {"format": "%(levelname)s %(name)s %(message)s"}
LOGGING["formatters"]["json"] = {"()": "peerload.core.logs.JsonFormatter"}
if DEBUG:
    LOGGING["loggers"]["django"] = {"handlers": [], "level": "INFO"}  # its own handler would say everything twice
