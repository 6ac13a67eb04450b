"""Lines of the ledger, and sums over them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal

from peerload.core.periods import sql_holds_half_open, sql_lasts_half_open
from peerload.core.sql import rows
from peerload.staff.models import Organisation

from .. import rules
from ..enums import Element
from .listed import Listed
from .schemes import schemes


def totals_on(
    organisation: Organisation, on: date, listed: Sequence[Listed], *, scheme: rules.Scheme | None = None
) -> dict[int, rules.Total]:
    """
    Return what each listed worker holds on a day, by member, from the ledger.

    :param scheme: the scheme in force that day, where the caller has it already
    """
    scheme = scheme or rules.scheme_on(schemes(organisation.pk), on)
    sums: dict[int, dict[str, Decimal]] = {}
    for worker, element, points in rows(SUMS, [[x.member_id for x in listed], on, on]):
        sums.setdefault(worker, {})[element] = points
    return {x.member_id: _total(sums.get(x.member_id, {}), x.fte, scheme) for x in listed}


def _total(by_element: Mapping[str, Decimal], fte: Decimal, scheme: rules.Scheme) -> rules.Total:
    stable, extras, cases = (
        by_element.get(e.value, rules.NOTHING) for e in (Element.STABLE, Element.EXTRA, Element.CASE)
    )
    return rules.total(stable, extras, cases, fte=fte, scheme=scheme)


SUMS = f"""
    SELECT worker_id, element, sum(points) FROM workload_pointline
     WHERE worker_id = ANY(%s) AND {sql_holds_half_open(day="%s")}
     GROUP BY worker_id, element
"""


def totals_on_days(listed: Sequence[Listed], schemes: Sequence[rules.Scheme]) -> dict[tuple[int, date], rules.Total]:
    """Return what workers held on each day they are listed on, by member and day, from the ledger in one statement."""
    sums: dict[tuple[int, date], dict[str, Decimal]] = {}
    asked = [[x.member_id for x in listed], [x.on for x in listed]]
    for worker, on, element, points in rows(SUMS_ON_DAYS, asked):
        sums.setdefault((worker, on), {})[element] = points
    return {
        (x.member_id, x.on): _total(sums.get((x.member_id, x.on), {}), x.fte, rules.scheme_on(schemes, x.on))
        for x in listed
    }


SUMS_ON_DAYS = f"""
    SELECT asked.worker, asked.day, l.element, sum(l.points)
      FROM unnest(%s::bigint[], %s::date[]) AS asked (worker, day)
      JOIN workload_pointline l
        ON l.worker_id = asked.worker AND {sql_holds_half_open("l", "asked.day")}
     GROUP BY asked.worker, asked.day, l.element
"""


def lines_on(worker_ids: Collection[int], on: date) -> list[rules.Line]:
    """Return the lines that count on a day, in order of worker, element, code and first day."""
    return _lines(sql_holds_half_open(day="%s"), worker_ids, [on, on])


def lines_between(worker_ids: Collection[int], first: date, last: date) -> list[rules.Line]:
    """Return the lines that count on any day from ``first`` through ``last``."""
    return _lines(f"starts_on <= %s AND {sql_lasts_half_open(day='%s')}", worker_ids, [last, first])


def _lines(when: str, worker_ids: Collection[int], days: list[date]) -> list[rules.Line]:
    found = rows(LINES.format(when), [list(worker_ids), *days])
    return [rules.Line(worker, Element(element), *rest) for worker, element, *rest in found]


LINES = """
    SELECT worker_id, element, code, points, starts_on, ends_before, client_id, family_id, source, reason, ending
      FROM workload_pointline WHERE worker_id = ANY(%s) AND {}
     ORDER BY worker_id, element, code, starts_on, client_id, family_id, id
"""
