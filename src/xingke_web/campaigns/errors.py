"""What a campaign refuses."""

from collections.abc import Sequence

from xingke.errors import UserFacingError
from xingke.words import Words, both


class NotReady(UserFacingError):
    """A draft lacks something; the words name all of it."""

    def __init__(self, problems: Sequence[Words]) -> None:
        super().__init__(
            zh="还不能提交：" + "；".join(each["zh"] for each in problems),
            en="Not ready to submit: " + "; ".join(each["en"] for each in problems),
        )
        self.problems = tuple(problems)


class WrongState(UserFacingError):
    """The campaign is not in a state in which this can be done."""

    def __init__(self, *, state: str) -> None:
        super().__init__(
            zh=f"活动当前状态为「{state}」，不能执行此操作，请刷新页面",
            en=f"The campaign is '{state}' by now, so this cannot be done; reload the page.",
            state=state,
        )


class LaunchRefused(UserFacingError):
    """A launch is not what was seen and approved; `reasons` says what changed."""

    def __init__(self, reasons: Sequence[tuple[str, Words]]) -> None:
        super().__init__(
            zh="未启动：" + "；".join(words["zh"] for _, words in reasons),
            en="Not launched: " + "; ".join(words["en"] for _, words in reasons),
        )
        self.reasons = tuple(code for code, _ in reasons)


class EditConflict(UserFacingError):
    """Somebody else saved the draft in between."""

    def __init__(self) -> None:
        super().__init__(
            zh="他人已保存过此草稿，您的修改未保存。请在新窗口打开对照后再改",
            en="Somebody else saved this draft in between; your changes were not saved. Open it in another window to compare.",
        )


NO_NAME = both("缺少活动名称", "a name is missing")
NO_SEGMENT = both("未选择客群", "no segment is chosen")
NO_CHANNEL = both("未选择渠道", "no channel is chosen")
NO_TEXT = both("正文为空", "the text is empty")
NO_SUBJECT = both("缺少标题", "the subject is missing")
NO_REASON = both("不设对照组须写明理由", "a campaign without a control group needs a reason")
SAME_PERSON = both("须由未参与编写的另一位同事启动", "a second person, who had no hand in writing it, has to launch it")
NO_RIGHT = both("您没有启动活动的权限", "you may not launch campaigns")
BAD_TOKEN = both("预览凭证不符，请重新打开预览", "the token of the preview does not fit; open the preview again")
EXPIRED = both("预览已过期，请退回后重新提交", "the preview has expired; return it and submit again")
NEW_CONTENT = both("文案自提交后有变动", "the text changed since it was submitted")
NEW_RULES = both("合规规则自提交后有变动", "the rules changed since it was submitted")
NEW_BUDGET = both("预算或分组比例自提交后有变动", "the budget or the shares changed since it was submitted")
NOBODY = both("没有可触达的客户", "nobody may be reached")
