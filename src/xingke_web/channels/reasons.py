"""Why a message did not go out, where it was not a rule that said so."""

from collections.abc import Mapping

from xingke.words import Words, both

REASONS: Mapping[str, Words] = {
    "delivery.worker_lost": both("移交时进程中断，结果不明", "The process ended while it was handed over; the outcome is unknown"),
    "delivery.line_broke": both("移交时连接中断，结果不明", "The line broke while it was handed over; the outcome is unknown"),
    "delivery.transport_failed": both("渠道出错，结果不明", "The channel failed; the outcome is unknown"),
    "delivery.try_again": both("服务商暂时拒收，稍后再试", "The provider asked to try again later"),
    "delivery.provider_away": both("连接不上服务商，稍后再试", "The provider cannot be reached; it is tried again"),
    "delivery.line_closed": both(
        "服务商中断了连接，消息未被接收，稍后再试", "The provider closed the line and took nothing; it is tried again"
    ),
    "delivery.busy": both("客户资料正在更新，稍后再试", "The customer's record was being changed; it is tried again"),
    "delivery.refused": both("服务商拒收", "Refused by the provider"),
    "delivery.no_address": both("没有可用的地址", "There is no address that can be used"),
    "delivery.no_text": both("客户已不存在", "The customer is gone"),
    "delivery.not_found_at_provider": both("经核对未发出", "Looked up: it had not gone out"),
    "campaign.finished": both("观察期已结束，不再发送", "The outcome window ended; nothing more is sent"),
    "campaign.stopped": both("活动已停止发送", "Sending was stopped"),
}


def reason_words(reason: str) -> Words | None:
    """A reason in words; None for the id of a rule."""
    return REASONS.get(reason.partition(":")[0])
