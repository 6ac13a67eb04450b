"""On the way back guides about the organisation go: the version before this one keeps none without a worker."""

from django.db import migrations


def forget(apps, schema_editor):
    guides = apps.get_model("guides", "Guide").objects.filter(about=None)
    for name in ("GuideAnswers", "GuideStep", "GuideSignature"):
        apps.get_model("guides", name).objects.filter(guide__in=guides).delete()
    guides.delete()


class Migration(migrations.Migration):
    dependencies = [("guides", "0003_about_the_organisation")]

    operations = [migrations.RunPython(migrations.RunPython.noop, forget)]
