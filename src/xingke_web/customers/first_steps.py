"""Whether a fresh workspace has customers to look at."""

from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.customers.models import Customer


def customers_count(workspace: WorkspaceInfo) -> int:
    """The present customers of a workspace."""
    return Customer.objects.filter(workspace_id=workspace.id, present=True).count()
