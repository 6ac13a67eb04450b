"""The settings of the service, one a row of its sheet."""

from typing import NamedTuple

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
    help: str
    of: str = "organisation"  # organisation, scheme, tier (the scheme's points of a case)
    required: bool = False


def _text(key: str, help: str, *, required: bool = False) -> Setting:
    return Setting(key, col.text_of(Organisation, key), help, required=required)


def _whole(key: str, help: str) -> Setting:
    return Setting(key, Whole(*LIMITS[key]), help)


def _number(key: str, help: str) -> Setting:
    return Setting(key, Number(2, *LIMITS[key]), help)


SETTINGS = (
    _text("name", "The service's name.", required=True),
    _text("code", "A short name for commands; the name, if left out."),
    Setting("timezone", Zone(), "Such as Pacific/Auckland.", required=True),
    Setting("region", Region(), "Whose public holidays count: NZ, NZ-AUK, GB-ENG.", required=True),
    _number("full_time_hours", "Hours a week of a full-time post; 40 if left out."),
    Setting("preset", Choice(Preset), "peer, or children for the complete scheme; peer if left out."),
    _text("person_noun", "What the service calls a person it supports."),
    _text("people_noun", "What the service calls those it supports."),
    _text("greeting", "The first word of My day."),
    Setting("cycle_anchor", Monday(), "A Monday on which a four-week cycle begins."),
    _whole("parked_weeks", "Weeks between two contacts while keeping in touch; 6 if left out."),
    _whole("inactive_weeks", "Weeks after which the contacts decide; 24 if left out."),
    _whole("undo_weeks", "Weeks in which the last worker can undo that the contacts decided; 52 if left out."),
    _whole("consecutive_over", "Months above the limit that ask for a review; 2 if left out."),
    _number("boundary_high", "People of one full-time worker, high; 5 if left out."),
    _number("boundary_medium", "The same, medium; 10 if left out."),
    _number("boundary_group", "The same, group; 15 if left out."),
    _number("boundary_parked", "The same, keeping in touch; 20 if left out."),
    Setting(
        "records_from", Month(), "The first month whose records were asked for, as 2026-10; the next, if left out."
    ),
    Setting("workload_weight", OnOff(), "One point for every whole ten; on if left out.", "scheme"),
    Setting("stable_scales_with_fte", OnOff(), "Whether the stable element follows FTE; off if left out.", "scheme"),
    Setting("points_per_tier_high", TIER_POINTS, "Points of a case, high; 2 if left out.", "tier"),
    Setting("points_per_tier_medium", TIER_POINTS, "The same, medium; 2 if left out.", "tier"),
    Setting("points_per_tier_group", TIER_POINTS, "The same, group; 2 if left out.", "tier"),
    Setting("points_per_tier_parked", TIER_POINTS, "The same, keeping in touch; 0 if left out.", "tier"),
    Setting("mark", col.MARK, "Little room from so many points per FTE; 85 if left out.", "scheme"),
    Setting("limit", col.MARK, "Over above so many points per FTE; 100 if left out.", "scheme"),
    Setting(
        "close_window_days",
        Whole(0, 365),
        "Days that points stand after a decision to close; 28 if left out.",
        "scheme",
    ),
)
SETTING = {setting.key: setting for setting in SETTINGS}
SERVICE = sheet(
    "service",
    "The service and its settings, one a row.",
    ("key",),
    None,
    col.Column("key", Name(40), "Which setting.", True),
    col.Column("value", Text(400), "Its value; empty leaves it as it is."),
    required=True,
)
