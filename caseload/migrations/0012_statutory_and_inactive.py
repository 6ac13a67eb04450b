"""Indexes of what a service has few of: people with statutory status, and periods of not being in touch."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("caseload", "0011_safety_facts_of_merges")]

    operations = [
        migrations.AddIndex(
            "client",
            models.Index(fields=["organisation"], condition=Q(statutory=True), name="caseload_client_statutory"),
        ),
        migrations.AddIndex(
            "tierperiod",
            models.Index(
                fields=["organisation", "starts_on"], condition=Q(tier="inactive"), name="caseload_tier_inactive"
            ),
        ),
    ]
