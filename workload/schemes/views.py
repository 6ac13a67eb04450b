"""Versions of the scheme for admins: what counts, the draft, what it would do, publishing it."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.forms import BaseForm, Field
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django_tables2 import RequestConfig

from peerload.audit import actions as audit
from peerload.core.formats import format_day
from peerload.core.translation import LazyText
from peerload.staff import access, concurrency
from peerload.staff.actions import Refused
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage
from peerload.ui.asked import day_within
from peerload.ui.templatetags.charts import load_top

from .. import exports, queries, rules
from ..enums import Element
from ..models import Scheme, Weight
from ..presets import SAYS
from . import actions, forms, tables
from . import queries as own
from . import rules as beside

A_PAGE = 50
admins = access.requires(Capability.LOOK_AFTER_SERVICE)


# What counts -----------------------------------------------------------------------------------------------------------


@admins
@require_GET
def scheme(request: access.MemberRequest) -> HttpResponse:
    """List the versions: ahead, in force, before; the draft, and how far a recount is."""
    versions = list(
        Scheme.objects.published()
        .filter(organisation=request.organisation)
        .select_related("published_by")
        .order_by("-starts_on")
    )
    begun = [version for version in versions if version.starts_on <= request.on]
    words = {
        "versions": versions,
        "in_force": begun[0] if begun else (versions[-1] if versions else None),
        "draft": _draft(request),
        **_recount(request),
    }
    return render(request, "workload/schemes/scheme.html", words)


def _recount(request: access.MemberRequest) -> dict:
    return {"recount": own.recounted(request.organisation)}


@admins
@require_GET
def progress(request: access.MemberRequest) -> HttpResponse:
    """Show how far the recount is; the page asks again by itself until it is done."""
    if not request.htmx:
        return redirect("scheme")
    return render(request, "workload/schemes/progress.html", _recount(request))


@admins
@require_GET
def version(request: access.MemberRequest, pk: int) -> HttpResponse:
    """Show a version that is published, with its rows."""
    shown = find_published(request, pk)
    published = queries.schemes(request.organisation.pk)
    place = next(n for n, each in enumerate(published) if each.starts_on == shown.starts_on)
    before = published[place - 1] if place else None
    words = _shown(request, shown, published[place], before, tables.WeightTable) | {
        "may_take_back": place == len(published) - 1 and shown.starts_on > request.on
    }
    return render(request, "workload/schemes/version.html", words)


def _shown(
    request: access.MemberRequest,
    shown: Scheme,
    scheme: rules.Scheme,
    before: rules.Scheme | None,
    table_class: type[tables.WeightTable],
) -> dict:
    table = table_class(tables.rows(list(shown.weights.order_by("item", "pk")), scheme, before))
    RequestConfig(request, paginate={"per_page": A_PAGE}).configure(table)
    return {
        "shown": shown,
        "scheme": scheme,
        "table": table,
        "changes": forms.change_words(before, scheme) if before else [],
        "settings": forms.setting_words(scheme),
        "margins": [beside.margin(scheme, fte) for fte in beside.PARTS],
        "case_points": beside.case_points(scheme),
        "on_duty": [beside.margin(scheme, fte, duty=True) for fte in beside.PARTS] if scheme.on_duty else [],
    }


def find_published(request: access.MemberRequest, pk: int) -> Scheme:
    return get_object_or_404(Scheme.objects.published(), organisation=request.organisation, pk=pk)


def about_published(scheme: Scheme, request: access.MemberRequest) -> concurrency.Description:
    return concurrency.fields(scheme, name=_("Name"), starts_on=_("From"), published_by=_("Published by"))


def page_of(scheme: Scheme) -> str:
    return reverse("scheme_version", args=[scheme.pk])


@admins
@require_POST
@concurrency.changes(find=find_published, describe=about_published, page=page_of)
def take_back(request: access.MemberRequest, pk: int) -> HttpResponse:
    shown = find_published(request, pk)
    try:
        actions.take_back(scheme_id=shown.pk, by=request.member, on=request.on)
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("scheme_version", pk)
    messages.success(request, _("%(shown)s is a draft again. It is not used to count points.") % {"shown": shown.name})
    return redirect("scheme_draft")


# The draft -------------------------------------------------------------------------------------------------------------


def _draft(request: access.MemberRequest) -> Scheme | None:
    found = Scheme.objects.drafts().filter(organisation=request.organisation)
    return found.select_related("begun_by", "organisation").first()


def _before(draft: Scheme) -> rules.Scheme:
    """Return the version a draft follows."""
    return queries.schemes(draft.organisation_id)[-1]


@admins
@require_POST
def begin(request: access.MemberRequest) -> HttpResponse:
    try:
        actions.begin_draft(organisation=request.organisation, by=request.member, on=request.on)
    except actions.DraftThere as refusal:
        messages.info(request, str(refusal))
    return redirect("scheme_draft")


@admins
@require_GET
def draft(request: access.MemberRequest) -> HttpResponse:
    """Show the draft: what differs, its rows and settings, what it leaves to part-time posts, and publishing it."""
    found = _draft(request)
    if found is None:
        return redirect("scheme")
    before = _before(found)
    words = _shown(request, found, queries.scheme(found.pk), before, tables.DraftTable)
    return render(request, "workload/schemes/draft.html", words | {"before": before, **_recount(request)})


class DraftPage(FormPage):
    """A form about the draft as it was when the page was opened; without a draft it leads to the versions."""

    template_name = "workload/schemes/form.html"
    back = reverse_lazy("scheme_draft"), gettext_lazy("The draft")

    def dispatch(self, request: access.MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs) if self.draft else redirect("scheme")

    @cached_property
    def draft(self) -> Scheme | None:
        return _draft(self.request)

    def stored(self, current: Any) -> dict:
        """Return what the form would begin with now."""
        raise NotImplementedError

    def refused(self, form: Any, refusal: Refused) -> HttpResponse:
        if not isinstance(refusal, actions.DraftChangedMeanwhile):
            return super().refused(form, refusal)
        stored = self.stored(refusal.current)
        return self.changed_meanwhile(form, stored["version"], differences(form, stored))


def differences(form: BaseForm, stored: dict) -> list[dict]:
    """Return where what is stored and what was typed differ."""
    found = []
    for name, field in form.fields.items():
        theirs, yours = (_shown_value(field, value) for value in (stored.get(name), form.data.get(name)))
        if name != "version" and theirs != yours:
            found.append({"label": field.label, "theirs": theirs, "yours": yours})
    return found


def _shown_value(field: Field, value: Any) -> str:
    if getattr(field.widget, "input_type", "") == "checkbox":
        return _("Yes") if value else _("No")
    return str(dict(getattr(field, "choices", ())).get(value, value if value is not None else "")) or _("Nothing")


@admins
class EditDraftSettings(DraftPage):
    """Change a draft's settings, all but its rows."""

    form_class = forms.SettingsForm
    stored = staticmethod(forms.settings_initial)

    @property
    def heading(self) -> str:
        return _("Settings of %(name)s") % {"name": self.draft.name}

    def form_arguments(self) -> dict[str, Any]:
        earliest = own.earliest_start(self.request.organisation.pk, apart_from=self.draft.pk)
        return {"earliest": earliest, "initial": forms.settings_initial(self.draft)}

    def act(self, data: dict[str, Any]) -> str:
        fields = {name: data[name] for name in actions.SETTINGS}
        actions.change_settings(scheme_id=self.draft.pk, version=data["version"], fields=fields)
        return _("The settings are saved in the draft.")


