"""
Notice and last day are the staff's from here on (`staff` 0012). Steps and handovers point at the same rows as before; the
database does not change.
"""

from django.db import migrations, models
from django.db.models.deletion import DO_NOTHING, PROTECT


def to_staff(**more):
    return models.ForeignKey(to="staff.leaving", **more)


OF_EVENT = {"db_constraint": False, "on_delete": DO_NOTHING, "related_name": "+", "related_query_name": "+"}
STATE = [
    migrations.AlterField("handoverevent", "leaving", to_staff(**OF_EVENT)),
    migrations.AlterField("leavingstepevent", "leaving", to_staff(**OF_EVENT)),
    migrations.AlterField("handover", "leaving", to_staff(on_delete=PROTECT, related_name="handovers")),
    migrations.AlterField("leavingstep", "leaving", to_staff(on_delete=PROTECT, related_name="steps")),
    migrations.DeleteModel("LeavingEvent"),
    migrations.DeleteModel("Leaving"),
]


class Migration(migrations.Migration):
    dependencies = [("caseload", "0015_decisions_from_history"), ("staff", "0012_leaving")]

    operations = [migrations.SeparateDatabaseAndState(state_operations=STATE)]
