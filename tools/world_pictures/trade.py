"""Pictures of orders: weekly volume, what is supplied of it, and somebody who hoards."""

import numpy as np

from tools.world_pictures.look import Columns, Look, spread
from tools.world_pictures.svg import BLUE, GOLD, GREEN, RED, SLATE, SOFT, VIOLET, WIDTH, Picture, Plot, legend, round_ticks

CLASSES = (
    (BLUE, "一类 class 1"), (GOLD, "二类 class 2"), (GREEN, "三类 class 3"), (VIOLET, "四类 class 4"), (SLATE, "五类 class 5"),
)  # fmt: skip
LEFT, RIGHT = 76, WIDTH - 170


def shade_festivals(plot: Plot, look: Look, *, named: bool = True) -> None:
    """Shade the weeks before Spring Festival, and those around Mid-Autumn and National Day."""
    for spring in look.springs():
        if plot.x_from < spring < plot.x_to:
            plot.band(max(spring - 3, plot.x_from), spring, "春节" if named else "")
    for autumn in look.autumns():
        if plot.x_from < autumn < plot.x_to:
            plot.band(max(autumn - 2, plot.x_from), min(autumn + 2, plot.x_to), "中秋国庆" if named else "")


def volume(look: Look) -> Picture:
    """Cartons ordered a week by price class, and each class beside its own usual week."""
    weeks = look.size.history_weeks
    cartons = spread(
        look.ask("""
            select (ordered_on - $starts_on) // 7 as week, price_class - 1 as class, sum(quantity_units) as cartons
            from order_line group by all
        """),
        "week", "class", "cartons", weeks, len(CLASSES),
    )  # fmt: skip
    picture = Picture(
        "每周订货量按价类，春节前高价烟先涨",
        "Cartons ordered a week by price class; before Spring Festival the dear classes rise most",
        source=look.source,
        height=586,
    )
    xs = np.arange(weeks) + 0.5
    stack = np.cumsum(cartons[:, ::-1], axis=1)[:, ::-1] / 10_000
    ticks = round_ticks(float(stack.max()) * 1.05)
    upper = Plot(picture, LEFT, 108, RIGHT, 320, 0, weeks, 0, ticks[-1])
    shade_festivals(upper, look)
    upper.y_axis(ticks, lambda tick: f"{tick:g}", "万条/周 10,000 cartons a week")
    for place, (colour, _) in enumerate(CLASSES):
        below = stack[:, place + 1] if place + 1 < len(CLASSES) else np.zeros(xs.size)
        upper.area(xs.tolist(), below.tolist(), stack[:, place].tolist(), colour, opacity=0.85)
    middles = [(stack[-1, place] + (stack[-1, place + 1] if place + 1 < len(CLASSES) else 0.0)) / 2 for place in range(len(CLASSES))]
    upper.end_labels([(middle, words, colour) for middle, (colour, words) in zip(middles, CLASSES, strict=True)])
    upper.x_axis(look.month_ticks(0, weeks))
    ratio = cartons / np.median(cartons, axis=0)
    lower = Plot(picture, LEFT, 388, RIGHT, 540, 0, weeks, 0.5, float(np.ceil(ratio.max() * 2) / 2))
    shade_festivals(lower, look, named=False)
    lower.y_axis(np.arange(0.5, lower.y_to + 0.01, 0.5).tolist(), lambda tick: f"{tick:g}", "倍 times the class's median week")
    for place in reversed(range(len(CLASSES))):
        lower.series(xs, ratio[:, place], CLASSES[place][0], width=1.8)
    for spring in look.springs():
        before = slice(max(int(spring) - 3, 0), int(spring) + 1)
        peak = float(ratio[before, 0].max())
        picture.text(lower.x(spring + 0.8), lower.y(peak) + 12, f"一类 ×{peak:.1f}", colour=BLUE, weight=600)
    lower.x_axis(look.month_ticks(0, weeks))
    return picture


SUPPLY = (
    ("full", GREEN, "满足供应 full"),
    ("balanced", BLUE, "平衡供应 balanced"),
    ("new", GOLD, "新品 new"),
    ("tight", RED, "紧俏 tight"),
)


def fill(look: Look) -> Picture:
    """Cartons ordered over cartons asked for, by supply class and week."""
    weeks = look.size.history_weeks
    found = look.ask("""
        with asked as (
            select customer_id, product_id, ordered_on, asked_cartons, quantity_units from order_line
            union all select customer_id, product_id, ordered_on, asked_cartons, 0 from unmet_line
        ), week as (
            select (ordered_on - $starts_on) // 7 as week, product_id, sum(asked_cartons) as asked, sum(quantity_units) as ordered
            from asked group by all
        ), class as (select distinct (week_on - $starts_on) // 7 as week, product_id, supply_class from allocation)
        select week, supply_class, sum(ordered) / sum(asked) as share
        from week join class using (week, product_id) group by all order by week
    """)
    picture = Picture(
        "货源满足率按供应类别",
        "Order-fill: cartons ordered over cartons asked for, by supply class and week; at the right the mean of all weeks",
        source=look.source,
        height=430,
    )
    plot = Plot(picture, LEFT, 108, RIGHT, 386, 0, weeks, 0, 1.09)
    shade_festivals(plot, look)
    plot.y_axis([0, 0.2, 0.4, 0.6, 0.8, 1.0], lambda tick: f"{tick * 100:.0f}%", "需求满足的比例 share of what was asked for")
    ends = []
    for name, colour, words in SUPPLY:
        chosen = found["supply_class"] == name
        line = np.full(weeks, np.nan)
        line[found["week"][chosen].astype(np.int64)] = found["share"][chosen]
        plot.series(np.arange(weeks) + 0.5, line, colour, width=1.4 if name == "new" else 2.2)
        mean = float(np.nanmean(line))
        ends.append((float(line[np.isfinite(line)][-1]), f"{words} {mean * 100:.0f}%", colour))
    plot.end_labels(ends)
    plot.x_axis(look.month_ticks(0, weeks))
    return picture


