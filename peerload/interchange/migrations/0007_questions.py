from django.db import migrations, models


def take_over(apps, schema_editor):
    """Let uploads that were confirmed with a choice keep it; a preview that waits for one asks anew."""
    uploads = apps.get_model("interchange", "Upload").objects
    for replace, code in ((True, "replace"), (False, "keep")):
        uploads.filter(replace=replace).update(answers={"alike": code})
    uploads.filter(state="looked_at").update(
        state="let_go", content=None, preview=None, alike=None
    )


def give_back(apps, schema_editor):
    uploads = apps.get_model("interchange", "Upload").objects
    for replace, code in ((True, "replace"), (False, "keep")):
        uploads.filter(answers__alike=code).update(replace=replace)


class Migration(migrations.Migration):
    dependencies = [
        ("interchange", "0006_export"),
    ]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="questions",
            field=models.JSONField(
                null=True, blank=True, help_text="What the file leaves open, with words of it; dropped with the bytes."
            ),
        ),
        migrations.AddField(
            model_name="upload",
            name="answers",
            field=models.JSONField(default=dict, help_text="By kind of question, as they were given."),
        ),
        migrations.AddField(
            model_name="upload",
            name="notes",
            field=models.JSONField(default=list, help_text="What was passed over, in sentences."),
        ),
        migrations.RunPython(take_over, give_back),
        migrations.RemoveField(model_name="upload", name="replace"),
    ]
