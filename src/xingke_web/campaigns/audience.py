"""Whom a campaign addresses."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.audiences.facade import segment_members

if TYPE_CHECKING:
    from xingke_web.campaigns.models import Campaign

Numbers = npt.NDArray[np.int64]


def audience_of(workspace: WorkspaceInfo, campaign: "Campaign") -> Numbers:
    """The members of the campaign's segment within its part of the organisation, ascending, as of now."""
    return segment_members(workspace, campaign.segment_key, campaign.org_path)
