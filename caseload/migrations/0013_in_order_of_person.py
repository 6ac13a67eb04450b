"""
Indexes from which the people of a service, their allocations and their tiers are read in order of person.

Each begins with the service, so it takes the place of the index that Django makes for the foreign key.
"""

from django.db import migrations, models
from django.db.models import PROTECT


def without_index(model: str) -> migrations.AlterField:
    """Return the operation that drops the index of a model's foreign key to the service."""
    return migrations.AlterField(
        model, "organisation", models.ForeignKey("staff.organisation", on_delete=PROTECT, db_index=False)
    )


class Migration(migrations.Migration):
    dependencies = [("caseload", "0012_statutory_and_inactive")]

    operations = [
        migrations.AddIndex(
            "client",
            models.Index(fields=["organisation", "id"], include=["team", "statutory"], name="caseload_client_in_order"),
        ),
        migrations.AddIndex(
            "tierperiod",
            models.Index(
                fields=["organisation", "client"],
                include=["tier", "starts_on", "ends_before"],
                name="caseload_tier_in_order",
            ),
        ),
        migrations.AddIndex(
            "allocation",
            models.Index(
                fields=["organisation", "client"],
                include=["worker", "starts_on", "ends_before", "student_held"],
                name="caseload_allocation_in_order",
            ),
        ),
        *map(without_index, ["client", "tierperiod", "allocation"]),
    ]
