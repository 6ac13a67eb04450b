"""Settling by what weights an organisation counts."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from peerload import clock
from peerload.staff.models import Organisation

from .. import presets
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


@transaction.atomic
def create_scheme(
    organisation: Organisation, preset: str = Preset.PEER, overrides: Mapping[str, object] | None = None
) -> Scheme:
    """
    Give an organisation the scheme of a preset, or bring its newest scheme to the preset and settings named.

    Points are counted anew by the caller: `rebuild` inside an import, else `recount_later`.

    :param overrides: by the name of the setting (``mark``, ``points_per_tier_group`` ...): numbers and switches
    :raises KeyError: if a setting is not one of the scheme's
    """
    overrides = dict(overrides or {})
    tiers = {k.removeprefix(TIER_POINTS): overrides.pop(k) for k in list(overrides) if k.startswith(TIER_POINTS)}
    fields = {SCHEME_SETTINGS[setting]: value for setting, value in overrides.items()}
    scheme = Scheme.objects.published().filter(organisation=organisation).order_by("-starts_on").first()
    if scheme is None:
        scheme = Scheme.objects.create(
            organisation=organisation, name="First scheme", starts_on=FIRST_DAY, published_at=clock.now(), **fields
        )
        Weight.objects.bulk_create(
            Weight(scheme=scheme, **weight._asdict()) for weight in presets.weights(Preset(preset))
        )
    else:
        Scheme.objects.filter(pk=scheme.pk).update(**fields) if fields else None
        _switch(scheme, Preset(preset))
    for tier, points in tiers.items():
        scheme.weights.filter(code="case", tier=tier).update(points=points)
    scheme.refresh_from_db()
    return scheme


def _switch(scheme: Scheme, preset: Preset) -> None:
    """Switch the rows of section 5 on or off and call them as a preset does; a service's own rows stay as they are."""
    for weight in presets.weights(preset):
        as_it_is = {"on": weight.on, "label": weight.label}
        rows = scheme.weights.filter(item=weight.item, code=weight.code, tier=weight.tier)
        rows.exclude(**as_it_is).update(**as_it_is)
