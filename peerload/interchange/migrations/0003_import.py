import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('interchange', '0002_rows_alike'),
        ('staff', '0009_drop_last_seen'),
    ]

    operations = [
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('context', models.UUIDField(help_text='Of the history: what was before each row that it changed.')),
                ('counts', models.JSONField(default=dict)),
                ('written', models.JSONField(default=dict, help_text='By model, the first and last key of each run of new rows.')),
                ('stays', models.CharField(blank=True, help_text='Why it cannot be undone, where that is known already.', max_length=200)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('refusal', models.CharField(blank=True, help_text='Why it was not undone when it was last tried.', max_length=300)),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.member')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='staff.organisation')),
                ('undone_by', models.ForeignKey(blank=True, help_text='Who has asked to undo it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.member')),
            ],
        ),
    ]
