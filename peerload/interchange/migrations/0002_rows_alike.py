from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('interchange', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='upload',
            name='alike',
            field=models.JSONField(blank=True, help_text='New rows that are like one that is there: how many, and the first of them; dropped with the bytes.', null=True),
        ),
        migrations.AddField(
            model_name='upload',
            name='replace',
            field=models.BooleanField(blank=True, help_text='Whether these take the place of those that are there; null until it is chosen.', null=True),
        ),
    ]
