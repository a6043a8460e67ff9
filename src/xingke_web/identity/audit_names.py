"""What the app writes into the audit log."""

from xingke_web.audit.facade import register


def register_all() -> None:
    """Register the names; called once when the application is ready."""
    register(
        "identity.merged",
        zh="确认客户 {number} 与 {other} 为同一户",
        en="Decided that customers {number} and {other} are one",
        extra=("reason",),
    )
    register(
        "identity.distinct",
        zh="确认客户 {number} 与 {other} 不是同一户",
        en="Decided that customers {number} and {other} are not the same",
    )
    register("identity.put_off", zh="暂缓判定客户 {number} 与 {other}", en="Put off whether customers {number} and {other} are one")
    register(
        "identity.taken_apart",
        zh="从客户 {number} 拆出 {records} 条来源记录",
        en="Took {records} source records out of customer {number}",
    )
    register("identity.corrected", zh="更正客户 {number} 的{field}", en="Corrected {field} of customer {number}")
    register("identity.undone", zh="撤销身份判定第 {decision} 号（{kind}）", en="Undid identity decision {decision} ({kind})")
    register(
        "identity.bulk_merged",
        zh="批量合并 {count} 对（概率不低于 {least}）",
        en="Merged {count} pairs at once (probability {least} or more)",
    )
    register(
        "identity.revealed",
        zh="查看了来源记录的个人信息（{about}）",
        en="Looked at personal values of source records ({about})",
        extra=("reason", "purpose"),
    )
    register("identity.run_asked", zh="要求重新识别全部客户身份", en="Asked to identify all customers anew")
