"""Verdicts cannot be changed, not even by SQL."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from xingke_web.compliance import guard


def forwards(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    guard.guard_on(editor.connection)


def backwards(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    guard.guard_off(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("compliance", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
