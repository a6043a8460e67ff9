"""What others ask of campaigns without naming them: which segments are in use, and what waits for a viewer."""

from collections.abc import Iterable

from xingke_web.accounts.facade import Viewer
from xingke_web.audiences.facade import SegmentUse
from xingke_web.campaigns.models import Campaign
from xingke_web.campaigns.selectors import visible_to
from xingke_web.ui.viewer import ViewerLike


def segment_uses(workspace_id: int) -> Iterable[SegmentUse]:
    """Campaigns that still need their segment."""
    found = Campaign.objects.filter(workspace_id=workspace_id, state__in=("draft", "submitted")).exclude(segment_key="")
    return [SegmentUse(each.segment_key, "campaign", each.name, org_path=each.org_path) for each in found]


def waiting_for(viewer: ViewerLike) -> int:
    """Submitted campaigns that this viewer may launch."""
    if not isinstance(viewer, Viewer) or not viewer.can("campaigns.launch"):
        return 0
    return visible_to(viewer).filter(state=Campaign.State.SUBMITTED).exclude(submitted_by=viewer.user_id).count()