def hoarder(look: Look) -> Picture:
    """Orders and sales of a seasonal hoarder, and of an ordinary outlet of the same size."""
    spring = look.springs()[-1] if look.size.name != "l" else look.springs()[1]
    first, last = int(max(spring - 26, 0)), int(min(spring + 26, look.size.history_weeks))
    pair = _pair(look, first, last)
    picture = Picture(
        "囤货户与普通户：订货与销售",
        "A hoarder and an ordinary outlet of the same size: cartons ordered and sold a week around Spring Festival",
        source=look.source,
        height=590,
    )
    ticks = round_ticks(max(float(rows["ordered"].max()) for rows in pair))
    words = ("囤货户 seasonal hoarder", "普通户 ordinary outlet")
    for place, rows in enumerate(pair):
        upper = 124 + place * 236
        plot = Plot(picture, LEFT, upper, RIGHT, upper + 168, first, last, 0, ticks[-1])
        plot.band(spring - 5, spring, "节前五周" if place == 0 else "", row=0)
        plot.y_axis(ticks, lambda tick: f"{tick:.0f}", "条/周 cartons a week")
        for week, cartons in zip(rows["week"], rows["ordered"], strict=True):
            plot.bar(float(week) + 0.5, 0, float(cartons), "#9db8ee", width=9)
        plot.series(rows["week"] + 0.5, rows["sold"], RED, width=2.2)
        plot.x_axis(look.month_ticks(first, last, every=1))
        picture.text(RIGHT + 8, upper + 16, words[place].split(" ", 1)[0], weight=600)
        picture.text(RIGHT + 8, upper + 33, words[place].split(" ", 1)[1], colour=SOFT)
        for line, (name, value) in enumerate(_telling(rows, spring).items()):
            picture.text(RIGHT + 8, upper + 62 + 38 * line, name, colour=SOFT, size=11)
            picture.text(RIGHT + 8, upper + 79 + 38 * line, value, weight=600, size=14)
    legend(picture, LEFT, 84, [("#9db8ee", "订货 ordered"), (RED, "销售 sold")])
    return picture


def _telling(rows: Columns, spring: float) -> dict[str, str]:
    """Orders before and after the festival over those of an ordinary week."""
    week, ordered = rows["week"], rows["ordered"]
    usual = float(ordered[np.abs(week - spring) > 12].mean())
    before = float(ordered[(week >= spring - 5) & (week < np.floor(spring))].mean())
    after = float(ordered[(week >= spring) & (week < spring + 6)].mean())
    return {"节前 before": f"×{before / usual:.1f}", "节后 after": f"×{after / usual:.1f}"}


def _pair(look: Look, first: int, last: int) -> tuple[Columns, Columns]:
    """A hoarder of middling habit, and the one nearest to it in size who has no such habit.

    Both order weekly, are in business all the time, and neither grow nor pause, so that nothing but the habit is to be seen.
    """
    members = look.ask(
        """
        select outlet_id, weekly_cartons, max(factor) filter (where kind = 'seasonal') as factor, count(kind) as habits
        from latent_outlet join outlet using (outlet_id) left join hoarder_truth using (outlet_id)
        where order_cycle_weeks = 1 and growth = 'steady' and weekly_cartons between 25 and 60
            and outlet_id in (select outlet_id from outlet_week where week >= $first and week < $last and not is_at_risk
                              group by outlet_id having count(*) = $weeks and min(expected_cartons) > 0.7 * avg(expected_cartons)
                                  and abs(regr_slope(expected_cartons, week)) * $weeks < 0.15 * avg(expected_cartons))
        group by all order by outlet_id
        """,
        first=first, last=last, weeks=last - first,
    )  # fmt: skip
    factor = np.ma.filled(np.ma.asarray(members["factor"], dtype=np.float64), np.nan)
    hoarding = np.flatnonzero(factor > 1)
    chosen = hoarding[np.argmin(np.abs(factor[hoarding] - 3.1))]
    plain = np.flatnonzero(members["habits"] == 0)
    like = plain[np.argmin(np.abs(members["weekly_cartons"][plain] - members["weekly_cartons"][chosen]))]
    return _weeks(look, int(members["outlet_id"][chosen]), first, last), _weeks(look, int(members["outlet_id"][like]), first, last)


def _weeks(look: Look, outlet: int, first: int, last: int) -> Columns:
    return look.ask(
        """
        select week, ordered_cartons as ordered, sold_cartons as sold from outlet_week
        where outlet_id = $outlet and week >= $first and week < $last order by week
        """,
        outlet=outlet, first=first, last=last,
    )  # fmt: skip
