"""The rows of a version, and what a draft does to each worker."""

from decimal import Decimal
from typing import Any, NamedTuple

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from peerload.core.formats import format_number
from peerload.core.translation import LazyText
from peerload.ui.templatetags.ui import band_chip, chip
from workload.templatetags.scheme import signed

from .. import exports, rules
from ..enums import Element
from . import rules as beside
from .forms import often, so_long
from .queries import Preview, WorkerEffect

ELEMENTS = {Element.STABLE: "stable", Element.EXTRA: "extra", Element.CASE: "case"}


class WeightRow(NamedTuple):
    """A row of a version, its key, and the same row of the version before."""

    pk: int
    weight: rules.Weight
    before: rules.Weight | None
    follows: bool  # there is a version before


def rows(weights: list, scheme: rules.Scheme, before: rules.Scheme | None) -> list[WeightRow]:
    """Return the stored rows of a version with what the rules say of them, in the scheme's order."""
    was = {beside.key(weight): weight for weight in before.weights} if before else {}
    return [
        WeightRow(stored.pk, weight, was.get(beside.key(weight)), before is not None)
        for stored, weight in zip(weights, scheme.weights, strict=True)
    ]


class WeightTable(tables.Table):
    """The rows of a version, to be read."""

    what = tables.Column(verbose_name=gettext_lazy("What"), empty_values=())
    element = tables.Column(verbose_name=gettext_lazy("Element"), empty_values=())
    points = tables.Column(verbose_name=gettext_lazy("Points"), empty_values=(), attrs={"cell": {"class": "pl-r"}})
    counted = tables.Column(verbose_name=gettext_lazy("Counted"), empty_values=())
    window = tables.Column(verbose_name=gettext_lazy("Counts for"), empty_values=())

    class Meta:
        attrs = {"class": "pl-table pl-table--cards pl-table--tight pl-scheme"}
        default = ""  # an empty cell is left out on a phone
        caption = gettext_lazy("Weights")
        orderable = False
        empty_text = gettext_lazy("No row yet.")

    def render_what(self, record: WeightRow) -> str:
        weight = record.weight
        code = format_html('<span class="pl-scheme__code">{}</span> ', weight.item) if weight.item else ""
        return format_html("{}{} {}", code, self.named(record), self.state(record))

    def named(self, record: WeightRow) -> str:
        return record.weight.label

    def state(self, record: WeightRow) -> str:
        weight, before = record.weight, record.before
        off = "" if weight.on else chip("quiet", _("not in use"), "pause")
        if not record.follows or weight == before:
            return off
        if before is None:
            return chip("watch", _("new"), "plus-circle")
        words = _("changed, was %(points)s") % {"points": format_number(before.points)}
        if weight.points == before.points:
            words = _("changed")
        return format_html("{}{}", chip("watch", words, "pencil"), off)

    def render_element(self, record: WeightRow) -> str:
        return ELEMENTS[record.weight.element]

    def render_points(self, record: WeightRow) -> str:
        return format_number(record.weight.points)

    def render_counted(self, record: WeightRow) -> LazyText:
        return often(record.weight)

    def render_window(self, record: WeightRow) -> str:
        return so_long(record.weight)


class DraftTable(WeightTable):
    """The rows of a draft; the name leads to the row's form."""

    class Meta(WeightTable.Meta):
        pass

    def named(self, record: WeightRow) -> str:
        address = reverse("scheme_weight", args=[record.pk])
        return format_html('<a class="pl-table__name" href="{}">{}</a>', address, record.weight.label)


