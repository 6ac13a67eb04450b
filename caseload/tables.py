"""The list of people as a table; a card each on a phone. What is due comes first."""

from collections.abc import Callable
from datetime import date
from typing import Any

import django_tables2 as tables
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.formats import format_short_day
from peerload.core.translation import LazyText
from peerload.staff import access
from peerload.ui.templatetags.ui import chip, contact_chip, icon

from .enums import ContactPreference, Tier
from .models import Client
from .queries.in_touch import Tried, next_due
from .queries.settings import cadence_of
from .templatetags.contacts import safely, tried_words


class PeopleTable(tables.Table):
    """One row a person: the name is the link."""

    name = tables.Column(verbose_name=gettext_lazy("Name"), order_by=("name_key", "pk"))
    tier = tables.Column(verbose_name=gettext_lazy("Support"), empty_values=(), order_by=("tier", "name_key", "pk"))
    due = tables.Column(
        verbose_name=gettext_lazy("Contact due"),
        accessor="six_weeks_from",
        empty_values=(),
        order_by=("six_weeks_from", "name_key", "pk"),
    )
    quiet = tables.Column(
        verbose_name=gettext_lazy("Last contact"),
        accessor="last_reached_on",
        empty_values=(),
        order_by=("last_reached_on", "name_key", "pk"),
    )
    worker = tables.Column(
        verbose_name=gettext_lazy("Worker"),
        accessor="worker_name",
        empty_values=(),
        order_by=("worker_key", "name_key", "pk"),
    )
    taps = tables.Column(
        verbose_name=gettext_lazy("Log or call"),
        empty_values=(),
        orderable=False,
        attrs={"th": {"class": "pl-people__taps"}, "td": {"class": "pl-people__taps"}},
    )

    class Meta:
        attrs = {"class": "pl-table pl-table--cards pl-people"}
        default = ""  # an empty cell is left out on a phone
        caption = gettext_lazy("People")
        order_by_field = "sort"
        empty_text = gettext_lazy("No one matches.")

    def __init__(
        self,
        *args: Any,
        request: access.MemberRequest,
        decided_before: Callable[[], date],
        with_workers: bool,
        **kwargs: Any,
    ) -> None:
        self.on, self.organisation = request.on, request.organisation
        self.every = cadence_of(self.organisation)
        self.decided_before = decided_before
        exclude = () if with_workers else ("worker",)
        self.request, self.csrf_token = request, get_token(request)
        self.taps = get_template(
            "caseload/cells/taps.html"
        )  # rendered without context processors, which ask the database
        super().__init__(*args, exclude=exclude, order_by_field="sort", **kwargs)

    def render_taps(self, record: Client) -> str:
        return self.taps.render({"person": record, "request": self.request, "csrf_token": self.csrf_token})

    def orders(self) -> list[tuple[str, str]]:
        """Return the orders to choose from, each with its words; the first is what is due."""
        named = [(name, str(column.header)) for name, column in self.columns.items() if column.orderable]
        return [("", _("What is due first")), *named]

    def render_name(self, record: Client) -> str:
        name = format_html(
            '<a class="pl-table__name" href="{}">{}</a>', reverse("person", args=[record.uid]), record.name
        )
        words = _("you cover (worker: %(worker)s)") % {"worker": record.worker_name} if record.you_cover else ""
        cover = format_html('<span class="pl-sub">{}</span>', words) if words else ""
        return format_html('{}{}<span class="pl-sub pl-people__safe">{}</span>', name, cover, safely(record))

    def render_tier(self, record: Client) -> LazyText:
        tier = Tier(record.tier).label if record.tier else _("support not decided yet")
        decided = record.close_decided_on
        if decided is None or record.closed_on or record.tier == Tier.INACTIVE:
            return tier
        over = decided < self.decided_before()
        mark = (
            chip("watch", _("should be closed by now"), "hourglass-split")
            if over
            else chip("quiet", _("closing"), "hourglass-split")
        )
        return format_html("{} {}", tier, mark)

    def render_due(self, record: Client) -> str:
        if record.contact_preference == ContactPreference.PLEASE_DONT and record.tier != Tier.INACTIVE:
            return format_html("<span>{} {}</span>", icon("bell-slash"), _("please don’t contact"))
        if record.closed_on:
            return ""
        due = next_due(record.six_weeks_from, self.on, self.every)
        return contact_chip(due.state, due.days) if due else ""

    def render_quiet(self, record: Client) -> str:
        day = record.last_reached_on
        if day is None:
            last = _("none yet")
        else:
            last = format_short_day(day, self.on)
        tried = Tried.of(record.last_entry)
        if tried is None:
            return last
        words = tried_words(tried, self.on, self.organisation)
        return format_html('{}<span class="pl-sub">{}</span>', last, words)

    def render_worker(self, record: Client) -> str:
        if record.worker_left and record.tier != Tier.INACTIVE:
            words = _("%(worker)s is not in post any more") % {"worker": record.worker_name}
            left = format_html('<span class="pl-sub">{}</span>', words)
            return format_html("{} {}", chip("act", _("no one"), "person-exclamation"), left)
        return record.worker_name or (
            "" if record.tier == Tier.INACTIVE else chip("act", _("no one"), "person-exclamation")
        )
