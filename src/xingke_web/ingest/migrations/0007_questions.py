"""What a guessed mapping leaves open, asked before the load."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ingest", "0006_acknowledgement")]

    operations = [
        migrations.AddField(model_name="import", name="questions", field=models.JSONField(default=list)),
    ]
