"""A service made larger around a team: its own rows once more, so many times over, whatever tables they lie in."""

from django.apps import apps
from django.db import connection, models

from peerload.staff.models import Organisation, User

ONCE = {  # of a service, not of a team: these do not grow with it
    "staff_closureday",
    "staff_leavekind",
    "guides_guidetemplate",
    "guides_guidetemplateevent",
    "guides_guideedition",
    "surveys_surveyround",
    "surveys_surveyroundevent",
    "workload_scheme",
    "workload_weight",
    "wellbeing_planrow",
    "wellbeing_plantemplate",
    "wellbeing_sessioncadence",
    "caseload_sweeprun",
    "interchange_upload",
    "interchange_import",
    "interchange_export",
    "notices_message",
}
NAMED_ONCE = {  # columns that are unique in a service, or everywhere
    "staff_user.email",
    "staff_team.name",
    "caseload_family.code_key",
    "caseload_client.ref",
    "caseload_group.name",
}
APART = 1_000_000  # between a row and the same once more


def grow(organisation: Organisation, times: int) -> None:
    """Add everything of a service to it so many times over: staff, teams, people and every fact of theirs, and its history."""
    tables = {model._meta.db_table: model for model in apps.get_models() if _of_ours(model)}
    keys = {model: table for table, model in tables.items()}
    with connection.cursor() as cursor:
        # Counted before anything is written: a row may refer to one that comes later.
        for table, model in tables.items():
            columns = {field.column: _once_more(field, table, keys) for field in model._meta.concrete_fields}
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(map(_quoted, columns))})"
                f" SELECT {', '.join(columns.values())} FROM {table} AS r CROSS JOIN generate_series(1, %(times)s) AS n"
                f" WHERE {_of_ours(model)} AND r.{model._meta.pk.column} < {APART}",
                {"times": times, "organisation": organisation.pk},
            )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("ANALYZE")


def _of_ours(model: type[models.Model], of: str = "r") -> str:
    """Return what says in SQL that a row is of the service, "" for a table that is not made larger."""
    if model._meta.db_table in ONCE or model._meta.proxy or not model._meta.managed:
        return ""
    if model is User:
        return (
            f"{of}.id IN (SELECT user_id FROM staff_member WHERE organisation_id = %(organisation)s AND id < {APART})"
        )
    foreign = {field.name: field for field in model._meta.concrete_fields if field.is_relation}
    if "organisation" in foreign:
        return f"{of}.organisation_id = %(organisation)s"
    for name in ("record", "leaving", "absence", "study", "session", "author", "member"):
        if name in foreign and foreign[name].related_model not in (model, None):
            parent = foreign[name].related_model
            inside = _of_ours(parent, f"{of}_{name}")
            table = parent._meta.db_table
            return inside and f"{of}.{foreign[name].column} IN (SELECT id FROM {table} AS {of}_{name} WHERE {inside})"
    return ""


def _once_more(field: models.Field, table: str, keys: dict) -> str:
    column = f"r.{_quoted(field.column)}"
    shifted = field.primary_key or (field.is_relation and field.related_model in keys)
    if shifted and isinstance(field.target_field if field.is_relation else field, models.IntegerField):
        return f"{column} + n * {APART}"
    if isinstance(field, models.UUIDField):
        return f"CASE WHEN {column} IS NOT NULL THEN gen_random_uuid() END"
    if f"{table}.{field.column}" in NAMED_ONCE:
        return f"n || {column}"
    return column


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
