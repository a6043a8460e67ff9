"""Addresses move from the keys of the installation to those of their workspace, as `xingke.privacy` seals everything else."""

import base64

from django.db import migrations, models

_PURPOSE = b"xingke contact point, AES-256-GCM"
_NONCE_BYTES = 12


def reseal(apps, schema_editor):
    from xingke_web.config.keys import data_keys
    from xingke_web.config.vault import vault_of

    points = apps.get_model("customers", "ContactPoint").objects.select_related("customer").order_by("pk")
    if not points.exists():
        return
    keys = dict(_key(line) for line in data_keys())
    for point in points.iterator(chunk_size=2000):
        place, vault = f"{point.customer_id}:{point.channel}", vault_of(point.customer.workspace_id)
        address = _opened(keys[point.key_id], bytes(point.token), place)
        point.sealed, point.lookup = vault.seal(address, place=place), vault.blind(address, "contact")
        point.save(update_fields=["sealed", "lookup"])


def _key(line):
    import hashlib

    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(base64.urlsafe_b64decode(line))
    return hashlib.sha256(_PURPOSE + key).hexdigest()[:16], key


def _opened(key, token, place):
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key).decrypt(token[:_NONCE_BYTES], token[_NONCE_BYTES:], place.encode("utf-8")).decode("utf-8")


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_append_only"), ("accounts", "0002_workspace_keys")]

    operations = [
        migrations.AddField("contactpoint", "sealed", models.TextField(default=""), preserve_default=False),
        migrations.RunPython(reseal, migrations.RunPython.noop),
        migrations.RemoveField("contactpoint", "key_id"),
        migrations.RemoveField("contactpoint", "token"),
    ]
