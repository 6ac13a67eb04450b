"""
Two records that look like one person's are a possible duplicate from here on. Tables, constraints and triggers keep their
names; the database does not change.
"""

from django.db import migrations

STATE = [
    migrations.AlterModelTable("EnteredTwice", "caseload_enteredtwice"),
    migrations.AlterModelTable("EnteredTwiceEvent", "caseload_enteredtwiceevent"),
    migrations.RenameModel("EnteredTwice", "PossibleDuplicate"),
    migrations.RenameModel("EnteredTwiceEvent", "PossibleDuplicateEvent"),
]


class Migration(migrations.Migration):
    dependencies = [("caseload", "0016_leaving_is_staffs")]

    operations = [migrations.SeparateDatabaseAndState(state_operations=STATE)]
