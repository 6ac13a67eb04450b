"""The day a sign-in was closed, and when somebody was given another role, as the history has them; it keeps them on the way back."""

from zoneinfo import ZoneInfo

from django.db import migrations


def from_history(apps, schema_editor):
    members, events = apps.get_model("staff", "Member").objects, apps.get_model("staff", "MemberEvent").objects
    there = {member.pk: member for member in members.select_related("organisation").iterator()}
    closed, given = {}, {}
    for key, at, role, active in events.order_by("pgh_id").values_list("pgh_obj_id", "pgh_created_at", "role", "active"):
        member = there.get(key)
        if member and active and not member.active:
            closed[key] = at.astimezone(ZoneInfo(member.organisation.timezone)).date()
        if member and role != member.role:
            given[key] = at
    for key in closed.keys() | given.keys():
        members.filter(pk=key).update(closed_on=closed.get(key), role_given_at=given.get(key))


class Migration(migrations.Migration):
    dependencies = [("staff", "0010_closed_on_and_records_from")]

    operations = [migrations.RunPython(from_history, migrations.RunPython.noop)]
