"""
The shortest view that could stand for a page: behind the same session and middleware, the same number of queries, each
trivial, and the same HTML out of a constant. What a page takes above it is what the page itself costs.
"""

import os
from functools import lru_cache
from pathlib import Path

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template

TEMPLATE = Template("{{ html|safe }}")


@lru_cache(maxsize=16)
def constant(name: str) -> str:
    return (Path(os.environ["BENCH_PAGES"]) / f"{Path(name).name}.html").read_text()


def bare(request: HttpRequest) -> HttpResponse:
    """Answer ``?page=name&queries=n``: n times ``SELECT 1``, then the page of that name as it was once rendered."""
    with connection.cursor() as cursor:
        for _ in range(int(request.GET["queries"])):
            cursor.execute("SELECT 1")
            cursor.fetchone()
    return HttpResponse(TEMPLATE.render(Context({"html": constant(request.GET["page"])})))
