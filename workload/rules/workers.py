"""The worker unit: the stable element and the extra responsibilities."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from peerload.core import dates
from peerload.core.formats import format_day

from ..enums import CountedPer, Element, Ending
from .facts import Line, PostPeriod, Responsibility
from .lines import _clip, join
from .scheme import Scheme, Working, versions, window_end


def worker_lines(
    worker: int,
    duties: Sequence[PostPeriod],
    held: Sequence[Responsibility],
    schemes: Sequence[Scheme],
    working: Working,
) -> list[Line]:
    """Return a worker's stable element and extra responsibilities (W02, W03, R5-R8, R11, R12, R15)."""
    lines: list[Line] = []
    for version in versions(schemes):
        found = [*_stable(worker, duties, version.scheme), *_extras(worker, held, version.scheme, working)]
        lines += _clip(found, version)
    return join(lines)


def _stable(worker: int, duties: Iterable[PostPeriod], scheme: Scheme) -> Iterator[Line]:
    for post in duties:
        weight = (scheme.on_duty if post.duty else None) or scheme.by_code.get("stable")
        if weight and weight.points:
            points = weight.points * (post.fte if scheme.stable_scales_with_fte else 1)
            yield Line(
                worker,
                Element.STABLE,
                "stable",
                points,
                post.starts_on,
                post.ends_before,
                reason=weight.label,
                ending=Ending.POST if post.ends_before else Ending.OPEN,
            )


def _extras(worker: int, held: Sequence[Responsibility], scheme: Scheme, working: Working) -> Iterator[Line]:
    by_code: dict[str, list[Line]] = {}
    for row in sorted(held, key=lambda r: (r.starts_on, r.source or 0)):
        weight = scheme.by_code.get(row.code)
        if not weight or not weight.points or weight.element != Element.EXTRA:
            continue
        if scheme.extras_inside_base and not weight.linked_to_cases:
            continue
        window = window_end(weight, row.starts_on, scheme, working)
        # A month from its date is a month from its date: where there is a window `until` is not used (R8).
        until = None if window else dates.day_after(row.until)
        ends = dates.earliest(window, until)
        if ends and ends <= row.starts_on:
            continue
        times = row.quantity if weight.per == CountedPer.QUANTITY else 1
        why = Ending.OPEN if ends is None else (Ending.WINDOW if ends == window else Ending.FINISHED)
        by_code.setdefault(row.code, []).append(
            Line(
                worker,
                Element.EXTRA,
                row.code,
                weight.points * times,
                row.starts_on,
                ends,
                source=row.source,
                reason=_("since %(day)s") % {"day": format_day(row.starts_on)},
                ending=why,
            )
        )
    for code, lines in by_code.items():
        yield from _once(lines) if scheme.by_code[code].per == CountedPer.WORKER else lines


def _once(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield lines that count once a worker however many rows there are: overlapping rows become one."""
    current = None
    for line in lines:
        line = line._replace(source=None)
        if current and (current.ends_before is None or line.starts_on <= current.ends_before):
            if current.ends_before and (line.ends_before is None or line.ends_before > current.ends_before):
                current = current._replace(ends_before=line.ends_before, ending=line.ending)
            continue
        if current:
            yield current
        current = line
    if current:
        yield current