@admins
class PresetRows(DraftPage):
    """Switch the draft's rows on or off as a preset does."""

    form_class = forms.PresetForm
    heading = gettext_lazy("Rows of a preset")
    lead = gettext_lazy(
        "Rows of the published scheme are switched on or off in this draft. Rows that your service added stay."
    )
    save = gettext_lazy("Use these rows")

    def form_arguments(self) -> dict[str, Any]:
        preset = self.draft.preset or self.request.organisation.preset
        return {"initial": {"version": self.draft.version, "preset": preset}}

    def stored(self, current: Scheme) -> dict[str, Any]:
        return {"version": current.version, "preset": current.preset}

    def act(self, data: dict[str, Any]) -> str:
        actions.use_preset(scheme_id=self.draft.pk, **data)
        return _("The draft’s rows are those of the preset. See what would change, then publish it.")


def _weight(request: access.MemberRequest, pk: int) -> Weight:
    drafts = Scheme.objects.drafts().filter(organisation=request.organisation)
    return get_object_or_404(Weight.objects.filter(scheme__in=drafts).select_related("scheme"), pk=pk)


@admins
class WeightEdit(DraftPage):
    """Change one row of the draft."""

    form_class = forms.WeightForm

    @cached_property
    def row(self) -> Weight:
        return _weight(self.request, self.kwargs["pk"])

    @property
    def draft(self) -> Scheme:
        return self.row.scheme

    @property
    def heading(self) -> str:
        return self.row.label

    @property
    def lead(self) -> LazyText:
        return SAYS.get(self.row.code, "")

    def form_arguments(self) -> dict[str, Any]:
        initial = forms.weight_initial(self.row, self.draft.version)
        return {"element": self.row.element, "code": self.row.code, "initial": initial}

    def stored(self, current: Weight) -> dict[str, Any]:
        row = _weight(self.request, current.pk)
        return forms.weight_initial(row, row.scheme.version)

    def act(self, data: dict[str, Any]) -> str:
        words = self.filled.words()
        saved = actions.change_weight(weight_id=self.row.pk, version=data["version"], fields=words)
        return _("%(saved)s is saved in the draft.") % {"saved": saved.label}

    def context(self, form: forms.WeightForm) -> dict[str, Any]:
        return super().context(form) | {"dropped": None if self.row.item else self.row}


