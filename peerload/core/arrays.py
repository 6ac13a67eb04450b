"""Conditions asked by their keys, so that PostgreSQL looks these up instead of reading a table."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, Func


def any_of(column: str, values: models.QuerySet[models.Model, object]) -> Func:
    """
    Return whether a column is one of a query's values.

    An array, because PostgreSQL takes a plain subquery of two parts for a reason to read everybody there is.
    """
    array = ArraySubquery(values)
    return Func(F(column), array, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=models.BooleanField())
