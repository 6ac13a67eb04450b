"""
Versions of the scheme: begin a draft, change it row by row, preview and publish it.

A published version never changes; changes go into the next one. No points follow from a draft, so its counter is enough
to notice other members' changes, and deleting it leaves no trace.
"""

from datetime import date

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from caseload.actions import Refused, history
from peerload.audit import actions as audit
from peerload.core import clock, dates
from peerload.core.folding import same_name
from peerload.core.formats import format_day
from peerload.notices import actions as notices
from peerload.staff.enums import Role
from peerload.staff.models import Member, Organisation

from ..actions import create_scheme, lock_schemes, recount_later, switch_to_preset
from ..enums import Condition, CountedPer, Element, Preset, Window
from ..models import Scheme, Weight
from ..notices import SCHEME_CHANGES
from . import queries

SWITCHES = (
    "workload_weight",
    "weight_of_cases_only",
    "stable_scales_with_fte",
    "extras_inside_base",
    "decision_day_is_first",
    "start_day_is_first",
    "windows_run_on",
)
SETTINGS = ("name", "starts_on", "mark", "limit", "close_window_days", *SWITCHES)
ROW = ("label", "points", "per", "window", "length", "condition", "condition_value", "linked_to_cases", "on")
PER: dict[str, tuple[CountedPer, ...]] = {
    Element.EXTRA: (CountedPer.WORKER, CountedPer.ROW, CountedPer.QUANTITY),
    Element.CASE: (CountedPer.ROW, CountedPer.PERSON, CountedPer.CASE),
}


class DraftThere(Refused):
    """There is a draft already, and a service has one at most."""


class NotADraft(Refused):
    """The version has been published or deleted meanwhile, so it cannot be changed."""


class DraftChangedMeanwhile(Refused):
    """Another member has changed the draft since the form was opened; ``current`` is the draft now."""

    def __init__(self, current: Scheme | Weight) -> None:
        super().__init__(
            _("Another admin has changed this draft since you opened the page. Both versions are shown below.")
        )
        self.current = current


class StartsTooEarly(Refused):
    """The first day lies in a month that was sent, or not after the version before."""

    field = "starts_on"


class SchemeContradiction(Refused):
    """The mark lies above the limit, or a row asks for what its element does not have."""


class KindThere(Refused):
    """The scheme has a kind of work of that name already."""

    field = "label"


class KindCounts(Refused):
    """The kind of work is part of section 5, or counts in a version published before, so it is switched off instead."""


class HasBegun(Refused):
    """The version is in force already, or is not the newest."""


# The draft -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def begin_draft(*, organisation: Organisation, by: Member, on: date) -> Scheme:
    """
    Begin a draft: a copy of the newest version with all its rows, from the first day of the next month on.

    :raises DraftThere: if one is under way
    """
    organisation = lock_schemes(organisation.pk)
    if Scheme.objects.drafts().filter(organisation=organisation).exists():
        raise DraftThere(_("There is a draft already. Change that one, or delete it first."))
    newest = _newest(organisation.pk) or create_scheme(organisation, organisation.preset)
    draft = Scheme.objects.create(
        organisation=organisation,
        name=_("Version %(count)s")
        % {"count": Scheme.objects.published().filter(organisation=organisation).count() + 1},
        starts_on=dates.month_end(max(on, newest.starts_on)) + dates.DAY,
        begun_by=by,
        begun_at=clock.now(),
        preset=newest.preset,
        **{name: getattr(newest, name) for name in SETTINGS if name not in ("name", "starts_on")},
    )
    rows = list(newest.weights.order_by("pk"))
    for row in rows:
        row.pk, row.scheme = None, draft
    Weight.objects.bulk_create(rows)
    return draft


@transaction.atomic
def change_settings(*, scheme_id: int, version: int, fields: dict) -> Scheme:
    """
    Save the settings of a draft.

    :param version: the `Scheme.version` that the form was filled from
    :param fields: of `SETTINGS`
    :raises DraftChangedMeanwhile: if the draft has changed since the form was opened
    :raises NotADraft: if the version has been published or deleted meanwhile
    :raises StartsTooEarly: if the first day lies in a reported month, or not after the version before
    :raises SchemeContradiction: if the mark lies above the limit, or a row asks for what its element does not have
    """
    draft = _draft(scheme_id)
    if draft.version != version:
        raise DraftChangedMeanwhile(draft)
    for name, value in fields.items():
        if name not in SETTINGS:
            raise TypeError(f"A version has no {name}.")
        setattr(draft, name, value)
    if not 0 <= draft.mark <= draft.limit:
        raise SchemeContradiction(_("The mark lies between 0 and the limit."))
    _starts_late_enough(draft)
    draft.version += 1
    draft.save()
    return draft


@transaction.atomic
def use_preset(*, scheme_id: int, version: int, preset: str) -> Scheme:
    """
    Switch the rows of section 5 in a draft on or off, and label them, as a preset does; the service's own rows stay.

    :raises DraftChangedMeanwhile: if the draft has changed since the form was opened
    :raises NotADraft: if the version has been published or deleted meanwhile
    """
    draft = _draft(scheme_id)
    if draft.version != version:
        raise DraftChangedMeanwhile(draft)
    switch_to_preset(draft, Preset(preset))
    draft.preset = preset
    draft.version += 1
    draft.save(update_fields=["preset", "version"])
    return draft


