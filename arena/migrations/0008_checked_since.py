"""From when on does an arena check what is written? Unknown until now, so that the day of this migration has to do."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone


def date_checks(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    arenas = apps.get_model("arena", "Arena").objects.using(editor.connection.alias)
    arenas.update(checked_since=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("arena", "0007_kept_identities")]
    operations = [
        migrations.AddField(
            model_name="arena",
            name="checked_since",
            field=models.DateTimeField(
                editable=False,
                help_text="From when on the check is the one of now, whatever its words.",
                null=True,
            ),
        ),
        migrations.RunPython(date_checks, migrations.RunPython.noop),
    ]
