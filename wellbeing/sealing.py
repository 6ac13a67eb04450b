"""Sealed models: those with a field ``sealed``; ``sealed_for`` names the reader."""

from collections.abc import Iterator
from typing import NamedTuple

from django.apps import apps
from django.db import models, transaction

from peerload.core.sealing import Unreadable, resealed


class Resealed(NamedTuple):
    """How many rows are sealed with the first private key now, and how many no key opens."""

    done: int = 0
    unreadable: int = 0


def sealed_models() -> list[type[models.Model]]:
    """Return every model with a sealed field."""
    return [
        model
        for model in apps.get_models()
        if any(field.name == "sealed" and isinstance(field, models.BinaryField) for field in model._meta.fields)
    ]


def reseal() -> Resealed:
    """Seal whatever is sealed with the first private key, row by row; what no key opens stays as it is."""
    found = [_resealed(model, pk) for model in sealed_models() for pk in _keys_of(model)]
    return Resealed(found.count(True), found.count(False))


def _keys_of(model: type[models.Model]) -> Iterator[int]:
    return iter(model._default_manager.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _resealed(model: type[models.Model], pk: int) -> bool | None:
    """Seal a row again; return whether a key opened it, None if it has been deleted meanwhile."""
    row = model._default_manager.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        return None
    try:
        sealed = resealed(row.sealed, owner=row.sealed_for)  # type: ignore[attr-defined]  # see `sealed_models`
    except Unreadable:
        return False
    model._default_manager.filter(pk=pk).update(sealed=sealed)
    return True
