import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('interchange', '0001_initial'), ('interchange', '0002_rows_alike'), ('interchange', '0003_import'), ('interchange', '0004_large_uploads'), ('interchange', '0005_marked_faults'), ('interchange', '0006_export'), ('interchange', '0007_questions'), ('interchange', '0008_who_may_confirm'), ('interchange', '0009_access'), ('interchange', '0010_fingerprints'), ('interchange', '0011_leaving_is_staffs')]

    initial = True

    dependencies = [
        ('caseload', '0016_leaving_is_staffs'),
        ('staff', '0001_squashed_0011_closed_on_from_history'),
    ]

    operations = [
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('file_name', models.CharField(max_length=120)),
                ('content', models.BinaryField(blank=True, null=True)),
                ('state', models.CharField(choices=[('to_read', 'waiting to be read'), ('reading', 'being read'), ('looked_at', 'waiting for your yes'), ('waiting', 'waiting for its turn'), ('running', 'being brought in'), ('done', 'brought in'), ('refused', 'refused'), ('let_go', 'let go')], default='looked_at', max_length=10)),
                ('counts', models.JSONField(default=dict)),
                ('faults', models.JSONField(default=list, help_text='Groups of equal faults, as `FaultGroup` has them.')),
                ('preview', models.JSONField(blank=True, help_text='What would be new or changed, with names; dropped with the bytes.', null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('done_rows', models.PositiveIntegerField(default=0)),
                ('all_rows', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.member')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='staff.organisation')),
                ('alike', models.JSONField(blank=True, help_text='New rows that are like one that is there: how many, and the first of them; dropped with the bytes.', null=True)),
                ('marked', models.BinaryField(blank=True, help_text='Of a refused file: a workbook with its faults marked; dropped after an hour.', null=True)),
                ('questions', models.JSONField(blank=True, help_text='What the file leaves open, with words of it; dropped with the bytes.', null=True)),
                ('answers', models.JSONField(default=dict, help_text='By kind of question, as they were given.')),
                ('notes', models.JSONField(default=list, help_text='What was passed over, in sentences.')),
                ('access', models.JSONField(blank=True, help_text='What it would change of who may do what, in sentences, all of them; dropped with the bytes.', null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ('to_read', 'reading', 'waiting', 'running'))), fields=['created_at'], name='interchange_upload_owed')],
            },
        ),
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
                ('fingerprints', models.JSONField(default=dict, help_text='Of the rows as it left them, `written` and `changed`, so that history need not be whole.')),
            ],
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('reason', models.CharField(max_length=300)),
                ('format', models.CharField(choices=[('xlsx', 'Excel workbook (.xlsx)'), ('zip', 'Zip of CSV files')], max_length=4)),
                ('with_words', models.BooleanField(help_text='With the words written about people, once somebody else has confirmed.')),
                ('state', models.CharField(choices=[('asked', 'waiting for somebody else to confirm'), ('refused', 'refused'), ('expired', 'not confirmed in time'), ('waiting', 'waiting for its turn'), ('running', 'being made'), ('ready', 'ready to download'), ('over', 'no longer kept'), ('failed', 'could not be made')], max_length=8)),
                ('asked_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('done_rows', models.PositiveIntegerField(default=0)),
                ('all_rows', models.PositiveIntegerField(default=0)),
                ('content', models.BinaryField(blank=True, null=True)),
                ('file_name', models.CharField(blank=True, max_length=120)),
                ('counts', models.JSONField(default=dict, help_text='What it held: rows by sheet.')),
                ('ready_at', models.DateTimeField(blank=True, null=True)),
                ('failure', models.CharField(blank=True, help_text='Why it could not be made.', max_length=300)),
                ('decided_by', models.ForeignKey(blank=True, help_text='Who confirmed or refused.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.member')),
                ('member', models.ForeignKey(help_text='The admin who asked.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.member')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exports', to='staff.organisation')),
                ('may_confirm', models.JSONField(default=list, help_text='Who could confirm when it was asked for: member, role and email of each; emptied once it is over.')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ('waiting', 'running'))), fields=['asked_at'], name='interchange_export_owed')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='interchange_export_decided_by_and_when'), models.CheckConstraint(condition=models.Q(('decided_by', models.F('member')), _negated=True), name='interchange_export_not_by_its_asker'), models.CheckConstraint(condition=models.Q(('content', None), models.Q(('ready_at__isnull', False), ('state', 'ready')), _connector='OR'), name='interchange_export_bytes_while_ready')],
            },
        ),
    ]
