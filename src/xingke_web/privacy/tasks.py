"""The work of privacy in the background."""

from datetime import timedelta

from xingke.words import both
from xingke_web.accounts.facade import workspaces_all
from xingke_web.jobs.facade import Recurring, schedule, task
from xingke_web.privacy.key_work import old_keys_retire, resealed
from xingke_web.privacy.models import SubjectRequest
from xingke_web.privacy.places import workspace_of_id
from xingke_web.privacy.quarterly import quarter_due_report
from xingke_web.privacy.requests import request_carry_out
from xingke_web.privacy.retention import retention_run


@task()
def carry_out(request_id: int) -> dict[str, str]:
    """Carry out a request of a person."""
    request = SubjectRequest.objects.get(pk=request_id)
    request_carry_out(request)
    return {"state": str(request.state)}


@task()
def reseal(workspace_id: int) -> dict[str, int]:
    """Put everything under the newest data key and retire the older ones."""
    done = resealed(workspace_id)
    return {"resealed": done, "retired": len(old_keys_retire(workspace_of_id(workspace_id)))}


@task()
def keep_clocks() -> dict[str, int]:
    """Erase what is due in every workspace, and retire keys that nothing needs any more."""
    erased = retired = 0
    for workspace in workspaces_all():
        erased += sum(retention_run(workspace).erased.values())
        retired += len(old_keys_retire(workspace))
    return {"erased": erased, "retired": retired}


@task()
def audit_quarter() -> dict[str, int]:
    """Make the report of the last quarter where it is missing."""
    return {"reports": sum(quarter_due_report(workspace) is not None for workspace in workspaces_all())}


def register() -> None:
    """Let workers keep the clocks once a day; called once when the application is ready."""
    schedule(
        Recurring("privacy.clocks", keep_clocks, both("清理到期的个人数据", "Erase personal data that are due"), every=timedelta(days=1))
    )
    schedule(Recurring("privacy.quarter", audit_quarter, both("季度安全审计", "Quarterly security audit"), every=timedelta(days=1)))
