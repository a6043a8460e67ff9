"""What the app writes into the audit log."""

from xingke_web.audit.facade import register


def register_all() -> None:
    """Register the names; called once when the application is ready."""
    register(
        "goal.set",
        zh="设定目标：{metric}，{span}，{start_on}",
        en="Set a target: {metric}, {span}, {start_on}",
        extra=("org_path", "target"),
    )
    register(
        "goal.removed",
        zh="删除目标：{metric}，{span}，{start_on}",
        en="Removed a target: {metric}, {span}, {start_on}",
        extra=("org_path",),
    )
    register("cockpit.exported", zh="导出了驾驶舱数据（{rows} 行）", en="Exported the cockpit ({rows} rows)", extra=("scope", "period"))
    register(
        "customers_behind.exported",
        zh="导出了 {count} 个客户（{what_group}）",
        en="Exported {count} customers ({what_group})",
        extra=("scope", "purpose", "rows", "what"),
    )
    register("result.exported", zh="导出了活动 {campaign} 的结果", en="Exported the result of campaign {campaign}")
