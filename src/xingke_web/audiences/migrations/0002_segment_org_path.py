from django.db import migrations, models


class Migration(migrations.Migration):
    """Segments that exist were everybody's, and stay so."""

    dependencies = [("audiences", "0001_initial")]

    operations = [migrations.AddField("segment", "org_path", models.CharField(default="/", max_length=250))]
