"""What the channels write into the audit log."""

from xingke_web.audit.facade import register

register("channels.reconciled", zh="核对了一条结果不明的消息：{outcome}", en="settled a message of unknown outcome: {outcome}")