@transaction.atomic
def change_weight(*, weight_id: int, version: int, fields: dict) -> Weight:
    """
    Save one row of a draft.

    :param version: the `Scheme.version` that the form was filled from
    :param fields: of `ROW`
    :raises DraftChangedMeanwhile: if the draft has changed since the form was opened
    :raises NotADraft: if the version has been published or deleted meanwhile
    :raises KindThere: if the scheme has a kind of work of that name already
    :raises SchemeContradiction: if the mark lies above the limit, or a row asks for what its element does not have
    """
    draft, weight = _draft_of(weight_id)
    if draft.version != version:
        raise DraftChangedMeanwhile(weight)
    if fields.get("label", weight.label) != weight.label:
        _refuse_label(draft, fields["label"], but=weight.pk)
    for name, value in fields.items():
        if name not in ROW:
            raise TypeError(f"A row has no {name}.")
        setattr(weight, name, value)
    _must_agree(weight)
    weight.save()
    _counted_up(draft)
    return weight


@transaction.atomic
def add_kind(*, scheme_id: int, version: int, element: Element, fields: dict) -> Weight:
    """
    Add a kind of work of the service's own to a draft: work with a person, or an extra responsibility.

    :param fields: of `ROW`; the code follows from the label
    :raises DraftChangedMeanwhile: if the draft has changed since the form was opened
    :raises NotADraft: if the version has been published or deleted meanwhile
    :raises KindThere: if the scheme has a kind of work of that name already
    :raises SchemeContradiction: if the mark lies above the limit, or a row asks for what its element does not have
    """
    draft = _draft(scheme_id)
    if draft.version != version:
        raise DraftChangedMeanwhile(draft)
    weight = Weight(scheme=draft, element=element, **fields)
    _refuse_label(draft, weight.label)
    weight.code = _free_code(draft, weight.label)
    _must_agree(weight)
    weight.save()
    _counted_up(draft)
    return weight


def _refuse_label(draft: Scheme, label: str, but: int | None = None) -> None:
    """
    Refuse a name that reads like that of another kind of work of the draft.

    :raises KindThere: if another kind of work of the draft has a name that reads like it
    """
    others = draft.weights.exclude(pk=but).values_list("label", flat=True)
    if there := same_name(label, others):
        raise KindThere(_("There is a kind of work called %(there)s already. Choose another name.") % {"there": there})


def _free_code(draft: Scheme, label: str) -> str:
    """Return a code no row of the draft has: the label's Latin letters, numbered where another reads the same in them."""
    stem = slugify(label).replace("-", "_")[:36] or "own_kind"
    taken = set(draft.weights.values_list("code", flat=True))
    return next(code for code in (stem, *(f"{stem}_{n}" for n in range(2, len(taken) + 3))) if code not in taken)


@transaction.atomic
def drop_kind(*, weight_id: int, version: int) -> None:
    """
    Remove a kind of work from a draft that was added to it.

    :raises DraftChangedMeanwhile: if the draft has changed since the form was opened
    :raises NotADraft: if the version has been published or deleted meanwhile
    :raises KindCounts: if a version published before has it; work may be written down by its name
    """
    draft, weight = _draft_of(weight_id)
    if draft.version != version:
        raise DraftChangedMeanwhile(weight)
    published = Scheme.objects.published().filter(organisation=draft.organisation_id)
    if weight.item or Weight.objects.filter(scheme__in=published, code=weight.code).exists():
        raise KindCounts(
            _(
                "Work is recorded under %(weight)s already. Switch it off instead: from %(day)s on it then counts "
                "nothing."
            )
            % {"weight": weight.label, "day": format_day(draft.starts_on)}
        )
    weight.delete()
    _counted_up(draft)


@transaction.atomic
def delete_draft(*, scheme_id: int, version: int) -> None:
    """
    Delete a draft. No points were ever counted by it.

    :raises DraftChangedMeanwhile: if the draft has changed since the form was opened
    :raises NotADraft: if the version has been published or deleted meanwhile
    """
    draft = _draft(scheme_id)
    if draft.version != version:
        raise DraftChangedMeanwhile(draft)
    draft.delete()


# Published -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def publish(*, scheme_id: int, version: int, by: Member) -> Scheme:
    """
    Publish a draft: from its first day on all points are counted by it.

    Points are recounted in the background; pages go on working and say so. Workers and managers get a line in their
    next digest.

    :raises DraftChangedMeanwhile: if the draft has changed since it was shown
    :raises NotADraft: if the version has been published or deleted meanwhile
    :raises StartsTooEarly: if the first day lies in a reported month, or not after the version before
    """
    organisation = lock_schemes(_draft(scheme_id, locked=False).organisation_id)
    draft = _draft(scheme_id)
    if draft.version != version:
        raise DraftChangedMeanwhile(draft)
    _starts_late_enough(draft)
    draft.published_by, draft.published_at = by, clock.now()
    draft.version += 1
    draft.save()
    _set_preset(organisation, draft, by)
    recount_later(organisation)
    audit.published(organisation, by=by, scheme=draft.pk)
    told = Member.objects.active().filter(organisation=organisation, role__in=(Role.PEER_WORKER, Role.MANAGER))
    notices.notify(recipients=told, kind=SCHEME_CHANGES, subject=_subject(draft), anchor_on=draft.starts_on)
    return draft


