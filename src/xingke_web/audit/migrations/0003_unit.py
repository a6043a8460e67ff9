from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.AddField("auditentry", "org_path", models.CharField(editable=False, max_length=250, null=True)),
        migrations.AddIndex("auditentry", models.Index(fields=["workspace", "org_path", "-at"], name="audit_by_unit")),
    ]
