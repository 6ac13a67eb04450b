"""The first month whose records and reports a service was asked for: until now only the notices sent from here told it."""

import re

from django.db import migrations

PROMPTS = ("record_due", "record_to_complete", "report_due")


def from_notices(apps, schema_editor):
    first = {}
    notices = apps.get_model("notices", "Notice").objects.filter(kind__in=PROMPTS)
    for organisation, subject in notices.values_list("recipient__organisation", "subject").distinct():
        if found := re.search(r":(\d{4}-\d{2})$", subject):
            month = f"{found[1]}-01"
            first[organisation] = min(month, first.get(organisation, month))
    for organisation, month in first.items():
        apps.get_model("staff", "Organisation").objects.filter(pk=organisation).update(records_from=month)


class Migration(migrations.Migration):
    dependencies = [
        ("workload", "0005_reasons_as_reported"),
        ("staff", "0010_closed_on_and_records_from"),
        ("notices", "0001_initial"),
    ]

    operations = [migrations.RunPython(from_notices, migrations.RunPython.noop)]