@transaction.atomic
def take_back(*, scheme_id: int, by: Member, on: date) -> Scheme:
    """
    Make a published version that has not begun a draft again.

    :raises HasBegun: if it counts already on this day, or a later version follows it
    :raises DraftThere: if another draft is under way
    """
    organisation = lock_schemes(Scheme.objects.values_list("organisation_id", flat=True).get(pk=scheme_id))
    scheme = Scheme.objects.select_for_update(of=("self",)).get(pk=scheme_id)
    newest = _newest(organisation.pk)
    if scheme.published_at is None:
        return scheme
    if newest != scheme:
        raise HasBegun(
            _("%(newest)s follows %(scheme)s. Take that one back first.")
            % {"newest": newest.name, "scheme": scheme.name}
        )
    if scheme.starts_on <= on:
        raise HasBegun(
            _("%(scheme)s counts since %(day)s. A new version can follow it.")
            % {"scheme": scheme.name, "day": format_day(scheme.starts_on)}
        )
    if Scheme.objects.drafts().filter(organisation=organisation).exists():
        raise DraftThere(_("There is a draft already. Delete it first, then this version can become a draft again."))
    scheme.published_by = scheme.published_at = None
    scheme.begun_by, scheme.begun_at = by, clock.now()
    scheme.version += 1
    scheme.save()
    _set_preset(organisation, _newest(organisation.pk), by)
    recount_later(organisation)
    audit.taken_back(organisation, by=by, scheme=scheme.pk)
    notices.cancel(subjects=[_subject(scheme)])
    return scheme


def _set_preset(organisation: Organisation, scheme: Scheme, by: Member) -> None:
    """Set the preset of a service's newest version, as its sheets give it."""
    if scheme.preset and scheme.preset != organisation.preset:
        organisation.preset = scheme.preset
        with history(by, _("another preset of the points scheme")):
            organisation.save(update_fields=["preset"])


def _subject(scheme: Scheme) -> str:
    return f"scheme:{scheme.pk}"


def _newest(organisation_id: int) -> Scheme | None:
    return Scheme.objects.published().filter(organisation=organisation_id).order_by("starts_on").last()


def _draft(scheme_id: int, *, locked: bool = True) -> Scheme:
    schemes = Scheme.objects.select_for_update(of=("self",)) if locked else Scheme.objects
    draft = schemes.filter(pk=scheme_id).first()
    if draft is None:
        raise NotADraft(_("Another admin has deleted this draft."))
    if draft.published_at:
        raise NotADraft(
            _("%(draft)s is published, so it cannot be changed. Begin a new draft instead.") % {"draft": draft.name}
        )
    return draft


def _draft_of(weight_id: int) -> tuple[Scheme, Weight]:
    scheme_id = Weight.objects.filter(pk=weight_id).values_list("scheme_id", flat=True).first()
    draft = _draft(scheme_id)
    weight = draft.weights.filter(pk=weight_id).first()
    if weight is None:
        raise NotADraft(_("Another admin has removed this row."))
    return draft, weight


def _counted_up(draft: Scheme) -> None:
    draft.version += 1
    draft.save(update_fields=["version"])


def _starts_late_enough(draft: Scheme) -> None:
    earliest = queries.earliest_start(draft.organisation_id, apart_from=draft.pk)
    if earliest and draft.starts_on < earliest:
        raise StartsTooEarly(
            _(
                "%(draft)s can start on %(day)s at the earliest: months that were sent, and the version "
                "before, stay as they are."
            )
            % {"draft": draft.name, "day": format_day(earliest)}
        )


def _must_agree(weight: Weight) -> None:
    """Refuse a row that its element cannot be counted by."""
    if weight.points < 0:
        raise SchemeContradiction(_("Points are 0 or more."))
    if weight.window in (Window.WORKING_DAYS, Window.DAYS) and weight.length < 1:
        raise SchemeContradiction(_("Say for how many days it counts: 1 or more."))
    if weight.window not in (Window.WORKING_DAYS, Window.DAYS):
        weight.length = 0
    if weight.condition != Condition.MINUTES_OVER:
        weight.condition_value = 0
    if weight.code in ("case", "new", "stable"):
        return
    if weight.per not in PER[weight.element]:
        raise SchemeContradiction(_("%(weight)s cannot be counted that way.") % {"weight": weight.label})
    if weight.element == Element.EXTRA and weight.condition != Condition.NONE:
        raise SchemeContradiction(
            _("A condition like that belongs to work with a person, not to %(weight)s.") % {"weight": weight.label}
        )
    if weight.element == Element.CASE and weight.linked_to_cases:
        raise SchemeContradiction(_("%(weight)s is work with a person already.") % {"weight": weight.label})
