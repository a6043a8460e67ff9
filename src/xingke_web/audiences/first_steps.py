"""Whether somebody has made a segment in a fresh workspace."""

from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.audiences.models import Segment


def segments_count(workspace: WorkspaceInfo) -> int:
    """The segments that people made; those that came with the industry pack do not count."""
    return Segment.objects.filter(workspace_id=workspace.id, created_by__isnull=False).count()
