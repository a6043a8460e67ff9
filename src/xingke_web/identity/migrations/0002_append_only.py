from django.db import migrations

from xingke_web.identity.guard import guard_off, guard_on


def on(apps, schema_editor):
    guard_on(schema_editor.connection)


def off(apps, schema_editor):
    guard_off(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial")]

    operations = [migrations.RunPython(on, off)]
