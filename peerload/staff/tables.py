"""Tables of staff and teams. Cells with more than text are templates, because template tags belong to pages."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from .models import Member, Team


class StaffTable(tables.Table):
    name = tables.Column(linkify=("staff_edit", [tables.A("uid")]), order_by="name_key")
    role = tables.Column(accessor="get_role_display", order_by="role")
    team_name = tables.Column(verbose_name=_("Team"))
    fte = tables.TemplateColumn("{% load ui %}{{ value|points }}", verbose_name=_("FTE"))
    state = tables.TemplateColumn(template_name="staff/cells/state.html", verbose_name=_("Sign-in"))

    class Meta:
        model = Member
        fields = ["name", "role", "team_name", "fte", "state"]
        attrs = {"class": "pl-table pl-table--cards"}
        default = ""  # an empty cell is left out on a phone
        caption = _("Staff")
        empty_text = _("No one yet.")


class TeamTable(tables.Table):
    name = tables.Column(linkify=("team_edit", [tables.A("pk")]))
    manager = tables.TemplateColumn(template_name="staff/cells/manager.html", verbose_name=_("Manager"))
    deputy = tables.TemplateColumn(template_name="staff/cells/deputy.html", verbose_name=_("Deputy"))
    workers = tables.Column(verbose_name=_("People working here"))

    class Meta:
        model = Team
        fields = ["name", "manager", "deputy", "workers"]
        attrs = {"class": "pl-table pl-table--cards"}
        default = ""  # an empty cell is left out on a phone
        caption = _("Teams")
        orderable = False
        empty_text = _("No team yet.")