@admins
class KindAdd(DraftPage):
    """Add a kind of work of the service's own."""

    form_class = forms.WeightForm
    save = gettext_lazy("Add to the draft")

    @cached_property
    def element(self) -> str:
        if self.kwargs["element"] not in (Element.CASE, Element.EXTRA):
            raise Http404
        return self.kwargs["element"]

    @property
    def heading(self) -> str:
        if self.element == Element.CASE:
            return _("A new kind of work with a person")
        return _("A new extra responsibility")

    def form_arguments(self) -> dict[str, Any]:
        return {"element": self.element, "initial": forms.kind_initial(self.element, self.draft.version)}

    def stored(self, current: Scheme) -> dict[str, Any]:
        return self.filled.data.dict() | {"version": current.version}

    def act(self, data: dict[str, Any]) -> str:
        words = {"scheme_id": self.draft.pk, "version": data["version"], "element": self.element}
        added = actions.add_kind(**words, fields=self.filled.words())
        return _("%(added)s is added to the draft.") % {"added": added.label}


@admins
@require_POST
def kind_drop(request: access.MemberRequest, pk: int) -> HttpResponse:
    row = _weight(request, pk)
    return _done(
        request,
        lambda: actions.drop_kind(weight_id=row.pk, version=_version(request)),
        _("%(label)s is taken out of the draft.") % {"label": row.label},
    )


@admins
@require_POST
def drop(request: access.MemberRequest) -> HttpResponse:
    found = _draft(request)
    if found is None:
        return redirect("scheme")
    return _done(
        request,
        lambda: actions.delete_draft(scheme_id=found.pk, version=_version(request)),
        _("The draft is deleted. It was never used to count points."),
    )


@admins
@require_POST
def publish(request: access.MemberRequest) -> HttpResponse:
    found = _draft(request)
    if found is None:
        messages.info(request, _("There is no draft any more."))
        return redirect("scheme")
    words = _("%(name)s is published from %(day)s on. Points are being counted again.") % {
        "name": found.name,
        "day": format_day(found.starts_on),
    }
    return _done(
        request,
        lambda: actions.publish(scheme_id=found.pk, version=_version(request), by=request.member),
        words,
        to="scheme",
    )


def _version(request: access.MemberRequest) -> int:
    number = request.POST.get("version", "")
    return int(number) if number.isdecimal() else 0


def _done(
    request: access.MemberRequest, act: Callable[[], object], words: str, to: str = "scheme_draft"
) -> HttpResponse:
    """Take a step with the draft as it was shown; a refusal appears on the draft's page."""
    try:
        act()
    except actions.DraftChangedMeanwhile:
        messages.warning(
            request, _("Another admin has changed this draft since you opened it. Look at it again, then decide.")
        )
        return redirect("scheme_draft")
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("scheme_draft")
    messages.success(request, words)
    return redirect(to)


# What would change ------------------------------------------------------------------------------------------------------


def _preview(request: access.MemberRequest, found: Scheme) -> own.Preview:
    day = day_within(request.GET.get("on", ""), request.on) or max(request.on, found.starts_on)
    return own.preview(request.organisation, queries.scheme(found.pk), day)


@admins
@require_GET
def effect(request: access.MemberRequest) -> HttpResponse:
    """Show what the draft would do to every worker's total on a day; to htmx only the sums."""
    found = _draft(request)
    if found is None:
        return redirect("scheme")
    preview = _preview(request, found)
    words = {"draft": found, "preview": preview, "sums": preview.sums, **_recount(request)}
    if request.htmx:
        return render(request, "workload/schemes/sums.html", words)
    show = request.GET.get("show", "")
    show = show if show in SHOWN else "changed"
    shown = [each for each in preview.workers if SHOWN[show](each.effect)]
    top = load_top([*(x.effect.before.total for x in shown), *(x.effect.after.total for x in shown)])
    table = tables.EffectTable(shown, preview=preview, top=top)
    RequestConfig(request, paginate={"per_page": A_PAGE}).configure(table)
    kinds = [(tables.kind_label(preview, kind.code), kind) for kind in preview.kinds]
    audit.listed(request, "effect of a scheme", len(shown))
    return render(
        request, "workload/schemes/effect.html", words | {"table": table, "kinds": kinds, "show": show, "shown": shown}
    )


SHOWN = {
    "changed": lambda effect: effect.change != 0 or effect.before.band != effect.after.band,
    "crossing": lambda effect: bool(effect.crosses_mark or effect.crosses_limit),
    "all": lambda effect: True,
}


@admins
@require_GET
def effect_export(request: access.MemberRequest, kind: str) -> HttpResponse:
    """Return the effect as a file: all listed workers, no person supported."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    found = _draft(request)
    if found is None:
        return redirect("scheme")
    preview = _preview(request, found)
    audit.exported(request, "effect of a scheme", workers=len(preview.workers))
    title = _("What a draft of the points scheme would change")
    about = exports.about(request, title, format_day(preview.on))
    rows = tables.export_rows(preview)
    return exports.response(
        kind,
        f"effect-of-draft-{preview.on}",
        tables.EFFECT_COLUMNS,
        rows,
        about=about,
        sums=tables.export_sums(preview) if rows else (),
        sheet="workers",
    )
