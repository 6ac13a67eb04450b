"""The messages as a table."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from peerload.core.formats import format_day

from .models import Message


class MessageTable(tables.Table):
    subject = tables.Column(linkify=("message", [tables.A("message_id")]), verbose_name=_("Message"))
    to = tables.Column(verbose_name=_("To"))
    kind = tables.Column(accessor="get_kind_display", order_by="kind", verbose_name=_("About"))
    state = tables.TemplateColumn(template_name="notices/cells/message_state.html")
    created_at = tables.Column(verbose_name=_("Written"))

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def render_created_at(self, value: datetime) -> str:
        return moment(value, self.zone)

    class Meta:
        model = Message
        fields = ["subject", "to", "kind", "state", "created_at"]
        order_by = "-created_at"
        attrs = {"class": "pl-table pl-table--cards"}
        default = ""  # an empty cell is left out on a phone
        caption = _("Messages")
        empty_text = _("No message.")


def moment(value: datetime, zone: ZoneInfo) -> str:
    """Write a moment out: 12 November 2026, 14:05."""
    local = value.astimezone(zone)
    return f"{format_day(local.date())}, {local:%H:%M}"
