"""What the app writes into the audit log."""

from xingke_web.audit.facade import register


def register_all() -> None:
    """Register the names; called once when the application is ready."""
    register("data.run_started", zh="启动了一次运行，数据源 {source}", en="Started a run, source {source}")
    register(
        "quarantine.exported", zh="导出了 {rows} 条隔离记录（{table}）", en="Exported {rows} quarantined rows ({table})", extra=("reason",)
    )
    register(
        "quarantine.retried",
        zh="对批次 {load} 的 {rows} 条隔离记录重试，通过 {passed} 条",
        en="Tried {rows} quarantined rows of {load} again; {passed} passed",
    )
    register(
        "quarantine.left_out",
        zh="将批次 {load} 的 {rows} 条隔离记录永久排除：{why}",
        en="Left {rows} quarantined rows of {load} out for good: {why}",
    )
