"""The settings of the service, one in each row of its sheet."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from peerload.core.translation import LazyText
from peerload.staff.models import Organisation
from peerload.staff.rules import LIMITS
from workload.enums import Preset

from ..field_types import Choice, FieldType, Monday, Month, Name, Number, OnOff, Region, Text, Whole, Zone
from . import columns as col
from .columns import sheet

TIER_POINTS = Number(2, 0, 1_000)


class Setting(NamedTuple):
    """A row of the sheet service: its key, what it holds, where it is kept, a line of help."""

    key: str
    kind: FieldType
    help: LazyText
    of: str = "organisation"  # organisation, scheme, tier (the scheme's points of a case)
    required: bool = False


def _text(key: str, help: LazyText, *, required: bool = False) -> Setting:
    return Setting(key, col.text_of(Organisation, key), help, required=required)


def _whole(key: str, help: LazyText) -> Setting:
    return Setting(key, Whole(*LIMITS[key]), help)


def _number(key: str, help: LazyText) -> Setting:
    return Setting(key, Number(2, *LIMITS[key]), help)


SETTINGS = (
    _text("name", _("The service’s name."), required=True),
    _text("code", _("A short name for commands; if left out, the name.")),
    Setting("timezone", Zone(), _("Such as Pacific/Auckland."), required=True),
    Setting(
        "region", Region(), _("The region whose public holidays count, such as NZ, NZ-AUK or GB-ENG."), required=True
    ),
    _number("full_time_hours", _("Hours a week of a full-time post; 40 if left out.")),
    Setting("preset", Choice(Preset), _("peer, or children for the complete scheme; peer if left out.")),
    _text("person_noun", _("What the service calls a person it supports.")),
    _text("people_noun", _("What the service calls several people it supports.")),
    _text("greeting", _("The first word of My day.")),
    _text("tonight_line", _("Who to call when the service is closed, such as: Call or text 1737, any time.")),
    Setting("cycle_anchor", Monday(), _("A Monday on which a four-week cycle begins.")),
    _whole("parked_weeks", _("Weeks between two contacts while keeping in touch; 6 if left out.")),
    _whole("inactive_weeks", _("Weeks until keeping in touch ends; 24 if left out.")),
    _whole("undo_weeks", _("Weeks in which the last worker can undo “not in touch now”; 52 if left out.")),
    _whole(
        "consecutive_over",
        _("After how many months over the limit peerload asks for a workload review; 2 if left out."),
    ),
    _number(
        "boundary_high",
        _("Boundary: how many people with high support are enough for one full-time worker; 5 if left out."),
    ),
    _number("boundary_medium", _("Boundary: medium support; 10 if left out.")),
    _number("boundary_group", _("Boundary: group support; 15 if left out.")),
    _number("boundary_parked", _("Boundary: keeping in touch; 20 if left out.")),
    _whole(
        "quiet_high",
        _("Days without contact from which My day lists a person with high support as quiet for long; 14 if left out."),
    ),
    _whole("quiet_medium", _("Quiet for long: days with medium support; 28 if left out.")),
    _whole("quiet_group", _("Quiet for long: days with group support; 42 if left out.")),
    _whole(
        "action_days", _("Days after its due day when the service manager is told of an open action; 14 if left out.")
    ),
    Setting(
        "records_from", Month(), _("The first month with monthly records, as 2026-10; if left out, the next month.")
    ),
    Setting(
        "workload_weight",
        OnOff(),
        _("Workload weight, one point for every full ten: on or off; on if left out."),
        "scheme",
    ),
    Setting(
        "stable_scales_with_fte",
        OnOff(),
        _("Whether the stable element depends on FTE: on or off; off if left out."),
        "scheme",
    ),
    Setting("points_per_tier_high", TIER_POINTS, _("Points for a person with high support; 2 if left out."), "tier"),
    Setting(
        "points_per_tier_medium", TIER_POINTS, _("Points for a person with medium support; 2 if left out."), "tier"
    ),
    Setting("points_per_tier_group", TIER_POINTS, _("Points for a person with group support; 2 if left out."), "tier"),
    Setting(
        "points_per_tier_parked", TIER_POINTS, _("Points for a person in keeping in touch; 0 if left out."), "tier"
    ),
    Setting("mark", col.MARK, _("Little room from so many points per FTE; 85 if left out."), "scheme"),
    Setting("limit", col.MARK, _("The limit: over, above so many points per FTE; 100 if left out."), "scheme"),
    Setting(
        "close_window_days",
        Whole(0, 365),
        _("How many days points go on after a decision to close; 28 if left out."),
        "scheme",
    ),
)
SETTING = {setting.key: setting for setting in SETTINGS}
SERVICE = sheet(
    "service",
    _("The service and its settings, one in each row."),
    ("key",),
    None,
    col.Column("key", Name(40), _("Which setting."), True),
    col.Column("value", Text(400), _("Its value; if empty, the setting stays as it is.")),
    required=True,
)
