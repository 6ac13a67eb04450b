"""Conditions asked by their keys, so that PostgreSQL looks these up instead of reading a table."""

from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Value


def any_of(column: str, values: models.QuerySet[models.Model, object] | Iterable[int]) -> Func:
    """
    Return whether a column is one of a query's values, or one of some keys.

    It is an array because PostgreSQL reads the whole table for a plain subquery of two parts; and keys are one parameter then,
    however many they are, as `compile_once` needs them.
    """
    if isinstance(values, models.QuerySet):
        array: ArraySubquery | Value = ArraySubquery(values)
    else:
        array = Value(list(values), output_field=ArrayField(models.BigIntegerField()))
    return Func(F(column), array, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=models.BooleanField())
