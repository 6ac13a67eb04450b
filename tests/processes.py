"""What a process started by a test is told."""

from urllib.parse import quote

from django.db import connection


def database_url() -> str:
    """Return the address of the test's own database; its server may listen on a socket in any folder."""
    settings = connection.settings_dict
    login = quote(settings["USER"]) + (f":{quote(settings['PASSWORD'])}" if settings["PASSWORD"] else "")
    host = quote(settings["HOST"], safe="")
    return f"postgres://{login}@{host}:{settings['PORT'] or 5432}/{quote(settings['NAME'])}"
