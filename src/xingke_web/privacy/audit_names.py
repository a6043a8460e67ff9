"""What the app writes into the audit log."""

from xingke_web.audit.facade import register


def register_all() -> None:
    """Register the names; called once when the application is ready."""
    register(
        "subject.received",
        zh="登记个人请求 {reference}：{kind}，客户 {number}",
        en="Recorded request {reference}: {kind}, customer {number}",
    )
    register("subject.identified", zh="核验个人请求 {reference} 的申请人身份", en="Checked the identity behind request {reference}")
    register("subject.decided", zh="决定办理个人请求 {reference}", en="Decided to carry out request {reference}")
    register("subject.refused", zh="拒绝个人请求 {reference}：{reason}", en="Refused request {reference}: {reason}")
    register("subject.approved", zh="复核个人请求 {reference}", en="Approved request {reference} as the second person")
    register("subject.answered", zh="个人请求 {reference} 已办结", en="Answered request {reference}", extra=("clean", "values", "erased"))
    register("subject.downloaded", zh="下载个人请求 {reference} 的答复", en="Downloaded the answer to request {reference}")
    register(
        "personal.revealed",
        zh="查看客户 {number} 的{field}，用途：{purpose}，原因：{reason}",
        en="Revealed {field} of customer {number}, purpose {purpose}, reason: {reason}",
    )
    register(
        "personal.refused",
        zh="拒绝读取客户 {number} 的{field}，用途：{purpose}",
        en="Refused to read {field} of customer {number}, purpose {purpose}",
    )
    register(
        "keys.ring_rotated",
        zh="更换主密钥 {ring}，重新包裹 {wrapped} 把数据密钥",
        en="Replaced the wrapping key with {ring}; {wrapped} data keys wrapped again",
    )
    register("keys.rotated", zh="轮换数据密钥，新版本 {version}", en="Rotated the data key, now version {version}")
    register("keys.resealed", zh="重新加密完成：{values} 处", en="Sealed again under the new key: {values} places")
    register("keys.retired", zh="退役数据密钥 {key}（版本 {version}）", en="Retired data key {key} (version {version})")
    register("retention.ran", zh="清理到期数据：{rows} 条", en="Erased what was due: {rows} rows")
    register("retention.changed", zh="「{data_class}」的保留期改为 {months} 个月", en="'{data_class}' is now kept for {months} months")
    register("use.proposed", zh="提出数据用途 {use}", en="Proposed data use {use}")
    register("use.decided", zh="数据用途 {use}：{state}", en="Data use {use}: {state}")
    register("incident.reported", zh="上报安全事件 {incident}：{kind}", en="Reported incident {incident}: {kind}", extra=("people",))
    register("incident.moved", zh="安全事件 {incident}：{step}", en="Incident {incident}: {step}")
    register(
        "export.blocked",
        zh="拦截导出：{what}，{count} 条，已停用该账号的导出",
        en="Blocked an export of {what}, {count} records; the account may export nothing",
    )
    register("export.unblocked", zh="恢复账号的导出", en="Lifted the block on exports of an account")
    register(
        "zone.exported",
        zh="按获批用途导出去标识数据：{what}，{count} 行",
        en="Exported {what} without persons under an approved use: {count} rows",
        extra=("hidden",),
    )
    register("audit.report", zh="生成 {quarter} 安全审计报告", en="Made the security audit of {quarter}")
