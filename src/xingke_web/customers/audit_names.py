"""What the app writes into the audit log."""

from xingke_web.audit.facade import register


def register_all() -> None:
    """Register the names; called once when the application is ready."""
    register(
        "consent.granted",
        zh="登记客户 {number} 的同意：{purpose}，{channel}",
        en="Recorded the consent of customer {number}: {purpose}, {channel}",
        extra=("basis", "expires_at"),
    )
    register(
        "consent.withdrawn",
        zh="登记客户 {number} 撤回同意：{purpose}，{channel}",
        en="Recorded a withdrawal by customer {number}: {purpose}, {channel}",
        extra=("basis", "expires_at"),
    )
    register(
        "contact_point.set",
        zh="更新客户 {number} 的联系方式：{channel}",
        en="Set a contact point of customer {number}: {channel}",
    )
    register(
        "contact_point.revealed",
        zh="查看客户 {number} 的联系方式：{channel}，原因：{reason}",
        en="Revealed a contact point of customer {number}: {channel}, reason: {reason}",
        extra=("purpose",),
    )
    register(
        "reveal.refused",
        zh="拒绝查看个人信息，用途：{purpose}",
        en="Refused to show personal values, purpose: {purpose}",
        extra=("fields",),
    )
    register(
        "consent.imported",
        zh="从「{origin}」导入 {added} 条同意记录，{left_out} 条没有对应客户",
        en="Imported {added} consents from '{origin}', {left_out} without a customer",
    )
    register(
        "contact_point.imported",
        zh="从「{origin}」导入 {added} 个联系方式：{channel}",
        en="Imported {added} contact points from '{origin}': {channel}",
    )
    register("customers.exported", zh="导出了 {count} 个客户", en="Exported {count} customers", extra=("scope", "filters", "purpose"))
