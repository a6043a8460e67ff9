"""What campaigns write into the audit log."""

from xingke_web.audit.facade import register

register("campaign.created", zh="新建了活动 {key}", en="drafted campaign {key}")
register(
    "campaign.submitted",
    zh="提交了活动 {key}：命中 {matched}，可触达 {allowed}，预计成本 {cost_yuan}",
    en="submitted campaign {key}: {matched} matched, {allowed} reachable, expected cost {cost_yuan}",
)
register("campaign.signed_off", zh="审核通过活动 {key} 的文案", en="signed off the text of campaign {key}")
register("campaign.returned", zh="退回了活动 {key}", en="returned campaign {key}")
register("campaign.launch_refused", zh="活动 {key} 未能启动：{reasons}", en="campaign {key} was not launched: {reasons}")
register(
    "campaign.launched",
    zh="启动了活动 {key}：触达组 {treated}，对照组 {control}，排除 {excluded}",
    en="launched campaign {key}: {treated} treated, {control} control, {excluded} excluded",
)
register(
    "campaign.stopped",
    zh="停止了活动 {key} 的发送，取消 {cancelled} 条",
    en="stopped sending of campaign {key}, {cancelled} messages cancelled",
)
register("campaign.finished", zh="活动 {key} 的观察期结束", en="the outcome window of campaign {key} ended")
register("campaign.deleted", zh="删除了活动草稿 {key}", en="deleted the draft of campaign {key}")
register("campaign.imported", zh="从数据中识别出活动 {key}，{treated} 位客户", en="found campaign {key} in the data, {treated} customers")