class EffectTable(tables.Table):
    """One row a worker."""

    worker = tables.Column(verbose_name=gettext_lazy("Worker"), empty_values=())
    line = tables.TemplateColumn(
        gettext_lazy("{% load scheme %}{% effect_line record.effect.before record.effect.after top=top %}"),
        verbose_name=gettext_lazy("Points"),
        extra_context=lambda table: {"top": table.top},
    )
    before = tables.Column(verbose_name=gettext_lazy("Now"), empty_values=(), attrs={"cell": {"class": "pl-r"}})
    after = tables.Column(verbose_name=gettext_lazy("Draft"), empty_values=(), attrs={"cell": {"class": "pl-r"}})
    band = tables.Column(verbose_name=gettext_lazy("Band"), empty_values=())
    lines = tables.Column(verbose_name=gettext_lazy("Lines that differ"), empty_values=())

    class Meta:
        attrs = {"class": "pl-table pl-table--cards pl-table--tight pl-effect"}
        default = ""  # an empty cell is left out on a phone
        caption = gettext_lazy("Each worker’s total and band now and by the draft, and which lines differ")
        orderable = False
        empty_text = gettext_lazy("No one matches.")

    def __init__(self, found: list[WorkerEffect], *args: Any, preview: Preview, top: int, **kwargs: Any) -> None:
        self.preview, self.top = preview, top
        super().__init__(found, *args, **kwargs)

    def render_worker(self, record: WorkerEffect) -> str:
        worker = record.worker
        team = f", {worker.team_name}" if worker.team_name else ""
        return format_html('{}<span class="pl-sub">{} FTE{}</span>', worker.name, format_number(worker.fte), team)

    def render_before(self, record: WorkerEffect) -> str:
        return format_number(record.effect.before.total)

    def render_after(self, record: WorkerEffect) -> str:
        return format_html("<strong>{}</strong>", format_number(record.effect.after.total))

    def render_band(self, record: WorkerEffect) -> str:
        before, after = record.effect.before.band, record.effect.after.band
        was = (
            ""
            if before == after
            else format_html('<span class="pl-sub">{}</span>', _("was %(band)s") % {"band": before.label})
        )
        return format_html("{}{}", band_chip(after), was)

    def render_lines(self, record: WorkerEffect) -> str:
        kinds = record.effect.kinds
        if not kinds:
            return _("none")
        brief = ", ".join(f"{kind_label(self.preview, kind.code)} {signed(kind.change)}" for kind in kinds)
        full = format_html_join(
            "", "<li>{}: {}</li>", ((kind_label(self.preview, kind.code), kind_words(kind)) for kind in kinds)
        )
        return format_html('<details class="pl-more"><summary>{}</summary><ul>{}</ul></details>', brief, full)


def kind_words(kind: beside.KindEffect) -> str:
    """Say what becomes of the lines of a kind: "3 lines of 3 points in all, then 6"."""
    if kind.code == "weight":
        return _("%(before)s, then %(after)s") % {
            "before": format_number(kind.before),
            "after": format_number(kind.after),
        }
    if kind.lines_before == kind.lines_after:
        words = ngettext(
            "%(count)s line, %(before)s points, then %(after)s",
            "%(count)s lines, %(before)s points, then %(after)s",
            kind.lines_before,
        )
        return words % {
            "count": kind.lines_before,
            "before": format_number(kind.before),
            "after": format_number(kind.after),
        }
    before, after = _lines(kind.lines_before, kind.before), _lines(kind.lines_after, kind.after)
    return _("%(before)s, then %(after)s") % {"before": before, "after": after}


def _lines(count: int, points: Decimal) -> str:
    words = ngettext("%(count)s line, %(points)s points", "%(count)s lines, %(points)s points", count)
    return words % {"count": count, "points": format_number(points)}


def kind_label(preview: Preview, code: str) -> str:
    """Return the label of a kind of lines: from the draft, or from the version in force."""
    return _("Workload weight") if code == "weight" else preview.after.label(code, [preview.before])


EFFECT_COLUMNS = (
    "worker",
    "team",
    "fte",
    "total now",
    "total draft",
    "change",
    "band now",
    "band draft",
    "limit",
    "lines",
)


def export_sums(preview: Preview) -> tuple:
    """Return the workbook's row of sums below `export_rows`."""
    effects = [effect for __, effect in preview.workers]
    return exports.sums_row(
        EFFECT_COLUMNS,
        **{
            "worker": _("All workers"),
            "fte": sum((worker.fte for worker, __ in preview.workers), Decimal(0)),
            "total now": sum((effect.before.total for effect in effects), Decimal(0)),
            "total draft": sum((effect.after.total for effect in effects), Decimal(0)),
            "change": sum((effect.change for effect in effects), Decimal(0)),
            "limit": sum((effect.after.limit for effect in effects), Decimal(0)),
        },
    )


def export_rows(preview: Preview) -> list[tuple]:
    """Return the table as rows of a file: all listed workers, no person supported."""
    return [
        (
            worker.name,
            worker.team_name,
            worker.fte,
            effect.before.total,
            effect.after.total,
            effect.change,
            effect.before.band.label,
            effect.after.band.label,
            effect.after.limit,
            ", ".join(f"{kind_label(preview, kind.code)} {signed(kind.change)}" for kind in effect.kinds),
        )
        for worker, effect in preview.workers
    ]
