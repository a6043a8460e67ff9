"""What the channels write into the audit log."""

from xingke_web.audit.facade import register

register("channels.reconciled", zh="核对了一条结果不明的消息：{outcome}", en="settled a message of unknown outcome: {outcome}")
register(
    "channels.reconciled_by_log",
    zh="按服务商日志 {log} 核对结果不明的消息：{went} 条已发出，{stayed} 条未发出",
    en="settled messages of unknown outcome by the provider's log {log}: {went} went out, {stayed} did not",
)
