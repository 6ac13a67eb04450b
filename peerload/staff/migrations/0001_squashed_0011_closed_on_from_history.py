import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.operations
import django.db.models.deletion
import django.db.models.functions.text
import peerload.core.create_models
import peerload.staff.models.base
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('staff', '0001_initial'), ('staff', '0002_phased_return'), ('staff', '0003_saved_forms'), ('staff', '0004_one_folding'), ('staff', '0005_undo_weeks'), ('staff', '0006_days_of_a_post'), ('staff', '0007_what_people_are_called'), ('staff', '0008_new_email'), ('staff', '0009_drop_last_seen'), ('staff', '0010_closed_on_and_records_from'), ('staff', '0011_closed_on_from_history')]

    initial = True

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(
        ),
        migrations.RunSQL(
            sql='CREATE TABLE peerload_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);CREATE INDEX peerload_cache_expires ON peerload_cache (expires)',
            reverse_sql='DROP TABLE peerload_cache',
        ),
        peerload.core.create_models.CreateModels(
            models=[
                migrations.CreateModel(
                    name='User',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('password', models.CharField(max_length=128, verbose_name='password')),
                        ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                        ('email', models.EmailField(max_length=254, unique=True)),
                        ('is_active', models.BooleanField(default=True)),
                        ('theme', models.CharField(choices=[('auto', 'As my device'), ('light', 'Light'), ('dark', 'Dark')], default='auto', max_length=8)),
                        ('new_email', models.EmailField(blank=True, help_text='The address asked for, until it is confirmed by a link sent there.', max_length=254)),
                        ('new_email_asked_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='staff_user_email_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Organisation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=100, unique=True)),
                        ('name', models.CharField(max_length=200)),
                        ('timezone', models.CharField(max_length=64)),
                        ('region', models.CharField(max_length=16)),
                        ('full_time_hours', models.DecimalField(decimal_places=2, default=40, max_digits=5)),
                        ('preset', models.CharField(default='peer', max_length=16)),
                        ('person_noun', models.CharField(default='person', help_text='What it calls somebody it supports.', max_length=40)),
                        ('greeting', models.CharField(default='Hello', max_length=40)),
                        ('cycle_anchor', models.DateField(blank=True, null=True)),
                        ('parked_weeks', models.PositiveSmallIntegerField(default=6)),
                        ('inactive_weeks', models.PositiveSmallIntegerField(default=24)),
                        ('consecutive_over', models.PositiveSmallIntegerField(default=2)),
                        ('boundary_high', models.DecimalField(decimal_places=2, default=5, max_digits=7)),
                        ('boundary_medium', models.DecimalField(decimal_places=2, default=10, max_digits=7)),
                        ('boundary_group', models.DecimalField(decimal_places=2, default=15, max_digits=7)),
                        ('boundary_parked', models.DecimalField(decimal_places=2, default=20, max_digits=7)),
                        ('recount_from', models.BigIntegerField(blank=True, help_text='Points are being recounted from this unit on.', null=True)),
                        ('recount_asked_at', models.DateTimeField(blank=True, null=True)),
                        ('undo_weeks', models.PositiveSmallIntegerField(default=52, help_text='How long the last worker sees, and can undo, that 24 weeks made somebody not in touch.')),
                        ('people_noun', models.CharField(default='people', help_text='What it calls those it supports.', max_length=40)),
                        ('records_from', models.DateField(blank=True, help_text='The first month whose records and reports were asked for; null: none yet.', null=True)),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('consecutive_over__gte', 1), ('full_time_hours__gt', 0), ('inactive_weeks__gte', 1), ('parked_weeks__gte', 1)), name='staff_organisation_cadence', violation_error_message='Weeks and hours are above 0.')],
                        'triggers': [pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."boundary_group" IS DISTINCT FROM (NEW."boundary_group") OR OLD."boundary_high" IS DISTINCT FROM (NEW."boundary_high") OR OLD."boundary_medium" IS DISTINCT FROM (NEW."boundary_medium") OR OLD."boundary_parked" IS DISTINCT FROM (NEW."boundary_parked") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."consecutive_over" IS DISTINCT FROM (NEW."consecutive_over") OR OLD."cycle_anchor" IS DISTINCT FROM (NEW."cycle_anchor") OR OLD."full_time_hours" IS DISTINCT FROM (NEW."full_time_hours") OR OLD."greeting" IS DISTINCT FROM (NEW."greeting") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."inactive_weeks" IS DISTINCT FROM (NEW."inactive_weeks") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."parked_weeks" IS DISTINCT FROM (NEW."parked_weeks") OR OLD."people_noun" IS DISTINCT FROM (NEW."people_noun") OR OLD."person_noun" IS DISTINCT FROM (NEW."person_noun") OR OLD."preset" IS DISTINCT FROM (NEW."preset") OR OLD."records_from" IS DISTINCT FROM (NEW."records_from") OR OLD."region" IS DISTINCT FROM (NEW."region") OR OLD."timezone" IS DISTINCT FROM (NEW."timezone") OR OLD."undo_weeks" IS DISTINCT FROM (NEW."undo_weeks"))', func='INSERT INTO "staff_organisationevent" ("boundary_group", "boundary_high", "boundary_medium", "boundary_parked", "code", "consecutive_over", "cycle_anchor", "full_time_hours", "greeting", "id", "inactive_weeks", "name", "parked_weeks", "people_noun", "person_noun", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "preset", "records_from", "region", "timezone", "undo_weeks") VALUES (OLD."boundary_group", OLD."boundary_high", OLD."boundary_medium", OLD."boundary_parked", OLD."code", OLD."consecutive_over", OLD."cycle_anchor", OLD."full_time_hours", OLD."greeting", OLD."id", OLD."inactive_weeks", OLD."name", OLD."parked_weeks", OLD."people_noun", OLD."person_noun", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."preset", OLD."records_from", OLD."region", OLD."timezone", OLD."undo_weeks"); RETURN NULL;', hash='f70b1f36fcfb7275a1c6ef60f0561e1ae44ed6f1', operation='UPDATE', pgid='pgtrigger_update_update_145b0', table='staff_organisation', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staff_organisationevent" ("boundary_group", "boundary_high", "boundary_medium", "boundary_parked", "code", "consecutive_over", "cycle_anchor", "full_time_hours", "greeting", "id", "inactive_weeks", "name", "parked_weeks", "people_noun", "person_noun", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "preset", "records_from", "region", "timezone", "undo_weeks") VALUES (OLD."boundary_group", OLD."boundary_high", OLD."boundary_medium", OLD."boundary_parked", OLD."code", OLD."consecutive_over", OLD."cycle_anchor", OLD."full_time_hours", OLD."greeting", OLD."id", OLD."inactive_weeks", OLD."name", OLD."parked_weeks", OLD."people_noun", OLD."person_noun", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."preset", OLD."records_from", OLD."region", OLD."timezone", OLD."undo_weeks"); RETURN NULL;', hash='0bf5d5d761ad2c914e35e1a20c158b07a702e832', operation='DELETE', pgid='pgtrigger_delete_delete_e21a8', table='staff_organisation', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='ClosureDay',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('on', models.DateField()),
                        ('label', models.CharField(blank=True, max_length=120)),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closures', to='staff.organisation')),
                    ],
                    options={
                        'ordering': ['on'],
                        'constraints': [models.UniqueConstraint(fields=('organisation', 'on'), name='staff_closure_once')],
                        'triggers': [pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "staff_closuredayevent" ("id", "label", "on", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."id", OLD."label", OLD."on", OLD."organisation_id", _pgh_attach_context(), NOW(), \'update\', OLD."id"); RETURN NULL;', hash='1a6eb0e8e1f0019297161d2e80b02106dc26fce0', operation='UPDATE', pgid='pgtrigger_update_update_25a50', table='staff_closureday', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staff_closuredayevent" ("id", "label", "on", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."id", OLD."label", OLD."on", OLD."organisation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='890e8b70c0d28742620dbea179f776e5f6013b42', operation='DELETE', pgid='pgtrigger_delete_delete_2f092', table='staff_closureday', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='OrganisationEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('code', models.CharField(max_length=100)),
                        ('name', models.CharField(max_length=200)),
                        ('timezone', models.CharField(max_length=64)),
                        ('region', models.CharField(max_length=16)),
                        ('full_time_hours', models.DecimalField(decimal_places=2, default=40, max_digits=5)),
                        ('preset', models.CharField(default='peer', max_length=16)),
                        ('person_noun', models.CharField(default='person', help_text='What it calls somebody it supports.', max_length=40)),
                        ('greeting', models.CharField(default='Hello', max_length=40)),
                        ('cycle_anchor', models.DateField(blank=True, null=True)),
                        ('parked_weeks', models.PositiveSmallIntegerField(default=6)),
                        ('inactive_weeks', models.PositiveSmallIntegerField(default=24)),
                        ('consecutive_over', models.PositiveSmallIntegerField(default=2)),
                        ('boundary_high', models.DecimalField(decimal_places=2, default=5, max_digits=7)),
                        ('boundary_medium', models.DecimalField(decimal_places=2, default=10, max_digits=7)),
                        ('boundary_group', models.DecimalField(decimal_places=2, default=15, max_digits=7)),
                        ('boundary_parked', models.DecimalField(decimal_places=2, default=20, max_digits=7)),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='staff.organisation')),
                        ('undo_weeks', models.PositiveSmallIntegerField(default=52, help_text='How long the last worker sees, and can undo, that 24 weeks made somebody not in touch.')),
                        ('people_noun', models.CharField(default='people', help_text='What it calls those it supports.', max_length=40)),
                        ('records_from', models.DateField(blank=True, help_text='The first month whose records and reports were asked for; null: none yet.', null=True)),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='ClosureDayEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('on', models.DateField()),
                        ('label', models.CharField(blank=True, max_length=120)),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='staff.closureday')),
                        ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.organisation')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Absence',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('starts_on', models.DateField()),
                        ('expected_back', models.DateField(blank=True, null=True)),
                        ('ends_before', models.DateField(blank=True, help_text='First day at work again.', null=True)),
                        ('planned', models.BooleanField(blank=True, null=True)),
                        ('kind', models.CharField(blank=True, max_length=40)),
                    ],
                ),
                migrations.CreateModel(
                    name='Member',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('name', models.CharField(max_length=200)),
                        ('name_key', models.CharField(editable=False, help_text='The folded name, to put members in order by.', max_length=200)),
                        ('role', models.CharField(choices=[('peer_worker', 'Peer worker'), ('manager', 'Manager'), ('service_manager', 'Service manager'), ('admin', 'Admin')], max_length=16)),
                        ('active', models.BooleanField(default=True)),
                        ('invited_at', models.DateTimeField(blank=True, null=True)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to=settings.AUTH_USER_MODEL)),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='staff.organisation')),
                    ],
                ),
                migrations.CreateModel(
                    name='Team',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=120)),
                        ('deputy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.member')),
                        ('manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.member')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='teams', to='staff.organisation')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(models.F('organisation'), django.db.models.functions.text.Upper('name'), name='staff_team_name_once')],
                        'triggers': [pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "staff_teamevent" ("deputy_id", "id", "manager_id", "name", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."deputy_id", OLD."id", OLD."manager_id", OLD."name", OLD."organisation_id", _pgh_attach_context(), NOW(), \'update\', OLD."id"); RETURN NULL;', hash='753beb6e27266d9a63e276a17d6ed35a48d67525', operation='UPDATE', pgid='pgtrigger_update_update_cacce', table='staff_team', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staff_teamevent" ("deputy_id", "id", "manager_id", "name", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."deputy_id", OLD."id", OLD."manager_id", OLD."name", OLD."organisation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='b2ede3eab50e0f20f99c64580e2efde433b1bfb2', operation='DELETE', pgid='pgtrigger_delete_delete_51e30', table='staff_team', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='AbsenceEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('starts_on', models.DateField()),
                        ('expected_back', models.DateField(blank=True, null=True)),
                        ('ends_before', models.DateField(blank=True, help_text='First day at work again.', null=True)),
                        ('planned', models.BooleanField(blank=True, null=True)),
                        ('kind', models.CharField(blank=True, max_length=40)),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='staff.absence')),
                        ('worker', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.member')),
                        ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.organisation')),
                        ('expected_since', models.DateField(blank=True, help_text='The day on which the expected return became known; null: as the absence began.', null=True)),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='SavedForm',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField()),
                        ('path', models.CharField(max_length=200)),
                        ('submission', models.UUIDField(blank=True, null=True)),
                        ('words', models.CharField(blank=True, max_length=64)),
                        ('url', models.CharField(blank=True, help_text='The page that the saved form led to.', max_length=500)),
                        ('subject', models.CharField(blank=True, max_length=120)),
                        ('state', models.CharField(blank=True, max_length=64)),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_forms', to='staff.member')),
                    ],
                    options={
                        'ordering': ['pk'],
                        'indexes': [models.Index(condition=models.Q(('subject', ''), _negated=True), fields=['subject', 'state'], name='staff_saved_subject'), models.Index(fields=['member', 'at'], name='staff_saved_lately')],
                        'constraints': [models.UniqueConstraint(fields=('member', 'submission'), name='staff_submission_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Post',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('starts_on', models.DateField()),
                        ('ends_before', models.DateField(blank=True, null=True)),
                        ('fte', models.DecimalField(decimal_places=3, max_digits=4)),
                        ('weekly_hours', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                        ('duty', models.BooleanField(default=False)),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='staff.organisation')),
                        ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='staff.member')),
                        ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='staff.team')),
                        ('phased_return', models.ForeignKey(blank=True, help_text='A step back to work after it.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='steps', to='staff.absence')),
                        ('day_hours', django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=2, max_digits=4), blank=True, help_text='Of Monday to Sunday; they add up to the hours a week. Null: Monday to Friday in equal parts.', null=True, size=None)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['team', 'starts_on'], name='staff_post_team_id_d7e9ed_idx')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('ends_before__isnull', True), ('ends_before__gt', models.F('starts_on')), _connector='OR'), name='staff_post_has_a_day', violation_error_message='The end lies before the beginning.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.F('worker'), '='), (peerload.staff.models.base.DateRange('starts_on', 'ends_before'), '&&')], name='staff_post_one_at_a_time'), models.CheckConstraint(condition=models.Q(('fte__gt', 0), ('fte__lte', Decimal('1.5'))), name='staff_post_fte', violation_error_message='FTE is above 0 and at most 1.5.'), models.CheckConstraint(condition=models.Q(('weekly_hours', None), models.Q(('weekly_hours__gte', 0), ('weekly_hours__lte', 168)), _connector='OR'), name='staff_post_hours', violation_error_message='Hours a week are between 0 and 168.'), models.CheckConstraint(condition=models.Q(('day_hours', None), models.Q(('day_hours__len', 7), ('weekly_hours__isnull', False)), _connector='OR'), name='staff_post_seven_days', violation_error_message='A week has seven days, and their hours add up.')],
                        'triggers': [pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "staff_postevent" ("day_hours", "duty", "ends_before", "fte", "id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phased_return_id", "starts_on", "team_id", "weekly_hours", "worker_id") VALUES (OLD."day_hours", OLD."duty", OLD."ends_before", OLD."fte", OLD."id", OLD."organisation_id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."phased_return_id", OLD."starts_on", OLD."team_id", OLD."weekly_hours", OLD."worker_id"); RETURN NULL;', hash='211d82355e77fcad2ecc53390d8152da937027f5', operation='UPDATE', pgid='pgtrigger_update_update_ed8fe', table='staff_post', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staff_postevent" ("day_hours", "duty", "ends_before", "fte", "id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phased_return_id", "starts_on", "team_id", "weekly_hours", "worker_id") VALUES (OLD."day_hours", OLD."duty", OLD."ends_before", OLD."fte", OLD."id", OLD."organisation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phased_return_id", OLD."starts_on", OLD."team_id", OLD."weekly_hours", OLD."worker_id"); RETURN NULL;', hash='3b271bbb441328f504916ba258f612dfca872ddf', operation='DELETE', pgid='pgtrigger_delete_delete_e06ef', table='staff_post', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='TeamEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('name', models.CharField(max_length=120)),
                        ('deputy', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.member')),
                        ('manager', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.member')),
                        ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.organisation')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='staff.team')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='MemberEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('uid', models.UUIDField(default=uuid.uuid4, editable=False)),
                        ('name', models.CharField(max_length=200)),
                        ('role', models.CharField(choices=[('peer_worker', 'Peer worker'), ('manager', 'Manager'), ('service_manager', 'Service manager'), ('admin', 'Admin')], max_length=16)),
                        ('active', models.BooleanField(default=True)),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='staff.member')),
                        ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.organisation')),
                        ('home_team', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.team')),
                        ('closed_on', models.DateField(blank=True, help_text='The day their sign-in was closed; null also where nobody knows it.', null=True)),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='PostEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('starts_on', models.DateField()),
                        ('ends_before', models.DateField(blank=True, null=True)),
                        ('fte', models.DecimalField(decimal_places=3, max_digits=4)),
                        ('weekly_hours', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                        ('duty', models.BooleanField(default=False)),
                        ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.organisation')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='staff.post')),
                        ('worker', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.member')),
                        ('team', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.team')),
                        ('phased_return', models.ForeignKey(blank=True, db_constraint=False, help_text='A step back to work after it.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.absence')),
                        ('day_hours', django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=2, max_digits=4), blank=True, help_text='Of Monday to Sunday; they add up to the hours a week. Null: Monday to Friday in equal parts.', null=True, size=None)),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
            ],
        ),
        migrations.AddField(
            model_name='member',
            name='home_team',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='staff.team'),
        ),
        migrations.AddField(
            model_name='member',
            name='closed_on',
            field=models.DateField(blank=True, help_text='The day their sign-in was closed; null also where nobody knows it.', null=True),
        ),
        migrations.AddField(
            model_name='member',
            name='role_given_at',
            field=models.DateTimeField(blank=True, help_text='When they were last given another role.', null=True),
        ),
        migrations.AddField(
            model_name='absence',
            name='worker',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to='staff.member'),
        ),
        migrations.AddField(
            model_name='absence',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='staff.organisation'),
        ),
        migrations.AddField(
            model_name='absence',
            name='expected_since',
            field=models.DateField(blank=True, help_text='The day on which the expected return became known; null: as the absence began.', null=True),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('ends_before__isnull', True), ('ends_before__gt', models.F('starts_on')), _connector='OR'), name='staff_absence_has_a_day', violation_error_message='The end lies before the beginning.'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('expected_back', None), ('expected_back__gt', models.F('starts_on')), _connector='OR'), name='staff_absence_expected_after_start', violation_error_message='The expected return lies before the first day away.'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.F('worker'), '='), (peerload.staff.models.base.DateRange('starts_on', 'ends_before'), '&&')], name='staff_absence_one_at_a_time'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='absence',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "staff_absenceevent" ("ends_before", "expected_back", "expected_since", "id", "kind", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned", "starts_on", "worker_id") VALUES (OLD."ends_before", OLD."expected_back", OLD."expected_since", OLD."id", OLD."kind", OLD."organisation_id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."planned", OLD."starts_on", OLD."worker_id"); RETURN NULL;', hash='5e988d7f4ac0503f081df58b990c8237d5931066', operation='UPDATE', pgid='pgtrigger_update_update_a1f95', table='staff_absence', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='absence',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staff_absenceevent" ("ends_before", "expected_back", "expected_since", "id", "kind", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned", "starts_on", "worker_id") VALUES (OLD."ends_before", OLD."expected_back", OLD."expected_since", OLD."id", OLD."kind", OLD."organisation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."planned", OLD."starts_on", OLD."worker_id"); RETURN NULL;', hash='5e1e8fc5e373ef21fcf8916f02d20f8f5ce609c3', operation='DELETE', pgid='pgtrigger_delete_delete_4183e', table='staff_absence', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(fields=['organisation', 'name_key'], name='staff_membe_organis_d1ddc2_idx'),
        ),
        migrations.AddConstraint(
            model_name='member',
            constraint=models.UniqueConstraint(fields=('organisation', 'user'), name='staff_member_once'),
        ),
        migrations.AddConstraint(
            model_name='member',
            constraint=models.CheckConstraint(condition=models.Q(('active', False), ('closed_on', None), _connector='OR'), name='staff_member_closed_while_not_active'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='member',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."active" IS DISTINCT FROM (NEW."active") OR OLD."closed_on" IS DISTINCT FROM (NEW."closed_on") OR OLD."home_team_id" IS DISTINCT FROM (NEW."home_team_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."uid" IS DISTINCT FROM (NEW."uid") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))', func='INSERT INTO "staff_memberevent" ("active", "closed_on", "home_team_id", "id", "name", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "uid", "user_id") VALUES (OLD."active", OLD."closed_on", OLD."home_team_id", OLD."id", OLD."name", OLD."organisation_id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."role", OLD."uid", OLD."user_id"); RETURN NULL;', hash='e5ea19adfe75233e420c64df72071ee631fe7f57', operation='UPDATE', pgid='pgtrigger_update_update_c7917', table='staff_member', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='member',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "staff_memberevent" ("active", "closed_on", "home_team_id", "id", "name", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "uid", "user_id") VALUES (OLD."active", OLD."closed_on", OLD."home_team_id", OLD."id", OLD."name", OLD."organisation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."role", OLD."uid", OLD."user_id"); RETURN NULL;', hash='31251bf8042c7ad482c7a4f5659e81f7c1d356b0', operation='DELETE', pgid='pgtrigger_delete_delete_8288a', table='staff_member', when='AFTER')),
        ),
    ]
