"""Tables of staff and teams. Cells that draw something are templates: the tags belong to the pages."""

import django_tables2 as tables

from .models import Member, Team


class StaffTable(tables.Table):
    name = tables.Column(linkify=("staff_edit", [tables.A("uid")]), order_by="name_key")
    role = tables.Column(accessor="get_role_display", order_by="role")
    team_name = tables.Column(verbose_name="Team")
    fte = tables.TemplateColumn("{% load ui %}{{ value|points }}", verbose_name="FTE")
    state = tables.TemplateColumn(template_name="staff/cells/state.html", verbose_name="Sign-in")

    class Meta:
        model = Member
        fields = ["name", "role", "team_name", "fte", "state"]
        attrs = {"class": "pl-table pl-table--cards"}
        caption = "Staff"
        empty_text = "Nobody yet."


class TeamTable(tables.Table):
    name = tables.Column(linkify=("team_edit", [tables.A("pk")]))
    manager = tables.Column(accessor="manager__name", verbose_name="Manager", default="nobody yet")
    deputy = tables.Column(accessor="deputy__name", verbose_name="Deputy", default="nobody")
    workers = tables.Column(verbose_name="People working here")

    class Meta:
        model = Team
        fields = ["name", "manager", "deputy", "workers"]
        attrs = {"class": "pl-table pl-table--cards"}
        caption = "Teams"
        orderable = False
        empty_text = "No team yet."
