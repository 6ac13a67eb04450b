from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0007_what_people_are_called'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='new_email',
            field=models.EmailField(blank=True, help_text='The address asked for, until it is confirmed by a link sent there.', max_length=254),
        ),
        migrations.AddField(
            model_name='user',
            name='new_email_asked_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
