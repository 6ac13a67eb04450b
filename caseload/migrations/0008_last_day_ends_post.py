"""The last day of a notice ends the post: the points of every service where somebody is leaving are counted anew."""

from django.db import migrations
from django.utils import timezone


def recount(apps, schema_editor):
    leaving = apps.get_model("caseload", "Leaving").objects.filter(withdrawn_on=None, closed_on=None)
    organisations = apps.get_model("staff", "Organisation").objects.filter(pk__in=leaving.values("organisation"))
    organisations.update(recount_from=0, recount_asked_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("caseload", "0007_please_dont")]

    operations = [migrations.RunPython(recount, migrations.RunPython.noop)]
