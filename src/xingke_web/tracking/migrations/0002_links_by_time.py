"""An anonymous id may be one user's after another's: links say from when on they hold. Those that were there hold from the beginning."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracking", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="anonymouslink", name="anonymouslink_once"),
        migrations.AddField(model_name="anonymouslink", name="since_ms", field=models.BigIntegerField(default=0)),
        migrations.AddConstraint(
            model_name="anonymouslink",
            constraint=models.UniqueConstraint(fields=("workspace", "digest", "since_ms"), name="anonymouslink_once"),
        ),
    ]
