"""Queries in Django's words, put into SQL once: for a few rows, working out the SQL costs many times the answer."""

import inspect
from collections.abc import Callable, Hashable
from copy import copy
from datetime import UTC, date, datetime
from functools import cached_property, update_wrapper
from typing import Generic, TypeVar
from uuid import UUID

from django.db import connections
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)
R = TypeVar("R")

STANDS_FOR: dict[Hashable, Callable[[int], object]] = {  # values no service has, by the type of a parameter
    int: lambda n: 2_000_000_000 + n,
    str: lambda n: f"stands for {n}",
    date: lambda n: date(1, 1, 1 + n),
    datetime: lambda n: datetime(1, 1, 1 + n, tzinfo=UTC),
    UUID: lambda n: UUID(int=n),
    list[int]: lambda n: [2_000_000_000 + n],  # keys, by `peerload.core.arrays.any_of`
}


class compile_once(Generic[M, R]):
    """
    Decorate a function that returns a queryset; it then returns the rows as a list.

    Its parameters are annotated with a type of `STANDS_FOR` and go into the query as they are: the first call makes the
    SQL with placeholder values, every call sends it with its own. So the function must not choose by what it is given::

        @compile_once
        def tiers(client_id: int):
            return TierPeriod.objects.filter(client=client_id).select_related("by")

        tiers(17)
    """

    def __init__(self, build: Callable[..., QuerySet[M, R]]) -> None:
        self.build = build
        self.parameters = inspect.signature(build).parameters
        update_wrapper(self, build)

    @cached_property
    def _made(self) -> tuple[QuerySet[M, R], SQLCompiler, str, list[tuple[str | None, object]]]:
        """Return the queryset, its compiler, the SQL, and of each parameter its name, None for a constant, and its value."""
        stand = {name: STANDS_FOR[each.annotation](n) for n, (name, each) in enumerate(self.parameters.items(), 1)}
        queryset = self.build(**stand)
        compiler = queryset.query.get_compiler(queryset.db)
        sql, params = compiler.as_sql()
        return queryset, compiler, sql, [(_name_of(value, stand), value) for value in params]

    def __call__(self, *args: object) -> list[R]:
        queryset, compiler, sql, places = self._made
        values = dict(zip(self.parameters, args, strict=True))
        params = tuple(values[name] if name else value for name, value in places)
        mine = copy(compiler)
        mine.connection = connections[queryset.db]
        mine.as_sql = lambda *args, **kwargs: (sql, params)  # type: ignore[method-assign, assignment]  # of this copy alone
        found = queryset.all()
        found.query.get_compiler = lambda *args, **kwargs: mine  # type: ignore[method-assign]
        return list(found)


def _name_of(value: object, stand: dict[str, object]) -> str | None:
    """Return the parameter that a value of a query stands for, None for a constant."""
    return next((name for name, placeholder in stand.items() if placeholder == value), None)
