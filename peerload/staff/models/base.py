"""What the models of every app share: history, and periods, which are half-open (`peerload.core.dates`)."""

from collections.abc import Callable
from datetime import date
from typing import Any, Self, TypeVar

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext as _
from pghistory import trigger as pghistory_trigger

from peerload.core.periods import holds_half_open

M = TypeVar("M", bound=models.Model)


def history(exclude: tuple[str, ...] = ()) -> Callable[[type[M]], type[M]]:
    """Keep the state before every update and delete; the row itself is the present state, so inserts need no history."""
    return pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=list(exclude))


def history_as_it_was(table: str, *, update: str, delete: str) -> Callable[[type[M]], type[M]]:
    """
    Keep history of a renamed or moved model, in its existing table and by its existing triggers.

    pgtrigger makes the name of a trigger of its model's label; named outright, a new label changes nothing in the database.
    """
    trackers = _Update(update, row=pghistory.Old), _Delete(delete)
    return pghistory.track(*trackers, meta={"db_table": table})


class _NamedTrigger(pghistory_trigger.Event):
    """A trigger whose name in the database is given."""

    def __init__(self, pgid: str, **kwargs: Any) -> None:
        self.pgid = pgid
        super().__init__(**kwargs)

    def get_pgid(self, model: object) -> str:
        return self.pgid


class _Named:
    """What the two trackers have in common: they register a `_NamedTrigger`."""

    trigger_name: str | None

    def __init__(self, pgid: str, **kwargs: Any) -> None:
        self.pgid = pgid
        super().__init__(**kwargs)

    def add_event_trigger(self, event_model: type[models.Model]) -> None:
        asked = {name: getattr(self, name) for name in ("label", "row", "operation", "condition", "level")}
        trigger = _NamedTrigger(self.pgid, event_model=event_model, name=self.trigger_name, **asked)
        tracked = event_model.pgh_tracked_model  # type: ignore[attr-defined]  # pghistory sets it
        pgtrigger.register(trigger)(tracked)


class _Update(_Named, pghistory.UpdateEvent):
    pass


class _Delete(_Named, pghistory.DeleteEvent):
    pass


class DateRange(Func):
    """``daterange(starts_on, ends_before)``: half-open, open when the end is null."""

    function = "daterange"
    output_field = models.Field()


def no_overlap(name: str, *same: str, **extra: Any) -> ExclusionConstraint:
    """Return the constraint that two periods of the same thing never overlap."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            *((F(field), RangeOperators.EQUAL) for field in same),
            (DateRange("starts_on", "ends_before"), RangeOperators.OVERLAPS),
        ],
        **extra,
    )


def ends_after_start(name: str) -> models.CheckConstraint:
    """Return the constraint that a period has at least one day."""
    return models.CheckConstraint(
        name=name,
        condition=Q(ends_before__isnull=True) | Q(ends_before__gt=F("starts_on")),
        violation_error_message=_("The end lies before the beginning."),
    )


class PeriodQuerySet(models.QuerySet[M]):
    """Rows with ``starts_on`` and ``ends_before``."""

    def on(self, day: date) -> Self:
        """Return rows in force on a day."""
        return self.filter(holds_half_open(day))
