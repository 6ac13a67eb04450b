"""Conditions asked by their keys, so that PostgreSQL looks these up instead of reading a table."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, Func


def any_of(column: str, values: models.QuerySet[models.Model, object]) -> Func:
    """
    Return whether a column is one of a query's values.

    It is an array because PostgreSQL reads the whole table for a plain subquery of two parts.
    """
    array = ArraySubquery(values)
    return Func(F(column), array, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=models.BooleanField())
