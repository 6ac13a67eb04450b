"""Settling by what weights an organisation counts."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from caseload.actions import Refused
from peerload.core import clock
from peerload.staff.models import Organisation

from .. import presets, queries
from ..enums import Preset
from ..models import Scheme, Weight

FIRST_DAY = date(2000, 1, 1)  # of a first scheme; it holds for the days before as well
SCHEME_SETTINGS = {
    "workload_weight": "workload_weight",
    "stable_scales_with_fte": "stable_scales_with_fte",
    "mark": "mark",
    "limit": "limit",
    "close_window_days": "close_window_days",
}
TIER_POINTS = "points_per_tier_"


class MonthsSent(Refused):
    """A month that the newest version counts has been sent, so nothing of that version changes any more."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "A month counted by the scheme in force has been sent, so its settings stay as they are. Change "
                "these in a new version of the scheme instead, under Settings."
            )
        )


def lock_schemes(organisation_id: int) -> Organisation:
    """
    Lock what an organisation counts by: no month is sent while a version begins in it, and no version begins in one being sent.

    Before families, the ledger, workers and records, as an import and a recount take it.
    """
    return Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation_id)


@transaction.atomic
def create_scheme(
    organisation: Organisation, preset: str | None = Preset.PEER, overrides: Mapping[str, object] | None = None
) -> Scheme:
    """
    Create an organisation's scheme from a preset, or change its newest scheme to the preset and settings named.

    The caller recounts points: `rebuild` inside an import, else `recount_later`.

    :param preset: ``None`` leaves the rows of an existing scheme as they are
    :param overrides: by the name of the setting (``mark``, ``points_per_tier_group`` ...): numbers and switches
    :raises KeyError: if a setting is not one of the scheme's
    :raises MonthsSent: if that changes anything, and a month it counts has been sent
    """
    overrides = dict(overrides or {})
    tiers = {k.removeprefix(TIER_POINTS): overrides.pop(k) for k in list(overrides) if k.startswith(TIER_POINTS)}
    fields = {SCHEME_SETTINGS[setting]: value for setting, value in overrides.items()}
    scheme = Scheme.objects.published().filter(organisation=organisation).order_by("-starts_on").first()
    if scheme is None:
        scheme = Scheme.objects.create(
            organisation=organisation,
            name=_("First scheme"),
            starts_on=FIRST_DAY,
            published_at=clock.now(),
            preset=preset or organisation.preset,
            **fields,
        )
        Weight.objects.bulk_create(
            Weight(scheme=scheme, **weight._asdict()) for weight in presets.weights(Preset(scheme.preset))
        )
        preset = None
    changed = Scheme.objects.filter(pk=scheme.pk).exclude(**fields).update(**fields) if fields else 0
    changed += switch_to_preset(scheme, Preset(preset)) if preset else 0
    for tier, points in tiers.items():
        changed += scheme.weights.filter(code="case", tier=tier).exclude(points=points).update(points=points)
    if changed and queries.newest_version_is_reported(organisation.pk):
        raise MonthsSent
    scheme.refresh_from_db()
    return scheme


def switch_to_preset(scheme: Scheme, preset: Preset) -> int:
    """
    Switch the rows of section 5 on or off and call them as a preset does; return how many of them were otherwise.

    A service's own rows stay as they are.
    """
    Scheme.objects.filter(pk=scheme.pk).update(preset=preset)
    changed = 0
    for weight in presets.weights(preset):
        as_it_is = {"on": weight.on, "label": weight.label}
        rows = scheme.weights.filter(item=weight.item, code=weight.code, tier=weight.tier)
        changed += rows.exclude(**as_it_is).update(**as_it_is)
    return changed
