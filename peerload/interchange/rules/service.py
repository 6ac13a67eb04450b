"""The settings of the service."""

from types import MappingProxyType
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from ..cell_text import shown
from ..comparison.rows import ServiceRows
from ..errors import Fault
from ..field_types import Cells, UnreadableCell
from ..sheets.settings import SETTING, SETTINGS
from .checks import fault


class ReadSettings(NamedTuple):
    """The sheet service as read: values by key, and their rows."""

    values: dict[str, Any]
    rows: dict[str, int]


def read_settings(service: ServiceRows, current: Cells = MappingProxyType({})) -> tuple[ReadSettings, list[Fault]]:
    """
    Return the settings of the file, and their faults. An empty value is none.

    :param current: those of an existing organisation
    """
    found: dict[str, Any] = {}
    rows: dict[str, int] = {}
    faults: list[Fault] = []
    for row in service.of("service"):
        key, text = row.values["key"], row.values["value"]
        setting = SETTING.get(key)
        if setting is None:
            says = _("There is no setting %(key)s; there are %(names)s.") % {
                "key": shown(key),
                "names": ", ".join(SETTING),
            }
            faults.append(fault("service", row, "key", says))
        elif str(text).strip():
            try:
                found[key], rows[key] = setting.kind.read(text), row.number or 0
            except UnreadableCell as error:
                faults.append(fault("service", row, "value", str(error)))
    said = {row.values["key"] for row in service.of("service") if str(row.values["value"]).strip()}
    faults += [
        Fault("service", 0, setting.key, _("This setting is missing."))
        for setting in SETTINGS
        if setting.required and setting.key not in said
    ]
    now: dict[str, Any] = {"mark": 85, "limit": 100, **current, **found}
    if now["mark"] > now["limit"]:
        row = rows.get("mark") or rows.get("limit") or 0
        says = _("The mark, %(mark)s, lies above the limit, %(limit)s.") % {"mark": now["mark"], "limit": now["limit"]}
        faults.append(Fault("service", row, "value", says))
    return ReadSettings(found, rows), faults
