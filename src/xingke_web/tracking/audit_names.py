"""What tracking writes into the audit log."""

from xingke_web.audit.facade import register


def register_all() -> None:
    """Declare the names; called once when the application is ready."""
    register("tracking.key_made", zh="新建写入密钥「{key}」（{kind}）", en="made the write key {key} ({kind})")
    register("tracking.key_changed", zh="修改写入密钥「{key}」的设置", en="changed the settings of the write key {key}")
    register("tracking.key_disabled", zh="停用写入密钥「{key}」", en="disabled the write key {key}")
    register("tracking.key_enabled", zh="恢复写入密钥「{key}」", en="enabled the write key {key} again")
    register("tracking.plan_changed", zh="修改「{key}」的埋点方案：{events} 个事件", en="changed the plan of {key}: {events} events")
    register("tracking.retried", zh="重试 {events} 个隔离事件（原因：{reason}）", en="tried {events} rejected events again ({reason})")
