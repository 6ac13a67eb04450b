import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('audit', '0001_initial'), ('audit', '0002_scheme_published'), ('audit', '0003_read_shared'), ('audit', '0004_admin_work'), ('audit', '0005_export')]

    initial = True

    dependencies = [
        ('staff', '0001_squashed_0011_closed_on_from_history'),
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('opened', "opened a person's page"), ('listed', 'saw a list of people'), ('exported', 'took an export'), ('export_asked', 'asked for an export of the service'), ('export_confirmed', 'confirmed an export with words about people'), ('export_refused', 'refused an export with words about people'), ('export_made', 'had an export of the service made'), ('previewed', "saw an import's preview"), ('imported', 'brought in a service'), ('undone', 'took back what an import brought in'), ('removed', 'removed a service'), ('link_shown', 'was shown a link by which somebody else signs in'), ('email_changed', 'changed the address somebody signs in with'), ('published', 'published a version of the points scheme'), ('taken_back', 'took a version of the points scheme back'), ('read_shared', 'read what somebody shares with them'), ('signed_in', 'signed in'), ('sign_in_failed', 'a sign-in failed'), ('refused', 'was refused')], max_length=20)),
                ('subject', models.CharField(blank=True, help_text='What it was about, by its random uid or a name of ours.', max_length=64)),
                ('counts', models.JSONField(blank=True, default=dict)),
                ('at', models.DateTimeField()),
                ('address', models.GenericIPAddressField(blank=True, null=True)),
                ('request_id', models.CharField(blank=True, max_length=36)),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.member')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='staff.organisation')),
                ('reason', models.CharField(blank=True, db_default='', help_text='Why, where somebody was asked to say so.', max_length=300)),
            ],
            options={
                'indexes': [models.Index(fields=['subject', 'at'], name='audit_entry_subject_cd7856_idx'), models.Index(fields=['member', 'at'], name='audit_entry_member__c9ed9e_idx')],
            },
        ),
    ]
