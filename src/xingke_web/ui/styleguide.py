"""What the style guide shows: invented figures of no one, enough to see every component in all its states."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from xingke.words import both
from xingke_web.ui.charts import (
    TIER_COLOURS,
    Chart,
    Flow,
    Node,
    Series,
    Shade,
    Tile,
    bar_chart,
    histogram,
    line_chart,
    radar_chart,
    sankey_chart,
    tile_grid,
)
from xingke_web.ui.filters import ChoiceFilter, DayRangeFilter, FilterField, FilterSet, FlagFilter, NumberRangeFilter
from xingke_web.ui.numbers import active_language, money, percent
from xingke_web.ui.svg import Interval
from xingke_web.ui.tables import BulkAction, Column, DataTable


@dataclass(frozen=True)
class Kpi:
    """The context of `ui/kpi.html`."""

    label: str
    value: str
    unit: str = ""
    change: float | None = None
    change_kind: str = "change"
    better_when: str = "higher"
    against: str = ""
    target_share: float | None = None
    target_text: str = ""
    values: tuple[float, ...] = ()
    tone: str = "brand"
    definition: str = ""
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Shop:
    """A row of the sample table."""

    id: int
    name: str
    area: str
    tier: str
    churn_share: float
    loss: Decimal
    reasons: tuple[str, ...] = field(default_factory=tuple)
    days: int = 0

    @property
    def tier_label(self) -> str:
        """The name of the tier."""
        return {"value": _("Value tier"), "potential": _("Potential tier"), "base": _("Base tier")}[self.tier]


def context(request: HttpRequest) -> dict[str, Any]:
    """Everything the page needs."""
    filters = _filters().parse(request.GET)
    table = _table()
    window = table.window(request.GET)
    shops = _shops()
    if filters.get("tier"):
        shops = [shop for shop in shops if shop.tier == filters.get("tier")]
    if filters.get("name"):
        shops = [shop for shop in shops if filters.get("name") in shop.name]
    if window.sort:
        shops.sort(key=lambda shop: getattr(shop, window.sort), reverse=window.descending)
    return {
        "filters": filters,
        "table": table.bind(request, shops[window.offset : window.offset + window.limit], len(shops)),
        "kpis": _kpis(),
        "charts": _charts(),
        "insight": _(
            "97%% of the month's target is expected. The gap is in one area, where 58.4%% are active; 62 visits today would address it."
        )
        % {},
        "band_note": _("The band holds 80%% of the forecasts") % {},
        "periods": [
            SimpleNamespace(label=label, url="#", active=at == 1)
            for at, label in enumerate((_("This week"), _("This month"), _("This quarter")))
        ],
        "states": [
            SimpleNamespace(label=label, url="#", active=at == 0, count=n)
            for at, (label, n) in enumerate(((_("To assign"), 27), (_("Assigned"), 41)))
        ],
        "steps": [
            SimpleNamespace(label=_("Goal"), state="done", note="10-22 08:31"),
            SimpleNamespace(label=_("Audience"), state="done"),
            SimpleNamespace(label=_("Content"), state="now", note=_("one remark")),
            SimpleNamespace(label=_("Channel and time"), state="bad"),
            SimpleNamespace(label=_("Check and submit"), state="todo"),
        ],
        "reasons": [
            SimpleNamespace(text=_("The gap between orders grew from 7.1 to 11.6 days"), share=0.38),
            SimpleNamespace(text=_("Visits to the shop's pages fell by half in 30 days"), share=0.24),
            SimpleNamespace(text=_("Two shortages were not met"), share=0.17),
        ],
        "funnel": [
            SimpleNamespace(label=_("Matched"), count=1662, share=1),
            SimpleNamespace(label=_("Licence valid"), count=1628, share=0.98),
            SimpleNamespace(label=_("Consent given"), count=1422, share=0.856),
            SimpleNamespace(label=_("Reachable"), count=959, share=0.577),
        ],
        "timeline": _timeline(),
        "intervals": [
            Interval(_("Amount a customer"), 0.012, 0.034, 0.056, "+3.4% (+1.2% – +5.6%)"),
            Interval(_("Orders a customer"), -0.006, 0.011, 0.028, "+1.1% (\u22120.6% – +2.8%)"),
            Interval(_("Withdrawn consents"), 0.004, 0.011, 0.018, "+1.1% (+0.4% – +1.8%)", better_when="lower"),
        ],
        "icons": sorted(_icon_names()),
    }


def _icon_names() -> frozenset[str]:
    from xingke_web.ui.templatetags.xk import icon_names

    return icon_names()


def _filters() -> FilterSet:
    tiers = (("value", _("Value tier")), ("potential", _("Potential tier")), ("base", _("Base tier")))
    return FilterSet(
        (
            FilterField("name", _("Name"), placeholder=_("Name or number")),
            ChoiceFilter("tier", _("Tier"), choices=tiers),
            NumberRangeFilter("churn", _("Churn probability"), per_cent=True),
            DayRangeFilter("opened", _("Customer since")),
            FlagFilter("mine", _("Mine only")),
        )
    )


def _table() -> DataTable:
    return DataTable(
        name="styleguide",
        caption=_("Customers at risk"),
        columns=(
            Column("name", _("Customer"), sortable=True, link=lambda shop: "#", phone="title", template="ui/styleguide/_name.html"),
            Column("tier", _("Tier"), template="ui/styleguide/_tier.html", phone="sub"),
            Column(
                "churn_share", _("Churn probability"), format="percent", sortable=True, phone="value", template="ui/styleguide/_share.html"
            ),
            Column("loss", _("Expected loss a year"), format="money", sortable=True, phone="line"),
            Column("reasons", _("Main reasons"), template="ui/styleguide/_reasons.html"),
            Column("days", _("Days on the list"), format="integer", sortable=True),
        ),
        default_sort="-loss",
        page_size=25,
        actions=(BulkAction(_("Assign visits"), "#", icon="map-pin"), BulkAction(_("Export"), "#", icon="download")),
    )


def _shops() -> list[Shop]:
    names = both(
        zh="鑫源超市 家家食杂店 利民副食店 平安食杂店 友谊超市 百惠食杂店 汇丰食杂店",
        en="Corner Family Harbour Hill Lakeside Station Garden",
    )
    areas = both(zh="东湾 松原 海宁 北岭 临江", en="Eastbay Pinewood Seaside Northridge Riverside")
    language = active_language()
    people, places = names[language].split(), areas[language].split()
    causes = (_("Orders further apart"), _("New shops nearby"), _("Two shortages"), _("Fewer log-ins"))
    return [
        Shop(
            id=number,
            name=f"{people[number % len(people)]}{number + 20}",
            area=places[number % len(places)],
            tier=("value", "potential", "base")[number % 3],
            churn_share=0.31 + number * 7 % 37 / 100,
            loss=Decimal(209_400 + number * 53_117 % 290_000),
            reasons=(causes[number % 4], causes[(number + 1) % 4]),
            days=number * 5 % 16,
        )
        for number in range(27)
    ]


def _kpis() -> list[Kpi]:
    language = active_language()
    return [
        Kpi(
            _("Amount ordered this month"),
            *_split(money(Decimal(8_620_000), "CNY", language)),
            change=0.032,
            against=_("than a month ago"),
            target_share=0.86,
            target_text=_("Target %(target)s · %(share)s")
            % {"target": money(Decimal(10_000_000), "CNY", language), "share": percent(0.86, 0)},
            values=(2, 4, 3, 6, 8, 7, 10, 11, 12, 14, 15, 17),
            definition=_("All order lines of the month up to the business day, without returns."),
            url="#",
        ),
        Kpi(
            _("Active customers"),
            "75.3",
            "%",
            change=0.018,
            change_kind="points",
            against=_("than a month ago"),
            target_share=0.94,
            target_text=_("Target %(target)s · %(share)s") % {"target": "80%", "share": "94%"},
            values=(2, 3, 4, 5, 5, 7, 6, 9, 8, 11, 12, 14),
        ),
        Kpi(
            _("Share of the value tier"),
            "12.8",
            "%",
            change=-0.004,
            change_kind="points",
            against=_("than last quarter"),
            target_share=0.85,
            tone="bad",
            target_text=_("Target %(target)s · %(share)s") % {"target": "15%", "share": "85%"},
            values=(3, 6, 9, 12, 15, 17, 16, 16, 15, 15, 14, 13),
        ),
        Kpi(_("Return on marketing"), "—", note=_("Shown from 400 customers in the control group; there are 212.")),
    ]


def _split(text: str) -> tuple[str, str]:
    number, _space, unit = text.partition(" ")
    return number, unit


def _timeline() -> list[SimpleNamespace]:
    now = timezone.now()
    return [
        SimpleNamespace(
            icon="shopping-cart",
            tone="brand",
            title=_("Order placed"),
            at=now - timedelta(hours=3),
            text=_("26 articles, 186 cartons"),
            note=_("on time"),
        ),
        SimpleNamespace(
            icon="map-pin",
            tone="ok",
            title=_("Visit made"),
            at=now - timedelta(days=1),
            text=_("28 minutes, the display scored 92"),
            note="",
        ),
        SimpleNamespace(
            icon="message",
            tone="info",
            title=_("Message sent"),
            at=now - timedelta(days=40),
            text=_("Read within 46 seconds"),
            note=_("Journey: new articles"),
        ),
        SimpleNamespace(
            icon="headset",
            tone="warn",
            title=_("Service request"),
            at=now - timedelta(days=400),
            text=_("Delivery came late twice"),
            note="",
        ),
    ]


def _charts() -> dict[str, Chart]:
    return {
        "line": _line(),
        "bars": _bars(),
        "ranked": _ranked(),
        "radar": _radar(),
        "sankey": _sankey(),
        "tiles": _tiles(),
        "histogram": _histogram(),
        "none": line_chart([], [Series(_("Actual"), [])], summary=_("no data")),
    }


def _line() -> Chart:
    weeks = [both(zh=f"第{number}周", en=f"W{number}")[active_language()] for number in range(27, 53)]
    actual = [1.69, 1.8, 1.85, 1.94, 1.99, 1.97, 1.99, 2.08, 2.02, 2.0, 2.04, 1.94, 2.35, 2.27, 1.81, 1.72, 1.74]
    ahead = [1.74, 1.74, 1.69, 1.72, 1.74, 1.71, 1.83, 1.88, 1.92, 1.96]
    spread = [0.0, 0.04, 0.05, 0.06, 0.08, 0.08, 0.1, 0.11, 0.11, 0.12]
    gap: list[float | None] = [None] * 16
    return line_chart(
        weeks,
        [
            Series(_("Actual"), [one * 10_000 for one in actual] + [None] * 9),
            Series(
                _("Forecast"),
                gap + [one * 10_000 for one in ahead],
                style="forecast",
                band=[None] * 16 + [((one - off) * 10_000, (one + off) * 10_000) for one, off in zip(ahead, spread, strict=True)],
            ),
        ],
        unit=_("cases a week"),
        shades=[Shade(_("Holiday stock-up"), weeks[11], weeks[13])],
        today=weeks[16],
        axis_label=_("Week"),
        summary=_("Orders are at 17,400 cases a week; the forecast rises to 19,600 by the end of the year."),
    )


def _bars() -> Chart:
    months = [f"{month:02d}" for month in (11, 12, *range(1, 11))]
    amounts = [14_200, 15_100, 28_600, 11_000, 13_600, 14_300, 15_200, 15_000, 15_800, 16_100, 21_200, 12_800]
    return bar_chart(
        months,
        [Series(_("Amount"), amounts)],
        fmt="money",
        horizontal=False,
        hatched=[months[2], months[10]],
        marked={months[11]: "bad"},
        reference=15_000,
        reference_label=_("Usual"),
        axis_label=_("Month"),
        summary=_("October lies below the usual 15,000."),
    )


def _ranked() -> Chart:
    areas = both(zh="云州 临江 青浦 海宁 东湾 兰溪", en="Cloudton Riverside Greenford Seaside Eastbay Orchid")[active_language()].split()
    return bar_chart(
        areas,
        [Series(_("Active customers"), [826, 802, 791, 775, 759, 738])],
        axis_label=_("Area"),
        summary=_("%(area)s leads with 826.") % {"area": areas[0]},
    )


def _radar() -> Chart:
    dimensions = [_("Frequency"), _("Growth"), _("Influence"), _("Loyalty"), _("Premium share"), _("Amount an order")]
    return radar_chart(
        dimensions,
        [
            Series(_("This quarter"), [62, 58, 66, 74, 91, 88]),
            Series(_("Median of peers"), [70, 60, 45, 68, 52, 64]),
            Series(_("Last quarter"), [80, 64, 66, 81, 86, 80]),
        ],
        axis_label=_("Dimension"),
        summary=_("Premium share is the strongest side, 91 against 52 of the peers."),
    )


def _sankey() -> Chart:
    nodes = [
        Node(key, label, TIER_COLOURS[key])
        for key, label in (
            ("value", _("Value tier")),
            ("potential", _("Potential tier")),
            ("base", _("Base tier")),
            ("dormant", _("Dormant")),
        )
    ]
    flows = [
        Flow("value", "value", 1820),
        Flow("value", "potential", 160),
        Flow("value", "base", 30),
        Flow("value", "dormant", 9),
        Flow("potential", "value", 320),
        Flow("potential", "potential", 3920),
        Flow("potential", "base", 470),
        Flow("potential", "dormant", 32),
        Flow("base", "value", 22),
        Flow("base", "potential", 730),
        Flow("base", "base", 11_435),
        Flow("base", "dormant", 630),
        Flow("dormant", "potential", 8),
        Flow("dormant", "base", 75),
        Flow("dormant", "dormant", 339),
    ]
    return sankey_chart(
        nodes,
        flows,
        columns=(_("From"), _("To"), _("Customers"), _("Share of the source")),
        summary=_("143 more customers are in the value tier than last quarter."),
    )


def _tiles() -> Chart:
    places = both(
        zh="松原 北岭 青浦 西陵 云州 临江 海宁 兰溪 金川 东湾 南屏", en="Pine North Green West Cloud River Sea Orchid Gold East South"
    )[active_language()].split()
    spots = ((0, 1), (0, 2), (0, 3), (1, 0), (1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (3, 2))
    shares = (0.712, 0.584, 0.791, 0.669, 0.826, 0.802, 0.775, 0.738, 0.701, 0.759, 0.643)
    tiles = [Tile(name, row, column, share) for name, (row, column), share in zip(places, spots, shares, strict=True)]
    return tile_grid(
        tiles,
        low=0.55,
        high=0.85,
        alert_below=0.6,
        columns=(_("Area"), _("Active customers")),
        summary=_("%(area)s is below 60%%.") % {"area": places[1]},
    )


def _histogram() -> Chart:
    return histogram(
        [0, 1, 2, 3, 4, 5, 6, 7],
        [120, 840, 1630, 1210, 640, 220, 60],
        columns=(_("Orders a month"), _("Customers")),
        marks={_("Median"): 2.7},
        summary=_("Half of the customers order less than 2.7 times a month."),
    )
