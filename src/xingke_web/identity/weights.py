"""The trained weights of a workspace, where they fit the comparisons that are made today."""

from datetime import datetime

from xingke_web.identity.models import LinkModel


def weights_of(workspace_id: int, plan: str) -> str | None:
    """The weights of a plan as JSON; None where none were trained, or for comparisons of an earlier version of the product."""
    from xingke.identity import Model
    from xingke.identity.linkage.model import digest
    from xingke.identity.plans import PLANS

    kept = LinkModel.objects.filter(workspace_id=workspace_id, kind=plan).values_list("parameters", flat=True).first()
    return kept if kept is not None and Model.from_json(kept).plan == digest(PLANS[plan]) else None


def weights_keep(workspace_id: int, plan: str, parameters: str, *, records: int, at: datetime) -> None:
    """Keep weights in place of the ones before."""
    values = {"parameters": parameters, "records": records, "trained_at": at}
    LinkModel.objects.update_or_create(workspace_id=workspace_id, kind=plan, defaults=values)
