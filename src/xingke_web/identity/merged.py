"""What the golden record would say if two customers were one, field by field with the reason."""

from collections.abc import Sequence

from xingke.extensions import Pack
from xingke.words import Language
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.identity.records import Record


def merged_values(
    records: Sequence[Record], *, kind: str, workspace: WorkspaceInfo, pack: Pack, language: Language, clear: bool
) -> list[tuple[str, str, str]]:
    """Field, value as it may be shown, and where it would come from."""
    return []
