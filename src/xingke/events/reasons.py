"""Why an event is refused or an accepted one carries a note, in both languages."""

from collections.abc import Mapping

from xingke.schema.findings import Reason
from xingke.words import Words, both

REASONS: Mapping[str, Reason] = {
    reason.code: reason
    for reason in (
        Reason("not_an_object", both("事件不是 JSON 对象", "the event is not a JSON object"), both('{"type": ...}', '{"type": ...}')),
        Reason(
            "unknown_kind",
            both("不认识的事件类型", "unknown type of event"),
            both(
                "track、identify、page、screen、group、alias；神策的 track、track_signup、profile_*、item_*",
                "track, identify, page, screen, group, alias; of Sensors Analytics track, track_signup, profile_*, item_*",
            ),
        ),
        Reason(
            "no_user",
            both("缺少 userId 与 anonymousId（神策为 distinct_id）", "neither userId nor anonymousId (Sensors Analytics: distinct_id)"),
            both("至少一个编号，1–255 个字符", "at least one of them, 1 to 255 characters"),
        ),
        Reason(
            "placeholder_id",
            both("编号是占位值，不指任何人", "the id is a placeholder and names nobody"),
            both(
                "真实的用户编号；未登录时请省略 userId 并发送 anonymousId（null、undefined、0、-1、guest、全零 UUID 等不是编号）",
                "the user's own id; before log-in send anonymousId without userId (null, undefined, 0, guest, a UUID of zeros are none)",
            ),
        ),
        Reason(
            "no_event_name",
            both("track 事件缺少名称", "a track event without a name"),
            both("event：1–200 个字符", "event: 1 to 200 characters"),
        ),
        Reason("no_item", both("缺少 item_id", "no item_id"), both("item_id：1–255 个字符", "item_id: 1 to 255 characters")),
        Reason("wrong_type", both("字段类型不符", "a field of the wrong type"), both("按字段规定的类型", "the type stated for the field")),
        Reason("text_too_long", both("文本过长", "a text is too long"), both("不超过限定长度的文本", "a text within the limit")),
        Reason("nul_byte", both("文本中含空字符（NUL）", "a text holds a NUL character"), both("不含 NUL 的文本", "texts without NUL")),
        Reason("bad_text", both("文本不是有效的 Unicode", "a text is not valid Unicode"), both("UTF-8 文本", "UTF-8 text")),
        Reason("too_deep", both("嵌套过深", "nested too deeply"), both("较少的嵌套层数", "fewer levels of nesting")),
        Reason("event_too_large", both("事件过大", "the event is too large"), both("每个事件不超过 32 KB", "32 KB an event at most")),
        Reason(
            "bad_time",
            both("时间无法识别，或早于 2000 年", "a time that cannot be read, or one before the year 2000"),
            both("ISO 8601 时间（神策为毫秒数）", "an ISO 8601 time (Sensors Analytics: milliseconds)"),
        ),
        Reason(
            "not_permitted",
            both("此写入密钥不允许该类型或名称的事件", "this write key may not send events of this type or name"),
            both("密钥权限内的事件", "what the key's scope names"),
        ),
        Reason(
            "not_in_plan",
            both("埋点方案未声明该事件", "the tracking plan does not declare this event"),
            both("方案中声明的事件", "an event of the plan"),
        ),
        Reason(
            "plan_mismatch",
            both("属性缺失或类型与埋点方案不符", "a property is missing or not of the type in the tracking plan"),
            both("方案规定的属性与类型", "the properties and types of the plan"),
        ),
    )
}
"""Reasons for quarantine, by code."""

NOTES: Mapping[str, Words] = {
    "skew_corrected": both("已按 sentAt 校正客户端时钟", "the client's clock was corrected by sentAt"),
    "future_time": both("时间在未来，改记为收到时间", "dated in the future; the time of receipt is used"),
    "late": both("迟到事件", "arrived late"),
    "no_time": both("未带时间，记为收到时间", "without a time; the time of receipt is used"),
    "placeholder_user": both("userId 是占位值，记在匿名编号下", "userId is a placeholder; counted under the anonymous id"),
    "placeholder_anonymous": both("匿名编号是占位值，未采用", "the anonymous id is a placeholder and was left out"),
    "made_id": both("未带 messageId，已生成", "without a messageId; one was made"),
    "not_in_plan": both("埋点方案未声明该事件", "not declared by the tracking plan"),
    "plan_mismatch": both("属性与埋点方案不符", "properties differ from the tracking plan"),
}
"""What is said beside an accepted event."""
