
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0003_read_shared'),
    ]

    operations = [
        migrations.AlterField(
            model_name='entry',
            name='what',
            field=models.CharField(choices=[('opened', "opened a person's page"), ('listed', 'saw a list of people'), ('exported', 'took an export'), ('previewed', "saw an import's preview"), ('imported', 'brought in a service'), ('undone', 'took back what an import brought in'), ('removed', 'removed a service'), ('link_shown', 'was shown a link by which somebody else signs in'), ('email_changed', 'changed the address somebody signs in with'), ('published', 'published a version of the points scheme'), ('taken_back', 'took a version of the points scheme back'), ('read_shared', 'read what somebody shares with them'), ('signed_in', 'signed in'), ('sign_in_failed', 'a sign-in failed'), ('refused', 'was refused')], max_length=20),
        ),
    ]
