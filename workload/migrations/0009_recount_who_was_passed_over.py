from django.db import migrations
from django.db.models.functions import Now


def recount_everything(apps, schema_editor):
    """A recount could pass a worker over who has the key of a person: every service is counted again, in the background."""
    organisations = apps.get_model("staff", "Organisation").objects.exclude(recount_from=0)
    organisations.update(recount_from=0, recount_asked_at=Now())


class Migration(migrations.Migration):
    dependencies = [("staff", "0015_quiet_for_long"), ("workload", "0008_plainer_labels")]
    operations = [migrations.RunPython(recount_everything, migrations.RunPython.noop, elidable=True)]
