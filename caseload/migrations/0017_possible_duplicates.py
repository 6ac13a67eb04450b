"""Two records that look like one person's are a possible duplicate from here on; tables and triggers keep their names."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("caseload", "0016_leaving_is_staffs")]

    operations = [
        migrations.AlterModelTable("EnteredTwice", "caseload_enteredtwice"),
        migrations.AlterModelTable("EnteredTwiceEvent", "caseload_enteredtwiceevent"),
        migrations.RenameModel("EnteredTwice", "PossibleDuplicate"),
        migrations.RenameModel("EnteredTwiceEvent", "PossibleDuplicateEvent"),
    ]
