import django.db.models.deletion
import django.db.models.functions.comparison
import peerload.core.create_models
import pgtrigger.compiler
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('wellbeing', '0001_initial'), ('wellbeing', '0002_weeks_sessions_documents'), ('wellbeing', '0003_plans_have_versions'), ('wellbeing', '0004_a_change_of_what_is_agreed'), ('wellbeing', '0005_rows_of_the_plan'), ('wellbeing', '0006_debriefs'), ('wellbeing', '0007_first_session_of_a_kind')]

    initial = True

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
        ('staff', '0001_squashed_0011_closed_on_from_history'),
    ]

    operations = [
        peerload.core.create_models.CreateModels(
            models=[
                migrations.CreateModel(
                    name='Session',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('kind', models.CharField(choices=[('supervision', 'Supervision'), ('reflective_practice', 'Reflective practice'), ('te_kairaranga', 'Te Kairaranga'), ('cultural_supervision', 'Cultural supervision'), ('check_in', 'Check-in'), ('debrief', 'Debrief')], max_length=24)),
                        ('planned_on', models.DateField()),
                        ('minutes', models.PositiveSmallIntegerField(default=60)),
                        ('with_name', models.CharField(blank=True, help_text='Somebody outside the service.', max_length=200)),
                        ('held_on', models.DateField(blank=True, null=True)),
                        ('missed_on', models.DateField(blank=True, help_text='The day it was called off.', null=True)),
                        ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.member')),
                        ('instead', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='instead_of', to='wellbeing.session')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='staff.organisation')),
                        ('with_member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.member')),
                        ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='own_sessions', to='staff.member')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['worker', 'kind', 'planned_on'], name='wellbeing_s_worker__fdc324_idx'), models.Index(models.F('organisation'), models.F('kind'), django.db.models.functions.comparison.Coalesce('held_on', 'planned_on'), name='wellbeing_session_first')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('held_on', None), ('missed_on', None), _connector='OR'), name='wellbeing_session_held_or_missed'), models.CheckConstraint(condition=models.Q(models.Q(('instead', None), ('missed_on', None)), models.Q(('instead__isnull', False), ('missed_on__isnull', False)), _connector='OR'), name='wellbeing_session_booked_anew_when_missed', violation_error_message='Whatever is called off has another day at once.'), models.CheckConstraint(condition=models.Q(('with_member', models.F('worker')), _negated=True), name='wellbeing_session_not_with_oneself'), models.CheckConstraint(condition=models.Q(('minutes__gte', 1), ('minutes__lte', 1440)), name='wellbeing_session_minutes')],
                        'triggers': [pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "wellbeing_sessionevent" ("by_id", "held_on", "id", "instead_id", "kind", "minutes", "missed_on", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned_on", "uid", "with_member_id", "with_name", "worker_id") VALUES (OLD."by_id", OLD."held_on", OLD."id", OLD."instead_id", OLD."kind", OLD."minutes", OLD."missed_on", OLD."organisation_id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."planned_on", OLD."uid", OLD."with_member_id", OLD."with_name", OLD."worker_id"); RETURN NULL;', hash='3d3a53ad31e1d2fc180bfa088f4bb4964abecc02', operation='UPDATE', pgid='pgtrigger_update_update_be1ba', table='wellbeing_session', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "wellbeing_sessionevent" ("by_id", "held_on", "id", "instead_id", "kind", "minutes", "missed_on", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned_on", "uid", "with_member_id", "with_name", "worker_id") VALUES (OLD."by_id", OLD."held_on", OLD."id", OLD."instead_id", OLD."kind", OLD."minutes", OLD."missed_on", OLD."organisation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."planned_on", OLD."uid", OLD."with_member_id", OLD."with_name", OLD."worker_id"); RETURN NULL;', hash='2f11f2768a3218d532cd654d652052dccd8dab96', operation='DELETE', pgid='pgtrigger_delete_delete_bfe75', table='wellbeing_session', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='SessionCadence',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('supervision', 'Supervision'), ('reflective_practice', 'Reflective practice'), ('te_kairaranga', 'Te Kairaranga'), ('cultural_supervision', 'Cultural supervision'), ('check_in', 'Check-in'), ('debrief', 'Debrief')], max_length=24)),
                        ('every_weeks', models.PositiveSmallIntegerField(help_text='0: only when wanted.')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cadences', to='staff.organisation')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('organisation', 'kind'), name='wellbeing_sessioncadence_once'), models.CheckConstraint(condition=models.Q(('every_weeks__lte', 52)), name='wellbeing_sessioncadence_weeks')],
                    },
                ),
                migrations.CreateModel(
                    name='TimeEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('on', models.DateField()),
                        ('activity', models.CharField(help_text='The code of a row of the plan.', max_length=24)),
                        ('minutes', models.PositiveSmallIntegerField()),
                        ('submission_id', models.UUIDField(blank=True, null=True)),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='staff.organisation')),
                        ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='time_entries', to='staff.member')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['worker', 'on'], name='wellbeing_t_worker__d44b8f_idx')],
                        'constraints': [models.UniqueConstraint(fields=('worker', 'submission_id'), name='wellbeing_timeentry_once'), models.CheckConstraint(condition=models.Q(('minutes__gte', 1), ('minutes__lte', 1440)), name='wellbeing_timeentry_minutes')],
                    },
                ),
                migrations.CreateModel(
                    name='TimePlan',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('starts_on', models.DateField()),
                        ('state', models.CharField(choices=[('draft', 'draft'), ('proposed', 'proposed'), ('agreed', 'agreed')], default='draft', max_length=12)),
                        ('template', models.CharField(blank=True, help_text='From which it was begun.', max_length=80)),
                        ('proposed_on', models.DateField(blank=True, null=True)),
                        ('answer', models.TextField(blank=True, help_text='What the team manager asked to be changed.', max_length=2000)),
                        ('agreed_on', models.DateField(blank=True, null=True)),
                        ('version', models.PositiveIntegerField(default=1)),
                        ('agreed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.member')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='staff.organisation')),
                        ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='staff.member')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'agreed'), _negated=True), fields=('worker',), name='wellbeing_timeplan_one_open'), models.UniqueConstraint(condition=models.Q(('state', 'agreed')), fields=('worker', 'starts_on'), name='wellbeing_timeplan_agreed_once'), models.CheckConstraint(condition=models.Q(('starts_on__iso_week_day', 1)), name='wellbeing_timeplan_begins_on_a_monday', violation_error_message='A plan begins on a Monday.')],
                        'triggers': [pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."agreed_by_id" IS DISTINCT FROM (NEW."agreed_by_id") OR OLD."agreed_on" IS DISTINCT FROM (NEW."agreed_on") OR OLD."answer" IS DISTINCT FROM (NEW."answer") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."proposed_on" IS DISTINCT FROM (NEW."proposed_on") OR OLD."starts_on" IS DISTINCT FROM (NEW."starts_on") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."template" IS DISTINCT FROM (NEW."template") OR OLD."uid" IS DISTINCT FROM (NEW."uid") OR OLD."worker_id" IS DISTINCT FROM (NEW."worker_id"))', func='INSERT INTO "wellbeing_timeplanevent" ("agreed_by_id", "agreed_on", "answer", "id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_on", "starts_on", "state", "template", "uid", "worker_id") VALUES (OLD."agreed_by_id", OLD."agreed_on", OLD."answer", OLD."id", OLD."organisation_id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."proposed_on", OLD."starts_on", OLD."state", OLD."template", OLD."uid", OLD."worker_id"); RETURN NULL;', hash='9cc4e0f439beb162df1d632f256a721d5f81d224', operation='UPDATE', pgid='pgtrigger_update_update_7158d', table='wellbeing_timeplan', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "wellbeing_timeplanevent" ("agreed_by_id", "agreed_on", "answer", "id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed_on", "starts_on", "state", "template", "uid", "worker_id") VALUES (OLD."agreed_by_id", OLD."agreed_on", OLD."answer", OLD."id", OLD."organisation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."proposed_on", OLD."starts_on", OLD."state", OLD."template", OLD."uid", OLD."worker_id"); RETURN NULL;', hash='6abbcf6a2f16c8951e113e6aea6932bdf96b641c', operation='DELETE', pgid='pgtrigger_delete_delete_4e37c', table='wellbeing_timeplan', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='TimeStudy',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('starts_on', models.DateField()),
                        ('ended_on', models.DateField(blank=True, help_text='Ended before its two weeks were over.', null=True)),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='staff.organisation')),
                        ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='time_studies', to='staff.member')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('worker', 'starts_on'), name='wellbeing_timestudy_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Adjustment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('starts_on', models.DateField()),
                        ('review_on', models.DateField(blank=True, null=True)),
                        ('ended_on', models.DateField(blank=True, null=True)),
                        ('sealed', models.BinaryField()),
                        ('worker_agreed_on', models.DateField(blank=True, null=True)),
                        ('agreed_on', models.DateField(blank=True, null=True)),
                        ('version', models.PositiveIntegerField(default=1)),
                        ('agreed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.member')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='staff.organisation')),
                        ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjustments', to='staff.member')),
                        ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.member')),
                        ('replaces', models.OneToOneField(blank=True, help_text='What ends once this is agreed.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='change', to='wellbeing.adjustment')),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('agreed_by', None), ('agreed_on', None)), models.Q(('agreed_by__isnull', False), ('agreed_on__isnull', False)), _connector='OR'), name='wellbeing_adjustment_two_agree'), models.CheckConstraint(condition=models.Q(('agreed_by', models.F('worker')), _negated=True), name='wellbeing_adjustment_not_with_oneself')],
                    },
                ),
                migrations.CreateModel(
                    name='PlanTemplate',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=80)),
                        ('weekly_hours', models.DecimalField(decimal_places=2, max_digits=5)),
                        ('hours', models.JSONField(help_text='By activity, the hours of the four weeks as text.')),
                        ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.member')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='staff.organisation')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('organisation', 'name'), name='wellbeing_plantemplate_once')],
                    },
                ),
                migrations.CreateModel(
                    name='PrivateDocument',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('kind', models.CharField(choices=[('wellness_plan', 'Wellness Action Plan'), ('learning', 'Notes on learning'), ('exercise', 'Notes on exercise'), ('debrief', 'Debrief after a hard contact'), ('check_in', 'Notes for a check-in')], max_length=16)),
                        ('sealed', models.BinaryField()),
                        ('written_on', models.DateField()),
                        ('looked_at_on', models.DateField(help_text='Last written or confirmed; a Wellness Action Plan is looked at every six months.')),
                        ('version', models.PositiveIntegerField(default=1)),
                        ('shared_on', models.DateField(blank=True, null=True)),
                        ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='staff.member')),
                        ('shared_with', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.member')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['author', 'kind'], name='wellbeing_p_author__38f0dd_idx')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'wellness_plan')), fields=('author',), name='wellbeing_document_one_wellness_plan'), models.CheckConstraint(condition=models.Q(models.Q(('shared_on', None), ('shared_with', None)), models.Q(('shared_on__isnull', False), ('shared_with__isnull', False)), _connector='OR'), name='wellbeing_document_shared_with_somebody'), models.CheckConstraint(condition=models.Q(('shared_with', models.F('author')), _negated=True), name='wellbeing_document_not_with_oneself')],
                    },
                ),
                migrations.CreateModel(
                    name='PlanRow',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=24)),
                        ('label', models.CharField(max_length=80)),
                        ('focus', models.CharField(choices=[('wellbeing', 'Wellbeing'), ('contact', 'Contact'), ('management', 'Management')], max_length=12)),
                        ('in_use', models.BooleanField(default=True, help_text='Offered in new plans; plans that have hours for it keep it.')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan_rows', to='staff.organisation')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('organisation', 'code'), name='wellbeing_planrow_once')],
                        'triggers': [pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "wellbeing_planrowevent" ("code", "focus", "id", "in_use", "label", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."code", OLD."focus", OLD."id", OLD."in_use", OLD."label", OLD."organisation_id", _pgh_attach_context(), NOW(), \'update\', OLD."id"); RETURN NULL;', hash='0ef88e6d928053caa8144284f8d91d1c326a9990', operation='UPDATE', pgid='pgtrigger_update_update_4073d', table='wellbeing_planrow', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "wellbeing_planrowevent" ("code", "focus", "id", "in_use", "label", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."code", OLD."focus", OLD."id", OLD."in_use", OLD."label", OLD."organisation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='a2d01c84433ed28d55ac5fda262c56aa1aa34802', operation='DELETE', pgid='pgtrigger_delete_delete_81d9e', table='wellbeing_planrow', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='PlanLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('week', models.PositiveSmallIntegerField()),
                        ('activity', models.CharField(help_text='The code of a row of the plan.', max_length=24)),
                        ('hours', models.DecimalField(decimal_places=2, max_digits=5)),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='staff.organisation')),
                        ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='wellbeing.timeplan')),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('week__gte', 1), ('week__lte', 4)), name='wellbeing_planline_week'), models.CheckConstraint(condition=models.Q(('hours__gte', 0), ('hours__lte', 168)), name='wellbeing_planline_hours'), models.UniqueConstraint(fields=('plan', 'week', 'activity'), name='wellbeing_planline_once')],
                    },
                ),
                migrations.CreateModel(
                    name='SessionEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('uid', models.UUIDField(default=uuid.uuid4, editable=False)),
                        ('kind', models.CharField(choices=[('supervision', 'Supervision'), ('reflective_practice', 'Reflective practice'), ('te_kairaranga', 'Te Kairaranga'), ('cultural_supervision', 'Cultural supervision'), ('check_in', 'Check-in'), ('debrief', 'Debrief')], max_length=24)),
                        ('planned_on', models.DateField()),
                        ('minutes', models.PositiveSmallIntegerField(default=60)),
                        ('with_name', models.CharField(blank=True, help_text='Somebody outside the service.', max_length=200)),
                        ('held_on', models.DateField(blank=True, null=True)),
                        ('missed_on', models.DateField(blank=True, help_text='The day it was called off.', null=True)),
                        ('by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.member')),
                        ('instead', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='wellbeing.session')),
                        ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.organisation')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='wellbeing.session')),
                        ('with_member', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.member')),
                        ('worker', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.member')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='SessionNote',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('written_on', models.DateField()),
                        ('sealed', models.BinaryField()),
                        ('agreed_on', models.DateField(blank=True, null=True)),
                        ('agreed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.member')),
                        ('session', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='note', to='wellbeing.session')),
                        ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.member')),
                    ],
                ),
                migrations.CreateModel(
                    name='TimePlanEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('uid', models.UUIDField(default=uuid.uuid4, editable=False)),
                        ('starts_on', models.DateField()),
                        ('state', models.CharField(choices=[('draft', 'draft'), ('proposed', 'proposed'), ('agreed', 'agreed')], default='draft', max_length=12)),
                        ('template', models.CharField(blank=True, help_text='From which it was begun.', max_length=80)),
                        ('proposed_on', models.DateField(blank=True, null=True)),
                        ('answer', models.TextField(blank=True, help_text='What the team manager asked to be changed.', max_length=2000)),
                        ('agreed_on', models.DateField(blank=True, null=True)),
                        ('agreed_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.member')),
                        ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.organisation')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='wellbeing.timeplan')),
                        ('worker', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.member')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='StudyEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('on', models.DateField()),
                        ('kind', models.CharField(choices=[('high_1_1', 'With somebody, high support'), ('medium_1_1', 'With somebody, medium support'), ('groups', 'A group session'), ('parked', 'Keeping in touch with somebody'), ('client_admin', 'Writing up and arranging for people'), ('group_admin', 'Preparing and writing up a group'), ('travel', 'On the way'), ('meetings', 'Meetings and relationships'), ('wellbeing', 'Time for oneself: supervision, learning, exercise'), ('other', 'Something else')], max_length=16)),
                        ('minutes', models.PositiveSmallIntegerField()),
                        ('submission_id', models.UUIDField(blank=True, null=True)),
                        ('study', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='wellbeing.timestudy')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('study', 'submission_id'), name='wellbeing_studyentry_once'), models.CheckConstraint(condition=models.Q(('minutes__gte', 1), ('minutes__lte', 1440)), name='wellbeing_studyentry_minutes')],
                    },
                ),
                migrations.CreateModel(
                    name='PlanRowEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('code', models.CharField(max_length=24)),
                        ('label', models.CharField(max_length=80)),
                        ('focus', models.CharField(choices=[('wellbeing', 'Wellbeing'), ('contact', 'Contact'), ('management', 'Management')], max_length=12)),
                        ('in_use', models.BooleanField(default=True, help_text='Offered in new plans; plans that have hours for it keep it.')),
                        ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.organisation')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='wellbeing.planrow')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
            ],
        ),
    ]
