"""What acknowledging writes into the audit log."""

from xingke_web.audit.facade import register


def register_all() -> None:
    """Register the names; called once when the application is ready."""
    register(
        "quality.acknowledged",
        zh="确认了表 {table} 的检查发现 {check}，有效至 {until}：{why}",
        en="Acknowledged the finding {check} of table {table} until {until}: {why}",
    )
    register(
        "quality.acknowledgement_withdrawn",
        zh="撤回了对表 {table} 的检查发现 {check} 的确认",
        en="Took back the acknowledgement of the finding {check} of table {table}",
    )
