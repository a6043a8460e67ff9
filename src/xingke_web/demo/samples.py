"""Which workspaces the demo builds, from which data, and which campaign each launches."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from xingke.sources import Source
from xingke.words import Words, both

PASSWORD = "xingke-demo"  # noqa: S105 - printed on the screen of whoever starts the demo; the accounts exist nowhere else


@dataclass(frozen=True)
class SampleCampaign:
    """The campaign that a sample launches: to whom, with what words, at what cost."""

    name: Words
    condition: Mapping[str, Any]
    segment_name: Words
    purpose: str
    subject: str
    body: str
    channel: str
    cost_per_message_yuan: Decimal
    fixed_cost_yuan: Decimal
    launched_on: date
    outcome_days: int = 56
    control_share: Decimal = Decimal("0.20")


@dataclass(frozen=True)
class SampleWorld:
    """The synthetic world that a sample shows; made by the demo itself, the same each time.

    Parameters
    ----------
    live_weeks
        Weeks that it lives on after the campaign was launched at the end of what was made, under what the campaign offers.
    """

    size: str
    seed: int
    scenario: str = "baseline"
    live_weeks: int = 0

    @property
    def folder(self) -> str:
        """Its name below the worlds of the installation."""
        return f"xingcheng-{self.size}"


@dataclass(frozen=True)
class Sample:
    """One workspace of the demo.

    Parameters
    ----------
    as_of
        Where its clock is pinned: the day after the data end.
    manager_path
        The organisation unit of the sample's customer manager.
    world
        What to make first, where the data do not come with a package or lie on this machine.
    """

    slug: str
    name: Words
    source: str
    pack: str
    currency: str
    as_of: date
    note: Words
    manager_path: str
    campaign: SampleCampaign
    world: SampleWorld | None = None

    def source_here(self) -> Source:
        """The source, limited to what a demo needs."""
        from xingke.extensions import source
        from xingke.sources.iowa_liquor import IowaLiquor

        found: Source = IowaLiquor(years=(2018, 2019, 2020, 2021)) if self.source == "iowa_liquor" else source(self.source)
        return found


SIMULATED = both(
    "联系方式、同意记录为演示生成；登录账号仅用于演示。",
    "Contact points and consents are made for the demo; so are the accounts.",
)

CITY = Sample(
    slug="xingcheng",
    name=both("星城烟草（合成数据，真相已知）", "Xingcheng tobacco (synthetic, truth known)"),
    source="xingcheng",
    pack="tobacco",
    currency="CNY",
    as_of=date(2025, 3, 10),
    note=both(
        "全部数据均为合成：一座有 2,000 户零售户的城市，2023-07 至 2025-03，没有真实的人、店铺或交易；真相只有评分程序可以读取。"
        f"{SIMULATED['zh']}演示活动于 2024-12-30 启动，此后十周星城在该活动下继续生活：被触达的零售户参加成长计划，"
        "订货随之变化，结果页要自己量出这一变化。",
        "All data are synthetic: a city of 2,000 outlets from July 2023 to March 2025, without any real person, shop or trade; the "
        f"truth is open to the scorer alone. {SIMULATED['en']} The demo campaign was launched on 2024-12-30 and the city lived on under it "
        "for ten weeks: outlets that it reached take part in the growth programme, their orders answer, and the result page has to "
        "measure by how much.",
    ),
    manager_path="/province/xc/xinghu",
    world=SampleWorld("m", 20250101, live_weeks=10),
    campaign=SampleCampaign(
        name=both("零售户成长计划", "Growth programme for retailers"),
        condition={
            "op": "all",
            "of": [
                {"op": ">=", "attribute": "order_count_365d", "value": 12},
                {"op": "in", "attribute": "value_tier", "values": ["potential", "base"]},
            ],
        },
        segment_name=both("按期订货的潜力与基础零售户", "Potential and base retailers that order regularly"),
        purpose="service",
        subject="{name}：邀请参加零售户成长计划",
        body=(
            "您好 {name}，诚邀您参加为期十周的零售户成长计划：每周一次经营分析与订货辅导，每月一次陈列与服务培训。"
            "不收取费用，与货源投放无关。如不参加，请在收件箱中选择不再接收。"
        ),
        channel="inbox",
        cost_per_message_yuan=Decimal("0.00"),
        fixed_cost_yuan=Decimal(30_000),
        launched_on=date(2024, 12, 30),
        outcome_days=63,
        control_share=Decimal("0.30"),
    ),
)

SUPERMARKET = Sample(
    slug="complete-journey",
    name=both("生鲜超市（真实数据）", "Supermarket (real data)"),
    source="complete_journey",
    pack="retail",
    currency="USD",
    as_of=date(2018, 1, 1),
    note=both(
        f"订单、商品、门店与历史活动均为真实数据（Complete Journey，2017 年）。{SIMULATED['zh']}"
        "演示活动在历史上重放：当时没有人真正收到消息，真实效果为零，结果页应当如实说明。",
        f"Orders, products, stores and past campaigns are real (Complete Journey, 2017). {SIMULATED['en']} "
        "The demo campaign is replayed on history: nobody received it then, its true effect is nothing, and the result page should say so.",
    ),
    manager_path="/cj/s-00367",
    campaign=SampleCampaign(
        name=both("秋季复购提醒", "Autumn reminder"),
        condition={
            "op": "all",
            "of": [
                {"op": "in", "attribute": "value_tier", "values": ["value", "potential"]},
                {"op": ">=", "attribute": "order_count_90d", "value": 3},
            ],
        },
        segment_name=both("活跃的价值与潜力会员", "Active value and potential members"),
        purpose="marketing",
        subject="{name}：本季常购清单已为您整理好",
        body=(
            "您好 {name}，我们按您近三个月的购买整理了常购清单，到店可直接对照选购。"
            "不想再收到此类消息，请点击页脚的退订链接，或回复 TD 退订。"
        ),
        channel="email",
        cost_per_message_yuan=Decimal("0.05"),
        fixed_cost_yuan=Decimal(200),
        launched_on=date(2017, 11, 1),
    ),
)

WHOLESALE = Sample(
    slug="iowa",
    name=both("专营批发（真实数据）", "Licensed wholesale (real data)"),
    source="iowa_liquor",
    pack="wholesale",
    currency="USD",
    as_of=date(2021, 7, 1),
    note=both(
        f"订单、网点与商品均为真实数据（艾奥瓦州酒类专营批发，2018–2021 年）。{SIMULATED['zh']}"
        "许可证状态取自 2022 年 11 月的名录。演示活动在历史上重放，真实效果为零。",
        f"Orders, outlets and products are real (the state liquor wholesale of Iowa, 2018-2021). {SIMULATED['en']} "
        "The state of licences is that of November 2022. The demo campaign is replayed on history, its true effect is nothing.",
    ),
    manager_path="/ia/polk",
    campaign=SampleCampaign(
        name=both("按期订货服务提醒", "Order-day service reminder"),
        condition={
            "op": "all",
            "of": [
                {"op": ">=", "attribute": "order_count_365d", "value": 12},
                {"op": "in", "attribute": "value_tier", "values": ["potential", "base"]},
            ],
        },
        segment_name=both("按期订货的潜力与基础网点", "Potential and base outlets that order regularly"),
        purpose="service",
        subject="{name}：下一订货日提醒",
        body="您好 {name}，您的下一个订货日快到了。可在订货平台查看上次订单并按需调整。如不需要提醒，请在收件箱中选择不再接收。",
        channel="inbox",
        cost_per_message_yuan=Decimal("0.00"),
        fixed_cost_yuan=Decimal(300),
        launched_on=date(2021, 4, 1),
    ),
)

SAMPLES = (CITY, SUPERMARKET, WHOLESALE)
