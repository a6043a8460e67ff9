"""What keeps personal values unreadable: sealing, the key ring, blind indexes, pseudonyms and group sizes.

The envelope has two layers. The *key ring* of the installation holds wrapping keys; each workspace has *data keys*, which are stored
wrapped and seal its values with AES-256-GCM. A new wrapping key re-wraps a few data keys and touches no value; a new data key seals what
is written from then on, while the older ones still open what they sealed.
"""

from xingke.privacy.keyring import DataKey, KeyRing, Wrapped
from xingke.privacy.sealed import CannotOpen, is_sealed, key_id_of
from xingke.privacy.vault import KeySet, Vault, blind_normal_form

__all__ = ["CannotOpen", "DataKey", "KeyRing", "KeySet", "Vault", "Wrapped", "blind_normal_form", "is_sealed", "key_id_of"]
