"""Fingerprints of the rows an import left; undoing it finds by them what has changed since, whatever history is kept."""

from collections.abc import Mapping
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.db.models import Model


def of_import(written: Mapping[str, list], context: UUID) -> dict[str, dict]:
    """Return the fingerprints of what an import has just written and changed."""
    return {"written": of_written(written), "changed": of_changed(context)}


def of_written(written: Mapping[str, list]) -> dict[str, str]:
    """Return the fingerprints of new rows by their model's label; ``written`` is as `models.Import.written`."""
    found = {}
    for label, runs in written.items():
        model = apps.get_model(label)
        if runs and hasattr(model, "pgh_event_model"):
            ranges = " OR ".join(["id BETWEEN %s AND %s"] * len(runs))
            found[label] = _of_rows(model, ranges, [key for run in runs for key in run])
    return found


def of_changed(context: UUID) -> dict[str, list]:
    """Return by label how many changes the history has of an import, and a fingerprint of their rows as they are now."""
    found = {}
    for model in apps.get_models():
        if hasattr(model, "pgh_event_model") and not hasattr(model, "pgh_tracked_model"):
            events = model.pgh_event_model.objects.filter(pgh_context=context)
            if keys := list(events.values_list("pgh_obj_id", flat=True)):
                found[model._meta.label] = [len(keys), _of_rows(model, "id = ANY(%s)", [keys])]
    return found


def _of_rows(model: type[Model], condition: str, params: list) -> str:
    """Return a fingerprint of some rows, over the columns whose changes the history keeps."""
    quote = connection.ops.quote_name
    event_model = model.pgh_event_model  # type: ignore[attr-defined]  # `history` sets it
    kept = {field.name for field in event_model._meta.concrete_fields}
    columns = ", ".join(quote(field.column) for field in model._meta.concrete_fields if field.name in kept)
    rows = f"SELECT md5(ROW({columns})::text) AS said, id FROM {quote(model._meta.db_table)} WHERE {condition}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT md5(string_agg(said, '' ORDER BY id)) FROM ({rows}) AS found", params)
        return cursor.fetchone()[0] or ""
