"""
Notice and last day come from the caseload to the staff. Only Django's picture of the models changes: tables, constraints and
triggers stay as they are, with their names.
"""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.functions import Replace


def forwards(apps, schema_editor):
    rename(apps, "caseload.leaving ", "staff.leaving ")


def backwards(apps, schema_editor):
    rename(apps, "staff.leaving ", "caseload.leaving ")


def rename(apps, old, new):
    """Have a form saved before still say who made a notice read as it does."""
    saved = apps.get_model("staff", "SavedForm").objects.filter(subject__contains=f" {old}")
    saved.update(subject=Replace(F("subject"), Value(f" {old}"), Value(f" {new}")))


STATE = [
    migrations.CreateModel(
        name='Leaving',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('notice_on', models.DateField()),
            ('last_day', models.DateField()),
            ('withdrawn_on', models.DateField(blank=True, null=True)),
            ('closed_on', models.DateField(blank=True, null=True)),
            ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.member')),
            ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='leavings', to='staff.member')),
            ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='staff.organisation')),
        ],
        options={
            'db_table': 'caseload_leaving',
        },
    ),
    migrations.CreateModel(
        name='LeavingEvent',
        fields=[
            ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
            ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
            ('pgh_label', models.TextField(help_text='The event label.')),
            ('id', models.BigIntegerField()),
            ('notice_on', models.DateField()),
            ('last_day', models.DateField()),
            ('withdrawn_on', models.DateField(blank=True, null=True)),
            ('closed_on', models.DateField(blank=True, null=True)),
            ('by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.member')),
            ('member', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.member')),
            ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.organisation')),
            ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
            ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='staff.leaving')),
        ],
        options={
            'db_table': 'caseload_leavingevent',
            'abstract': False,
        },
    ),
    migrations.AddConstraint(
        model_name='leaving',
        constraint=models.UniqueConstraint(condition=models.Q(('closed_on', None), ('withdrawn_on', None)), fields=('member',), name='caseload_leaving_one_at_a_time'),
    ),
    migrations.AddConstraint(
        model_name='leaving',
        constraint=models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('notice_on'))), name='caseload_leaving_last_day_after_notice', violation_error_message='The last day lies before the notice.'),
    ),
    migrations.AddConstraint(
        model_name='leaving',
        constraint=models.CheckConstraint(condition=models.Q(('withdrawn_on', None), ('closed_on', None), _connector='OR'), name='caseload_leaving_one_end'),
    ),
    migrations.AddConstraint(
        model_name='leaving',
        constraint=models.CheckConstraint(condition=models.Q(('closed_on', None), ('closed_on__gt', models.F('last_day')), _connector='OR'), name='caseload_leaving_closed_after_last_day'),
    ),
    pgtrigger.migrations.AddTrigger(
        model_name='leaving',
        trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "caseload_leavingevent" ("by_id", "closed_on", "id", "last_day", "member_id", "notice_on", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "withdrawn_on") VALUES (OLD."by_id", OLD."closed_on", OLD."id", OLD."last_day", OLD."member_id", OLD."notice_on", OLD."organisation_id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."withdrawn_on"); RETURN NULL;', hash='f1b255e419718aeff75bf783898fe3ce60427079', operation='UPDATE', pgid='pgtrigger_update_update_c9c47', table='caseload_leaving', when='AFTER')),
    ),
    pgtrigger.migrations.AddTrigger(
        model_name='leaving',
        trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "caseload_leavingevent" ("by_id", "closed_on", "id", "last_day", "member_id", "notice_on", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "withdrawn_on") VALUES (OLD."by_id", OLD."closed_on", OLD."id", OLD."last_day", OLD."member_id", OLD."notice_on", OLD."organisation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."withdrawn_on"); RETURN NULL;', hash='b6da64d98a4826511965be29dc02bf658413c661', operation='DELETE', pgid='pgtrigger_delete_delete_4496c', table='caseload_leaving', when='AFTER')),
    ),
]


class Migration(migrations.Migration):
    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("staff", "0011_closed_on_from_history"),
        ("caseload", "0015_decisions_from_history"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=STATE),
        migrations.RunPython(forwards, backwards),
    ]
