"""Queries in Django's words, put into SQL once: for a few rows, working out the SQL costs many times the answer."""

import inspect
from copy import copy
from datetime import UTC, date, datetime
from functools import cached_property, update_wrapper
from uuid import UUID

from django.db import connections
from django.db.models import QuerySet

STANDS_FOR = {  # values no service has, by the type of a parameter
    int: lambda n: 2_000_000_000 + n,
    str: lambda n: f"stands for {n}",
    date: lambda n: date(1, 1, 1 + n),
    datetime: lambda n: datetime(1, 1, 1 + n, tzinfo=UTC),
    UUID: lambda n: UUID(int=n),
}


class compile_once:
    """
    Decorate a function that returns a queryset; it then returns the rows as a list.

    Its parameters are annotated with a type of `STANDS_FOR` and go into the query as they are: the first call makes the SQL
    with values that stand for them, every call sends it with its own. So the function must not choose by what it is given::

        @compile_once
        def tiers(client_id: int):
            return TierPeriod.objects.filter(client=client_id).select_related("by")

        tiers(17)
    """

    def __init__(self, build):
        self.build = build
        self.parameters = inspect.signature(build).parameters
        update_wrapper(self, build)

    @cached_property
    def _made(self) -> tuple[QuerySet, object, str, list]:
        """Return the queryset, its compiler, the SQL, and of each parameter its name, None for a constant, and its value."""
        stand = {name: STANDS_FOR[each.annotation](n) for n, (name, each) in enumerate(self.parameters.items(), 1)}
        names = {value: name for name, value in stand.items()}
        queryset = self.build(**stand)
        compiler = queryset.query.get_compiler(queryset.db)
        sql, params = compiler.as_sql()
        return queryset, compiler, sql, [(names.get(value), value) for value in params]

    def __call__(self, *args) -> list:
        queryset, compiler, sql, places = self._made
        values = dict(zip(self.parameters, args, strict=True))
        params = tuple(values[name] if name else value for name, value in places)
        mine = copy(compiler)
        mine.connection = connections[queryset.db]
        mine.as_sql = lambda *args, **kwargs: (sql, params)
        found = queryset.all()
        found.query.get_compiler = lambda *args, **kwargs: mine
        return list(found)
