"""Imports know the rows they brought in by the label of their model; that of a notice has changed with its app."""

from django.db import migrations

CASELOAD, STAFF = "caseload.Leaving", "staff.Leaving"


def forwards(apps, schema_editor):
    rename(apps, CASELOAD, STAFF)


def backwards(apps, schema_editor):
    rename(apps, STAFF, CASELOAD)


def rename(apps, old, new):
    for run in apps.get_model("interchange", "Import").objects.only("written", "fingerprints").iterator():
        by_label = [run.written, *run.fingerprints.values()]
        found = [each for each in by_label if old in each]
        for each in found:
            each[new] = each.pop(old)
        if found:
            run.save(update_fields=["written", "fingerprints"])


class Migration(migrations.Migration):
    dependencies = [("interchange", "0010_fingerprints"), ("caseload", "0016_leaving_is_staffs")]

    operations = [migrations.RunPython(forwards, backwards)]
