"""Imports know the rows they brought in by the label of their model, and saved forms whom they were about; one is renamed."""

from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Replace

BEFORE, SINCE = "caseload.EnteredTwice", "caseload.PossibleDuplicate"


def forwards(apps, schema_editor):
    rename(apps, BEFORE, SINCE)


def backwards(apps, schema_editor):
    rename(apps, SINCE, BEFORE)


def rename(apps, old, new):
    for run in apps.get_model("interchange", "Import").objects.only("written", "fingerprints").iterator():
        by_label = [run.written, *run.fingerprints.values()]
        found = [each for each in by_label if old in each]
        for each in found:
            each[new] = each.pop(old)
        if found:
            run.save(update_fields=["written", "fingerprints"])
    subjects = [f" {label.lower()} " for label in (old, new)]
    saved = apps.get_model("staff", "SavedForm").objects.filter(subject__contains=subjects[0])
    saved.update(subject=Replace(F("subject"), *map(Value, subjects)))


class Migration(migrations.Migration):
    dependencies = [
        ("interchange", "0011_leaving_is_staffs"),
        ("caseload", "0017_possible_duplicates"),
        ("staff", "0012_leaving"),
    ]

    operations = [migrations.RunPython(forwards, backwards)]
